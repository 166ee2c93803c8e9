// Where on the course of a counterexample the last chance was: the step after which every fair
// course ends in the violation, whatever users, faults and choices do (fair_cycles.h).
//
// Thread safety: a function of its arguments.
#pragma once

#include <string_view>

#include <holdfast/sim/course.h>

namespace holdfast {

struct CriticalStep {
  // Otherwise the graph of every step in every order was beyond the limits, or does not have the
  // course.
  bool is_known = false;
  // Place in the course's steps. The last one: a good end is left up to the violation itself.
  std::size_t step = 0;
  bool before_all = false;  // from the start on there is no good end

  bool operator==(const CriticalStep&) const = default;
};

// A course that goes beyond a bound counts as a good end.
// Requires: space_refusal(scenario) is empty, `property` is a never-property, and the course
// violates it.
CriticalStep critical_step(const Scenario& scenario, std::string_view property,
                           const Course& course, const ExploreOptions& limits);

}  // namespace holdfast
