// autoscale: what it asks, what it decides, and what then happens to pods.
#include <gtest/gtest.h>

#include <algorithm>

#include <rapidcheck/gtest.h>

#include <holdfast/tests/support/autoscale_bench.h>

#include "desired_pods.h"

namespace holdfast {
namespace {

// --- utilisation -----------------------------------------------------------------------------

TEST_F(Autoscale, reconciles_measures_decides_and_scales) {
  const PodIndex pod = managed_pod();
  managed_pod();
  reserved_task(pod);
  const TaskIndex ended = d.task(ws, TaskType::plan);
  d.set_status(ended, TaskStatus::failed);
  d.assign(pod, 1, ended);
  run(0, 1);
  EXPECT_EQ(d.trail(),
            "sync_pods a b d, reconcile e f g, autoscale d, scale a f g, delete_pod i ii iii");
  EXPECT_EQ(d.last(EventType::autoscaler_measured).n, (std::array<std::int64_t, 4>{2, 6, 0, 1}));
  EXPECT_TRUE(decided(2, 1, Reason::bounds));
  EXPECT_EQ(d.world.pods[pod].state, PodState::running);
}

TEST_F(Autoscale, goes_on_when_the_reconcile_fails) {
  managed_pod();
  d.fail("sync_pods", "a", Fault::cluster_error);
  run();
  EXPECT_TRUE(decided(1, 0, Reason::low_utilisation));
  EXPECT_FALSE(d.failed);
}

TEST_F(Autoscale, one_pod_goes_at_a_time_and_one_comes) {
  for (int i = 0; i < 3; ++i) managed_pod();
  run();
  EXPECT_EQ(d.pods_in(PodState::running), 2);
  const PodIndex pod = d.knows(0) ? 0 : 1;
  for (PodIndex p = 0; p < 3; ++p) {
    if (!d.knows(p)) continue;
    for (SlotIndex s = 0; s < 3; ++s) running_plan(p, s);
  }
  EXPECT_TRUE(d.knows(pod));
  d.fold(EventType::pod_gone, [&](Event& e) {
    e.pod = static_cast<PodIndex>(std::find_if(d.world.pods.begin(), d.world.pods.end(),
                                               [](const Pod& p) {
                                                 return p.state == PodState::terminating;
                                               }) -
                                  d.world.pods.begin());
  });
  run();
  EXPECT_TRUE(decided(2, 3, Reason::high_utilisation));
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
}

TEST_F(Autoscale, steady_and_equal_does_nothing) {
  running_plan(managed_pod(), 1);
  EXPECT_EQ(asks(), "autoscale d");
  EXPECT_TRUE(decided(1, 1, Reason::steady));
}

TEST_F(Autoscale, carries_into_the_last_delete_nothing_but_the_pod) {
  managed_pod();
  managed_pod();
  const ProcedureIndex autoscale = d.start(Program::autoscale, [&](Procedure& p) {
    p.pool = pool;
    p.min_replicas = 1;
    p.max_replicas = 4;
  });
  d.run_until(autoscale, "delete_pod", "i");
  const Procedure& now = d.world.procedures[autoscale];
  Procedure clean;
  clean.depth = now.depth;
  clean.stack = now.stack;
  clean.replica = 0;
  clean.memory = 0;
  clean.pool = pool;
  clean.pod = 0;
  EXPECT_EQ(now, clean);
}

TEST_F(Autoscale, fails_when_the_scaling_fails) {
  managed_pod();
  d.fail("delete_pod", "ii", Fault::cluster_error);
  run();
  EXPECT_TRUE(d.failed);
}

// --- cold start ------------------------------------------------------------------------------

TEST_F(Autoscale, a_pending_task_starts_the_first_pod) {
  d.task(ws);
  EXPECT_EQ(asks(), "autoscale d e");
  EXPECT_TRUE(decided(0, 1, Reason::cold_start));
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
}

TEST_F(Autoscale, neither_a_task_of_another_pool_nor_a_local_one_starts_a_pod) {
  d.task(d.workspace(d.pool(0, 1)));
  d.task(d.workspace(pool, ExecutionMode::local));
  run();
  EXPECT_TRUE(decided(0, 0, Reason::cold_start));
}

TEST_F(Autoscale, without_an_answer_a_cold_pool_goes_to_min) {
  d.task(ws);
  d.fail("autoscale", "e", Fault::database_error);
  run(0);
  EXPECT_TRUE(decided(0, 0, Reason::cold_start));
}

TEST_F(Autoscale, first_pending_only_passes_over_a_blocked_task) {
  d.knobs().cold_start = ColdStart::first_pending_only;
  const TaskIndex waits = d.task(ws);
  d.set_status(waits, TaskStatus::apply_pending);
  d.task(ws);
  run();
  EXPECT_TRUE(decided(0, 0, Reason::cold_start));
  d.knobs().cold_start = ColdStart::any_pending;
  run();
  EXPECT_TRUE(decided(0, 1, Reason::cold_start));
}

TEST_F(Autoscale, overwritten_asks_and_then_never_starts_a_pod) {
  d.knobs().cold_start = ColdStart::overwritten;
  d.knobs().pending_blocks_scale_down = true;
  d.task(ws);
  EXPECT_EQ(asks(0), "autoscale d e i");
  EXPECT_EQ(decided().n[1], 0);
  run(2);
  EXPECT_TRUE(decided(0, 2, Reason::bounds));
}

// --- what the switches ask -------------------------------------------------------------------

TEST_F(Autoscale, waiting_applies_want_a_pod_each_beside_the_busy_ones) {
  d.knobs().plan_and_apply_scale_up = true;
  running_plan(managed_pod(), 0);
  d.task(ws);
  d.task(d.workspace(pool));
  d.task(d.workspace(pool), TaskType::plan);
  EXPECT_EQ(asks(), "autoscale d e f");
  EXPECT_TRUE(decided(1, 3, Reason::pending_plan_and_apply));
}

TEST_F(Autoscale, enough_pods_for_the_waiting_applies_leave_it_to_utilisation) {
  d.knobs().plan_and_apply_scale_up = true;
  managed_pod();
  managed_pod();
  EXPECT_EQ(asks(), "autoscale d e");
  EXPECT_TRUE(decided(2, 1, Reason::low_utilisation));
  managed_pod();
  d.task(ws);
  EXPECT_EQ(asks(), "autoscale d e f");
  EXPECT_EQ(decided().reason, Reason::low_utilisation);
}

TEST_F(Autoscale, without_an_answer_about_applies_utilisation_decides) {
  d.knobs().plan_and_apply_scale_up = true;
  managed_pod();
  d.task(ws);
  d.fail("autoscale", "e", Fault::database_error);
  EXPECT_EQ(asks(), "autoscale d e");
  EXPECT_TRUE(decided(1, 0, Reason::low_utilisation));
}

TEST_F(Autoscale, an_unplaced_task_gets_one_more_pod_while_a_slot_is_reserved) {
  d.knobs().unplaced_scale_up = true;
  const PodIndex pod = managed_pod();
  reserved_task(pod);
  EXPECT_EQ(asks(), "autoscale d g h");
  EXPECT_TRUE(decided(1, 1, Reason::reserved_slots));
  d.planned_on(d.pod(pool, PodState::gone), 0, d.task(ws));
  d.wait(second);
  EXPECT_EQ(asks(), "autoscale d g h");
  EXPECT_TRUE(decided(1, 2, Reason::unplaced_task));
}

TEST_F(Autoscale, an_unplaced_task_alone_gets_no_pod) {
  d.knobs().unplaced_scale_up = true;
  const PodIndex pod = managed_pod();
  d.planned_on(pod, 0, d.task(ws));
  EXPECT_EQ(asks(), "autoscale d");
  EXPECT_TRUE(decided(1, 0, Reason::low_utilisation));
}

TEST_F(Autoscale, without_an_answer_about_places_nothing_is_added) {
  d.knobs().unplaced_scale_up = true;
  reserved_task(managed_pod());
  d.planned_on(d.pod(pool, PodState::gone), 0, d.task(ws));
  d.fail("autoscale", "g", Fault::database_error);
  run();
  EXPECT_TRUE(decided(1, 1, Reason::reserved_slots));
}

TEST_F(Autoscale, an_unblocked_pending_task_holds_the_pods) {
  d.knobs().pending_blocks_scale_down = true;
  managed_pod();
  d.task(ws);
  EXPECT_EQ(asks(), "autoscale d i");
  EXPECT_TRUE(decided(1, 1, Reason::pending_task));
}

TEST_F(Autoscale, without_an_answer_about_pending_tasks_the_pods_stay) {
  d.knobs().pending_blocks_scale_down = true;
  managed_pod();
  d.fail("autoscale", "i", Fault::database_error);
  run();
  EXPECT_TRUE(decided(1, 1, Reason::steady));
}

// --- guards ----------------------------------------------------------------------------------

TEST_F(Autoscale, the_guard_holds_every_pod_while_any_task_waits) {
  d.knobs().scale_down_guard = ScaleDownGuard::apply_pending;
  managed_pod();
  d.set_status(d.task(d.workspace(pool, ExecutionMode::local)), TaskStatus::apply_pending);
  EXPECT_EQ(asks(), "autoscale d k");
  EXPECT_EQ(d.last(EventType::autoscaler_skipped).reason, Reason::apply_pending);
  EXPECT_EQ(d.pods_in(PodState::running), 1);
}

TEST_F(Autoscale, the_guard_lets_go_when_nothing_waits_or_nobody_answers) {
  d.knobs().scale_down_guard = ScaleDownGuard::apply_pending;
  managed_pod();
  managed_pod();
  d.set_status(d.task(d.workspace(d.pool(0, 1))), TaskStatus::apply_pending);
  run();
  EXPECT_EQ(d.pods_in(PodState::running), 1);
  d.set_status(d.task(ws), TaskStatus::apply_confirmed);
  d.fail("autoscale", "k", Fault::database_error);
  d.choose = [](const StepInfo&, const auto& choices) { return choices.back(); };
  run(0, 1);
  EXPECT_EQ(d.pods_in(PodState::terminating), 2);
}

TEST_F(Autoscale, the_guard_is_not_asked_on_the_way_up) {
  d.knobs().scale_down_guard = ScaleDownGuard::apply_pending;
  reserved_task(managed_pod());
  EXPECT_EQ(asks(3), "autoscale d");
  EXPECT_TRUE(decided(1, 3, Reason::bounds));
}

TEST_F(Autoscale, startup_grace_holds_for_thirty_seconds) {
  d.knobs().scale_down_guard = ScaleDownGuard::startup_grace;
  managed_pod();
  EXPECT_EQ(asks(), "autoscale d");
  EXPECT_EQ(d.last(EventType::autoscaler_skipped).reason, Reason::startup_grace);
  d.wait(30 * second);
  run();
  EXPECT_EQ(d.pods_in(PodState::terminating), 1);
}

TEST_F(Autoscale, the_busy_guard_counts_tasks_that_have_an_agent) {
  d.knobs().deployment_busy_guard = true;
  const PodIndex pod = managed_pod();
  managed_pod();
  d.set_status(d.task(d.workspace(pool)), TaskStatus::apply_pending);
  EXPECT_EQ(asks(0, 1), "autoscale d k");
  EXPECT_EQ(d.pods_in(PodState::running), 1);
  d.manage(d.pod(pool));
  d.plan_on(pod, 0, d.task(ws));
  EXPECT_EQ(asks(0, 1), "autoscale d k");
  EXPECT_EQ(d.last(EventType::autoscaler_skipped).reason, Reason::busy_agents);
}

// --- freeze window ---------------------------------------------------------------------------

TEST_F(Autoscale, a_freeze_deletes_every_idle_pod_whatever_min_says) {
  managed_pod();
  const PodIndex reserved = managed_pod();
  managed_pod();
  reserved_task(reserved);
  d.freeze(pool);
  run(3);
  EXPECT_EQ(d.trail(), "sync_pods a b d, reconcile e f g, autoscale b c, delete_pod i ii iii, "
                       "autoscale c, delete_pod i ii iii");
  EXPECT_EQ(d.pods_in(PodState::terminating), 2);
  EXPECT_TRUE(d.knows(reserved));
  EXPECT_EQ(d.count(EventType::autoscaler_frozen), 1);
  EXPECT_EQ(d.last(EventType::pod_delete_requested).reason, Reason::freeze_window);
}

TEST_F(Autoscale, a_freeze_after_a_restart_deletes_a_truly_reserved_pod) {
  const PodIndex pod = d.pod(pool);
  d.planned_on(pod, 0, d.task(ws));
  d.knobs().scale_down_guard = ScaleDownGuard::apply_pending;
  d.freeze(pool);
  run(1);
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
}

TEST_F(Autoscale, a_freeze_goes_on_after_a_delete_that_failed) {
  managed_pod();
  managed_pod();
  d.freeze(pool);
  d.fail("delete_pod", "ii", Fault::cluster_error);
  run();
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.pods_in(PodState::terminating), 1);
}

TEST_F(Autoscale, the_freeze_guard_deletes_nothing_while_a_task_waits_or_nobody_answers) {
  d.knobs().freeze_guard = true;
  const PodIndex pod = managed_pod();
  d.freeze(pool);
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  run();
  EXPECT_EQ(d.trail(), "autoscale a2");
  EXPECT_EQ(d.last(EventType::autoscaler_skipped).reason, Reason::apply_pending);
  d.set_status(task, TaskStatus::cancelled);
  d.fail("autoscale", "a2", Fault::database_error);
  run();
  EXPECT_EQ(d.last(EventType::autoscaler_skipped).reason, Reason::database_error);
  EXPECT_EQ(d.pods_in(PodState::running), 1);
  run();
  EXPECT_EQ(d.pods_in(PodState::terminating), 1);
}

TEST_F(Autoscale, an_unfrozen_pool_scales_inside_its_window) {
  managed_pod();
  d.freeze(pool);
  d.fold(EventType::pool_unfrozen, [&](Event& e) {
    e.pool = pool;
    e.at = d.clock.after(hour);
  });
  run(1);
  EXPECT_TRUE(decided(1, 1, Reason::bounds));
}

// --- the other rules -------------------------------------------------------------------------

TEST_F(Autoscale, required_slots_asks_nothing_and_may_go_down_by_more_than_one) {
  d.knobs().scaling = Scaling::required_slots;
  for (int i = 0; i < 3; ++i) managed_pod();
  EXPECT_EQ(asks(), "autoscale d");
  EXPECT_TRUE(decided(3, 0, Reason::required_slots));
  EXPECT_EQ(d.pods_in(PodState::terminating), 3);
}

TEST_F(Autoscale, a_deployment_keeps_one_pod_for_the_first_idle_minute) {
  d.knobs().scaling = Scaling::deployment;
  d.knobs().scale_down = ScaleDown::deployment_random;
  managed_pod();
  managed_pod();
  EXPECT_EQ(asks(), "autoscale d e");
  EXPECT_TRUE(decided(2, 1, Reason::idle_pool));
  d.wait(40 * second);
  run();
  EXPECT_EQ(decided().n[1], 1);
  d.wait(20 * second + 1);
  run();
  EXPECT_EQ(decided().n[1], 0);
}

TEST_F(Autoscale, a_deployment_forgets_the_idle_minute_when_a_task_runs) {
  d.knobs().scaling = Scaling::deployment;
  const PodIndex pod = managed_pod();
  run();
  EXPECT_NE(d.world.memories[0].idle_since, std::vector<Moment>{});
  d.plan_on(pod, 0, d.task(ws));
  run();
  EXPECT_TRUE(decided(1, 1, Reason::active_tasks));
  EXPECT_EQ(d.world.memories[0].idle_since, std::vector<Moment>{});
}

TEST_F(Autoscale, a_deployment_removes_a_busy_pod) {
  d.knobs().slots = SlotsKnob::none;
  d.knobs().scaling = Scaling::deployment;
  d.knobs().scale_down = ScaleDown::deployment_random;
  const PodIndex busy = managed_pod();
  managed_pod();
  d.plan_on(busy, no_slot, d.task(ws, TaskType::plan));
  run();
  EXPECT_TRUE(decided(2, 1, Reason::active_tasks));
  EXPECT_EQ(d.world.pods[busy].state, PodState::terminating);
}

TEST_F(Autoscale, a_deployment_that_cannot_count_fails) {
  d.knobs().scaling = Scaling::deployment;
  managed_pod();
  d.fail("autoscale", "e", Fault::database_error);
  run();
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.count(EventType::autoscaler_decided), 0);
}

// --- procedure and rules together ------------------------------------------------------------

// What the rules are asked, counted in the world apart from the procedure.
ScalingNumbers numbers_of(const Drive& d, PoolIndex pool, int min_replicas, int max_replicas) {
  ScalingNumbers n;
  const Memory& memory = d.world.memories[0];
  n.slots = slot_statistics(memory, pool, slots_each(d.setup.knobs));
  n.min_replicas = min_replicas;
  n.max_replicas = max_replicas;
  for (const ManagedPod& pod : memory.pods) {
    int running = 0;
    for (const Slot& slot : pod.slots) running += slot.state == SlotState::running ? 1 : 0;
    if (running > 0) ++n.busy_pods;
  }
  for (TaskIndex i = 0; i < d.world.tasks.size(); ++i) {
    const Task& task = d.world.tasks[i];
    const bool waits = is_waiting(task.row.status);
    const bool runs = is_running(task.row.status);
    const bool applies = task.type == TaskType::plan_and_apply;
    if (waits && !place_of(memory, i).found()) n.unplaced = true;
    if (applies && (waits || runs)) ++n.active.applies;
    if (task.type == TaskType::plan && runs) ++n.active.running_plans;
    if (task.row.status != TaskStatus::pending) continue;
    const bool blocked = is_blocked(d.world, i);
    if (!blocked || d.setup.knobs.cold_start == ColdStart::any_pending) n.pending = true;
    if (blocked) continue;
    n.unblocked_pending = n.active.unblocked_pending = true;
    if (applies) ++n.waiting_applies;
  }
  return n;
}

RC_GTEST_PROP(AutoscaleAndRules, decide_the_same, ()) {
  Drive d;
  d.serve();
  const PoolIndex pool = d.pool(0, 9);
  d.knobs().scaling = *rc::gen::element(Scaling::utilisation, Scaling::utilisation,
                                        Scaling::required_slots, Scaling::deployment);
  d.knobs().cold_start = *rc::gen::element(ColdStart::any_pending, ColdStart::first_pending_only,
                                           ColdStart::overwritten);
  d.knobs().plan_and_apply_scale_up = *rc::gen::arbitrary<bool>();
  d.knobs().pending_blocks_scale_down = *rc::gen::arbitrary<bool>();
  d.knobs().unplaced_scale_up = *rc::gen::arbitrary<bool>();
  const int pods = *rc::gen::inRange(0, 4);
  for (int i = 0; i < pods; ++i) d.manage(d.pod(pool));
  const WorkspaceIndex workspaces[] = {d.workspace(pool), d.workspace(pool), d.workspace(pool)};
  const int tasks = *rc::gen::inRange(0, 8);
  for (int i = 0; i < tasks; ++i) {
    const TaskIndex task =
        d.task(workspaces[*rc::gen::inRange(0, 3)],
               *rc::gen::element(TaskType::plan, TaskType::plan_and_apply));
    d.set_status(task, *rc::gen::element(TaskStatus::pending, TaskStatus::running_planning,
                                         TaskStatus::apply_pending, TaskStatus::applied));
    if (pods == 0 || *rc::gen::arbitrary<bool>()) continue;
    const auto pod = static_cast<PodIndex>(*rc::gen::inRange(0, pods));
    const auto slot = static_cast<SlotIndex>(*rc::gen::inRange(0, 3));
    if (d.slot(pod, slot).state != SlotState::idle) continue;
    *rc::gen::arbitrary<bool>() ? d.assign(pod, slot, task) : d.reserve(pod, slot, task);
  }
  const int min_replicas = *rc::gen::inRange(0, 3);
  const int max_replicas = min_replicas + *rc::gen::inRange(0, 3);
  const ScalingDecision expected =
      desired_pods(numbers_of(d, pool, min_replicas, max_replicas), d.knobs());
  d.fail("sync_pods", "a", Fault::cluster_error);  // the memory stays as it was built
  d.run(Program::autoscale, [&](Procedure& p) {
    p.pool = pool;
    p.min_replicas = min_replicas;
    p.max_replicas = max_replicas;
  });
  const Event decided = d.last(EventType::autoscaler_decided);
  RC_ASSERT(decided.type == EventType::autoscaler_decided);
  RC_ASSERT(decided.n[0] == pods);
  RC_ASSERT(decided.n[1] == expected.desired);
  RC_ASSERT(decided.reason == expected.reason);
}

}  // namespace
}  // namespace holdfast
