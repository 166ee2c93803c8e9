// Where the lines of a log go: a file or a stream, as they are or compressed by zstd. Internal to
// LogWriter. Not for use from several threads.
#pragma once

#include <cstdio>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast {

class LogSink {
 public:
  LogSink();
  ~LogSink();
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;

  // All of these return false on failure; failure() then says why.
  bool open(const std::string& path, bool compressed);
  bool open(std::ostream& stream, bool compressed);
  // Takes whole lines.
  bool write(std::string_view lines);
  // What was written before is with the operating system, and a reader finds all of it.
  bool flush();
  // Ends the last frame and closes the file.
  bool close();

  bool is_open() const { return file_ != nullptr || stream_ != nullptr; }
  const std::string& failure() const { return failure_; }

 private:
  enum class Until : unsigned char { more, flushed, frame_ended };
  struct Compressor;

  bool begin(bool compressed);
  bool compress(std::string_view text, Until until);
  bool put(std::string_view bytes);
  bool fail(int error);

  std::FILE* file_ = nullptr;
  std::ostream* stream_ = nullptr;
  std::unique_ptr<Compressor> compressor_;
  std::string failure_;
};

}  // namespace holdfast
