// Property-based checking: many random courses of events and faults from the start of a scenario,
// each judged as every other walk; what violates a property is shrunk to a minimal scenario.
//
// It finds violations and proves nothing: "none violated" speaks of the cases that were tried.
//
// Thread safety: check_scenario() may be called from many threads with one Scenario.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <holdfast/sim/random_course.h>
#include <holdfast/sim/shrinker.h>

namespace holdfast {

struct CheckProgress {
  std::uint64_t cases = 0;       // done
  std::uint64_t shrinking = 0;   // properties whose cases are shrunk; 0: cases still run
  std::uint64_t shrunk = 0;      // of these, done
};

struct CheckOptions {
  std::uint64_t seed = 1;        // of the first case; that of case i is `seed` + i
  std::uint64_t cases = 100;
  int threads = 1;
  CourseOptions course = {};
  // Those that are judged. Empty: every property that must never be violated, and every eventual
  // one for which the scenario has a bound.
  std::vector<const Property*> properties = {};
  std::uint64_t most_shrink_runs = ShrinkOptions{}.most_runs;  // of each property
  const std::atomic<bool>* stop = nullptr;  // once true, it ends with what it has
  // Called by the calling thread, several times a second.
  std::function<void(const CheckProgress&)> progress = {};
};

// How one property fared.
struct CheckedProperty {
  const Property* property = nullptr;
  std::int64_t within_us = -1;
  std::uint64_t tried = 0;         // cases in which its antecedent occurred
  std::uint64_t violated = 0;      // cases
  std::uint64_t first_seed = 0;    // of the first of these
  std::optional<Counterexample> found;  // that one, shrunk
};

struct CheckReport {
  std::uint64_t done = 0;          // cases
  std::uint64_t events = 0;
  bool stopped = false;            // before all were done or shrunk
  std::vector<CheckedProperty> properties;  // in the order of properties()
};

// Whether the scenario lets the property be judged: an eventual one needs a bound.
bool can_be_checked(const Scenario& scenario, const Property& property);

// The same report for any number of threads, unless it is stopped. Requires: each of
// options.properties can be checked, and none of them is a goal; cases > 0; threads > 0.
CheckReport check_scenario(const Scenario& scenario, const CheckOptions& options);

}  // namespace holdfast
