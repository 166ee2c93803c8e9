// What an exploration is asked for, and what it found. Plain values.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <vector>

#include <holdfast/sim/explorable.h>

namespace holdfast {

// Why an exploration ended. Only `complete` says something of every reachable state.
enum class Ending : std::uint8_t {
  complete,
  violation,
  depth_limit,
  state_limit,
  memory_limit,
  time_limit,
  interrupted
};
std::string_view name_of(Ending ending);

// What is kept of a state that was seen. With `hashes`, two states of one 64-bit hash count as one:
// see Exploration::collision_bound.
enum class Keep : std::uint8_t { states, hashes };

struct ExploreProgress {
  std::uint64_t states = 0;
  std::uint64_t expanded = 0;
  int depth = 0;               // of the states that are being expanded
  std::uint64_t frontier = 0;  // states that wait to be expanded
  std::uint64_t bytes = 0;     // of the set, the frontier included
  std::int64_t elapsed_us = 0;
  std::uint64_t states_per_s = 0;  // since the last report
};

struct ExploreOptions {
  static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

  int threads = 1;  // 1 to 64
  bool symmetry = false;
  Keep keep = Keep::states;
  bool until_violation = false;  // end with the level in which the first was found
  int most_depth = std::numeric_limits<int>::max();
  std::uint64_t most_states = no_limit;  // a little more may be stored
  std::uint64_t most_bytes = no_limit;   // of the set, the frontier included
  std::uint64_t most_us = no_limit;
  const std::atomic<bool>* interrupted = nullptr;
  // Called by one thread at a time, about every `progress_every_us`.
  std::function<void(const ExploreProgress&)> progress = {};
  std::int64_t progress_every_us = 1'000'000;
};

// States with one set of violated properties. `unreduced`: with every state counted as often as its
// orbit has states; the same as `count` without symmetry.
struct ViolationCount {
  PropertySet violated = 0;
  std::uint64_t count = 0;
  std::uint64_t unreduced = 0;

  bool operator==(const ViolationCount&) const = default;
};

struct ExploreCounts {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;  // of the expanded states
  std::uint64_t dead = 0;         // expanded states without one

  bool operator==(const ExploreCounts&) const = default;
};

// A shortest way to a violation of a property, in states that are not canonicalised. The same for
// any number of threads. It ends too early only where a hash that is kept stands for two states.
struct Trace {
  int property = 0;
  bool by_transition = false;  // violated by the last step, not by the state after it
  std::vector<StepId> steps;
  std::vector<std::vector<std::byte>> states;  // one more than steps

  bool operator==(const Trace&) const = default;
};

struct Exploration {
  Ending ending = Ending::complete;
  ExploreCounts stored;
  ExploreCounts unreduced;  // sums over orbits of the expanded states
  int depth = 0;            // of the deepest state
  int complete_depth = -1;  // all states up to this depth were expanded; -1: not even that
  std::vector<ViolationCount> violating_states;  // by set of properties, the empty one left out
  std::vector<ViolationCount> violating_transitions;
  std::vector<Trace> traces;  // by property, of those that are violated
  std::uint64_t bytes = 0;    // of the set, the frontier included, when it was largest
  std::int64_t elapsed_us = 0;
  // An upper bound of the probability that a state was taken for another, 0 if states are kept.
  double collision_bound = 0;

  // States that violate all of these properties.
  std::uint64_t states_violating(PropertySet properties) const;
  std::uint64_t unreduced_violating(PropertySet properties) const;
  const Trace* trace_of(int property) const;
};

// At most n * (n - 1) / 2 pairs, each equal with a probability of 2^-64.
double collision_bound(std::uint64_t states);

// Adds to the count of a set of properties, in a list sorted by it.
void add_violation(std::vector<ViolationCount>& counts, const ViolationCount& more);

}  // namespace holdfast
