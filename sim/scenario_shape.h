// What a scenario file looks like, declared once: the checks of scenario_reader.h and the JSON
// Schema for editors come from it. Knobs, profiles, timings, properties, faults and verbs are taken
// from their own tables, so a new row there is a new word here.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>
#include <string>

#include <holdfast/model/knobs.h>
#include <holdfast/model/moment.h>
#include <holdfast/sim/input/shape.h>

namespace holdfast {

// --- what a scenario file may hold at most ---
inline constexpr int most_pools = 100;
inline constexpr int most_workspaces = 10'000;
inline constexpr int most_given_pods = 1'000;
inline constexpr int most_given_tasks = 10'000;
inline constexpr int most_replicas = 10;
inline constexpr int most_happenings = 10'000;
inline constexpr int most_expectations = 1'000;
inline constexpr std::int64_t largest_task_number = 2'000'000'000;
inline constexpr std::int64_t longest_age_us = 3650 * day;

// Repeated happenings and faults that come by themselves lie at least so far apart, on average.
inline constexpr std::int64_t smallest_gap_us = millisecond;

// The pool of a scenario that names none.
inline constexpr int default_max_replicas = 3;

// The shape of a whole file.
const Shape& scenario_shape();

// Its JSON Schema, as it stands in scenarios/scenario.schema.json.
std::string scenario_schema();

// A knob that is on or off: in a file `yes`, `no`, `true` or `false`.
bool is_switch(const KnobInfo& knob);

}  // namespace holdfast
