// The faults of a timed run: calls that a scenario makes fail, calls that fail by chance, and
// things that break by themselves. Internal to the simulator.
//
// Thread safety: one Faults per thread.
#pragma once

#include <functional>
#include <vector>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/random.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

class Faults {
 public:
  Faults(const Scenario& scenario, RandomStreams& streams);

  // The next `count` calls of `verb` (none: any that can fail so) end with `fault`.
  void fail_next(Fault fault, Verb verb, int count) { next_.push_back({fault, verb, count}); }
  // How the call of this instruction is to end; Fault::none mostly.
  Fault draw(const Instruction& instruction, Moment now);
  // That fault was taken: one less is left of what fail_next() asked for.
  void spend(Fault fault, const Instruction& instruction);

  // Says when each thing that breaks by itself breaks first.
  void schedule(const std::function<void(std::uint16_t, std::int64_t)>& set);
  // What breaks now, if anything is there to break (actor `none`: nothing), and when next.
  Step strike(std::uint16_t index, const World& world, Moment now,
              const std::function<void(std::int64_t)>& again);

 private:
  struct Pending {
    Fault fault;
    Verb verb;
    int count;
  };
  struct Breakage {
    StepKind kind;
    Distribution gap;
  };
  bool calm(Moment now) const;

  const Scenario& scenario_;
  RandomStreams& streams_;
  std::vector<Pending> next_;
  std::vector<Breakage> breakages_;
  bool any_rate_;
};

}  // namespace holdfast
