// What an exploration never came to. A proof about a step that was never taken, or about a guard
// that was never false, says less than it seems to.
//
// Thread safety: the functions are pure.
#pragma once

#include <string>
#include <vector>

#include <holdfast/sim/explore_scenario.h>

namespace holdfast {

struct CoverageGaps {
  std::size_t steps_taken = 0;
  std::size_t steps_of_begun = 0;  // in programs of which some step was taken
  std::vector<Program> not_begun;
  std::vector<Frame> steps;            // never taken, of programs that were begun
  std::vector<StepCoverage> ways;      // of steps that were taken: the known ways that were not
  std::vector<const Property*> goals;  // never reached
};
CoverageGaps gaps_of(const Coverage& coverage);

// What may be required: every step of the programs that begin, every known way of the steps that
// are taken, the goals that the scenario expects to be reached, the properties that it expects to
// hold, or that alone were looked for, to have been asked.
enum class CoverageKind : std::uint8_t { steps, ways, goals, properties };
template <>
inline constexpr auto names_of<CoverageKind> =
    std::to_array<std::string_view>({"steps", "ways", "goals", "properties"});

// The gaps of that kind as people read them; empty if there is none.
std::vector<std::string> gaps_of_kind(const Scenario& scenario, const ScenarioExploration& found,
                                      CoverageKind kind);
// "autoscale h".
std::string frame_text(const Frame& frame);

}  // namespace holdfast
