// How timers and the moments of a Grid are packed. Internal to world_packer.cpp, like
// world_packing.h.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <type_traits>

#include <holdfast/sim/bit_pack.h>
#include <holdfast/sim/grid.h>

namespace holdfast {

inline int bits_for(std::size_t values) {
  return static_cast<int>(std::bit_width(values == 0 ? 0 : values - 1));
}

// Steps ask only whether there was a retry; where time is kept, how many there were is the length
// of a delay, which grows up to the fourth.
inline int retries_told(const Grid& grid) { return grid.keeps_time() ? 4 : 1; }

// --- ages of Grid::timed -------------------------------------------------------------------------

inline int age_bits(const Grid& grid, Age age) { return bits_for(grid.threshold(age) + 3U); }

inline void put_age(BitWriter& bits, const Grid& grid, Age age, Moment value) {
  std::uint64_t code = 0;
  if (value == elapsed) code = 1;
  if (value != elapsed && value != never) {
    code = 2 + static_cast<std::uint64_t>(-value.us / grid.unit_us);
  }
  bits.put(code, age_bits(grid, age));
}
inline void get_age(BitReader& bits, const Grid& grid, Age age, Moment& value) {
  const std::uint64_t code = bits.get(age_bits(grid, age));
  if (code == 1) value = elapsed;
  if (code > 1) value.us = -(static_cast<std::int64_t>(code) - 2) * grid.unit_us;
}

// --- a procedure's time --------------------------------------------------------------------------

constexpr std::int64_t longest_sleep_us = 2 * second;

inline void pack_units(BitWriter& bits, const Grid& grid, std::int64_t us, int width) {
  bits.put(static_cast<std::uint64_t>(us / grid.unit_us), width);
}
inline void pack_units(BitReader& bits, const Grid& grid, std::int64_t& us, int width) {
  us = static_cast<std::int64_t>(bits.get(width)) * grid.unit_us;
}

// For how long it sleeps, and for how long it has run.
template <class B, class P>
void pack_run(B& bits, const Grid& grid, P& p) {
  constexpr bool reads = std::is_same_v<B, BitReader>;
  const int sleep_bits = bits_for(grid.units(longest_sleep_us) + 1U);
  std::int64_t asleep_us = p.wake == never ? 0 : p.wake.us;
  pack_units(bits, grid, asleep_us, sleep_bits);
  if constexpr (reads) p.wake = asleep_us == 0 ? never : Moment{asleep_us};
  const bool counted =
      p.replica != none && grid.longest[static_cast<std::size_t>(p.kind())] != Grid::unlimited;
  if (!counted) {
    if constexpr (reads) p.began = just_now;
    return;
  }
  std::int64_t spent_us = p.began == never ? 0 : -p.began.us;
  pack_units(bits, grid, spent_us, bits_for(grid.most_longest + 1U));
  if constexpr (reads) p.began = {-spent_us};
}

// --- timers --------------------------------------------------------------------------------------

template <class C, class W>
class TimerPacking {
 public:
  TimerPacking(C& c, W& world, const Grid& grid) : c_(c), world_(world), grid_(grid) {}

  void pack(const std::array<std::uint8_t, 16>& workspace_at) {
    for (std::size_t r = 0; r < world_.replicas.size(); ++r) {
      if (world_.replicas[r].state == ReplicaState::down) continue;
      const auto replica = static_cast<ReplicaIndex>(r);
      for (const TimerKind kind : tickers) {
        find(kind, replica, none);
        if (c_.present(count_ != 0)) due_of(kind, replica, none, 0);
      }
      for (std::size_t w = 0; w < world_.workspaces.size(); ++w) {
        const std::uint16_t workspace = workspace_at[w];
        find(TimerKind::retry, replica, workspace);
        std::size_t pending = count_;
        c_.number(pending, 2);
        for (std::size_t i = 0; i < std::min(pending, dues_.size()); ++i) {
          due_of(TimerKind::retry, replica, workspace, i);
        }
      }
    }
  }

 private:
  // When the timers of that kind are due, the first one first.
  void find(TimerKind kind, ReplicaIndex replica, WorkspaceIndex workspace) {
    count_ = 0;
    if constexpr (!C::reads) {
      for (const Timer& timer : world_.timers) {
        if (timer.kind != kind || timer.replica != replica || timer.workspace != workspace)
          continue;
        if (count_ < dues_.size()) dues_[count_++] = timer.due.us;
      }
      std::sort(dues_.begin(), dues_.begin() + static_cast<std::ptrdiff_t>(count_));
    }
  }
  // A ticker that waits for its last round may be due for less than a beat.
  void due_of(TimerKind kind, ReplicaIndex replica, WorkspaceIndex workspace, std::size_t i) {
    std::int64_t due_us = 0;
    if constexpr (!C::reads) due_us = dues_[i];
    if (grid_.keeps_time()) {
      const std::int64_t beat_us = ticker_interval_us(kind);
      std::int64_t ahead_us = due_us + beat_us;
      pack_units(c_.bits, grid_, ahead_us, bits_for(grid_.most_due + grid_.units(beat_us) + 1U));
      due_us = ahead_us - beat_us;
    }
    if constexpr (C::reads) {
      const auto order = static_cast<std::uint16_t>(world_.timers.size());
      world_.timers.push_back({kind, replica, workspace, order, Moment{due_us}});
    }
  }

  C& c_;
  W& world_;
  const Grid& grid_;
  // One more than can be packed, which the writer then sees.
  std::array<std::int64_t, 4> dues_{};
  std::size_t count_ = 0;
};

template <class C, class W>
void pack_timers(C& c, W& world, const Grid& grid,
                 const std::array<std::uint8_t, 16>& workspace_at) {
  TimerPacking<C, W>(c, world, grid).pack(workspace_at);
}

}  // namespace holdfast
