#include <holdfast/tests/support/tidy_form.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace holdfast {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view last_word(std::string_view text) {
  std::size_t start = text.size();
  while (start > 0 && (is_word(text[start - 1]) || text[start - 1] == ':')) --start;
  return text.substr(start);
}

// Without `public:`, `template <...>` and `[[...]]` at the front.
std::string_view without_prefixes(std::string_view head) {
  static constexpr std::array<std::string_view, 3> access = {"public:", "protected:", "private:"};
  while (true) {
    head = trimmed(head);
    const auto label = std::find_if(access.begin(), access.end(),
                                    [&](std::string_view word) { return head.starts_with(word); });
    if (label != access.end()) {
      head.remove_prefix(label->size());
    } else if (head.starts_with("[[") && head.find("]]") != std::string_view::npos) {
      head.remove_prefix(head.find("]]") + 2);
    } else if (head.starts_with("template") && head.find('<') != std::string_view::npos) {
      std::size_t end = head.find('<');
      for (int depth = 0; end < head.size(); ++end) {
        if (head[end] == '<') ++depth;
        if (head[end] == '>' && --depth == 0) break;
      }
      head.remove_prefix(std::min(end + 1, head.size()));
    } else {
      return head;
    }
  }
}

bool begins_function(std::string_view head) {
  static constexpr std::array<std::string_view, 5> others = {"namespace", "struct", "class",
                                                             "union", "enum"};
  head = without_prefixes(head);
  if (head.find(')') == std::string_view::npos) return false;
  if (std::string_view("=,(").find(head.back()) != std::string_view::npos) return false;
  const std::size_t end = head.find_first_of(" \n:({");
  const std::string_view first = head.substr(0, end);
  return std::find(others.begin(), others.end(), first) == others.end();
}

// The word before the parameters; for a test the macro with its arguments.
std::string name_of(std::string_view head) {
  head = without_prefixes(head);
  const std::size_t open = head.find('(');
  std::string name(last_word(trimmed(head.substr(0, open))));
  const bool is_macro = name.size() > 1 && std::all_of(name.begin(), name.end(), [](char c) {
                          return std::isupper(static_cast<unsigned char>(c)) != 0 || c == '_';
                        });
  if (!is_macro) return name;
  return name + std::string(head.substr(open, head.find(')') - open + 1));
}

std::string without_preprocessor(const SourceFile& file) {
  std::string code = file.code;
  bool goes_on = false;
  std::size_t place = 0;
  for (const std::string_view line : lines_of(file.code)) {
    const bool directive = goes_on || trimmed(line).starts_with('#');
    goes_on = directive && line.ends_with('\\');
    if (directive) std::fill_n(code.begin() + static_cast<std::ptrdiff_t>(place), line.size(), ' ');
    place += line.size() + 1;
  }
  return code;
}

// Whether a `:` that is not part of `::` stands after the parameters: a constructor's initialisers.
bool has_initialisers(std::string_view head) {
  for (std::size_t i = head.find(')'); i < head.size(); ++i) {
    if (head[i] != ':') continue;
    if (i + 1 < head.size() && head[i + 1] == ':') {
      ++i;
    } else {
      return true;
    }
  }
  return false;
}

// Follows the braces of one file. `head_` is where the text before the next brace began, `depth_`
// how many braces are open inside a function.
class FunctionFinder {
 public:
  explicit FunctionFinder(const SourceFile& file) : code_(without_preprocessor(file)) {}

  std::vector<FunctionSpan> run() {
    for (place_ = 0; place_ < code_.size(); ++place_) {
      const char c = code_[place_];
      if (c == '{') {
        open();
      } else if (c == '}') {
        close();
      } else if (c == ';' && depth_ == 0) {
        head_ = place_ + 1;
      }
    }
    return std::move(found_);
  }

 private:
  void open() {
    const std::string_view head = std::string_view(code_).substr(head_, place_ - head_);
    if (depth_ > 0) {
      ++depth_;
    } else if (begins_function(head)) {
      depth_ = 1;
      const std::size_t first = code_.find_first_not_of(blanks, head_);
      function_ = {line_at(code_, first), 0, name_of(head)};
      may_initialise_ = has_initialisers(head);
    } else {
      head_ = place_ + 1;
    }
  }
  void close() {
    if (depth_ > 1) {
      --depth_;
      return;
    }
    if (depth_ == 1) {
      depth_ = 0;
      const std::size_t next = code_.find_first_not_of(blanks, place_ + 1);
      const bool another = next != std::string::npos && (code_[next] == ',' || code_[next] == '{');
      if (may_initialise_ && another) return;
      function_.last_line = line_at(code_, place_);
      found_.push_back(function_);
    }
    head_ = place_ + 1;
  }

  std::string code_;
  std::size_t place_ = 0;
  std::size_t head_ = 0;
  int depth_ = 0;
  bool may_initialise_ = false;
  FunctionSpan function_;
  std::vector<FunctionSpan> found_;
};

int columns_of(std::string_view line) {
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_code(std::string_view path) {
  return is_cpp(path) || path.ends_with(".cmake") || path.ends_with("CMakeLists.txt") ||
         path.ends_with(".sh") || path.ends_with(".py") || path == "bootstrap" ||
         top_folder(path) == ".ci";
}

std::string of_most(int found, int most, std::string_view unit) {
  return std::to_string(found) + " of at most " + std::to_string(most) + ' ' + std::string(unit);
}

}  // namespace

std::vector<FunctionSpan> functions_of(const SourceFile& file) {
  if (!is_cpp(file.path)) return {};
  return FunctionFinder(file).run();
}

std::vector<Finding> check_function_lengths(const SourceFile& file) {
  std::vector<Finding> findings;
  for (const FunctionSpan& function : functions_of(file)) {
    const int length = function.last_line - function.first_line + 1;
    if (length <= most_lines_of_function) continue;
    findings.push_back({file.path, function.first_line,
                        "function " + function.name + " has " +
                            of_most(length, most_lines_of_function, "lines") +
                            ": give its steps functions of their own"});
  }
  return findings;
}

std::vector<Finding> check_line_lengths(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!is_code(file.path)) return findings;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    const int columns = columns_of(line);
    if (columns <= most_columns) continue;
    findings.push_back(
        {file.path, number, of_most(columns, most_columns, "columns") + ": break the line"});
  }
  return findings;
}

std::vector<Finding> check_file_length(const SourceFile& file) {
  const int length = static_cast<int>(lines_of(file.text).size());
  if (!is_code(file.path) || length <= most_lines_of_file) return {};
  return {{file.path, most_lines_of_file + 1,
           of_most(length, most_lines_of_file, "lines") + ": cut the file in two by subject"}};
}

std::vector<Finding> check_blanks(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!is_written_by_hand(file.path) || file.text.empty()) return findings;
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    if (line.find('\r') != std::string_view::npos) {
      findings.push_back({file.path, number, "carriage return: end lines with a line feed only"});
    } else if (line.ends_with(' ') || line.ends_with('\t')) {
      findings.push_back({file.path, number, "blank at the end of the line: delete it"});
    } else if (line.find('\t') != std::string_view::npos) {
      findings.push_back({file.path, number, "tab: indent with spaces, write \\t in a literal"});
    }
  }
  if (!file.text.ends_with('\n')) {
    findings.push_back({file.path, number, "no line end at the end of the file: add one"});
  } else if (file.text.ends_with("\n\n")) {
    findings.push_back({file.path, number, "empty line at the end of the file: delete it"});
  }
  return findings;
}

std::vector<Finding> check_pragma_once(const SourceFile& file) {
  if (!is_header(file.path) || trimmed(file.code).starts_with("#pragma once")) return {};
  const std::size_t first = file.code.find_first_not_of(blanks);
  const std::size_t place = first == std::string::npos ? 0 : first;
  return {{file.path, line_at(file.code, place),
           "the header's code begins here: write #pragma once before it"}};
}

}  // namespace holdfast
