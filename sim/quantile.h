// Logarithms, powers and quantiles in integers: the part of <cmath> that the distributions need,
// with the same result on every processor and C library. Numbers with a fraction are fixed-point:
// an integer that counts units of 2^-40.
//
// A quantile turns a random word into a value: the word divided by 2^64 is the probability of a
// smaller one. It grows with the word, and each word gives one value.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>

namespace holdfast {

inline constexpr int fraction_bits = 40;
// 1, in fixed point.
inline constexpr std::int64_t fixed_point_one = std::int64_t{1} << fraction_bits;

// The natural logarithm, off by less than 2^-34. Requires: value > 0.
std::int64_t natural_log(std::uint64_t value);

// a * b / 2^40 to the nearest: the product of two fixed-point numbers, or of a whole number and a
// fixed-point one. Requires: the result lies between -2^62 and 2^62.
std::int64_t fixed_point_product(std::int64_t a, std::int64_t b);

// value * e^exponent, to the nearest integer; INT64_MAX where that is too small for it. The
// relative error is below 2^-32. Requires: value >= 0 and the fixed-point exponent lies between -64
// and 64.
std::int64_t times_exp(std::int64_t value, std::int64_t exponent);

// The exponential distribution of mean 1, off by less than 2^-34; from 0 to 44.4.
std::int64_t exponential_quantile(std::uint64_t word);

// The normal distribution of mean 0 and deviation 1, off by less than 2^-14. The tails are cut off
// where the probability beyond is 2^-30, at 6.01 deviations. Exactly symmetric: the quantile of the
// complement of a word is the negative of the word's.
std::int64_t normal_quantile(std::uint64_t word);

}  // namespace holdfast
