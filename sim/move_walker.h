// Walks the steps of one move of an exploration as it took them, and says what each leads to.
//
// Thread safety: one MoveWalker per thread.
#pragma once

#include <vector>

#include <holdfast/sim/platform_space.h>

namespace holdfast {

using PackedBytes = std::vector<std::byte>;

class MoveWalker {
 public:
  MoveWalker(const PlatformSpace& space, PlatformSpace::Work& work) : space_(space), work_(work) {}

  // The states after each raw step of the trace's move `move`; empty if it has no such move.
  std::vector<PackedBytes> walk(StateBytes from, StepId move);

 private:
  std::vector<PackedBytes> follow(PlatformState& state);

  const PlatformSpace& space_;
  PlatformSpace::Work& work_;
  std::vector<RawStep> found_;
  StepId wanted_ = 0;
  StepId seen_ = 0;
};

}  // namespace holdfast
