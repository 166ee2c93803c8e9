#include <holdfast/sim/quantile.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <limits>

#include <holdfast/model/wide_product.h>
#include <holdfast/sim/normal_table.h>

namespace holdfast {
namespace {

// The tables are made with 12 bits more than they keep, since every term of a series is cut.
constexpr int series_bits = fraction_bits + 12;
constexpr std::uint64_t series_one = std::uint64_t{1} << series_bits;
constexpr std::uint64_t table_steps = 256;

constexpr std::int64_t rounded_from_series(std::uint64_t sum) {
  constexpr int dropped = series_bits - fraction_bits;
  return static_cast<std::int64_t>((sum + (std::uint64_t{1} << (dropped - 1))) >> dropped);
}

// ln(1 + i/256) = 2 (x + x^3/3 + x^5/5 + ...) with x = i / (512 + i).
constexpr std::int64_t log_entry(std::uint64_t i) {
  std::uint64_t power = series_one * i / (2 * table_steps + i);
  std::uint64_t sum = 0;
  for (std::uint64_t n = 1; power != 0; n += 2) {
    sum += power / n;
    power = power * i / (2 * table_steps + i) * i / (2 * table_steps + i);
  }
  return rounded_from_series(2 * sum);
}

// e^(i/256) = 1 + x + x^2/2 + x^3/6 + ... with x = i/256.
constexpr std::int64_t exp_entry(std::uint64_t i) {
  std::uint64_t term = series_one;
  std::uint64_t sum = 0;
  for (std::uint64_t n = 1; term != 0; ++n) {
    sum += term;
    term = term * i / (table_steps * n);
  }
  return rounded_from_series(sum);
}

// The last entry is ln 2.
constexpr auto log_table = [] {
  std::array<std::int64_t, table_steps + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = log_entry(i);
  return table;
}();
constexpr std::int64_t log_of_two = log_table[table_steps];

// Up to e^(177/256), the last step below 2.
constexpr auto exp_table = [] {
  std::array<std::int64_t, 178> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = exp_entry(i);
  return table;
}();

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// product / 2^shift to the nearest integer, halves up, at most `largest`. Requires: 0 < shift <
// 128.
std::int64_t shifted_right(WideProduct product, int shift) {
  const WideProduct half = shift > 64 ? WideProduct{std::uint64_t{1} << (shift - 65), 0}
                                      : WideProduct{0, std::uint64_t{1} << (shift - 1)};
  product.low += half.low;
  product.high += half.high + (product.low < half.low ? 1 : 0);
  const bool fits = shift > 64 || (product.high >> (shift - 1)) == 0;
  if (!fits) return largest;
  if (shift >= 64) return static_cast<std::int64_t>(product.high >> (shift - 64));
  return static_cast<std::int64_t>((product.high << (64 - shift)) | (product.low >> shift));
}

// product * 2^shift, at most `largest`. Requires: shift >= 0.
std::int64_t shifted_left(WideProduct product, int shift) {
  if (product == WideProduct{}) return 0;
  if (product.high != 0 || shift >= 63 || (product.low >> (63 - shift)) != 0) return largest;
  return static_cast<std::int64_t>(product.low << shift);
}

std::uint64_t magnitude(std::int64_t number) {
  const std::uint64_t bits = static_cast<std::uint64_t>(number);
  return number < 0 ? 0 - bits : bits;
}

}  // namespace

// value = 2^exponent * start * (1 + rest) with start = 1 + i/256 from the table and rest < 1/256,
// of which four terms of the series are enough. The bound keeps an entry's last value, where it is
// cut the other way, from passing the next entry.
std::int64_t natural_log(std::uint64_t value) {
  assert(value > 0);
  const int leading = std::countl_zero(value);
  const std::uint64_t digits = value << leading;
  const std::uint64_t i = (digits >> 55) & 0xff;
  const std::uint64_t start = (table_steps + i) << 55;
  const std::uint64_t rest = ((digits - start) << 8) / (start >> 32);
  const std::uint64_t square = (rest * rest) >> fraction_bits;
  const std::uint64_t cube = (square * rest) >> fraction_bits;
  constexpr std::uint64_t one = fixed_point_one;
  const std::uint64_t slope = one - rest / 2 + square / 3 - cube / 4;
  const std::uint64_t rest_log = wide_product(rest << (64 - fraction_bits), slope).high;
  const std::int64_t log = log_table[i] + static_cast<std::int64_t>(rest_log);
  return (63 - leading) * log_of_two + std::min(log, log_table[i + 1]);
}

std::int64_t fixed_point_product(std::int64_t a, std::int64_t b) {
  const WideProduct product = wide_product(magnitude(a), magnitude(b));
  const std::int64_t result = shifted_right(product, fraction_bits);
  assert(result < largest / 2);
  return (a < 0) != (b < 0) ? -result : result;
}

// e^exponent = 2^doublings * e^(i/256) * e^rest.
std::int64_t times_exp(std::int64_t value, std::int64_t exponent) {
  assert(value >= 0);
  std::int64_t doublings = exponent / log_of_two;
  if (doublings * log_of_two > exponent) --doublings;
  const std::uint64_t fraction = static_cast<std::uint64_t>(exponent - doublings * log_of_two);
  const std::uint64_t i = fraction >> (fraction_bits - 8);
  const std::uint64_t rest = fraction & ((std::uint64_t{1} << (fraction_bits - 8)) - 1);
  const std::uint64_t square = (rest * rest) >> fraction_bits;
  const std::uint64_t cube = (square * rest) >> fraction_bits;
  const std::uint64_t start = static_cast<std::uint64_t>(exp_table[i]);
  const std::uint64_t growth = (rest + square / 2 + cube / 6) << (64 - fraction_bits);
  const std::uint64_t scale = start + wide_product(start, growth).high;
  const WideProduct product = wide_product(static_cast<std::uint64_t>(value), scale);
  const std::int64_t shift = fraction_bits - doublings;
  if (shift >= 128) return 0;
  if (shift <= 0) return shifted_left(product, static_cast<int>(-shift));
  return shifted_right(product, static_cast<int>(shift));
}

// The tail beyond the value is an odd multiple of 2^-64, so never 0.
std::int64_t exponential_quantile(std::uint64_t word) {
  const std::uint64_t tail = (~word >> 1) * 2 + 1;
  return std::max(std::int64_t{0}, 64 * log_of_two - natural_log(tail));
}

// The upper half is the lower one mirrored. The tail below the value is (2 word + 1) / 2^65; its
// leading zeros choose the halving, the five bits after its first one the step, the rest lies
// between two entries.
std::int64_t normal_quantile(std::uint64_t word) {
  const bool upper = (word >> 63) != 0;
  const std::uint64_t tail = ((upper ? ~word : word) << 1) | 1;
  const int halvings = std::countl_zero(tail);
  std::int64_t z = normal_table.back();
  if (halvings < normal_table_halvings) {
    const std::uint64_t digits = tail << halvings;
    const std::uint64_t step = (digits >> 58) & 31;
    const std::size_t outer = static_cast<std::size_t>(halvings + 1) * normal_table_steps - step;
    const std::int64_t between = static_cast<std::int64_t>((digits << 6) >> 32);
    z = normal_table[outer];
    z -= ((z - normal_table[outer - 1]) * between) >> 32;
  }
  const std::int64_t scaled = z << (fraction_bits - 28);
  return upper ? scaled : -scaled;
}

}  // namespace holdfast
