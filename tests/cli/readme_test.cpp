// Holds the README against the program: behind `<!-- run: COMMAND -->` stands a block with the
// whole output of that command. HOLDFAST_UPDATE_GOLDEN=1 writes what the program prints now.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>


#include <gtest/gtest.h>

#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

constexpr std::string_view marker = "<!-- run: ";
constexpr std::string_view fence = "```";

std::string readme() {
  std::ifstream file(HOLDFAST_SOURCE_DIR "/README.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

// A folder in which the README's commands find what they name.
class Checkout {
 public:
  Checkout() {
    std::filesystem::create_directories(folder_.path() / "build");
    std::filesystem::create_symlink(HOLDFAST_PROGRAM, folder_.path() / "build" / "holdfast");
    std::filesystem::create_symlink(HOLDFAST_SOURCE_DIR "/scenarios", folder_.file("scenarios"));
  }

  std::string output_of(const std::string& command) const {
    const std::string line = "cd '" + folder_.path().string() + "' && " + command;
    std::string text;
    FILE* const pipe = popen(line.c_str(), "r");
    if (pipe == nullptr) return text;
    char piece[4096];
    for (std::size_t n = 0; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) {
      text.append(piece, n);
    }
    pclose(pipe);
    return text;
  }

 private:
  ScratchFolder folder_;
};

TEST(Readme, shows_what_its_commands_print) {
  const Checkout checkout;
  const std::string text = readme();
  std::string written;
  std::size_t done = 0;
  int blocks = 0;
  for (std::size_t at = text.find(marker); at != text.npos; at = text.find(marker, at + 1)) {
    const std::size_t begin = at + marker.size();
    const std::string command = text.substr(begin, text.find(" -->", begin) - begin);
    const std::size_t open = text.find('\n', text.find(fence, begin)) + 1;
    const std::size_t close = text.find(fence, open);
    ASSERT_NE(close, text.npos) << command;
    const std::string output = checkout.output_of(command);
    if (std::getenv("HOLDFAST_UPDATE_GOLDEN") == nullptr) {
      EXPECT_EQ(text.substr(open, close - open), output) << command;
    }
    written += text.substr(done, open - done) + output;
    done = close;
    ++blocks;
  }
  EXPECT_GT(blocks, 2);
  written += text.substr(done);
  if (std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr && written != text) {
    std::ofstream(HOLDFAST_SOURCE_DIR "/README.md") << written;
  }
}

}  // namespace
}  // namespace holdfast
