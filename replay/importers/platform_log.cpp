#include <holdfast/replay/importers/platform_log.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

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
               std::move(sink)),
        rows_(world_),
        last_time_(options.start) {}

  void take(std::string_view line);
  void pass_over(UnusedLine kind) { ++summary_.unused[static_cast<std::size_t>(kind)]; }
  void count_line() { ++summary_.lines; }
  void finish() { rows_.finish(); }
  const World& world() const { return world_.world(); }
  LogHeader header() const;
  ImportSummary summary() const;

 private:
  void use(const LineShape& shape, const LineFields& fields, Moment time);

  ImportOptions options_;
  ShapeIndex shapes_;
  ImportedWorld world_;
  PlatformRows rows_;
  ImportSummary summary_;
  LineFields fields_;
  Moment last_time_;
  Moment first_time_ = never;
  bool follows_line_ = false;  // a line with a prefix came before: others may continue it
};

void PlatformLogImporter::Impl::take(std::string_view line) {
  count_line();
  if (is_blank(line)) return pass_over(UnusedLine::blank);
  while (line.ends_with('\r')) line.remove_suffix(1);
  const PlatformLine parts = take_apart(line, options_.zone_us);
  if (const auto other = other_writer(line, parts)) return pass_over(*other);
  const bool has_prefix = parts.time != never;
  if (has_prefix) {
    last_time_ = parts.time;
    follows_line_ = true;
  }
  // Without a prefix only a tag tells a message from the rest of one before it.
  const bool may_match = has_prefix || !parts.tag.empty();
  const LineShape* shape =
      may_match ? shapes_.match(parts.tag, parts.text, fields_) : nullptr;
  if (shape != nullptr) {
    if (last_time_ == never) return pass_over(UnusedLine::without_time);
    return use(*shape, fields_, last_time_);
  }
  const bool continues = !has_prefix && parts.tag.empty() && follows_line_;
  pass_over(continues ? UnusedLine::continuation : UnusedLine::unknown_shape);
}

void PlatformLogImporter::Impl::use(const LineShape& shape, const LineFields& fields,
                                    Moment time) {
  if (first_time_ == never) first_time_ = time;
  if (rows_.take(shape, fields, time, summary_.lines)) {
    ++summary_.understood[shape.row];
  } else {
    pass_over(UnusedLine::unusable_name);
  }
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
  return result;
}

bool write_events(const ImportResult& result, LogWriter& log) {
  std::uint64_t sequence = log_opened_sequence;
  return std::all_of(result.events.begin(), result.events.end(),
                     [&](const ImportedEvent& imported) {
                       ++sequence;
                       return imported.assumed
                                  ? log.write_assumed(imported.event, sequence, imported.cause)
                                  : log.write(imported.event, sequence, imported.cause);
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

}  // namespace holdfast
