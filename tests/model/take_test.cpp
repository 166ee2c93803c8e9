// Steps that are no procedure's: tickers and their beat, retries and their order, who leads, and
// what else a step starts.
#include <gtest/gtest.h>

#include <vector>

#include <holdfast/tests/support/drive.h>

namespace holdfast {
namespace {

struct Take : ::testing::Test {
  Drive d;
  PoolIndex pool = d.pool(1, 3);
  WorkspaceIndex ws = d.workspace(pool);

  // Two servers, both down.
  Take() {
    for (ReplicaIndex r = 0; r < 2; ++r) {
      const auto of_it = [&](Event& e) {
        e.replica = r;
        e.memory = r;
      };
      d.fold(EventType::server_started, of_it);
      d.fold(EventType::server_stopped, of_it);
      d.fold(EventType::memory_lost, of_it);
    }
    d.forget();
  }
  void step(const Step& step) {
    Events events;
    take(d.world, d.setup, d.clock, step, events);
    for (const Event& e : events) d.fold(e);
  }
  void start(ReplicaIndex replica) { step({.kind = StepKind::server_starts, .actor = replica}); }
  std::vector<Step> steps_of(ActorKind kind, std::uint16_t index) const {
    std::vector<Step> out;
    append_steps(d.world, d.setup, d.clock, {kind, index}, 0, out);
    return out;
  }
  std::uint16_t timer(TimerKind kind) const {
    for (std::size_t i = 0; i < d.world.timers.size(); ++i) {
      if (d.world.timers[i].kind == kind) return static_cast<std::uint16_t>(i);
    }
    return none;
  }
  std::vector<TimerKind> timers() const {
    std::vector<TimerKind> kinds;
    for (const Timer& timer : d.world.timers) {
      if (timer.kind != TimerKind::none) kinds.push_back(timer.kind);
    }
    return kinds;
  }
  Moment due(TimerKind kind) const { return d.world.timers[timer(kind)].due; }
  std::vector<Program> programs() const {
    std::vector<Program> found;
    for (const Procedure& p : d.world.procedures) {
      if (p.depth != 0) found.push_back(p.kind());
    }
    return found;
  }
};

// --- who leads -----------------------------------------------------------------------------------

TEST_F(Take, the_first_server_to_start_leads_at_once_and_starts_up) {
  start(1);
  EXPECT_EQ(d.world.leader, 1);
  EXPECT_EQ(timers(), (std::vector<TimerKind>{TimerKind::agent_health, TimerKind::autoscaler,
                                              TimerKind::monitor, TimerKind::agent_cleanup}));
  EXPECT_EQ(programs(), (std::vector<Program>{Program::start_up, Program::recover}));
  start(0);
  EXPECT_EQ(d.world.leader, 1);
  EXPECT_EQ(timers().size(), 5U) << "a follower watches its connections, and nothing else";
  EXPECT_EQ(programs().size(), 2U);
}

TEST_F(Take, a_server_is_ready_when_start_up_and_recovery_are_over) {
  start(0);
  EXPECT_TRUE(steps_of(ActorKind::replica, 0).empty());
  d.drain();
  ASSERT_EQ(steps_of(ActorKind::replica, 0).size(), 1U);
  step(steps_of(ActorKind::replica, 0)[0]);
  EXPECT_EQ(d.world.replicas[0].state, ReplicaState::serving);
}

TEST_F(Take, a_follower_takes_over_with_tickers_of_its_own_and_recovers) {
  start(0);
  start(1);
  d.drain();
  EXPECT_EQ(steps_of(ActorKind::replica, 1).size(), 1U);  // ready, and no more
  step({.kind = StepKind::server_stops, .actor = 0});
  EXPECT_EQ(d.world.leader, none);
  EXPECT_EQ(timers(), std::vector<TimerKind>{TimerKind::agent_health});
  // Not even a server that starts meanwhile: the lease has to end.
  start(0);
  EXPECT_EQ(d.world.leader, none);
  step({.kind = StepKind::leader_takes_over, .actor = 1});
  EXPECT_EQ(d.world.leader, 1);
  EXPECT_EQ(d.world.timers[timer(TimerKind::autoscaler)].replica, 1);
  EXPECT_EQ(programs(), (std::vector<Program>{Program::start_up, Program::recover}));
  for (const Step& step : steps_of(ActorKind::replica, 0)) {
    EXPECT_NE(step.kind, StepKind::leader_takes_over);
  }
}

// --- tickers -------------------------------------------------------------------------------------

TEST_F(Take, a_ticker_keeps_its_beat_and_drops_the_ticks_that_it_missed) {
  start(0);
  d.drain();
  const Moment first = due(TimerKind::autoscaler);
  EXPECT_EQ(first, d.clock.after(5 * second));
  EXPECT_TRUE(steps_of(ActorKind::timer, timer(TimerKind::autoscaler)).empty());
  d.clock = Clock::at(first);
  step({.kind = StepKind::timer, .actor = timer(TimerKind::autoscaler)});
  EXPECT_EQ(due(TimerKind::autoscaler).us, first.us + 5 * second);
  // 12 s late: two ticks are dropped, and the third comes when it would have.
  d.clock = Clock::at({first.us + 17 * second});
  EXPECT_TRUE(steps_of(ActorKind::timer, timer(TimerKind::autoscaler)).empty())
      << "its last round is unfinished";
  d.drain();
  const std::int64_t since_first = d.clock.now().us - first.us;
  step(steps_of(ActorKind::timer, timer(TimerKind::autoscaler)).at(0));
  EXPECT_EQ((due(TimerKind::autoscaler).us - first.us) % (5 * second), 0);
  EXPECT_GT(due(TimerKind::autoscaler).us, first.us + since_first);
  EXPECT_LE(due(TimerKind::autoscaler).us, first.us + since_first + 5 * second);
}

TEST_F(Take, every_ticker_has_its_interval_and_starts_its_program) {
  d.knobs().reconciler = Reconciler::own_ticker;
  start(0);
  d.drain();
  const struct {
    TimerKind kind;
    std::int64_t interval;
    Program program;
  } rows[] = {{TimerKind::autoscaler, 5 * second, Program::autoscaler_cycle},
              {TimerKind::reconciler, 5 * second, Program::reconciler_cycle},
              {TimerKind::monitor, 10 * second, Program::monitor},
              {TimerKind::agent_health, 30 * second, Program::check_agents},
              {TimerKind::agent_cleanup, 300 * second, Program::check_rows}};
  for (const auto& row : rows) {
    const Moment now = due(row.kind);
    EXPECT_EQ(now, d.clock.after(row.interval)) << static_cast<int>(row.kind);
    Events events;
    take(d.world, d.setup, Clock::at(now), {.kind = StepKind::timer, .actor = timer(row.kind)},
         events);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].at.us, now.us + row.interval);
    EXPECT_EQ(events[1].after.kind(), row.program);
    EXPECT_EQ(events[1].after.replica, 0);
  }
}

// --- retries -------------------------------------------------------------------------------------

// Each is a timer of its own: chains lie beside chains.
TEST_F(Take, retries_fire_once_each_and_are_ranked_by_creation) {
  start(0);
  d.drain();
  const auto schedule = [&](std::int64_t delay) {
    d.fold(EventType::queue_retry_scheduled, [&](Event& e) {
      e.replica = 0;
      e.workspace = ws;
      e.place = place_for_timer(d.world);
      e.at = d.clock.after(delay);
    });
    return static_cast<std::uint16_t>(d.last(EventType::queue_retry_scheduled).place);
  };
  const std::uint16_t late = schedule(10 * second);
  const std::uint16_t soon = schedule(5 * second);
  EXPECT_LT(d.world.timers[late].order, d.world.timers[soon].order);
  d.wait(5 * second);
  EXPECT_TRUE(steps_of(ActorKind::timer, late).empty());
  ASSERT_EQ(steps_of(ActorKind::timer, soon).size(), 1U);
  step(steps_of(ActorKind::timer, soon)[0]);
  EXPECT_EQ(programs(), std::vector<Program>{Program::try_next});
  EXPECT_EQ(d.world.procedures[0].workspace, ws);
  EXPECT_TRUE(soon >= d.world.timers.size() || d.world.timers[soon].kind == TimerKind::none);
  EXPECT_EQ(d.world.timers[late].kind, TimerKind::retry);
}

// --- agents and work -----------------------------------------------------------------------------

TEST_F(Take, an_agent_that_ends_takes_along_what_it_has_not_sent) {
  start(0);
  d.drain();
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  const TaskIndex task = d.task(ws);
  d.plan_on(pod, 0, task);
  step({.kind = StepKind::agent_finishes, .actor = pod, .choice = 0});
  EXPECT_EQ(programs(), std::vector<Program>{Program::report_status});
  step({.kind = StepKind::pod_crashes, .actor = pod});
  // Its replica sees the connection end: no need to look for silent ones first.
  EXPECT_EQ(programs(), std::vector<Program>{Program::check_agents});
  EXPECT_EQ(d.world.procedures.back().stack[0].at, 1);
  EXPECT_EQ(d.world.agents[pod].state, AgentState::gone);
  EXPECT_TRUE(d.world.agents[pod].work.empty());
}

TEST_F(Take, an_agent_that_ends_behind_a_silent_connection_to_a_dead_server_starts_nothing) {
  start(0);
  d.drain();
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  step({.kind = StepKind::agent_falls_silent, .actor = pod});
  step({.kind = StepKind::server_stops, .actor = 0});
  step({.kind = StepKind::pod_evicted, .actor = pod});
  EXPECT_TRUE(programs().empty());
  EXPECT_FALSE(d.world.memories[0].exists);
}

TEST_F(Take, work_ends_as_the_choice_says) {
  start(0);
  d.drain();
  const PodIndex pod = d.pod(pool);
  d.connect(pod);
  const TaskIndex applies = d.task(ws);
  const TaskIndex plans = d.task(ws, TaskType::plan);
  for (const TaskIndex task : {applies, plans}) {
    d.fold(EventType::agent_slot_taken, [&](Event& e) {
      e.pod = pod;
      e.task = task;
      e.slot = static_cast<SlotIndex>(task);
    });
  }
  std::vector<std::uint16_t> choices;
  std::vector<TaskStatus> outcomes;
  for (const Step& step : steps_of(ActorKind::agent, pod)) {
    if (step.kind != StepKind::agent_finishes) continue;
    choices.push_back(step.choice);
    Events events;
    take(d.world, d.setup, d.clock, step, events);
    EXPECT_EQ(events[0].type, EventType::agent_slot_freed);
    EXPECT_EQ(events[0].task, step.choice < work_results ? applies : plans);
    outcomes.push_back(events[1].status);
  }
  EXPECT_EQ(choices, (std::vector<std::uint16_t>{0, 1, 2, 4, 6}));
  EXPECT_EQ(outcomes,
            (std::vector<TaskStatus>{TaskStatus::apply_pending, TaskStatus::planned_and_finished,
                                     TaskStatus::failed, TaskStatus::success, TaskStatus::failed}));
}

// --- requests ------------------------------------------------------------------------------------

TEST_F(Take, a_request_lands_on_any_server_that_is_not_down) {
  d.setup.tasks = {{ws, TaskType::plan}};
  EXPECT_TRUE(steps_of(ActorKind::users, 0).empty());
  start(0);
  const auto replicas = [&] {
    std::vector<ReplicaIndex> found;
    for (const Step& step : steps_of(ActorKind::users, 0)) {
      if (step.kind == StepKind::submit) found.push_back(step.replica);
    }
    return found;
  };
  EXPECT_EQ(replicas(), std::vector<ReplicaIndex>{0});
  start(1);
  EXPECT_EQ(replicas(), (std::vector<ReplicaIndex>{0, 1}));
}

TEST_F(Take, two_handlers_with_fresh_memories_have_two) {
  d.knobs().handler_memory = HandlerMemory::fresh;
  start(0);
  d.drain();
  step({.kind = StepKind::sync, .actor = pool, .replica = 0});
  step({.kind = StepKind::sync, .actor = pool, .replica = 0});
  EXPECT_EQ(d.world.procedures[0].memory, 2);
  EXPECT_EQ(d.world.procedures[1].memory, 3);
  d.drain();
  EXPECT_EQ(d.world.memories.size(), 2U);
}

}  // namespace
}  // namespace holdfast
