// Runs a scenario from one seed and holds it against what it expects.
//
// Thread safety: run_scenario() may be called from many threads with one Scenario.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include <holdfast/sim/judge.h>

namespace holdfast {

enum class Verdict : std::uint8_t { met, failed, not_judged };

struct ExpectationResult {
  const Expectation* expectation = nullptr;
  Verdict verdict = Verdict::met;
  std::string found;               // what was found instead, or why it is not judged
};

struct RunResult {
  std::uint64_t seed = 0;
  std::vector<PropertyRecord> records;
  std::vector<ExpectationResult> expectations;
  std::vector<Missed> missed;
  std::uint64_t events = 0;
  std::uint64_t steps = 0;
  std::uint64_t fingerprint = 0;   // of every event and of the last draw of every stream
  Moment end = never;
  bool stopped = false;            // from outside: what it did not reach is not judged

  // Every expectation is met, everything that the scenario makes happen could happen, and nothing
  // is violated that was not expected. If the knobs are not the file's own, expectations that name
  // properties are not judged and no violation is expected.
  bool passed = false;
  // The earliest violation, and of several at one event the first in the table; null: none.
  const Violation* first_violation() const;
};

struct RunOptions {
  std::uint64_t seed = 1;
  std::int64_t until_us = -1;      // -1: the scenario's
  bool knobs_changed = false;      // by the command line
  std::vector<Observer*> observers;
  const std::atomic<bool>* stop = nullptr;  // once true, the run ends early; null: nobody stops it
};

RunResult run_scenario(const Scenario& scenario, const RunOptions& options);

// Whether the state passes the test; if not, `found` says what differs.
bool passes(const StateTest& test, const World& world, const Simulator& simulator,
            std::string& found);

}  // namespace holdfast
