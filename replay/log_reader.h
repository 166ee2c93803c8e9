// Reads a log and folds it, strictly and as a stream: a log of any length in bounded memory.
//
//   LogReader log;
//   if (!log.open("restart.jsonl.zst")) return log.error();
//   while (const LoggedEvent* event = log.next()) {
//     // log.world() is the world before the event
//     if (!log.fold()) break;
//     // and here the world after it
//   }
//   // log.error(): why it ended early; log.warning(): it was cut off
//
// In two phases because a property looks at both sides of an event. Who looks at one side only may
// leave out fold(): next() folds the event before unless that was done.
//
// Strict, the first line that is wrong ends the reading with an error. Lenient, such a line is
// passed over and counted; what cannot be opened, or has no good header, is an error all the same.
// A log that was cut off in its last line, or in its last zstd frame, is read up to the last whole
// event, with a warning.
//
// Not for use from several threads.
#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <holdfast/model/model.h>
#include <holdfast/replay/event_json.h>
#include <holdfast/sim/input/diagnostic.h>

namespace holdfast {

struct LogReaderOptions {
  bool lenient = false;
  std::size_t max_line_bytes = std::size_t{16} << 20U;
};

// What a lenient reader could not use.
struct PassedOver {
  std::array<std::uint64_t, line_fault_kinds> lines{};  // by LineFaultKind
  // Places where the sequence jumps ahead for no line that was passed over. Their events are used.
  std::uint64_t gaps = 0;

  std::uint64_t total() const;
  bool empty() const { return total() == 0 && gaps == 0; }
  // "passed over 3 lines (2 unknown type, 1 refused by the model); 1 gap in the sequence"; empty if
  // nothing was.
  std::string text() const;

  bool operator==(const PassedOver&) const = default;
};

class LogReader {
 public:
  static constexpr std::size_t max_notes = 20;

  explicit LogReader(LogReaderOptions options = {});
  ~LogReader();
  LogReader(LogReader&&) noexcept;
  LogReader& operator=(LogReader&&) noexcept;

  // Opens a log and reads its header. False: error() says why. A stream is what `-` stands for;
  // `name` stands for it in messages.
  [[nodiscard]] bool open(const std::string& path);
  [[nodiscard]] bool open(std::istream& stream, std::string name);

  const LogHeader& header() const;
  const Setup& setup() const;

  // The next event, parsed and not yet folded; valid until the next call. Null at the end, and once
  // there is an error.
  const LoggedEvent* next();
  // Folds the event that next() returned. False if the state machines refuse it; the world is then
  // unchanged, and strict that is the end.
  bool fold();

  // The world after all that was folded.
  const World& world() const;
  const EntityNames& names() const;
  // The world's time: at the event that next() returned last, before the first one at the start.
  Clock clock() const;
  std::uint64_t folded() const;

  const std::optional<Diagnostic>& error() const;
  const std::optional<Diagnostic>& warning() const;
  const PassedOver& passed_over() const;
  // Lenient: the first few of what was passed over.
  const std::vector<Diagnostic>& notes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast
