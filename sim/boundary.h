// The value of one duration at which a property falls, found by exploring again and again with
// time kept: the longer something may take, the more may happen, so one value parts those with
// which the property holds from those with which it falls.
//
// Thread safety: a function of its arguments; each exploration uses as many threads as the options
// say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/sim/explore_scenario.h>

namespace holdfast {

struct BoundaryQuestion {
  std::string duration;      // one of boundary_names()
  std::int64_t most_us = 0;  // the largest value that is tried
};

struct Boundary {
  bool is_decided = false;               // no limit came before an answer
  std::optional<std::int64_t> holds_us;  // the largest with which it holds; none: with none it does
  std::optional<std::int64_t>
      falls_us;  // the smallest with which it falls; none: with none it does
  // The exploration with falls_us, and when it falls, after the last start of a server; -1: none.
  std::optional<ScenarioExploration> falling;
  std::int64_t since_start_us = -1;
  Grid grid;      // as the scenario has it, the duration that is varied left aside
  Bounds bounds;  // likewise
  bool met_bounds = false;
  int explorations = 0;
  std::uint64_t states = 0;  // of all of them
};

// The programs whose longest run may be asked for, and `after_start`.
inline constexpr std::string_view after_start_name = "after_start";
std::vector<std::string> boundary_names();

// The scenario with that duration; a program's longest run, or after_start.
Scenario with_duration(Scenario scenario, std::string_view name, std::int64_t us);

// Values are whole units from 0 on. Requires: options.property is set, and what explore_scenario()
// requires.
Boundary find_boundary(const Scenario& scenario, ScenarioExploreOptions options,
                       const BoundaryQuestion& question);

}  // namespace holdfast
