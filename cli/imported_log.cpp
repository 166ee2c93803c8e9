#include <holdfast/cli/imported_log.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include <holdfast/reports/labelled.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/time_text.h>
#include <holdfast/reports/verdict.h>
#include <holdfast/sim/scenario_reader_parts.h>

namespace holdfast {
namespace {

constexpr char mark = '*';

// " (1 unknown shape, 2 blank)"
std::string passed_over_text(const ImportSummary& summary) {
  std::string kinds;
  for (int kind = 0; kind < unused_line_kinds; ++kind) {
    const std::int64_t count = summary.unused[static_cast<std::size_t>(kind)];
    if (count == 0) continue;
    kinds += fmt::format("{}{} {}", kinds.empty() ? " (" : ", ", count,
                         text_of(static_cast<UnusedLine>(kind)));
  }
  return kinds.empty() ? kinds : kinds + ')';
}

// ", 3 of which told nothing"
std::string silent_text(const ImportSummary& summary) {
  if (summary.silent == 0) return {};
  return fmt::format(", {} of which told nothing", summary.silent);
}

// Passes over what paints text on a terminal.
std::size_t behind_colour(std::string_view line, std::size_t at) {
  if (at >= line.size() || line[at] != '\x1b') return at;
  const std::size_t end = line.find('m', at);
  return end == std::string_view::npos ? line.size() : end + 1;
}

// Behind the time that a line begins with, which ends with milliseconds.
std::size_t behind_time(std::string_view line) {
  const std::size_t point = line.find('.');
  if (point == std::string_view::npos) return line.size();
  const std::size_t end = line.find_first_not_of("0123456789", point + 1);
  return end == point + 4 ? end : line.size();
}

}  // namespace

std::string imported_line(const FoundLog& found, const Replayer& replayer, bool tells,
                          Paint paint) {
  const LogHeader& header = replayer.header();
  if (header.imported.empty()) return {};
  std::string text = fmt::format("from a log of the kind {}", printable_text(header.imported));
  std::int64_t events = static_cast<std::int64_t>(replayer.folded());
  std::int64_t assumed = static_cast<std::int64_t>(replayer.folded_assumed());
  if (found.imported) {
    const ImportSummary& summary = *found.imported;
    text = fmt::format("{}: {} understood{}, {} passed over{}", counted(summary.lines, "line"),
                       summary.understood_lines(), silent_text(summary), summary.unused_lines(),
                       passed_over_text(summary));
    events = summary.events;
    assumed = summary.assumed;
  }
  text += fmt::format("; {}, {} of them assumed", counted(events, "event"), assumed);
  if (tells && replayer.folded_assumed() != 0) text += fmt::format(", marked {}", mark);
  if (found.imported && found.imported->refused != 0) {
    text += fmt::format("; {} left out, the first: {}", found.imported->refused,
                        found.imported->first_refusal);
  }
  if (found.imported && found.imported->went_back != 0) {
    const std::int64_t times = found.imported->went_back;
    text += fmt::format("; time goes back {}by {} at line {}",
                        times == 1 ? "" : fmt::format("{} times, first ", times),
                        length_text(found.imported->first_back_us),
                        found.imported->first_back_line);
  }
  return labelled("imported", text, Tone::doubtful, paint);
}

std::string nothing_told(const FoundLog& found, const Replayer& replayer) {
  const bool is_empty = replayer.folded() == 0 && !replayer.stopped();
  if (replayer.header().imported.empty() || !is_empty) return {};
  if (!found.imported || found.imported->timeless() == 0) return "no line tells an event";
  return fmt::format("{} without a time, say by --start when the log was written",
                     counted(found.imported->timeless(), "line"));
}

void ImportedLines::before(const World&, const Clock&, const Occurrence& occurrence) {
  while (told_ < notes_.size() && notes_[told_].behind < occurrence.sequence) tell_next();
  for (Finding& finding : findings_) {
    if (finding.record->first.sequence != occurrence.sequence) continue;
    finding.source_line = replayer_.source_line();
  }
}

void ImportedLines::finish() {
  while (told_ < notes_.size()) {
    const ImportNote& next = notes_[told_];
    const bool is_reached = next.behind <= replayer_.sequence() &&
                            next.time <= replayer_.clock().now();
    if (replayer_.stopped() && !is_reached) return;
    tell_next();
  }
}

void ImportedLines::tell_next() {
  const ImportNote& note = notes_[told_++];
  timeline_.note(note.time, note.line, printable_text(note.text), note.tells);
}

void write_imported(JsonWriter& json, const FoundLog& found, const Replayer& replayer) {
  const LogHeader& header = replayer.header();
  if (header.imported.empty()) return json.null("imported");
  json.begin_object("imported");
  json.text("from", header.imported);
  if (found.imported) {
    const ImportSummary& summary = *found.imported;
    json.number("lines", summary.lines);
    json.number("understood", summary.understood_lines());
    json.number("told_nothing", summary.silent);
    json.number("unplaced", summary.unplaced);
    json.number("passed_over", summary.unused_lines());
    json.number("went_back", summary.went_back);
    json.number("events", summary.events);
    json.number("assumed", summary.assumed);
    json.number("left_out", summary.refused);
  } else {
    for (const char* key :
         {"lines", "understood", "told_nothing", "unplaced", "passed_over", "went_back"}) {
      json.null(key);
    }
    json.number("events", replayer.folded());
    json.number("assumed", replayer.folded_assumed());
    json.null("left_out");
  }
  json.end_object();
}

void AssumedMarks::before(const World&, const Clock&, const Occurrence& occurrence) {
  if (!replayer_.assumed()) return;
  const std::uint64_t sequence = occurrence.sequence;
  if (!rows_.empty() && rows_.back().second + 1 == sequence) {
    rows_.back().second = sequence;
  } else {
    rows_.emplace_back(sequence, sequence);
  }
}

bool AssumedMarks::is_assumed(std::uint64_t sequence) const {
  const auto behind = std::upper_bound(
      rows_.begin(), rows_.end(), sequence,
      [](std::uint64_t wanted, const auto& row) { return wanted < row.first; });
  return behind != rows_.begin() && sequence <= std::prev(behind)->second;
}

// The number is set to the right; two blanks stand behind it, and the mark takes the first.
std::string AssumedMarks::marked(std::string_view line) const {
  std::string text(line);
  const std::size_t cell = line.find_first_not_of(' ', behind_time(line));
  if (cell == std::string_view::npos) return text;
  const std::size_t digits = line.find_first_not_of(' ', behind_colour(line, cell));
  if (digits == std::string_view::npos) return text;
  std::uint64_t sequence = 0;
  const char* end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data() + digits, end, sequence);
  if (error != std::errc{} || !is_assumed(sequence)) return text;
  const std::size_t behind = behind_colour(line, static_cast<std::size_t>(rest - line.data()));
  if (line.substr(behind, 2) == "  ") text[behind] = mark;
  return text;
}

}  // namespace holdfast
