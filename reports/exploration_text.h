// What an exploration found, for people and as JSON. Pure; the same for any number of threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <holdfast/reports/exploration_lines.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/coverage_gaps.h>

namespace holdfast {

// What --require-coverage asked for and was not come to.
struct RequiredCoverage {
  CoverageKind kind;
  std::vector<std::string> missing;
};

struct ExplorationReport {
  const Scenario& scenario;
  const ScenarioExploration& found;
  bool knobs_changed = false;
  std::vector<SavedCounterexample> saved;
  std::string repeat;           // the command that explores it again
  bool shows_coverage = false;  // everything that was never come to
  std::vector<RequiredCoverage> required;
  bool passed = false;
};

std::string exploration_text(const ExplorationReport& report, Paint paint);
void write_exploration(JsonWriter& json, const ExplorationReport& report);

}  // namespace holdfast
