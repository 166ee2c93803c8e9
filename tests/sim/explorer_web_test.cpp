// The explorer on random graphs, against a search that a reader can check at a glance: counts,
// depths, which violation is nearest, and that every trace is a real one and always the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <holdfast/sim/explorer.h>

namespace holdfast {
namespace {

// A place in a web: its knot, and a colour. The colours can be turned without changing anything.
struct Place {
  std::uint32_t knot = 0;
  std::uint32_t colour = 0;

  auto operator<=>(const Place&) const = default;
};
struct Thread {
  Place to;
  PropertySet violated = 0;
};

// Knots have threads to knots at most `span` further round, so a small span makes a deep web.
// `fixed`: bytes of a packed place; 0: they differ from knot to knot.
template <std::size_t fixed>
struct Web {
  static constexpr std::size_t packed_bytes = fixed;
  static constexpr std::uint32_t colours = 3;
  struct Scratch {};

  std::uint64_t seed = 1;
  std::uint32_t knots = 1000;
  std::uint32_t span = 100;

  std::uint64_t drawn(std::uint64_t a, std::uint64_t b = 0) const {
    return mixed(mixed(seed * 1'000'003 + a) + b);
  }
  std::vector<Place> starts() const {
    std::vector<Place> all;
    for (std::uint32_t colour = 0; colour < colours; ++colour) {
      all.push_back({0, colour});
      all.push_back({knots / 2, colour});
    }
    return all;
  }
  std::vector<Thread> threads_of(const Place& place) const {
    std::vector<Thread> all;
    for (std::uint64_t i = 1; i <= drawn(place.knot) % 6; ++i) {
      const std::uint64_t dice = drawn(place.knot, i);
      const auto knot = static_cast<std::uint32_t>((place.knot + dice % span) % knots);
      const auto colour = static_cast<std::uint32_t>((place.colour + (dice >> 32)) % colours);
      PropertySet violated = (dice >> 20) % 211 == 0 ? 2 : 0;
      if ((dice >> 21) % 151 == 0) violated |= 4;
      all.push_back({{knot, colour}, violated});
    }
    return all;
  }
  PropertySet violated_at(const Place& place) const {
    const std::uint64_t dice = drawn(place.knot, 99);
    return (dice % 197 == 0 ? 1U : 0U) | ((dice >> 20) % 163 == 0 ? 4U : 0U);
  }

  std::size_t most_packed_bytes() const { return fixed != 0 ? fixed : 8 + 255; }
  std::vector<std::byte> packed(const Place& place) const {
    const std::size_t more = fixed != 0 ? fixed - 8 : drawn(place.knot, 7) % 256;
    std::vector<std::byte> bytes(8 + more, std::byte{0x5a});
    std::memcpy(bytes.data(), &place, sizeof place);
    return bytes;
  }
  static Place place_of(StateBytes bytes) {
    Place place;
    std::memcpy(&place, bytes.data(), sizeof place);
    return place;
  }

  Scratch scratch() const { return {}; }
  int properties() const { return 3; }
  std::string_view property_name(int property) const {
    return std::array<std::string_view, 3>{"knot", "thread", "either"}.at(
        static_cast<std::size_t>(property));
  }
  template <class Out>
  void initial(Scratch&, Out& out) const {
    // What is said to be violated here must not count.
    for (const Place& place : starts()) out.successor(0, packed(place), 7);
  }
  template <class Out>
  PropertySet expand(Scratch&, StateBytes state, Out& out) const {
    const Place place = place_of(state);
    StepId step = 0;
    for (const Thread& thread : threads_of(place)) {
      out.successor(step++, packed(thread.to), thread.violated);
    }
    return violated_at(place);
  }
  std::size_t canonicalise(Scratch&, std::byte* bytes, std::size_t size) const {
    Place place = place_of({bytes, size});
    place.colour = 0;
    std::memcpy(bytes, &place, sizeof place);
    return size;
  }
  std::uint64_t orbit(Scratch&, StateBytes) const { return colours; }
  std::string step_text(StateBytes, StepId step) const { return std::to_string(step); }
  std::string state_text(StateBytes state) const { return std::to_string(place_of(state).knot); }
};

// What a search without any art finds.
struct Truth {
  ExploreCounts counts;
  int depth = 0;
  std::vector<ViolationCount> violating_states;
  std::vector<ViolationCount> violating_transitions;
  // By property: the depth of the nearest state that violates it, and of the nearest one with a
  // step that does.
  std::array<std::optional<int>, 3> state_at;
  std::array<std::optional<int>, 3> step_from;
};

template <std::size_t fixed>
Truth truth_of(const Web<fixed>& web) {
  Truth truth;
  std::map<Place, int> depths;
  std::vector<Place> queue;
  const auto reach = [&](const Place& place, int depth) {
    if (depths.emplace(place, depth).second) queue.push_back(place);
  };
  const auto note = [](auto& nearest, PropertySet violated, int depth) {
    for (std::size_t i = 0; i < nearest.size(); ++i) {
      if ((violated >> i & 1) != 0 && !nearest[i]) nearest[i] = depth;
    }
  };
  for (const Place& place : web.starts()) reach(place, 0);
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const Place place = queue[next];
    const int depth = depths.at(place);
    const std::vector<Thread> threads = web.threads_of(place);
    truth.counts.transitions += threads.size();
    truth.counts.dead += threads.empty() ? 1 : 0;
    truth.depth = std::max(truth.depth, depth);
    const PropertySet violated = web.violated_at(place);
    if (violated != 0) add_violation(truth.violating_states, {violated, 1, 1});
    note(truth.state_at, violated, depth);
    for (const Thread& thread : threads) {
      reach(thread.to, depth + 1);
      if (thread.violated == 0) continue;
      add_violation(truth.violating_transitions, {thread.violated, 1, 1});
      note(truth.step_from, thread.violated, depth);
    }
  }
  truth.counts.states = queue.size();
  return truth;
}

std::vector<ViolationCount> unreduced(std::vector<ViolationCount> counts) {
  for (ViolationCount& each : counts) each.count = each.unreduced;
  return counts;
}

template <std::size_t fixed>
void expect_real(const Web<fixed>& web, const Trace& trace) {
  ASSERT_EQ(trace.states.size(), trace.steps.size() + 1);
  const auto is_start = [&](const Place& place) { return web.packed(place) == trace.states[0]; };
  const std::vector<Place> starts = web.starts();
  EXPECT_TRUE(std::any_of(starts.begin(), starts.end(), is_start));
  PropertySet violated = web.violated_at(web.place_of(trace.states.back()));
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const Thread thread = web.threads_of(web.place_of(trace.states[i])).at(trace.steps[i]);
    EXPECT_EQ(web.packed(thread.to), trace.states[i + 1]);
    if (trace.by_transition && i + 1 == trace.steps.size()) violated = thread.violated;
  }
  EXPECT_EQ(violated >> trace.property & 1, 1U);
}

template <std::size_t fixed>
void expect_nearest(const Web<fixed>& web, const Truth& truth, const Exploration& all) {
  for (int property = 0; property < web.properties(); ++property) {
    const auto state_at = truth.state_at.at(static_cast<std::size_t>(property));
    const auto step_from = truth.step_from.at(static_cast<std::size_t>(property));
    const Trace* trace = all.trace_of(property);
    ASSERT_EQ(trace != nullptr, state_at || step_from);
    if (trace == nullptr) continue;
    // A state of the level is nearer than a step from it.
    const bool by_transition = !state_at || (step_from && *step_from < *state_at);
    EXPECT_EQ(trace->by_transition, by_transition);
    EXPECT_EQ(static_cast<int>(trace->steps.size()), by_transition ? *step_from + 1 : *state_at);
    expect_real(web, *trace);
  }
}

template <std::size_t fixed>
void expect_truth(const Web<fixed>& web) {
  const Truth truth = truth_of(web);
  for (const bool symmetry : {false, true}) {
    std::vector<Trace> traces;
    for (const Keep keep : {Keep::states, Keep::hashes}) {
      for (const int threads : {1, 2}) {
        ExploreOptions options;
        options.symmetry = symmetry;
        options.keep = keep;
        options.threads = threads;
        const Exploration all = explore(web, options);
        EXPECT_EQ(all.ending, Ending::complete);
        EXPECT_EQ(all.unreduced, truth.counts);
        EXPECT_EQ(all.stored.states, truth.counts.states / (symmetry ? web.colours : 1));
        EXPECT_EQ(all.depth, truth.depth);
        EXPECT_EQ(all.complete_depth, truth.depth);
        EXPECT_EQ(unreduced(all.violating_states), unreduced(truth.violating_states));
        EXPECT_EQ(unreduced(all.violating_transitions), unreduced(truth.violating_transitions));
        expect_nearest(web, truth, all);
        if (traces.empty()) traces = all.traces;
        EXPECT_EQ(all.traces, traces);
      }
    }
  }
}

template <std::size_t fixed>
void expect_truth_of_webs() {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    expect_truth(Web<fixed>{seed, 1500, seed % 2 == 0 ? 1500U : 25U});
  }
  // The table grows twice and the records fill several blocks: between levels, and within one.
  expect_truth(Web<fixed>{99, 14'000, 300});
  expect_truth(Web<fixed>{99, 14'000, 14'000});
}

TEST(ExplorerWeb, is_searched_in_states_that_differ_in_length) { expect_truth_of_webs<0>(); }

TEST(ExplorerWeb, is_searched_in_states_of_one_word) { expect_truth_of_webs<8>(); }

TEST(ExplorerWeb, is_searched_in_states_of_some_bytes) { expect_truth_of_webs<13>(); }

TEST(ExplorerWeb, shows_the_nearest_violations_if_it_ends_with_the_first) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    const Web<0> web{seed, 1500, 25};
    const Truth truth = truth_of(web);
    // A step from a level is found with the states of that level.
    int level = truth.depth;
    for (std::size_t i = 0; i < 3; ++i) {
      level = std::min(level, truth.state_at[i].value_or(level));
      level = std::min(level, truth.step_from[i].value_or(level));
    }
    std::vector<Trace> traces;
    for (const int threads : {1, 2}) {
      ExploreOptions options;
      options.threads = threads;
      options.until_violation = true;
      const Exploration all = explore(web, options);
      EXPECT_EQ(all.ending, Ending::violation);
      EXPECT_EQ(all.complete_depth, level);
      EXPECT_EQ(all.depth, level + 1);
      ASSERT_FALSE(all.traces.empty());
      for (const Trace& trace : all.traces) {
        expect_real(web, trace);
        EXPECT_EQ(static_cast<int>(trace.steps.size()), level + (trace.by_transition ? 1 : 0));
      }
      if (traces.empty()) traces = all.traces;
      EXPECT_EQ(all.traces, traces);
    }
  }
}

// --- ends in the middle of a level ---

void expect_cut_short(const Web<0>& web, int threads, const Exploration& all) {
  const Truth truth = truth_of(web);
  EXPECT_GT(all.stored.states, all.unreduced.states);
  EXPECT_LT(all.stored.states, truth.counts.states);
  EXPECT_GE(all.complete_depth, 0);
  // One of two threads can end it before the next level has a state.
  EXPECT_LE(all.depth, all.complete_depth + 2);
  EXPECT_GE(all.depth, all.complete_depth + (threads == 1 ? 2 : 1));
  EXPECT_LT(all.depth, truth.depth);
  for (const Trace& trace : all.traces) expect_real(web, trace);
}

TEST(ExplorerWeb, says_how_deep_it_looked_when_it_is_interrupted) {
  for (const int threads : {1, 2}) {
    const Web<0> web{5, 20'000, 200};
    std::atomic<bool> interrupted = false;
    ExploreOptions options;
    options.threads = threads;
    options.interrupted = &interrupted;
    options.progress_every_us = 0;
    options.progress = [&](const ExploreProgress& progress) {
      if (progress.states > 14'000) interrupted = true;
    };
    const Exploration all = explore(web, options);
    EXPECT_EQ(all.ending, Ending::interrupted);
    expect_cut_short(web, threads, all);
  }
}

TEST(ExplorerWeb, says_how_deep_it_looked_at_a_limit) {
  for (const int threads : {1, 2}) {
    const Web<0> web{5, 20'000, 200};
    ExploreOptions few;
    few.threads = threads;
    few.most_states = 14'000;
    const Exploration states = explore(web, few);
    EXPECT_EQ(states.ending, Ending::state_limit);
    EXPECT_GT(states.stored.states, few.most_states);
    EXPECT_LT(states.stored.states, few.most_states + 256 * 5 * 2 * 2);
    expect_cut_short(web, threads, states);

    ExploreOptions small;
    small.threads = threads;
    small.most_bytes = std::uint64_t{7} << 20;
    const Exploration memory = explore(web, small);
    EXPECT_EQ(memory.ending, Ending::memory_limit);
    EXPECT_LE(memory.bytes, small.most_bytes);
    EXPECT_GT(memory.bytes, small.most_bytes / 2);
    expect_cut_short(web, threads, memory);
  }
}

// The hashes themselves take little, the states that wait take more.
TEST(ExplorerWeb, counts_waiting_states_as_memory_where_only_hashes_are_kept) {
  const Web<0> web{5, 14'000, 14'000};
  ExploreOptions options;
  options.keep = Keep::hashes;
  const Exploration whole = explore(web, options);
  EXPECT_EQ(whole.ending, Ending::complete);
  options.most_bytes = whole.bytes - (std::uint64_t{1} << 20);
  const Exploration cut = explore(web, options);
  EXPECT_EQ(cut.ending, Ending::memory_limit);
  EXPECT_LT(cut.complete_depth, whole.complete_depth);
  // A chunk of successors may be stored before it is noticed.
  EXPECT_LT(cut.bytes, options.most_bytes + (std::uint64_t{1} << 19));
}

}  // namespace
}  // namespace holdfast
