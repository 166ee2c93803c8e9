// The goals that ask for more than their event: each reached, and a neighbour that does not reach
// it.
#include <gtest/gtest.h>

#include <holdfast/tests/support/property_bench.h>

namespace holdfast {
namespace {

using Sometimes = PropertyBench;

TEST_F(Sometimes, an_apply_runs_where_its_plan_ran_or_elsewhere) {
  const PodIndex pod = pod_with_agent();
  const PodIndex other = pod_with_agent();
  const TaskIndex task = reserved_task(pod);
  const Event here = takes(pod, 0, task, Action::apply);
  const Event elsewhere = takes(other, 0, task, Action::apply);
  EXPECT_TRUE(reaches("apply_on_its_plans_pod", here));
  EXPECT_FALSE(reaches("apply_on_its_plans_pod", elsewhere));
  EXPECT_FALSE(reaches("apply_on_its_plans_pod", takes(pod, 0, task, Action::plan)));
  EXPECT_TRUE(reaches("apply_on_another_pod", elsewhere));
  EXPECT_FALSE(reaches("apply_on_another_pod", here));
}

TEST_F(Sometimes, an_apply_is_confirmed_soon_after_a_start) {
  const TaskIndex task = reserved_task(pod_with_agent());
  const Event confirmed = make(EventType::task_confirmed, [&](Event& e) { e.task = task; });
  EXPECT_TRUE(reaches("apply_confirmed_after_restart", confirmed));
  EXPECT_TRUE(reaches("apply_confirmed", confirmed));
  d.wait(minute);
  EXPECT_FALSE(reaches("apply_confirmed_after_restart", confirmed));
}

TEST_F(Sometimes, a_task_is_planned_again_because_its_pod_is_lost) {
  const auto reset = [&](Reason reason) {
    return make(EventType::task_reset, [&](Event& e) { e.reason = reason; });
  };
  EXPECT_TRUE(reaches("replanned", reset(Reason::lost_pod)));
  EXPECT_FALSE(reaches("replanned", reset(Reason::send_failed)));
}

TEST_F(Sometimes, a_failed_task_is_reported_after_all) {
  const TaskIndex task = d.task(ws);
  const Event applied = make(EventType::task_applied, [&](Event& e) { e.task = task; });
  EXPECT_FALSE(reaches("late_report", applied));
  d.set_status(task, TaskStatus::failed);
  EXPECT_TRUE(reaches("late_report", applied));
}

TEST_F(Sometimes, scaling_creates_and_deletes_pods) {
  const PodIndex pod = d.pod(pool);
  const ProcedureIndex scaling = standing({Program::autoscale, Program::scale});
  const ProcedureIndex ensuring = standing({Program::ensure_pods});
  EXPECT_TRUE(reaches("scale_up", creates(scaling)));
  EXPECT_FALSE(reaches("scale_up", creates(ensuring)));
  EXPECT_TRUE(reaches("scale_down", deletes(pod, scaling)));
  EXPECT_FALSE(reaches("scale_down", deletes(pod, ensuring)));
  d.fold(deletes(pod));
  EXPECT_FALSE(reaches("scale_down", deletes(pod, scaling)));
}

TEST_F(Sometimes, the_autoscaler_starts_from_nothing) {
  const auto decides = [&](int pods, int desired) {
    return make(EventType::autoscaler_decided, [&](Event& e) { e.n = {pods, desired}; });
  };
  EXPECT_TRUE(reaches("cold_start", decides(0, 1)));
  EXPECT_FALSE(reaches("cold_start", decides(0, 0)));
  EXPECT_FALSE(reaches("cold_start", decides(1, 2)));
}

TEST_F(Sometimes, a_pool_is_full_or_empty) {
  const PodIndex first = d.pod(pool);
  EXPECT_FALSE(reaches("pool_at_max", creates()));
  EXPECT_TRUE(reaches("pool_empty", deletes(first)));
  d.pod(pool);
  EXPECT_TRUE(reaches("pool_at_max", creates()));
  EXPECT_FALSE(reaches("pool_empty", deletes(first)));
}

TEST_F(Sometimes, a_pod_is_deleted_for_a_freeze_window_or_as_unhealthy) {
  const PodIndex pod = d.pod(pool);
  const auto deletes_for = [&](Reason reason) {
    Event e = deletes(pod);
    e.reason = reason;
    return e;
  };
  EXPECT_TRUE(reaches("freeze_deletes_pod", deletes_for(Reason::freeze_window)));
  EXPECT_FALSE(reaches("freeze_deletes_pod", deletes_for(Reason::none)));
  EXPECT_TRUE(reaches("unhealthy_restart", deletes_for(Reason::unhealthy)));
  EXPECT_FALSE(reaches("unhealthy_restart", deletes_for(Reason::none)));
}

TEST_F(Sometimes, a_request_of_a_user_deletes_a_pod) {
  const PodIndex pod = d.pod(pool);
  const ProcedureIndex save = standing({Program::save_config, Program::rebuild_idle});
  const ProcedureIndex cycle = standing({Program::autoscaler_cycle, Program::autoscale});
  EXPECT_TRUE(reaches("handler_deletes_pod", deletes(pod, save)));
  EXPECT_FALSE(reaches("handler_deletes_pod", deletes(pod, cycle)));
}

TEST_F(Sometimes, a_pod_with_a_task_is_lost) {
  const PodIndex reserved = pod_with_agent();
  reserved_task(reserved);
  const PodIndex busy = pod_with_agent();
  d.plan_on(busy, 1, d.task(ws, TaskType::plan));
  const auto lost = [&](PodIndex pod) {
    return make(EventType::pod_gone, [&](Event& e) { e.pod = pod; });
  };
  EXPECT_TRUE(reaches("pod_lost_with_reservation", lost(reserved)));
  EXPECT_FALSE(reaches("pod_lost_with_reservation", lost(busy)));
  EXPECT_TRUE(reaches("pod_lost_with_running_task", lost(busy)));
  EXPECT_FALSE(reaches("pod_lost_with_running_task", lost(reserved)));
  d.fold(deletes(reserved));
  EXPECT_FALSE(reaches("pod_lost_with_reservation", lost(reserved))) << "deleted, not lost";
}

TEST_F(Sometimes, the_leader_stops_while_a_pod_is_needed) {
  const PodIndex pod = pod_with_agent();
  const auto stops = [&](ReplicaIndex which) {
    return make(EventType::server_stopped, [&](Event& e) { e.replica = which; });
  };
  EXPECT_FALSE(reaches("restart_with_reservation", stops(replica)));
  EXPECT_FALSE(reaches("restart_with_running_task", stops(replica)));
  reserved_task(pod);
  d.plan_on(pod, 1, d.task(ws, TaskType::plan));
  EXPECT_TRUE(reaches("restart_with_reservation", stops(replica)));
  EXPECT_TRUE(reaches("restart_with_running_task", stops(replica)));
  EXPECT_FALSE(reaches("restart_with_reservation", stops(d.serve())));
}

TEST_F(Sometimes, a_server_that_serves_takes_over_the_lead) {
  const ReplicaIndex second = d.serve();
  d.fold(EventType::leader_lost, [&](Event& e) { e.replica = replica; });
  const auto elected = [&](ReplicaIndex which) {
    return make(EventType::leader_elected, [&](Event& e) { e.replica = which; });
  };
  EXPECT_TRUE(reaches("leader_change", elected(second)));
  d.fold(EventType::server_started, [&](Event& e) { e.replica = 2; });
  EXPECT_FALSE(reaches("leader_change", elected(2)));
}

TEST_F(Sometimes, an_agent_connects_again) {
  const PodIndex pod = pod_with_agent();
  d.fold(EventType::agent_disconnected, [&](Event& e) { e.pod = pod; });
  const PodIndex fresh = d.pod(pool);
  d.fold(EventType::agent_started, [&](Event& e) { e.pod = fresh; });
  const auto connects = [&](PodIndex which) {
    return make(EventType::agent_connected, [&](Event& e) { e.pod = which; });
  };
  EXPECT_TRUE(reaches("agent_reconnects", connects(pod)));
  EXPECT_FALSE(reaches("agent_reconnects", connects(fresh)));
}

TEST_F(Sometimes, a_freeze_window_meets_a_reservation_of_its_pool) {
  const PoolIndex other = d.pool(0, 1);
  reserved_task(pod_with_agent());
  const auto frozen = [&](PoolIndex which) {
    return make(EventType::autoscaler_frozen, [&](Event& e) { e.pool = which; });
  };
  EXPECT_TRUE(reaches("freeze_with_reservation", frozen(pool)));
  EXPECT_FALSE(reaches("freeze_with_reservation", frozen(other)));
}

}  // namespace
}  // namespace holdfast
