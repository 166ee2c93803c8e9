// The words of scenario files that are no names of the model: actions, expectations, and the faults
// that a scenario may ask for. name(value) and value_named<E>(text) of states.h read the enums.
//
// Invariant: every value of ActionKind and ExpectationKind, and every member of FaultRates but
// `until_us`, has its word here; reader and schema are made from these tables.
//
// Thread safety: all functions are pure.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <holdfast/model/names.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

template <>
inline constexpr auto names_of<ActionKind> = std::to_array<std::string_view>(
    {"restart", "stop", "start", "submit", "confirm", "cancel", "save_config", "sync", "unfreeze",
     "rotate_token", "crash_pod", "evict_pod", "lose_node", "succeed_pod", "disconnect_agent",
     "silence_agent", "fail_calls", "clock_step", "lose_leader"});
template <>
inline constexpr auto names_of<ExpectationKind> =
    std::to_array<std::string_view>({"violates", "holds", "reaches", "at", "never", "eventually"});

// A fault of calls: how often it comes, and the verbs of the calls that can fail so.
struct CallFault {
  Fault fault;
  std::string_view about;
  std::int64_t FaultRates::*ppm;
  std::span<const Verb> verbs;
};
std::span<const CallFault> call_faults();

// Something that breaks by itself: the time from one to the next.
struct Breakage {
  Fault fault;
  std::string_view about;
  Distribution FaultRates::*gap;
};
std::span<const Breakage> breakages();

}  // namespace holdfast
