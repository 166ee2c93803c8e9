// What the tests of explorations share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <holdfast/sim/explore_scenario.h>
#include <holdfast/tests/sim/scenario_support.h>

namespace holdfast {

// The incident, with nobody confirming.
inline constexpr std::string_view incident = R"(name: incident
pool: {id: pool-a, min_replicas: 0, max_replicas: 3}
given:
  pods: 1
  tasks:
    - {id: 598, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}
users: {confirm: never}
expect: [{violates: reserved_pod_kept}]
explore: {restarts: 1, pods: 2, ages: []}
)";

// The scenario of a whole text, under that profile.
inline Scenario scenario_with(std::string_view text, std::string_view profile) {
  Scenario scenario = scenario_of_whole(std::string(text));
  EXPECT_TRUE(apply_profile(scenario, profile).message.empty());
  return scenario;
}

// The names of what is violated, sorted.
inline std::vector<std::string> violated(const ScenarioExploration& found) {
  std::vector<std::string> names;
  for (const PropertyAnswer& one : found.answers) {
    if (one.answer == Answer::violated) names.emplace_back(one.property->name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Packed worlds, each with the step that leads there; sorted.
template <class Bytes>
using Successors = std::vector<std::pair<Bytes, std::string>>;

// The first step that does not do the same in both; empty: there is none.
template <class Bytes>
std::string difference(const Successors<Bytes>& one, const Successors<Bytes>& other) {
  for (std::size_t i = 0; i < std::max(one.size(), other.size()); ++i) {
    if (i >= one.size()) return other[i].second;
    if (i >= other.size() || one[i].first != other[i].first) return one[i].second;
  }
  return {};
}

}  // namespace holdfast
