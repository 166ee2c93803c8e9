// Steps as text, for schedules and for people: what acts, on whom, and which alternative it takes.
// Enumerators are spelled as everywhere. Pods are named by their place, which is the order of their
// creation until a place is used again.
//
// Thread safety: both functions are pure.
#pragma once

#include <string>
#include <string_view>

#include <holdfast/model/model.h>
#include <holdfast/sim/input/shape.h>

namespace holdfast {

// Requires: `step` may be taken in `world`. Two steps of one world have the same text only if it
// makes no difference which of them is taken.
std::string step_text(const World& world, const Setup& setup, const Step& step);

// What a text ends in that says where: nothing where there is one server only.
std::string on_replica(const World& world, ReplicaIndex replica);

// Why the text can be that of no step, in whatever world; an empty message if it can.
TextFault step_text_fault(std::string_view text);

}  // namespace holdfast
