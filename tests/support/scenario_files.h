#pragma once

// The scenario files of the project, as the tests read them. Whoever includes this links sim.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <holdfast/sim/scenario_reader.h>

namespace holdfast {

inline std::filesystem::path scenario_folder() {
  return std::filesystem::path(HOLDFAST_SOURCE_DIR) / "scenarios";
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Every scenario file, as "incident-598/restart.yaml", in the order of the names.
inline std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(scenario_folder())) {
    if (entry.path().extension() != ".yaml") continue;
    files.push_back(entry.path().lexically_relative(scenario_folder()).generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The scenario of one of scenario_files(). Fails the test, and answers with an empty one, when
// there is a mistake in it.
inline Scenario scenario_file(const std::string& file) {
  auto made = make_source("scenarios/" + file, text_of(scenario_folder() / file));
  if (const auto* diagnostic = std::get_if<Diagnostic>(&made)) {
    ADD_FAILURE() << render(*diagnostic);
    return {};
  }
  const Source source = std::get<Source>(std::move(made));
  Diagnostics diagnostics(source);
  std::optional<Scenario> scenario = read_scenario(source, diagnostics);
  EXPECT_EQ(diagnostics.render(), "") << file;
  return std::move(scenario).value_or(Scenario{});
}

}  // namespace holdfast
