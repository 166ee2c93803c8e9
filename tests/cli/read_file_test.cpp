#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>

#include <unistd.h>

#include <gtest/gtest.h>

#include <holdfast/cli/read_file.h>
#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

// A fresh folder as the current one, so that messages name files without their path.
class ReadFile : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  static void write(const std::string& name, const std::string& bytes) {
    std::ofstream(name, std::ios::binary) << bytes;
  }
  static std::string refusal(const std::string& name) {
    const auto result = read_file(name);
    const auto* diagnostic = std::get_if<Diagnostic>(&result);
    return diagnostic == nullptr ? "accepted" : render(*diagnostic);
  }

 private:
  std::filesystem::path before_;
  ScratchFolder folder_;
};

TEST_F(ReadFile, GivesTheTextAndTheName) {
  write("a.yaml", "a: 1\n");
  const auto result = read_file("a.yaml");
  ASSERT_TRUE(std::holds_alternative<Source>(result));
  EXPECT_EQ(std::get<Source>(result).text(), "a: 1\n");
  EXPECT_EQ(std::get<Source>(result).file(), "a.yaml");
}

TEST_F(ReadFile, AnEmptyFileIsAText) {
  write("empty.yaml", "");
  EXPECT_EQ(refusal("empty.yaml"), "accepted");
}

TEST_F(ReadFile, AMissingFile) {
  EXPECT_EQ(refusal("missing.yaml"), "missing.yaml: this file does not exist\n");
  EXPECT_EQ(refusal("no_folder/missing.yaml"),
            "no_folder/missing.yaml: this file does not exist\n");
}

TEST_F(ReadFile, APathThroughAFile) {
  write("a.yaml", "a: 1\n");
  EXPECT_EQ(refusal("a.yaml/b.yaml"), "a.yaml/b.yaml: this file does not exist\n");
}

TEST_F(ReadFile, AFolder) {
  std::filesystem::create_directory("folder");
  EXPECT_EQ(refusal("folder"), "folder: this is a folder, not a file\n");
}

TEST_F(ReadFile, WithoutPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write("secret.yaml", "a: 1\n");
  std::filesystem::permissions("secret.yaml", std::filesystem::perms::none);
  EXPECT_EQ(refusal("secret.yaml"), "secret.yaml: cannot open: Permission denied\n");
}

TEST_F(ReadFile, ASymbolicLinkToItself) {
  std::filesystem::create_symlink("loop", "loop");
  EXPECT_EQ(refusal("loop"), "loop: cannot open: Too many levels of symbolic links\n");
}

TEST_F(ReadFile, OneByteOverTheLimit) {
  write("large.yaml", std::string(max_source_bytes + 1, 'a'));
  EXPECT_EQ(refusal("large.yaml"), "large.yaml: larger than 4 MiB\n");
}

TEST_F(ReadFile, AHugeFileIsRefusedByItsSize) {
  write("huge.yaml", "a");
  std::filesystem::resize_file("huge.yaml", std::size_t{1} << 40U);
  EXPECT_EQ(refusal("huge.yaml"), "huge.yaml: larger than 4 MiB\n");
}

TEST_F(ReadFile, AnEndlessDevice) {
  EXPECT_EQ(refusal("/dev/zero"), "/dev/zero: larger than 4 MiB\n");
}

TEST_F(ReadFile, ABinaryFile) {
  write("a.bin", std::string("\x7f" "ELF\0\0", 6));
  EXPECT_EQ(refusal("a.bin"), "a.bin:1:5: expected text, found a NUL byte\n"
                              "  1 | \\x7fELF\\x00\\x00\n"
                              "    |        ^~~~ is this a binary file?\n");
}

TEST_F(ReadFile, StandardInput) {
  write("a.yaml", "a: 1\n");
  ASSERT_NE(std::freopen("a.yaml", "rb", stdin), nullptr);
  const auto result = read_file("-");
  ASSERT_TRUE(std::holds_alternative<Source>(result));
  EXPECT_EQ(std::get<Source>(result).text(), "a: 1\n");
  EXPECT_EQ(std::get<Source>(result).file(), "standard input");
}

}  // namespace
}  // namespace holdfast
