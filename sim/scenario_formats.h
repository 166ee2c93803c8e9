// The forms of text in scenario files that no other file has. A part of scenario_shape.h.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>

#include <holdfast/sim/distribution.h>
#include <holdfast/sim/input/shape.h>

namespace holdfast {

// How long something takes (sim/distribution.h); `never` is one of them.
extern const TextFormat wait_format;
// The same without `never`, for what always ends.
extern const TextFormat latency_format;
// The time from one thing to the next of its kind; at least a millisecond on average.
extern const TextFormat gap_format;
// The same, and `never` says that there is none.
extern const TextFormat gap_or_never_format;

// An offset from UTC: +08:00, -03:30, Z.
extern const TextFormat zone_format;

// The name of a workspace.
extern const TextFormat workspace_format;

// A step of a course, as step_text() names it.
extern const TextFormat step_format;

// The values of checked texts. Requires: the format accepted the text.
Distribution distribution_of(const Node& node);
std::int64_t zone_us_of(const Node& node);

}  // namespace holdfast
