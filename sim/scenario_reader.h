// Scenario files (YAML) to scenarios, with every check that needs no run; and the changes to a
// scenario that the command line may ask for.
//
// Mistakes are found in two rounds: first all that is wrong with keys, types and single values,
// then, where there is none of that, all that is wrong between them (a task on a pod that is not
// there).
//
// Thread safety: the functions are pure but for what they are given.
#pragma once

#include <optional>
#include <string_view>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/shape.h>
#include <holdfast/sim/input/source.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

// The scenario in `source`, ready for opening() and the walks. Nothing, with at least one
// diagnostic added, when something is wrong with it.
std::optional<Scenario> read_scenario(const Source& source, Diagnostics& diagnostics);

// Gives the scenario another profile; what its `set` says stays, over the new profile. Answers with
// a fault, and the scenario is unchanged, if there is no such profile or a given task lies in a
// slot that the pods do not have under it.
TextFault apply_profile(Scenario& scenario, std::string_view profile);

// Sets one knob, over the profile and what was set before. Answers with a fault, and the scenario
// is unchanged, if there is no such knob or value, or a given task lies in a slot that the pods
// then do not have.
TextFault apply_set(Scenario& scenario, std::string_view knob, std::string_view value);

// The scenario with what its `repaired_by` says set. Without one it is as it was.
Scenario repaired(Scenario scenario);

}  // namespace holdfast
