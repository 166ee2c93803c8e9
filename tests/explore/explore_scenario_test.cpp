#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <holdfast/sim/run.h>
#include <holdfast/sim/scenario_text.h>
#include <holdfast/tests/explore/explore_support.h>

namespace holdfast {
namespace {

// One task from its plan on, with everything that may race with it.
constexpr std::string_view one_task = R"(name: one task
pool: {id: pool-a, min_replicas: 0, max_replicas: 2}
given:
  pods: 1
  tasks:
    - {id: 1, workspace: ws-1, type: plan_and_apply, status: running, pod: 0, slot: 0}
expect: [{violates: reserved_pod_kept}]
explore:
  restarts: 0
  pods: 1
  ages: []
  triggers_any_time: true
  one_push_per_task: true
  delete_immediate: true
)";

ScenarioExploration explored(const Scenario& scenario, ScenarioExploreOptions options = {}) {
  return explore_scenario(scenario, options);
}

struct Expected {
  std::string_view profile;
  bool falls;
};

// Results 1 to 4 of the specification, in every interleaving and not only on one course.
TEST(ExploreIncident, each_fix_holds_or_falls_as_known) {
  constexpr Expected table[] = {{"slots", true},           {"slots+delay", true},
                                {"slots+reconcile", true}, {"slots+guard", false},
                                {"slots+rebuild", false},  {"slots+rebuild+guard", false},
                                {"described", true},       {"described+reconcile+guard", false},
                                {"described+delay", true}, {"described+guard", false}};
  for (const Expected& row : table) {
    const ScenarioExploration found = explored(scenario_with(incident, row.profile));
    EXPECT_TRUE(found.is_whole()) << row.profile;
    EXPECT_EQ(found.answer("reserved_pod_kept").answer == Answer::violated, row.falls)
        << row.profile;
  }
}

TEST(ExploreIncident, the_course_is_the_restart_and_the_first_tick) {
  const ScenarioExploration found = explored(scenario_with(incident, "slots"));
  const PropertyAnswer& answer = found.answer("reserved_pod_kept");
  ASSERT_TRUE(answer.counterexample && answer.counterexample->course);
  std::vector<std::string> changes;
  for (const CourseStep& step : answer.counterexample->course->steps) {
    if (step.changes) changes.push_back(step.text);
  }
  EXPECT_EQ(changes,
            (std::vector<std::string>{"server_stops (replica 0)", "server_starts (replica 0)",
                                      "autoscaler fires", "autoscaler_cycle > sync_pods b",
                                      "autoscaler_cycle > delete_pod ii (pod 0)"}));
  EXPECT_TRUE(answer.counterexample->timing_possible);
}

// The reduction may leave out states and must not leave out answers, nor make a course longer.
TEST(Reduction, answers_and_lengths_are_those_of_every_step_in_every_order) {
  for (const std::string_view text : {incident, one_task}) {
    for (const std::string_view profile : {"slots", "slots+rebuild"}) {
      const Scenario scenario = scenario_with(text, profile);
      ScenarioExploreOptions eager;
      eager.space.lazy_reads = false;
      eager.explore.threads = 2;
      const ScenarioExploration all = explored(scenario, eager);
      const ScenarioExploration reduced = explored(scenario);
      ASSERT_TRUE(all.is_whole() && reduced.is_whole());
      EXPECT_EQ(violated(all), violated(reduced)) << scenario.name << ' ' << profile;
      EXPECT_LT(reduced.exploration.stored.states, all.exploration.stored.states);
    }
  }
}

// What may be started twice at a time, by a trigger, by a user, on either server, is not left out,
// and what may be started once only is not started twice.
TEST(Reduction, leaves_out_no_two_of_one_kind_that_run_at_a_time) {
  constexpr std::string_view two_pushes = R"(name: two pushes
profile: production
pool: {id: pool-a, min_replicas: 0, max_replicas: 2}
given:
  pods: 2
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply, status: apply_confirmed, pod: 0, slot: 0}]
expect: [{holds: apply_once}]
explore: {pods: 2, procedures: 3, ages: [], triggers_any_time: true, delete_immediate: true}
)";
  constexpr std::string_view two_replicas = R"(name: two replicas
profile: slots
replicas: 2
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given:
  pods: 1
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}]
expect: [{holds: apply_once}]
explore: {pods: 1, ages: [], triggers_any_time: true, one_push_per_task: true,
          delete_immediate: true}
)";
  constexpr std::string_view two_rotations = R"(name: two rotations
profile: slots
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given: {pods: 1}
when: [{at: 1m, rotate_token: {pool: pool-a}}]
expect: [{holds: apply_once}]
explore: {pods: 1, procedures: 3, user_actions: 2, ages: [], delete_immediate: true}
)";
  const auto file_profile = [](std::string_view text) {
    return text.find("production") != text.npos ? "production" : "slots";
  };
  for (const std::string_view text : {two_pushes, two_replicas, two_rotations}) {
    const Scenario scenario = scenario_with(text, file_profile(text));
    ScenarioExploreOptions eager;
    eager.space.lazy_reads = false;
    eager.explore.threads = 2;
    const ScenarioExploration all = explored(scenario, eager);
    const ScenarioExploration reduced = explored(scenario);
    ASSERT_TRUE(all.is_whole() && reduced.is_whole()) << scenario.name;
    EXPECT_EQ(violated(all), violated(reduced)) << scenario.name;
    for (const PropertyAnswer& one : reduced.answers) {
      const bool walked = !one.counterexample || one.counterexample->course;
      EXPECT_TRUE(walked) << one.property->name;
    }
  }
}

// What a reduction puts off counts towards the bound once it has begun: no more run at a time than
// could be walked, and what falls within the bound is the same.
TEST(Reduction, keeps_the_bound_of_procedures) {
  constexpr std::string_view two_at_a_time = R"(name: two procedures at a time
pool: {id: pool-a, min_replicas: 1, max_replicas: 2}
given:
  pods: 2
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply}]
expect: [{violates: reserved_pod_kept}]
explore: {restarts: 1, pods: 2, procedures: 2, ages: [], triggers_any_time: true,
          one_push_per_task: true, delete_immediate: true}
)";
  const Scenario scenario = scenario_with(two_at_a_time, "slots");
  ScenarioExploreOptions eager;
  eager.space.lazy_reads = false;
  eager.explore.threads = 2;
  const ScenarioExploration all = explored(scenario, eager);
  const ScenarioExploration reduced = explored(scenario);
  ASSERT_TRUE(all.is_whole() && reduced.is_whole());
  EXPECT_EQ(violated(all), violated(reduced));
  for (const PropertyAnswer& one : reduced.answers) {
    const bool walked = !one.counterexample || one.counterexample->course;
    EXPECT_TRUE(walked) << one.property->name;
  }
}

// Users who do not confirm by themselves do where the scenario has them do it.
TEST(Exploration, a_confirmation_that_the_scenario_names_may_happen) {
  constexpr std::string_view named = R"(name: a confirmation
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given:
  pods: 1
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}]
users: {confirm: never}
when: [{at: 1m, confirm: {task: 1}}]
expect: [{holds: apply_once}]
explore: {pods: 1, user_actions: 0, ages: [], triggers_any_time: true, one_push_per_task: true,
          delete_immediate: true}
)";
  EXPECT_EQ(explored(scenario_with(named, "slots")).answer("apply_once").answer, Answer::holds);
}

// Both pods are alike at the start: what is reached is so too.
TEST(Reduction, symmetry_changes_no_answer_and_orbits_add_up) {
  constexpr std::string_view pods_alone = R"(name: two pods alike
pool: {id: pool-a, min_replicas: 0, max_replicas: 2}
given: {pods: 2}
expect: [{holds: reserved_pod_kept}]
explore: {restarts: 0, pods: 3, ages: []}
)";
  constexpr std::string_view with_a_task = R"(name: two pods alike and a task
pool: {id: pool-a, min_replicas: 1, max_replicas: 2}
given:
  pods: 2
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply, status: pending}]
expect: [{holds: reserved_pod_kept}]
explore: {restarts: 0, pods: 2, ages: [], triggers_any_time: true, one_push_per_task: true,
          delete_immediate: true}
)";
  for (const std::string_view text : {pods_alone, with_a_task}) {
    const Scenario scenario = scenario_with(text, "slots");
    ScenarioExploreOptions symmetric;
    symmetric.explore.symmetry = true;
    const ScenarioExploration all = explored(scenario);
    const ScenarioExploration reduced = explored(scenario, symmetric);
    EXPECT_EQ(violated(all), violated(reduced)) << scenario.name;
    EXPECT_LT(reduced.exploration.stored.states, all.exploration.stored.states) << scenario.name;
    EXPECT_EQ(reduced.exploration.unreduced, all.exploration.unreduced) << scenario.name;
  }
}

// Which server takes a step is said, so that the course can be taken step by step.
TEST(Exploration, a_course_with_two_servers_is_run_with_the_clock) {
  constexpr std::string_view two_servers = R"(name: a confirmation and a cancellation
replicas: 2
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given:
  pods: 1
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}]
when: [{at: 1m, cancel: {task: 1}}]
expect: [{holds: apply_only_confirmed}]
explore: {pods: 1, user_actions: 1, ages: [], triggers_any_time: true, one_push_per_task: true,
          delete_immediate: true}
)";
  ScenarioExploreOptions options;
  options.property = "apply_only_confirmed";
  const ScenarioExploration found = explored(scenario_with(two_servers, "production"), options);
  const PropertyAnswer& answer = found.answer("apply_only_confirmed");
  ASSERT_TRUE(answer.counterexample && answer.counterexample->course);
  EXPECT_TRUE(answer.counterexample->timing_possible);
}

TEST(Exploration, is_the_same_for_any_number_of_threads) {
  const Scenario scenario = scenario_with(one_task, "slots");
  ScenarioExploreOptions two;
  two.explore.threads = 2;
  const ScenarioExploration one = explored(scenario);
  const ScenarioExploration other = explored(scenario, two);
  EXPECT_EQ(one.exploration.stored, other.exploration.stored);
  EXPECT_EQ(one.coverage.hits, other.coverage.hits);
  ASSERT_EQ(violated(one), violated(other));
  for (std::size_t i = 0; i < one.answers.size(); ++i) {
    if (!one.answers[i].counterexample) continue;
    EXPECT_EQ(one.answers[i].counterexample->scenario.schedule,
              other.answers[i].counterexample->scenario.schedule);
  }
}

TEST(Exploration, a_limit_leaves_open_what_was_not_seen) {
  ScenarioExploreOptions options;
  options.explore.most_depth = 2;
  const ScenarioExploration found = explored(scenario_with(incident, "slots"), options);
  EXPECT_FALSE(found.is_whole());
  EXPECT_EQ(found.exploration.ending, Ending::depth_limit);
  EXPECT_EQ(found.answer("reserved_pod_kept").answer, Answer::undecided);
}

TEST(Exploration, a_bound_that_leaves_steps_out_is_counted) {
  const ScenarioExploration found = explored(scenario_with(incident, "slots"));
  EXPECT_TRUE(found.coverage.met_bounds());
  EXPECT_GT(found.coverage.hits[static_cast<std::size_t>(Bound::restarts)], 0U);
  EXPECT_EQ(found.coverage.hits[static_cast<std::size_t>(Bound::pods)], 0U);
}

// Result 14: after its 24 h a reservation is Idle while its task still waits.
TEST(Exploration, time_that_passes_is_a_step) {
  Scenario scenario = scenario_with(incident, "slots+rebuild+guard");
  scenario.explore.ages = age_bit(Age::reservation_expired);
  EXPECT_TRUE(violated(explored(scenario)).empty());
  ASSERT_TRUE(apply_set(scenario, "scale_down_guard", "none").message.empty());
  const ScenarioExploration found = explored(scenario);
  const PropertyAnswer& answer = found.answer("reserved_pod_kept");
  ASSERT_EQ(answer.answer, Answer::violated);
  EXPECT_TRUE(answer.counterexample->timing_possible);
}

TEST(SavedCourse, is_a_scenario_that_run_violates_the_same_way) {
  for (const std::string_view text : {incident, one_task}) {
    const ScenarioExploration found = explored(scenario_with(text, "slots"));
    for (const PropertyAnswer& one : found.answers) {
      if (one.answer != Answer::violated) continue;
      ASSERT_TRUE(one.counterexample && one.counterexample->course) << one.property->name;
      if (!one.counterexample->timing_possible) continue;
      const Scenario read = scenario_of_whole(scenario_text(one.counterexample->scenario));
      RunOptions options;
      options.seed = read.seed;
      const RunResult run = run_scenario(read, options);
      EXPECT_TRUE(run.missed.empty()) << one.property->name;
      EXPECT_TRUE(run.passed || run.first_violation() != nullptr) << one.property->name;
    }
  }
}

TEST(SavedCourse, a_step_that_may_not_be_taken_ends_it_with_its_line) {
  Scenario scenario = scenario_with(incident, "slots");
  scenario.schedule = {{"server_stops (replica 0)", 11}, {"server_stops (replica 0)", 12}};
  RunOptions options;
  const RunResult run = run_scenario(scenario, options);
  ASSERT_EQ(run.missed.size(), 1U);
  EXPECT_EQ(run.missed[0].line, 12);
  EXPECT_EQ(run.missed[0].reason, "this step may not be taken here");
}

TEST(SpaceRefusal, says_what_is_too_many) {
  std::string text =
      "name: x\ngiven: {pods: 16}\npool: {id: a, max_replicas: 20}\n"
      "expect: [{at: 1s, pods: 16}]\n";
  EXPECT_EQ(space_refusal(scenario_of_whole(text)),
            "16 given pods are too many to be explored: at most 15");
}

}  // namespace
}  // namespace holdfast
