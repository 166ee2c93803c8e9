// For every eventual property a world in which something is owed and a neighbour in which it is
// not.
#include <gtest/gtest.h>

#include <holdfast/tests/support/property_bench.h>

namespace holdfast {
namespace {

using Eventually = PropertyBench;

// --- confirmed_apply_runs ------------------------------------------------------------------------

TEST_F(Eventually, a_confirmed_apply_is_owed_its_start_until_an_agent_begins_it) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  EXPECT_FALSE(owes("confirmed_apply_runs"));
  d.set_status(task, TaskStatus::apply_confirmed);
  EXPECT_EQ(owed("confirmed_apply_runs"), (std::vector{Entities{.task = task, .workspace = ws}}));
  d.set_status(task, TaskStatus::running_applying);
  EXPECT_TRUE(owes("confirmed_apply_runs")) << "written, but sent to nobody";
  d.fold(takes(pod, 0, task, Action::apply));
  EXPECT_FALSE(owes("confirmed_apply_runs"));
}

TEST_F(Eventually, a_confirmed_apply_that_ended_in_failure_is_owed_nothing) {
  const TaskIndex task = reserved_task(pod_with_agent());
  d.set_status(task, TaskStatus::apply_confirmed);
  d.set_status(task, TaskStatus::failed);
  EXPECT_FALSE(owes("confirmed_apply_runs"));
}

TEST_F(Eventually, an_apply_that_the_server_runs_itself_has_started_with_its_row) {
  const TaskIndex task = d.task(d.workspace(pool, ExecutionMode::local));
  d.set_status(task, TaskStatus::running_applying);
  EXPECT_FALSE(owes("confirmed_apply_runs"));
}

// --- pending_task_runs ---------------------------------------------------------------------------

TEST_F(Eventually, a_pending_task_is_owed_its_start_while_the_pool_may_grow) {
  const TaskIndex task = d.task(ws);
  EXPECT_EQ(owed("pending_task_runs"),
            (std::vector{Entities{.task = task, .workspace = ws, .pool = pool}}));
  d.freeze(pool);
  EXPECT_FALSE(owes("pending_task_runs"));
}

TEST_F(Eventually, a_full_pool_owes_a_pending_task_nothing) {
  const PodIndex pods[] = {pod_with_agent(), pod_with_agent(), pod_with_agent()};
  for (const PodIndex pod : pods) {
    const TaskIndex task = d.task(d.workspace(pool));
    d.planned_on(pod, 0, task);
  }
  d.task(ws);
  EXPECT_FALSE(owes("pending_task_runs")) << "three pods of at most three, no slot 0 free";
  d.task(d.workspace(pool), TaskType::plan);
  EXPECT_TRUE(owes("pending_task_runs")) << "a plan has slots 1 and 2";
}

TEST_F(Eventually, with_four_slots_a_pod_has_room_for_one_plan_and_apply) {
  d.knobs().slots = SlotsKnob::four;
  d.fold(EventType::pool_config_saved, [&](Event& e) {
    e.pool = pool;
    e.n = {1, 1};
  });
  const PodIndex pod = pod_with_agent();
  d.plan_on(pod, 2, d.task(d.workspace(pool), TaskType::plan));
  d.task(ws);
  EXPECT_TRUE(owes("pending_task_runs"));
  d.planned_on(pod, 0, d.task(d.workspace(pool)));
  EXPECT_FALSE(owes("pending_task_runs"));
}

TEST_F(Eventually, without_slots_an_agent_has_room_until_it_is_full) {
  d.knobs().slots = SlotsKnob::none;
  d.setup.slots_on_agent = 1;
  d.fold(EventType::pool_config_saved, [&](Event& e) {
    e.pool = pool;
    e.n = {1, 1};
  });
  const PodIndex pod = pod_with_agent();
  d.task(ws);
  EXPECT_TRUE(owes("pending_task_runs"));
  d.plan_on(pod, no_slot, d.task(d.workspace(pool)));
  EXPECT_FALSE(owes("pending_task_runs"));
}

TEST_F(Eventually, a_blocked_task_and_one_in_a_locked_workspace_wait_by_right) {
  const TaskIndex first = d.task(ws);
  const TaskIndex second = d.task(ws);
  EXPECT_EQ(owed("pending_task_runs"),
            (std::vector{Entities{.task = first, .workspace = ws, .pool = pool}}));
  d.set_status(first, TaskStatus::cancelled);
  EXPECT_EQ(owed("pending_task_runs"),
            (std::vector{Entities{.task = second, .workspace = ws, .pool = pool}}));
  d.fold(EventType::workspace_locked, [&](Event& e) {
    e.workspace = ws;
    e.task = first;
  });
  EXPECT_FALSE(owes("pending_task_runs"));
}

TEST_F(Eventually, a_local_task_needs_no_pool) {
  d.freeze(pool);
  d.task(d.workspace(pool, ExecutionMode::local));
  EXPECT_TRUE(owes("pending_task_runs"));
}

// --- reservation_restored ------------------------------------------------------------------------

TEST_F(Eventually, a_reservation_is_owed_until_the_leader_has_it) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  const Entities expected{.pod = pod,
                          .task = task,
                          .workspace = ws,
                          .replica = replica,
                          .memory = replica,
                          .slot = 0};
  EXPECT_EQ(owed("reservation_restored"), std::vector{expected});
  d.assign(pod, 0, task);
  EXPECT_TRUE(owes("reservation_restored")) << "Running is not Reserved";
  d.reserve(pod, 0, task);
  EXPECT_FALSE(owes("reservation_restored"));
  d.fold(EventType::memory_lost, [&](Event& e) { e.memory = replica; });
  EXPECT_TRUE(owes("reservation_restored"));
  d.fold(EventType::leader_lost, [&](Event& e) { e.replica = replica; });
  EXPECT_FALSE(owes("reservation_restored")) << "nobody leads";
}

TEST_F(Eventually, a_reservation_whose_pod_is_lost_is_not_owed) {
  const PodIndex pod = pod_with_agent();
  reserved_task(pod);
  d.fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; });
  EXPECT_FALSE(owes("reservation_restored"));
}

TEST_F(Eventually, without_slots_nothing_is_ever_reserved) {
  d.knobs().slots = SlotsKnob::none;
  reserved_task(pod_with_agent());
  EXPECT_FALSE(owes("reservation_restored"));
  EXPECT_FALSE(owes("belief_converges"));
}

// --- belief_converges ----------------------------------------------------------------------------

TEST_F(Eventually, a_slot_that_holds_a_task_which_is_not_there_is_wrong) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = d.task(ws);
  EXPECT_FALSE(owes("belief_converges"));
  d.assign(pod, 0, task);
  const Entities expected{
      .pod = pod, .task = task, .replica = replica, .memory = replica, .slot = 0};
  EXPECT_EQ(owed("belief_converges"), std::vector{expected});
  d.plan_on(pod, 0, task);
  EXPECT_FALSE(owes("belief_converges"));
}

TEST_F(Eventually, a_running_and_a_reserved_task_in_no_slot_are_missing) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex plan = d.task(ws, TaskType::plan);
  d.plan_on(pod, 1, plan);
  const TaskIndex waiting = reserved_task(pod, 0);
  const auto missing = [&](TaskIndex task, SlotIndex slot) {
    return Entities{
        .pod = pod, .task = task, .replica = replica, .memory = replica, .slot = slot};
  };
  EXPECT_EQ(owed("belief_converges"), (std::vector{missing(plan, 1), missing(waiting, 0)}));
  d.assign(pod, 1, plan);
  EXPECT_EQ(owed("belief_converges"), std::vector{missing(waiting, 0)});
  d.reserve(pod, 0, waiting);
  EXPECT_FALSE(owes("belief_converges"));
}

TEST_F(Eventually, the_right_task_in_the_wrong_slot_is_wrong_twice) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex waiting = reserved_task(pod, 0);
  d.reserve(pod, 3, waiting);
  EXPECT_EQ(owed("belief_converges").size(), 2u);
  d.set_status(waiting, TaskStatus::cancelled);
  d.change_slot(EventType::slot_released, pod, 3, waiting);
  const TaskIndex task = d.task(ws, TaskType::plan);
  d.plan_on(pod, 1, task);
  d.assign(pod, 2, task);
  EXPECT_EQ(owed("belief_converges").size(), 2u);
}

TEST_F(Eventually, work_that_was_given_without_a_slot_may_be_in_any) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = d.task(ws, TaskType::plan);
  d.plan_on(pod, no_slot, task);
  EXPECT_TRUE(owes("belief_converges"));
  d.assign(pod, 2, task);
  EXPECT_FALSE(owes("belief_converges"));
}

TEST_F(Eventually, a_task_that_is_reserved_and_applies_at_once_is_missing_once) {
  const PodIndex pod = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  d.fold(takes(pod, 0, task, Action::apply));
  EXPECT_EQ(owed("belief_converges").size(), 1u);
}

// --- pool_settles --------------------------------------------------------------------------------

TEST_F(Eventually, an_idle_pool_goes_to_its_minimum) {
  EXPECT_EQ(owed("pool_settles"), (std::vector{Entities{.pool = pool}}));
  d.pod(pool, PodState::pending);
  EXPECT_FALSE(owes("pool_settles"));
  const PodIndex second = d.pod(pool);
  EXPECT_TRUE(owes("pool_settles"));
  d.fold(deletes(second));
  EXPECT_FALSE(owes("pool_settles"));
}

TEST_F(Eventually, in_a_freeze_window_an_idle_pool_goes_to_nothing) {
  const PodIndex pod = d.pod(pool);
  d.freeze(pool);
  EXPECT_TRUE(owes("pool_settles"));
  d.fold(deletes(pod));
  EXPECT_FALSE(owes("pool_settles"));
}

TEST_F(Eventually, a_pool_with_an_unfinished_task_is_not_idle_a_local_one_does_not_count) {
  const TaskIndex task = d.task(ws);
  EXPECT_FALSE(owes("pool_settles"));
  d.set_status(task, TaskStatus::success);
  EXPECT_TRUE(owes("pool_settles"));
  d.task(d.workspace(pool, ExecutionMode::local));
  EXPECT_TRUE(owes("pool_settles"));
}

}  // namespace
}  // namespace holdfast
