// What an exploration of a scenario may do, and how often: the bounds that the scenario states, and
// where it states none, as many as its `when` has.
//
// Thread safety: the functions are pure.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include <holdfast/model/world.h>
#include <holdfast/sim/ages.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

struct SpaceBounds {
  Bounds bounds;             // every one of them stated
  std::uint32_t faults = 0;  // kinds that happen, a bit per Fault; restarts are replica_crash
  std::uint64_t users = 0;   // kinds of steps that users take beyond submit, by StepKind
};
// Users and faults do what the scenario has them do somewhere, or, where it has nothing of the sort
// and yet a bound above 0, anything.
SpaceBounds space_bounds(const Scenario& scenario);

// What Bounds::procedures bounds.
int count_under_way(const World& world);

// The keys of `explore` in a scenario file.
struct BoundInfo {
  std::string_view name;
  std::string_view about;
  int Bounds::*value;
  int most;
};
std::span<const BoundInfo> bound_table();
struct AbstractionInfo {
  std::string_view name;
  std::string_view about;
  bool Bounds::*value;
};
std::span<const AbstractionInfo> abstraction_table();

// Why the scenario cannot be explored: more entities than a packed state has room for. Empty: it
// can.
std::string space_refusal(const Scenario& scenario);

// Whether every naming of the pods, or of the tasks and their workspaces, is as good as another: no
// step reads their order. Where a loop takes one after another (the tasks of an agent that is lost,
// orphans at a start, pods that ended, tasks that get their slots back), who comes first is told by
// the place.
struct Namings {
  bool pods = true;
  bool tasks = true;
};
Namings namings_of(const Scenario& scenario);

// How many ways there are to name the pods, tasks and workspaces, at most; for each state all are
// tried.
std::uint64_t count_of_namings(const Scenario& scenario);
inline constexpr std::uint64_t most_namings = 5040;
// Why symmetry is of no use: too many namings. Empty: there are not.
std::string symmetry_refusal(const Scenario& scenario);

// What users do beyond submitting and confirming, and what faults do by themselves.
inline constexpr std::array user_kinds = {StepKind::cancel, StepKind::save_config, StepKind::sync,
                                          StepKind::unfreeze, StepKind::rotate_token};
inline constexpr std::array fault_kinds = {
    StepKind::pod_crashes, StepKind::pod_succeeds,      StepKind::pod_evicted,
    StepKind::pod_lost,    StepKind::agent_disconnects, StepKind::agent_falls_silent};
template <class Kinds>
constexpr bool among(const Kinds& kinds, StepKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}
constexpr std::uint64_t kind_bit(StepKind kind) {
  return std::uint64_t{1} << static_cast<unsigned>(kind);
}

}  // namespace holdfast
