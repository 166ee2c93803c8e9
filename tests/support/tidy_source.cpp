#include <holdfast/tests/support/tidy_source.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace holdfast {
namespace {

// Splits C++ text into its views. A place is code, comment or the inside of a literal.
class Scanner {
 public:
  explicit Scanner(SourceFile& file) : file_(file), text_(file.text) {}

  void run() {
    while (place_ < text_.size()) {
      const std::string_view rest = text_.substr(place_);
      if (rest.starts_with("//")) {
        comment_until(end_of_line_comment());
      } else if (rest.starts_with("/*")) {
        const std::size_t end = text_.find("*/", place_ + 2);
        comment_until(end == std::string_view::npos ? text_.size() : end + 2);
      } else if (rest.starts_with('"')) {
        literal_until(is_raw() ? end_of_raw() : end_of_quoted('"'));
      } else if (rest.starts_with('\'') && !is_digit_separator()) {
        literal_until(end_of_quoted('\''));
      } else {
        keep(file_.code);
      }
    }
  }

 private:
  void keep(std::string& view) {
    view[place_] = text_[place_];
    ++place_;
  }
  void comment_until(std::size_t end) {
    while (place_ < end) keep(file_.comments);
  }
  // The quotes stay, so that a literal is still seen to be there.
  void literal_until(std::size_t end) {
    keep(file_.code);
    if (end <= place_) return;
    place_ = end - 1;
    keep(file_.code);
  }
  std::string_view word_before() const {
    std::size_t start = place_;
    while (start > 0 && is_word(text_[start - 1])) --start;
    return text_.substr(start, place_ - start);
  }
  bool is_raw() const {
    const std::string_view word = word_before();
    return word == "R" || word == "u8R" || word == "uR" || word == "UR" || word == "LR";
  }
  bool is_digit_separator() const {
    const std::string_view word = word_before();
    return !word.empty() &&
           (std::isdigit(static_cast<unsigned char>(word[0])) != 0 || after_separator(word));
  }
  // The second separator of 1'000'000 has a word before it that begins after the first one.
  bool after_separator(std::string_view word) const {
    const std::size_t start = place_ - word.size();
    return start >= 2 && text_[start - 1] == '\'' && file_.code[start - 1] == '\'' &&
           std::isxdigit(static_cast<unsigned char>(text_[start - 2])) != 0;
  }
  std::size_t end_of_line_comment() const {
    std::size_t end = text_.find('\n', place_);
    while (end != std::string_view::npos && text_[end - 1] == '\\') end = text_.find('\n', end + 1);
    return end == std::string_view::npos ? text_.size() : end;
  }
  std::size_t end_of_quoted(char quote) const {
    for (std::size_t i = place_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote || text_[i] == '\n') {
        return i + 1;
      }
    }
    return text_.size();
  }
  std::size_t end_of_raw() const {
    const std::size_t open = text_.find('(', place_);
    if (open == std::string_view::npos) return text_.size();
    const std::string close = ")" + std::string(text_.substr(place_ + 1, open - place_ - 1)) + "\"";
    const std::size_t end = text_.find(close, open);
    return end == std::string_view::npos ? text_.size() : end + close.size();
  }

  SourceFile& file_;
  std::string_view text_;
  std::size_t place_ = 0;
};

std::string blank_copy(const std::string& text) {
  std::string blank(text.size(), ' ');
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') blank[i] = '\n';
  }
  return blank;
}

bool is_outside_project(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  return name == ".git" || name == "node_modules" || name == ".cache" || name == "build" ||
         name.starts_with("build-");
}

}  // namespace

SourceFile source_file(std::string path, std::string text) {
  SourceFile file{std::move(path), std::move(text), {}, {}};
  if (is_cpp(file.path)) {
    file.code = blank_copy(file.text);
    file.comments = file.code;
    Scanner(file).run();
  } else {
    file.code = file.text;
    file.comments = file.text;
  }
  return file;
}

std::vector<SourceFile> read_tree(const std::filesystem::path& root) {
  std::vector<SourceFile> files;
  std::filesystem::recursive_directory_iterator entry(root);
  for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory()) {
      if (is_outside_project(entry->path())) entry.disable_recursion_pending();
      continue;
    }
    // In a second worktree .git is a file.
    if (!entry->is_regular_file() || entry->path().filename() == ".git") continue;
    const std::string path = entry->path().lexically_relative(root).generic_string();
    std::string text;
    if (is_written_by_hand(path)) {
      std::ifstream in(entry->path(), std::ios::binary);
      text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    files.push_back(source_file(path, std::move(text)));
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_header(std::string_view path) { return path.ends_with(".h"); }

bool is_cpp(std::string_view path) { return is_header(path) || path.ends_with(".cpp"); }

bool is_written_by_hand(std::string_view path) {
  static constexpr std::array<std::string_view, 14> endings = {
      ".h",  ".cpp", ".cmake", "CMakeLists.txt", "CMakePresets.json", ".md", ".yaml", ".yml", ".py",
      ".sh", ".js",  ".css",   "bootstrap",      ".schema.json"};
  return top_folder(path) == ".ci" || path.starts_with(".git") || path.starts_with(".clang") ||
         path == ".editorconfig" ||
         std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

std::string_view top_folder(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

int line_at(std::string_view text, std::size_t place) {
  const std::string_view before = text.substr(0, place);
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  if (!is_cpp(file.path)) return includes;
  const std::vector<std::string_view> code = lines_of(file.code);
  const std::vector<std::string_view> text = lines_of(file.text);
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::size_t hash = code[i].find_first_not_of(" \t");
    if (hash == std::string_view::npos || code[i][hash] != '#') continue;
    const std::size_t word = code[i].find_first_not_of(" \t", hash + 1);
    if (word == std::string_view::npos || !code[i].substr(word).starts_with("include")) continue;
    const std::size_t open = code[i].find_first_of("<\"", word);
    if (open == std::string_view::npos) continue;
    const bool quoted = code[i][open] == '"';
    const std::size_t close = text[i].find(quoted ? '"' : '>', open + 1);
    if (close == std::string_view::npos) continue;
    includes.push_back(
        {text[i].substr(open + 1, close - open - 1), static_cast<int>(i) + 1, quoted});
  }
  return includes;
}

std::string to_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ':' + std::to_string(finding.line) + ": " + finding.advice + '\n';
  }
  return text;
}

}  // namespace holdfast
