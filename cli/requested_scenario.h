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

// --threads of the commands that explore, and what it says.
inline constexpr OptionInfo search_threads_option{
    .name = "--threads",
    .value = "N",
    .about =
        "how many threads search; the output is the same for any number; that of the machine's "
        "processors if left out",
    .takes = Takes::count,
    .low = 1,
    .high = 64};
int search_threads(const Arguments& arguments);

// The file's name without folder and ending, for names of what is made from it.
std::string stem_of(const std::string& path);

}  // namespace holdfast
