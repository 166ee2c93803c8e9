// The explorer against counts that SPIN, Rumur and TLC agree on, state for state: with one and two
// threads, with states and with hashes kept, with pods told apart and interchangeable.
#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>
#include <vector>

#include <holdfast/tests/support/kernel_explore.h>

namespace holdfast {
namespace {

// `none`: the invariant holds.
constexpr int none = -1;

struct Known {
  KernelBounds bounds;
  ExploreCounts counts;
  int depth;
  std::array<int, 2> shortest;
  std::array<std::uint64_t, 3> violating;  // ReservedKept, RunningKept, both

  bool operator==(const Known&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Known& known) {
  const KernelBounds& b = known.bounds;
  out << b.pods << ' ' << b.tasks << ' ' << b.restarts << ' ' << b.min_replicas << ' ' << b.fix2
      << ' ' << b.fix3 << ": " << known.counts.states << " states, " << known.counts.transitions
      << " transitions, depth " << known.depth << ", dead " << known.counts.dead << ", shortest "
      << known.shortest[0] << ' ' << known.shortest[1] << ", violating";
  for (const std::uint64_t count : known.violating) out << ' ' << count;
  return out;
}

ExploreOptions with_options(int threads, bool symmetry, Keep keep = Keep::states) {
  ExploreOptions options;
  options.threads = threads;
  options.symmetry = symmetry;
  options.keep = keep;
  return options;
}

const std::vector<Known>& all_known() {
  static const std::vector<Known> known = {
      {{1, 1, 1, 0, false, false}, {55, 96, 2}, 8, {4, 3}, {4, 8, 0}},
      {{1, 2, 1, 0, false, false}, {273, 727, 2}, 12, {4, 3}, {12, 36, 4}},
      {{2, 1, 1, 1, false, false}, {144, 292, 2}, 8, {4, 3}, {8, 16, 0}},
      {{2, 1, 2, 0, false, false}, {384, 874, 3}, 13, {4, 3}, {38, 76, 0}},
      {{2, 2, 1, 1, false, false}, {1272, 4184, 2}, 13, {4, 3}, {44, 148, 8}},
      {{3, 2, 1, 1, false, false}, {6895, 25893, 3}, 15, {4, 3}, {414, 1410, 78}},
      {{2, 3, 1, 1, false, false}, {14412, 60354, 2}, 19, {4, 3}, {804, 1952, 288}},
      {{2, 2, 2, 1, false, false}, {2036, 6850, 2}, 16, {4, 3}, {74, 250, 14}},
      {{3, 3, 1, 1, false, false}, {109163, 524772, 3}, 21, {4, 3}, {11202, 27642, 3726}},
      {{3, 3, 2, 1, false, false}, {170702, 835137, 3}, 24, {4, 3}, {18033, 44523, 6195}},
      {{2, 2, 1, 1, true, false}, {1112, 3736, 2}, 12, {4, 3}, {36, 120, 6}},
      {{2, 2, 1, 1, false, true}, {1272, 4136, 2}, 13, {4, 3}, {44, 148, 8}},
      {{2, 2, 1, 1, true, true}, {1112, 3704, 2}, 12, {4, 3}, {36, 120, 6}},
      {{3, 3, 1, 1, true, false}, {99483, 487834, 3}, 20, {4, 3}, {9657, 23739, 3009}},
      {{3, 3, 1, 1, false, true}, {104165, 489579, 3}, 21, {4, 3}, {6204, 26496, 2580}},
      {{3, 3, 1, 1, true, true}, {95145, 457252, 3}, 20, {4, 3}, {5319, 22827, 2097}},
      {{3, 4, 1, 1, false, false}, {1120357, 6927732, 3}, 24, {4, 3}, {94314, 280554, 38166}},
      {{4, 3, 1, 1, false, false}, {568296, 2980124, 4}, 23, {4, 3}, {73872, 182064, 26060}},
  };
  return known;
}

// The two that take seconds each without symmetry.
const std::vector<Known>& large_known() {
  static const std::vector<Known> known = {
      {{4, 4, 1, 1, true, true}, {6449112, 43116332, 4}, 25, {4, 3}, {266544, 2015520, 129936}},
      {{4, 4, 1, 1, false, false}, {7221096, 48361156, 4}, 26, {4, 3}, {795168, 2361504, 335572}},
  };
  return known;
}

Known found(const KernelBounds& bounds, const Exploration& all) {
  Known known{bounds, all.unreduced, all.depth, {none, none}, {}};
  for (const Trace& trace : all.traces) {
    known.shortest[static_cast<std::size_t>(trace.property)] = static_cast<int>(trace.steps.size());
  }
  for (PropertySet set = 1; set <= 3; ++set) {
    known.violating[set - 1] = all.unreduced_violating(set);
  }
  return known;
}

// What stands in a list but not in `known`, one line each.
void expect_known(const std::vector<Known>& list, const ExploreOptions& options) {
  for (const Known& known : list) {
    const Exploration all = explore_kernel(known.bounds, options);
    EXPECT_EQ(all.ending, Ending::complete);
    EXPECT_EQ(all.complete_depth, all.depth);
    EXPECT_EQ(found(known.bounds, all), known);
    if (!options.symmetry) {
      EXPECT_EQ(all.stored, known.counts);
    }
  }
}

TEST(KernelCounts, are_those_of_other_checkers_with_one_thread) { expect_known(all_known(), {}); }

TEST(KernelCounts, are_those_of_other_checkers_with_two_threads) {
  expect_known(all_known(), with_options(2, false));
}

TEST(KernelCounts, are_those_of_other_checkers_where_only_hashes_are_kept) {
  expect_known(all_known(), with_options(2, false, Keep::hashes));
}

TEST(KernelCounts, are_sums_over_orbits_when_pods_are_interchangeable) {
  expect_known(all_known(), with_options(1, true));
  expect_known(large_known(), with_options(1, true));
}

TEST(KernelCounts, are_sums_over_orbits_with_two_threads_and_hashes) {
  expect_known(all_known(), with_options(2, true, Keep::hashes));
  expect_known(large_known(), with_options(2, true));
}

TEST(KernelCounts, are_as_many_orbits_as_known) {
  const auto explored = [](int pods, int tasks) {
    return explore_kernel({pods, tasks, 1, 1, false, false}, with_options(1, true));
  };
  EXPECT_EQ(explored(2, 2).stored.states, 644U);
  EXPECT_EQ(explored(3, 3).stored.states, 19415U);
  EXPECT_EQ(explored(3, 3).states_violating(1), 1921U);
  EXPECT_EQ(explored(3, 3).states_violating(2), 4721U);
  EXPECT_EQ(explored(3, 4).stored.states, 192278U);
}

TEST(KernelCounts, hold_both_invariants_when_no_pod_may_go) {
  const Exploration all = explore_kernel({2, 2, 1, 2, false, false});
  EXPECT_EQ(all.stored.states, 180U);
  EXPECT_EQ(all.stored.transitions, 466U);
  EXPECT_TRUE(all.traces.empty());
  EXPECT_TRUE(all.violating_states.empty());
}

TEST(KernelCounts, do_not_depend_on_how_a_state_is_packed) {
  for (const Known& known : all_known()) {
    if (known.counts.states > 200000) continue;
    const Kernel<KernelWide> wide(known.bounds);
    const Kernel<std::uint64_t, false> varied(known.bounds);
    EXPECT_EQ(found(known.bounds, explore(wide, {})), known);
    EXPECT_EQ(found(known.bounds, explore(varied, with_options(2, false))), known);
    EXPECT_EQ(found(known.bounds, explore(varied, with_options(1, true))), known);
    EXPECT_EQ(found(known.bounds, explore(varied, with_options(2, false, Keep::hashes))), known);
  }
}

// --- bounds that nobody listed ---

TEST(KernelCounts, agree_with_and_without_symmetry_for_every_small_kernel) {
  int kernels = 0;
  for (int code = 0; code < 3 * 3 * 3 * 4 * 4; ++code) {
    const KernelBounds bounds{1 + code % 3,  1 + code / 3 % 3,      code / 9 % 3,
                              code / 27 % 4, (code / 108 & 1) != 0, (code / 216 & 1) != 0};
    if (bounds.pods + bounds.tasks > 5) continue;
    const Exploration plain = explore_kernel(bounds);
    const Exploration canonical = explore_kernel(bounds, with_options(2, true));
    EXPECT_EQ(found(bounds, canonical), found(bounds, plain));
    EXPECT_LE(canonical.stored.states, plain.stored.states);
    ++kernels;
  }
  EXPECT_EQ(kernels, 384);
}

TEST(KernelCounts, refuse_bounds_that_no_state_can_hold) {
  EXPECT_EQ(kernel_refusal({3, 5, 1, 1, false, false}), "");
  EXPECT_EQ(kernel_refusal({9, 5, 1, 1, false, false}), "P is 9: give 1 to 8");
  EXPECT_EQ(kernel_refusal({3, 0, 1, 1, false, false}), "T is 0: give 1 to 12");
  EXPECT_EQ(kernel_refusal({8, 12, 1, 1, false, false}), "");
}

}  // namespace
}  // namespace holdfast
