// Source text as the style test sees it: files with their comments and code told apart, findings,
// and the walk over the tree. The checks themselves are in tidy_form.h and tidy_rules.h.
#pragma once

#include <compare>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

// One file of the tree.
//
// Invariants
// 1. `path` is relative to the root, with '/'.
// 2. `code` and `comments` are as long as `text` and have its line ends in the same places. `code`
//    has blanks for comments and for what stands between quotes, `comments` for everything else.
// 3. A file that is not C++ has all its text in both.
struct SourceFile {
  std::string path;
  std::string text;
  std::string code;
  std::string comments;
};

// Something to change: where, and what to write instead.
struct Finding {
  std::string path;
  int line = 0;
  std::string advice;
  friend auto operator<=>(const Finding&, const Finding&) = default;
};

// An include line: what stands between the brackets or quotes.
struct Include {
  std::string_view target;
  int line = 0;
  bool quoted = false;
};

SourceFile source_file(std::string path, std::string text);

// Every file below `root` that belongs to the project, in ascending order of path. Build folders
// and git's own are left out.
std::vector<SourceFile> read_tree(const std::filesystem::path& root);

// A character of identifiers.
bool is_word(char c);

bool is_cpp(std::string_view path);
bool is_header(std::string_view path);

// Whether a person writes the file. Recorded and generated text is kept as it came.
bool is_written_by_hand(std::string_view path);

// The first folder of a path, "" for a file at the root.
std::string_view top_folder(std::string_view path);

// The number of the line, from 1, in which a place of the text lies.
int line_at(std::string_view text, std::size_t place);

std::vector<std::string_view> lines_of(std::string_view text);

// The include lines of a C++ file, without those in comments and strings.
std::vector<Include> includes_of(const SourceFile& file);

// One line per finding: path:line: advice.
std::string to_text(const std::vector<Finding>& findings);

}  // namespace holdfast
