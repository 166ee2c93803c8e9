#include <holdfast/replay/log_reader.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <holdfast/replay/event_fields.h>
#include <holdfast/replay/log_source.h>
#include <holdfast/replay/refusal.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {

class LogReader::Impl {
 public:
  explicit Impl(LogReaderOptions options)
      : options_(options), lines_(options.max_line_bytes) {}

  bool open(const std::string& path);
  bool open(std::istream& stream, std::string name);
  const LoggedEvent* next();
  bool fold();
  Clock clock() const;

  LogHeader header;
  World world;
  EntityNames names;
  std::uint64_t folded = 0;
  std::optional<Diagnostic> error;
  std::optional<Diagnostic> warning;
  PassedOver passed_over;
  std::vector<Diagnostic> notes;

 private:
  enum class Line : unsigned char { good, bad, no_more };

  bool read_header();
  Line read_line();
  Line read_event();
  bool follows(std::uint64_t sequence);
  Line end_of_lines(LogLines::Kind kind);

  bool refuse(const LineFault& fault);
  Line reject(const LineFault& fault) {
    refuse(fault);
    return Line::bad;
  }
  LineFault too_long() const;
  Diagnostic diagnose(const LineFault& fault) const;
  int line_number() const;
  bool fail(std::string message) {
    error = Diagnostic{name_, {}, std::move(message), {}, {}};
    return false;
  }
  void warn(std::string message) {
    warning = Diagnostic{name_, {line_number(), 1}, std::move(message), {}, {}};
  }

  LogReaderOptions options_;
  std::string name_;
  LogLines lines_;
  LineReader reader_;
  std::string_view text_;          // the line that was read last
  LoggedEvent event_;
  bool pending_ = false;           // event_ is not yet folded
  bool ended_ = false;
  std::uint64_t last_ = log_opened_sequence;
  bool last_is_known_ = true;      // no line was passed over since
};

bool LogReader::Impl::open(const std::string& path) {
  name_ = path;
  if (!lines_.source().open(path)) {
    return fail(fmt::format("cannot open: {}", lines_.source().failure()));
  }
  return read_header();
}

bool LogReader::Impl::open(std::istream& stream, std::string name) {
  name_ = std::move(name);
  lines_.source().open(stream);
  return read_header();
}

bool LogReader::Impl::read_header() {
  const LogLines::Kind kind = lines_.next(text_);
  const bool cut = kind == LogLines::Kind::open_line && !reader_.is_complete(text_);
  if (kind == LogLines::Kind::failure) {
    return fail(fmt::format("cannot read: {}", lines_.source().failure()));
  }
  if (kind == LogLines::Kind::end && !lines_.source().is_cut()) {
    return fail(fmt::format("expected a log that begins with '{}', found an empty file",
                            log_opened_type));
  }
  if (kind == LogLines::Kind::end || cut) {
    return fail("cut off in the middle of its first event: there is nothing to read");
  }
  const LineFault* fault = nullptr;
  const LineFault long_line = too_long();
  if (kind == LogLines::Kind::too_long) {
    fault = &long_line;
  } else {
    fault = reader_.read_header(text_, header);
  }
  if (fault != nullptr) {
    error = diagnose(*fault);
    return false;
  }
  names = EntityNames(header.setup);
  return true;
}

const LoggedEvent* LogReader::Impl::next() {
  if (pending_) fold();
  while (!error && !ended_) {
    if (read_line() == Line::good) {
      pending_ = true;
      return &event_;
    }
  }
  return nullptr;
}

LogReader::Impl::Line LogReader::Impl::read_line() {
  const LogLines::Kind kind = lines_.next(text_);
  switch (kind) {
    case LogLines::Kind::too_long: return reject(too_long());
    case LogLines::Kind::line: return read_event();
    case LogLines::Kind::open_line:
      if (reader_.is_complete(text_)) return read_event();
      ended_ = true;
      warn("cut off in the middle of this line, the last one: read up to the event before it");
      return Line::no_more;
    case LogLines::Kind::end:
    case LogLines::Kind::failure: break;
  }
  return end_of_lines(kind);
}

LogReader::Impl::Line LogReader::Impl::end_of_lines(LogLines::Kind kind) {
  ended_ = true;
  if (kind == LogLines::Kind::failure) {
    fail(fmt::format("cannot read on after line {}: {}", line_number(),
                     lines_.source().failure()));
  } else if (lines_.source().is_cut()) {
    warn("cut off in the middle of its last zstd frame, after this line: read up to its event");
  }
  return Line::no_more;
}

LogReader::Impl::Line LogReader::Impl::read_event() {
  event_.line = lines_.number();
  if (const LineFault* fault = reader_.read_event(text_, names, event_)) return reject(*fault);
  if (!follows(event_.sequence)) return Line::bad;
  last_ = event_.sequence;
  last_is_known_ = true;
  return Line::good;
}

// Whether the event may come now.
bool LogReader::Impl::follows(std::uint64_t sequence) {
  if (sequence == last_ + 1) return true;
  const bool ahead = sequence > last_;
  if (ahead && !last_is_known_) return true;  // what is missing are the lines passed over
  if (ahead && options_.lenient) {
    ++passed_over.gaps;
    return true;
  }
  constexpr std::string_view key = "\"sequence\":";
  const std::size_t at = text_.find(key);
  const std::size_t begin = at == std::string_view::npos ? 0 : at + key.size();
  return refuse({LineFaultKind::sequence_gap, begin, std::to_string(sequence).size() + 2,
                 fmt::format("sequence: expected '{}' after the event before, found '{}'",
                             last_ + 1, sequence),
                 ahead ? "events are missing before this line" : "the line stands here twice, or "
                                                                 "too late"});
}

bool LogReader::Impl::fold() {
  if (!pending_) return false;
  pending_ = false;
  const Event& event = event_.event;
  const std::string_view refusal = evolve(world, event);
  if (refusal.empty()) {
    names.note(event);
    ++folded;
    return true;
  }
  const std::string_view type = logged_type(event.type);
  const std::size_t at = text_.find(type);
  return refuse({LineFaultKind::refused, at == std::string_view::npos ? 0 : at, type.size(),
                 fmt::format("the model refuses {}: {}", type, refusal),
                 state_before(world, names, event)});
}

// False, for the line is not used. Strict, that is the end.
bool LogReader::Impl::refuse(const LineFault& fault) {
  if (!options_.lenient) {
    error = diagnose(fault);
    return false;
  }
  ++passed_over.lines[static_cast<std::size_t>(fault.kind)];
  if (notes.size() < max_notes) notes.push_back(diagnose(fault));
  const bool has_sequence =
      fault.kind == LineFaultKind::refused || fault.kind == LineFaultKind::sequence_gap;
  if (!has_sequence) last_is_known_ = false;
  return false;
}

LineFault LogReader::Impl::too_long() const {
  return {LineFaultKind::too_long, 0, 1,
          fmt::format("the line is longer than {} bytes", options_.max_line_bytes), {}};
}

Diagnostic LogReader::Impl::diagnose(const LineFault& fault) const {
  const std::size_t offset = std::min(fault.offset, text_.size());
  const int column = static_cast<int>(count_code_points(text_.substr(0, offset))) + 1;
  const int length = static_cast<int>(count_code_points(text_.substr(offset, fault.length)));
  return {name_, {line_number(), column}, fault.message, fault.hint,
          make_excerpt(text_, column, std::max(length, 1))};
}

int LogReader::Impl::line_number() const {
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(lines_.number(), most));
}

Clock LogReader::Impl::clock() const {
  const Moment now = last_ == log_opened_sequence ? header.start : event_.event.time;
  if (header.start == never) return Clock::untimed();
  return Clock::at(now, header.zone_us);
}

std::uint64_t PassedOver::total() const {
  return std::accumulate(lines.begin(), lines.end(), std::uint64_t{0});
}

std::string PassedOver::text() const {
  std::string result;
  if (const std::uint64_t count = total(); count != 0) {
    std::string kinds;
    for (int i = 0; i < line_fault_kinds; ++i) {
      const std::uint64_t of_kind = lines[static_cast<std::size_t>(i)];
      if (of_kind == 0) continue;
      if (!kinds.empty()) kinds += ", ";
      kinds += fmt::format("{} {}", of_kind, text_of(static_cast<LineFaultKind>(i)));
    }
    result = fmt::format("passed over {} line{} ({})", count, count == 1 ? "" : "s", kinds);
  }
  if (gaps != 0) {
    if (!result.empty()) result += "; ";
    result += fmt::format("{} gap{} in the sequence", gaps, gaps == 1 ? "" : "s");
  }
  return result;
}

LogReader::LogReader(LogReaderOptions options) : impl_(std::make_unique<Impl>(options)) {}
LogReader::~LogReader() = default;
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;

bool LogReader::open(const std::string& path) { return impl_->open(path); }
bool LogReader::open(std::istream& stream, std::string name) {
  return impl_->open(stream, std::move(name));
}
const LogHeader& LogReader::header() const { return impl_->header; }
const Setup& LogReader::setup() const { return impl_->header.setup; }
const LoggedEvent* LogReader::next() { return impl_->next(); }
bool LogReader::fold() { return impl_->fold(); }
const World& LogReader::world() const { return impl_->world; }
const EntityNames& LogReader::names() const { return impl_->names; }
Clock LogReader::clock() const { return impl_->clock(); }
std::uint64_t LogReader::folded() const { return impl_->folded; }
const std::optional<Diagnostic>& LogReader::error() const { return impl_->error; }
const std::optional<Diagnostic>& LogReader::warning() const { return impl_->warning; }
const PassedOver& LogReader::passed_over() const { return impl_->passed_over; }
const std::vector<Diagnostic>& LogReader::notes() const { return impl_->notes; }

}  // namespace holdfast
