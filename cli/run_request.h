// What `holdfast run` is asked for: the command line with its files read and every check made, so
// that nothing is written for a request that cannot be met.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <holdfast/cli/command.h>
#include <holdfast/cli/options.h>
#include <holdfast/reports/timeline.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

// A scenario file as it is to be run.
struct RequestedScenario {
  Scenario scenario;           // with --profile and --set
  bool knobs_changed = false;  // they differ from the file's
  std::string path;            // as given
};

// Adds the scenario of one file with --profile and --set. Empty, or what is wrong, in lines.
std::string read_requested(const std::string& path, const Arguments& arguments,
                           std::vector<RequestedScenario>& scenarios);

// What is wrong with the words of --set or with the files together; or empty.
std::string settings_fault(const Arguments& arguments);

// "restart" of "incident/restart.yaml": what files that are saved without a name begin with.
std::string stem_of(const std::string& path);

// How many threads to use where nothing is said.
int processor_count();

struct RunRequest {
  std::vector<RequestedScenario> scenarios;
  Format format = Format::text;
  bool quiet = false;
  TimelineForm timeline = TimelineForm::brief;
  std::optional<std::uint64_t> seed;
  std::uint64_t runs = 0;      // 0: one, told whole
  int threads = 1;
  std::int64_t until_us = -1;  // -1: the scenario's
  std::string log;             // empty: only a run that fails is saved, under a name of its own
  std::string junit;           // empty: none
  std::vector<std::string> given;   // what `repeat` says again, quoted for a shell

  std::uint64_t seed_of(const Scenario& scenario) const { return seed.value_or(scenario.seed); }
  std::int64_t until_of(const Scenario& scenario) const {
    return until_us >= 0 ? until_us : scenario.until_us;
  }
};

// The options of `run`.
std::span<const OptionInfo> run_options();

// Nothing, with everything that is wrong told on standard error, if the request cannot be met.
std::optional<RunRequest> read_request(const Command& command, const Arguments& arguments,
                                       Terminal& terminal);

// The command that shows this run again, whole.
std::string repeat_command(const RunRequest& request, const RequestedScenario& requested,
                           std::uint64_t seed);

// Where a run that fails is saved: "restart-slots-7.jsonl", or what --log says.
std::string log_name(const RunRequest& request, const RequestedScenario& requested,
                     std::uint64_t seed);

}  // namespace holdfast
