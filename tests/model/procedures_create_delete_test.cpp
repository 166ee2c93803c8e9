// Secrets, create_pod, ensure_pods and scale: what makes pods and how many.
#include <gtest/gtest.h>

#include <holdfast/tests/support/pods_bench.h>

namespace holdfast {
namespace {

// --- ensure_secret ---------------------------------------------------------------------------

struct EnsureSecret : testing::Test {
  EnsureSecret() {
    d.serve();
    pool = d.pool_without_secret(0, 5);
  }
  void run() {
    d.run(Program::ensure_secret, [&](Procedure& p) { p.pool = pool; });
  }
  void make_token() {
    d.fold(EventType::pool_token_rotated, [&](Event& e) { e.pool = pool; });
  }
  void make_secret() {
    d.fold(EventType::pool_secret_created, [&](Event& e) { e.pool = pool; });
  }
  const Pool& row() const { return d.world.pools[pool]; }

  Drive d;
  PoolIndex pool = none;
};

TEST_F(EnsureSecret, makes_a_token_and_a_secret_for_a_new_pool) {
  run();
  EXPECT_EQ(d.trail(), "ensure_secret a b c e");
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(row().last_token, 1u);
  EXPECT_EQ(row().secret_token, 1u);
}

TEST_F(EnsureSecret, leaves_what_is_there) {
  make_token();
  make_secret();
  run();
  EXPECT_EQ(d.trail(), "ensure_secret a c");
  EXPECT_EQ(row().last_token, 1u);
}

TEST_F(EnsureSecret, makes_a_second_token_when_the_secret_is_missing) {
  make_token();
  run();
  EXPECT_EQ(d.trail(), "ensure_secret a c d e");
  EXPECT_EQ(row().last_token, 2u);
  EXPECT_EQ(row().secret_token, 2u);
}

TEST_F(EnsureSecret, puts_a_new_token_into_the_secret_when_all_are_revoked) {
  make_token();
  make_secret();
  d.fold(EventType::pool_token_rotated, [&](Event& e) {
    e.pool = pool;
    e.flag = true;
  });
  run();
  EXPECT_EQ(d.trail(), "ensure_secret a b c f");
  EXPECT_EQ(row().secret_token, 2u);
}

TEST_F(EnsureSecret, takes_a_failed_query_for_a_pool_without_a_token) {
  make_token();
  make_secret();
  d.fail("ensure_secret", "a", Fault::database_error);
  run();
  EXPECT_EQ(d.trail(), "ensure_secret a b c f");
  EXPECT_EQ(row().last_token, 2u);
}

TEST_F(EnsureSecret, a_secret_made_by_another_meanwhile_is_well_with_a_token) {
  make_token();
  d.before("ensure_secret", "e", [&] { make_secret(); });
  run();
  EXPECT_EQ(d.trail(), "ensure_secret a c d e");
  EXPECT_FALSE(d.failed);
}

TEST_F(EnsureSecret, a_secret_made_by_another_meanwhile_is_an_error_without_a_token) {
  d.before("ensure_secret", "e", [&] { make_secret(); });
  run();
  EXPECT_EQ(d.trail(), "ensure_secret a b c e");
  EXPECT_TRUE(d.failed);
}

TEST_F(EnsureSecret, an_error_of_any_later_call_fails_it) {
  for (const char* letter : {"b", "c", "e"}) {
    Drive fresh;
    fresh.serve();
    const PoolIndex its = fresh.pool_without_secret(0, 1);
    const bool database = *letter == 'b';
    fresh.fail("ensure_secret", letter, database ? Fault::database_error : Fault::cluster_error);
    fresh.run(Program::ensure_secret, [&](Procedure& p) { p.pool = its; });
    EXPECT_TRUE(fresh.failed) << letter;
    EXPECT_FALSE(fresh.world.pools[its].secret_exists) << letter;
  }
}

TEST_F(EnsureSecret, a_lost_answer_leaves_the_secret_behind) {
  d.fail("ensure_secret", "e", Fault::cluster_timeout);
  run();
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(row().secret_exists);
}

// --- rotate_secret, check_secret -------------------------------------------------------------

struct RotateSecret : PodsBench {
  const Pool& row() const { return d.world.pools[pool]; }
};

TEST_F(RotateSecret, revokes_the_old_tokens_and_keeps_the_creation_of_the_secret) {
  const Moment created = row().secret_created;
  d.wait(day);
  run(Program::rotate_secret);
  EXPECT_EQ(d.trail(), "rotate_secret a b c d");
  EXPECT_EQ(row().first_active_token, 2u);
  EXPECT_EQ(row().secret_token, 2u);
  EXPECT_EQ(row().secret_created, created);
}

TEST_F(RotateSecret, goes_on_when_the_old_tokens_cannot_be_revoked) {
  d.fail("rotate_secret", "a", Fault::database_error);
  run(Program::rotate_secret);
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(row().first_active_token, 1u);
  EXPECT_EQ(row().secret_token, 2u);
}

TEST_F(RotateSecret, an_error_on_the_way_leaves_the_secret_with_a_revoked_token) {
  d.fail("rotate_secret", "c", Fault::cluster_error);
  run(Program::rotate_secret);
  EXPECT_TRUE(d.failed);
  EXPECT_LT(row().secret_token, row().first_active_token);
}

struct CheckSecret : RotateSecret {};

TEST_F(CheckSecret, leaves_a_secret_of_thirty_days) {
  d.wait(30 * day);
  run(Program::check_secret);
  EXPECT_EQ(d.trail(), "check_secret a");
}

TEST_F(CheckSecret, rotates_an_older_one_of_an_empty_pool) {
  d.wait(30 * day + second);
  run(Program::check_secret);
  EXPECT_EQ(d.trail(), "check_secret a, sync_pods a b d, check_secret c c2, rotate_secret a b c d");
  EXPECT_EQ(row().secret_token, 2u);
}

TEST_F(CheckSecret, leaves_an_old_one_while_there_are_pods_that_only_the_cluster_knew) {
  d.wait(30 * day + second);
  d.pod(pool);
  run(Program::check_secret);
  EXPECT_EQ(d.trail(), "check_secret a, sync_pods a b d, check_secret c");
}

TEST_F(CheckSecret, rotates_under_living_pods_when_the_sync_fails) {
  d.wait(30 * day + second);
  d.pod(pool);
  d.fail("sync_pods", "a", Fault::cluster_error);
  run(Program::check_secret);
  EXPECT_EQ(row().secret_token, 2u);
}

TEST_F(CheckSecret, rotates_nothing_of_a_pool_that_it_cannot_read) {
  d.wait(30 * day + second);
  d.fail("check_secret", "c2", Fault::database_error);
  run(Program::check_secret);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(row().secret_token, 1u);
}

TEST_F(CheckSecret, fails_when_the_rotation_or_the_look_fails) {
  d.fail("check_secret", "a", Fault::cluster_error);
  run(Program::check_secret);
  EXPECT_TRUE(d.failed);
  d.wait(30 * day + second);
  d.fail("rotate_secret", "b", Fault::database_error);
  run(Program::check_secret);
  EXPECT_TRUE(d.failed);
}

// --- create_pod, ensure_pods -----------------------------------------------------------------

struct CreatePod : PodsBench {};

TEST_F(CreatePod, carries_the_configuration_and_the_token_of_the_secret) {
  set_bounds(0, 4);
  run(Program::create_pod);
  EXPECT_EQ(d.trail(), "create_pod a b");
  ASSERT_EQ(d.world.pods.size(), 1u);
  EXPECT_EQ(d.world.pods[0].config_revision, 2u);
  EXPECT_EQ(d.world.pods[0].token, 1u);
  EXPECT_EQ(d.world.pods[0].state, PodState::pending);
  EXPECT_TRUE(d.knows(0));
}

TEST_F(CreatePod, is_refused_in_the_second_of_another_creation) {
  const PodIndex existing = d.pod(pool, PodState::terminating);
  d.clock = Clock::at({d.clock.now().us + second - 1});
  run(Program::create_pod);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.last(EventType::pod_create_refused).reason, Reason::name_exists);
  EXPECT_EQ(d.last(EventType::pod_create_refused).pod, existing);
  d.wait(1);
  run(Program::create_pod);
  EXPECT_FALSE(d.failed);
}

TEST_F(CreatePod, another_pools_pod_or_one_that_is_gone_has_another_name) {
  d.pod(d.pool(0, 1));
  d.pod(pool, PodState::gone);
  run(Program::create_pod);
  EXPECT_FALSE(d.failed);
}

TEST_F(CreatePod, an_error_creates_nothing_and_a_lost_answer_an_unmanaged_pod) {
  d.fail("create_pod", "a", Fault::cluster_error);
  run(Program::create_pod);
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(d.world.pods.empty());
  d.fail("create_pod", "a", Fault::cluster_timeout);
  run(Program::create_pod);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
  EXPECT_FALSE(d.knows(0));
}

TEST_F(CreatePod, replaces_what_a_sync_discovered_and_a_push_took_in_between) {
  const TaskIndex task = d.task(ws);
  d.before("create_pod", "b", [&] {
    d.manage(0);
    d.assign(0, 0, task);
  });
  run(Program::create_pod);
  EXPECT_TRUE(has(0, 0, SlotState::idle));
}

struct EnsurePods : PodsBench {
  void run(int min_replicas) {
    d.run(Program::ensure_pods, [&](Procedure& p) {
      p.pool = pool;
      p.min_replicas = min_replicas;
    });
  }
  // Every creation happens in a second of its own.
  void wait_between_creations(int creations) {
    for (int i = 0; i < creations; ++i) d.before("create_pod", "a", [&] { d.wait(second); });
  }
};

TEST_F(EnsurePods, creates_what_is_missing_one_by_one) {
  d.pod(pool);
  wait_between_creations(2);
  run(3);
  EXPECT_EQ(d.trail(),
            "ensure_secret a c, sync_pods a b d, ensure_pods d, create_pod a b a b");
  EXPECT_EQ(d.pods_in(PodState::pending), 2);
  EXPECT_FALSE(d.failed);
}

TEST_F(EnsurePods, two_missing_pods_in_one_second_collide) {
  run(2);
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.count(EventType::pod_create_refused), 1);
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
}

TEST_F(EnsurePods, deletes_nothing_when_there_are_more) {
  d.pod(pool);
  d.pod(pool);
  run(1);
  EXPECT_EQ(d.pods_in(PodState::running), 2);
  EXPECT_FALSE(d.failed);
}

TEST_F(EnsurePods, ends_when_the_secret_fails) {
  d.fail("ensure_secret", "c", Fault::cluster_error);
  run(1);
  EXPECT_EQ(d.trail(), "ensure_secret a c");
  EXPECT_TRUE(d.failed);
}

TEST_F(EnsurePods, counts_what_the_memory_has_when_the_sync_fails) {
  d.pod(pool);
  d.wait(second);
  d.fail("sync_pods", "a", Fault::cluster_error);
  run(1);
  EXPECT_FALSE(d.failed);
  EXPECT_EQ(d.world.pods.size(), 2u);
}

TEST_F(EnsurePods, reconciles_if_told_to_and_goes_on_without) {
  d.knobs().reconcile_on_ensure = true;
  d.fail("sync_pods", "a", Fault::cluster_error);
  d.fail("sync_pods", "a", Fault::cluster_error);
  run(1);
  EXPECT_EQ(d.trail(), "ensure_secret a c, sync_pods a a, ensure_pods d, create_pod a b");
  EXPECT_FALSE(d.failed);
  d.forget();
  run(1);
  EXPECT_EQ(d.trail(),
            "ensure_secret a c, sync_pods a b d a b d, reconcile e f g, ensure_pods d");
}

TEST_F(EnsurePods, creates_none_without_ensure_creates) {
  d.knobs().ensure_creates = false;
  run(2);
  EXPECT_TRUE(d.world.pods.empty());
}

// --- scale -----------------------------------------------------------------------------------

struct Scale : PodsBench {
  void run(int wanted) {
    d.run(Program::scale, [&](Procedure& p) {
      p.pool = pool;
      p.wanted = static_cast<std::int16_t>(wanted);
    });
  }
};

TEST_F(Scale, up_reads_the_configuration_and_ensures_the_secret_first) {
  managed_pod();
  run(2);
  EXPECT_EQ(d.trail(), "scale a b, ensure_secret a c, create_pod a b");
  EXPECT_EQ(d.pods_in(PodState::pending), 1);
}

TEST_F(Scale, up_ends_with_the_first_creation_that_fails) {
  d.fail("create_pod", "a", Fault::cluster_error);
  run(3);
  EXPECT_EQ(d.trail(), "scale a b, ensure_secret a c, create_pod a");
  EXPECT_TRUE(d.failed);
  d.fail("scale", "b", Fault::database_error);
  run(3);
  EXPECT_TRUE(d.failed);
  d.fail("ensure_secret", "c", Fault::cluster_error);
  run(3);
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(d.world.pods.empty());
}

TEST_F(Scale, to_what_there_is_does_nothing) {
  managed_pod();
  run(1);
  EXPECT_EQ(d.trail(), "scale a");
}

TEST_F(Scale, down_deletes_any_of_the_idle_pods) {
  const PodIndex first = managed_pod();
  const PodIndex busy = managed_pod();
  const PodIndex last = managed_pod();
  d.assign(busy, 0, d.task(ws));
  std::vector<std::uint16_t> offered;
  d.choose = [&](const StepInfo&, const std::vector<std::uint16_t>& choices) {
    if (choices.size() > 1) offered = choices;
    return choices.back();
  };
  run(2);
  EXPECT_EQ(d.trail(), "scale a f g, delete_pod i ii iii");
  EXPECT_EQ(offered, (std::vector<std::uint16_t>{first, last}));
  EXPECT_EQ(d.world.pods[last].state, PodState::terminating);
  EXPECT_FALSE(d.knows(last));
  EXPECT_EQ(d.pods_in(PodState::terminating), 1);
}

TEST_F(Scale, down_deletes_no_more_than_are_idle) {
  const PodIndex busy = managed_pod();
  managed_pod();
  d.assign(busy, 0, d.task(ws));
  run(0);
  EXPECT_EQ(d.pods_in(PodState::terminating), 1);
  EXPECT_EQ(d.world.pods[busy].state, PodState::running);
  EXPECT_FALSE(d.failed);
}

TEST_F(Scale, down_ends_with_the_first_delete_that_is_refused) {
  const PodIndex pod = managed_pod();
  managed_pod();
  const TaskIndex task = d.task(ws);
  d.before("delete_pod", "i", [&] { d.assign(pod, 0, task); });
  run(0);
  EXPECT_EQ(d.trail(), "scale a f g, delete_pod i");
  EXPECT_TRUE(d.failed);
  EXPECT_EQ(d.pods_in(PodState::terminating), 0);
}

TEST_F(Scale, deployment_random_removes_busy_pods_too) {
  d.knobs().scale_down = ScaleDown::deployment_random;
  const PodIndex busy = managed_pod();
  const PodIndex idle = managed_pod();
  d.assign(busy, 0, d.task(ws));
  run(1);
  EXPECT_EQ(d.trail(), "scale a h i");
  EXPECT_EQ(d.world.pods[busy].state, PodState::terminating);
  EXPECT_FALSE(d.knows(busy));
  EXPECT_TRUE(d.knows(idle));
}

TEST_F(Scale, deployment_random_ends_when_no_living_pod_is_left) {
  d.knobs().scale_down = ScaleDown::deployment_random;
  const PodIndex living = managed_pod();
  d.manage(d.pod(pool, PodState::terminating));
  run(0);
  EXPECT_EQ(d.trail(), "scale a h h i");
  EXPECT_FALSE(d.failed);
  EXPECT_FALSE(d.knows(living));
}

TEST_F(Scale, deployment_random_fails_with_its_call) {
  d.knobs().scale_down = ScaleDown::deployment_random;
  const PodIndex pod = managed_pod();
  d.fail("scale", "h", Fault::cluster_error);
  run(0);
  EXPECT_TRUE(d.failed);
  EXPECT_TRUE(d.knows(pod));
}

}  // namespace
}  // namespace holdfast
