// Holds the program against commands.md, a page of commands with their whole output. How the page
// is written stands at its top. HOLDFAST_UPDATE_GOLDEN=1 writes what the program does now into the
// page.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/wait.h>

#include <gtest/gtest.h>

#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

// The pages of this folder.
std::vector<std::string> pages() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(HOLDFAST_SOURCE_DIR "/tests/cli")) {
    if (entry.path().extension() == ".md") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

// A fenced part of the page: files to be made, or commands with their output.
struct Block {
  std::string heading;          // the one above it
  std::string file;             // the file's name; empty: commands
  std::size_t first = 0;        // line of the page behind the fence
  std::size_t last = 0;         // the closing fence
};

std::vector<Block> blocks_of(const std::vector<std::string>& page) {
  std::vector<Block> blocks;
  std::string heading;
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (page[i].starts_with("#")) heading = page[i];
    if (!page[i].starts_with("```")) continue;
    const std::string kind = page[i].substr(3);
    Block block{heading, {}, i + 1, i + 1};
    const std::size_t space = kind.find(' ');
    if (space != std::string::npos) block.file = kind.substr(space + 1);
    while (block.last < page.size() && page[block.last] != "```") ++block.last;
    i = block.last;
    if (!block.file.empty() || kind == "console") blocks.push_back(block);
  }
  return blocks;
}

// What a command prints to both streams, with "[status]" behind it unless that is 0.
std::string output_of(const std::string& command, const std::string& folder) {
  const std::string program_folder =
      std::filesystem::path(HOLDFAST_PROGRAM).parent_path().string();
  const std::string line = "cd '" + folder + "' && export PATH='" + program_folder +
                           "':\"$PATH\" LC_ALL=C && { " + command + "\n} 2>&1 </dev/null";
  std::FILE* pipe = popen(line.c_str(), "r");
  if (pipe == nullptr) return "cannot start a shell\n";
  std::string output;
  std::array<char, 4096> block{};
  for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    output.append(block.data(), count);
  }
  const int status = pclose(pipe);
  if (!output.empty() && !output.ends_with('\n')) output += "\n(no line break at the end)\n";
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (code != 0) output += '[' + std::to_string(code) + "]\n";
  return output;
}

// A folder of its own for one block, with the files that the page gave before it.
class Scratch {
 public:
  explicit Scratch(const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [file, text] : files) {
      std::ofstream(folder_.file(file), std::ios::binary) << text;
    }
  }

  std::string path() const { return folder_.path().string(); }

 private:
  ScratchFolder folder_;
};

// The block as it should stand in the page: its commands, each with what it prints now.
std::vector<std::string> run_block(const std::vector<std::string>& page, const Block& block,
                                   const std::string& folder) {
  std::vector<std::string> result;
  for (std::size_t i = block.first; i < block.last; ++i) {
    if (!page[i].starts_with("$ ")) continue;
    result.push_back(page[i]);
    for (std::string& line : lines_of(output_of(page[i].substr(2), folder))) {
      result.push_back(std::move(line));
    }
  }
  return result;
}

class Commands : public testing::TestWithParam<std::string> {};

TEST_P(Commands, do_what_the_page_says) {
  const std::string page_path = HOLDFAST_SOURCE_DIR "/tests/cli/" + GetParam() + ".md";
  std::ifstream file(page_path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::vector<std::string> page = lines_of(text);
  const std::vector<Block> blocks = blocks_of(page);
  ASSERT_GT(blocks.size(), 10u);
  const bool updates = std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr;
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<std::string> updated;
  std::size_t copied = 0;
  for (const Block& block : blocks) {
    const std::vector<std::string> given(page.begin() + static_cast<std::ptrdiff_t>(block.first),
                                         page.begin() + static_cast<std::ptrdiff_t>(block.last));
    if (!block.file.empty()) {
      files.emplace_back(block.file, joined(given));
      continue;
    }
    const Scratch scratch(files);
    const std::vector<std::string> found = run_block(page, block, scratch.path());
    if (!updates) {
      EXPECT_EQ(joined(found), joined(given))
          << GetParam() << ".md:" << block.first << ", " << block.heading;
    }
    updated.insert(updated.end(), page.begin() + static_cast<std::ptrdiff_t>(copied),
                   page.begin() + static_cast<std::ptrdiff_t>(block.first));
    updated.insert(updated.end(), found.begin(), found.end());
    copied = block.last;
  }
  updated.insert(updated.end(), page.begin() + static_cast<std::ptrdiff_t>(copied), page.end());
  if (updates) std::ofstream(page_path, std::ios::binary) << joined(updated);
}

INSTANTIATE_TEST_SUITE_P(pages, Commands, testing::ValuesIn(pages()),
                         [](const auto& page) { return page.param; });

}  // namespace
}  // namespace holdfast
