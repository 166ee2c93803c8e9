#pragma once

// How text becomes numbers, instants, times of day and fractions, and instants become text;
// durations are sim/duration_text.h. The same notations stand in scenario files, pool files,
// options and reports. All functions are pure; time is counted in microseconds, and the calendar is
// computed here, so no setting of the machine matters. An `error` is a phrase that says why there
// is no value.
//
// instant      2025-11-08T15:50:00Z, with up to six digits of a fraction, or with an offset such as
//              +08:00 in place of Z. Years 1970 to 9999.
// time of day  HH:MM, 00:00 to 23:59.
// fraction     0 to 1 with up to six digits (0.05), or a percentage with up to four (5%).

#include <cstdint>
#include <string>
#include <string_view>

#include <holdfast/model/duration_text.h>

namespace holdfast {

// A decimal integer with an optional sign.
TextResult<std::int64_t> parse_integer(std::string_view text);

// Microseconds since 1970-01-01T00:00:00Z.
TextResult<std::int64_t> parse_instant(std::string_view text);

// The instant in UTC, with a fraction only when there is one, without trailing zeros in it.
// Requires: 0 <= instant_us, before the year 10000.
std::string format_instant(std::int64_t instant_us);

// Minutes since midnight.
TextResult<int> parse_time_of_day(std::string_view text);

// Parts per million.
TextResult<std::int64_t> parse_fraction(std::string_view text);

}  // namespace holdfast
