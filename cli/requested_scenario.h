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

// What is wrong with the words of --set or with the files together; or empty.
std::string settings_fault(const Arguments& arguments);

// Appends the scenario of one file. Empty, or what is wrong.
std::string read_requested(const std::string& path, const Arguments& arguments,
                           std::vector<RequestedScenario>& scenarios);

// How many threads to use where nothing is said.
int processor_count();

// The file's name without folder and ending, for names of what is made from it.
std::string stem_of(const std::string& path);

}  // namespace holdfast
