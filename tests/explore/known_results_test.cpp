// Every numbered result of the specification is decided by exploring its scenario: it falls, on a
// course that can be walked and that the clock lets happen.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <holdfast/sim/eventually.h>
#include <holdfast/sim/run.h>
#include <holdfast/sim/scenario_text.h>
#include <holdfast/tests/sim/scenario_support.h>

namespace holdfast {
namespace {

struct Known {
  std::string file;
  std::string property;
};

std::string text_of(const std::string& file) {
  std::ifstream stream(HOLDFAST_SOURCE_DIR "/scenarios/known-results/" + file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Known> known_results(PropertyKind kind) {
  std::vector<Known> all;
  const std::filesystem::path folder = HOLDFAST_SOURCE_DIR "/scenarios/known-results";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".yaml") || file.ends_with("-repaired.yaml")) continue;
    for (const Expectation& expectation : scenario_of_whole(text_of(file)).expect) {
      if (expectation.kind != ExpectationKind::violates) continue;
      if (find_property(expectation.property)->kind != kind) continue;
      all.push_back({file, expectation.property});
    }
  }
  std::sort(all.begin(), all.end(), [](const Known& a, const Known& b) {
    return std::pair(a.file, a.property) < std::pair(b.file, b.property);
  });
  return all;
}

void expect_all_to_fall(bool timed) {
  const std::vector<Known> all = known_results(PropertyKind::never);
  EXPECT_GE(all.size(), 18U);
  for (const Known& known : all) {
    const Scenario scenario = scenario_of_whole(text_of(known.file));
    ASSERT_EQ(space_refusal(scenario), "");
    ScenarioExploreOptions options;
    options.property = known.property;
    options.space.timed = timed;
    options.explore.most_states = 100'000;
    const ScenarioExploration found = explore_scenario(scenario, options);
    const PropertyAnswer& answer = found.answer(known.property);
    ASSERT_EQ(answer.answer, Answer::violated) << known.file << ' ' << known.property;
    ASSERT_TRUE(answer.counterexample && answer.counterexample->course) << known.file;
    EXPECT_TRUE(answer.counterexample->timing_possible) << known.file;
  }
}

TEST(KnownResults, fall_on_a_course_that_the_clock_lets_happen) { expect_all_to_fall(false); }

// What a run shows is among what an exploration with the clock shows.
TEST(KnownResults, fall_with_the_clock_too) { expect_all_to_fall(true); }

TEST(KnownResults, what_must_at_last_hold_falls_for_ever) {
  const std::vector<Known> all = known_results(PropertyKind::eventually);
  EXPECT_GE(all.size(), 8U);
  for (const Known& known : all) {
    const Scenario scenario = scenario_of_whole(text_of(known.file));
    EventualOptions options;
    options.property = known.property;
    options.limits.most_states = 100'000;
    const EventualExploration found = explore_eventually(scenario, options);
    const EventualAnswer& answer = found.answer(known.property);
    ASSERT_EQ(answer.answer, Answer::violated) << known.file << ' ' << known.property;
    EXPECT_TRUE(answer.course) << known.file;
    ASSERT_TRUE(answer.scenario) << known.file << " is a course that the clock does not let happen";
    const Scenario read = scenario_of_whole(scenario_text(*answer.scenario));
    EXPECT_TRUE(run_scenario(read, {}).passed) << known.file;
  }
}

// As a scenario it is run with everything that it violates.
void expect_walked(std::string_view file, const ShortestCourse& found) {
  EXPECT_TRUE(found.course) << file << ' ' << found.cause;
  if (!found.timing_possible) return;
  RunOptions options;
  options.seed = found.scenario.seed;
  EXPECT_TRUE(run_scenario(found.scenario, options).passed) << file << ' ' << found.cause;
}

// The space and the walker are two readings of the model: where they differ a course cannot be
// walked again. The server that restarts gives the older of two tasks its slot back first, although
// they are of two workspaces.
TEST(KnownResults, of_every_cause_a_course_is_walked_again) {
  for (const std::string_view file :
       {"11-guard-assigns-reserved-slot-repaired.yaml",
        "11-delay-assigns-reserved-slot-repaired.yaml", "04-token-rotation-repaired.yaml",
        "08-guide-4-apply-pending-protection.yaml"}) {
    const Scenario scenario = scenario_of_whole(text_of(std::string(file)));
    ScenarioExploreOptions options;
    options.space.by_cause = true;
    options.explore.most_states = 50'000;
    const ScenarioExploration found = explore_scenario(scenario, options);
    int violated = 0;
    for (const PropertyAnswer& answer : found.answers) {
      if (answer.answer != Answer::violated) continue;
      ++violated;
      expect_walked(file, *answer.counterexample);
      for (const ShortestCourse& other : answer.others) expect_walked(file, other);
    }
    EXPECT_NE(violated, 0) << file;
  }
}

}  // namespace
}  // namespace holdfast
