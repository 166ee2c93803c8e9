#pragma once

// What the tests of scenario files share: text to scenario, and mistakes as lines of text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <holdfast/model/knobs.h>
#include <holdfast/model/properties.h>
#include <holdfast/sim/scenario_reader.h>

#include "input_support.h"

namespace holdfast {

// What the shortest scenario says. Behind the text of a test, so that its lines count from 1.
inline constexpr std::string_view shortest_scenario = "name: x\nexpect: [{at: 1s, pods: 0}]\n";

// Mistakes as `line:column: message [hint]`, one in a line.
inline std::string mistakes_of_whole(const std::string& text) {
  const Source source = source_of(text);
  Diagnostics diagnostics(source);
  const std::optional<Scenario> scenario = read_scenario(source, diagnostics);
  EXPECT_EQ(scenario.has_value(), diagnostics.empty());
  std::string lines;
  for (const Diagnostic& mistake : diagnostics.kept()) {
    lines += fmt::format("{}:{}: {}", mistake.place.line, mistake.place.column, mistake.message);
    if (!mistake.hint.empty()) lines += fmt::format(" [{}]", mistake.hint);
    lines += '\n';
  }
  return lines;
}

// The same of a text that leaves out what every scenario says.
inline std::string mistakes(const std::string& text) {
  return mistakes_of_whole(text + std::string(shortest_scenario));
}

// The scenario of a whole text. Fails the test when there is a mistake in it.
inline Scenario scenario_of_whole(const std::string& text) {
  const Source source = source_of(text);
  Diagnostics diagnostics(source);
  std::optional<Scenario> scenario = read_scenario(source, diagnostics);
  EXPECT_EQ(diagnostics.render(), "") << text;
  return scenario.value_or(Scenario());
}

inline Scenario scenario_of(const std::string& text) {
  return scenario_of_whole(text + std::string(shortest_scenario));
}

// Names as messages list them, from the tables, which grow.
inline std::string listed_names(const std::vector<std::string>& names) {
  const std::size_t shown = std::min<std::size_t>(names.size(), 24);
  const std::vector<std::string> first(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(shown));
  std::string text = fmt::format("{}", fmt::join(first, ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

inline std::string all_profiles() {
  std::vector<std::string> names;
  for (const Profile& profile : profiles()) names.emplace_back(profile.name);
  return listed_names(names);
}

inline std::string all_knobs() {
  std::vector<std::string> names;
  for (const KnobInfo& knob : knob_table()) names.emplace_back(knob.name);
  return listed_names(names);
}

inline std::string all_properties(bool goals) {
  std::vector<std::string> names;
  for (const Property& property : properties()) {
    if ((property.kind == PropertyKind::sometimes) == goals) names.emplace_back(property.name);
  }
  return listed_names(names);
}

}  // namespace holdfast
