// Every text log of the platform that lies beside the checkout is replayed and imported: the
// program reads it, complains about nothing, and the event log of it holds.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <sys/wait.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

const std::filesystem::path shared = std::filesystem::path(HOLDFAST_SOURCE_DIR) / ".." / "shared";

struct Printed {
  std::string text;   // standard output, then standard error
  int status = 0;
};

Printed run(const std::string& arguments) {
  const std::string command = fmt::format("'{}' {} 2>&1", HOLDFAST_PROGRAM, arguments);
  Printed printed;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {"cannot start a shell", -1};
  std::array<char, 4096> block{};
  for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    printed.text.append(block.data(), count);
  }
  const int status = pclose(pipe);
  printed.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return printed;
}

std::vector<std::string> logs_in(const std::filesystem::path& folder) {
  std::vector<std::string> logs;
  if (!std::filesystem::exists(folder)) return logs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".log") || name.ends_with(".log.zst")) logs.push_back(entry.path().string());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

constexpr const char* not_there = "the recordings do not lie in ../shared beside the checkout";

TEST(Recordings, every_text_log_is_replayed_without_a_complaint) {
  std::vector<std::string> logs = logs_in(shared / "platform" / "hand");
  for (const std::string& log : logs_in(shared / "data")) logs.push_back(log);
  if (logs.empty()) GTEST_SKIP() << not_there;
  for (const std::string& log : logs) {
    const Printed printed = run("replay '" + log + "'");
    // 3: no line of it tells an event.
    const bool tells_events = printed.text.find("; 0 events, ") == std::string::npos;
    EXPECT_TRUE(tells_events ? printed.status == 0 || printed.status == 1 : printed.status == 3)
        << log << '\n' << printed.text;
    EXPECT_TRUE(printed.text.starts_with("log       ")) << log << '\n' << printed.text;
    EXPECT_NE(printed.text.find("\nimported  "), std::string::npos) << log << '\n' << printed.text;
    EXPECT_NE(printed.text.find("\nverdict   "), std::string::npos) << log << '\n' << printed.text;
    EXPECT_EQ(printed.text.find(" left out, the first: "), std::string::npos) << log << '\n'
                                                                              << printed.text;
  }
}

TEST(Recordings, the_imported_log_of_each_is_valid_and_replays_to_the_same_verdict) {
  const std::vector<std::string> logs = logs_in(shared / "platform" / "hand");
  if (logs.empty()) GTEST_SKIP() << not_there;
  const ScratchFolder folder;
  const std::string imported = folder.file("imported.jsonl.zst");
  for (const std::string& log : logs) {
    const Printed import = run("import '" + log + "' --quiet -o '" + imported + "'");
    ASSERT_EQ(import.status, 0) << log << '\n' << import.text;
    EXPECT_EQ(import.text, "");
    EXPECT_EQ(run("validate --quiet '" + imported + "'").text, "") << log;
    const Printed whole = run("replay --timeline none '" + log + "' | tail -n 1");
    EXPECT_EQ(run("replay --timeline none '" + imported + "' | tail -n 1").text, whole.text) << log;
  }
}

// Without the lines that name the file, and those of which there is no event: they are not saved.
std::string told_of(const std::string& log) {
  std::istringstream all(run("replay --timeline all '" + log + "'").text);
  std::string text;
  for (std::string line; std::getline(all, line);) {
    const bool names_file = line.starts_with("log  ") || line.starts_with("imported  ") ||
                            line.starts_with("repeat  ");
    const bool is_note = line.find(".000           ") != std::string::npos;
    if (!names_file && !is_note) text += line + '\n';
  }
  return text;
}

TEST(Recordings, a_saved_import_is_told_as_the_text_log_is_with_the_same_events_marked) {
  const std::vector<std::string> logs = logs_in(shared / "platform" / "hand");
  if (logs.empty()) GTEST_SKIP() << not_there;
  const ScratchFolder folder;
  const std::string imported = folder.file("imported.jsonl.zst");
  for (const std::string& log : logs) {
    ASSERT_EQ(run("import '" + log + "' --quiet -o '" + imported + "'").status, 0) << log;
    const std::string told = told_of(log);
    EXPECT_EQ(told_of(imported), told) << log;
    std::istringstream lines(told);
    int marked = 0;
    for (std::string line; std::getline(lines, line);) {
      const std::size_t mark = line.find("* ");
      marked += mark != std::string::npos && mark > 0 && std::isdigit(line[mark - 1]) != 0 ? 1 : 0;
    }
    const std::string summary = run("import '" + log + "' -o '" + imported + "'").text;
    const std::string assumed = "of them assumed " + std::to_string(marked) + '\n';
    EXPECT_NE(summary.find(assumed), std::string::npos) << log << ": " << assumed << summary;
  }
}

TEST(Recordings, a_restart_with_a_reservation_tells_what_became_of_the_pod) {
  const std::string log =
      (shared / "platform" / "hand" / "02-restart-reserved-autoscaler-min0.log.zst").string();
  if (!std::filesystem::exists(log)) GTEST_SKIP() << not_there;
  const Printed printed = run("replay '" + log + "' --pod 0");
  const std::vector<std::string> told{
      "pod iac-agent-p1-1767607200 is created",
      "slot 0 of pod iac-agent-p1-1767607200 is reserved for task 1",
      "replica 0 stops",
      "replica 0 discovers pod iac-agent-p1-1767607200, all slots idle",
      "pod iac-agent-p1-1767607200 is deleted"};
  std::size_t at = 0;
  for (const std::string& line : told) {
    at = printed.text.find(line, at);
    ASSERT_NE(at, std::string::npos) << line << "\nin\n" << printed.text;
  }
}

}  // namespace
}  // namespace holdfast
