// What came of checking a scenario with random courses, for people and as JSON. All functions are
// pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <holdfast/reports/explanation.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/checker.h>

namespace holdfast {

// A property that was violated, with what the caller did about it.
struct ToldCounterexample {
  const CheckedProperty* checked;
  Explanation explanation;     // of the minimal scenario's violation
  std::string repeat;          // the command that shows it again
  std::string saved;           // where the minimal scenario lies; empty: nowhere
};

struct ToldCheck {
  const Scenario& scenario;    // that was started from
  const CheckReport& report;
  std::uint64_t seed;          // of the first case
  std::uint64_t asked;         // cases
  const std::vector<ToldCounterexample>& found;  // in the order of the report's properties
};

// A line for each property, what nothing tried, the verdict, and of each violated property the
// minimal scenario: what happens in it, then violated, at, because, repeat, saved. `brief`: the
// minimal scenarios only.
std::string check_text(const ToldCheck& check, bool brief, Paint paint);

// Writes the check as an object, an item of an array. Keys may be added; those below keep their
// names and meanings.
//
//   file, name, profile, set   of the scenario, as of a run (run_json.h)
//   seed, cases, done   of the first case; how many were asked for, and tried
//   stopped             from outside, before its end
//   events              of all cases
//   passed              nothing was violated
//   properties          the judged ones: name, kind (never, eventually), within_us (or null),
//                       tried_in, violated_in (cases), first_seed (or null), found (or null)
//
// `found`: seed, happenings (texts), given_tasks, given_pods, minimal (nothing of these can be left
// out), runs (that it took), sentence, time, event (or null), by, believed, because (texts or
// null), repeat, saved (or null).
void write_check(JsonWriter& json, const ToldCheck& check);

}  // namespace holdfast
