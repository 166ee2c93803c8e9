// Worlds of an exploration as bytes, a few dozen each: equal bytes if and only if no step, take or
// property can tell the worlds apart. What nothing reads any more is left out; what is only a place
// (of a procedure, a timer, a handler's memory) is put into one order.
//
// Invariants
// 1. pack(unpack(b)) == b for every b that pack() made.
// 2. unpack(pack(w)) has the same steps as w but for their places, with the same effects.
//
// Thread safety: a WorldPacker is constant once made; each thread has a Scratch of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <holdfast/sim/grid.h>

namespace holdfast {

// The most that there may be of each in a packed world, and what it keeps.
struct PackLimits {
  int pods = 4;
  int tasks = 4;
  int procedures = 8;
  AgeSet ages = all_ages;
  Grid grid = {};  // of the moments that are kept
};

// Where each pod, task and workspace goes when a world is packed with another naming.
struct Renaming {
  std::array<std::uint8_t, 16> pods{};
  std::array<std::uint8_t, 16> tasks{};
  std::array<std::uint8_t, 16> workspaces{};

  static Renaming identity();
};

class WorldPacker {
 public:
  static constexpr std::size_t most_bytes = 1024;
  // The most pods, tasks and workspaces that can be packed.
  static constexpr int most_entities = 15;
  static constexpr int most_procedures = 31;
  static constexpr int most_retries = 3;  // pending per workspace and replica

  struct Packed {
    std::array<std::byte, 192> bytes;
    std::size_t size = 0;
  };
  struct Scratch {
    std::vector<Packed> procedures;
    std::vector<const Packed*> order;
  };

  // Requires: `start` has the pools, workspaces and replicas of every world that is packed.
  WorldPacker(const World& start, const Setup& setup, const PackLimits& limits);

  // Writes the world into `out`, which has room for most_bytes; how many it took, 0 if the world
  // does not fit into the limits.
  std::size_t pack(const World& world, const Renaming& renaming, Scratch& scratch,
                   std::byte* out) const;
  // The world of those bytes; how many they were.
  std::size_t unpack(std::span<const std::byte> bytes, World& world) const;

  const PackLimits& limits() const { return limits_; }
  // Whether the order of tasks counts across workspaces: a rebuild takes them from the oldest on.
  bool orders_all_tasks() const { return orders_all_tasks_; }

 private:
  friend struct PackWriter;
  friend struct PackReader;

  struct Config {
    int min_replicas;
    int max_replicas;
    std::vector<FreezeSchedule> freeze;
  };
  std::uint64_t config_of(const Pool& pool) const;

  PackLimits limits_;
  World start_;                       // what never changes: workspaces' pools and modes
  std::vector<Config> configs_;       // that a pool can have
  std::vector<std::uint16_t> first_;  // number of each program's first instruction
  std::vector<Frame> frames_;         // by number
  bool orders_all_tasks_;
  int pod_bits_;
  int task_bits_;
  int workspace_bits_;
  int replica_bits_;
  int pool_bits_;
  int config_bits_;
  int frame_bits_;
};

}  // namespace holdfast
