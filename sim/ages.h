// How long ago, in a walk without a clock: the moments of a World that a predicate of the Clock
// asks for, each with its predicate. There a moment is `just_now` until time passes, then
// `elapsed`; see model/moment.h. What turns the one into the other is a step of its own,
// `time_passes`.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/model/model.h>

namespace holdfast {

// Named by the predicate of the Clock that comes true. `creation_past`: the pod is past its grace,
// and a pod created now no longer gets its name. `freeze_window`: a window begins or ends.
enum class Age : std::uint8_t {
  heartbeat_stale,
  reservation_expired,
  creation_past,
  ping_overdue,
  silent,
  secret_old,
  unfreeze_over,
  startup_over,
  idle_for_a_minute,
  backoff_over,
  freeze_window
};
using AgeSet = std::uint32_t;
constexpr AgeSet age_bit(Age age) { return AgeSet{1} << static_cast<unsigned>(age); }
inline constexpr AgeSet all_ages =
    (AgeSet{1} << (static_cast<unsigned>(Age::freeze_window) + 1)) - 1;

template <>
inline constexpr auto names_of<Age> = std::to_array<std::string_view>(
    {"heartbeat_stale", "reservation_expired", "creation_past", "ping_overdue", "silent",
     "secret_old", "unfreeze_over", "startup_over", "idle_for_a_minute", "backoff_over",
     "freeze_window"});

// How long after its moment an age has come true at the latest; 0: it has none of its own.
std::int64_t limit_us(Age age);

// Calls visit(Age, moment) for every moment of the memory.
template <class M, class Visit>
void for_each_age_of_memory(M& memory, Visit visit) {
  for (auto& pod : memory.pods) {
    visit(Age::heartbeat_stale, pod.heartbeat);
    for (auto& slot : pod.slots) visit(Age::reservation_expired, slot.since);
  }
  for (auto& restarts : memory.restarts) visit(Age::backoff_over, restarts.last);
  for (auto& since : memory.idle_since) visit(Age::idle_for_a_minute, since);
}

// Calls visit(Age, whose, moment) for every moment that a predicate asks for, always in the same
// order. `whose` stays the same while others come and go.
template <class W, class Visit>
void for_each_owned_age(W& world, Visit visit) {
  const auto each = [](auto& entities, auto visit_one) {
    for (std::size_t i = 0; i < entities.size(); ++i) visit_one(entities[i], i);
  };
  each(world.pools, [&](auto& pool, std::size_t i) {
    visit(Age::secret_old, i, pool.secret_created);
    visit(Age::unfreeze_over, i, pool.unfrozen_until);
  });
  each(world.pods, [&](auto& pod, std::size_t i) { visit(Age::creation_past, i, pod.created); });
  each(world.agents, [&](auto& agent, std::size_t i) {
    visit(Age::ping_overdue, i, agent.last_ping);
    visit(Age::silent, i, agent.silent_since);
  });
  each(world.replicas,
       [&](auto& replica, std::size_t i) { visit(Age::startup_over, i, replica.started); });
  each(world.memories, [&](auto& memory, std::size_t i) {
    std::size_t place = i << 16U;
    for_each_age_of_memory(memory, [&](Age age, auto& moment) { visit(age, place++, moment); });
  });
}

// The same without the owners.
template <class W, class Visit>
void for_each_age(W& world, Visit visit) {
  for_each_owned_age(world, [&](Age age, std::size_t, auto& moment) { visit(age, moment); });
}

// Their names with commas between.
std::string ages_text(AgeSet ages);

// The ages that something reads under these knobs. Of the others the moments need not be kept.
AgeSet ages_read(const Setup& setup);

// Turns the moments of a timed world into the two values of an untimed walk, as its predicates are
// at `clock`, and drops those that no predicate asks for.
void forget_the_clock(World& world, const Setup& setup, const Clock& clock);

// Appends a step for every predicate of `ages` that may come true next. The window of a pool that
// has freeze windows may begin and end.
void append_ages(const World& world, AgeSet ages, std::vector<Step>& out);
// Requires: `step` came from append_ages() of this world.
Age age_of(const World& world, const Step& step);
void let_time_pass(World& world, const Step& step);

}  // namespace holdfast
