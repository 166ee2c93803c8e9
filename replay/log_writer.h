// Writes a log: the header, then one line per event, to a file or a stream. A file whose name ends
// in `.zst` is compressed. The format is LOG_FORMAT.md's.
//
// Not for use from several threads.
//
// Invariants
// 1. What is on disk ends with a whole line once the writer is flushed or closed.
// 2. A process that is killed loses no event up to reported().
// 3. Sequences follow each other without a gap, from 1.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <holdfast/model/events.h>
#include <holdfast/replay/log_format.h>
#include <holdfast/sim/input/diagnostic.h>

namespace holdfast {

class LogWriter {
 public:
  LogWriter();
  // Closes; an error then goes unnoticed.
  ~LogWriter();
  LogWriter(LogWriter&&) noexcept;
  LogWriter& operator=(LogWriter&&) noexcept;

  // All of these return false on failure, and from then on; error() says why.

  // Begins a log, in place of whatever the file held.
  [[nodiscard]] bool open(const std::string& path, const LogHeader& header);
  // `name` stands for the stream in messages.
  [[nodiscard]] bool open(std::ostream& stream, std::string name, bool compressed,
                          const LogHeader& header);

  // Appends an event. `correlation`: what it belongs to; made from the event unless given.
  // Requires: an open log; events in the order in which they were folded, none that was refused.
  [[nodiscard]] bool write(const Event& event, std::uint64_t sequence, std::uint64_t causation);
  [[nodiscard]] bool write(const Event& event, std::uint64_t sequence, std::uint64_t causation,
                           std::string_view correlation);

  // The same for an event that no line of what the log is made from states.
  [[nodiscard]] bool write_assumed(const Event& event, std::uint64_t sequence,
                                   std::uint64_t causation);

  // The same for an event that a line of what the log is made from states or made necessary.
  [[nodiscard]] bool write_imported(const Event& event, std::uint64_t sequence,
                                    std::uint64_t causation, bool assumed,
                                    std::int64_t source_line);

  // Reports everything so far as written. Done by itself about once per MiB of lines.
  [[nodiscard]] bool flush();
  // Ends the log.
  [[nodiscard]] bool close();

  // The sequence of the last event that is written for sure; log_opened_sequence: none is.
  std::uint64_t reported() const;
  const std::optional<Diagnostic>& error() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast
