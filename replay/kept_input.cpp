#include <holdfast/replay/kept_input.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace holdfast {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} << 10U;

}  // namespace

// Reads the file from where it stands, or the memory.
class KeptInput::Buffer : public std::streambuf {
 public:
  explicit Buffer(std::FILE* file) : file_(file), block_(block_bytes, '\0') {}
  explicit Buffer(std::string& memory) { show(memory, memory.size()); }

 protected:
  int_type underflow() override {
    if (file_ == nullptr) return traits_type::eof();
    show(block_, std::fread(block_.data(), 1, block_.size(), file_));
    return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
  }

 private:
  void show(std::string& text, std::size_t size) {
    setg(text.data(), text.data(), text.data() + size);
  }

  std::FILE* file_ = nullptr;
  std::string block_;
};

KeptInput::KeptInput() : stream_(nullptr) {}

KeptInput::~KeptInput() {
  if (owns_file_) std::fclose(file_);
}

bool KeptInput::take(std::FILE* from) {
  start_ = std::ftell(from);
  if (start_ >= 0) {
    file_ = from;
    return true;
  }
  start_ = 0;
  errno = 0;
  const bool kept = keep(from);
  const std::string_view what = kept ? "cannot read" : "cannot keep it in a temporary file";
  if (kept && std::ferror(from) == 0) return true;
  failure_ = fmt::format("{}: {}", what, std::generic_category().message(errno));
  return false;
}

// As far as `from` can be read. False: it cannot be written.
bool KeptInput::keep(std::FILE* from) {
  std::string block(block_bytes, '\0');
  for (std::size_t size = 0; (size = std::fread(block.data(), 1, block.size(), from)) > 0;) {
    if (file_ == nullptr && memory_.size() + size <= most_in_memory) {
      memory_.append(block, 0, size);
      continue;
    }
    if (file_ == nullptr) {
      file_ = std::tmpfile();
      if (file_ == nullptr) return false;
      owns_file_ = true;
      if (std::fwrite(memory_.data(), 1, memory_.size(), file_) != memory_.size()) return false;
      memory_ = {};
    }
    if (std::fwrite(block.data(), 1, size, file_) != size) return false;
  }
  if (std::ferror(from) != 0) return true;
  return file_ == nullptr || std::fflush(file_) == 0;
}

std::istream& KeptInput::begin() {
  if (file_ != nullptr) {
    std::clearerr(file_);
    std::fseek(file_, start_, SEEK_SET);
    buffer_ = std::make_unique<Buffer>(file_);
  } else {
    buffer_ = std::make_unique<Buffer>(memory_);
  }
  stream_.rdbuf(buffer_.get());
  stream_.clear();
  return stream_;
}

}  // namespace holdfast
