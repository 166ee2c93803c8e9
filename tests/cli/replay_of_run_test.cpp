// What a run says of its properties, the log of the run says again, of itself: the bounds of
// eventual properties and how far the run went stand in it.
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <holdfast/tests/support/scenario_files.h>
#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

using Json = nlohmann::json;

// What the program prints to standard output.
std::string printed_by(const std::string& arguments) {
  const std::string command = fmt::format("'{}' {}", HOLDFAST_PROGRAM, arguments);
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "cannot start a shell";
  std::string text;
  std::array<char, 4096> block{};
  for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    text.append(block.data(), count);
  }
  pclose(pipe);
  return text;
}

// Which properties were violated and how often, which were put to the test.
struct Verdicts {
  std::map<std::string, std::uint64_t> violated;
  std::set<std::string> tried;
  std::set<std::string> eventual;   // of the violated ones
};

Verdicts of_run(const Json& run) {
  Verdicts verdicts;
  for (const Json& property : run.at("properties")) {
    const std::string name = property.at("name");
    if (property.at("antecedents") != 0) verdicts.tried.insert(name);
    if (property.at("violations") == 0) continue;
    verdicts.violated[name] = property.at("violations");
    if (property.at("kind") == "eventually") verdicts.eventual.insert(name);
  }
  return verdicts;
}

Verdicts of_replay(const Json& replay) {
  Verdicts verdicts;
  for (const Json& violation : replay.at("violations")) {
    verdicts.violated[violation.at("property")] = violation.at("violations");
  }
  for (const Json& name : replay.at("tried")) verdicts.tried.insert(name.get<std::string>());
  return verdicts;
}

// The scenario files that give a bound to some property, or their course step by step.
std::vector<std::string> bounded_or_scheduled_scenarios() {
  std::vector<std::string> files;
  for (const std::string& file : scenario_files()) {
    const std::string text = text_of(scenario_folder() / file);
    const bool is_bounded = text.find("within:") != std::string::npos;
    const bool is_scheduled = text.find("\nschedule:") != std::string::npos;
    if (is_bounded || is_scheduled) files.push_back(file);
  }
  return files;
}

// The few that are longer take as long as all others.
constexpr std::uintmax_t most_bytes = std::uintmax_t{2} << 20U;

TEST(ReplayOfRun, judges_as_the_run_did_and_misses_nothing) {
  const ScratchFolder folder;
  const std::string log = folder.file("run.jsonl.zst");
  std::set<std::string> eventual;
  int runs = 0;
  for (const std::string& file : bounded_or_scheduled_scenarios()) {
    const std::string path = (scenario_folder() / file).string();
    const Json run =
        Json::parse(printed_by(fmt::format("run --format json --log '{}' '{}'", log, path)));
    if (std::filesystem::file_size(log) > most_bytes) continue;
    const Json replay = Json::parse(printed_by(fmt::format("replay --format json '{}'", log)));
    const Verdicts expected = of_run(run.at("scenarios").at(0).at("run"));
    const Verdicts found = of_replay(replay);
    EXPECT_EQ(found.violated, expected.violated) << file;
    EXPECT_EQ(found.tried, expected.tried) << file;
    EXPECT_TRUE(replay.at("warning").is_null()) << file << ": " << replay.at("warning");
    eventual.insert(expected.eventual.begin(), expected.eventual.end());
    ++runs;
  }
  EXPECT_GT(runs, 20);
  EXPECT_GE(eventual.size(), 4U) << "too few kinds of eventual violations to tell";
}

}  // namespace
}  // namespace holdfast
