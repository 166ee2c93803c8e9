// sync_pods and reconcile: how a memory comes to believe what it believes about pods and slots.
#include <gtest/gtest.h>

#include <holdfast/tests/support/pods_bench.h>

namespace holdfast {
namespace {

struct SyncPods : PodsBench {};
struct Reconcile : PodsBench {};

// --- sync_pods -------------------------------------------------------------------------------

TEST_F(SyncPods, discovers_living_and_terminating_pods_with_idle_slots) {
  const PodIndex pending = d.pod(pool, PodState::pending);
  const PodIndex running = d.pod(pool);
  const PodIndex terminating = d.pod(pool, PodState::terminating);
  const PodIndex gone = d.pod(pool, PodState::gone);
  run(Program::sync_pods);
  EXPECT_EQ(d.trail(), "sync_pods a b d");
  EXPECT_TRUE(d.knows(pending) && d.knows(running) && d.knows(terminating));
  EXPECT_FALSE(d.knows(gone));
  EXPECT_TRUE(has(running, 0, SlotState::idle));
  EXPECT_FALSE(d.failed);
}

TEST_F(SyncPods, leaves_the_slots_of_known_pods_and_refreshes_their_heartbeat) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.assign(pod, 0, task);
  d.wait(3 * minute);
  EXPECT_TRUE(d.clock.heartbeat_stale(d.world.memories[0].pods[pod]));
  run(Program::sync_pods);
  EXPECT_FALSE(d.clock.heartbeat_stale(d.world.memories[0].pods[pod]));
  EXPECT_TRUE(has(pod, 0, SlotState::running, task));
}

TEST_F(SyncPods, sees_the_pods_of_its_own_pool_only) {
  const PoolIndex other = d.pool(0, 1);
  const PodIndex theirs = d.pod(other);
  const PodIndex theirs_known = d.pod(other, PodState::gone);
  d.manage(theirs_known);
  run(Program::sync_pods);
  EXPECT_FALSE(d.knows(theirs));
  EXPECT_TRUE(d.knows(theirs_known));
}

TEST_F(SyncPods, forgets_and_deletes_ended_pods_one_after_the_other_oldest_first) {
  const PodIndex failed = managed_pod();
  const PodIndex succeeded = managed_pod();
  d.fold(EventType::pod_failed, [&](Event& e) { e.pod = failed; });
  d.fold(EventType::pod_succeeded, [&](Event& e) { e.pod = succeeded; });
  d.before("sync_pods", "c2", [&] { EXPECT_TRUE(!d.knows(failed) && d.knows(succeeded)); });
  run(Program::sync_pods);
  EXPECT_EQ(d.trail(), "sync_pods a b c1 c2 c1 c2 d");
  EXPECT_FALSE(d.knows(succeeded));
  EXPECT_EQ(d.pods_in(PodState::gone), 2);
}

TEST_F(SyncPods, logs_that_an_ended_pod_could_not_be_deleted_and_goes_on) {
  const PodIndex pod = managed_pod();
  d.fold(EventType::pod_failed, [&](Event& e) { e.pod = pod; });
  d.fail("sync_pods", "c2", Fault::cluster_error);
  run(Program::sync_pods);
  EXPECT_EQ(d.trail(), "sync_pods a b c1 c2 d");
  EXPECT_FALSE(d.failed);
  EXPECT_FALSE(d.knows(pod));
  EXPECT_EQ(d.world.pods[pod].state, PodState::failed);
}

TEST_F(SyncPods, deletes_an_ended_pod_although_the_answer_is_lost) {
  const PodIndex pod = managed_pod();
  d.fold(EventType::pod_failed, [&](Event& e) { e.pod = pod; });
  d.fail("sync_pods", "c2", Fault::cluster_timeout);
  run(Program::sync_pods);
  EXPECT_EQ(d.world.pods[pod].state, PodState::gone);
}

TEST_F(SyncPods, fails_and_changes_nothing_when_the_list_call_fails) {
  const PodIndex pod = managed_pod();
  d.fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; });
  d.fail("sync_pods", "a", Fault::cluster_error);
  run(Program::sync_pods);
  EXPECT_EQ(d.trail(), "sync_pods a");
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(d.knows(pod));
}

TEST_F(SyncPods, forgets_a_pod_that_was_created_after_its_list_until_the_next_sync) {
  PodIndex young = none;
  d.before("sync_pods", "d", [&] { young = managed_pod(); });
  run(Program::sync_pods);
  EXPECT_FALSE(d.knows(young));
  run(Program::sync_pods);
  EXPECT_TRUE(d.knows(young));
}

TEST_F(SyncPods, manages_a_pod_that_went_after_its_list_until_the_next_sync) {
  const PodIndex pod = d.pod(pool);
  d.before("sync_pods", "b", [&] { d.fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; }); });
  run(Program::sync_pods);
  EXPECT_TRUE(d.knows(pod));
  run(Program::sync_pods);
  EXPECT_FALSE(d.knows(pod));
}

TEST_F(SyncPods, a_deleted_pod_that_is_still_listed_comes_back_idle) {
  const PodIndex pod = managed_pod();
  d.assign(pod, 0, d.task(ws));
  d.fold(EventType::pod_delete_requested, [&](Event& e) { e.pod = pod; });
  d.fold(EventType::memory_pod_forgotten, [&](Event& e) { e.pod = pod; e.memory = 0; });
  run(Program::sync_pods);
  EXPECT_TRUE(d.knows(pod));
  EXPECT_TRUE(has(pod, 0, SlotState::idle));
}

TEST_F(SyncPods, a_stale_list_makes_it_forget_the_newest_pod) {
  const PodIndex old = managed_pod();
  const PodIndex newest = managed_pod();
  d.fail("sync_pods", "a", Fault::stale_list);
  run(Program::sync_pods);
  EXPECT_TRUE(d.knows(old));
  EXPECT_FALSE(d.knows(newest));
}

// --- reconcile: known_only -------------------------------------------------------------------

TEST_F(Reconcile, fails_when_the_sync_fails) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.assign(pod, 0, task);
  d.fail("sync_pods", "a", Fault::cluster_error);
  run(Program::reconcile);
  EXPECT_EQ(d.trail(), "sync_pods a");
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(has(pod, 0, SlotState::running, task));
}

TEST_F(Reconcile, releases_the_slots_of_tasks_that_are_not_answered) {
  const PodIndex pod = managed_pod();
  const TaskIndex ended = d.task(ws);
  const TaskIndex pending = d.task(ws, TaskType::plan);
  d.plan_on(pod, 0, ended);
  d.set_status(ended, TaskStatus::failed);
  d.assign(pod, 0, ended);
  d.assign(pod, 1, pending);
  run(Program::reconcile);
  EXPECT_EQ(d.trail(), "sync_pods a b d, reconcile e f g");
  EXPECT_TRUE(has(pod, 0, SlotState::idle));
  EXPECT_TRUE(has(pod, 1, SlotState::idle));
  EXPECT_EQ(d.last(EventType::slot_released).reason, Reason::reconcile);
}

TEST_F(Reconcile, releases_the_slot_of_a_task_that_has_no_agent_yet) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.set_status(task, TaskStatus::running_planning);
  d.assign(pod, 0, task);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::idle));
}

TEST_F(Reconcile, reserves_the_slot_of_a_task_that_waits_and_leaves_that_of_one_that_runs) {
  const PodIndex pod = managed_pod();
  const TaskIndex waits = d.task(ws);
  const TaskIndex runs = d.task(d.workspace(pool), TaskType::plan);
  d.planned_on(pod, 0, waits);
  d.plan_on(pod, 1, runs);
  d.assign(pod, 0, waits);
  d.assign(pod, 1, runs);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::reserved, waits));
  EXPECT_EQ(d.slot(pod, 0).type, TaskType::plan_and_apply);
  EXPECT_TRUE(has(pod, 1, SlotState::running, runs));
  const Event reconciled = d.last(EventType::memory_slots_reconciled);
  EXPECT_TRUE(reconciled.pods.contains(pod));
  EXPECT_TRUE(reconciled.others.contains(waits));
}

TEST_F(Reconcile, keeps_a_reserved_slot_reserved_while_its_apply_runs) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.set_status(task, TaskStatus::running_applying);
  d.reserve(pod, 0, task);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::reserved, task));
}

TEST_F(Reconcile, releases_a_slot_that_a_push_took_after_the_query) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.before("reconcile", "f", [&] {
    d.assign(pod, 0, task);
    d.plan_on(pod, 0, task);
  });
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::idle));
  EXPECT_EQ(d.world.tasks[task].row.status, TaskStatus::running_planning);
}

TEST_F(Reconcile, goes_on_to_expiry_when_the_query_fails) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.assign(pod, 0, task);
  d.fail("reconcile", "e", Fault::database_error);
  run(Program::reconcile);
  EXPECT_EQ(d.trail(), "sync_pods a b d, reconcile e g");
  EXPECT_FALSE(d.failed);
  EXPECT_TRUE(has(pod, 0, SlotState::running, task));
}

TEST_F(Reconcile, expires_a_reservation_after_a_day_although_its_task_still_waits) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.reserve(pod, 0, task);
  d.wait(24 * hour);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::reserved, task));
  d.wait(second);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::idle));
  EXPECT_EQ(d.count(EventType::slot_expired), 1);
}

TEST_F(Reconcile, leaves_the_slots_of_other_pools) {
  const PoolIndex other = d.pool(0, 1);
  const PodIndex theirs = d.pod(other);
  d.manage(theirs);
  const TaskIndex task = d.task(d.workspace(other));
  d.assign(theirs, 0, task);
  run(Program::reconcile);
  EXPECT_TRUE(has(theirs, 0, SlotState::running, task));
}

TEST_F(Reconcile, known_only_restores_nothing_after_a_restart) {
  const PodIndex pod = d.pod(pool);
  d.planned_on(pod, 0, d.task(ws));
  run(Program::reconcile);
  EXPECT_TRUE(d.knows(pod));
  EXPECT_TRUE(has(pod, 0, SlotState::idle));
}

TEST_F(Reconcile, done_twice_changes_nothing_more) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.assign(pod, 0, task);
  d.knobs().slot_rebuild = SlotRebuild::from_database;
  run(Program::reconcile);
  const World once = d.world;
  run(Program::reconcile);
  EXPECT_EQ(d.world, once);
}

// --- reconcile: from_database ----------------------------------------------------------------

struct Rebuild : PodsBench {
  Rebuild() { d.knobs().slot_rebuild = SlotRebuild::from_database; }
};

TEST_F(Rebuild, restores_waiting_and_running_tasks_where_their_plan_ran) {
  const PodIndex pod = d.pod(pool);
  const TaskIndex waits = d.task(ws);
  const TaskIndex runs = d.task(d.workspace(pool), TaskType::plan);
  d.planned_on(pod, 0, waits);
  d.plan_on(pod, 2, runs);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::reserved, waits));
  EXPECT_TRUE(has(pod, 2, SlotState::running, runs));
  EXPECT_EQ(d.last(EventType::slot_reserved).reason, Reason::rebuild);
  EXPECT_EQ(d.last(EventType::slot_assigned).reason, Reason::rebuild);
}

TEST_F(Rebuild, counts_the_slots_that_the_same_step_filled) {
  const PodIndex pod = d.pod(pool);
  const TaskIndex first = d.task(ws, TaskType::plan);
  const TaskIndex second_task = d.task(d.workspace(pool), TaskType::plan);
  const TaskIndex third = d.task(d.workspace(pool), TaskType::plan);
  d.plan_on(pod, 1, first);
  d.fold(EventType::agent_slot_freed, [&](Event& e) { e.pod = pod; e.task = first; });
  d.plan_on(pod, 1, second_task);
  d.fold(EventType::agent_slot_freed, [&](Event& e) { e.pod = pod; e.task = second_task; });
  d.plan_on(pod, 1, third);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 1, SlotState::running, first));
  EXPECT_TRUE(has(pod, 0, SlotState::running, second_task));
  EXPECT_TRUE(has(pod, 2, SlotState::running, third));
}

TEST_F(Rebuild, takes_a_slot_that_the_same_step_released) {
  const PodIndex pod = managed_pod();
  const TaskIndex ended = d.task(ws, TaskType::plan);
  const TaskIndex waits = d.task(ws);
  d.assign(pod, 0, ended);
  d.set_status(ended, TaskStatus::cancelled);
  d.planned_on(pod, 0, waits);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::reserved, waits));
}

TEST_F(Rebuild, never_reserves_slot_one_or_two_of_three) {
  const PodIndex pod = managed_pod();
  const TaskIndex other = d.task(d.workspace(pool), TaskType::plan);
  const TaskIndex waits = d.task(ws);
  d.plan_on(pod, 0, other);
  d.assign(pod, 0, other);
  d.planned_on(pod, 1, waits);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 1, SlotState::idle));
  EXPECT_EQ(d.count(EventType::slot_reserved), 0);
}

TEST_F(Rebuild, of_four_slots_takes_the_recorded_one_but_one_plan_and_apply_to_a_pod) {
  d.knobs().slots = SlotsKnob::four;
  const PodIndex pod = d.pod(pool);
  const TaskIndex waits = d.task(ws);
  const TaskIndex second_apply = d.task(d.workspace(pool));
  const TaskIndex plan = d.task(d.workspace(pool), TaskType::plan);
  d.planned_on(pod, 3, waits);
  d.planned_on(pod, 1, second_apply);
  d.plan_on(pod, 3, plan);
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 3, SlotState::reserved, waits));
  EXPECT_TRUE(has(pod, 1, SlotState::idle));
  EXPECT_TRUE(has(pod, 0, SlotState::running, plan));
}

TEST_F(Rebuild, leaves_a_task_whose_pod_is_not_managed) {
  const PodIndex pod = d.pod(pool, PodState::gone);
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  run(Program::reconcile);
  EXPECT_EQ(d.count(EventType::slot_reserved), 0);
}

TEST_F(Rebuild, does_nothing_where_slots_are_not_counted) {
  d.knobs().slots = SlotsKnob::none;
  const PodIndex pod = d.pod(pool);
  d.planned_on(pod, 0, d.task(ws));
  run(Program::reconcile);
  EXPECT_TRUE(has(pod, 0, SlotState::idle));
}

}  // namespace
}  // namespace holdfast
