// The views of a world: what procedures, properties and reports read of it.
#include <gtest/gtest.h>

#include <holdfast/tests/support/drive.h>

namespace holdfast {
namespace {

struct Views : ::testing::Test {
  Drive d;
  ReplicaIndex replica = d.serve();
  PoolIndex pool = d.pool(1, 3);
  PoolIndex other = d.pool(1, 3);
  WorkspaceIndex ws = d.workspace(pool);

  const Memory& memory() const { return d.world.memories[0]; }
  PodIndex managed(PoolIndex of) {
    const PodIndex pod = d.pod(of);
    d.manage(pod);
    return pod;
  }
};

TEST_F(Views, a_task_is_in_the_first_slot_that_holds_it_by_pod_and_slot) {
  const PodIndex first = managed(pool);
  const PodIndex last = managed(pool);
  const TaskIndex task = d.task(ws);
  EXPECT_FALSE(place_of(memory(), task).found());
  d.assign(last, 0, task);
  EXPECT_EQ(place_of(memory(), task), (SlotPlace{last, 0}));
  d.reserve(first, 2, task);
  EXPECT_EQ(place_of(memory(), task), (SlotPlace{first, 2}));
  d.change_slot(EventType::slot_released, first, 2, task);
  EXPECT_EQ(place_of(memory(), task), (SlotPlace{last, 0}));
}

TEST_F(Views, statistics_count_the_slots_of_one_pool) {
  const PodIndex pod = managed(pool);
  managed(pool);
  const PodIndex elsewhere = managed(other);
  d.assign(pod, 0, d.task(ws));
  d.assign(pod, 1, d.task(ws));
  d.reserve(pod, 2, d.task(ws));
  d.assign(elsewhere, 0, d.task(ws));
  const SlotStatistics slots = slot_statistics(memory(), pool, 3);
  EXPECT_EQ(slots.pods, 2);
  EXPECT_EQ(slots.total, 6);
  EXPECT_EQ(slots.used, 2);
  EXPECT_EQ(slots.reserved, 1);
  EXPECT_EQ(managed_count(memory(), pool), 2);
  EXPECT_EQ(managed_count(memory(), other), 1);
  EXPECT_FALSE(all_idle(memory().pods[pod]));
  EXPECT_TRUE(all_idle(memory().pods[1]));
}

TEST_F(Views, a_task_reserves_the_pod_of_its_plan_while_it_waits) {
  const PodIndex pod = d.pod(pool);
  const TaskIndex task = d.task(ws);
  d.plan_on(pod, 0, task);
  EXPECT_FALSE(reserved_on(d.world.tasks[task], pod));
  for (const TaskStatus status : {TaskStatus::apply_pending, TaskStatus::apply_confirmed}) {
    d.set_status(task, status);
    EXPECT_TRUE(reserved_on(d.world.tasks[task], pod));
  }
  d.set_status(task, TaskStatus::running_applying);
  EXPECT_FALSE(reserved_on(d.world.tasks[task], pod));
}

TEST_F(Views, a_pod_lives_until_it_ends_and_is_listed_until_it_is_gone) {
  const auto of = [](PodState state) {
    Pod pod;
    pod.state = state;
    return pod;
  };
  for (std::size_t i = 0; i < count_of<PodState>; ++i) {
    const auto state = static_cast<PodState>(i);
    EXPECT_EQ(lives(of(state)), state == PodState::pending || state == PodState::running);
    EXPECT_EQ(listed(of(state)), state != PodState::absent && state != PodState::gone);
  }
}

TEST_F(Views, every_status_is_pending_running_waiting_or_final_and_one_of_them_only) {
  for (std::size_t i = 0; i < count_of<TaskStatus>; ++i) {
    const auto status = static_cast<TaskStatus>(i);
    const int kinds = (status == TaskStatus::pending) + is_running(status) + is_waiting(status) +
                      is_final(status);
    EXPECT_EQ(kinds, 1) << name(status);
  }
}

TEST_F(Views, a_task_is_blocked_by_an_earlier_unfinished_one_of_its_workspace) {
  const WorkspaceIndex elsewhere = d.workspace(pool);
  d.task(elsewhere);
  const TaskIndex first = d.task(ws, TaskType::drift_check);
  const TaskIndex second_task = d.task(ws);
  EXPECT_FALSE(is_blocked(d.world, first));
  EXPECT_TRUE(is_blocked(d.world, second_task));
  for (const TaskStatus status : {TaskStatus::running_planning, TaskStatus::apply_pending}) {
    d.set_status(first, status);
    EXPECT_TRUE(is_blocked(d.world, second_task));
  }
  d.set_status(first, TaskStatus::failed);
  EXPECT_FALSE(is_blocked(d.world, second_task));
}

}  // namespace
}  // namespace holdfast
