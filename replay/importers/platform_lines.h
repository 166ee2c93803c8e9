// The lines of the platform's own text log: the table of their shapes, and the one scanner that is
// driven by it. A shape is literal text with placeholders: "Deleted pod <pod>". What a line means
// is said by the importer; here it is only taken apart.
//
// Thread safety: constant data and pure functions; a ShapeIndex may be shared once it is made.
//
// Invariants
// 1. A line matches a shape only as a whole, with every placeholder filled as its kind asks for.
// 2. Of several shapes that match, the first of the table is taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <holdfast/model/moment.h>

namespace holdfast {

// One row of the catalogue of line shapes; a row may have several, for older or newer versions.
struct LineShape {
  std::string_view row;        // "PM06"
  bool starred = false;        // among the 42 most telling rows
  std::string_view tag;        // "PodManager"; empty: the line has none
  std::string_view text;       // "Pod UID: <text>"
  std::string_view events{};   // names of the events it may become, separated by blanks
};
std::span<const LineShape> shapes_of_pods();
std::span<const LineShape> shapes_of_tasks();
std::span<const LineShape> shapes_of_server();

enum class Placeholder : std::uint8_t {
  pod, pool, ws, agent,  // letters, digits, - and _
  task, slot, n,         // digits
  dur, x,                // a duration, a decimal number
  word,                  // letters and _
  text                   // whatever stands before what follows it in the shape; may be empty
};

// What filled the placeholders of a shape.
class LineFields {
 public:
  static constexpr std::size_t most = 6;

  void clear() { size_ = 0; }
  // False if there is no more room.
  bool add(Placeholder kind, std::string_view value);
  // The `nth` value of a kind, from 0; empty if there is none.
  std::string_view get(Placeholder kind, int nth = 0) const;
  // As a number; nothing if there is none or it does not fit.
  std::optional<std::int64_t> number(Placeholder kind, int nth = 0) const;

 private:
  struct Value {
    Placeholder kind;
    std::string_view value;
  };
  Value values_[most];
  std::size_t size_ = 0;
};

// Every shape, cut into its pieces and found by its tag.
class ShapeIndex {
 public:
  ShapeIndex();

  // Null if no shape of that tag is the text; else `fields` is filled.
  const LineShape* match(std::string_view tag, std::string_view text, LineFields& fields) const;
  bool has_tag(std::string_view tag) const { return by_tag_.contains(tag); }

 private:
  // Literal text and the placeholder behind it; the last piece may have none.
  struct Piece {
    std::string_view literal;
    std::optional<Placeholder> placeholder;
  };
  struct Pieces {
    const LineShape* shape;
    std::vector<Piece> pieces;
  };
  void add(const LineShape& shape);
  static bool fits(const Pieces& pieces, std::string_view text, LineFields& fields);

  std::map<std::string_view, std::vector<Pieces>> by_tag_;
};

// A line of the server's logger, taken apart.
struct PlatformLine {
  Moment time = never;          // never: the line has no prefix
  std::string_view source;      // "agent.go:12": the line is of another writer
  std::string_view tag;
  std::string_view text;        // behind the tag, a symbol and blanks
};

// `zone_us`: how far the zone of the log is ahead of UTC.
PlatformLine take_apart(std::string_view line, std::int64_t zone_us);

// What a line that the importer passes over is.
enum class UnusedLine : std::uint8_t {
  blank, continuation, access_log, lease_log, database_log, agent_process, unknown_shape,
  without_time, too_long, unusable_name
};
inline constexpr int unused_line_kinds = static_cast<int>(UnusedLine::unusable_name) + 1;
// "unknown shape"
std::string_view text_of(UnusedLine kind);

// The writer of a line that is not of the server's logger, if its form shows it.
std::optional<UnusedLine> other_writer(std::string_view line, const PlatformLine& parts);

}  // namespace holdfast
