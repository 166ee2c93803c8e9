#include <holdfast/sim/input/utf8.h>

#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace holdfast {

namespace {

constexpr std::size_t max_quoted_characters = 60;

struct Range {
  char32_t first;
  char32_t last;
};

// Blocks that terminals draw two columns wide (Unicode East Asian Width W and F, by whole blocks).
constexpr std::array<Range, 12> wide_ranges{{{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0xA4CF},
                                             {0xA960, 0xA97F},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0xFFE0, 0xFFE6},
                                             {0x1F300, 0x1F64F},
                                             {0x1F900, 0x1F9FF},
                                             {0x20000, 0x3FFFD}}};

// What a terminal acts on or does not show: controls, zero-width and direction marks, line breaks.
constexpr std::array<Range, 7> hidden_ranges{{{0x00, 0x1F},
                                              {0x7F, 0x9F},
                                              {0x200B, 0x200F},
                                              {0x2028, 0x202E},
                                              {0x2060, 0x206F},
                                              {0xFEFF, 0xFEFF},
                                              {0xE0000, 0xE007F}}};

template <std::size_t size>
bool in_any(const std::array<Range, size>& ranges, char32_t value) {
  for (const Range& range : ranges) {
    if (value >= range.first && value <= range.last) return true;
  }
  return false;
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  const auto first = static_cast<unsigned char>(text[offset]);
  const CodePoint broken{first, 1, false};
  if (first < 0x80) return {first, 1, true};
  std::size_t bytes = 0;
  char32_t value = 0;
  char32_t smallest = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    bytes = 2, value = first & 0x1FU, smallest = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    bytes = 3, value = first & 0x0FU, smallest = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    bytes = 4, value = first & 0x07U, smallest = 0x10000;
  } else {
    return broken;
  }
  if (text.size() - offset < bytes) return broken;
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text[offset + i])) return broken;
    value = (value << 6U) | (static_cast<unsigned char>(text[offset + i]) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest || value > 0x10FFFF || surrogate) return broken;
  return {value, bytes, true};
}

std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const CodePoint point = code_point_at(text, offset);
    if (!point.valid) return offset;
    offset += point.bytes;
  }
  return text.size();
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) {
    if (!is_continuation(byte)) ++count;
  }
  return count;
}

std::string printable(const CodePoint& point, std::string_view bytes) {
  const auto value = static_cast<std::uint32_t>(point.value);
  if (point.value == U'\t') return "\\t";
  if (point.value == U'\n') return "\\n";
  if (point.value == U'\r') return "\\r";
  if (!point.valid || value < 0x80) {
    const bool shown = point.valid && value >= 0x20 && value != 0x7F;
    return shown ? std::string(bytes) : fmt::format("\\x{:02x}", value);
  }
  if (!in_any(hidden_ranges, point.value)) return std::string(bytes);
  return value <= 0xFFFF ? fmt::format("\\u{:04x}", value) : fmt::format("\\U{:08x}", value);
}

int display_width(char32_t value) { return in_any(wide_ranges, value) ? 2 : 1; }

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  std::size_t offset = 0;
  for (std::size_t count = 0; offset < text.size(); ++count) {
    if (count == max_quoted_characters) {
      result += "...";
      break;
    }
    const CodePoint point = code_point_at(text, offset);
    result += printable(point, text.substr(offset, point.bytes));
    offset += point.bytes;
  }
  result += "'";
  return result;
}

}  // namespace holdfast
