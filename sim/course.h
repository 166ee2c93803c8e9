// A shortest way that an exploration found, walked anew from the scenario's opening by nothing but
// steps, take and evolve: with the names that things have, every event and every step that only
// reads. What cannot be walked again is no counterexample.
//
// Thread safety: the functions are pure but for what they are given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/sim/exploration.h>
#include <holdfast/sim/judge.h>
#include <holdfast/sim/platform_space.h>

namespace holdfast {

struct CourseStep {
  Step step;
  std::string text;      // step_text() of it
  std::size_t move = 0;  // of the trace, from 0
  bool changes = false;  // more than the procedure that takes it
  std::vector<Event> events;
  std::int64_t waits_us = 0;  // time that passes, and nothing else
  bool is_trigger = false;    // it stands for a monitor's round (Bounds::triggers_any_time)
};

struct Course {
  std::vector<CourseStep> steps;
  World end;            // before the last step
  Violation violation;  // as the judge sees it
  // Of the last step, after the last start of a server, where time is kept; -1: none started.
  std::int64_t since_start_us = -1;
};

// Nothing if the trace cannot be walked, or does not violate its property at its end.
std::optional<Course> walk_again(const PlatformSpace& space, const Trace& trace);

// The scenario that takes the course step by step, with the clock, in the whole model: what the
// exploration left out does not happen, what it did at once is done step by step. It expects the
// violation of `property`.
Scenario scenario_of(const PlatformSpace& space, const Course& course, std::string_view property);

// Adds to what the scenario of a course expects whatever else the run of it violates.
void expect_the_rest(const std::vector<PropertyRecord>& records, Scenario& scenario);

}  // namespace holdfast
