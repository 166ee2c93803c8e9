// The explorer on graphs that are written down, for situations that chance does not bring about:
// violations that are equally near, and two states of one hash.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <holdfast/sim/explorer.h>

namespace holdfast {
namespace {

struct Way {
  std::string to;
  PropertySet violated = 0;
};

// A state is a text. It starts at "start".
struct Listed {
  static constexpr std::size_t packed_bytes = 0;
  struct Scratch {};

  std::map<std::string, std::vector<Way>> ways;
  std::map<std::string, PropertySet> violating = {};

  static std::string text(StateBytes state) {
    return {reinterpret_cast<const char*>(state.data()), state.size()};
  }
  std::size_t most_packed_bytes() const { return 100; }
  Scratch scratch() const { return {}; }
  int properties() const { return 64; }
  std::string_view property_name(int) const { return "property"; }
  template <class Out>
  void initial(Scratch&, Out& out) const {
    out.successor(0, std::as_bytes(std::span(std::string_view("start"))), 0);
  }
  template <class Out>
  PropertySet expand(Scratch&, StateBytes state, Out& out) const {
    StepId step = 0;
    if (const auto own = ways.find(text(state)); own != ways.end()) {
      for (const Way& way : own->second) {
        out.successor(step++, std::as_bytes(std::span(way.to)), way.violated);
      }
    }
    const auto found = violating.find(text(state));
    return found == violating.end() ? 0 : found->second;
  }
  std::size_t canonicalise(Scratch&, std::byte*, std::size_t size) const { return size; }
  std::uint64_t orbit(Scratch&, StateBytes) const { return 1; }
  std::string step_text(StateBytes, StepId step) const { return std::to_string(step); }
  std::string state_text(StateBytes state) const { return text(state); }
};

std::string text_of(const Trace& trace) {
  std::string text;
  for (const auto& state : trace.states) text += (text.empty() ? "" : " ") + Listed::text(state);
  return text + (trace.by_transition ? " by its last step" : "");
}

// The trace to property 0, the same with every number of threads and whatever is kept.
std::string trace_in(const Listed& listed) {
  std::string text;
  for (const int threads : {1, 2}) {
    for (const Keep keep : {Keep::states, Keep::hashes}) {
      ExploreOptions options;
      options.threads = threads;
      options.keep = keep;
      const Exploration all = explore(listed, options);
      const Trace* trace = all.trace_of(0);
      const std::string found = trace == nullptr ? "none" : text_of(*trace);
      if (text.empty()) text = found;
      EXPECT_EQ(found, text);
    }
  }
  return text;
}

// --- which violation is shown ---

TEST(ExplorerListed, shows_a_start_that_violates) {
  EXPECT_EQ(trace_in({{{"start", {{"a", 1}}}}, {{"start", 1}}}), "start");
}

TEST(ExplorerListed, prefers_a_state_to_a_step_from_a_state_of_its_level) {
  const Listed listed{{{"start", {{"a"}, {"b"}}}, {"a", {{"c", 1}}}, {"b", {{"c", 1}}}},
                      {{"b", 1}, {"c", 1}}};
  EXPECT_EQ(trace_in(listed), "start b");
}

TEST(ExplorerListed, prefers_a_state_to_its_own_steps) {
  EXPECT_EQ(trace_in({{{"start", {{"a"}}}, {"a", {{"c", 1}}}}, {{"a", 1}}}), "start a");
}

TEST(ExplorerListed, prefers_a_step_to_a_state_of_the_same_distance) {
  const Listed listed{{{"start", {{"a"}, {"b"}}}, {"a", {{"c", 1}}}, {"b", {{"d"}}}}, {{"d", 1}}};
  EXPECT_EQ(trace_in(listed), "start a c by its last step");
}

TEST(ExplorerListed, shows_a_state_before_a_step_that_is_further_away) {
  const Listed listed{{{"start", {{"a"}, {"b"}}}, {"a", {{"c"}}}, {"c", {{"d", 1}}}}, {{"b", 1}}};
  EXPECT_EQ(trace_in(listed), "start b");
}

TEST(ExplorerListed, shows_the_first_of_several_steps_of_a_state) {
  const Listed listed{{{"start", {{"a"}, {"b", 2}, {"c", 1}, {"d", 3}}}}};
  EXPECT_EQ(trace_in(listed), "start c by its last step");
}

TEST(ExplorerListed, shows_a_step_back_to_a_state_that_is_known) {
  const Listed listed{{{"start", {{"a"}}}, {"a", {{"b"}}}, {"b", {{"start", 1}}}}};
  EXPECT_EQ(trace_in(listed), "start a b start by its last step");
}

TEST(ExplorerListed, goes_over_a_state_of_no_bytes) {
  EXPECT_EQ(trace_in({{{"start", {{"a", 2}, {""}}}, {"", {{"b", 2}}}}, {{"b", 1}}}), "start  b");
}

TEST(ExplorerListed, keeps_sixty_four_properties_apart) {
  const PropertySet last = PropertySet{1} << 63;
  const Exploration all = explore(Listed{{{"start", {{"a", last | 2}}}}, {{"a", last}}}, {});
  ASSERT_EQ(all.traces.size(), 2U);
  EXPECT_EQ(all.traces[0].property, 1);
  EXPECT_EQ(all.traces[1].property, 63);
  EXPECT_EQ(all.violating_states, (std::vector<ViolationCount>{{last, 1, 1}}));
  EXPECT_EQ(all.violating_transitions, (std::vector<ViolationCount>{{last | 2, 1, 1}}));
}

// --- two states of one hash ---

// What times `factor` is one.
std::uint64_t inverse_of(std::uint64_t factor) {
  std::uint64_t inverse = factor;
  for (int i = 0; i < 6; ++i) inverse *= 2 - factor * inverse;
  return inverse;
}

// What `mixed` makes this of.
std::uint64_t unmixed(std::uint64_t bits) {
  bits = (bits ^ bits >> 31 ^ bits >> 62) * inverse_of(0x94d049bb133111eb);
  bits = (bits ^ bits >> 27 ^ bits >> 54) * inverse_of(0xbf58476d1ce4e5b9);
  return bits ^ bits >> 30 ^ bits >> 60;
}

// Eight bytes with the hash of this text.
std::string twin_of(const std::string& text) {
  const std::uint64_t word = unmixed(hash_of(std::as_bytes(std::span(text)))) ^ pi_bits;
  std::string twin(sizeof word, ' ');
  std::memcpy(twin.data(), &word, sizeof word);
  return twin;
}

TEST(ExplorerListed, takes_two_states_of_one_hash_for_one_only_where_hashes_are_kept) {
  const std::string twin = twin_of("somewhere");
  ASSERT_EQ(hash_of(std::as_bytes(std::span(twin))),
            hash_of(std::as_bytes(std::span(std::string_view("somewhere")))));
  const Listed listed{{{"start", {{"somewhere"}, {twin}}}, {twin, {{"behind"}}}}, {{"behind", 1}}};
  ExploreOptions options;
  const Exploration exact = explore(listed, options);
  EXPECT_EQ(exact.stored.states, 4U);
  EXPECT_NE(exact.trace_of(0), nullptr);
  EXPECT_EQ(exact.collision_bound, 0);
  options.keep = Keep::hashes;
  const Exploration hashed = explore(listed, options);
  EXPECT_EQ(hashed.stored.states, 2U);
  EXPECT_EQ(hashed.trace_of(0), nullptr);
  EXPECT_GT(hashed.collision_bound, 0);
}

// The way back leads over the twin's parent, and from the twin nothing goes on.
TEST(ExplorerListed, shows_a_trace_up_to_where_a_hash_stands_for_two_states) {
  std::vector<std::string> parents = {"left", "right"};
  std::sort(parents.begin(), parents.end(), [](const std::string& a, const std::string& b) {
    return hash_of(std::as_bytes(std::span(a))) > hash_of(std::as_bytes(std::span(b)));
  });
  const std::string twin = twin_of("somewhere");
  const Listed listed{{{"start", {{parents[0]}, {parents[1]}}},
                       {parents[0], {{"somewhere"}}},
                       {parents[1], {{twin}}},
                       {"somewhere", {{"behind"}}}},
                      {{"behind", 1}}};
  EXPECT_EQ(text_of(*explore(listed, {}).trace_of(0)), "start " + parents[0] + " somewhere behind");
  ExploreOptions options;
  options.keep = Keep::hashes;
  EXPECT_EQ(text_of(*explore(listed, options).trace_of(0)), "start " + parents[1] + ' ' + twin);
}

}  // namespace
}  // namespace holdfast
