#pragma once

// The text of one input file in memory, with the way from byte offsets to places.
//
// Immutable and cheap to copy (copies share the text); safe to use from several threads.
//
// Invariants
// 1. The text is valid UTF-8 without NUL bytes and without a byte order mark.
// 2. The text is at most max_source_bytes long.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <holdfast/sim/input/diagnostic.h>

namespace holdfast {

// Scenario and pool files are written by hand; a larger one is a mistake.
inline constexpr std::size_t max_source_bytes = std::size_t{4} << 20U;

class Source {
 public:
  // An empty text without a name.
  Source();

  const std::string& file() const;
  std::string_view text() const;

  // The place of the byte at `offset`. A line ends at \n, \r\n or a lone \r.
  // Requires: offset <= text().size().
  Place place_at(std::size_t offset) const;

  // The bytes [begin, end) as a span on the line of `begin`; at least one character long.
  // Requires: begin <= end <= text().size().
  Span span_between(std::size_t begin, std::size_t end) const;

  // A line without its line break; empty for a line that is not there.
  std::string_view line(int number) const;

  // A diagnostic for a span of this text.
  Diagnostic diagnose(Span span, std::string message, std::string hint = {}) const;

 private:
  struct Data;
  explicit Source(std::shared_ptr<const Data> data);
  friend std::variant<Source, Diagnostic> make_source(std::string file, std::string text);

  std::shared_ptr<const Data> data_;
};

// The source, or why the text cannot be one: too long, binary, not UTF-8. A leading byte order mark
// is dropped.
std::variant<Source, Diagnostic> make_source(std::string file, std::string text);

// The diagnostic for a file that is larger than max_source_bytes.
Diagnostic too_large(std::string file);

}  // namespace holdfast
