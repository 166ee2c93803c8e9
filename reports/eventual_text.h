// What was found of the eventual properties, for people and as JSON. Pure.
#pragma once

#include <string>
#include <vector>

#include <holdfast/reports/exploration_lines.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/eventually.h>

namespace holdfast {

struct EventualReport {
  const Scenario& scenario;
  const EventualExploration& found;
  std::vector<SavedCounterexample> saved;
  std::string repeat;  // the command that explores it again
  bool passed = false;
};

std::string eventual_text(const EventualReport& report, Paint paint);
void write_eventual(JsonWriter& json, const EventualReport& report);

}  // namespace holdfast
