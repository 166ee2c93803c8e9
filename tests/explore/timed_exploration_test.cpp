// What an exploration that keeps the time shows, and what it may not show.
#include <gtest/gtest.h>

#include <algorithm>

#include <holdfast/sim/boundary.h>
#include <holdfast/sim/run.h>
#include <holdfast/sim/scenario_text.h>
#include <holdfast/tests/explore/explore_support.h>

namespace holdfast {
namespace {

constexpr std::string_view reserved = "reserved_pod_kept";

// The incident where the user may confirm, so that an apply runs.
constexpr std::string_view confirmed = R"(name: confirmed
pool: {id: pool-a, min_replicas: 0, max_replicas: 2}
given:
  pods: 1
  tasks:
    - {id: 598, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}
expect: [{violates: reserved_pod_kept}]
explore:
  restarts: 0
  pods: 1
  ages: [startup_over, idle_for_a_minute, reservation_expired]
  one_push_per_task: true
  delete_immediate: true
)";

ScenarioExploreOptions timed() {
  ScenarioExploreOptions options;
  options.space.timed = true;
  return options;
}

Boundary boundary_of(const Scenario& scenario, std::string duration) {
  ScenarioExploreOptions options;
  options.property = reserved;
  return find_boundary(scenario, options, {std::move(duration), minute});
}

// --- the delay -----------------------------------------------------------------------------------

struct Delayed {
  std::string_view delay;
  int faults;             // lists that may fail, each of which costs a tick
  std::int64_t holds_us;  // -1: with no duration
  std::int64_t falls_us;
  std::int64_t instant_us;  // after the start, the tick of the autoscaler
};

// Result 2: it holds while the first reconcile ends before the first tick of the autoscaler, which
// comes 5 s after the delay.
TEST(DelayBoundary, is_where_the_first_reconcile_ends_with_the_delay_over) {
  constexpr Delayed table[] = {{"10s", 0, 9 * second, 10 * second, 15 * second},
                               {"20s", 0, 19 * second, 20 * second, 25 * second},
                               {"10s", 1, 4 * second, 5 * second, 15 * second},
                               {"10s", 2, -1, 0, 15 * second},
                               {"0s", 0, -1, 0, 5 * second}};
  for (const Delayed& row : table) {
    Scenario scenario = scenario_with(incident, "described+delay");
    ASSERT_TRUE(apply_set(scenario, "autoscaler_delay", row.delay).message.empty());
    scenario.explore.faults = row.faults;
    scenario.faults.cluster_error_ppm = 1;
    const Boundary found = boundary_of(scenario, "reconciler_cycle");
    ASSERT_TRUE(found.is_decided);
    EXPECT_EQ(found.holds_us.value_or(-1), row.holds_us) << row.delay << ' ' << row.faults;
    EXPECT_EQ(found.falls_us, row.falls_us) << row.delay << ' ' << row.faults;
    EXPECT_EQ(found.since_start_us, row.instant_us) << row.delay << ' ' << row.faults;
    ASSERT_TRUE(found.falling && found.falling->answer(reserved).counterexample);
    EXPECT_TRUE(found.falling->answer(reserved).counterexample->timing_possible);
  }
}

// Result 2 for the platform as shipped: with every duration, and the delay later.
TEST(DelayBoundary, of_slots_is_no_boundary_but_a_later_moment) {
  for (const auto& [profile, earliest_us] :
       {std::pair{"slots", 5 * second}, {"slots+delay", 15 * second}}) {
    Scenario scenario = scenario_with(incident, profile);
    scenario.explore.unit_us = second;
    const Boundary any = boundary_of(scenario, "autoscaler_cycle");
    EXPECT_TRUE(any.is_decided && !any.holds_us) << profile;
    EXPECT_EQ(any.falls_us, 0) << profile;
    const Boundary when = boundary_of(scenario, std::string(after_start_name));
    ASSERT_TRUE(when.is_decided) << profile;
    EXPECT_EQ(when.holds_us, earliest_us - second) << profile;
    EXPECT_EQ(when.falls_us, earliest_us) << profile;
    EXPECT_EQ(when.since_start_us, earliest_us) << profile;
  }
}

TEST(DelayBoundary, of_what_holds_is_the_most_that_was_tried) {
  const Boundary found = boundary_of(scenario_with(incident, "slots+rebuild"), "autoscaler_cycle");
  EXPECT_TRUE(found.is_decided);
  EXPECT_EQ(found.holds_us, minute);
  EXPECT_FALSE(found.falls_us.has_value());
}

TEST(DelayBoundary, is_open_where_a_limit_came_first) {
  ScenarioExploreOptions options;
  options.property = reserved;
  options.explore.most_depth = 2;
  const Boundary found = find_boundary(scenario_with(incident, "described+delay"), options,
                                       {"reconciler_cycle", minute});
  EXPECT_FALSE(found.is_decided);
}

// Result 3: the platform holds when start-up is over before the first tick.
TEST(StartUpBoundary, is_the_first_tick) {
  const Boundary found = boundary_of(scenario_with(incident, "described+reconcile"), "start_up");
  EXPECT_EQ(found.holds_us, 4 * second);
  EXPECT_EQ(found.falls_us, 5 * second);
}

// The guard looks away from 30 s after the start on.
TEST(StartUpGrace, ends_after_30_s) {
  Scenario scenario = scenario_with(incident, "slots");
  ASSERT_TRUE(apply_set(scenario, "scale_down_guard", "startup_grace").message.empty());
  scenario.explore.ages = age_bit(Age::startup_over);
  scenario.explore.unit_us = second;
  const Boundary found = boundary_of(scenario, std::string(after_start_name));
  EXPECT_EQ(found.holds_us, 29 * second);
  EXPECT_EQ(found.falls_us, 30 * second);
}

// --- against the other explorations --------------------------------------------------------------

// How many properties only the untimed one violates; -1: the timed one violates another.
int only_untimed(const Scenario& scenario) {
  const ScenarioExploration untimed = explore_scenario(scenario, {});
  const ScenarioExploration kept = explore_scenario(scenario, timed());
  EXPECT_TRUE(untimed.is_whole() && kept.is_whole()) << scenario.name;
  const std::vector<std::string> all = violated(untimed);
  const std::vector<std::string> some = violated(kept);
  if (!std::includes(all.begin(), all.end(), some.begin(), some.end())) return -1;
  return static_cast<int>(all.size() - some.size());
}

TEST(TimedExploration, shows_nothing_that_an_untimed_one_does_not) {
  int more = 0;
  for (const std::string_view profile :
       {"slots", "slots+delay", "slots+rebuild", "slots+guard", "described", "described+delay",
        "described+reconcile", "described+reconcile+guard", "slots+rebuild+guard", "deployment"}) {
    const int only = only_untimed(scenario_with(incident, profile));
    EXPECT_GE(only, 0) << profile;
    more += only;
  }
  EXPECT_GE(more, 2);  // at least described+delay and described+reconcile
  EXPECT_GE(only_untimed(scenario_with(confirmed, "slots")), 0);
}

// Steps that only read may be put off to a later moment: see Grid.
TEST(TimedExploration, reduced_answers_as_every_step_in_every_order_does) {
  struct Row {
    std::string_view profile;
    std::int64_t start_up_us;
    std::int64_t reconcile_us;
  };
  // On both sides of the boundaries.
  constexpr Row rows[] = {
      {"slots", 5 * second, 5 * second},           {"slots+delay", 5 * second, 5 * second},
      {"slots+rebuild", 5 * second, 5 * second},   {"described", second, second},
      {"described+delay", second, 9 * second},     {"described+delay", second, 10 * second},
      {"described+reconcile", 4 * second, second}, {"described+reconcile", 5 * second, second}};
  for (const Row& row : rows) {
    Scenario scenario = scenario_with(incident, row.profile);
    scenario.explore.longest = {{"start_up", row.start_up_us},
                                {"reconciler_cycle", row.reconcile_us}};
    ScenarioExploreOptions options = timed();
    options.property = reserved;
    const ScenarioExploration reduced = explore_scenario(scenario, options);
    options.space.lazy_reads = false;
    const ScenarioExploration all = explore_scenario(scenario, options);
    const Answer answer = all.answer(reserved).answer;
    ASSERT_NE(answer, Answer::undecided) << row.profile;
    EXPECT_EQ(reduced.answer(reserved).answer, answer) << row.profile << ' ' << row.reconcile_us;
    EXPECT_LT(reduced.exploration.stored.states, all.exploration.stored.states);
  }
}

TEST(TimedExploration, is_the_same_for_any_number_of_threads) {
  const Scenario scenario = scenario_with(incident, "described+delay");
  ScenarioExploreOptions two = timed();
  two.explore.threads = 2;
  const ScenarioExploration one = explore_scenario(scenario, timed());
  const ScenarioExploration other = explore_scenario(scenario, two);
  EXPECT_EQ(one.exploration.stored, other.exploration.stored);
  EXPECT_EQ(one.coverage.hits, other.coverage.hits);
}

// A smaller unit shows the same: whole units reach what the moments between them do.
TEST(TimedExploration, answers_the_same_in_smaller_units) {
  for (const std::string_view profile : {"slots", "slots+delay", "slots+rebuild"}) {
    Scenario scenario = scenario_with(incident, profile);
    scenario.explore.longest = {{"start_up", 5 * second}, {"autoscaler_cycle", 5 * second}};
    const ScenarioExploration large = explore_scenario(scenario, timed());
    EXPECT_EQ(large.grid.unit_us, 5 * second);
    scenario.explore.unit_us = second;
    const ScenarioExploration small = explore_scenario(scenario, timed());
    EXPECT_EQ(small.grid.unit_us, second);
    EXPECT_EQ(violated(large), violated(small)) << profile;
  }
}

TEST(TimedExploration, of_durations_without_a_common_unit_is_refused) {
  Scenario scenario = scenario_with(incident, "slots+delay");
  EXPECT_EQ(grid_refusal(scenario), "");
  ASSERT_TRUE(apply_set(scenario, "autoscaler_delay", "1us").message.empty());
  EXPECT_EQ(grid_refusal(scenario),
            "its durations have no common unit but 1us, which is too small for a clock");
}

// --- courses -------------------------------------------------------------------------------------

TEST(TimedCourse, is_a_scenario_that_run_violates_the_same_way) {
  for (const std::string_view profile : {"slots", "slots+delay", "described"}) {
    const ScenarioExploration found = explore_scenario(scenario_with(incident, profile), timed());
    ASSERT_EQ(violated(found), std::vector<std::string>{std::string(reserved)}) << profile;
    const PropertyAnswer& answer = found.answer(reserved);
    ASSERT_TRUE(answer.counterexample && answer.counterexample->course) << profile;
    EXPECT_TRUE(answer.counterexample->timing_possible) << profile;
    const Scenario read = scenario_of_whole(scenario_text(answer.counterexample->scenario));
    const bool waits = std::any_of(read.schedule.begin(), read.schedule.end(), [](const auto& s) {
      return s.text.starts_with("time_passes: ") && s.text.ends_with("s");
    });
    EXPECT_TRUE(waits) << profile;
    RunOptions options;
    options.seed = read.seed;
    const RunResult run = run_scenario(read, options);
    EXPECT_TRUE(run.missed.empty()) << profile;
    EXPECT_TRUE(run.passed) << profile;
  }
}

TEST(TimedCourse, waits_in_one_step_and_tells_when_it_ends) {
  const ScenarioExploration found =
      explore_scenario(scenario_with(incident, "slots+delay"), timed());
  const Course& course = *found.answer(reserved).counterexample->course;
  EXPECT_EQ(course.since_start_us, 15 * second);
  for (std::size_t i = 1; i < course.steps.size(); ++i) {
    EXPECT_FALSE(course.steps[i].waits_us != 0 && course.steps[i - 1].waits_us != 0) << i;
  }
}

TEST(Bounds, of_time_are_read_and_written_back) {
  const Scenario scenario = scenario_of_whole(R"(name: durations
expect: [{at: 1s, pods: 0}]
explore: {longest: {reconciler_cycle: 15s, start_up: 2s}, after_start: 40s, unit: 1s}
)");
  EXPECT_EQ(scenario.explore.longest,
            (std::vector<LongestRun>{{"reconciler_cycle", 15 * second}, {"start_up", 2 * second}}));
  EXPECT_EQ(scenario.explore.after_start_us, 40 * second);
  EXPECT_EQ(scenario.explore.unit_us, second);
  EXPECT_EQ(scenario_of_whole(scenario_text(scenario)).explore, scenario.explore);
}

}  // namespace
}  // namespace holdfast
