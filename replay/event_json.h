// One event as one line of a log and back, and the first event, which is the header. LOG_FORMAT.md
// says what stands where; data_fields() which keys an event's data has. A reader keeps its buffers
// and is not for use from several threads.
//
// Invariants
// 1. What was written reads as an equal event, as far as the event's type has its fields: every
//    field of the type's row, the time, and the procedure, pool, replica and memory it came from.
// 2. A line that reads without a fault has each required key once, and no other but those allowed;
//    of the event itself these are all that CloudEvents allows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <holdfast/model/events.h>
#include <holdfast/replay/entity_names.h>
#include <holdfast/replay/log_format.h>

namespace holdfast {

struct LoggedEvent {
  Event event;
  std::uint64_t sequence = 0;
  std::uint64_t causation = no_causation;  // the sequence of the event that led to it
  std::string correlation;                 // "task/598"; empty: none
  bool assumed = false;                    // no line of what the log was made from states it
  // Of what the log was made from: the line that states it or made it necessary. 0: none is known.
  std::int64_t source_line = 0;
  std::int64_t line = 0;                   // of its file, from 1; 0: of none

  bool operator==(const LoggedEvent&) const = default;
};

// --- writing ---

// The largest number of a line that an event may carry: CloudEvents has whole numbers of 32 bits.
inline constexpr std::int64_t most_source_line = INT32_MAX;

// Appends the event's line with its line break. Empty, or why it has none; `out` is then unchanged.
// A source line that is not from 1 to the largest is left out.
// Requires: `names` noted the events before this one, and not yet this one; `correlation` is UTF-8.
std::string_view append_event(const Event& event, const EntityNames& names, std::uint64_t sequence,
                              std::uint64_t causation, std::string_view correlation,
                              std::string& out, bool assumed = false,
                              std::int64_t source_line = 0);

// Appends what the event belongs to: its task, else its pod, pool or procedure; else nothing.
void append_correlation(const Event& event, const EntityNames& names, std::string& out);

// Appends the line of log.opened with its line break. Empty, or why it has none.
// Requires: the texts are UTF-8.
std::string_view append_header(const LogHeader& header, std::string& out);

// --- reading ---

// What is wrong with a line, by kind. A lenient reader counts by it.
enum class LineFaultKind : std::uint8_t {
  not_json, too_long, unknown_type, missing_field, unknown_field, wrong_value, unknown_entity,
  sequence_gap, refused
};
inline constexpr int line_fault_kinds = static_cast<int>(LineFaultKind::refused) + 1;
// "unknown type"
std::string_view text_of(LineFaultKind kind);

// What is wrong with a line and where: `length` bytes from `offset`.
struct LineFault {
  LineFaultKind kind = LineFaultKind::not_json;
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
};

// Readable bytes that have to follow a line in memory; what they hold does not matter.
inline constexpr std::size_t line_padding = 64;

class LineReader {
 public:
  LineReader();
  ~LineReader();
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;

  // Both read one line without its line break, or say what is wrong with it; the result is then
  // unspecified. Requires: line_padding readable bytes behind the line.
  const LineFault* read_header(std::string_view line, LogHeader& header);
  // Requires: `names` noted the events before this one.
  const LineFault* read_event(std::string_view line, const EntityNames& names, LoggedEvent& out);

  // Whether the line is one complete JSON value: for a line that may be cut. Slower than reading.
  bool is_complete(std::string_view line);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast
