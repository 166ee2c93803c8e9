#include <holdfast/sim/input/diagnostic.h>

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include <holdfast/sim/input/utf8.h>

namespace holdfast {

namespace {

// A longer line is cut, to so many characters on each side of the spot.
constexpr std::size_t longest_whole_line = 100;
constexpr int shown_before = 40;
constexpr int shown_after = 60;
constexpr std::string_view cut_mark = "...";

}  // namespace

Excerpt make_excerpt(std::string_view line, int column, int length) {
  const bool whole = count_code_points(line) <= longest_whole_line;
  const int first = whole ? 1 : column - shown_before;
  const int last = whole ? static_cast<int>(line.size()) : column + shown_after;
  const int end = length > shown_after ? last + 1 : column + length;
  Excerpt result;
  result.width = 0;
  int terminal_column = 0;
  if (first > 1) {
    result.text = cut_mark;
    terminal_column = static_cast<int>(cut_mark.size());
  }
  result.caret = terminal_column;
  std::size_t offset = 0;
  for (int number = 1; offset < line.size(); ++number) {
    const CodePoint point = code_point_at(line, offset);
    if (number > last) {
      result.text += cut_mark;
      break;
    }
    if (number >= first) {
      const std::string shown = printable(point, line.substr(offset, point.bytes));
      // An escape is as wide as its letters; a character shown as itself is as wide as it is drawn.
      const bool itself = shown.size() == point.bytes && point.valid;
      const int width = itself ? display_width(point.value) : static_cast<int>(shown.size());
      result.text += shown;
      terminal_column += width;
      if (number < column) result.caret = terminal_column;
      if (number >= column && number < end) result.width += width;
    }
    offset += point.bytes;
  }
  result.width = std::max(result.width, 1);
  return result;
}

std::string render(const Diagnostic& diagnostic) {
  const auto& [file, place, message, hint, excerpt] = diagnostic;
  std::string text = file;
  if (place.line > 0) text += fmt::format(":{}:{}", place.line, place.column);
  text += fmt::format(": {}\n", message);
  const bool shows_line = place.line > 0 && !excerpt.text.empty();
  if (!shows_line) {
    if (!hint.empty()) text += fmt::format("  {}\n", hint);
    return text;
  }
  const std::string number = fmt::format("{:>3}", place.line);
  text += fmt::format("{} | {}\n", number, excerpt.text);
  text += fmt::format("{:{}} | {:{}}^{:~>{}}", "", number.size(), "", excerpt.caret, "",
                      excerpt.width - 1);
  if (!hint.empty()) text += fmt::format(" {}", hint);
  text += "\n";
  return text;
}

}  // namespace holdfast
