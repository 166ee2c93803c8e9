// delete_pod: what takes a pod away.
#include <gtest/gtest.h>

#include <holdfast/tests/support/pods_bench.h>

namespace holdfast {
namespace {

struct DeletePod : PodsBench {
  void run(PodIndex pod) {
    d.run(Program::delete_pod, [&](Procedure& p) {
      p.pool = pool;
      p.pod = pod;
    });
  }
};

TEST_F(DeletePod, is_refused_while_a_slot_is_running_or_reserved) {
  const PodIndex running = managed_pod();
  const PodIndex reserved = managed_pod();
  const TaskIndex task = d.task(ws);
  d.assign(running, 2, task);
  d.reserve(reserved, 0, task);
  for (const PodIndex pod : {running, reserved}) {
    d.forget();
    run(pod);
    EXPECT_EQ(d.trail(), "delete_pod i");
    EXPECT_TRUE(d.failed);
    EXPECT_EQ(d.world.pods[pod].state, PodState::running);
  }
}

TEST_F(DeletePod, of_a_pod_that_this_memory_does_not_know_passes) {
  const PodIndex pod = d.pod(pool);
  d.planned_on(pod, 0, d.task(ws));
  run(pod);
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
}

TEST_F(DeletePod, takes_a_pod_that_got_a_task_after_it_was_asked) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.before("delete_pod", "ii", [&] {
    d.assign(pod, 0, task);
    d.plan_on(pod, 0, task);
  });
  run(pod);
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_FALSE(d.knows(pod));
  EXPECT_EQ(d.world.tasks[task].row.status, TaskStatus::running_planning);
}

TEST_F(DeletePod, counts_one_that_is_gone_as_deleted) {
  const PodIndex pod = managed_pod();
  d.before("delete_pod", "ii",
           [&] { d.fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; }); });
  run(pod);
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.count(EventType::pod_delete_requested), 0);
  EXPECT_FALSE(d.knows(pod));
}

TEST_F(DeletePod, deletes_a_new_pod_under_the_old_ones_name) {
  const PodIndex old = managed_pod();
  d.fold(EventType::pod_gone, [&](Event& e) { e.pod = old; });
  const PodIndex pod = d.pod(pool);
  d.world.pods[pod].created = d.world.pods[old].created;  // in the same second
  run(old);
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_FALSE(d.knows(old));
}

TEST_F(DeletePod, keeps_the_pod_in_memory_when_the_call_fails) {
  const PodIndex pod = managed_pod();
  d.fail("delete_pod", "ii", Fault::cluster_error);
  run(pod);
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(d.knows(pod));
  EXPECT_EQ(d.world.pods[pod].state, PodState::running);
  d.fail("delete_pod", "ii", Fault::cluster_timeout);
  run(pod);
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(d.knows(pod));
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
}

}  // namespace
}  // namespace holdfast
