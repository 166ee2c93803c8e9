// A run as one JSON object. Keys may be added; those below keep their names and meanings.
//
//   file, name          of the scenario
//   profile, set        the knobs: {"autoscaler_delay": "10s"} over those of the profile
//   knobs_changed       by the command line: expectations that name properties are not judged
//   seed, start         start as an RFC 3339 instant
//   passed              every expectation met and nothing violated that was not expected
//   stopped             from outside, before its end
//   expectations        line, expects, verdict (met, failed, not_judged), found (text or null)
//   properties          the judged ones: name, kind (never, eventually), within_us (or null),
//                       antecedents, violations, expected, first (a violation or null)
//   goals               those that were reached: name, reached, first_time
//   missed              happenings that could not be: line, at_us, reason
//   violation           the one that the report is about, or null: property, sentence, time, event
//                       (or null), by, believed, because (texts or null)
//   repeat, saved       the command that shows it again; the log's file (or null)
//   events, steps, until_us, fingerprint (16 hexadecimal digits)
//
// A violation inside `properties` has the keys sentence, time and event.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <string>

#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/verdict.h>

namespace holdfast {

// Writes the run as an object: the value of `key`, or an item of an array if it is empty.
void write_run(JsonWriter& json, std::string_view key, const RunReport& report);

}  // namespace holdfast
