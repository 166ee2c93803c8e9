#pragma once

// UTF-8 as error messages need it: decoding that never fails, escaping of what a terminal would act
// on or not show, and the width of a character on a terminal. All functions are pure.

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast {

// One decoded character. Where the bytes are no valid UTF-8, `valid` is false, `value` is the
// single byte at the offset and `bytes` is 1, so that a loop over any bytes comes to an end.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = true;

  friend bool operator==(const CodePoint&, const CodePoint&) = default;
};

// The character that starts at `offset`. Requires: offset < text.size().
CodePoint code_point_at(std::string_view text, std::size_t offset);

// The offset of the first byte that is no valid UTF-8, or text.size().
std::size_t first_invalid_utf8(std::string_view text);

// How many characters `text` has; bytes that are no valid UTF-8 count as the byte they continue.
std::size_t count_code_points(std::string_view text);

// The character as it may be shown: itself, or an escape such as \t, \x1b, \u202e.
std::string printable(const CodePoint& point, std::string_view bytes);

// How many terminal columns a character takes that printable() shows as itself: 1, or 2 for the
// wide characters of East Asian scripts and emoji.
int display_width(char32_t value);

// `text` in single quotes, escaped, and cut after 60 characters: how messages quote a file.
std::string in_quotes(std::string_view text);

}  // namespace holdfast
