#include <holdfast/reports/labelled_line.h>

#include <fmt/format.h>

namespace holdfast {

std::string line(std::string_view label, std::string_view text) {
  return fmt::format("{:<9} {}\n", label, text);
}

std::string list_line(std::string_view label, std::string_view list) {
  constexpr std::size_t width = 90;
  std::string text;
  while (list.size() > width && list.rfind(", ", width) != list.npos) {
    const std::size_t comma = list.rfind(", ", width) + 1;
    text += line(text.empty() ? label : std::string_view(), list.substr(0, comma));
    list.remove_prefix(comma + 1);
  }
  return text + line(text.empty() ? label : std::string_view(), list);
}

}  // namespace holdfast
