#include <holdfast/model/properties.h>

#include <algorithm>

#include <holdfast/model/property_functions.h>

namespace holdfast {
namespace {

using enum EventType;

template <std::size_t N>
EventMask operator|(const EventMask& mask, const EventType (&types)[N]) {
  EventMask result = mask;
  for (const EventType type : types) result.set(static_cast<std::size_t>(type));
  return result;
}

// What changes how many pods live, and whether one does.
constexpr EventType of_new_pods[] = {pod_created};
constexpr EventType of_ended_pods[] = {pod_succeeded, pod_failed, pod_delete_requested, pod_gone};
// What saves a task's row.
constexpr EventType of_rows[] = {task_started,       task_plan_finished, task_apply_pending,
                                 task_confirmed,     task_apply_started, task_applied,
                                 task_failed,        task_cancelled,     task_orphaned,
                                 task_reset};
constexpr EventType of_new_tasks[] = {task_submitted};
// What changes the work of agents; the first also where a plan ran.
constexpr EventType of_taken_work[] = {agent_slot_taken};
constexpr EventType of_ended_work[] = {agent_slot_freed, agent_gone};
// What changes which slots of the leader's memory hold what. A pod that is discovered holds nothing
// before, and afterwards only what was known under its name; one that is managed anew may have held
// something.
constexpr EventType of_slots[] = {slot_reserved,      slot_released,         slot_expired,
                                  memory_lost,        memory_pod_forgotten,  memory_pod_managed,
                                  leader_lost,        memory_pod_discovered, leader_elected};
constexpr EventType of_assigned_slots[] = {slot_assigned};
constexpr EventType of_reused_slots[] = {slot_reused};
// What changes a pool's bounds and whether it is frozen; the last two come after the clock did.
constexpr EventType of_pools[] = {pool_configured,     pool_config_saved, pool_unfrozen,
                                  pool_window_changed, autoscaler_frozen, autoscaler_measured};
// What changes whether an agent is admitted.
constexpr EventType of_admissions[] = {agent_started,     agent_connected, agent_disconnected,
                                       agent_row_deleted, agent_gone,      pool_token_rotated};
constexpr EventType of_locks[] = {workspace_locked, workspace_unlocked};

Property safety(std::string_view name, std::string_view sentence, std::string_view antecedent,
                std::string_view violation, std::initializer_list<EventType> events,
                bool (*violates)(const Transition&, Found&)) {
  Property property{};
  property.name = name;
  property.kind = PropertyKind::never;
  property.sentence = sentence;
  property.antecedent = antecedent;
  property.violation = violation;
  property.events = mask_of(events);
  property.before = violates;
  return property;
}

Property liveness(std::string_view name, std::string_view sentence, std::string_view antecedent,
                  std::string_view violation, const EventMask& events,
                  void (*owes)(const World&, const Setup&, const Clock&, Found&)) {
  Property property{};
  property.name = name;
  property.kind = PropertyKind::eventually;
  property.sentence = sentence;
  property.antecedent = antecedent;
  property.violation = violation;
  property.events = events;
  property.owed = owes;
  return property;
}

std::vector<Property> safety_of_tasks() {
  return {
      safety("reserved_pod_kept", "the platform never deletes a pod that is truly reserved",
             "a living pod is deleted while some pod is reserved",
             "pod {pod} was deleted while task {task} is reserved on it", {pod_delete_requested},
             violates_reserved_pod_kept),
      safety("running_pod_kept",
             "the platform never deletes a pod on which a task is truly running",
             "a living pod is deleted while some task runs",
             "pod {pod} was deleted while task {task} runs on it", {pod_delete_requested},
             violates_running_pod_kept),
      safety("apply_only_confirmed",
             "no apply is ever sent to an agent for a task that no user confirmed",
             "an apply is sent to an agent",
             "the apply of task {task} was sent to pod {pod} although no user confirmed it",
             {queue_pushed}, violates_apply_only_confirmed),
      safety("apply_on_plan_pod",
             "while the pod where a task's plan ran lives, its apply runs on that pod and slot",
             "an apply starts while the pod where its plan ran lives",
             "the apply of task {task} started elsewhere although pod {pod}, where its plan ran, "
             "lives",
             {agent_slot_taken}, violates_apply_on_plan_pod),
      safety("one_place_per_task",
             "a task is never being run in two places, and in no memory in two slots",
             "an agent or a slot is given a task",
             "task {task} was given a place on pod {pod} while it had another",
             {agent_slot_taken, slot_assigned, slot_reserved}, violates_one_place_per_task),
      safety("apply_once", "the apply of one confirmation starts at most once", "an apply starts",
             "the apply of task {task} started a second time, on pod {pod}", {agent_slot_taken},
             violates_apply_once),
      safety("slot_rules",
             "no slot holds a task that its kind forbids, and no slot is given to a second task "
             "while its first runs or is reserved there",
             "a slot is given to a task",
             "slot {slot} of pod {pod} was given to task {task}, which its kind forbids or whose "
             "place another task has",
             {slot_assigned, slot_reserved}, violates_slot_rules),
      safety("workspace_serial",
             "a workspace never has two plan_and_apply tasks running, and a locked one starts none",
             "a task starts in a workspace that is locked or has another unfinished plan_and_apply",
             "task {task} started in workspace {workspace}, where another plan_and_apply runs or "
             "which another task locks",
             {agent_slot_taken, task_started, task_apply_started}, violates_workspace_serial),
  };
}

std::vector<Property> safety_of_pools() {
  return {
      safety("replica_bounds",
             "the platform never creates above max_replicas and never deletes below min_replicas "
             "by scaling",
             "a pod is created, or scaling deletes one",
             "pod {pod} was created or deleted beyond the replica bounds of pool {pool}",
             {pod_created, pod_delete_requested}, violates_replica_bounds),
      safety("gradual_scaling",
             "one autoscaler cycle never removes more than one pod, outside a freeze window",
             "the autoscaler scales a pool down",
             "pod {pod} was the second pod of pool {pool} that one cycle removed",
             {pod_delete_requested}, violates_gradual_scaling),
      safety("freeze_kept", "no pod is created inside a freeze window, unless it is unfrozen",
             "a pool is in its freeze window when the autoscaler looks or a pod is created",
             "pod {pod} was created inside a freeze window of pool {pool}",
             {pod_created, autoscaler_frozen}, violates_freeze_kept),
      safety("secret_kept", "the secret never rotates by age while the pool has pods",
             "a secret rotates by age",
             "the secret of pool {pool} was rotated by age while pod {pod} is there",
             {pool_token_rotated, pool_secret_rotated}, violates_secret_kept),
      safety("pool_isolated",
             "one pool's error never keeps another pool from being served in the same cycle",
             "a pool's part of an autoscaler cycle meets an error and there is another pool",
             "pool {pool} was passed over by an autoscaler cycle",
             {procedure_advanced, procedure_ended}, violates_pool_isolated),
      safety("idempotent_step",
             "repeating a sync, reconcile, release or reserve at once changes nothing more",
             "a step of one of them writes into a memory",
             "a step of replica {replica}, repeated at once, would change pod {pod} again",
             {procedure_advanced, procedure_ended}, violates_idempotent_step),
      safety("no_name_collision",
             "no creation is refused because the platform chose a name that exists",
             "a pod is to be created",
             "pool {pool} was refused a pod because pod {pod} has the name that it chose",
             {pod_created, pod_create_refused}, violates_no_name_collision),
  };
}

std::vector<Property> liveness_rows() {
  return {
      liveness("confirmed_apply_runs",
               "a confirmed apply at last starts, or its task ends with a stated failure",
               "an apply is confirmed", "the confirmed apply of task {task} has not started",
               EventMask{} | of_rows | of_taken_work, owes_confirmed_apply_runs),
      liveness("pending_task_runs",
               "an unblocked Pending task at last starts, as long as the pool may grow or has "
               "room",
               "a task is Pending and unblocked, and its pool may grow or has room",
               "task {task} of workspace {workspace} is Pending and has not started",
               EventMask{} | of_new_tasks | of_rows | of_new_pods | of_ended_pods | of_taken_work |
                   of_ended_work | of_pools | of_locks,
               owes_pending_task_runs),
      liveness("reservation_restored",
               "after a restart, a truly reserved slot is at last Reserved in the leader's "
               "memory",
               "a task is truly reserved on a living pod",
               "task {task} is reserved on pod {pod}, and no slot in the memory of replica "
               "{replica} is Reserved for it",
               EventMask{} | of_rows | of_ended_pods | of_taken_work | of_slots | of_reused_slots,
               owes_reservation_restored),
      liveness("belief_converges",
               "once nothing happens for two cycles, the leader's slots equal the truth",
               "a slot of the leader's memory differs from the truth",
               "replica {replica} is wrong about task {task} on pod {pod}",
               EventMask{} | of_rows | of_ended_pods | of_taken_work | of_ended_work | of_slots |
                   of_assigned_slots,
               owes_belief_converges),
      liveness("pool_settles",
               "an idle pool is at last at min_replicas, 0 in a freeze window",
               "a pool has no unfinished task and another number of pods",
               "pool {pool} is idle and does not have min_replicas pods",
               EventMask{} | of_new_tasks | of_rows | of_new_pods | of_ended_pods | of_pools,
               owes_pool_settles),
  };
}

// What the recordings of the platform's own code show to stay wrong.
std::vector<Property> settled_rows() {
  const EventMask work = EventMask{} | of_rows | of_taken_work | of_ended_work;
  const EventMask places = EventMask{} | of_rows | of_slots | of_assigned_slots;
  return {
      liveness("running_task_executed",
               "a Running task is at last being run by an agent, or Running no more",
               "a task is Running and no agent runs it",
               "task {task} is Running, and no agent runs it", work, owes_running_task_executed),
      liveness("running_task_placed", "a Running task at last has a slot in the leader's memory",
               "a task is Running and in no slot of the leader's memory",
               "task {task} is Running, and the leader's memory has no slot for it", places,
               owes_running_task_placed),
      liveness("waiting_task_placed",
               "a task that waits for its apply at last has a slot in the leader's memory",
               "a task is ApplyPending and in no slot of the leader's memory",
               "task {task} is ApplyPending, and the leader's memory has no slot for it", places,
               owes_waiting_task_placed),
      liveness("waiting_task_has_pod",
               "a task that waits for its apply at last waits no more, if the pod of its plan is "
               "gone",
               "a task is ApplyPending and the pod where its plan ran is gone",
               "task {task} is ApplyPending, and the pod where its plan ran is gone",
               EventMask{} | of_rows | of_ended_pods | of_taken_work, owes_waiting_task_has_pod),
      liveness("one_slot_per_task", "a task at last has one slot in the leader's memory",
               "a task is in two slots of the leader's memory",
               "slot {slot} of pod {pod} is one too many for task {task}", places,
               owes_one_slot_per_task),
      liveness("ended_task_frees_slot",
               "a slot of the leader's memory at last holds only a task that runs or waits",
               "a slot of the leader's memory holds a task that neither runs nor waits",
               "slot {slot} of pod {pod} holds task {task}, which neither runs nor waits", places,
               owes_ended_task_frees_slot),
      liveness("ended_task_stops", "an agent at last works only on tasks that are Running",
               "an agent works on a task that is not Running",
               "the agent of pod {pod} works on task {task}, which is not Running", work,
               owes_ended_task_stops),
      liveness("ended_task_unlocks",
               "a workspace is at last not locked by a task that has ended",
               "a task has ended and its workspace is locked by it",
               "workspace {workspace} is locked by task {task}, which has ended",
               EventMask{} | of_rows | of_locks, owes_ended_task_unlocks),
      liveness("living_agent_admitted",
               "the agent of a living pod can at last connect",
               "an agent is not connected, and its token is revoked or its row is gone",
               "the agent of pod {pod} is refused for ever",
               EventMask{} | of_admissions | of_ended_pods,
               owes_living_agent_admitted),
  };
}

std::vector<Property> make_table() {
  std::vector<Property> table;
  const auto append = [&](const auto& rows) {
    table.insert(table.end(), rows.begin(), rows.end());
  };
  append(safety_of_tasks());
  append(safety_of_pools());
  append(liveness_rows());
  append(settled_rows());
  append(goals());
  return table;
}

}  // namespace

std::span<const Property> properties() {
  static const std::vector<Property> table = make_table();
  return table;
}

const Property* find_property(std::string_view name) {
  const auto all = properties();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Property& property) { return property.name == name; });
  return found == all.end() ? nullptr : &*found;
}

EventMask mask_of(std::initializer_list<EventType> types) {
  EventMask mask;
  for (const EventType type : types) mask.set(static_cast<std::size_t>(type));
  return mask;
}

// --- what the properties share -------------------------------------------------------------------

const Pod* pod_at(const World& world, PodIndex pod) {
  return pod < world.pods.size() ? &world.pods[pod] : nullptr;
}

const Task* task_at(const World& world, TaskIndex task) {
  return task < world.tasks.size() && world.tasks[task].exists ? &world.tasks[task] : nullptr;
}

const Procedure* procedure_at(const World& world, ProcedureIndex procedure) {
  if (procedure >= world.procedures.size()) return nullptr;
  return world.procedures[procedure].depth == 0 ? nullptr : &world.procedures[procedure];
}

const Memory* leader_memory(const World& world) {
  return world.leader < world.memories.size() ? &world.memories[world.leader] : nullptr;
}

bool on_stack(const Procedure* procedure, Program program) {
  if (procedure == nullptr) return false;
  const auto end = procedure->stack.begin() + procedure->depth;
  return std::any_of(procedure->stack.begin(), end,
                     [&](const Frame& frame) { return frame.program == program; });
}

bool is_served(const World& world, const Procedure& procedure) {
  return procedure.replica < world.replicas.size() &&
         world.replicas[procedure.replica].state != ReplicaState::down;
}

bool deletes_living_pod(const Transition& t) {
  if (t.event.type != pod_delete_requested) return false;
  const Pod* pod = pod_at(t.world, t.event.pod);
  return pod != nullptr && lives(*pod);
}

bool starts_apply(const Event& event) {
  return event.type == agent_slot_taken && event.action == Action::apply;
}

int living_pods(const World& world, PoolIndex pool) {
  return static_cast<int>(std::count_if(world.pods.begin(), world.pods.end(), [&](const Pod& pod) {
    return pod.pool == pool && lives(pod);
  }));
}

bool works_on(const World& world, PodIndex pod, TaskIndex task) {
  if (pod >= world.agents.size()) return false;
  const auto& work = world.agents[pod].work;
  return std::any_of(work.begin(), work.end(),
                     [&](const AgentWork& one) { return one.task == task; });
}

bool reserved_on_living_pod(const World& world, const Task& task) {
  const Pod* pod = pod_at(world, task.plan_pod);
  return pod != nullptr && lives(*pod) && reserved_on(task, task.plan_pod);
}

bool is_served_by_pods(const World& world, const Task& task) {
  return task.workspace < world.workspaces.size() &&
         world.workspaces[task.workspace].mode == ExecutionMode::k8s;
}

}  // namespace holdfast
