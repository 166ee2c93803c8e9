// The timed walk: what follows from the seed alone, what a draw depends on, in which order things
// happen, and that a run neither stands still nor grows.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/event_fingerprint.h>
#include <holdfast/sim/simulator.h>
#include <holdfast/tests/sim/random_scenario.h>
#include <holdfast/tests/support/world_rules.h>

namespace holdfast {
namespace {

// Calls a function with every event, before it is folded.
class Listener : public Observer {
 public:
  using Hear = std::function<void(const World&, const Occurrence&)>;
  explicit Listener(Hear hear) : hear_(std::move(hear)) {}
  void before(const World& world, const Clock&, const Occurrence& occurrence) override {
    hear_(world, occurrence);
  }
  void after(const World&, const Clock&, const Occurrence&) override {}

 private:
  Hear hear_;
};

std::vector<Event> events_of(const Scenario& scenario, std::uint64_t seed = 1) {
  std::vector<Event> events;
  Listener listener([&](const World&, const Occurrence& o) { events.push_back(o.event); });
  Simulator simulator(scenario, seed);
  simulator.add_observer(listener);
  simulator.run(scenario.until_us);
  return events;
}

// The first event of that type at or after the scenario's start; of type property_violated if none.
Event first(const std::vector<Event>& events, EventType type, std::uint16_t task = none) {
  for (const Event& e : events) {
    if (e.type == type && (task == none || e.task == task)) return e;
  }
  Event missing;
  missing.type = EventType::property_violated;
  return missing;
}

std::vector<std::int64_t> times_of(const std::vector<Event>& events, EventType type,
                                   const std::function<bool(const Event&)>& which = {}) {
  std::vector<std::int64_t> times;
  for (const Event& e : events) {
    if (e.type == type && (!which || which(e))) times.push_back(e.time.us);
  }
  return times;
}

std::uint64_t fingerprint(const Scenario& scenario, std::uint64_t seed,
                          const std::vector<std::int64_t>& stops = {}) {
  Fingerprint fingerprint;
  Listener listener([&](const World&, const Occurrence& o) { add_event(fingerprint, o.event); });
  Simulator simulator(scenario, seed);
  simulator.add_observer(listener);
  for (const std::int64_t stop : stops) simulator.run(stop);
  simulator.run(scenario.until_us);
  fingerprint.add_number(simulator.unseed());
  return fingerprint.value();
}

Happening happening(ActionKind kind, std::int64_t at_us) {
  Happening result;
  result.kind = kind;
  result.at_us = at_us;
  return result;
}

// --- what follows from the seed ------------------------------------------------------------------

TEST(Simulator, one_seed_is_one_run_and_two_seeds_are_two) {
  for (const Profile& profile : profiles()) {
    const Scenario scenario = random_scenario(3, profile, true);
    EXPECT_EQ(fingerprint(scenario, 1), fingerprint(scenario, 1)) << profile.name;
    EXPECT_NE(fingerprint(scenario, 1), fingerprint(scenario, 2)) << profile.name;
  }
}

TEST(Simulator, a_run_in_stretches_is_the_run_in_one) {
  const Scenario scenario = random_scenario(5, *find_profile("production"), true);
  std::vector<std::int64_t> stops;
  for (std::int64_t at = 0; at < scenario.until_us; at += 7 * minute + 123) stops.push_back(at);
  EXPECT_EQ(fingerprint(scenario, 9), fingerprint(scenario, 9, stops));
}

TEST(Simulator, a_second_observer_changes_nothing) {
  const Scenario scenario = random_scenario(5, *find_profile("slots"), true);
  Fingerprint alone;
  Listener listener([&](const World&, const Occurrence& o) { add_event(alone, o.event); });
  std::uint64_t seen = 0;
  Listener other([&](const World&, const Occurrence&) { ++seen; });
  Simulator simulator(scenario, 4);
  simulator.add_observer(other);
  simulator.add_observer(listener);
  simulator.run(scenario.until_us);
  alone.add_number(simulator.unseed());
  EXPECT_EQ(alone.value(), fingerprint(scenario, 4));
  EXPECT_EQ(seen, simulator.events());
}

// --- what a draw depends on ----------------------------------------------------------------------

TEST(Simulator, a_happening_that_cannot_be_shifts_no_draw) {
  Scenario scenario = random_scenario(6, *find_profile("slots"), true);
  const std::uint64_t before = fingerprint(scenario, 1);
  Happening missing = happening(ActionKind::confirm, 20 * minute);
  missing.task = 999'999;
  scenario.when.push_back(missing);
  EXPECT_EQ(fingerprint(scenario, 1), before);
}

TEST(Simulator, tasks_of_one_workspace_arrive_when_they_did_whatever_arrives_elsewhere) {
  Scenario scenario = quiet_scenario();
  scenario.until_us = 6 * hour;
  scenario.pools[0].min_replicas = 1;
  scenario.behaviour.confirms = true;
  scenario.timings.confirm = Distribution::fixed(second);
  Happening arrivals = happening(ActionKind::submit, 0);
  arrivals.drawn = true;
  arrivals.gap = Distribution::exponential(20 * minute);
  arrivals.argument = 0;
  scenario.when = {arrivals};
  const auto here = [](const Event& e) { return e.workspace == 0; };
  const auto alone = times_of(events_of(scenario), EventType::task_submitted, here);
  EXPECT_GT(alone.size(), 5U);
  scenario.setup.workspaces.push_back("ws-b");
  scenario.workspaces.push_back({"ws-b", 0, ExecutionMode::k8s});
  scenario.setup.tasks.push_back({1, TaskType::plan});
  arrivals.argument = 2;
  scenario.when.push_back(arrivals);
  EXPECT_EQ(times_of(events_of(scenario), EventType::task_submitted, here), alone);
}

TEST(Simulator, a_task_takes_as_long_under_every_profile) {
  std::vector<std::int64_t> lengths;
  for (const Profile& profile : profiles()) {
    Scenario scenario = quiet_scenario();
    scenario.setup.knobs = profile.knobs;
    scenario.pools[0].min_replicas = 1;
    Happening submit = happening(ActionKind::submit, 20 * second);
    submit.argument = 1;
    scenario.when = {submit};
    const std::vector<Event> events = events_of(scenario);
    lengths.push_back(first(events, EventType::agent_slot_freed).time.us -
                      first(events, EventType::agent_slot_taken).time.us);
  }
  EXPECT_GT(lengths.front(), second);
  EXPECT_EQ(std::count(lengths.begin(), lengths.end(), lengths.front()),
            static_cast<std::ptrdiff_t>(lengths.size()));
}

// --- order ---------------------------------------------------------------------------------------

TEST(Simulator, what_is_due_at_one_moment_happens_in_the_stated_order) {
  // All at 30 s: a happening, three timers, a pod that becomes Running, and a step of a procedure.
  Scenario scenario = quiet_scenario();
  scenario.pools[0].min_replicas = 1;
  scenario.timings.cluster_call = Distribution::fixed(0);
  scenario.timings.database_call = Distribution::fixed(5 * second);
  scenario.timings.goroutine_start = Distribution::fixed(0);
  scenario.timings.pod_start = Distribution::fixed(30 * second);
  scenario.timings.memory_step = Distribution::fixed(0);
  Happening submit = happening(ActionKind::submit, 30 * second);
  submit.argument = 1;
  scenario.when = {happening(ActionKind::sync, 0), submit};
  scenario.until_us = 31 * second;
  std::vector<std::string> order;
  const std::int64_t moment = scenario.start.us + 30 * second;
  for (const Event& e : events_of(scenario)) {
    if (e.time.us != moment) continue;
    std::string kind;
    if (e.type == EventType::task_submitted) kind = "happening";
    if (e.type == EventType::autoscaler_ticked || e.type == EventType::queue_monitor_ticked ||
        e.type == EventType::server_agents_checked) {
      kind = "timer";
    }
    if (e.type == EventType::procedure_advanced || e.type == EventType::procedure_ended) {
      kind = "procedure";
    }
    if (!kind.empty() && (order.empty() || order.back() != kind)) order.push_back(kind);
  }
  // Later on a ticker that waited for its last round follows the end of that round.
  ASSERT_GE(order.size(), 3U);
  order.resize(3);
  EXPECT_EQ(order, (std::vector<std::string>{"happening", "timer", "procedure"}));
}

// --- every event of a run ------------------------------------------------------------------------

// Folds everything once more, and notices who stands still.
class Shadow : public Observer {
 public:
  explicit Shadow(const Setup& setup) : setup_(setup) {}
  void before(const World&, const Clock&, const Occurrence& o) override {
    EXPECT_EQ(o.sequence, last_ + 1);
    EXPECT_LT(o.cause, o.sequence);
    last_ = o.sequence;
    if (o.event.procedure == none) return;
    if (o.event.procedure >= moved_.size()) moved_.resize(o.event.procedure + 1U);
    moved_[o.event.procedure] = o.event.time;
  }
  void after(const World& world, const Clock&, const Occurrence& o) override {
    EXPECT_EQ(evolve(world_, o.event), "") << info(o.event.type).name;
    EXPECT_GE(o.event.time, latest_);
    latest_ = o.event.time;
    if (o.sequence % 64 == 0) {
      EXPECT_EQ(world, world_);
    }
  }
  // Whatever is under way on a server that is up moved lately, or sleeps.
  void expect_nobody_stands_still(const World& world, Moment now) const {
    EXPECT_EQ(broken_rule(world, setup_), "");
    for (std::size_t i = 0; i < world.procedures.size(); ++i) {
      const Procedure& p = world.procedures[i];
      if (p.depth == 0 || p.replica == none || p.wake > now) continue;
      EXPECT_GT(moved_[i].us, now.us - 5 * second)
          << info(p.top().program).name << " at " << static_cast<int>(p.top().at);
    }
  }

 private:
  const Setup& setup_;
  World world_;
  Moment latest_ = never;
  std::uint64_t last_ = 0;
  std::vector<Moment> moved_;
};

TEST(Simulator, every_event_is_accepted_time_never_goes_back_and_nobody_stands_still) {
  for (const Profile& profile : profiles()) {
    for (std::uint64_t number = 1; number <= 2; ++number) {
      SCOPED_TRACE(std::string(profile.name) + ", scenario " + std::to_string(number));
      const Scenario scenario = random_scenario(number, profile, number % 2 == 0);
      Shadow shadow(scenario.setup);
      Simulator simulator(scenario, number);
      simulator.add_observer(shadow);
      for (std::int64_t at = 0; at <= scenario.until_us; at += 3 * minute) {
        simulator.run(at);
        shadow.expect_nobody_stands_still(simulator.world(), simulator.clock().now());
      }
      if (testing::Test::HasFailure()) return;
    }
  }
}

// --- what waits ----------------------------------------------------------------------------------

TEST(Simulator, a_report_waits_at_its_agent_while_the_server_is_down) {
  Scenario scenario = quiet_scenario();
  scenario.given_tasks = {{.number = 7,
                           .workspace = 0,
                           .type = TaskType::plan,
                           .status = TaskStatus::running_planning,
                           .pod = 0,
                           .slot = 1}};
  scenario.timings.plan = Distribution::fixed(10 * second);
  scenario.when = {happening(ActionKind::stop, 5 * second), happening(ActionKind::start, minute)};
  scenario.until_us = 2 * minute;
  const std::vector<Event> events = events_of(scenario);
  const Event reported = first(events, EventType::agent_reported);
  const Event finished = first(events, EventType::task_plan_finished);
  EXPECT_EQ(reported.time.us, scenario.start.us + 10 * second);
  ASSERT_EQ(finished.type, EventType::task_plan_finished);
  EXPECT_GT(finished.time.us, scenario.start.us + minute);
  // The message over the channel had no connection to go over.
  EXPECT_EQ(first(events, EventType::agent_message_lost).task, 0);
}

TEST(Simulator, a_procedure_that_sleeps_wakes_on_time) {
  Scenario scenario = quiet_scenario();
  scenario.timings.pod_termination = Distribution::fixed(10 * second);
  scenario.when = {happening(ActionKind::rotate_token, second)};
  scenario.until_us = minute;
  std::vector<std::int64_t> wakes;
  std::vector<std::int64_t> woken;
  Listener listener([&](const World& world, const Occurrence& o) {
    if (o.event.type == EventType::procedure_advanced && o.event.after.wake != never) {
      wakes.push_back(o.event.after.wake.us);
    }
    if (o.step == nullptr || o.step->kind != StepKind::procedure) return;
    const Procedure& p = world.procedures[o.step->actor];
    if (p.depth != 0 && p.wake != never) woken.push_back(o.event.time.us);
  });
  Simulator simulator(scenario, 1);
  simulator.add_observer(listener);
  simulator.run(scenario.until_us);
  woken.erase(std::unique(woken.begin(), woken.end()), woken.end());
  EXPECT_GE(wakes.size(), 9U);
  EXPECT_EQ(wakes, woken);
}

TEST(Simulator, a_server_that_is_stopped_stays_down_until_it_is_started) {
  Scenario scenario = quiet_scenario();
  scenario.when = {happening(ActionKind::stop, second), happening(ActionKind::start, 9 * minute)};
  const std::vector<Event> events = events_of(scenario);
  const auto starts = times_of(events, EventType::server_started);
  ASSERT_EQ(starts.size(), 2U);
  EXPECT_EQ(starts.back(), scenario.start.us + 9 * minute);
}

TEST(Simulator, a_follower_leads_when_the_lease_of_the_dead_leader_has_run_out) {
  Scenario scenario = quiet_scenario();
  scenario.replicas = 2;
  scenario.when = {happening(ActionKind::stop, second)};
  scenario.timings.database_call = Distribution::fixed(10 * millisecond);
  scenario.until_us = minute;
  const std::vector<Event> events = events_of(scenario);
  const auto elected = times_of(events, EventType::leader_elected);
  ASSERT_EQ(elected.size(), 2U);
  EXPECT_EQ(elected.back(), scenario.start.us + 16 * second + 10 * millisecond);
  EXPECT_EQ(times_of(events, EventType::autoscaler_ticked, [&](const Event& e) {
              return e.replica == 1;
            }).front(),
            elected.back() + 5 * second);
}

// --- growth --------------------------------------------------------------------------------------

TEST(Simulator, a_long_run_needs_no_more_places_than_a_short_one) {
  Scenario scenario = quiet_scenario();
  scenario.pools[0].min_replicas = 1;
  scenario.behaviour.confirms = true;
  scenario.timings.confirm = Distribution::exponential(5 * minute);
  for (std::uint16_t task = 0; task < 2; ++task) {
    Happening arrivals = happening(ActionKind::submit, 0);
    arrivals.drawn = true;
    arrivals.gap = Distribution::exponential(15 * minute);
    arrivals.argument = task;
    scenario.when.push_back(arrivals);
  }
  const auto places = [](const World& world) {
    return world.tasks.size() + world.pods.size() + world.timers.size() + world.procedures.size();
  };
  Simulator simulator(scenario, 1);
  simulator.run(hour);
  std::size_t early = 0;
  std::size_t late = 0;
  for (int h = 2; h <= 24; ++h) {
    simulator.run(h * hour);
    early = std::max(early, places(simulator.world()));
  }
  for (int h = 25; h <= 7 * 24; ++h) {
    simulator.run(h * hour);
    late = std::max(late, places(simulator.world()));
  }
  EXPECT_GT(simulator.world().last_task_number, 1000U);
  EXPECT_LT(early, 40U);
  EXPECT_LT(late, 40U);
}

}  // namespace
}  // namespace holdfast
