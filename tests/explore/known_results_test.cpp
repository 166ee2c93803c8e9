// Every numbered result of the specification that says "never" is decided by exploring its
// scenario: it falls, on a course that can be walked and that the clock lets happen.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <holdfast/sim/explore_scenario.h>
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

bool is_never(std::string_view name) {
  const Property* property = find_property(name);
  return property != nullptr && property->kind == PropertyKind::never;
}

std::vector<Known> known_results() {
  std::vector<Known> all;
  const std::filesystem::path folder = HOLDFAST_SOURCE_DIR "/scenarios/known-results";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".yaml") || file.ends_with("-repaired.yaml")) continue;
    for (const Expectation& expectation : scenario_of_whole(text_of(file)).expect) {
      if (expectation.kind != ExpectationKind::violates || !is_never(expectation.property))
        continue;
      all.push_back({file, expectation.property});
    }
  }
  std::sort(all.begin(), all.end(), [](const Known& a, const Known& b) {
    return std::pair(a.file, a.property) < std::pair(b.file, b.property);
  });
  return all;
}

void expect_all_to_fall(bool timed) {
  const std::vector<Known> all = known_results();
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

}  // namespace
}  // namespace holdfast
