// What a scenario or an exploration may ask to be reached: a pass that reaches nothing is no pass.
#include <algorithm>

#include <holdfast/model/property_functions.h>

namespace holdfast {
namespace {

using enum EventType;
using Reached = bool (*)(const Transition&);

Property goal(std::string_view name, std::string_view sentence,
              std::initializer_list<EventType> events, Reached reached) {
  Property property{};
  property.name = name;
  property.kind = PropertyKind::sometimes;
  property.sentence = sentence;
  property.antecedent = "always";
  property.violation = "it was never reached";
  property.events = mask_of(events);
  property.reached = reached;
  return property;
}

bool happens(const Transition&) { return true; }

// --- questions that several goals ask ------------------------------------------------------------

bool scales(const Transition& t) {
  return on_stack(procedure_at(t.world, t.event.procedure), Program::scale);
}

bool any_reservation(const World& world, PodIndex pod = none, PoolIndex pool = none) {
  return std::any_of(world.tasks.begin(), world.tasks.end(), [&](const Task& task) {
    if (!reserved_on_living_pod(world, task)) return false;
    if (pod != none && task.plan_pod != pod) return false;
    return pool == none || world.pods[task.plan_pod].pool == pool;
  });
}

bool any_work(const World& world) {
  return std::any_of(world.agents.begin(), world.agents.end(),
                     [](const Agent& agent) { return !agent.work.empty(); });
}

// The event ends a living pod that the platform did not delete.
bool loses_pod(const Transition& t) {
  const Pod* pod = pod_at(t.world, t.event.pod);
  return pod != nullptr && lives(*pod);
}

// --- applies -------------------------------------------------------------------------------------

bool reaches_apply_on_its_plans_pod(const Transition& t) {
  const Task* task = task_at(t.world, t.event.task);
  return starts_apply(t.event) && task != nullptr && task->plan_pod == t.event.pod;
}

bool reaches_apply_on_another_pod(const Transition& t) {
  const Task* task = task_at(t.world, t.event.task);
  return starts_apply(t.event) && task != nullptr && task->plan_pod != t.event.pod;
}

bool reaches_apply_confirmed_after_restart(const Transition& t) {
  return t.world.leader < t.world.replicas.size() &&
         t.clock.just_started(t.world.replicas[t.world.leader]);
}

bool reaches_replanned(const Transition& t) { return t.event.reason == Reason::lost_pod; }

bool reaches_late_report(const Transition& t) {
  const Task* task = task_at(t.world, t.event.task);
  return task != nullptr && task->row.status == TaskStatus::failed;
}

// --- pods ----------------------------------------------------------------------------------------

bool reaches_scale_down(const Transition& t) { return deletes_living_pod(t) && scales(t); }

bool reaches_cold_start(const Transition& t) { return t.event.n[0] == 0 && t.event.n[1] > 0; }

bool reaches_pool_at_max(const Transition& t) {
  const PoolIndex pool = t.event.pool;
  return pool < t.world.pools.size() &&
         living_pods(t.world, pool) + 1 == t.world.pools[pool].max_replicas;
}

bool reaches_pool_empty(const Transition& t) {
  const Pod* pod = pod_at(t.world, t.event.pod);
  return pod != nullptr && lives(*pod) && living_pods(t.world, pod->pool) == 1;
}

bool reaches_freeze_deletes_pod(const Transition& t) {
  return deletes_living_pod(t) && t.event.reason == Reason::freeze_window;
}

bool reaches_unhealthy_restart(const Transition& t) {
  return deletes_living_pod(t) && t.event.reason == Reason::unhealthy;
}

bool reaches_handler_deletes_pod(const Transition& t) {
  if (!deletes_living_pod(t)) return false;
  const Procedure* procedure = procedure_at(t.world, t.event.procedure);
  if (procedure == nullptr) return false;
  const Program handler = procedure->kind();
  return handler == Program::save_config || handler == Program::rotate_token ||
         handler == Program::sync_pool;
}

bool reaches_pod_lost_with_reservation(const Transition& t) {
  return loses_pod(t) && any_reservation(t.world, t.event.pod);
}

bool reaches_pod_lost_with_running_task(const Transition& t) {
  return loses_pod(t) && t.event.pod < t.world.agents.size() &&
         !t.world.agents[t.event.pod].work.empty();
}

bool reaches_agent_dies_working(const Transition& t) {
  return t.event.pod < t.world.agents.size() && !t.world.agents[t.event.pod].work.empty();
}

bool reaches_push_reaches_nobody(const Transition& t) {
  const Procedure* push = procedure_at(t.world, t.event.procedure);
  return on_stack(push, Program::push) && t.event.pod < t.world.agents.size() &&
         t.world.agents[t.event.pod].connected_to == push->replica;
}

// --- servers -------------------------------------------------------------------------------------

bool reaches_restart_with_reservation(const Transition& t) {
  return t.world.leader == t.event.replica && any_reservation(t.world);
}

bool reaches_restart_with_running_task(const Transition& t) {
  return t.world.leader == t.event.replica && any_work(t.world);
}

// The first server to start leads while it is still starting.
bool reaches_leader_change(const Transition& t) {
  return t.event.replica < t.world.replicas.size() &&
         t.world.replicas[t.event.replica].state == ReplicaState::serving;
}

bool reaches_agent_reconnects(const Transition& t) {
  return t.event.pod < t.world.agents.size() &&
         t.world.agents[t.event.pod].state == AgentState::disconnected;
}

bool reaches_freeze_with_reservation(const Transition& t) {
  return any_reservation(t.world, none, t.event.pool);
}

const Property goal_rows[] = {
    goal("reservation", "a slot is reserved for a task that waits for its apply",
         {slot_reserved}, happens),
    goal("reservation_expired", "a reservation is given up after 24 h", {slot_expired}, happens),
    goal("plan_finished", "the plan of a task ends well",
         {task_plan_finished, task_apply_pending}, happens),
    goal("apply_confirmed", "a user confirms an apply", {task_confirmed}, happens),
    goal("apply_confirmed_after_restart",
         "a user confirms an apply less than 30 s after the leading server started",
         {task_confirmed}, reaches_apply_confirmed_after_restart),
    goal("apply_on_its_plans_pod", "an apply runs on the pod where its plan ran",
         {agent_slot_taken}, reaches_apply_on_its_plans_pod),
    goal("apply_on_another_pod", "an apply runs elsewhere than its plan did",
         {agent_slot_taken}, reaches_apply_on_another_pod),
    goal("apply_finished", "an apply ends well", {task_applied}, happens),
    goal("replanned", "a task whose pod is lost goes back to be planned again", {task_reset},
         reaches_replanned),
    goal("task_cancelled", "a user cancels a task", {task_cancelled}, happens),
    goal("task_orphaned", "a restarted server finds a task Running", {task_orphaned}, happens),
    goal("late_report", "a task that was given up as failed ends well after all",
         {task_plan_finished, task_apply_pending, task_applied}, reaches_late_report),

    goal("no_free_slot", "a task finds no slot", {queue_no_free_slot}, happens),
    goal("no_agent", "a task finds no agent", {queue_no_agent}, happens),
    goal("slot_lost_to_another", "a slot that was found free is taken before it is assigned",
         {slot_assign_refused}, happens),
    goal("push_failed", "sending a task to its agent fails", {queue_push_failed}, happens),
    goal("retry", "a retry comes due", {queue_retry_fired}, happens),

    goal("scale_up", "scaling creates a pod", {pod_created}, scales),
    goal("scale_down", "scaling deletes a pod", {pod_delete_requested}, reaches_scale_down),
    goal("scale_down_held_back", "a guard holds back a scale-down", {autoscaler_skipped},
         happens),
    goal("cold_start", "the autoscaler asks for pods where there are none",
         {autoscaler_decided}, reaches_cold_start),
    goal("pool_at_max", "a pool has as many pods as it may have", {pod_created},
         reaches_pool_at_max),
    goal("pool_empty", "the last living pod of a pool goes",
         {pod_delete_requested, pod_succeeded, pod_failed, pod_gone}, reaches_pool_empty),
    goal("freeze_window", "the autoscaler finds a pool in its freeze window",
         {autoscaler_frozen}, happens),
    goal("freeze_with_reservation", "a pool is in its freeze window and has a reserved pod",
         {autoscaler_frozen}, reaches_freeze_with_reservation),
    goal("freeze_deletes_pod", "a pod is given up for a freeze window", {pod_delete_requested},
         reaches_freeze_deletes_pod),
    goal("unhealthy_restart", "the unhealthy-pod check deletes a pod", {pod_delete_requested},
         reaches_unhealthy_restart),
    goal("handler_deletes_pod", "a user's request deletes a pod", {pod_delete_requested},
         reaches_handler_deletes_pod),
    goal("pod_lost_with_reservation", "a reserved pod is lost, not deleted by the platform",
         {pod_succeeded, pod_failed, pod_gone}, reaches_pod_lost_with_reservation),
    goal("pod_lost_with_running_task", "a pod is lost while a task runs on it",
         {pod_succeeded, pod_failed, pod_gone}, reaches_pod_lost_with_running_task),
    goal("agent_dies_working", "an agent ends while it works on a task", {agent_gone},
         reaches_agent_dies_working),
    goal("push_reaches_nobody", "a task is sent over a dead connection", {agent_message_lost},
         reaches_push_reaches_nobody),

    goal("restart_with_reservation", "the leading server stops while a pod is reserved",
         {server_stopped}, reaches_restart_with_reservation),
    goal("restart_with_running_task", "the leading server stops while a task runs",
         {server_stopped}, reaches_restart_with_running_task),
    goal("leader_change", "a server that served already takes over the lead", {leader_elected},
         reaches_leader_change),
    goal("agent_reconnects", "an agent connects again", {agent_connected},
         reaches_agent_reconnects),
    goal("config_saved", "a user saves a pool's configuration", {pool_config_saved}, happens),
    goal("secret_rotated", "a pool's secret carries a new token", {pool_secret_rotated},
         happens),
};

}  // namespace

std::span<const Property> goals() { return goal_rows; }

}  // namespace holdfast
