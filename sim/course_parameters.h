// Which parameters of a scenario a course depends on: changed alone, they make another course of
// it. What is left over says how general a counterexample is.
//
// Thread safety: a function of its arguments.
#pragma once

#include <string>
#include <vector>

#include <holdfast/sim/scenario.h>

namespace holdfast {

struct CourseParameters {
  std::vector<std::string> matter;  // knobs, min_replicas, max_replicas
  std::vector<std::string> others;  // with every other value the course and its violation stay
};

// Requires: the scenario has a `schedule`, and running it violates the property. Of a knob that is
// a duration nothing, the half and the double are tried; of the pools' bounds one more and one
// less.
CourseParameters parameters_of(const Scenario& scenario, std::string_view property);

}  // namespace holdfast
