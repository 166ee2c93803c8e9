// The platform's own text log as events: reads what its server wrote line by line and folds the
// events that the lines tell. A log shows a part only; where the fold would refuse what it shows,
// the fewest events that make it possible are put before it, marked as assumed. README.md in this
// folder says which line becomes which events.
//
//   LogLines lines(ImportOptions{}.max_line_bytes);
//   if (!lines.source().open("server.log.zst")) …
//   const ImportResult result = import_platform_log(lines, {});
//   LogWriter log;
//   if (!log.open("server.jsonl", result.header) || !write_events(result, log)) …
//
// Times have the resolution of the log, one second; the order is that of its lines. Not for use
// from several threads.
//
// Invariants
// 1. Folding the events in their order from an empty world gives `world`; none is refused.
// 2. Every line is counted once: in `understood` by its row, or in `unused` by its kind.
// 3. Of every line that was understood there is an event, or it is counted as silent.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/replay/importers/imported_world.h>
#include <holdfast/replay/importers/platform_lines.h>
#include <holdfast/replay/log_format.h>
#include <holdfast/replay/log_source.h>
#include <holdfast/replay/log_writer.h>

namespace holdfast {

struct ImportOptions {
  std::int64_t zone_us = Clock::default_zone_us;  // of the log's times
  // The time of lines without one, until a line has one; never: such lines are passed over.
  Moment start = never;
  std::string profile = "production";             // whose knobs the header names
  // Of every pool: a log does not say its bounds.
  int min_replicas = 0;
  int max_replicas = 1000;
  std::size_t max_line_bytes = std::size_t{64} << 10U;
  bool keep_notes = false;                        // ImportResult::notes is wanted
};

// A line that was understood and of which there is no event.
struct ImportNote {
  std::int64_t line = 0;
  Moment time = never;
  std::uint64_t behind = 0;    // the sequence of the event after which it stands
  bool tells = false;          // something that a reader should see; else a line of every day
  std::string text;            // with its tag, and with what continues it
};

struct ImportSummary {
  std::int64_t lines = 0;
  std::map<std::string_view, std::int64_t> understood;       // by row
  std::array<std::int64_t, unused_line_kinds> unused{};      // by UnusedLine
  std::int64_t events = 0;
  std::int64_t assumed = 0;                                  // of them
  // Lines that were understood and of which there is no event, and those among them of which there
  // would be one if it were known where it belongs: the pool of a task, the pod of an agent.
  std::int64_t silent = 0;
  std::int64_t unplaced = 0;
  // Places where time goes back by more than a second, and the first of them.
  std::int64_t went_back = 0;
  std::int64_t first_back_line = 0;
  std::int64_t first_back_us = 0;
  // Lines that say what a memory holds, and those that do not agree with the events so far.
  std::int64_t measured = 0;
  std::int64_t measured_otherwise = 0;
  // Events that were left out because the fold refused them all the same, and the first of them.
  std::int64_t refused = 0;
  std::string first_refusal;

  std::int64_t unused_lines() const;
  // Lines that say something, but nobody knows when.
  std::int64_t timeless() const {
    return unused[static_cast<std::size_t>(UnusedLine::without_time)];
  }
  std::int64_t understood_lines() const { return lines - unused_lines(); }
  // For people: a line for each number.
  std::string text() const;
};

// Reads a log line by line and hands out its events as they come.
class PlatformLogImporter {
 public:
  PlatformLogImporter(const ImportOptions& options, ImportedWorld::Sink sink);
  ~PlatformLogImporter();
  PlatformLogImporter(const PlatformLogImporter&) = delete;
  PlatformLogImporter& operator=(const PlatformLogImporter&) = delete;

  // One line without its line break.
  void take(std::string_view line);
  // A line that was too long to be read.
  void take_too_long();
  // After the last line.
  void finish();

  const World& world() const;
  // What is known of the platform so far; complete after finish().
  LogHeader header() const;
  ImportSummary summary() const;
  // In the order of their lines, if the options want them; complete after finish().
  std::vector<ImportNote> notes() const;
  // The sequences of submissions of tasks whose type no line told before, in ascending order.
  std::vector<std::uint64_t> guessed_types() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct ImportResult {
  LogHeader header;
  std::vector<ImportedEvent> events;
  World world;                 // after all of them
  ImportSummary summary;
  std::vector<ImportNote> notes;
  std::vector<std::uint64_t> guessed_types;
  std::string failure;         // why the source could not be read to its end; empty: it was
};

// Imports every line of an open source.
ImportResult import_platform_log(LogLines& lines, const ImportOptions& options);

// Appends the events to a log that was opened with the result's header. False on failure;
// log.error() says why.
[[nodiscard]] bool write_events(const ImportResult& result, LogWriter& log);

// Whether a text that begins so is a log of the platform's server.
bool is_platform_log(std::string_view beginning);

// Whether a text that begins so is a log of Kubernetes' API server, which cannot be read yet.
bool is_kubernetes_audit_log(std::string_view beginning);

}  // namespace holdfast
