// The lifecycles of the platform as small numbers: for every state machine one enum of its states
// and one of the inputs that move it, with their names. Which input is allowed in which state is
// said by the machine's transition table (slot_machine.h and its like) and read through machine.h.
//
// Invariants
// 1. The first enumerator of a state enum is the state in which the machine starts; it is 0.
// 2. Enumerators count from 0 without gaps; the names are the enumerators, in the same order.
// 3. An input that an event of the log has a name for is spelled like that event.
//
// Thread safety: the tables never change.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

// A pod in the cluster.
enum class PodState : std::uint8_t {
  absent, pending, running, succeeded, failed, terminating, gone
};
// `gone`: deleted to the end, cleaned up, evicted, or lost with its node.
// `pending`: it was seen Running, and its container is being started again.
enum class PodInput : std::uint8_t {
  created, pending, running, succeeded, failed, delete_requested, gone
};

// A pod in the memory of one replica. `unknown` is also what a forgotten pod is: a sync that sees
// the pod again discovers it like one that was never there.
enum class ManagedPodState : std::uint8_t { unknown, managed, registered, offline };
// `created`: managed because this replica made it. `heartbeat_refreshed`: seen by a sync.
enum class ManagedPodInput : std::uint8_t {
  created, pod_discovered, agent_registered, heartbeat_refreshed, heartbeat_stale, pod_forgotten,
  lost
};

// A slot of a managed pod, as one replica believes it.
enum class SlotState : std::uint8_t { idle, running, reserved };
// `reused_in_place`: reused for the apply and left as it is (reuse_marks_running: false).
// `lost`: the pod was forgotten, or the memory that held it is gone.
enum class SlotInput : std::uint8_t {
  assigned, reserved, reused, reused_in_place, released, expired, lost
};

// A task in the database, status and stage in one. `apply_pending` waits for its user;
// `apply_confirmed` is apply_pending too, and its user has confirmed it.
enum class TaskStatus : std::uint8_t {
  pending, running_planning, running_applying, apply_pending, apply_confirmed,
  planned_and_finished, success, applied, failed, cancelled
};
// `started`, `apply_started`: a push wrote Running. `apply_pending`: the plan ended with changes.
// `plan_finished_no_changes`: that of a plan_and_apply. `plan_succeeded`: a plan or drift_check.
// `failed`: by report or because its connection was lost. `orphaned`: a restarted server found it
// Running. `orphan_kept`: found it Running with the stage apply_pending. `push_failed`: sending
// failed, back into the queue; `push_failed_unconfirmed`: that of an apply nobody confirmed
// (recover_apply_pending). `reset`: its pod is lost and it is planned again (lost_pod: replan).
enum class TaskInput : std::uint8_t {
  started, apply_pending, plan_finished_no_changes, plan_succeeded, confirmed, apply_started,
  applied, failed, cancelled, orphaned, orphan_kept, push_failed, push_failed_unconfirmed, reset
};

// The process in a pod, and one slot of the table that it keeps itself.
enum class AgentState : std::uint8_t { absent, starting, connected, disconnected, gone };
enum class AgentInput : std::uint8_t { started, connected, disconnected, heartbeat, gone };
enum class AgentSlotState : std::uint8_t { free, busy };
enum class AgentSlotInput : std::uint8_t { slot_taken, slot_freed, gone };

// A server process.
enum class ReplicaState : std::uint8_t { down, starting, serving };
enum class ReplicaInput : std::uint8_t { started, recovered, stopped };

// The names of an enum's values in order; empty for a type that is none of the enums above.
template <class E>
inline constexpr std::array<std::string_view, 0> names_of{};

template <>
inline constexpr auto names_of<PodState> = std::to_array<std::string_view>(
    {"absent", "pending", "running", "succeeded", "failed", "terminating", "gone"});
template <>
inline constexpr auto names_of<PodInput> = std::to_array<std::string_view>(
    {"created", "pending", "running", "succeeded", "failed", "delete_requested", "gone"});
template <>
inline constexpr auto names_of<ManagedPodState> =
    std::to_array<std::string_view>({"unknown", "managed", "registered", "offline"});
template <>
inline constexpr auto names_of<ManagedPodInput> = std::to_array<std::string_view>(
    {"created", "pod_discovered", "agent_registered", "heartbeat_refreshed", "heartbeat_stale",
     "pod_forgotten", "lost"});
template <>
inline constexpr auto names_of<SlotState> =
    std::to_array<std::string_view>({"idle", "running", "reserved"});
template <>
inline constexpr auto names_of<SlotInput> = std::to_array<std::string_view>(
    {"assigned", "reserved", "reused", "reused_in_place", "released", "expired", "lost"});
template <>
inline constexpr auto names_of<TaskStatus> = std::to_array<std::string_view>(
    {"pending", "running_planning", "running_applying", "apply_pending", "apply_confirmed",
     "planned_and_finished", "success", "applied", "failed", "cancelled"});
template <>
inline constexpr auto names_of<TaskInput> = std::to_array<std::string_view>(
    {"started", "apply_pending", "plan_finished_no_changes", "plan_succeeded", "confirmed",
     "apply_started", "applied", "failed", "cancelled", "orphaned", "orphan_kept", "push_failed",
     "push_failed_unconfirmed", "reset"});
template <>
inline constexpr auto names_of<AgentState> = std::to_array<std::string_view>(
    {"absent", "starting", "connected", "disconnected", "gone"});
template <>
inline constexpr auto names_of<AgentInput> = std::to_array<std::string_view>(
    {"started", "connected", "disconnected", "heartbeat", "gone"});
template <>
inline constexpr auto names_of<AgentSlotState> = std::to_array<std::string_view>({"free", "busy"});
template <>
inline constexpr auto names_of<AgentSlotInput> =
    std::to_array<std::string_view>({"slot_taken", "slot_freed", "gone"});
template <>
inline constexpr auto names_of<ReplicaState> =
    std::to_array<std::string_view>({"down", "starting", "serving"});
template <>
inline constexpr auto names_of<ReplicaInput> =
    std::to_array<std::string_view>({"started", "recovered", "stopped"});

template <class E>
concept MachineEnum = !names_of<E>.empty();

// How many values the enum has; the greatest is one less.
template <MachineEnum E>
inline constexpr std::size_t count_of = names_of<E>.size();

// The value's name as it stands in logs, drawings and messages.
template <MachineEnum E>
constexpr std::string_view name(E value) {
  return names_of<E>[static_cast<std::size_t>(value)];
}

// The value of that name, if there is one.
template <MachineEnum E>
constexpr std::optional<E> value_named(std::string_view text) {
  for (std::size_t i = 0; i < count_of<E>; ++i) {
    if (names_of<E>[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

// The status column of the platform's task row: "running", "apply_pending" and so on.
constexpr std::string_view status_name(TaskStatus status) {
  switch (status) {
    case TaskStatus::running_planning:
    case TaskStatus::running_applying: return "running";
    case TaskStatus::apply_confirmed: return "apply_pending";
    default: return name(status);
  }
}

}  // namespace holdfast
