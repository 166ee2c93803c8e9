// Events: everything that can change a World, and the few notes that explain a change. One flat
// value for all types; the table event_table() says which fields a type uses and how the log
// spells them (specification, events.md). State changes only by folding an event: see evolve() in
// model.h.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include <holdfast/model/world.h>

namespace holdfast {

enum class EventType : std::uint8_t {
  // cluster
  pod_created, pod_create_refused, pod_pending, pod_running, pod_succeeded, pod_failed,
  pod_delete_requested, pod_gone,
  // one server's memory
  memory_pods_listed, memory_pod_discovered, memory_pod_managed, memory_pod_forgotten,
  memory_pods_synced, memory_pod_offline, memory_slots_reconciled, memory_agent_registered,
  memory_restart_counted, memory_restarts_cleared, memory_idle_noted, memory_lost,
  // slots in a memory
  slot_assigned, slot_assign_refused, slot_reserved, slot_reused, slot_released, slot_expired,
  // task table
  task_submitted, task_started, task_plan_finished, task_apply_pending, task_confirmed,
  task_apply_started, task_applied, task_failed, task_cancelled, task_orphaned, task_reset,
  // task queue
  queue_slot_sought, queue_no_free_slot, queue_no_agent, queue_pushed, queue_push_failed,
  queue_retry_scheduled, queue_retry_fired, queue_monitor_ticked,
  // autoscaler
  autoscaler_ticked, autoscaler_measured, autoscaler_decided, autoscaler_skipped, autoscaler_frozen,
  autoscaler_finished,
  // agents and their rows
  agent_started, agent_connected, agent_disconnected, agent_refused, agent_heartbeat,
  agent_slot_taken, agent_slot_refused, agent_slot_freed, agent_reported, agent_message_lost,
  agent_marked_offline, agent_row_deleted, agent_gone,
  // servers
  server_stopped, server_started, server_recovered, server_timer_armed, server_reconciler_ticked,
  server_agents_checked, server_rows_checked, leader_elected, leader_lost,
  // pools and workspaces
  pool_configured, pool_config_saved, pool_secret_created, pool_secret_rotated,
  pool_secret_labelled, pool_token_rotated,
  pool_unfrozen, pool_window_changed, workspace_created, workspace_locked, workspace_unlocked,
  workspace_dispatch_locked, workspace_dispatch_unlocked,
  // procedures under way
  procedure_started, procedure_advanced, procedure_ended,
  // notes
  fault_injected, property_violated
};
inline constexpr int event_type_count = static_cast<int>(EventType::property_violated) + 1;

// Why something was decided, refused or changed. Spelled the same in the log.
enum class Reason : std::uint8_t {
  none,
  // slot and memory changes
  reconcile, rebuild, report, no_agent, push_failed, agent_reports, sync, cleanup, deleted,
  restarted,
  restart, handler_ended,
  // autoscaler
  cold_start, idle_pool, reserved_slots, unplaced_task, high_utilisation, low_utilisation,
  pending_task, pending_plan_and_apply, required_slots, active_tasks, steady, bounds, apply_pending,
  startup_grace, busy_agents, freeze_window,
  // queue
  locked, blocked, no_slot, slot_taken, agent_busy, agent_unknown, agent_elsewhere, send_failed,
  database_error, not_confirmed, lost_pod,
  // cluster
  name_exists, cluster_error, timeout, not_found, unhealthy, offline, finished, node_lost, evicted,
  crashed, silent, row_missing, token_revoked, row_old,
  // users
  user, cancelled, connection_lost
};

enum class Fault : std::uint8_t {
  none,
  cluster_error,     // the call fails and changes nothing
  cluster_timeout,   // the call takes effect, its answer is lost
  stale_list,        // a list call answers with what was true before
  database_error,
  pod_crash, eviction, node_loss, agent_disconnect, agent_silence, message_lost, message_duplicated,
  clock_step, replica_crash
};

struct Event {
  EventType type = EventType::procedure_ended;
  Reason reason = Reason::none;
  TaskType task_type = TaskType::plan;
  TaskStatus status = TaskStatus::pending;
  Action action = Action::plan;
  Fault fault = Fault::none;
  ExecutionMode mode = ExecutionMode::k8s;
  TimerKind timer = TimerKind::none;
  SlotIndex slot = no_slot;
  bool flag = false;
  PoolIndex pool = none;
  WorkspaceIndex workspace = none;
  TaskIndex task = none;
  PodIndex pod = none;
  ReplicaIndex replica = none;
  MemoryIndex memory = none;
  ProcedureIndex procedure = none;   // that did it; for procedure events: the one concerned
  std::uint16_t place = none;        // of a timer
  std::array<std::int64_t, 4> n{};   // numbers, named by the type's row in the table
  Moment time = never;               // when it happened
  Moment at = never;                 // a moment that it carries
  IndexSet pods;
  IndexSet others;                   // a second set; its kind is named by the table
  TaskRow row;                       // the task's row as saved
  std::vector<FreezeSchedule> freeze;
  Procedure after;                   // procedure events: its value from now on

  bool operator==(const Event&) const = default;
};

// What a field of Event is, for whoever writes, reads or prints events.
enum class Field : std::uint8_t {
  reason, task_type, status, action, fault, mode, timer, slot, flag, pool, workspace, task, pod,
  replica, memory, procedure, place, n0, n1, n2, n3, at, pods, others, row, freeze, after
};
using Fields = std::uint32_t;
constexpr Fields field(Field f) { return Fields{1} << static_cast<unsigned>(f); }

// One row per type. `numbers`, `flag`, `at`, `others` give the names of those fields in the log.
struct EventInfo {
  EventType type;
  std::string_view name;     // "pod.created"; the log writes "holdfast.pod.created"
  std::string_view about;    // one sentence
  Fields fields;
  std::array<std::string_view, 4> numbers{};
  std::string_view flag{};
  std::string_view at{};
  std::string_view others{};

  bool has(Field f) const { return (fields & field(f)) != 0; }
};
const EventInfo& info(EventType type);
std::span<const EventInfo> event_table();
// Null if no type has that name.
const EventInfo* find_event(std::string_view name);

// The events of one step, in order. Reuses what it allocated.
class Events {
 public:
  // Appends an event with every field but type and time at its default.
  Event& add(EventType type, Moment time);
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Event& operator[](std::size_t i) { return events_[i]; }
  const Event& operator[](std::size_t i) const { return events_[i]; }
  const Event* begin() const { return events_.data(); }
  const Event* end() const { return events_.data() + size_; }

 private:
  std::vector<Event> events_;
  std::size_t size_ = 0;
};

}  // namespace holdfast
