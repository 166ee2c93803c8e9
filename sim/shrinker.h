// Makes a scenario that violates a property small: as few happenings, given tasks and pods, pools
// and replicas as the violation needs, then early and round times.
//
// Every attempt is written as a file and read back, so what comes out is what its file says, and
// the reader's checks are the preconditions: a task that is confirmed exists, a task is on a pod
// that is given. Where something is left out, what refers to it is left out with it.
//
// Thread safety: shrink() may be called from many threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include <holdfast/sim/run.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

struct ShrinkOptions {
  std::uint64_t most_runs = 5'000;
  const std::atomic<bool>* stop = nullptr;  // once true, it ends with what it has
};

// A scenario that violates a property, as its file says it.
struct Counterexample {
  Scenario scenario;
  std::string text;           // of the file
  // Of the property, in the run of the file from its seed.
  PropertyRecord record;
  // That run violates the property, and nothing that the file does not expect.
  bool reproduced = false;
  // Without any one of its happenings, given tasks and given pods the property holds from this
  // seed. False if that was not reached by `most_runs` or was stopped.
  bool minimal = false;
  std::uint64_t runs = 0;     // that it took
};

// The smallest that was found of `scenario`, which violates `property` from its seed; of an
// eventual property within `within_us`. It expects that the property is violated, and with it what
// else is. Requires: the scenario is as read_scenario() would have made it, but for its
// expectations; no submit is repeated.
Counterexample shrink(const Scenario& scenario, const Property& property, std::int64_t within_us,
                      const ShrinkOptions& options = {});

}  // namespace holdfast
