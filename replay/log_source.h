// Where the lines of a log come from: a file or a stream, plain or compressed by zstd, which its
// first bytes tell. Memory is bounded by the longest line that is allowed, whatever the input.
// Internal to LogReader. Not for use from several threads.
#pragma once

#include <array>
#include <cstdio>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

// The bytes of a log, decompressed.
class LogSource {
 public:
  LogSource();
  ~LogSource();
  LogSource(const LogSource&) = delete;
  LogSource& operator=(const LogSource&) = delete;

  // False if the file cannot be opened; failure() says why.
  bool open(const std::string& path);
  void open(std::istream& stream);

  // Reads up to `room` bytes. 0: the end, or a failure.
  std::size_t read(char* to, std::size_t room);

  // At the end: the last zstd frame is not complete.
  bool is_cut() const { return cut_; }
  // Why no more can be read; empty: nothing is wrong.
  const std::string& failure() const { return failure_; }

 private:
  struct Decompressor;

  std::size_t read_raw(char* to, std::size_t room);
  std::size_t decompress(char* to, std::size_t room);
  void look_at_start();

  std::FILE* file_ = nullptr;
  std::istream* stream_ = nullptr;
  bool looked_ = false;
  std::array<char, 4> start_{};  // the first bytes, until they are handed out
  std::size_t start_size_ = 0;
  std::size_t start_used_ = 0;
  std::unique_ptr<Decompressor> decompressor_;
  bool cut_ = false;
  std::string failure_;
};

// The lines of a source.
class LogLines {
 public:
  enum class Kind : unsigned char {
    line,
    open_line,  // the last one, without a line break
    too_long,   // longer than allowed; `text` is how it begins
    end,
    failure     // the source cannot be read on
  };

  explicit LogLines(std::size_t max_line_bytes);

  LogSource& source() { return source_; }

  // The next line without its line break. `text` is valid until the next call and followed by
  // line_padding readable bytes.
  Kind next(std::string_view& text);
  // The number of the line that next() returned, from 1.
  std::int64_t number() const { return number_; }

 private:
  bool fill();
  Kind too_long(std::string_view& text);

  std::size_t max_line_bytes_;
  LogSource source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;    // of what was not yet returned
  std::size_t scanned_ = 0;  // no line break before this
  std::size_t end_ = 0;
  bool skips_ = false;       // the rest of a line that was too long
  std::int64_t number_ = 0;
};

}  // namespace holdfast
