// What goes on by itself and over all pools: the cycles, the unhealthy-pod check, the clean-up of
// offline pods; and start-up and the rebuilding of idle pods.
#include <gtest/gtest.h>

#include <holdfast/tests/support/pods_bench.h>

namespace holdfast {
namespace {

// --- check_unhealthy -------------------------------------------------------------------------

struct CheckUnhealthy : PodsBench {
  void run() { PodsBench::run(Program::check_unhealthy); }
  int restarts(PodIndex pod) const {
    const auto& counted = d.world.memories[0].restarts;
    return pod < counted.size() ? counted[pod].count : 0;
  }
};

TEST_F(CheckUnhealthy, all_agents_there_clears_every_counter) {
  const PodIndex pod = managed_pod();
  d.fold(EventType::memory_restart_counted, [&](Event& e) { e.pod = pod; e.memory = 0; });
  d.connect(pod);
  d.wait(10 * minute);
  run();
  EXPECT_EQ(d.trail(), "check_unhealthy a b c d");
  EXPECT_EQ(restarts(pod), 0);
  EXPECT_EQ(d.pods_in(PodState::running), 1);
}

TEST_F(CheckUnhealthy, restarts_the_oldest_pods_even_those_whose_agent_is_there) {
  const PodIndex oldest = managed_pod();
  const PodIndex lonely = managed_pod();
  d.connect(oldest);
  d.wait(2 * minute);
  run();
  EXPECT_EQ(d.trail(), "check_unhealthy a b c d e f g h");
  EXPECT_EQ(d.world.pods[oldest].state, PodState::terminating);
  EXPECT_EQ(d.world.pods[lonely].state, PodState::running);
  EXPECT_FALSE(d.knows(oldest));
  EXPECT_EQ(restarts(oldest), 1);
  EXPECT_EQ(d.last(EventType::pod_delete_requested).reason, Reason::unhealthy);
}

TEST_F(CheckUnhealthy, counts_the_agents_of_its_own_pool_only) {
  const PodIndex lonely = managed_pod();
  d.connect(d.pod(d.pool(0, 1)));
  d.wait(2 * minute);
  run();
  EXPECT_EQ(d.world.pods[lonely].state, PodState::terminating);
}

TEST_F(CheckUnhealthy, leaves_pods_younger_than_two_minutes) {
  const PodIndex pod = d.pod(pool);
  d.clock = Clock::at({d.clock.now().us + 2 * minute - 1});
  run();
  EXPECT_EQ(d.trail(), "check_unhealthy a b c d h");
  d.wait(1);
  run();
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
}

TEST_F(CheckUnhealthy, does_not_ask_whether_a_slot_is_taken) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.assign(pod, 0, task);
  d.wait(3 * minute);
  run();
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
}

TEST_F(CheckUnhealthy, one_task_that_runs_or_waits_stops_it_and_so_does_no_answer) {
  managed_pod();
  const TaskIndex task = d.task(ws);
  d.wait(3 * minute);
  for (const TaskStatus status : {TaskStatus::running_planning, TaskStatus::apply_pending}) {
    d.set_status(task, status);
    d.forget();
    run();
    EXPECT_EQ(d.trail(), "check_unhealthy a b c");
    EXPECT_FALSE(d.failed);
  }
  d.set_status(task, TaskStatus::pending);
  d.fail("check_unhealthy", "c", Fault::database_error);
  run();
  EXPECT_EQ(d.pods_in(PodState::running), 1);
}

TEST_F(CheckUnhealthy, a_local_task_does_not_stop_it) {
  managed_pod();
  d.set_status(d.task(d.workspace(pool, ExecutionMode::local)), TaskStatus::apply_pending);
  d.wait(3 * minute);
  run();
  EXPECT_EQ(d.pods_in(PodState::terminating), 1);
}

TEST_F(CheckUnhealthy, fails_when_it_cannot_list_pods_or_agents) {
  d.fail("check_unhealthy", "a", Fault::cluster_error);
  run();
  EXPECT_TRUE(d.failed);
  d.fail("check_unhealthy", "b", Fault::database_error);
  run();
  EXPECT_TRUE(d.failed);
}

TEST_F(CheckUnhealthy, a_pod_that_could_not_be_deleted_waits_for_its_backoff) {
  const PodIndex pod = managed_pod();
  d.wait(3 * minute);
  d.fail("check_unhealthy", "f", Fault::cluster_error);
  run();
  EXPECT_EQ(d.trail(), "check_unhealthy a b c d e f h");
  EXPECT_TRUE(d.knows(pod));
  d.wait(59 * second);
  d.forget();
  run();
  EXPECT_EQ(d.trail(), "check_unhealthy a b c d e h");
  d.wait(second);
  run();
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_EQ(restarts(pod), 2);
}

TEST_F(CheckUnhealthy, gives_up_after_five_restarts) {
  const PodIndex pod = managed_pod();
  for (int i = 0; i < 5; ++i) {
    d.fold(EventType::memory_restart_counted, [&](Event& e) { e.pod = pod; e.memory = 0; });
  }
  d.wait(day);
  run();
  EXPECT_EQ(d.trail(), "check_unhealthy a b c d e h");
  EXPECT_EQ(restarts(pod), 5);
}

TEST_F(CheckUnhealthy, forgets_what_the_memory_has_under_the_name_of_a_restarted_pod) {
  const PodIndex old = managed_pod();
  d.fold(EventType::pod_gone, [&](Event& e) { e.pod = old; });
  const PodIndex pod = d.pod(pool);
  d.world.pods[pod].created = d.world.pods[old].created;  // in the same second
  d.wait(3 * minute);
  run();
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_FALSE(d.knows(old));
}

TEST_F(CheckUnhealthy, forgets_the_counters_of_pods_that_it_did_not_list) {
  const PodIndex gone = managed_pod();
  const PodIndex theirs = d.pod(d.pool(0, 1));
  for (const PodIndex pod : {gone, theirs}) {
    d.fold(EventType::memory_restart_counted, [&](Event& e) { e.pod = pod; e.memory = 0; });
  }
  d.fold(EventType::pod_gone, [&](Event& e) { e.pod = gone; });
  const PodIndex young = d.pod(pool);
  d.fold(EventType::memory_restart_counted, [&](Event& e) { e.pod = young; e.memory = 0; });
  run();
  EXPECT_EQ(restarts(gone), 0);
  EXPECT_EQ(restarts(theirs), 0);
  EXPECT_EQ(restarts(young), 1);
}

// --- autoscaler_cycle ------------------------------------------------------------------------

struct Cycle : PodsBench {
  void run() { d.run(Program::autoscaler_cycle); }
};

TEST_F(Cycle, takes_every_pool_in_turn) {
  d.pool(0, 1);
  run();
  const std::string one_pool =
      "sync_pods a b d, reconcile e f g, check_secret a, "
      "sync_pods a b d, reconcile e f g, autoscale d e";
  EXPECT_EQ(d.trail(), "autoscaler_cycle a, " + one_pool + ", " + one_pool);
  EXPECT_EQ(d.count(EventType::autoscaler_decided), 2);
  EXPECT_EQ(d.count(EventType::autoscaler_finished), 1);
}

TEST_F(Cycle, with_own_ticker_reconciles_nowhere) {
  d.knobs().reconciler = Reconciler::own_ticker;
  run();
  EXPECT_EQ(d.trail(), "autoscaler_cycle a, check_secret a, autoscale d e");
}

TEST_F(Cycle, ends_when_it_cannot_read_the_pools) {
  d.fail("autoscaler_cycle", "a", Fault::database_error);
  run();
  EXPECT_EQ(d.trail(), "autoscaler_cycle a");
}

TEST_F(Cycle, an_error_of_one_pool_never_stops_the_next) {
  const PoolIndex next = d.pool(1, 1);
  managed_pod();
  managed_pod();
  d.fail("sync_pods", "a", Fault::cluster_error);
  d.fail("check_secret", "a", Fault::cluster_error);
  d.fail("delete_pod", "ii", Fault::cluster_error);
  run();
  EXPECT_EQ(d.last(EventType::autoscaler_decided).pool, next);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
}

TEST_F(Cycle, scales_by_the_bounds_that_it_read_at_the_start) {
  managed_pod();
  managed_pod();
  set_bounds(2, 2);
  d.before("autoscale", "d", [&] { set_bounds(0, 5); });
  run();
  EXPECT_EQ(d.last(EventType::autoscaler_decided).n[1], 2);
}

TEST_F(Cycle, serves_the_pools_that_it_read_with_the_bounds_that_it_read) {
  const PoolIndex next = d.pool(1, 3);
  d.before("autoscale", "d", [&] {
    d.fold(EventType::pool_configured, [&](Event& e) {
      e.pool = next;
      e.n = {2, 2};
    });
    d.pool(1, 1);
  });
  run();
  EXPECT_EQ(d.last(EventType::autoscaler_decided).pool, next);
  EXPECT_EQ(d.last(EventType::autoscaler_decided).n[1], 1);
  EXPECT_EQ(d.count(EventType::autoscaler_decided), 2);
}

TEST_F(Cycle, restarts_unhealthy_pods_before_it_scales) {
  d.knobs().unhealthy_restart = true;
  managed_pod();
  d.wait(3 * minute);
  d.before("check_secret", "a", [&] { EXPECT_EQ(d.pods_in(PodState::terminating), 1); });
  run();
  EXPECT_EQ(d.pods_in(PodState::terminating), 1);
}

TEST_F(Cycle, deletes_pods_that_were_not_heard_of_for_five_minutes) {
  d.knobs().offline_pod_cleanup = true;
  set_bounds(2, 5);
  const PodIndex pod = managed_pod();
  const PodIndex busy = managed_pod();
  d.assign(busy, 0, d.task(ws));
  d.wait(5 * minute + second);
  const PodIndex young = managed_pod();
  for (int i = 0; i < 2; ++i) d.fail("sync_pods", "a", Fault::cluster_error);
  run();
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_EQ(d.world.pods[busy].state, PodState::running);
  EXPECT_EQ(d.world.pods[young].state, PodState::running);
  EXPECT_EQ(d.last(EventType::pod_delete_requested).reason, Reason::offline);
}

TEST_F(Cycle, counts_what_its_scaling_removed_from_each_pool) {
  managed_pod();
  managed_pod();
  const PoolIndex other = d.pool(0, 1);
  d.manage(d.pod(other));
  const ProcedureIndex cycle = d.start(Program::autoscaler_cycle);
  d.run_until(cycle, "delete_pod", "ii");
  EXPECT_EQ(d.world.procedures[cycle].removed, 0);
  d.run_until(cycle, "delete_pod", "iii");
  EXPECT_EQ(d.world.procedures[cycle].removed, 1);
  d.run_until(cycle, "delete_pod", "ii");
  EXPECT_EQ(d.world.procedures[cycle].pool, other);
  EXPECT_EQ(d.world.procedures[cycle].removed, 0);
}

// Between two pools nothing may be left of the first: the explorer counts on it.
TEST_F(Cycle, carries_nothing_from_one_pool_to_the_next) {
  Knobs& knobs = d.knobs();
  knobs.unhealthy_restart = true;
  knobs.plan_and_apply_scale_up = true;
  knobs.unplaced_scale_up = true;
  knobs.pending_blocks_scale_down = true;
  knobs.scale_down_guard = ScaleDownGuard::apply_pending;
  for (int i = 0; i < 8; ++i) d.pool(i % 2, 3);
  for (PoolIndex p = 0; p < 9; ++p) {
    const WorkspaceIndex its = d.workspace(p);
    if (p % 3 != 0) d.manage(d.pod(p));
    if (p % 4 == 1) d.task(its);
    if (p % 4 == 2) {
      const TaskIndex waits = d.task(its);
      d.planned_on(0, 0, waits);
      if (p % 3 != 0) d.reserve(static_cast<PodIndex>(d.world.pods.size() - 1), 0, waits);
    }
  }
  // Two pods too many each; of the first pool the first delete fails.
  set_bounds(0, 1);
  for (int i = 0; i < 3; ++i) {
    d.manage(d.pod(pool));
    d.manage(d.pod(3));
  }
  d.fail("delete_pod", "ii", Fault::cluster_error);
  d.wait(3 * minute);
  const ProcedureIndex cycle = d.start(Program::autoscaler_cycle);
  PoolIndex last = none;
  while (d.runs(cycle)) {
    const Procedure& now = d.world.procedures[cycle];
    if (now.pool != none && now.pool != last) {
      Procedure clean;
      clean.depth = now.depth;
      clean.stack = now.stack;
      clean.replica = 0;
      clean.memory = 0;
      clean.pool = now.pool;
      clean.flag = now.flag;
      clean.min_replicas = d.world.pools[now.pool].min_replicas;
      clean.max_replicas = d.world.pools[now.pool].max_replicas;
      for (std::size_t p = now.pool + 1u; p < d.world.pools.size(); ++p) {
        clean.later.push_back({d.world.pools[p].min_replicas, d.world.pools[p].max_replicas});
      }
      EXPECT_EQ(now, clean) << "at the beginning of pool " << now.pool;
      last = now.pool;
    }
    ASSERT_TRUE(d.step(cycle));
  }
  EXPECT_EQ(last, 8);
}

TEST_F(Cycle, the_reconcilers_own_cycle_takes_every_pool_in_turn) {
  d.pool(0, 1);
  d.fail("sync_pods", "a", Fault::cluster_error);
  d.run(Program::reconciler_cycle);
  EXPECT_EQ(d.trail(), "sync_pods a a b d, reconcile e f g");
}

// --- start_up --------------------------------------------------------------------------------

TEST_F(Cycle, start_up_ensures_every_pool_even_after_an_error) {
  const PoolIndex failing = d.pool(1, 1);
  const PoolIndex last = d.pool(1, 1);
  set_bounds(1, 1);
  d.before("create_pod", "a", [] {});
  d.before("create_pod", "a", [&] { d.fail("create_pod", "a", Fault::cluster_error); });
  d.run(Program::start_up);
  ASSERT_EQ(d.world.pods.size(), 2u);
  EXPECT_EQ(d.world.pods[0].pool, pool);
  EXPECT_EQ(d.world.pods[1].pool, last);
  EXPECT_NE(d.world.pods[1].pool, failing);
  d.fail("start_up", "a", Fault::database_error);
  d.forget();
  d.run(Program::start_up);
  EXPECT_EQ(d.trail(), "start_up a");
}

TEST_F(Cycle, start_up_ensures_the_number_of_pods_that_it_read) {
  const PoolIndex next = d.pool(1, 2);
  set_bounds(1, 1);
  d.before("create_pod", "a", [&] {
    d.fold(EventType::pool_configured, [&](Event& e) {
      e.pool = next;
      e.n = {0, 2};
    });
  });
  d.run(Program::start_up);
  EXPECT_EQ(d.world.pods.size(), 2u);
}

// --- rebuild_idle ----------------------------------------------------------------------------

struct RebuildIdle : PodsBench {
  void run() { PodsBench::run(Program::rebuild_idle); }
};

TEST_F(RebuildIdle, replaces_idle_pods_after_two_seconds) {
  const PodIndex busy = managed_pod();
  const PodIndex idle = managed_pod();
  d.planned_on(busy, 0, d.task(ws));
  d.reserve(busy, 0, 0);
  const Moment before = d.clock.now();
  run();
  EXPECT_EQ(d.trail(),
            "sync_pods a b d a b d, reconcile e f g, rebuild_idle c, ensure_secret a c, "
            "rebuild_idle e, delete_pod i ii iii, rebuild_idle f, create_pod a b");
  EXPECT_EQ(d.world.pods[busy].state, PodState::running);
  EXPECT_EQ(d.world.pods[idle].state, PodState::terminating);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
  EXPECT_EQ(d.clock.now().us - before.us, 2 * second);
}

TEST_F(RebuildIdle, with_a_fresh_memory_deletes_a_truly_reserved_pod) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.planned_on(pod, 0, task);
  d.reserve(pod, 0, task);
  d.run(Program::rebuild_idle, [&](Procedure& p) {
    p.pool = pool;
    p.memory = 1;
  });
  EXPECT_EQ(d.world.pods[pod].state, PodState::terminating);
  EXPECT_TRUE(d.knows(pod));
  EXPECT_EQ(d.world.memories.size(), 1u);
}

TEST_F(RebuildIdle, creates_as_many_as_it_deleted_and_they_collide) {
  managed_pod();
  managed_pod();
  managed_pod();
  d.fail("delete_pod", "ii", Fault::cluster_error);
  run();
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.pods_in(PodState::terminating), 2);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
  EXPECT_EQ(d.count(EventType::pod_create_refused), 1);
}

TEST_F(RebuildIdle, ends_without_a_wait_when_nothing_was_deleted) {
  const PodIndex pod = managed_pod();
  const TaskIndex task = d.task(ws);
  d.before("delete_pod", "i", [&] { d.assign(pod, 0, task); });
  const Moment before = d.clock.now();
  run();
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.clock.now(), before);
  EXPECT_EQ(d.pods_in(PodState::pending), 0);
}

TEST_F(RebuildIdle, without_an_idle_pod_or_a_secret_deletes_nothing) {
  run();
  EXPECT_EQ(d.trail(), "sync_pods a b d a b d, reconcile e f g, rebuild_idle c");
  managed_pod();
  d.fail("ensure_secret", "c", Fault::cluster_error);
  run();
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.pods_in(PodState::running), 1);
}

}  // namespace
}  // namespace holdfast
