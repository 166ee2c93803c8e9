// The list of findings is what the command that it names prints; HOLDFAST_UPDATE_GOLDEN=1 writes it
// anew.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <holdfast/tests/support/scenario_files.h>

namespace holdfast {
namespace {

TEST(Findings, of_production_are_what_the_command_prints) {
  const std::string command = fmt::format("cd '{}' && '{}' findings scenarios/found",
                                          HOLDFAST_SOURCE_DIR, HOLDFAST_PROGRAM);
  std::FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string printed;
  std::array<char, 4096> block{};
  for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    printed.append(block.data(), count);
  }
  EXPECT_EQ(pclose(pipe), 0);
  const std::filesystem::path page =
      std::filesystem::path(HOLDFAST_SOURCE_DIR) / "reports" / "findings" / "production.md";
  if (std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(page, std::ios::binary) << printed;
  }
  EXPECT_TRUE(printed.starts_with("# Findings\n\nMade by `holdfast findings scenarios/found`.\n"));
  EXPECT_TRUE(text_of(page) == printed)
      << "reports/findings/production.md is stale: run this test with HOLDFAST_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace holdfast
