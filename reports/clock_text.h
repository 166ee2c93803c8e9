// How an exploration kept the time, and the boundary of a duration, for people and as JSON. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/boundary.h>

namespace holdfast {

// "timed, unit 1s", "a run of a procedure takes at most 3s", … Requires: time was kept.
std::vector<std::string> clock_words(const Bounds& bounds, const Grid& grid);
// The object `clock`.
void write_clock(JsonWriter& json, const ScenarioExploration& found);

struct BoundaryReport {
  const Scenario& scenario;
  const Boundary& found;
  std::string property;
  BoundaryQuestion question;
  std::string repeat;  // the command that finds it again
  std::string course;  // the command that shows how it falls; empty: it does not
};

// "reserved_pod_kept holds while one run of reconciler_cycle takes at most 9s, and falls when it
// may take 10s: then 15s after a server's start".
std::string boundary_sentence(const BoundaryReport& report);
std::string boundary_text(const BoundaryReport& report, Paint paint);
void write_boundary(JsonWriter& json, const BoundaryReport& report);

}  // namespace holdfast
