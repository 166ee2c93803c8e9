// A stable hash of bytes, for telling worlds, logs and runs apart: the same bytes give the same
// value on every machine, byte order, compiler and release. Well mixed, so that any bits of a value
// may be taken as a table's index. Not for keeping secrets: whoever chooses the bytes can make two
// agree.
//
// The bytes are cut into words of eight, the first byte lowest. Two lanes each fold every word in:
// lane = high half xor low half of (lane xor word) * multiplier. At the end the bytes left over,
// filled up with zeros, and the number of all bytes are folded in, and both lanes are mixed into
// the value.
//
// Invariants
// 1. Only the bytes and their order count, not how they were cut into calls of `add`.
// 2. Asking for a value changes nothing: bytes can be added afterwards.
// 3. A value once published stays: logs, pinned runs and random streams depend on it.
//
// Thread safety: one Fingerprint per thread.
#pragma once

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <holdfast/model/wide_product.h>

namespace holdfast {

// Constants that nobody chose: the first 64 bits of the fractions of the square roots of 2 and 3
// start the lanes, those of the golden ratio and of pi multiply them.
inline constexpr std::uint64_t root_of_two_bits = 0x6a09e667f3bcc908;
inline constexpr std::uint64_t root_of_three_bits = 0xbb67ae8584caa73b;
inline constexpr std::uint64_t golden_ratio_bits = 0x9e3779b97f4a7c15;
inline constexpr std::uint64_t pi_bits = 0x243f6a8885a308d3;

// A bijection of 64 bits in which every input bit moves every output bit: "variant 13" of the
// finalisers that David Stafford searched for, the one that SplitMix64 uses.
constexpr std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

// Both halves of a fingerprint: about 2^64 different inputs until two agree, against 2^32 for one
// half.
struct WideFingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  constexpr auto operator<=>(const WideFingerprint&) const = default;
};

// The hash under way. A value: a copy goes on from the same bytes.
class Fingerprint {
 public:
  // Adds the bytes as they are.
  Fingerprint& add(std::span<const std::byte> bytes);
  Fingerprint& add(std::string_view bytes);

  // Adds the eight bytes of a number, the lowest first.
  Fingerprint& add_number(std::uint64_t number) {
    if (pending_count_ != 0) return add_across_words(number);
    fold(number);
    byte_count_ += 8;
    return *this;
  }

  // Adds a text as its length and its bytes, so that "ab", "c" differs from "a", "bc".
  Fingerprint& add_text(std::string_view text);

  // The fingerprint of all bytes so far, in 64 bits: the low half of the wide one.
  std::uint64_t value() const { return wide_value().low; }
  // The fingerprint of all bytes so far, in 128 bits.
  WideFingerprint wide_value() const {
    Fingerprint end = *this;
    end.fold(pending_);
    end.fold(byte_count_);
    const std::uint64_t high = mixed(end.lane_a_ + end.lane_b_);
    return {high, mixed(end.lane_b_ ^ high)};
  }

 private:
  void fold(std::uint64_t word) {
    const WideProduct a = wide_product(lane_a_ ^ word, golden_ratio_bits);
    const WideProduct b = wide_product(lane_b_ ^ word, pi_bits);
    lane_a_ = a.high ^ a.low;
    lane_b_ = b.high ^ b.low;
  }
  void add_byte(std::byte byte);
  Fingerprint& add_across_words(std::uint64_t number);

  std::uint64_t lane_a_ = root_of_two_bits;
  std::uint64_t lane_b_ = root_of_three_bits;
  std::uint64_t byte_count_ = 0;
  std::uint64_t pending_ = 0;  // the bytes of the word that is not full yet, the first lowest
  unsigned pending_count_ = 0;
};

// The fingerprint of these bytes.
std::uint64_t fingerprint(std::span<const std::byte> bytes);
std::uint64_t fingerprint(std::string_view bytes);

// A value as people and pinned runs write it: 16 or 32 lower-case hexadecimal digits, the highest
// first.
std::string hexadecimal(std::uint64_t value);
std::string hexadecimal(const WideFingerprint& value);

}  // namespace holdfast
