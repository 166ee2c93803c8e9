// What came of a run, for people: expectations, what was not put to the test, the verdict, and the
// five lines of a failing run, always in the same order. All functions are pure; text ends in a
// line break, or is empty where there is nothing to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <holdfast/reports/explanation.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/run.h>

namespace holdfast {

// A run and what belongs to it.
struct RunReport {
  const Scenario& scenario;
  const RunResult& result;
  std::int64_t until_us = 0;       // how long it ran
  bool knobs_changed = false;      // by the command line
  Explanation explanation;         // of shown_violation()
  std::string repeat;              // the command that shows it again
  std::string saved;               // where its log lies; empty: nowhere
};

// Whether the scenario expects that this property is violated. Requires: as in RunReport.
bool is_expected(const Scenario& scenario, bool knobs_changed, const Property& property);

// The violation that a report is about: the earliest that is not expected, else the earliest. Null:
// nothing was violated.
const Violation* shown_violation(const Scenario& scenario, const RunResult& result,
                                 bool knobs_changed);

// "355 events, 205 steps": how much a run, or many, did.
std::string work_text(std::uint64_t events, std::uint64_t steps);

// "profile slots, autoscaler_delay 10s": where the knobs come from.
std::string knobs_text(const Scenario& scenario);

// The line with which a report begins.
std::string scenario_line(const Scenario& scenario, std::uint64_t seed, Paint paint);

// Expectations, violated properties that are not shown, what was not put to the test, happenings
// that could not be, and the verdict with the numbers of the run.
std::string verdict_text(const RunReport& report, Paint paint);

// violated, at, because: what every walk says of a violation, of a run or of a log. `record` is the
// one that `violation` was found for; `start` that of the course, whose times are shown in a zone
// so far ahead of UTC.
std::string violation_text(const PropertyRecord& record, const Violation& violation,
                           const Explanation& explanation, Moment start, Tone tone, Paint paint,
                           std::int64_t zone_us = 0);

// violated, at, because, repeat, saved. Of a run that failed without a violation the last two, and
// nothing of one that has neither.
std::string failing_run_text(const RunReport& report, Paint paint);

}  // namespace holdfast
