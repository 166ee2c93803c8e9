// The 128-bit product of two 64-bit numbers, on compilers with and without a 128-bit type. Hashes
// and unbiased draws are made from it.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>

namespace holdfast {

// high * 2^64 + low.
struct WideProduct {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  constexpr bool operator==(const WideProduct&) const = default;
};

// The product from four products of 32-bit halves: right everywhere, slower than a wide register.
constexpr WideProduct wide_product_by_halves(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t half = 0xffff'ffff;
  const std::uint64_t low = (a & half) * (b & half);
  const std::uint64_t cross = (a >> 32) * (b & half) + (low >> 32);
  const std::uint64_t middle = (a & half) * (b >> 32) + (cross & half);
  return {(a >> 32) * (b >> 32) + (cross >> 32) + (middle >> 32), (middle << 32) | (low & half)};
}

// The product, by the fastest way that the compiler has.
constexpr WideProduct wide_product(std::uint64_t a, std::uint64_t b) {
#ifdef __SIZEOF_INT128__
  __extension__ typedef unsigned __int128 Wide;
  const Wide product = static_cast<Wide>(a) * b;
  return {static_cast<std::uint64_t>(product >> 64), static_cast<std::uint64_t>(product)};
#else
  return wide_product_by_halves(a, b);
#endif
}

}  // namespace holdfast
