#include <holdfast/replay/log_source.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <istream>
#include <system_error>

#include <fmt/format.h>
#include <zstd.h>

#include <holdfast/replay/event_json.h>

namespace holdfast {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10U;
constexpr std::size_t shown_bytes = 256;
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";

}  // namespace

struct LogSource::Decompressor {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  std::vector<char> in = std::vector<char>(ZSTD_DStreamInSize());
  std::size_t at = 0;
  std::size_t size = 0;
  bool in_frame = false;

  Decompressor() = default;
  ~Decompressor() { ZSTD_freeDCtx(context); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
};

LogSource::LogSource() = default;

LogSource::~LogSource() {
  if (file_ != nullptr) std::fclose(file_);
}

bool LogSource::open(const std::string& path) {
  file_ = std::fopen(path.c_str(), "rb");
  if (file_ != nullptr) return true;
  failure_ = std::generic_category().message(errno);
  return false;
}

void LogSource::open(std::istream& stream) { stream_ = &stream; }

std::size_t LogSource::read(char* to, std::size_t room) {
  if (!failure_.empty() || cut_ || room == 0) return 0;
  if (!looked_) look_at_start();
  if (decompressor_) return decompress(to, room);
  if (start_used_ == start_size_) return read_raw(to, room);
  const std::size_t size = std::min(room, start_size_ - start_used_);
  std::copy_n(start_.data() + start_used_, size, to);
  start_used_ += size;
  return size;
}

void LogSource::look_at_start() {
  looked_ = true;
  while (start_size_ < start_.size()) {
    const std::size_t size = read_raw(start_.data() + start_size_, start_.size() - start_size_);
    if (size == 0) break;
    start_size_ += size;
  }
  // A file that was cut within the magic number was meant to be compressed.
  const std::string_view start(start_.data(), start_size_);
  if (start.empty() || !zstd_magic.starts_with(start)) return;
  decompressor_ = std::make_unique<Decompressor>();
  std::copy(start.begin(), start.end(), decompressor_->in.begin());
  decompressor_->size = start_size_;
  decompressor_->in_frame = true;
}

std::size_t LogSource::read_raw(char* to, std::size_t room) {
  if (stream_ != nullptr) {
    stream_->read(to, static_cast<std::streamsize>(room));
    if (stream_->bad()) failure_ = "the stream cannot be read";
    return static_cast<std::size_t>(stream_->gcount());
  }
  if (file_ == nullptr) return 0;
  const std::size_t size = std::fread(to, 1, room, file_);
  if (size == 0 && std::ferror(file_) != 0) failure_ = std::generic_category().message(errno);
  return size;
}

std::size_t LogSource::decompress(char* to, std::size_t room) {
  Decompressor& d = *decompressor_;
  ZSTD_outBuffer out{to, room, 0};
  while (out.pos == 0) {
    if (d.at == d.size) {
      d.at = 0;
      d.size = read_raw(d.in.data(), d.in.size());
    }
    const bool at_end = d.size == 0;
    if (at_end && !d.in_frame) return 0;
    ZSTD_inBuffer in{d.in.data(), d.size, d.at};
    const std::size_t left = ZSTD_decompressStream(d.context, &out, &in);
    if (ZSTD_isError(left) != 0) {
      failure_ = fmt::format("not valid zstd: {}", ZSTD_getErrorName(left));
      return 0;
    }
    d.at = in.pos;
    d.in_frame = left != 0;
    if (at_end && out.pos == 0) {
      cut_ = d.in_frame && failure_.empty();
      return 0;
    }
  }
  return out.pos;
}

LogLines::LogLines(std::size_t max_line_bytes)
    : max_line_bytes_(max_line_bytes), buffer_(chunk_bytes + line_padding) {}

LogLines::Kind LogLines::next(std::string_view& text) {
  while (true) {
    const char* from = buffer_.data() + scanned_;
    const void* found = std::memchr(from, '\n', end_ - scanned_);
    if (found != nullptr) {
      const std::size_t at =
          static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      text = std::string_view(buffer_.data() + begin_, at - begin_);
      begin_ = scanned_ = at + 1;
      if (skips_) {
        skips_ = false;
        continue;
      }
      ++number_;
      if (text.size() <= max_line_bytes_) return Kind::line;
      text = text.substr(0, shown_bytes);
      return Kind::too_long;
    }
    scanned_ = end_;
    if (skips_) begin_ = end_;
    if (end_ - begin_ > max_line_bytes_) return too_long(text);
    if (fill()) continue;
    if (!source_.failure().empty()) return Kind::failure;
    if (begin_ == end_) return Kind::end;
    text = std::string_view(buffer_.data() + begin_, end_ - begin_);
    begin_ = end_;
    ++number_;
    return Kind::open_line;
  }
}

// The line goes on behind what is in the buffer, which is dropped at the next call.
LogLines::Kind LogLines::too_long(std::string_view& text) {
  text = std::string_view(buffer_.data() + begin_, std::min(shown_bytes, end_ - begin_));
  skips_ = true;
  begin_ = end_;
  ++number_;
  return Kind::too_long;
}

bool LogLines::fill() {
  if (begin_ != 0) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    scanned_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - line_padding - end_ < chunk_bytes / 2) {
    const std::size_t most = max_line_bytes_ + chunk_bytes + line_padding;
    buffer_.resize(std::max(std::min(buffer_.size() * 2, most), end_ + chunk_bytes + line_padding));
  }
  const std::size_t room = buffer_.size() - line_padding - end_;
  const std::size_t size = source_.read(buffer_.data() + end_, room);
  end_ += size;
  return size != 0;
}

}  // namespace holdfast
