// The explorer on a toy whose answers can be counted by hand: a walk on a grid, from the corner,
// one step to the right or up. Counts of a larger model: tests/kernel.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include <holdfast/sim/explorer.h>

namespace holdfast {
namespace {

// A state is the path's end as that many 'x' and 'y': its length varies with the state. Swapping
// the axes is a symmetry.
struct Grid {
  static constexpr std::size_t packed_bytes = 0;
  struct Scratch {};

  std::size_t side = 3;             // states go from 0 to side, on both axes
  std::size_t forbidden_sum = 99;   // property 0: no state has this sum of both
  std::size_t forbidden_step = 99;  // property 1: no step leads to this sum
  std::size_t copies = 1;           // how often each step is offered

  std::size_t most_packed_bytes() const { return 2 * side + 2; }
  Scratch scratch() const { return {}; }
  int properties() const { return 2; }
  std::string_view property_name(int property) const { return property == 0 ? "state" : "step"; }

  static std::string text(StateBytes state) {
    return {reinterpret_cast<const char*>(state.data()), state.size()};
  }
  static std::size_t count(std::string_view state, char axis) {
    return static_cast<std::size_t>(std::count(state.begin(), state.end(), axis));
  }
  static std::string packed(std::size_t x, std::size_t y) {
    std::string state(1, '.');
    state.append(x, 'x');
    return state.append(y, 'y');
  }
  template <class Out>
  void initial(Scratch&, Out& out) const {
    const std::string start = packed(0, 0);
    out.successor(0, std::as_bytes(std::span(start)), 0);
  }
  template <class Out>
  PropertySet expand(Scratch&, StateBytes state, Out& out) const {
    const std::size_t x = count(text(state), 'x');
    const std::size_t y = count(text(state), 'y');
    const PropertySet violated = x + y + 1 == forbidden_step ? 2 : 0;
    for (std::size_t i = 0; i < copies; ++i) {
      const std::string right = packed(x + 1, y);
      const std::string up = packed(x, y + 1);
      if (x < side) out.successor('x', std::as_bytes(std::span(right)), violated);
      if (y < side) out.successor('y', std::as_bytes(std::span(up)), violated);
    }
    return x + y == forbidden_sum ? 1 : 0;
  }
  std::size_t canonicalise(Scratch&, std::byte* bytes, std::size_t size) const {
    const std::string state = text({bytes, size});
    const std::size_t x = count(state, 'x');
    const std::size_t y = count(state, 'y');
    const std::string least = packed(std::max(x, y), std::min(x, y));
    std::memcpy(bytes, least.data(), least.size());
    return least.size();
  }
  std::uint64_t orbit(Scratch&, StateBytes state) const {
    return count(text(state), 'x') == count(text(state), 'y') ? 1 : 2;
  }
  std::string step_text(StateBytes, StepId step) const { return {static_cast<char>(step)}; }
  std::string state_text(StateBytes state) const { return text(state); }
};

ExploreOptions with_threads(int threads) {
  ExploreOptions options;
  options.threads = threads;
  return options;
}

std::vector<ExploreOptions> every_way() {
  std::vector<ExploreOptions> all;
  for (const int threads : {1, 2, 3}) {
    for (const bool symmetry : {false, true}) {
      for (const Keep keep : {Keep::states, Keep::hashes}) {
        ExploreOptions options = with_threads(threads);
        options.symmetry = symmetry;
        options.keep = keep;
        all.push_back(options);
      }
    }
  }
  return all;
}

TEST(Explorer, counts_every_state_and_step_of_a_grid) {
  for (const ExploreOptions& options : every_way()) {
    const Exploration all = explore(Grid{}, options);
    EXPECT_EQ(all.ending, Ending::complete);
    EXPECT_EQ(all.unreduced, (ExploreCounts{16, 24, 1}));
    EXPECT_EQ(all.stored.states, options.symmetry ? 10U : 16U);
    EXPECT_EQ(all.depth, 6);
    EXPECT_EQ(all.complete_depth, 6);
    EXPECT_TRUE(all.traces.empty());
  }
}

TEST(Explorer, finds_the_shortest_way_to_a_state_and_goes_on_behind_it) {
  for (const ExploreOptions& options : every_way()) {
    const Exploration all = explore(Grid{.forbidden_sum = 4}, options);
    EXPECT_EQ(all.unreduced.states, 16U);
    EXPECT_EQ(all.unreduced_violating(1), 3U);
    ASSERT_EQ(all.traces.size(), 1U);
    EXPECT_EQ(all.traces[0].property, 0);
    EXPECT_FALSE(all.traces[0].by_transition);
    EXPECT_EQ(all.traces[0].steps.size(), 4U);
    EXPECT_EQ(all.traces[0].states.size(), 5U);
  }
}

TEST(Explorer, finds_a_violation_that_only_a_step_shows) {
  for (const ExploreOptions& options : every_way()) {
    const Exploration all = explore(Grid{.forbidden_step = 3}, options);
    EXPECT_TRUE(all.violating_states.empty());
    ASSERT_EQ(all.violating_transitions.size(), 1U);
    EXPECT_EQ(all.violating_transitions[0].violated, 2U);
    EXPECT_EQ(all.violating_transitions[0].unreduced, 6U);
    ASSERT_EQ(all.traces.size(), 1U);
    EXPECT_EQ(all.traces[0].property, 1);
    EXPECT_TRUE(all.traces[0].by_transition);
    EXPECT_EQ(all.traces[0].steps.size(), 3U);
  }
}

TEST(Explorer, shows_states_of_a_trace_that_follow_from_each_other) {
  for (const ExploreOptions& options : every_way()) {
    const Exploration all = explore(Grid{.side = 9, .forbidden_sum = 11}, options);
    ASSERT_EQ(all.traces.size(), 1U);
    const Trace& trace = all.traces[0];
    ASSERT_EQ(trace.steps.size(), 11U);
    std::size_t x = 0;
    std::size_t y = 0;
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
      EXPECT_EQ(Grid::text(trace.states[i]), Grid::packed(x, y));
      ++(trace.steps[i] == 'x' ? x : y);
    }
    EXPECT_EQ(Grid::text(trace.states.back()), Grid::packed(x, y));
  }
}

TEST(Explorer, shows_the_same_trace_for_any_number_of_threads_and_whatever_is_kept) {
  for (const bool symmetry : {false, true}) {
    const Grid grid{.side = 60, .forbidden_sum = 90, .forbidden_step = 77};
    std::vector<Trace> first;
    for (ExploreOptions options : every_way()) {
      if (options.symmetry != symmetry) continue;
      const Exploration all = explore(grid, options);
      ASSERT_EQ(all.traces.size(), 2U);
      if (first.empty()) first = all.traces;
      EXPECT_EQ(all.traces, first);
    }
  }
}

// One state with very many successors, in three bytes.
struct Fan {
  static constexpr std::size_t packed_bytes = 3;
  struct Scratch {};

  std::uint32_t width = 40'000;

  std::size_t most_packed_bytes() const { return packed_bytes; }
  Scratch scratch() const { return {}; }
  int properties() const { return 0; }
  std::string_view property_name(int) const { return ""; }
  template <class Out>
  static void give(Out& out, std::uint32_t state) {
    out.successor(state, std::as_bytes(std::span(&state, 1)).first(packed_bytes), 0);
  }
  template <class Out>
  void initial(Scratch&, Out& out) const {
    give(out, 0);
  }
  template <class Out>
  PropertySet expand(Scratch&, StateBytes state, Out& out) const {
    if (std::all_of(state.begin(), state.end(), [](std::byte b) { return b == std::byte{}; })) {
      for (std::uint32_t i = 0; i <= width; ++i) give(out, i);
    }
    return 0;
  }
  std::size_t canonicalise(Scratch&, std::byte*, std::size_t size) const { return size; }
  std::uint64_t orbit(Scratch&, StateBytes) const { return 1; }
  std::string step_text(StateBytes, StepId step) const { return std::to_string(step); }
  std::string state_text(StateBytes) const { return ""; }
};

TEST(Explorer, takes_a_state_with_more_successors_than_the_table_has_room_for) {
  for (const ExploreOptions& options : every_way()) {
    const Exploration all = explore(Fan{}, options);
    EXPECT_EQ(all.ending, Ending::complete);
    EXPECT_EQ(all.stored, (ExploreCounts{40'001, 40'001, 40'000}));
    EXPECT_EQ(all.depth, 1);
  }
}

TEST(Explorer, counts_a_step_that_is_offered_twice_twice) {
  const Exploration all = explore(Grid{.copies = 3}, with_threads(2));
  EXPECT_EQ(all.stored, (ExploreCounts{16, 3 * 24, 1}));
}

// --- ends that are no proof ---

TEST(Explorer, ends_with_the_level_of_the_first_violation_if_asked_to) {
  ExploreOptions options = with_threads(2);
  options.until_violation = true;
  const Exploration all = explore(Grid{.forbidden_sum = 2}, options);
  EXPECT_EQ(all.ending, Ending::violation);
  EXPECT_EQ(all.complete_depth, 2);
  EXPECT_EQ(all.stored.states, 10U);
}

TEST(Explorer, says_how_deep_it_looked_at_a_depth_limit) {
  ExploreOptions options;
  options.most_depth = 4;
  const Exploration all = explore(Grid{.forbidden_sum = 4}, options);
  EXPECT_EQ(all.ending, Ending::depth_limit);
  EXPECT_EQ(all.depth, 4);
  EXPECT_EQ(all.complete_depth, 3);
  EXPECT_TRUE(all.traces.empty());
}

TEST(Explorer, ends_at_a_limit_of_states_memory_or_time) {
  ExploreOptions few;
  few.most_states = 1000;
  const Exploration states = explore(Grid{.side = 300}, few);
  EXPECT_EQ(states.ending, Ending::state_limit);
  EXPECT_LT(states.stored.states, 1000U + 1000U);
  EXPECT_LT(states.complete_depth, states.depth + 1);

  ExploreOptions small;
  small.most_bytes = std::uint64_t{3} << 20;
  const Exploration memory = explore(Grid{.side = 300}, small);
  EXPECT_EQ(memory.ending, Ending::memory_limit);
  EXPECT_LE(memory.bytes, small.most_bytes);

  ExploreOptions none;
  none.most_bytes = 0;
  EXPECT_EQ(explore(Grid{}, none).ending, Ending::memory_limit);

  ExploreOptions quick;
  quick.most_us = 0;
  EXPECT_EQ(explore(Grid{.side = 300}, quick).ending, Ending::time_limit);
}

TEST(Explorer, ends_when_it_is_interrupted) {
  const std::atomic<bool> interrupted = true;
  ExploreOptions options;
  options.interrupted = &interrupted;
  const Exploration all = explore(Grid{}, options);
  EXPECT_EQ(all.ending, Ending::interrupted);
  EXPECT_EQ(all.complete_depth, -1);
}

TEST(Explorer, tells_how_far_it_is) {
  ExploreOptions options;
  options.progress_every_us = 0;
  std::vector<ExploreProgress> told;
  options.progress = [&](const ExploreProgress& progress) { told.push_back(progress); };
  explore(Grid{.side = 100}, options);
  ASSERT_GT(told.size(), 100U);
  EXPECT_EQ(told.back().states, 101U * 101U);
  EXPECT_EQ(told.back().depth, 200);
  EXPECT_EQ(told.back().frontier, 0U);
  EXPECT_GT(told.back().bytes, 0U);
}

TEST(Explorer, states_the_risk_of_keeping_only_hashes) {
  EXPECT_EQ(collision_bound(0), 0);
  EXPECT_EQ(collision_bound(1), 0);
  EXPECT_NEAR(collision_bound(50'000'000), 6.8e-5, 1e-6);
  ExploreOptions options;
  EXPECT_EQ(explore(Grid{}, options).collision_bound, 0);
  options.keep = Keep::hashes;
  EXPECT_GT(explore(Grid{}, options).collision_bound, 0);
}

}  // namespace
}  // namespace holdfast
