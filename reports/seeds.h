// One scenario run from many seeds: what the runs have in common, counted. Adding the same results
// in any order, or merging what several threads counted, gives the same summary.
#pragma once

#include <string>
#include <vector>

#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/run.h>

namespace holdfast {

// In how many runs something was so, and the smallest seed of those.
struct SeedCount {
  std::uint64_t runs = 0;
  std::uint64_t first_seed = 0;   // meaningful if runs > 0

  void add(std::uint64_t seed);
  void merge(const SeedCount& other);
  bool operator==(const SeedCount&) const = default;
};

struct SeedsSummary {
  struct PropertyCount {
    bool judged = false;
    SeedCount tried;      // its antecedent occurred
    SeedCount violated;
    SeedCount reached;    // of a goal
    bool operator==(const PropertyCount&) const = default;
  };
  struct ExpectationCount {
    SeedCount met;
    SeedCount failed;
    SeedCount not_judged;
    bool operator==(const ExpectationCount&) const = default;
  };

  std::uint64_t first_seed = 0;
  std::uint64_t asked = 0;       // how many seeds
  std::uint64_t done = 0;
  SeedCount failed;
  SeedCount missed;              // something could not happen
  std::vector<PropertyCount> properties;      // in the order of properties()
  std::vector<ExpectationCount> expectations; // in the order of the scenario
  std::uint64_t events = 0;
  std::uint64_t steps = 0;

  void add(const RunResult& result);
  void merge(const SeedsSummary& other);
  bool operator==(const SeedsSummary&) const = default;
};

// Headline, a row for each property that was violated or expected to be, a row for each
// expectation, and the verdict.
std::string seeds_text(const Scenario& scenario, const SeedsSummary& summary, bool knobs_changed,
                       Paint paint);

// Writes the summary as an object:
//   first_seed, asked, done, failed, first_failed_seed (or null), missed_in,
//   first_missed_seed (or null), events, steps
//   properties     the judged ones and goals that were reached: name, tried_in, violated_in,
//                  reached_in, first_violated_seed (or null), expected
//   expectations   line, expects, met_in, failed_in, not_judged_in, first_failed_seed (or null)
void write_seeds(JsonWriter& json, std::string_view key, const Scenario& scenario,
                 const SeedsSummary& summary, bool knobs_changed);

}  // namespace holdfast
