// What PlatformSpace counts on its way, by all threads at once. Internal to it.
#pragma once

#include <array>
#include <atomic>
#include <vector>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/platform_space.h>

namespace holdfast {

struct PlatformSpace::Counters {
  std::array<std::atomic<std::uint64_t>, count_of<Bound>> hits{};
  std::vector<std::atomic<bool>> antecedents;
  std::vector<std::atomic<bool>> reached;
  std::array<std::array<std::atomic<bool>, 32>, program_count> taken{};

  explicit Counters(std::size_t properties) : antecedents(properties), reached(properties) {}
};

}  // namespace holdfast
