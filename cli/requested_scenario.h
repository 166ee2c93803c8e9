// A scenario file as a command takes it: read, with --profile and --set.
#pragma once

#include <string>
#include <vector>

#include <holdfast/cli/command.h>
#include <holdfast/cli/options.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

struct RequestedScenario {
  Scenario scenario;           // with --profile and --set
  bool knobs_changed = false;  // they differ from the file's
  std::string path;            // as given
};

inline constexpr OptionInfo profile_option{
    .name = "--profile",
    .value = "NAME",
    .about = "take the knobs from this profile, see `holdfast profiles`",
    .takes = Takes::text,
    .words = profile_names};
inline constexpr OptionInfo set_option{.name = "--set",
                                       .value = "KNOB=VALUE",
                                       .about = "set a single knob",
                                       .takes = Takes::text,
                                       .repeatable = true,
                                       .words = knob_settings};

// What is wrong with --set before a file is read; empty: nothing.
std::string set_fault(const Arguments& arguments);

// Appends the scenario of one file. Empty, or what is wrong.
std::string read_requested(const std::string& path, const Arguments& arguments,
                           std::vector<RequestedScenario>& scenarios);

// The file's name without folder and ending, for names of what is made from it.
std::string stem_of(const std::string& path);

}  // namespace holdfast
