// What `replay` says of a log that was imported: from what, and which of its events no line of that
// states, but have to have been. These are marked in the timeline.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <holdfast/cli/find_log.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>

namespace holdfast {

// "imported  5 lines: 4 understood, …; 22 events, 16 of them assumed, marked *"; empty for the log
// of a run. `tells`: a timeline follows, in which they are marked.
// Requires: the log was folded.
std::string imported_line(const FoundLog& found, const Replayer& replayer, bool tells, Paint paint);

// Writes `imported`: null for the log of a run; what the lines were is null where the import was
// before. Requires: the log was folded.
void write_imported(JsonWriter& json, const FoundLog& found, const Replayer& replayer);

// Marks the lines of assumed events. Looks on while the log is folded for the timeline, and is
// given the lines that it writes. Keeps two numbers for every unbroken row of such events.
// Not for use from several threads.
class AssumedMarks : public Observer {
 public:
  // Requires: `replayer` outlives this, and of its observers this comes before the timeline.
  explicit AssumedMarks(const Replayer& replayer) : replayer_(replayer) {}

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World&, const Clock&, const Occurrence&) override {}

  // The line with a mark behind the number of its event if that is assumed; else as it is.
  std::string marked(std::string_view line) const;

 private:
  bool is_assumed(std::uint64_t sequence) const;

  const Replayer& replayer_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> rows_;  // first and last, in their order
};

}  // namespace holdfast
