// Explores a scenario and says of every eventual property what became of it: whether some course
// leads to where the property's debt is owed for ever, although every process is treated fairly and
// no more faults come (fair_cycles.h, fair_steps.h). Such a course is a stem and a loop. It is
// walked again, from the scenario's opening, by nothing but steps, take and evolve, and the loop
// must come back to the same packed world, owed throughout and fair.
//
// The graph under the reduction lazy_reads is searched first: what is found there and can be walked
// again is an answer. A property holds only if the whole unreduced graph is known. The names of
// pods and tasks matter to whom something is owed: symmetry is never used.
//
// Thread safety: a function of its arguments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <holdfast/sim/endless_course.h>
#include <holdfast/sim/explore_scenario.h>

namespace holdfast {

struct EventualAnswer {
  const Property* property = nullptr;
  // `holds`, `not_asked`: in the complete graph.
  Answer answer = Answer::undecided;
  // Why it is undecided in a complete graph: from somewhere where it is owed, every fair course
  // goes beyond a bound.
  bool leads_beyond = false;
  // Of what is violated. Empty: the course that was found could not be walked again, which is an
  // error of holdfast.
  std::optional<EndlessCourse> course;
  std::optional<Scenario> scenario;  // that takes it with the clock, if that lets it happen
};

struct EventualExploration {
  Bounds bounds;      // as they applied
  Coverage coverage;  // of the last graph
  // With the reduction; without states: it was not asked for.
  GraphSize reduced;
  GraphSize graph;  // of every step in every order; without states: nothing was left to be answered
  std::vector<EventualAnswer> answers;  // of the eventual properties, in their order

  const EventualAnswer& answer(std::string_view property) const;
};

struct EventualOptions {
  ExploreOptions limits;  // of states, memory, depth and time; the rest does not count
  std::string property;   // only this one is answered; empty: all
  bool reduced_first = true;
};

// Requires: space_refusal(scenario) is empty; the property is empty or an eventual one.
EventualExploration explore_eventually(const Scenario& scenario, const EventualOptions& options);

}  // namespace holdfast
