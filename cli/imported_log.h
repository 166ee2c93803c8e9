// What `replay` says of a log that was imported: from what, which of its events no line of that
// states, but have to have been, which lines stand behind events, and which told none. These are
// marked and told in the timeline.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <holdfast/cli/find_log.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/replay_report.h>
#include <holdfast/reports/timeline.h>
#include <holdfast/reports/tone.h>

namespace holdfast {

// "imported  5 lines: 4 understood, …; 22 events, 16 of them assumed, marked *"; empty for the log
// of a run. `tells`: a timeline follows, in which they are marked.
// Requires: the log was folded.
std::string imported_line(const FoundLog& found, const Replayer& replayer, bool tells, Paint paint);

// Writes `imported`: null for the log of a run; what the lines were is null where the import was
// before. Requires: the log was folded.
void write_imported(JsonWriter& json, const FoundLog& found, const Replayer& replayer);

// Why a log that shows no violation shows nothing at all; empty: it shows something.
// Requires: the log was folded.
std::string nothing_told(const FoundLog& found, const Replayer& replayer);

// The earliest moment of a log: of others' logs it may lie before their start. Looks on while the
// log is folded. Not for use from several threads.
class EarliestMoment : public Observer {
 public:
  void before(const World&, const Clock& clock, const Occurrence&) override {
    if (clock.now() < moment_) moment_ = clock.now();
  }
  void after(const World&, const Clock&, const Occurrence&) override {}

  // How long before `start`; 0: not before it.
  std::int64_t before_us(Moment start) const {
    return moment_ < start ? start.us - moment_.us : 0;
  }

 private:
  Moment moment_{INT64_MAX};
};

// Tells the timeline, at their places, the lines of which there is no event, and the findings the
// lines of their events. Looks on while the log is folded. Not for use from several threads.
class ImportedLines : public Observer {
 public:
  // Requires: everything outlives this; of the observers this comes before the timeline.
  ImportedLines(const Replayer& replayer, const std::vector<ImportNote>& notes, Timeline& timeline,
                std::vector<Finding>& findings)
      : replayer_(replayer), notes_(notes), timeline_(timeline), findings_(findings) {}

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World&, const Clock&, const Occurrence&) override {}
  // The log is folded as far as it is to be.
  void finish();

 private:
  void tell_next();

  const Replayer& replayer_;
  const std::vector<ImportNote>& notes_;
  Timeline& timeline_;
  std::vector<Finding>& findings_;
  std::size_t told_ = 0;
};

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
