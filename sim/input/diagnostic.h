#pragma once

// One thing that is wrong with an input file, as a value: where, what was expected and found, the
// line it stands in with a caret under the spot, and perhaps what was meant.
//
// Thread safety: values; threads may share what none of them changes.

#include <compare>
#include <string>
#include <string_view>

namespace holdfast {

// A place in a text. Lines count from 1; columns count characters (code points, not bytes) from 1.
// Line 0 means the file as a whole.
struct Place {
  int line = 0;
  int column = 0;

  friend auto operator<=>(const Place&, const Place&) = default;
};

// A stretch of characters on one line.
struct Span {
  Place start;
  int length = 1;

  friend bool operator==(const Span&, const Span&) = default;
};

// The part of a source line that is shown: printable, cut to about a terminal's width, with the
// caret's terminal column (from 0) and the number of columns it underlines (at least 1).
struct Excerpt {
  std::string text;
  int caret = 0;
  int width = 1;

  friend bool operator==(const Excerpt&, const Excerpt&) = default;
};

struct Diagnostic {
  std::string file;
  Place place;
  std::string message;
  std::string hint;
  Excerpt excerpt;  // nothing is shown when its text is empty

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// The excerpt of `line` around the characters `column` to `column + length - 1` (from 1). Takes any
// bytes; the result stays short however long the line is.
Excerpt make_excerpt(std::string_view line, int column, int length);

// The diagnostic as text: `file:line:column: message`, then the line and the caret with the hint,
// each line ended by a line break.
std::string render(const Diagnostic& diagnostic);

}  // namespace holdfast
