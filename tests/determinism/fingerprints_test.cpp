// The same seed gives the same events, on every machine and in any number of threads. What every
// scenario file gives stands in fingerprints.txt; HOLDFAST_UPDATE_GOLDEN=1 writes it anew, and the
// difference is what a change did to the runs.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <holdfast/sim/run.h>
#include <holdfast/tests/support/scenario_files.h>

namespace holdfast {
namespace {

const std::filesystem::path pinned_file =
    std::filesystem::path(HOLDFAST_SOURCE_DIR) / "tests" / "determinism" / "fingerprints.txt";

struct Named {
  std::string file;
  Scenario scenario;
};

std::vector<Named> all_scenarios() {
  std::vector<Named> all;
  for (const std::string& file : scenario_files()) all.push_back({file, scenario_file(file)});
  return all;
}

std::string line_of(const Named& named, std::uint64_t seed) {
  RunOptions options;
  options.seed = seed;
  const RunResult result = run_scenario(named.scenario, options);
  return fmt::format("{} {} {} {} {:016x}\n", named.file, named.scenario.profile, seed,
                     result.events, result.fingerprint);
}

// The lines of all scenarios, each with its own seed plus `more`.
std::string lines_of(const std::vector<Named>& all, std::uint64_t more) {
  std::string text;
  for (const Named& named : all) text += line_of(named, named.scenario.seed + more);
  return text;
}

TEST(Fingerprints, are_those_that_are_pinned) {
  const std::string head = "# file profile seed events fingerprint\n";
  const std::string text = head + lines_of(all_scenarios(), 0);
  if (std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(pinned_file, std::ios::binary) << text;
  }
  EXPECT_EQ(text_of(pinned_file), text)
      << "tests/determinism/fingerprints.txt is stale: run this test with HOLDFAST_UPDATE_GOLDEN=1";
}

TEST(Fingerprints, are_the_same_in_one_thread_and_in_two) {
  const std::vector<Named> all = all_scenarios();
  const std::array<std::string, 2> one_after_the_other{lines_of(all, 0), lines_of(all, 1)};
  std::array<std::string, 2> at_once;
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < at_once.size(); ++i) {
    threads.emplace_back([&all, &at_once, i] { at_once[i] = lines_of(all, i); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(at_once[0], one_after_the_other[0]);
  EXPECT_EQ(at_once[1], one_after_the_other[1]);
  EXPECT_NE(at_once[0], at_once[1]);
}

}  // namespace
}  // namespace holdfast
