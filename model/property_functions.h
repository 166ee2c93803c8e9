// What the table of properties points to, one function per property and named after it, and the few
// questions that they share. Only properties.cpp and the files properties_*.cpp include this.
//
// The functions run for most events of a walk: they look at the event first, and allocate nothing
// when they find nothing. They take any event, also one that names what is not there.
#pragma once

#include <holdfast/model/procedures/turn.h>
#include <holdfast/model/properties.h>

namespace holdfast {

using Found = std::vector<Entities>;

// --- what they share -----------------------------------------------------------------------------

// The entity at that place, or null.
const Pod* pod_at(const World& world, PodIndex pod);
const Task* task_at(const World& world, TaskIndex task);
// The procedure at that place, or null if none is under way there.
const Procedure* procedure_at(const World& world, ProcedureIndex procedure);
// The leader's memory, or null without a leader.
const Memory* leader_memory(const World& world);

// `program` called, perhaps through others, what the procedure does now; or is what it does.
bool on_stack(const Procedure* procedure, Program program);
// The process that runs the procedure has not stopped. An event that ends a procedure of a stopped
// process is no step of it.
bool is_served(const World& world, const Procedure& procedure);

// The platform deletes a pod that is Pending or Running.
bool deletes_living_pod(const Transition& t);
// The agent begins to apply a task.
bool starts_apply(const Event& event);
// Pods of the pool that are Pending or Running.
int living_pods(const World& world, PoolIndex pool);
// The agent in `pod` works on `task`.
bool works_on(const World& world, PodIndex pod, TaskIndex task);
// The task is truly reserved, and the pod where its plan ran lives.
bool reserved_on_living_pod(const World& world, const Task& task);
// Its workspace runs its tasks in slots of pods.
bool is_served_by_pods(const World& world, const Task& task);

// --- never: the world before the event -----------------------------------------------------------

bool violates_reserved_pod_kept(const Transition& t, Found& out);
bool violates_running_pod_kept(const Transition& t, Found& out);
bool violates_apply_only_confirmed(const Transition& t, Found& out);
bool violates_apply_on_plan_pod(const Transition& t, Found& out);
bool violates_one_place_per_task(const Transition& t, Found& out);
bool violates_apply_once(const Transition& t, Found& out);
bool violates_slot_rules(const Transition& t, Found& out);
bool violates_workspace_serial(const Transition& t, Found& out);
bool violates_replica_bounds(const Transition& t, Found& out);
bool violates_gradual_scaling(const Transition& t, Found& out);
bool violates_freeze_kept(const Transition& t, Found& out);
bool violates_secret_kept(const Transition& t, Found& out);
bool violates_pool_isolated(const Transition& t, Found& out);
bool violates_idempotent_step(const Transition& t, Found& out);
bool violates_no_name_collision(const Transition& t, Found& out);

// --- eventually ----------------------------------------------------------------------------------

void owes_confirmed_apply_runs(const World&, const Setup&, const Clock&, Found& out);
void owes_pending_task_runs(const World&, const Setup&, const Clock&, Found& out);
void owes_reservation_restored(const World&, const Setup&, const Clock&, Found& out);
void owes_belief_converges(const World&, const Setup&, const Clock&, Found& out);
void owes_pool_settles(const World&, const Setup&, const Clock&, Found& out);
// properties_settled.cpp
void owes_running_task_executed(const World&, const Setup&, const Clock&, Found& out);
void owes_running_task_placed(const World&, const Setup&, const Clock&, Found& out);
void owes_waiting_task_placed(const World&, const Setup&, const Clock&, Found& out);
void owes_waiting_task_has_pod(const World&, const Setup&, const Clock&, Found& out);
void owes_one_slot_per_task(const World&, const Setup&, const Clock&, Found& out);
void owes_ended_task_frees_slot(const World&, const Setup&, const Clock&, Found& out);
void owes_ended_task_stops(const World&, const Setup&, const Clock&, Found& out);
void owes_ended_task_unlocks(const World&, const Setup&, const Clock&, Found& out);
void owes_living_agent_admitted(const World&, const Setup&, const Clock&, Found& out);

// --- sometimes: the rows themselves, which are shorter than declarations of them would be --------

std::span<const Property> goals();

// The set of these types.
EventMask mask_of(std::initializer_list<EventType> types);

}  // namespace holdfast
