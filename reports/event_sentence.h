// What an event means to people: one sentence with names, no numbers of places, and how much it
// matters. For timelines of runs and of logs alike. All functions are pure.
#pragma once

#include <cstdint>
#include <string>

#include <holdfast/model/model.h>

namespace holdfast {

// `bookkeeping`: procedures and clocks under way, of no interest by themselves. `detail`: for who
// wants everything. `milestone`: what a course of events is told by.
enum class Weight : std::uint8_t { bookkeeping, detail, milestone };
Weight weight_of(const Event& event);

// The sentence, without a full stop; empty for bookkeeping. `type_known`: that a task is of the
// type with which it is submitted is known, and not just taken for granted.
// Requires: `before` is the world that the event is about to change.
std::string sentence_of(const Event& event, const World& before, const Setup& setup,
                        bool type_known = true);

}  // namespace holdfast
