// Several causes of one violation are told apart, each with a shortest course; and what a course
// depends on.
#include <gtest/gtest.h>

#include <algorithm>

#include <holdfast/sim/explore_scenario.h>
#include <holdfast/sim/run.h>
#include <holdfast/tests/support/scenario_files.h>

namespace holdfast {
namespace {

// The incident, and a user may rotate the pool's token, which deletes pods as well.
Scenario two_ways() {
  Scenario scenario = scenario_file("incident-598/restart.yaml");
  scenario.explore.user_actions = 1;
  scenario.explore.pods = 1;
  scenario.explore.ages = 0;
  scenario.explore.delete_immediate = true;
  Happening rotate;
  rotate.kind = ActionKind::rotate_token;
  scenario.when.push_back(rotate);
  return scenario;
}

ScenarioExploration explored(int threads) {
  ScenarioExploreOptions options;
  options.property = "reserved_pod_kept";
  options.explore.threads = threads;
  options.space.by_cause = true;
  return explore_scenario(two_ways(), options);
}

std::vector<std::string> causes_of(const ScenarioExploration& found) {
  const PropertyAnswer& answer = found.answer("reserved_pod_kept");
  std::vector<std::string> causes{answer.counterexample->cause};
  for (const ShortestCourse& other : answer.others) causes.push_back(other.cause);
  return causes;
}

TEST(Causes, each_has_a_shortest_course_and_the_nearest_comes_first) {
  const ScenarioExploration found = explored(1);
  std::vector<std::string> causes = causes_of(found);
  std::sort(causes.begin(), causes.end());
  EXPECT_EQ(causes,
            (std::vector<std::string>{"autoscaler_cycle > autoscale > scale > delete_pod ii",
                                      "rotate_token > delete_pod ii"}));
  EXPECT_FALSE(found.more_causes);
  const PropertyAnswer& answer = found.answer("reserved_pod_kept");
  EXPECT_TRUE(answer.counterexample->timing_possible);
  for (const ShortestCourse& other : answer.others) {
    ASSERT_TRUE(other.course);
    EXPECT_EQ(other.course->violation.property->name, "reserved_pod_kept");
    EXPECT_TRUE(other.timing_possible);
    EXPECT_GE(other.changes, answer.counterexample->changes);
  }
}

TEST(Causes, are_the_same_for_two_threads) {
  const ScenarioExploration one = explored(1);
  const ScenarioExploration two = explored(2);
  EXPECT_EQ(causes_of(one), causes_of(two));
  EXPECT_EQ(one.answer("reserved_pod_kept").others.front().scenario.schedule,
            two.answer("reserved_pod_kept").others.front().scenario.schedule);
}

TEST(Causes, beyond_the_bits_that_there_are_share_the_last) {
  Causes causes;
  for (int i = 0; i < Causes::most; ++i) EXPECT_EQ(causes.bit_of(0, std::to_string(i)), i);
  EXPECT_FALSE(causes.is_full());
  EXPECT_EQ(causes.bit_of(0, "one more"), Causes::most - 1);
  EXPECT_TRUE(causes.is_full());
  EXPECT_EQ(causes.bit_of(0, "5"), 5);
  EXPECT_EQ(causes.cause(5).text, "5");
}

TEST(CourseParameters, are_those_without_which_the_course_is_another) {
  ScenarioExploreOptions options;
  options.property = "reserved_pod_kept";
  const Scenario incident = scenario_file("incident-598/restart.yaml");
  const ScenarioExploration found = explore_scenario(incident, options);
  const Scenario& course = found.answer("reserved_pod_kept").counterexample->scenario;
  const CourseParameters parameters = parameters_of(course, "reserved_pod_kept");
  const auto matters = [&](std::string_view name) {
    const auto& all = parameters.matter;
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  EXPECT_TRUE(matters("slot_rebuild"));
  EXPECT_TRUE(matters("scale_down_guard"));
  EXPECT_TRUE(matters("min_replicas"));
  EXPECT_FALSE(matters("max_replicas"));
  EXPECT_FALSE(matters("handler_memory"));
  EXPECT_EQ(parameters.matter.size() + parameters.others.size(), knob_table().size() + 2);
}

}  // namespace
}  // namespace holdfast
