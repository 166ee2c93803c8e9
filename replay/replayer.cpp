#include <holdfast/replay/replayer.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <holdfast/replay/json_text.h>
#include <holdfast/replay/memory_stream.h>
#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {

class Replayer::Impl {
 public:
  Impl(LogInput input, LogReaderOptions options)
      : input_(std::move(input)), options_(options), reader_(options) {}

  bool open();
  bool run(std::span<Observer* const> observers, const ReplayPoint& until);
  Clock clock() const;

  const LogReader& reader() const { return reader_; }
  std::uint64_t sequence() const { return sequence_; }
  bool stopped() const { return stopped_; }
  bool assumed() const { return assumed_; }
  std::int64_t source_line() const { return source_line_; }
  std::uint64_t folded_assumed() const { return folded_assumed_; }
  const std::optional<Diagnostic>& warning() const {
    return missing_ ? missing_ : reader_.warning();
  }

 private:
  bool rewind();
  bool look_ahead();
  bool is_opening(const LoggedEvent& logged) const;
  static bool is_behind(const LoggedEvent& logged, const ReplayPoint& until);
  void look_for_missing_end();
  Moment moment_of_end(const ReplayPoint& until) const;

  LogInput input_;
  LogReaderOptions options_;
  std::optional<MemoryInput> stream_;    // over the content, if there is some
  LogReader reader_;
  bool looked_ahead_ = false;
  std::uint64_t opening_ = 0;            // sequence of the last event of the opening
  std::vector<std::int64_t> refused_;    // lines that a lenient reader passes over at their fold
  std::uint64_t sequence_ = 0;
  Moment now_ = never;
  bool stopped_ = false;
  bool assumed_ = false;                 // the event that observers look at
  std::int64_t source_line_ = 0;         // of the same
  std::uint64_t folded_assumed_ = 0;
  std::optional<Diagnostic> missing_;    // that events are missing at the end
};

bool Replayer::Impl::open() { return rewind(); }

bool Replayer::Impl::rewind() {
  reader_ = LogReader(options_);
  sequence_ = log_opened_sequence;
  stopped_ = false;
  folded_assumed_ = 0;
  missing_.reset();
  if (input_.kept) return reader_.open(input_.kept->begin(), input_.path);
  if (!input_.content) return reader_.open(input_.path);
  return reader_.open(stream_.emplace(*input_.content), input_.path);
}

// What observers have to know of an event before it is folded and only the events after it, or the
// fold, tell: whether it belongs to the opening, and whether a lenient reader will refuse it.
bool Replayer::Impl::look_ahead() {
  looked_ahead_ = true;
  bool begins = true;
  while (const LoggedEvent* logged = reader_.next()) {
    begins = begins && is_opening(*logged);
    if (!begins && !options_.lenient) return true;
    // An opening ends with the timers that it arms; no step begins with one.
    if (begins && logged->event.type == EventType::server_timer_armed) {
      opening_ = logged->sequence;
    }
    const std::int64_t line = logged->line;
    if (reader_.fold()) continue;
    if (!options_.lenient) return true;  // the run will find it too
    refused_.push_back(line);
  }
  return true;
}

// Whether the event may belong to the opening.
bool Replayer::Impl::is_opening(const LoggedEvent& logged) const {
  return logged.causation == no_causation && logged.event.time <= reader_.header().start;
}

bool Replayer::Impl::is_behind(const LoggedEvent& logged, const ReplayPoint& until) {
  if (until.sequence) return logged.sequence > *until.sequence;
  return until.time && logged.event.time > *until.time;
}

bool Replayer::Impl::run(std::span<Observer* const> observers, const ReplayPoint& until) {
  if (!looked_ahead_ && (!rewind() || !look_ahead())) return false;
  if (!rewind()) return false;
  now_ = reader_.header().start;
  while (const LoggedEvent* logged = reader_.next()) {
    if (is_behind(*logged, until)) {
      stopped_ = true;
      break;
    }
    if (std::binary_search(refused_.begin(), refused_.end(), logged->line)) {
      (void)reader_.fold();
      continue;
    }
    const Occurrence occurrence{logged->event, logged->sequence, logged->causation, nullptr,
                                logged->sequence <= opening_};
    const Clock clock = reader_.clock();
    assumed_ = logged->assumed;
    source_line_ = logged->source_line;
    for (Observer* observer : observers) observer->before(reader_.world(), clock, occurrence);
    if (!reader_.fold()) break;
    for (Observer* observer : observers) observer->after(reader_.world(), clock, occurrence);
    sequence_ = logged->sequence;
    now_ = clock.now();
    if (assumed_) ++folded_assumed_;
  }
  if (!stopped_) look_for_missing_end();
  now_ = moment_of_end(until);
  return !reader_.error();
}

// A log that was cut off between two lines looks whole. But it may say how many events it has; and
// in a run whose course is not given step by step no timer is due and does not fire.
void Replayer::Impl::look_for_missing_end() {
  const LogHeader& header = reader_.header();
  if (header.end == never || warning() || reader_.error() || !reader_.passed_over().empty()) return;
  if (header.events != 0) {
    if (sequence_ >= header.events) return;
    missing_ = Diagnostic{input_.path, {},
                          fmt::format("cut off before its run ended: these are {} of its {} events",
                                      sequence_, header.events),
                          {}, {}};
    return;
  }
  Moment due{INT64_MAX};
  for (const Timer& timer : reader_.world().timers) {
    const bool is_armed = timer.kind != TimerKind::none && timer.due >= header.start;
    if (is_armed) due = std::min(due, timer.due);
  }
  if (due > header.end) return;
  std::string instant;
  append_instant(instant, due);
  missing_ = Diagnostic{input_.path, {},
                        fmt::format("cut off before its run ended: nothing shows that the timer "
                                    "fired that was due at {}", instant),
                        {}, {}};
}

// Up to when nothing more happens. After the last event of a log that was cut off nobody knows.
Moment Replayer::Impl::moment_of_end(const ReplayPoint& until) const {
  if (stopped_) return until.time.value_or(now_);
  const Moment end = reader_.header().end;
  if (until.sequence || end == never || warning()) return now_;
  return std::max(now_, until.time ? std::min(*until.time, end) : end);
}

Clock Replayer::Impl::clock() const {
  const LogHeader& header = reader_.header();
  return header.start == never ? Clock::untimed() : Clock::at(now_, header.zone_us);
}

Replayer::Replayer(LogInput input, LogReaderOptions options)
    : impl_(std::make_unique<Impl>(std::move(input), options)) {}
Replayer::~Replayer() = default;

bool Replayer::open() { return impl_->open(); }
bool Replayer::run(std::span<Observer* const> observers, const ReplayPoint& until) {
  return impl_->run(observers, until);
}
const LogHeader& Replayer::header() const { return impl_->reader().header(); }
const World& Replayer::world() const { return impl_->reader().world(); }
Clock Replayer::clock() const { return impl_->clock(); }
std::uint64_t Replayer::sequence() const { return impl_->sequence(); }
std::uint64_t Replayer::folded() const { return impl_->reader().folded(); }
bool Replayer::stopped() const { return impl_->stopped(); }
bool Replayer::assumed() const { return impl_->assumed(); }
std::int64_t Replayer::source_line() const { return impl_->source_line(); }
std::uint64_t Replayer::folded_assumed() const { return impl_->folded_assumed(); }
const std::optional<Diagnostic>& Replayer::error() const { return impl_->reader().error(); }
const std::optional<Diagnostic>& Replayer::warning() const { return impl_->warning(); }
const PassedOver& Replayer::passed_over() const { return impl_->reader().passed_over(); }
const std::vector<Diagnostic>& Replayer::notes() const { return impl_->reader().notes(); }

namespace {

constexpr std::string_view point_forms =
    "a sequence (57), an instant (2025-11-08T15:50:18Z), a time of the log's day "
    "(15:50:18.104233) or a duration after its start (+18s)";

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// HH:MM:SS with up to six digits of a fraction, as microseconds of a day.
std::optional<std::int64_t> read_time_of_day(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const TextResult<std::int64_t> instant =
      parse_instant("1970-01-01T" + std::string(text) + "Z");
  return instant.value;
}

}  // namespace

std::variant<ReplayPoint, std::string> read_replay_point(std::string_view text, Moment start,
                                                         std::int64_t zone_us) {
  if (all_digits(text)) {
    std::uint64_t sequence = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
    if (error == std::errc{}) return ReplayPoint{sequence, std::nullopt};
  }
  const auto refused = [&](std::string_view why) {
    return fmt::format("expected {}, found {}{}{}", point_forms, in_quotes(text),
                       why.empty() ? "" : ": ", why);
  };
  if (start == never) return refused("this log has no times, only sequences");
  if (text.starts_with('+')) {
    const TextResult<std::int64_t> length = parse_duration(text.substr(1));
    if (!length.value) return refused(length.error);
    return ReplayPoint{std::nullopt, Moment{start.us + *length.value}};
  }
  if (const std::optional<std::int64_t> of_day = read_time_of_day(text)) {
    const std::int64_t local_us = start.us + zone_us;
    Moment moment{local_us - local_us % day + *of_day - zone_us};
    // To the second: a log's first second counts as its start.
    if (moment.us < start.us - start.us % second) moment.us += day;
    return ReplayPoint{std::nullopt, moment};
  }
  const TextResult<std::int64_t> instant = parse_instant(text);
  if (!instant.value) return refused(text.find('T') == std::string_view::npos ? "" : instant.error);
  return ReplayPoint{std::nullopt, Moment{*instant.value}};
}

}  // namespace holdfast
