#include <holdfast/sim/quantile.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/model/fingerprint.h>
#include <holdfast/sim/normal_table.h>

namespace holdfast {
namespace {

double as_real(std::int64_t fixed_point) {
  return std::ldexp(static_cast<double>(fixed_point), -40);
}

std::int64_t as_fixed(double real) { return std::llround(std::ldexp(real, 40)); }

// The z that a normal value exceeds with this probability, by Newton's method on the logarithm.
double normal_tail_inverse(double tail) {
  if (tail >= 0.5) return 0;
  double z = 1;
  for (int i = 0; i < 100; ++i) {
    const double q = std::erfc(z / std::sqrt(2.0)) / 2;
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0));
    const double step = (std::log(q) - std::log(tail)) * q / density;
    z += step;
    if (std::abs(step) < 1e-15) break;
  }
  return z;
}

TEST(Quantile, normal_table_is_what_the_error_function_says) {
  for (int i = 0; i < static_cast<int>(normal_table.size()); ++i) {
    const int halving = i / normal_table_steps;
    const int step = i % normal_table_steps;
    const double tail = std::ldexp(2 - step / 32.0, -(halving + 2));
    const double expected = std::ldexp(normal_tail_inverse(tail), 28);
    EXPECT_NEAR(normal_table[static_cast<std::size_t>(i)], expected, 0.6) << "entry " << i;
  }
}

TEST(Quantile, logarithms_are_right_for_small_large_and_in_between) {
  const double allowed = std::ldexp(1, -34);
  for (std::uint64_t value = 1; value < 3000; ++value) {
    const double expected = std::log(static_cast<double>(value));
    EXPECT_NEAR(as_real(natural_log(value)), expected, allowed) << value;
  }
  for (std::uint64_t i = 1; i < 10'000; ++i) {
    const std::uint64_t value = (mixed(i) >> (i % 60)) | 1;
    const double expected = static_cast<double>(std::log(static_cast<long double>(value)));
    EXPECT_NEAR(as_real(natural_log(value)), expected, allowed) << value;
  }
  EXPECT_EQ(natural_log(1), 0);
  EXPECT_NEAR(as_real(natural_log(UINT64_MAX)), 64 * std::log(2.0), allowed);
}

TEST(Quantile, logarithms_grow) {
  for (std::uint64_t i = 1; i < 200'000; ++i) {
    ASSERT_LT(natural_log(i), natural_log(i + 1)) << i;
    const std::uint64_t large = mixed(i) | (std::uint64_t{1} << 63);
    ASSERT_LE(natural_log(large - 1), natural_log(large)) << large;
  }
  // Where one entry of the table takes over from another.
  for (std::uint64_t i = 256; i < 512; ++i) {
    for (int shift = 1; shift < 56; ++shift) {
      const std::uint64_t edge = i << shift;
      ASSERT_LE(natural_log(edge - 1), natural_log(edge)) << edge;
      ASSERT_LE(natural_log(edge), natural_log(edge + 1)) << edge;
    }
  }
}

TEST(Quantile, powers_grow) {
  for (std::int64_t edge = -2000; edge < 2000; ++edge) {
    // Entries of the table take over every 1/256, doublings every ln 2.
    for (const std::int64_t exponent : {edge << 32, edge / 10 * natural_log(2)}) {
      for (std::int64_t near = exponent - 3; near < exponent + 3; ++near) {
        ASSERT_LE(times_exp(INT64_MAX >> 20, near), times_exp(INT64_MAX >> 20, near + 1)) << near;
      }
    }
  }
}

TEST(Quantile, powers_are_right_over_the_whole_range) {
  constexpr std::int64_t value = 1'000'000'000;
  for (int i = -2000; i <= 2200; ++i) {
    const double exponent = i / 100.0 + 0.00123;
    const long double expected = 1e9L * std::exp(static_cast<long double>(exponent));
    const long double allowed = std::max(0.51L, std::ldexp(expected, -32));
    EXPECT_NEAR(static_cast<double>(times_exp(value, as_fixed(exponent))),
                static_cast<double>(expected), static_cast<double>(allowed))
        << exponent;
  }
}

TEST(Quantile, powers_at_the_ends) {
  EXPECT_EQ(times_exp(12345, 0), 12345);
  EXPECT_EQ(times_exp(0, as_fixed(60)), 0);
  EXPECT_EQ(times_exp(1, as_fixed(-64)), 0);
  EXPECT_EQ(times_exp(INT64_MAX, as_fixed(-63.9)), 0);
  EXPECT_EQ(times_exp(1, as_fixed(64)), INT64_MAX);
  EXPECT_EQ(times_exp(1'000'000, as_fixed(30)), INT64_MAX);
  // e^43 is just below 2^63, the last that fits; e^30 needs a shift to the left.
  EXPECT_NEAR(static_cast<double>(times_exp(1, as_fixed(43))), std::exp(43), std::exp(43) * 1e-9);
  EXPECT_NEAR(static_cast<double>(times_exp(1, as_fixed(30))), std::exp(30), std::exp(30) * 1e-9);
  EXPECT_EQ(times_exp(1, as_fixed(44)), INT64_MAX);
}

TEST(Quantile, fixed_point_products_keep_signs_and_round_to_the_nearest) {
  EXPECT_EQ(fixed_point_product(fixed_point_one * 3, fixed_point_one / 2), fixed_point_one * 3 / 2);
  EXPECT_EQ(fixed_point_product(-fixed_point_one, fixed_point_one * 7), -7 * fixed_point_one);
  EXPECT_EQ(fixed_point_product(-fixed_point_one, -fixed_point_one), fixed_point_one);
  EXPECT_EQ(fixed_point_product(10, fixed_point_one / 4), 3);
  EXPECT_EQ(fixed_point_product(-10, fixed_point_one / 4), -3);
  EXPECT_EQ(fixed_point_product(9, fixed_point_one / 4), 2);
}

TEST(Quantile, exponential_is_right_from_end_to_end) {
  const double allowed = std::ldexp(1, -34);
  for (std::uint64_t i = 1; i < 20'000; ++i) {
    const std::uint64_t word = i % 2 == 0 ? mixed(i) : ~(mixed(i) >> (i % 64));
    const long double tail = 1 - std::ldexp(static_cast<long double>(word | 1), -64);
    const double expected = static_cast<double>(-std::log(tail));
    EXPECT_NEAR(as_real(exponential_quantile(word)), expected, allowed) << word;
  }
  EXPECT_NEAR(as_real(exponential_quantile(0)), 0, allowed);
  EXPECT_GE(exponential_quantile(0), 0);
  EXPECT_NEAR(as_real(exponential_quantile(UINT64_MAX)), 64 * std::log(2.0), allowed);
}

TEST(Quantile, normal_is_right_from_end_to_end) {
  double worst = 0;
  for (std::uint64_t i = 1; i < 20'000; ++i) {
    const std::uint64_t word = std::max(mixed(i) >> (i % 30), std::uint64_t{1} << 34);
    const bool upper = word >> 63 != 0;
    const double tail = std::ldexp(static_cast<double>(upper ? ~word : word) + 0.5, -64);
    const double z = normal_tail_inverse(tail) * (upper ? 1 : -1);
    worst = std::max(worst, std::abs(as_real(normal_quantile(word)) - z));
  }
  EXPECT_LT(worst, std::ldexp(1, -14));
  EXPECT_GT(worst, 0);
}

TEST(Quantile, normal_is_cut_off_at_six_deviations) {
  EXPECT_NEAR(as_real(normal_quantile(UINT64_MAX)), 6.00935, 0.00001);
  EXPECT_EQ(normal_quantile(0), -normal_quantile(UINT64_MAX));
  // The last word before the cut-off, and the first beyond.
  const std::uint64_t edge = std::uint64_t{1} << 34;
  EXPECT_EQ(normal_quantile(edge - 1), normal_quantile(0));
  EXPECT_GE(normal_quantile(edge), normal_quantile(0));
  EXPECT_GT(normal_quantile(2 * edge), normal_quantile(0));
}

RC_GTEST_PROP(Quantile, normal_is_symmetric, (std::uint64_t seed)) {
  const std::uint64_t word = mixed(seed);
  RC_ASSERT(normal_quantile(word) == -normal_quantile(~word));
}

RC_GTEST_PROP(Quantile, quantiles_grow_with_the_word, (std::uint64_t seed, std::uint64_t gap)) {
  const std::uint64_t low = mixed(seed) >> (seed % 64);
  const std::uint64_t high = std::max(low, low + gap);
  RC_ASSERT(exponential_quantile(low) <= exponential_quantile(high));
  RC_ASSERT(normal_quantile(low) <= normal_quantile(high));
  RC_ASSERT(exponential_quantile(~high) <= exponential_quantile(~low));
}

}  // namespace
}  // namespace holdfast
