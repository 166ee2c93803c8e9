#include <holdfast/reports/plain_text.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

bool is_plain_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./:=+@%,").find(c) != std::string_view::npos;
}

}  // namespace

std::string printable_text(std::string_view text) {
  std::string result;
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    result += printable(point, text.substr(offset, point.bytes));
    offset += point.bytes;
  }
  return result;
}

std::string as_utf8(std::string_view text) {
  std::string result;
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    result += point.valid ? text.substr(offset, point.bytes) : std::string_view("\xEF\xBF\xBD");
    offset += point.bytes;
  }
  return result;
}

std::string shell_quoted(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain_in_shell)) {
    return std::string(text);
  }
  const bool shown_as_is = printable_text(text) == text;
  std::string result = shown_as_is ? "'" : "$'";
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = code_point_at(text, offset);
    const std::string_view bytes = text.substr(offset, point.bytes);
    offset += point.bytes;
    if (shown_as_is) {
      result += bytes == "'" ? std::string_view("'\\''") : bytes;
    } else if (bytes == "'" || bytes == "\\") {
      result += '\\';
      result += bytes;
    } else if (printable(point, bytes) == bytes) {
      result += bytes;
    } else {
      for (const char c : bytes) {
        result += fmt::format("\\{:03o}", static_cast<unsigned>(static_cast<unsigned char>(c)));
      }
    }
  }
  return result + '\'';
}

}  // namespace holdfast
