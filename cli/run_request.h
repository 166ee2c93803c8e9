// What `holdfast run` is asked for: the command line with its files read and every check made, so
// that nothing is written for a request that cannot be met.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <holdfast/cli/command.h>
#include <holdfast/cli/options.h>
#include <holdfast/cli/requested_scenario.h>
#include <holdfast/reports/timeline.h>

namespace holdfast {

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
  std::vector<std::string> set;     // knob=value, as --set has them

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

// The command that shows this run again, whole. Of standard input it says in a shell's comment that
// the same has to come again.
std::string repeat_command(const RunRequest& request, const RequestedScenario& requested,
                           std::uint64_t seed);

// Where a run is saved: what --log says, or "restart-slots-7.jsonl". Settings of the command line
// are part of such a name, and where it is one of `taken`, a number is.
std::string log_name(const RunRequest& request, const RequestedScenario& requested,
                     std::uint64_t seed, const std::set<std::string>& taken);

}  // namespace holdfast
