// A finding: a scenario that shows how a property is violated and says what should happen instead,
// and which knobs repair it, if any do. It is run as it is and repaired, so that both are known and
// not only told.
//
// Thread safety: the functions may be called from many threads.
#pragma once

#include <string>
#include <vector>

#include <holdfast/sim/run.h>

namespace holdfast {

inline bool is_finding(const Scenario& scenario) { return !scenario.instead.empty(); }

struct Examination {
  // The first property that the scenario expects to be violated, and what it came to.
  const Property* property = nullptr;
  Violation violation;
  std::int64_t within_us = -1;     // of an eventual property: for so long it was owed
  // When the platform did what violates the property; of an eventual one, since when it is owed.
  Moment since = never;
  // The programs that did it, the outermost first, or what happened: "agent_disconnects".
  std::string by;
  // What is wrong with the finding: expectations that are not met, properties that the repair
  // leaves violated. Empty: it stands.
  std::vector<std::string> doubts;
};

// Requires: the scenario is a finding. Without a repair it is run as it is only.
Examination examine(const Scenario& scenario);

}  // namespace holdfast
