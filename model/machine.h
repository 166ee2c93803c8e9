// A state machine as a table that hot loops read: where each input leads from each state, and the
// arrows in the order in which the machine's file writes them. The tables are derived from the
// Boost.MSM front-ends when those are compiled; to read them takes an array access and no Boost.
// All of them are constants: any thread may read them at any time.
//
// Invariants
// 1. `targets[s][i]` is a state of the machine, or `refused`.
// 2. There is exactly one arrow for each (s, i) that is not refused.
// 3. The machine starts in the state numbered 0.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <holdfast/model/states.h>

namespace holdfast {

// What a table holds where the machine has no arrow.
inline constexpr std::uint8_t refused = 0xff;

// One row of a transition table; the numbers are those of the enums.
struct MachineArrow {
  std::uint8_t from = 0;
  std::uint8_t input = 0;
  std::uint8_t to = 0;

  bool operator==(const MachineArrow&) const = default;
};

template <MachineEnum State, MachineEnum Input>
struct MachineTable {
  using Targets = std::array<std::array<std::uint8_t, count_of<Input>>, count_of<State>>;

  std::string_view name;
  std::string_view about;  // one sentence
  Targets targets;
  std::span<const MachineArrow> arrows;

  // Whether the machine has an arrow for `input` from `state`.
  constexpr bool allows(State state, Input input) const {
    return target(state, input) != refused;
  }

  // The state that `input` leads to. Requires: allows(state, input).
  constexpr State next(State state, Input input) const {
    assert(allows(state, input));
    return static_cast<State>(target(state, input));
  }

 private:
  constexpr std::uint8_t target(State state, Input input) const {
    return targets[static_cast<std::size_t>(state)][static_cast<std::size_t>(input)];
  }
};

extern const MachineTable<PodState, PodInput> pod_machine;
extern const MachineTable<ManagedPodState, ManagedPodInput> managed_pod_machine;
extern const MachineTable<SlotState, SlotInput> slot_machine;
extern const MachineTable<TaskStatus, TaskInput> task_machine;
extern const MachineTable<AgentState, AgentInput> agent_machine;
extern const MachineTable<AgentSlotState, AgentSlotInput> agent_slot_machine;
extern const MachineTable<ReplicaState, ReplicaInput> replica_machine;

}  // namespace holdfast
