// Many seeds of one scenario, several at a time.
#pragma once

#include <atomic>
#include <cstdint>

#include <holdfast/cli/terminal.h>
#include <holdfast/reports/seeds.h>
#include <holdfast/sim/run.h>

namespace holdfast {

// Runs the seeds first, first + 1, ... `count` of them, on `threads` threads; the summary is the
// same for any number. Ends early, with what is done by then, once `stop` is set. `options` apply
// to every run but for the seed. Requires: threads > 0, no observers.
SeedsSummary run_seeds(const Scenario& scenario, const RunOptions& options, std::uint64_t first,
                       std::uint64_t count, int threads, const std::atomic<bool>& stop,
                       Terminal& terminal);

}  // namespace holdfast
