// Bytes that come once and are read more than once: what a pipe delivers is kept, a little of it in
// memory and much of it in a temporary file without a name. What can be read again by itself, as a
// file on standard input can, is not copied. Not for use from several threads.
#pragma once

#include <cstdio>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>

namespace holdfast {

class KeptInput {
 public:
  static constexpr std::size_t most_in_memory = std::size_t{4} << 20U;

  KeptInput();
  ~KeptInput();
  KeptInput(const KeptInput&) = delete;
  KeptInput& operator=(const KeptInput&) = delete;

  // Takes what `from` still has. False: failure() says "cannot read: …" or "cannot keep …".
  // Requires: `from` outlives this, and nobody else reads it.
  [[nodiscard]] bool take(std::FILE* from);
  const std::string& failure() const { return failure_; }

  // The bytes from their beginning on, in place of the stream that was handed out before.
  std::istream& begin();

 private:
  class Buffer;

  bool keep(std::FILE* from);

  std::string memory_;                 // all of it, unless there is a file
  std::FILE* file_ = nullptr;
  bool owns_file_ = false;
  long start_ = 0;                     // of the bytes in the file
  std::string failure_;
  std::unique_ptr<Buffer> buffer_;
  std::istream stream_;
};

}  // namespace holdfast
