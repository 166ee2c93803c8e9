// What an exploration never came to, on a scenario whose few steps are known.
#include <gtest/gtest.h>

#include <algorithm>

#include <holdfast/sim/coverage_gaps.h>
#include <holdfast/tests/support/scenario_files.h>

namespace holdfast {
namespace {

ScenarioExploration explored(const Scenario& scenario) {
  return explore_scenario(scenario, ScenarioExploreOptions{});
}

Scenario incident(std::string_view profile) {
  Scenario scenario = scenario_file("incident-598/restart.yaml");
  scenario.profile = profile;
  scenario.setup.knobs = find_profile(profile)->knobs;
  return scenario;
}

bool contains(const std::vector<std::string>& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

TEST(CoverageGaps, the_check_of_the_slots_never_refuses_after_the_restart) {
  const Scenario scenario = incident("slots");
  const ScenarioExploration found = explored(scenario);
  const auto ways = gaps_of_kind(scenario, found, CoverageKind::ways);
  EXPECT_TRUE(contains(ways, "delete_pod i -> ends"));
  EXPECT_FALSE(contains(ways, "delete_pod i -> ii"));
}

TEST(CoverageGaps, a_step_that_the_knobs_make_possible_is_no_gap) {
  const auto never_taken = [](std::string_view profile) {
    const Scenario scenario = incident(profile);
    return gaps_of_kind(scenario, explored(scenario), CoverageKind::steps);
  };
  EXPECT_TRUE(contains(never_taken("slots"), "scale b"));
  EXPECT_FALSE(contains(never_taken("slots"), "delete_pod ii"));
}

TEST(CoverageGaps, programs_that_never_begin_have_no_steps_that_were_not_taken) {
  const Scenario scenario = incident("slots");
  const CoverageGaps gaps = gaps_of(explored(scenario).coverage);
  EXPECT_NE(std::find(gaps.not_begun.begin(), gaps.not_begun.end(), Program::save_config),
            gaps.not_begun.end());
  for (const Frame& frame : gaps.steps) EXPECT_NE(frame.program, Program::save_config);
  EXPECT_EQ(gaps.steps_of_begun, gaps.steps_taken + gaps.steps.size());
}

TEST(CoverageGaps, of_goals_and_properties_only_expected_ones_are_required) {
  Scenario scenario = incident("slots");
  scenario.expect.clear();
  const ScenarioExploration found = explored(scenario);
  EXPECT_TRUE(gaps_of_kind(scenario, found, CoverageKind::goals).empty());
  EXPECT_TRUE(gaps_of_kind(scenario, found, CoverageKind::properties).empty());
  Expectation expect;
  expect.kind = ExpectationKind::reaches;
  expect.property = "cold_start";
  scenario.expect.push_back(expect);
  expect.kind = ExpectationKind::holds;
  expect.property = "freeze_kept";
  scenario.expect.push_back(expect);
  expect.property = "replica_bounds";
  scenario.expect.push_back(expect);
  EXPECT_EQ(gaps_of_kind(scenario, found, CoverageKind::goals),
            std::vector<std::string>{"cold_start"});
  EXPECT_EQ(gaps_of_kind(scenario, found, CoverageKind::properties),
            std::vector<std::string>{"freeze_kept"});
}

}  // namespace
}  // namespace holdfast
