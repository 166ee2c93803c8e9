#include <holdfast/replay/log_writer.h>

#include <utility>

#include <fmt/format.h>

#include <holdfast/replay/entity_names.h>
#include <holdfast/replay/event_json.h>
#include <holdfast/replay/log_sink.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {
namespace {

constexpr std::size_t pushed_bytes = std::size_t{128} << 10U;
constexpr std::size_t flushed_bytes = std::size_t{1} << 20U;

bool is_utf8(std::string_view text) { return first_invalid_utf8(text) == text.size(); }

// The first text of the header that is no UTF-8, or an empty one.
std::string_view broken_text(const LogHeader& header) {
  for (const std::string* text :
       {&header.program_version, &header.scenario, &header.profile, &header.imported}) {
    if (!is_utf8(*text)) return *text;
  }
  for (const auto* ids : {&header.setup.pools, &header.setup.workspaces}) {
    for (const std::string& id : *ids) {
      if (!is_utf8(id)) return id;
    }
  }
  return {};
}

}  // namespace

class LogWriter::Impl {
 public:
  bool begin(const LogHeader& header) {
    names_ = EntityNames(header.setup);
    if (const std::string_view text = broken_text(header); !text.empty()) {
      return fail(fmt::format("cannot write the log's header: {} is not UTF-8", in_quotes(text)));
    }
    const std::string_view refusal = append_header(header, text_);
    if (!refusal.empty()) return fail(fmt::format("cannot write the log's header: {}", refusal));
    return flush();
  }

  bool write(const Event& event, std::uint64_t sequence, std::uint64_t causation,
             std::string_view correlation, bool assumed, std::int64_t source_line) {
    if (error_) return false;
    if (sequence != last_ + 1) {
      return fail(fmt::format("cannot write event {}: {} is expected next", sequence, last_ + 1));
    }
    if (!is_utf8(correlation)) return refuse(event, sequence, "its correlation is not UTF-8");
    const std::string_view refusal =
        append_event(event, names_, sequence, causation, correlation, text_, assumed,
                     source_line);
    if (!refusal.empty()) return refuse(event, sequence, refusal);
    names_.note(event);
    last_ = sequence;
    if (text_.size() < pushed_bytes) return true;
    if (unflushed_ + text_.size() >= flushed_bytes) return flush();
    return push();
  }

  bool write(const Event& event, std::uint64_t sequence, std::uint64_t causation, bool assumed,
             std::int64_t source_line) {
    correlation_.clear();
    append_correlation(event, names_, correlation_);
    return write(event, sequence, causation, correlation_, assumed, source_line);
  }

  bool flush() {
    if (!push()) return false;
    if (!sink.flush()) return sink_failed();
    unflushed_ = 0;
    reported = last_;
    return true;
  }

  bool close() {
    if (error_) return false;
    if (!push()) return false;
    if (!sink.close()) return sink_failed();
    reported = last_;
    return true;
  }

  bool fail(std::string message) {
    if (!error_) error_ = Diagnostic{name, {}, std::move(message), {}, {}};
    return false;
  }
  bool sink_failed() { return fail(fmt::format("cannot write: {}", sink.failure())); }
  const std::optional<Diagnostic>& error() const { return error_; }

  LogSink sink;
  std::string name;
  std::uint64_t reported = log_opened_sequence;

 private:
  bool push() {
    if (error_) return false;
    if (!sink.write(text_)) return sink_failed();
    unflushed_ += text_.size();
    text_.clear();
    return true;
  }
  bool refuse(const Event& event, std::uint64_t sequence, std::string_view why) {
    return fail(fmt::format("cannot write event {}, {}: {}", sequence, info(event.type).name, why));
  }

  EntityNames names_;
  std::string text_;         // whole lines that the sink has not yet
  std::string correlation_;
  std::size_t unflushed_ = 0;
  std::uint64_t last_ = log_opened_sequence;
  std::optional<Diagnostic> error_;
};

LogWriter::LogWriter() : impl_(std::make_unique<Impl>()) {}

LogWriter::~LogWriter() {
  if (impl_ && impl_->sink.is_open()) static_cast<void>(impl_->close());
}

LogWriter::LogWriter(LogWriter&&) noexcept = default;
LogWriter& LogWriter::operator=(LogWriter&&) noexcept = default;

bool LogWriter::open(const std::string& path, const LogHeader& header) {
  impl_ = std::make_unique<Impl>();
  impl_->name = path;
  if (impl_->sink.open(path, path.ends_with(".zst"))) return impl_->begin(header);
  return impl_->fail(fmt::format("cannot open: {}", impl_->sink.failure()));
}

bool LogWriter::open(std::ostream& stream, std::string name, bool compressed,
                     const LogHeader& header) {
  impl_ = std::make_unique<Impl>();
  impl_->name = std::move(name);
  return impl_->sink.open(stream, compressed) && impl_->begin(header);
}

bool LogWriter::write(const Event& event, std::uint64_t sequence, std::uint64_t causation) {
  return impl_->write(event, sequence, causation, false, 0);
}

bool LogWriter::write(const Event& event, std::uint64_t sequence, std::uint64_t causation,
                      std::string_view correlation) {
  return impl_->write(event, sequence, causation, correlation, false, 0);
}

bool LogWriter::write_assumed(const Event& event, std::uint64_t sequence,
                              std::uint64_t causation) {
  return impl_->write(event, sequence, causation, true, 0);
}

bool LogWriter::write_imported(const Event& event, std::uint64_t sequence,
                               std::uint64_t causation, bool assumed, std::int64_t source_line) {
  return impl_->write(event, sequence, causation, assumed, source_line);
}

bool LogWriter::flush() { return impl_->flush(); }

bool LogWriter::close() { return impl_->close(); }

std::uint64_t LogWriter::reported() const { return impl_->reported; }

const std::optional<Diagnostic>& LogWriter::error() const { return impl_->error(); }

}  // namespace holdfast
