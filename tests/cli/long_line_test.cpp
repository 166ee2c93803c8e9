// A file that is one very long line is refused with a message and in bounded memory, however it
// comes in.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

constexpr std::uintmax_t line_bytes = std::uintmax_t{400} << 20U;
constexpr long most_kib = 200 << 10;

struct Ended {
  int status = -1;
  long peak_kib = 0;    // of the shell or the program, whichever is larger
  std::string said;     // the first line, of both streams
};

class LongLine : public testing::Test {
 protected:
  // A file that begins so and goes on without a line break. Its rest takes no room on the disk.
  std::string file(const std::string& name, const std::string& beginning) {
    const std::filesystem::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << beginning;
    std::filesystem::resize_file(path, line_bytes);
    return fmt::format("'{}'", path.string());
  }

  Ended run(const std::string& command) {
    const std::string said = folder_.file("said");
    const std::string line = fmt::format("{} > '{}' 2>&1", command, said);
    const pid_t child = fork();
    if (child == 0) {
      execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      _exit(127);
    }
    Ended ended;
    int status = 0;
    rusage usage{};
    if (wait4(child, &status, 0, &usage) != child) return ended;
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ended.peak_kib = usage.ru_maxrss;
    std::ifstream in(said, std::ios::binary);
    std::getline(in, ended.said);
    return ended;
  }

  void expect_refused(const std::string& command, const std::string& message) {
    const Ended ended = run(command);
    EXPECT_EQ(ended.status, 2) << command;
    EXPECT_EQ(ended.said.substr(ended.said.find(": ") + 2), message) << command;
    EXPECT_LT(ended.peak_kib, most_kib) << command;
  }

  // As a file, as standard input, and from a pipe.
  void expect_refused_however(const std::string& command, const std::string& file,
                              const std::string& message) {
    const std::string program = fmt::format("'{}' {}", HOLDFAST_PROGRAM, command);
    expect_refused(fmt::format("{} {}", program, file), message);
    expect_refused(fmt::format("{} - < {}", program, file), message);
    expect_refused(fmt::format("cat {} | {} -", file, program), message);
  }

 private:
  ScratchFolder folder_;
};

TEST_F(LongLine, as_a_log) {
  const std::string log = file("a.jsonl", R"({"specversion":"1.0","id":")");
  const std::string message = "the line is longer than 16777216 bytes";
  for (const char* command : {"replay", "validate"}) expect_refused_however(command, log, message);
}

TEST_F(LongLine, as_a_scenario) {
  const std::string scenario = file("a.yaml", "name: ");
  for (const char* command : {"run", "validate"}) {
    expect_refused_however(command, scenario, "larger than 4 MiB");
  }
}

TEST_F(LongLine, as_a_text_log) {
  const std::string log = file("a.log", "2026/01/05 18:00:00 [PodManager] ");
  expect_refused_however("import", log, "no line of 1 is one of the platform's log");
}

}  // namespace
}  // namespace holdfast
