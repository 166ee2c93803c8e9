#include <holdfast/replay/log_sink.h>

#include <cerrno>
#include <ostream>
#include <system_error>
#include <vector>

#include <zstd.h>

namespace holdfast {
namespace {

constexpr int level = 1;
// A damaged frame takes no more than this with it.
constexpr std::size_t frame_bytes = std::size_t{8} << 20U;

}  // namespace

struct LogSink::Compressor {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::vector<char> out = std::vector<char>(ZSTD_CStreamOutSize());
  std::size_t in_frame = 0;  // bytes that the current frame has taken

  Compressor() = default;
  ~Compressor() { ZSTD_freeCCtx(context); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
};

LogSink::LogSink() = default;

LogSink::~LogSink() { close(); }

bool LogSink::open(const std::string& path, bool compressed) {
  file_ = std::fopen(path.c_str(), "wb");
  if (file_ == nullptr) return fail(errno);
  // What is handed over goes to the operating system at once: a killed process has written it.
  std::setvbuf(file_, nullptr, _IONBF, 0);
  return begin(compressed);
}

bool LogSink::open(std::ostream& stream, bool compressed) {
  stream_ = &stream;
  return begin(compressed);
}

bool LogSink::begin(bool compressed) {
  failure_.clear();
  compressor_.reset();
  if (!compressed) return true;
  compressor_ = std::make_unique<Compressor>();
  ZSTD_CCtx_setParameter(compressor_->context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(compressor_->context, ZSTD_c_checksumFlag, 1);
  return true;
}

bool LogSink::write(std::string_view lines) {
  if (!compressor_) return put(lines);
  compressor_->in_frame += lines.size();
  if (compressor_->in_frame < frame_bytes) return compress(lines, Until::more);
  compressor_->in_frame = 0;
  return compress(lines, Until::frame_ended);
}

bool LogSink::flush() {
  if (compressor_ && compressor_->in_frame != 0 && !compress({}, Until::flushed)) return false;
  if (stream_ != nullptr && !stream_->flush()) return fail(EIO);
  return true;
}

bool LogSink::close() {
  if (!is_open()) return failure_.empty();
  const bool ended = !compressor_ || compressor_->in_frame == 0 ||
                     compress({}, Until::frame_ended);
  const bool flushed = ended && (stream_ == nullptr || stream_->flush() || fail(EIO));
  const bool closed = file_ == nullptr || std::fclose(file_) == 0 || fail(errno);
  file_ = nullptr;
  stream_ = nullptr;
  compressor_.reset();
  return ended && flushed && closed;
}

bool LogSink::compress(std::string_view text, Until until) {
  const ZSTD_EndDirective directive = until == Until::more      ? ZSTD_e_continue
                                      : until == Until::flushed ? ZSTD_e_flush
                                                                : ZSTD_e_end;
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  while (true) {
    ZSTD_outBuffer out{compressor_->out.data(), compressor_->out.size(), 0};
    const std::size_t left =
        ZSTD_compressStream2(compressor_->context, &out, &in, directive);
    if (ZSTD_isError(left)) {
      failure_ = ZSTD_getErrorName(left);
      return false;
    }
    if (!put({compressor_->out.data(), out.pos})) return false;
    if (until == Until::more ? in.pos == in.size : left == 0) return true;
  }
}

bool LogSink::put(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (stream_ != nullptr) {
    const auto size = static_cast<std::streamsize>(bytes.size());
    return stream_->write(bytes.data(), size) ? true : fail(EIO);
  }
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) return true;
  return fail(errno);
}

bool LogSink::fail(int error) {
  if (failure_.empty()) failure_ = std::generic_category().message(error);
  return false;
}

}  // namespace holdfast
