// Runs as a JUnit report, which build servers read: a suite per scenario, a case per expectation
// and one that nothing unexpected was violated. It names no machine, date or duration, so the same
// runs give the same bytes.
//
// Thread safety: all functions are pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <holdfast/reports/seeds.h>
#include <holdfast/reports/verdict.h>

namespace holdfast {

struct JunitCase {
  enum class Outcome : std::uint8_t { passed, failed, skipped };
  std::string name;
  Outcome outcome = Outcome::passed;
  std::string message;   // why it failed or was skipped
  std::string detail;    // at length
};

struct JunitSuite {
  std::string name;
  std::string file;
  std::vector<JunitCase> cases;
};

JunitSuite junit_suite(const RunReport& report);
// Of many seeds. `detail`: the report of the first that failed; empty: none did.
JunitSuite junit_suite(const Scenario& scenario, const SeedsSummary& summary, bool knobs_changed,
                       std::string_view detail);

// The XML document.
std::string junit_text(const std::vector<JunitSuite>& suites);

}  // namespace holdfast
