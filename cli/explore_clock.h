// The options of `holdfast explore` that are about time, and what they make of a scenario.
#pragma once

#include <string>

#include <holdfast/cli/command.h>
#include <holdfast/sim/boundary.h>

namespace holdfast {

std::vector<std::string> clock_kinds();

inline constexpr OptionInfo clock_option{
    .name = "--clock",
    .value = "KIND",
    .about =
        "untimed: a timer fires whenever it is armed; timed: when it is due, and a run of a "
        "procedure ends in time",
    .takes = Takes::words,
    .by_default = "untimed",
    .words = clock_kinds};
inline constexpr OptionInfo longest_option{
    .name = "--longest",
    .value = "PROGRAM=DURATION",
    .about = "timed: how long one run of this procedure takes at most",
    .takes = Takes::text,
    .repeatable = true,
    .words = startable_program_names};
inline constexpr OptionInfo after_start_option{
    .name = "--after-start",
    .value = "DURATION",
    .about = "timed: look no further than so long after a server's start",
    .takes = Takes::duration};
inline constexpr OptionInfo unit_option{.name = "--unit",
                                        .value = "DURATION",
                                        .about = "timed: a unit of time no larger than this",
                                        .takes = Takes::duration};
inline constexpr OptionInfo boundary_option{
    .name = "--boundary",
    .value = "NAME",
    .about =
        "timed: from which duration on the property of --property falls: that of a procedure's "
        "longest run, or after_start",
    .takes = Takes::words,
    .words = boundary_names};
inline constexpr OptionInfo most_option{.name = "--most",
                                        .value = "DURATION",
                                        .about = "the longest that --boundary tries",
                                        .takes = Takes::duration,
                                        .by_default = "1m"};

bool is_timed(const Arguments& arguments);
// What is wrong with these options together; or empty.
std::string clock_fault(const Arguments& arguments);
// Sets the durations that the options say. Requires: clock_fault() is empty.
void apply_durations(const Arguments& arguments, Scenario& scenario);
// Requires: arguments has --boundary.
BoundaryQuestion boundary_question(const Arguments& arguments);

}  // namespace holdfast
