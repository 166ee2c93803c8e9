// The steps of a packed state of the platform, each with the process that is bound to take it if it
// could for ever: the fairness under which something must at last happen (eventually.h).
//
// A process is what goes on by itself: a goroutine, a ticker, a retry, a message, what a pod, an
// agent or a starting replica does next, one piece of an agent's work, one moment that grows old.
// Nobody is bound to take the steps of users and of faults, and no freeze window must begin or end.
//
// A procedure is known by what it is and carries, not by its place, which packing reorders. One
// that stands still stays what it is; of two that are the same, each may take the other's turn.
//
// Thread safety: one FairSteps per thread.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <holdfast/sim/platform_space.h>

namespace holdfast {

// Equal for the same process only. Empty: nobody.
using ProcessKey = std::string;
ProcessKey process_of(const World& world, const Step& step);
// The same for a move of the reduction: who takes its last step.
ProcessKey process_of(const World& world, Move move);

struct FairStep {
  Step step;  // in the unpacked state
  ProcessKey by;
  // Moments that are younger again than they would have become: they have had their turn.
  std::vector<ProcessKey> also;
  StateBytes after;  // empty: a bound forbids it
  PropertySet violated = 0;
};

class FairSteps {
 public:
  // Requires: the space is unreduced and outlives this.
  explicit FairSteps(const PlatformSpace& space) : space_(space), work_(space.scratch()) {}

  // Calls visit(const FairStep&) for every step, also those of processes that a bound forbids. The
  // step lives as long as the call.
  template <class Visit>
  void visit(StateBytes state, Visit visit) {
    begin(state);
    for (const Step& step : listed_) {
      if (take(step)) visit(std::as_const(taken_));
    }
  }
  // The state of the last visit.
  const World& world() const { return here_.world; }

 private:
  void begin(StateBytes state);
  bool take(const Step& step);
  void find_renewed();

  const PlatformSpace& space_;
  PlatformSpace::Scratch work_;
  PlatformState here_;
  PlatformState marked_;  // the same; moments that grow old are told from new ones
  PlatformState next_;
  std::vector<Step> listed_;
  bool any_young_ = false;
  FairStep taken_;
  std::array<std::byte, WorldPacker::most_bytes> bytes_;
};

}  // namespace holdfast
