// The never-properties that look at the steps of procedures: pool_isolated and idempotent_step.
#include <gtest/gtest.h>

#include <holdfast/tests/support/property_bench.h>

namespace holdfast {
namespace {

// --- pool_isolated -------------------------------------------------------------------------------

struct Cycles : PropertyBench {
  PoolIndex second = d.pool(0, 1);
  PoolIndex third = d.pool(0, 1);

  ProcedureIndex cycle(PoolIndex at, bool erred) {
    return standing({Program::autoscaler_cycle, Program::autoscale}, [&](Procedure& p) {
      p.pool = at;
      p.flag = erred;
    });
  }
  Event goes_to(ProcedureIndex place, PoolIndex next) const {
    return make(EventType::procedure_advanced, [&](Event& e) {
      e.procedure = place;
      e.after = d.world.procedures[place];
      e.after.pool = next;
    });
  }
  Event ends(ProcedureIndex place) const {
    return make(EventType::procedure_ended, [&](Event& e) { e.procedure = place; });
  }
};

TEST_F(Cycles, a_cycle_that_ends_after_an_error_before_it_served_every_pool) {
  EXPECT_EQ(violations("pool_isolated", ends(cycle(second, true))),
            (std::vector{Entities{.pool = third}}));
  EXPECT_TRUE(keeps("pool_isolated", ends(cycle(third, true))));
  EXPECT_TRUE(ignores("pool_isolated", ends(cycle(third, false))));
}

TEST_F(Cycles, a_cycle_that_passes_over_a_pool) {
  const ProcedureIndex place = cycle(pool, true);
  EXPECT_EQ(violations("pool_isolated", goes_to(place, third)),
            (std::vector{Entities{.pool = second}}));
  EXPECT_TRUE(keeps("pool_isolated", goes_to(place, second)));
  EXPECT_TRUE(ignores("pool_isolated", goes_to(place, pool)));
}

TEST_F(Cycles, a_cycle_that_could_not_read_the_pools_serves_none) {
  EXPECT_TRUE(ignores("pool_isolated", ends(cycle(none, false))));
}

TEST_F(Cycles, a_server_that_stops_ends_its_cycle_anywhere) {
  const ProcedureIndex place = cycle(second, false);
  d.fold(EventType::server_stopped, [&](Event& e) { e.replica = replica; });
  EXPECT_TRUE(ignores("pool_isolated", ends(place)));
}

TEST_F(Cycles, the_cycle_of_the_model_serves_every_pool_although_each_list_call_fails) {
  for (int i = 0; i < 6; ++i) d.fail("sync_pods", "a", Fault::cluster_error);
  const ProcedureIndex place = d.start(Program::autoscaler_cycle);
  d.forget();
  World before = d.world;
  d.run(place);
  bool erred = false;
  int measured = 0;
  for (const Event& e : d.log) {
    const Transition t{before, d.setup, d.clock, e};
    if (property("pool_isolated").events.test(static_cast<std::size_t>(e.type))) {
      std::vector<Entities> found;
      erred = property("pool_isolated").before(t, found) || erred;
      EXPECT_TRUE(found.empty());
    }
    if (e.type == EventType::autoscaler_measured) ++measured;
    ASSERT_EQ(evolve(before, e), "");
  }
  EXPECT_EQ(measured, 3);
  EXPECT_TRUE(erred);
}

// --- idempotent_step -----------------------------------------------------------------------------

// Each step is looked at twice: as the model takes it, and as one would that left its work undone.
struct Repeats : PropertyBench {
  PodIndex pod = pod_with_agent();

  Event closing(ProcedureIndex place) const {
    return make(EventType::procedure_ended, [&](Event& e) { e.procedure = place; });
  }
  // Takes the step at which `place` stands but for its last event, which is returned.
  Event all_but_the_last(ProcedureIndex place) {
    Events events;
    take(d.world, d.setup, d.clock, {.actor = place}, events);
    for (std::size_t i = 0; i + 1 < events.size(); ++i) d.fold(events[i]);
    return events[events.size() - 1];
  }
  void expect_only_once(ProcedureIndex place) {
    EXPECT_TRUE(violates("idempotent_step", closing(place)));
    EXPECT_TRUE(keeps("idempotent_step", all_but_the_last(place)));
  }
};

TEST_F(Repeats, a_release_leaves_nothing_to_release) {
  const TaskIndex task = d.task(ws);
  d.assign(pod, 0, task);
  const ProcedureIndex place =
      d.start(Program::release_slot, [&](Procedure& p) { p.task = task; });
  d.run_until(place, "release_slot", "b");
  expect_only_once(place);
}

TEST_F(Repeats, a_reserve_leaves_nothing_to_reserve) {
  const TaskIndex task = d.task(ws);
  d.assign(pod, 0, task);
  const ProcedureIndex place =
      d.start(Program::reserve_slot, [&](Procedure& p) { p.task = task; });
  d.run_until(place, "reserve_slot", "b");
  expect_only_once(place);
}

TEST_F(Repeats, a_sync_discovers_and_forgets_once) {
  d.pod(pool);
  const ProcedureIndex place =
      d.start(Program::sync_pods, [&](Procedure& p) { p.pool = pool; });
  d.run_until(place, "sync_pods", "b");
  expect_only_once(place);
  d.fold(EventType::procedure_advanced, [&](Event& e) {
    e.procedure = place;
    e.after = d.world.procedures[place];
    e.after.stack[0].at = 4;
    e.after.pods.erase(pod);
  });
  EXPECT_EQ(d.stands_at(place), "sync_pods d");
  expect_only_once(place);
}

TEST_F(Repeats, a_reconcile_compares_and_rebuilds_once) {
  d.knobs().slot_rebuild = SlotRebuild::from_database;
  d.assign(pod, 1, d.task(ws, TaskType::plan));  // the database does not know it: released
  reserved_task(pod);                            // no slot holds it: rebuilt
  const ProcedureIndex place =
      d.start(Program::reconcile, [&](Procedure& p) { p.pool = pool; });
  d.run_until(place, "reconcile", "f");
  expect_only_once(place);
}

TEST_F(Repeats, a_reconcile_expires_a_reservation_once) {
  d.reserve(pod, 0, reserved_task(pod));
  const ProcedureIndex place =
      d.start(Program::reconcile, [&](Procedure& p) { p.pool = pool; });
  d.run_until(place, "reconcile", "g");
  d.wait(25 * hour);
  expect_only_once(place);
}

TEST_F(Repeats, a_step_that_reads_is_not_asked_for) {
  const ProcedureIndex place = d.start(Program::release_slot, [&](Procedure& p) {
    p.task = d.task(ws);
  });
  EXPECT_TRUE(ignores("idempotent_step", closing(place)));
}

TEST_F(Repeats, a_procedure_that_its_server_takes_along_made_no_step) {
  const TaskIndex task = d.task(ws);
  d.assign(pod, 0, task);
  const ProcedureIndex place =
      d.start(Program::release_slot, [&](Procedure& p) { p.task = task; });
  d.run_until(place, "release_slot", "b");
  d.fold(EventType::server_stopped, [&](Event& e) { e.replica = replica; });
  EXPECT_TRUE(ignores("idempotent_step", closing(place)));
}

}  // namespace
}  // namespace holdfast
