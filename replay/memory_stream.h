// Streams over bytes in memory, for what reads or writes a log as a stream. Not for use from
// several threads.
#pragma once

#include <istream>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace holdfast {

// Reads bytes that are kept elsewhere and outlive it.
class MemoryInput : public std::istream {
 public:
  explicit MemoryInput(std::string_view bytes) : std::istream(nullptr), buffer_(bytes) {
    rdbuf(&buffer_);
  }

 private:
  struct Buffer : std::streambuf {
    explicit Buffer(std::string_view bytes) {
      // A get area is not written to, whatever its type says.
      char* begin = const_cast<char*>(bytes.data());
      setg(begin, begin, begin + bytes.size());
    }
  };
  Buffer buffer_;
};

// Appends to a text that outlives it.
class MemoryOutput : public std::ostream {
 public:
  explicit MemoryOutput(std::string& text) : std::ostream(nullptr), buffer_(text) {
    rdbuf(&buffer_);
  }

 private:
  struct Buffer : std::streambuf {
    explicit Buffer(std::string& text) : text_(text) {}
    int_type overflow(int_type c) override {
      if (!traits_type::eq_int_type(c, traits_type::eof())) {
        text_ += traits_type::to_char_type(c);
      }
      return traits_type::not_eof(c);
    }
    std::streamsize xsputn(const char* bytes, std::streamsize count) override {
      text_.append(bytes, static_cast<std::size_t>(count));
      return count;
    }
    std::string& text_;
  };
  Buffer buffer_;
};

}  // namespace holdfast
