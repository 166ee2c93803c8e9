// A course that leads to where something is owed for ever: a stem, and a loop in which it then goes
// on. What a graph says of it is not believed: it is walked again, from the scenario's opening, in
// the unreduced space.
//
// Thread safety: the functions are pure but for what they are given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <holdfast/sim/course.h>
#include <holdfast/sim/move_walker.h>
#include <holdfast/sim/platform_graph.h>

namespace holdfast {

struct EndlessCourse {
  Course course;               // the stem and, from `loop_begin` on, the loop once
  std::size_t loop_begin = 0;  // place in course.steps; their number: nothing happens any more
  std::string sentence;
};

// The scenario that takes the stem and then the loop once, step by step with the clock, and expects
// that `property` is owed for as long as the loop takes. Nothing if the clock does not let it
// happen. A course after which nothing happens any more is owed for five minutes.
std::optional<Scenario> scenario_of(const PlatformSpace& space, const EndlessCourse& course,
                                    std::string_view property);

// A step of the unreduced space: who takes it, and what it leads to.
struct TakenStep {
  ProcessKey by;
  PackedBytes after;
};
struct TakenLasso {
  std::vector<TakenStep> stem;
  std::vector<TakenStep> loop;
};

// The steps of a lasso of the graph of `space`.
// Requires: the space is unreduced.
TakenLasso steps_of(const PlatformSpace& space, const PlatformGraph& graph, const Lasso& lasso);

// The steps of a lasso of the graph of `reduced`, in the unreduced `space`; whoever only looks
// and finds nothing to do looks once in the loop. Nothing if somebody would be treated unfairly.
std::optional<TakenLasso> unreduced_steps_of(const PlatformSpace& reduced,
                                             const PlatformSpace& space, const PlatformGraph& graph,
                                             const Lasso& lasso);

// Nothing if it cannot be walked, or if its loop does not come back to the same packed world, is
// not owed throughout, or is unfair to somebody.
// Requires: the space is unreduced.
std::optional<EndlessCourse> walk_for_ever(const PlatformSpace& space, const Debt& debt,
                                           const TakenLasso& lasso);

}  // namespace holdfast
