// Profiles against properties, and sets of changes that repair one: for people and as JSON. Pure.
#pragma once

#include <string>
#include <vector>

#include <holdfast/reports/json_writer.h>
#include <holdfast/sim/compare.h>

namespace holdfast {

struct MatrixReport {
  const Scenario& scenario;
  std::vector<ComparedProfile> profiles;
  std::string property;  // the only column; empty: all
};
// A Markdown table. A property that nothing asks for under any profile has no column and is named
// below.
std::string matrix_text(const MatrixReport& report);
void write_matrix(JsonWriter& json, const MatrixReport& report);

struct FixesReport {
  const Scenario& scenario;
  std::string property;
  std::vector<KnobChange> changes;
  std::vector<FixSet> fixes;
};
std::string fixes_text(const FixesReport& report);
void write_fixes(JsonWriter& json, const FixesReport& report);

}  // namespace holdfast
