// Explores one scenario under several sets of knobs: profiles against properties, and the smallest
// sets of changes that make a property hold.
//
// Thread safety: functions of their arguments; each exploration uses as many threads as the options
// say.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <holdfast/sim/explore_scenario.h>

namespace holdfast {

struct ComparedAnswer {
  Answer answer = Answer::undecided;
  int changes = 0;          // of what is violated: of its shortest course; 0: by a random case
  std::uint64_t cases = 0;  // of what the exploration left open: random cases that asked for it
};

// What is tried where an exploration leaves a property open.
struct RandomCases {
  std::uint64_t cases = 0;  // 0: nothing
  std::uint64_t seed = 1;
  int threads = 1;
};

struct ComparedProfile {
  std::string profile;
  std::string refused;                  // why it cannot be explored; empty: it was
  Bounds bounds;                        // as they applied
  Exploration exploration;              // without its traces
  bool met_bounds = false;              // a bound left steps out
  std::vector<ComparedAnswer> answers;  // of the never-properties, in their order
};

// Requires: space_refusal(scenario) is empty; there are such profiles.
ComparedProfile compare_one(const Scenario& scenario, const std::string& profile,
                            const ScenarioExploreOptions& options, const RandomCases& random = {});

using KnobChange = std::pair<std::string, std::string>;  // knob, value
struct FixSet {
  std::vector<std::size_t> changes;   // places in what was given, ascending
  Answer answer = Answer::undecided;  // holds or not_asked; undecided if a limit came first
};

// The sets of `changes` under which options.property is not violated and of which no smaller part
// does it, smallest first. A set that met a limit is among them as undecided.
// Requires: options.property is set, and every change can be set in this scenario.
std::vector<FixSet> smallest_fixes(const Scenario& scenario, const std::vector<KnobChange>& changes,
                                   const ScenarioExploreOptions& options);

}  // namespace holdfast
