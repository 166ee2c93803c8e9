// "Reserved pods are never deleted", in the course of incident 598: servers restart, tickers tick,
// a few tasks are submitted, nothing fails and nobody confirms. Every profile either keeps it, or
// the minimal scenario is found within a bounded number of cases.
//
// Where users confirm, described+reconcile+guard falls too: see
// scenarios/found/confirm-meets-monitor-under-guard.yaml.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/checker.h>
#include <holdfast/sim/scenario_text.h>
#include <holdfast/tests/support/scenario_files.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

constexpr std::string_view property = "reserved_pod_kept";

const std::string holding[] = {"slots+guard",
                               "slots+reconcile+guard",
                               "slots+rebuild",
                               "slots+rebuild+guard",
                               "slots+unplaced",
                               "described+delay",
                               "described+reconcile",
                               "described+guard",
                               "described+reconcile+guard",
                               "production"};
const std::string falling[] = {"slots", "slots+delay", "slots+reconcile", "described",
                               "required-slots"};

std::string name_of_test(const testing::TestParamInfo<std::string>& profile) {
  std::string name = profile.param;
  for (char& c : name) c = c == '+' || c == '-' ? '_' : c;
  return name;
}

std::int64_t seconds(int low, int high) { return *rc::gen::inRange(low, high) * second; }

// One pod to three, each with a task that waits for its user and perhaps with one that runs.
void draw_start(Scenario& scenario) {
  const int pods = *rc::gen::inRange(1, 4);
  scenario.pools.front().min_replicas = *rc::gen::inRange(0, 2);
  scenario.pools.front().max_replicas = *rc::gen::inRange(pods, 5);
  scenario.given_pods.clear();
  scenario.given_tasks.clear();
  scenario.workspaces.clear();
  scenario.setup.workspaces.clear();
  const auto workspace = [&scenario] {
    const auto place = static_cast<WorkspaceIndex>(scenario.workspaces.size());
    const std::string id = "ws-" + std::to_string(place);
    scenario.workspaces.push_back({id, 0, ExecutionMode::k8s});
    scenario.setup.workspaces.push_back(id);
    return place;
  };
  for (int i = 0; i < pods; ++i) {
    const auto pod = static_cast<std::uint16_t>(i);
    const auto number = static_cast<std::uint32_t>(598 + 2 * i);
    scenario.given_pods.push_back({.age_us = hour - i * minute});
    scenario.given_tasks.push_back({.number = number,
                                    .workspace = workspace(),
                                    .status = TaskStatus::apply_pending,
                                    .pod = pod,
                                    .slot = 0});
    if (*rc::gen::inRange(0, 3) != 0) continue;
    scenario.given_tasks.push_back({.number = number + 1,
                                    .workspace = workspace(),
                                    .type = TaskType::plan,
                                    .status = TaskStatus::running_planning,
                                    .pod = pod,
                                    .slot = 1});
  }
}

void draw_course(Scenario& scenario) {
  scenario.when.clear();
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    Happening restart;
    restart.at_us = seconds(0, 480);
    restart.duration_us = seconds(1, 60);
    restart.replica = 0;
    scenario.when.push_back(restart);
  }
  scenario.setup.tasks.clear();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    Happening submit;
    submit.kind = ActionKind::submit;
    submit.at_us = seconds(0, 480);
    submit.argument = static_cast<std::uint16_t>(scenario.setup.tasks.size());
    const auto workspaces = static_cast<int>(scenario.workspaces.size());
    scenario.setup.tasks.push_back({static_cast<WorkspaceIndex>(*rc::gen::inRange(0, workspaces)),
                                    *rc::gen::element(TaskType::plan, TaskType::plan_and_apply)});
    scenario.when.push_back(submit);
  }
}

// --- profiles that hold --------------------------------------------------------------------------

class ProfileThatHolds : public testing::TestWithParam<std::string> {};

TEST_P(ProfileThatHolds, keeps_reserved_pods_whatever_restarts) {
  Scenario incident = scenario_file("incident-598/restart.yaml");
  ASSERT_EQ(apply_profile(incident, GetParam()).message, "");
  // A course in which no restart meets a reservation shows nothing.
  int restarts_with_reservation = 0;
  const bool holds = rc::check("reserved pods are never deleted", [&] {
    Scenario scenario = incident;
    draw_start(scenario);
    draw_course(scenario);
    RunOptions options;
    for (options.seed = 1; options.seed <= 5; ++options.seed) {
      const RunResult result = run_scenario(scenario, options);
      for (const PropertyRecord& record : result.records) {
        if (record.property->name == "restart_with_reservation" && record.reached > 0) {
          ++restarts_with_reservation;
        }
        if (record.property->name != property || record.violations == 0) continue;
        scenario.seed = options.seed;
        RC_FAIL(record.first.sentence + '\n' + scenario_text(scenario));
      }
    }
  });
  EXPECT_TRUE(holds);
  EXPECT_GT(restarts_with_reservation, 300);
}

TEST_P(ProfileThatHolds, is_not_shown_to_fall_by_a_thousand_random_courses) {
  Scenario incident = scenario_file("incident-598/restart.yaml");
  ASSERT_EQ(apply_profile(incident, GetParam()).message, "");
  CheckOptions options;
  options.cases = 1000;
  options.threads = 2;
  options.course = {.most_happenings = 20, .kinds = {ActionKind::restart, ActionKind::submit}};
  options.properties = {find_property(property)};
  const CheckReport report = check_scenario(incident, options);
  ASSERT_EQ(report.properties.size(), 1u);
  EXPECT_EQ(report.done, 1000u);
  EXPECT_EQ(report.properties.front().violated, 0u);
  if (report.properties.front().found) ADD_FAILURE() << report.properties.front().found->text;
}

INSTANTIATE_TEST_SUITE_P(Each, ProfileThatHolds,
                         testing::ValuesIn(std::begin(holding), std::end(holding)), name_of_test);

// --- profiles that fall --------------------------------------------------------------------------

class ProfileThatFalls : public testing::TestWithParam<std::string> {};

TEST_P(ProfileThatFalls, is_shown_by_one_restart_of_one_pod_with_one_task_within_ten_cases) {
  Scenario incident = scenario_file("incident-598/restart.yaml");
  ASSERT_EQ(apply_profile(incident, GetParam()).message, "");
  CheckOptions options;
  options.cases = 10;
  options.course = {.most_happenings = 20, .kinds = {ActionKind::restart, ActionKind::submit}};
  options.properties = {find_property(property)};
  const CheckReport report = check_scenario(incident, options);
  ASSERT_TRUE(report.properties.front().found.has_value());
  const Counterexample& found = *report.properties.front().found;
  EXPECT_TRUE(found.minimal);
  EXPECT_TRUE(found.reproduced);
  EXPECT_LE(found.runs, 1000u);
  ASSERT_EQ(found.scenario.when.size(), 1u) << found.text;
  EXPECT_EQ(found.scenario.when.front().kind, ActionKind::restart) << found.text;
  EXPECT_EQ(found.scenario.given_tasks.size(), 1u) << found.text;
  EXPECT_EQ(found.scenario.given_pods.size(), 1u) << found.text;
}

INSTANTIATE_TEST_SUITE_P(Each, ProfileThatFalls,
                         testing::ValuesIn(std::begin(falling), std::end(falling)), name_of_test);

// It falls beside an idle pod: of two pods any goes. Which one is drawn, so that not even what has
// nothing to do with it can be left out of the course.
TEST(ReservedPods, of_a_deployment_fall_beside_an_idle_pod) {
  Scenario incident = scenario_file("incident-598/restart.yaml");
  ASSERT_EQ(apply_profile(incident, "deployment").message, "");
  incident.given_pods.push_back({.age_us = hour - minute});
  CheckOptions options;
  options.cases = 10;
  options.course = {.most_happenings = 20, .kinds = {ActionKind::restart, ActionKind::submit}};
  options.properties = {find_property(property)};
  const CheckReport report = check_scenario(incident, options);
  ASSERT_TRUE(report.properties.front().found.has_value());
  const Counterexample& found = *report.properties.front().found;
  EXPECT_TRUE(found.minimal);
  EXPECT_TRUE(found.reproduced);
  EXPECT_EQ(found.scenario.given_tasks.size(), 1u) << found.text;
  EXPECT_EQ(found.scenario.given_pods.size(), 2u) << found.text;
}

TEST(ReservedPods, every_profile_keeps_them_or_does_not) {
  std::vector<std::string> named(std::begin(holding), std::end(holding));
  named.insert(named.end(), std::begin(falling), std::end(falling));
  named.emplace_back("deployment");  // of pods that nobody looks at, as below
  std::vector<std::string> all;
  for (const Profile& profile : profiles()) all.emplace_back(profile.name);
  std::sort(named.begin(), named.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(named, all);
}

}  // namespace
}  // namespace holdfast
