#include <holdfast/replay/importers/platform_log.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/replay/importers/platform_rows.h>

namespace holdfast {
namespace {

Setup setup_for(const std::string& profile) {
  Setup setup;
  const Profile* found = find_profile(profile);
  if (found != nullptr) setup.knobs = found->knobs;
  // Names stay those of the log: no place of the dead is used again.
  setup.keep_everything = true;
  return setup;
}

// Rows without an event of which a reader should know: why a task waits, what was not done.
constexpr std::string_view telling_rows[] = {
    "KD06", "KS07", "KS09", "KS18", "KS19", "KS29", "KS31", "KS46", "KS47", "KS48", "KS49",
    "KS50", "KS56", "KS64", "KS66", "PM05", "PM14", "PM23", "TQ05", "TQ06", "TQ15", "TQ25",
    "TQ29", "TQ37", "TQ70", "TQ76"};

bool is_telling(std::string_view row) {
  return std::find(std::begin(telling_rows), std::end(telling_rows), row) !=
         std::end(telling_rows);
}

// Lines that come all the time: one that is not placed is no news.
bool is_frequent(std::string_view row) { return row == "RW40"; }

// The log takes the time before it writes, so lines of one second may stand behind the next.
constexpr std::int64_t usual_step_back_us = second;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

}  // namespace

std::int64_t ImportSummary::unused_lines() const {
  return std::accumulate(unused.begin(), unused.end(), std::int64_t{0});
}

std::string ImportSummary::text() const {
  std::string out = fmt::format("lines {}: understood {}, passed over {}\n", lines,
                                understood_lines(), unused_lines());
  for (std::size_t i = 0; i < unused.size(); ++i) {
    if (unused[i] == 0) continue;
    out += fmt::format("  {} {}\n", text_of(static_cast<UnusedLine>(i)), unused[i]);
  }
  if (silent != 0) {
    out += fmt::format("understood without an event {}", silent);
    if (unplaced != 0) out += fmt::format(", of them without a known pool or pod {}", unplaced);
    out += '\n';
  }
  if (went_back != 0) {
    out += fmt::format("time goes back {} times, first by {} at line {}\n", went_back,
                       duration_text(first_back_us), first_back_line);
  }
  out += fmt::format("events {}, of them assumed {}\n", events, assumed);
  if (measured != 0) {
    out += fmt::format("slots reported {} times, {} times not as the lines before tell\n",
                       measured, measured_otherwise);
  }
  if (refused != 0) out += fmt::format("left out {}, first {}\n", refused, first_refusal);
  return out;
}

class PlatformLogImporter::Impl {
 public:
  Impl(const ImportOptions& options, ImportedWorld::Sink sink)
      : options_(options),
        world_(setup_for(options.profile), options.min_replicas, options.max_replicas,
               [this, sink = std::move(sink)](const ImportedEvent& imported) {
                 note_told(imported.line);
                 sink(imported);
               }),
        rows_(world_),
        last_time_(options.start) {}

  void take(std::string_view line);
  void pass_over(UnusedLine kind) { ++summary_.unused[static_cast<std::size_t>(kind)]; }
  void count_line() { ++summary_.lines; }
  void finish();
  const std::vector<ImportNote>& notes() const { return notes_; }
  const World& world() const { return world_.world(); }
  const std::vector<std::uint64_t>& guessed_types() const { return world_.guessed_types(); }
  LogHeader header() const;
  ImportSummary summary() const;

 private:
  // What became of a line that was understood; of others nothing is kept.
  enum class Use : std::uint8_t { none, told, silent, unplaced };

  void use(const LineShape& shape, const LineFields& fields, Moment time,
           const PlatformLine& parts);
  void note_time(Moment time);
  void note_told(std::int64_t line);
  void note_silent(const LineShape& shape, Moment time, const PlatformLine& parts);
  void continue_note(std::string_view text);
  Use& use_of(std::int64_t line);

  ImportOptions options_;
  ShapeIndex shapes_;
  ImportedWorld world_;
  PlatformRows rows_;
  ImportSummary summary_;
  LineFields fields_;
  Moment last_time_;
  Moment first_time_ = never;
  bool follows_line_ = false;  // a line with a prefix came before: others may continue it
  std::vector<Use> uses_;      // by line
  std::vector<ImportNote> notes_;
};

void PlatformLogImporter::Impl::take(std::string_view line) {
  count_line();
  if (is_blank(line)) return pass_over(UnusedLine::blank);
  while (line.ends_with('\r')) line.remove_suffix(1);
  const PlatformLine parts = take_apart(line, options_.zone_us);
  if (const auto other = other_writer(line, parts)) return pass_over(*other);
  const bool has_prefix = parts.time != never;
  if (has_prefix) {
    note_time(parts.time);
    last_time_ = parts.time;
    follows_line_ = true;
  }
  // Without a prefix only a tag tells a message from the rest of one before it.
  const bool may_match = has_prefix || !parts.tag.empty();
  const LineShape* shape =
      may_match ? shapes_.match(parts.tag, parts.text, fields_) : nullptr;
  if (shape != nullptr) {
    if (last_time_ == never) return pass_over(UnusedLine::without_time);
    return use(*shape, fields_, last_time_, parts);
  }
  const bool continues = !has_prefix && parts.tag.empty() && follows_line_;
  if (continues) continue_note(parts.text);
  pass_over(continues ? UnusedLine::continuation : UnusedLine::unknown_shape);
}

void PlatformLogImporter::Impl::use(const LineShape& shape, const LineFields& fields, Moment time,
                                    const PlatformLine& parts) {
  if (first_time_ == never) first_time_ = time;
  if (!rows_.take(shape, fields, time, summary_.lines)) {
    use_of(summary_.lines) = Use::none;
    return pass_over(UnusedLine::unusable_name);
  }
  ++summary_.understood[shape.row];
  if (use_of(summary_.lines) != Use::told) note_silent(shape, time, parts);
}

void PlatformLogImporter::Impl::note_time(Moment time) {
  if (!follows_line_ || last_time_.us - time.us <= usual_step_back_us) return;
  if (summary_.went_back++ != 0) return;
  summary_.first_back_line = summary_.lines;
  summary_.first_back_us = last_time_.us - time.us;
}

PlatformLogImporter::Impl::Use& PlatformLogImporter::Impl::use_of(std::int64_t line) {
  const auto place = static_cast<std::size_t>(line);
  if (uses_.size() <= place) uses_.resize(place + 1, Use::none);
  return uses_[place];
}

// What some lines tell is known only at one of the next: they were silent so far.
void PlatformLogImporter::Impl::note_told(std::int64_t line) { use_of(line) = Use::told; }

void PlatformLogImporter::Impl::note_silent(const LineShape& shape, Moment time,
                                            const PlatformLine& parts) {
  const bool unplaced = !shape.events.empty() && !rows_.is_placed();
  use_of(summary_.lines) = unplaced ? Use::unplaced : Use::silent;
  if (!options_.keep_notes) return;
  const bool tells = (unplaced && !is_frequent(shape.row)) || is_telling(shape.row);
  const std::string tag = parts.tag.empty() ? std::string() : fmt::format("[{}] ", parts.tag);
  notes_.push_back({summary_.lines, time, static_cast<std::uint64_t>(world_.events()), tells,
                    tag + std::string(parts.text)});
}

void PlatformLogImporter::Impl::continue_note(std::string_view text) {
  constexpr std::size_t longest_note = 500;
  if (notes_.empty() || notes_.back().line + 1 != summary_.lines) return;
  std::string& note = notes_.back().text;
  if (note.size() + text.size() > longest_note) return;
  if (!note.ends_with(' ')) note += ' ';
  note += text;
}

void PlatformLogImporter::Impl::finish() {
  rows_.finish();
  std::erase_if(notes_, [&](const ImportNote& note) { return use_of(note.line) == Use::told; });
}

LogHeader PlatformLogImporter::Impl::header() const {
  LogHeader header;
  header.profile = find_profile(options_.profile) == nullptr ? "" : options_.profile;
  header.imported = "platform";
  header.start = first_time_;
  header.zone_us = options_.zone_us;
  header.replicas = 1;
  header.setup = world_.setup();
  return header;
}

ImportSummary PlatformLogImporter::Impl::summary() const {
  ImportSummary summary = summary_;
  summary.events = world_.events();
  summary.assumed = world_.assumed();
  summary.refused = world_.refusals();
  summary.first_refusal = world_.first_refusal();
  summary.silent = std::count(uses_.begin(), uses_.end(), Use::silent);
  summary.unplaced = std::count(uses_.begin(), uses_.end(), Use::unplaced);
  summary.silent += summary.unplaced;
  summary.measured = rows_.measured();
  summary.measured_otherwise = rows_.measured_otherwise();
  return summary;
}

PlatformLogImporter::PlatformLogImporter(const ImportOptions& options, ImportedWorld::Sink sink)
    : impl_(std::make_unique<Impl>(options, std::move(sink))) {}
PlatformLogImporter::~PlatformLogImporter() = default;

void PlatformLogImporter::take(std::string_view line) { impl_->take(line); }
void PlatformLogImporter::take_too_long() {
  impl_->count_line();
  impl_->pass_over(UnusedLine::too_long);
}
void PlatformLogImporter::finish() { impl_->finish(); }
const World& PlatformLogImporter::world() const { return impl_->world(); }
LogHeader PlatformLogImporter::header() const { return impl_->header(); }
ImportSummary PlatformLogImporter::summary() const { return impl_->summary(); }
std::vector<ImportNote> PlatformLogImporter::notes() const { return impl_->notes(); }
std::vector<std::uint64_t> PlatformLogImporter::guessed_types() const {
  return impl_->guessed_types();
}

ImportResult import_platform_log(LogLines& lines, const ImportOptions& options) {
  ImportResult result;
  PlatformLogImporter importer(options, [&](const ImportedEvent& imported) {
    result.events.push_back(imported);
  });
  std::string_view line;
  while (true) {
    const LogLines::Kind kind = lines.next(line);
    if (kind == LogLines::Kind::end) break;
    if (kind == LogLines::Kind::failure) {
      result.failure = lines.source().failure();
      break;
    }
    if (kind == LogLines::Kind::too_long) {
      importer.take_too_long();
    } else {
      importer.take(line);
    }
  }
  importer.finish();
  result.header = importer.header();
  result.world = importer.world();
  result.summary = importer.summary();
  result.notes = importer.notes();
  result.guessed_types = importer.guessed_types();
  return result;
}

bool write_events(const ImportResult& result, LogWriter& log) {
  std::uint64_t sequence = log_opened_sequence;
  return std::all_of(result.events.begin(), result.events.end(),
                     [&](const ImportedEvent& imported) {
                       ++sequence;
                       return log.write_imported(imported.event, sequence, imported.cause,
                                                 imported.assumed, imported.line);
                     });
}

bool is_platform_log(std::string_view beginning) {
  static const ShapeIndex shapes;
  LineFields fields;
  constexpr int most_lines = 200;
  for (int i = 0; i < most_lines && !beginning.empty(); ++i) {
    const std::size_t end = std::min(beginning.find('\n'), beginning.size());
    std::string_view line = beginning.substr(0, end);
    beginning.remove_prefix(std::min(end + 1, beginning.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (is_blank(line)) continue;
    const PlatformLine parts = take_apart(line, 0);
    if (other_writer(line, parts)) continue;
    const bool may_match = parts.time != never || !parts.tag.empty();
    if (may_match && shapes.match(parts.tag, parts.text, fields) != nullptr) return true;
  }
  return false;
}

// Its events are JSON objects, a line each.
bool is_kubernetes_audit_log(std::string_view beginning) {
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  if (first == beginning.npos || beginning[first] != '{') return false;
  const std::string_view line = beginning.substr(first, beginning.find('\n', first) - first);
  return line.find("\"auditID\"") != line.npos && line.find("\"specversion\"") == line.npos;
}

}  // namespace holdfast
