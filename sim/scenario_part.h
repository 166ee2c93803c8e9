// Parts of a scenario: what is left of it when something is left out, with what refers to it. For
// shrinking.
//
// Thread safety: the functions are pure.
#pragma once

#include <vector>

#include <holdfast/sim/scenario.h>

namespace holdfast {

// Which of its happenings, given tasks, given pods, workspaces and pools a scenario keeps.
struct KeptParts {
  std::vector<bool> happenings;
  std::vector<bool> tasks;
  std::vector<bool> pods;
  std::vector<bool> workspaces;
  std::vector<bool> pools;
};

// All of them.
KeptParts all_parts(const Scenario& scenario);

// The scenario with these parts, without whatever refers to one that is left out: tasks on its pod
// or in its workspace, a confirmation of its task, happenings of its pool. Pods and tasks that are
// created later are called by the ordinals and numbers that they have then. Expectations stay.
// Requires: at least one pool is kept; no submit is repeated.
Scenario scenario_part(const Scenario& scenario, KeptParts kept);

}  // namespace holdfast
