#include <holdfast/model/events.h>

namespace holdfast {
namespace {

using enum Field;

template <typename... F>
constexpr Fields fields(F... f) {
  return (Fields{0} | ... | field(f));
}

constexpr Fields in_slot = fields(memory, pod, slot);
constexpr Fields row_saved = fields(task, row, flag);
constexpr std::string_view overwrote = "overwrote";

#define HOLDFAST_NUMBERS(...) std::array<std::string_view, 4>{__VA_ARGS__}

using enum EventType;

constexpr EventInfo table[] = {
    {pod_created, "pod.created", "The cluster has a new pod.", fields(pod, pool, n0, n1),
     HOLDFAST_NUMBERS("config_revision", "token")},
    {pod_create_refused, "pod.create_refused", "The cluster refused to create a pod.",
     fields(pod, pool, reason)},
    {pod_pending, "pod.pending", "The container of a pod that was Running is started again.",
     fields(pod)},
    {pod_running, "pod.running", "The pod's container runs.", fields(pod)},
    {pod_succeeded, "pod.succeeded", "The pod's container ended well.", fields(pod)},
    {pod_failed, "pod.failed", "The pod's container ended in failure.", fields(pod, reason)},
    {pod_delete_requested, "pod.delete_requested", "The platform deleted the pod.",
     fields(pod, pool, memory, reason)},
    {pod_gone, "pod.gone", "The pod is no longer in the cluster.", fields(pod, reason)},

    {memory_pods_listed, "memory.pods_listed", "The cluster answered with the pool's pods.",
     fields(memory, pool, pods, others), {}, {}, {}, "ended"},
    {memory_pod_discovered, "memory.pod_discovered",
     "A sync saw a pod that this memory did not know: managed with idle slots, or as what it still"
     " knows under the name.",
     fields(memory, pool, pod, pods)},
    {memory_pod_managed, "memory.pod_managed", "This replica created the pod and manages it.",
     fields(memory, pool, pod)},
    {memory_pod_forgotten, "memory.pod_forgotten", "The memory no longer knows the pod.",
     fields(memory, pool, pod, reason)},
    {memory_pods_synced, "memory.pods_synced", "The heartbeats of the listed pods are fresh.",
     fields(memory, pool, pods)},
    {memory_pod_offline, "memory.pod_offline", "The pod was not synced for two minutes.",
     fields(memory, pool, pod)},
    {memory_slots_reconciled, "memory.slots_reconciled",
     "The slots were compared with the task table.", fields(memory, pool, pods, others), {}, {},
     {}, "waiting"},
    {memory_agent_registered, "memory.agent_registered",
     "The memory knows the pod's agent, or takes that of an earlier pod of its name for it.",
     fields(memory, pod, pods)},
    {memory_restart_counted, "memory.restart_counted",
     "The unhealthy-pod check counted a restart of the pod.", fields(memory, pod)},
    {memory_restarts_cleared, "memory.restarts_cleared",
     "The restart counters of all pods but these were forgotten.", fields(memory, pods)},
    {memory_idle_noted, "memory.idle_noted", "The pool was first seen idle, or busy again.",
     fields(memory, pool, flag), {}, "idle"},
    {memory_lost, "memory.lost", "All that this memory held is gone.", fields(memory, reason)},

    {slot_assigned, "slot.assigned", "An idle slot was given to a task.",
     in_slot | fields(task, task_type, reason)},
    {slot_assign_refused, "slot.assign_refused", "The slot was no longer idle.",
     in_slot | fields(task, task_type, reason)},
    {slot_reserved, "slot.reserved", "The slot is held for a task that waits for its apply.",
     in_slot | fields(task, task_type, reason)},
    {slot_reused, "slot.reused", "The reserved slot serves the apply.",
     in_slot | fields(task, task_type, flag), {}, "running"},
    {slot_released, "slot.released", "The slot is idle.", in_slot | fields(task, reason)},
    {slot_expired, "slot.expired", "The reservation was older than 24 h: the slot is idle.",
     in_slot | fields(task)},

    {task_submitted, "task.submitted", "A user submitted a task.",
     fields(task, workspace, task_type, flag, n0), HOLDFAST_NUMBERS("number"), "run_trigger"},
    {task_started, "task.started", "The task was given to an agent to plan.",
     row_saved | fields(reason), {}, overwrote},
    {task_plan_finished, "task.plan_finished", "The plan ended and nothing is left to do.",
     row_saved, {}, overwrote},
    {task_apply_pending, "task.apply_pending", "The plan has changes and waits for a user.",
     row_saved, {}, overwrote},
    {task_confirmed, "task.confirmed", "A user confirmed the apply.", row_saved, {}, overwrote},
    {task_apply_started, "task.apply_started", "The task was given to an agent to apply.",
     row_saved, {}, overwrote},
    {task_applied, "task.applied", "The apply succeeded.", row_saved, {}, overwrote},
    {task_failed, "task.failed", "The task failed.", row_saved | fields(reason), {}, overwrote},
    {task_cancelled, "task.cancelled", "A user cancelled the task.", row_saved, {}, overwrote},
    {task_orphaned, "task.orphaned", "A restarted server found the task Running.", row_saved, {},
     overwrote},
    {task_reset, "task.reset", "The task is back where its push found it, or in the queue.",
     row_saved | fields(reason), {}, overwrote},

    {queue_slot_sought, "queue.slot_sought", "A push looks for a slot.", fields(memory, task)},
    {queue_no_free_slot, "queue.no_free_slot", "No slot may take the task.",
     fields(memory, task, reason)},
    {queue_no_agent, "queue.no_agent", "No agent can take the task.", fields(task, reason)},
    {queue_pushed, "queue.pushed", "The task was sent to an agent.",
     fields(task, pod, slot, action)},
    {queue_push_failed, "queue.push_failed", "The task could not be sent.",
     fields(task, pod, reason)},
    {queue_retry_scheduled, "queue.retry_scheduled", "The workspace is tried again later.",
     fields(replica, workspace, place, at, n0, reason), HOLDFAST_NUMBERS("delay_us"), {}, "due"},
    {queue_retry_fired, "queue.retry_fired", "A retry came due.",
     fields(replica, workspace, place)},
    {queue_monitor_ticked, "queue.monitor_ticked", "The pending-task monitor ran.",
     fields(replica, place, at), {}, {}, "due"},

    {autoscaler_ticked, "autoscaler.ticked", "An autoscaler cycle begins.",
     fields(replica, place, at), {}, {}, "due"},
    {autoscaler_measured, "autoscaler.measured", "What the autoscaler believes of the pool.",
     fields(memory, pool, n0, n1, n2, n3), HOLDFAST_NUMBERS("pods", "total", "used", "reserved")},
    {autoscaler_decided, "autoscaler.decided", "How many pods the pool should have.",
     fields(memory, pool, n0, n1, reason), HOLDFAST_NUMBERS("pods", "desired")},
    {autoscaler_skipped, "autoscaler.skipped", "A guard held back a scale-down.",
     fields(memory, pool, reason)},
    {autoscaler_frozen, "autoscaler.frozen", "A freeze window: idle pods are given up.",
     fields(memory, pool)},
    {autoscaler_finished, "autoscaler.finished", "The cycle is over.", fields(replica)},

    {agent_started, "agent.started", "The agent process of a pod runs.", fields(pod)},
    {agent_connected, "agent.connected", "The agent holds a connection to a replica.",
     fields(pod, replica)},
    {agent_disconnected, "agent.disconnected", "The connection broke, seen or unseen.",
     fields(pod, reason, flag, at), {}, "silent", "last_ping"},
    {agent_refused, "agent.refused", "The server refused the agent.", fields(pod, replica, reason)},
    {agent_heartbeat, "agent.heartbeat", "The agent pinged.", fields(pod)},
    {agent_slot_taken, "agent.slot_taken", "The agent works on a task.",
     fields(pod, task, action, slot)},
    {agent_slot_refused, "agent.slot_refused", "The agent has no room for the task.",
     fields(pod, task, action, slot)},
    {agent_slot_freed, "agent.slot_freed", "The agent no longer works on the task.",
     fields(pod, task, action, slot, reason)},
    {agent_reported, "agent.reported", "The agent reports how a task ended.",
     fields(pod, task, status)},
    {agent_message_lost, "agent.message_lost", "A message from or to an agent got lost.",
     fields(pod, task, action, slot)},
    {agent_marked_offline, "agent.marked_offline", "The agent's row says offline.",
     fields(pod, reason, at), {}, {}, "last_ping"},
    {agent_row_deleted, "agent.row_deleted", "The agent's row was deleted.", fields(pod)},
    {agent_gone, "agent.gone", "The agent process ended.", fields(pod, reason, at), {}, {},
     "last_ping"},

    {server_stopped, "server.stopped", "A server process ended.", fields(replica, reason)},
    {server_started, "server.started", "A server process began, with an empty memory.",
     fields(replica)},
    {server_recovered, "server.recovered", "The server's start is complete.", fields(replica)},
    {server_timer_armed, "server.timer_armed", "A ticker of the server was started.",
     fields(replica, timer, place, at), {}, {}, "due"},
    {server_reconciler_ticked, "server.reconciler_ticked", "The reconciler's ticker.",
     fields(replica, place, at), {}, {}, "due"},
    {server_agents_checked, "server.agents_checked", "Connections are checked for silence.",
     fields(replica, place, at), {}, {}, "due"},
    {server_rows_checked, "server.rows_checked", "Agent rows are checked for old pings.",
     fields(replica, place, at), {}, {}, "due"},
    {leader_elected, "leader.elected", "The replica leads.", fields(replica)},
    {leader_lost, "leader.lost", "No replica leads.", fields(replica)},

    {pool_configured, "pool.configured", "The pool as it is at the beginning.",
     fields(pool, n0, n1, Field::freeze), HOLDFAST_NUMBERS("min_replicas", "max_replicas")},
    {pool_config_saved, "pool.config_saved", "A user saved the pool's configuration.",
     fields(pool, n0, n1, Field::freeze), HOLDFAST_NUMBERS("min_replicas", "max_replicas")},
    {pool_secret_created, "pool.secret_created", "The pool's secret was created.", fields(pool)},
    {pool_secret_rotated, "pool.secret_rotated", "The pool's secret carries the newest token.",
     fields(pool)},
    {pool_secret_labelled, "pool.secret_labelled",
     "The secret names the pool's oldest active token, and carries what it carried.", fields(pool)},
    {pool_token_rotated, "pool.token_rotated", "A token was made, or all were revoked.",
     fields(pool, flag), {}, "revoked"},
    {pool_unfrozen, "pool.unfrozen", "Freezing is suspended for a while.", fields(pool, at), {}, {},
     "until"},
    {pool_window_changed, "pool.window_changed", "A freeze window began or ended.",
     fields(pool, flag), {}, "inside"},
    {workspace_created, "workspace.created", "A workspace exists.",
     fields(workspace, pool, Field::mode)},
    {workspace_locked, "workspace.locked", "The workspace is locked until the apply ends.",
     fields(workspace, task)},
    {workspace_unlocked, "workspace.unlocked", "The workspace is free.", fields(workspace, task)},
    {workspace_dispatch_locked, "workspace.dispatch_locked",
     "A dispatch holds the workspace's dispatch lock.", fields(workspace)},
    {workspace_dispatch_unlocked, "workspace.dispatch_unlocked",
     "The workspace's dispatch lock is free.", fields(workspace)},

    {procedure_started, "procedure.started", "A procedure is under way.", fields(after)},
    {procedure_advanced, "procedure.advanced", "A procedure made a step.", fields(after)},
    {procedure_ended, "procedure.ended", "A procedure is over.", fields()},

    {fault_injected, "fault.injected", "A fault was injected.", fields(Field::fault, pod, replica)},
    {property_violated, "property.violated", "Written by reports only, never folded.",
     fields(pod, task, replica)},
};
static_assert(std::size(table) == event_type_count);

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(table); ++i) {
    if (table[i].type != static_cast<EventType>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "the rows lie in the order of EventType");

}  // namespace

const EventInfo& info(EventType type) { return table[static_cast<std::size_t>(type)]; }

std::span<const EventInfo> event_table() { return table; }

const EventInfo* find_event(std::string_view name) {
  for (const EventInfo& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

Event& Events::add(EventType type, Moment time) {
  if (size_ == events_.size()) events_.emplace_back();
  Event& event = events_[size_++];
  // Everything but what is costly to reset and rarely set.
  event.reason = Reason::none;
  event.task_type = TaskType::plan;
  event.status = TaskStatus::pending;
  event.action = Action::plan;
  event.fault = Fault::none;
  event.mode = ExecutionMode::k8s;
  event.timer = TimerKind::none;
  event.slot = no_slot;
  event.flag = false;
  event.pool = event.workspace = event.task = event.pod = none;
  event.replica = event.memory = event.procedure = event.place = none;
  event.n = {};
  event.at = never;
  event.pods.clear();
  event.others.clear();
  event.row = TaskRow{};
  event.freeze.clear();
  if (event.after.depth != 0) event.after = Procedure{};
  event.type = type;
  event.time = time;
  return event;
}

}  // namespace holdfast
