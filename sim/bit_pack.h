// Numbers of a few bits each, one after another in bytes. What one side writes with some numbers of
// bits the other reads with the same.
//
// Thread safety: one thread per writer or reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace holdfast {

class BitWriter {
 public:
  // Requires: there is room behind `out` for all that is put, and eight bytes more.
  explicit BitWriter(std::byte* out) : begin_(out), out_(out) {}

  // Requires: 0 <= bits <= 32. A value that needs more bits is cut, and fits() is false from then
  // on.
  void put(std::uint64_t value, int bits) {
    if ((value >> bits) != 0) {
      fits_ = false;
      value &= (std::uint64_t{1} << bits) - 1;
    }
    word_ |= value << filled_;
    filled_ += bits;
    while (filled_ >= 8) {
      *out_++ = static_cast<std::byte>(word_ & 0xff);
      word_ >>= 8;
      filled_ -= 8;
    }
  }
  // Fills the last byte with zeros.
  void align() {
    if (filled_ != 0) put(0, 8 - filled_);
  }
  bool fits() const { return fits_; }
  // Requires: align() was called since the last put().
  std::size_t bytes() const { return static_cast<std::size_t>(out_ - begin_); }

 private:
  std::byte* begin_;
  std::byte* out_;
  std::uint64_t word_ = 0;
  int filled_ = 0;
  bool fits_ = true;
};

class BitReader {
 public:
  explicit BitReader(std::span<const std::byte> bytes) : at_(bytes.data()) {}

  // Requires: that many bits are left, 0 <= bits <= 32.
  std::uint64_t get(int bits) {
    while (filled_ < bits) {
      word_ |= static_cast<std::uint64_t>(*at_++) << filled_;
      filled_ += 8;
    }
    const std::uint64_t value = word_ & ((std::uint64_t{1} << bits) - 1);
    word_ >>= bits;
    filled_ -= bits;
    return value;
  }
  // How many of `bytes`, which this reader began with, it has read.
  std::size_t consumed(std::span<const std::byte> bytes) const {
    return static_cast<std::size_t>(at_ - bytes.data());
  }
  // Passes over the rest of the byte.
  void align() {
    word_ = 0;
    filled_ = 0;
  }

 private:
  const std::byte* at_;
  std::uint64_t word_ = 0;
  int filled_ = 0;
};

}  // namespace holdfast
