// How long each thing takes in a timed run: one named distribution per latency, with the defaults
// of the platform. A scenario may replace any of them by its name; reader, schema and help are made
// from `timing_names`. The untimed explorer uses none of this.
//
// Invariant: every member of Timings has exactly one row in `timing_names`, under its own name.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <span>
#include <string_view>

#include <holdfast/model/moment.h>
#include <holdfast/sim/distribution.h>

namespace holdfast {

struct Timings {
  // Steps of the server, by the store that they touch.
  Distribution cluster_call = Distribution::uniform(20 * millisecond, 200 * millisecond);
  Distribution database_call = Distribution::uniform(1 * millisecond, 20 * millisecond);
  Distribution memory_step = Distribution::fixed(0);
  Distribution goroutine_start = Distribution::uniform(0, 1 * millisecond);

  // What the cluster, the agents and the server process do by themselves.
  Distribution pod_start = Distribution::uniform(5 * second, 40 * second);
  Distribution pod_termination = Distribution::fixed(0);
  Distribution agent_connect = Distribution::uniform(1 * second, 3 * second);
  Distribution agent_reconnect = Distribution::uniform(500 * millisecond, 5 * second);
  Distribution server_down = Distribution::uniform(2 * second, 30 * second);

  // Work, and the user who confirms it.
  Distribution plan = Distribution::lognormal(60 * second, 1500);
  Distribution apply = Distribution::lognormal(120 * second, 1500);
  Distribution apply_cold_start = Distribution::fixed(60 * second);
  Distribution apply_warm_start = Distribution::fixed(4 * second);
  Distribution confirm = Distribution::exponential(30 * minute);

  bool operator==(const Timings&) const = default;
};

// One latency: its name in scenarios, what it measures, and where it lies.
struct TimingName {
  std::string_view name;
  std::string_view about;
  Distribution Timings::*member;
};

// All latencies, in the order of the members.
std::span<const TimingName> timing_names();

// The latency of that name, or nullptr.
const TimingName* find_timing(std::string_view name);

}  // namespace holdfast
