// Scenarios to scenario files (YAML): what is found by chance or by exploring is kept as a file
// that people read and every command takes.
//
// Thread safety: the functions are pure.
#pragma once

#include <string>

#include <holdfast/sim/scenario.h>

namespace holdfast {

// The scenario as read_scenario() reads it back: equal but for its file and line numbers. Keys
// stand in the order of the files in scenarios/, and what is at its default is left out.
// Requires: the scenario is one that read_scenario() could have made: its knobs are those of
// `profile` with `set` over them, its templates are those that `when` uses, in that order, what a
// happening's kind does not use is at its default, and what it names is there.
std::string scenario_text(const Scenario& scenario);

// A happening in one line: "at 10s: restart {down_for: 3s}", "every 5m from 2s: sync".
// Requires: as above.
std::string happening_line(const Scenario& scenario, const Happening& happening);

}  // namespace holdfast
