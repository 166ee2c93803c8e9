// The events that make a scenario's given state out of nothing, so that a log that begins with them
// needs no scenario.
//
// Thread safety: all functions are pure.
#pragma once

#include <holdfast/sim/scenario.h>

namespace holdfast {

// The opening, oldest event first; none is later than the scenario's start. Folding it into an
// empty World gives the state at the start. `pods[i]` is the place of the i-th given pod.
// Requires: the scenario was checked by the reader (places and slots exist and are free).
struct Opening {
  std::vector<Event> events;
  std::vector<PodIndex> pods;
};
Opening opening(const Scenario& scenario);

}  // namespace holdfast
