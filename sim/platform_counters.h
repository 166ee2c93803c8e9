// What PlatformSpace counts on its way, by all threads at once. Internal to it.
#pragma once

#include <array>
#include <atomic>
#include <vector>

#include <holdfast/model/procedures/ways.h>
#include <holdfast/sim/platform_space.h>

namespace holdfast {

struct PlatformSpace::Counters {
  std::array<std::atomic<std::uint64_t>, count_of<Bound>> hits{};
  std::vector<std::atomic<bool>> antecedents;
  std::vector<std::atomic<bool>> reached;
  std::array<std::array<std::atomic<Ways>, 32>, program_count> ways{};
  std::array<std::array<Ways, 32>, program_count> known{};

  explicit Counters(std::size_t properties) : antecedents(properties), reached(properties) {
    for (int p = 1; p < program_count; ++p) {
      const auto program = static_cast<Program>(p);
      for (std::uint8_t at = 0; at < info(program).instructions.size(); ++at) {
        known[static_cast<std::size_t>(p)][at & 31U] = known_ways({program, at});
      }
    }
  }
};

}  // namespace holdfast
