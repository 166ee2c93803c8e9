#include <holdfast/model/fingerprint.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/model/wide_product.h>

namespace holdfast {
namespace {

std::string counted_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i & 0xff);
  return bytes;
}

// How many pairs of `count` random 32-bit numbers agree, on average: 128 for 2^20.
std::size_t agreeing_neighbours(std::vector<std::uint32_t> values) {
  std::sort(values.begin(), values.end());
  std::size_t agreeing = 0;
  for (std::size_t i = 1; i < values.size(); ++i) agreeing += values[i] == values[i - 1] ? 1 : 0;
  return agreeing;
}

// The values come from a second implementation, written in another language from the header's text.
TEST(Fingerprint, published_values_stay) {
  EXPECT_EQ(hexadecimal(Fingerprint().wide_value()),
            "bd1bb432e0414156f1d806e81e4252e9");
  EXPECT_EQ(hexadecimal(Fingerprint().add("a").wide_value()),
            "5f02405a6b16110b3d1ccb8d2e611d26");
  EXPECT_EQ(hexadecimal(Fingerprint().add("holdfast").wide_value()),
            "596aadd7bd7f556a406b98fa0075ffaf");
  EXPECT_EQ(hexadecimal(Fingerprint().add(counted_bytes(300)).wide_value()),
            "cb359f62dbc2dfb710ba116e80d1d5e5");
  EXPECT_EQ(hexadecimal(Fingerprint().add_number(598).wide_value()),
            "6abd6efcba01cef79cd9393831def695");
  EXPECT_EQ(hexadecimal(Fingerprint().add_text("pod").wide_value()),
            "de73e2020b71e3c565afdba71d3ed020");
}

TEST(Fingerprint, constants_are_the_digits_that_the_header_names) {
  const auto leading_bits = [](long double fraction) {
    return static_cast<std::uint64_t>(std::ldexp(fraction, 48));
  };
  EXPECT_EQ(root_of_two_bits >> 16, leading_bits(std::sqrt(2.0L) - 1));
  EXPECT_EQ(root_of_three_bits >> 16, leading_bits(std::sqrt(3.0L) - 1));
  EXPECT_EQ(golden_ratio_bits >> 16, leading_bits((std::sqrt(5.0L) - 1) / 2));
  EXPECT_EQ(pi_bits >> 16, leading_bits(std::acos(-1.0L) - 3));
}

TEST(Fingerprint, narrow_value_is_the_low_half_of_the_wide_one) {
  const Fingerprint hash = Fingerprint().add("pool-a");
  EXPECT_EQ(hash.value(), hash.wide_value().low);
  EXPECT_EQ(hash.value(), fingerprint("pool-a"));
  EXPECT_NE(hash.wide_value().high, hash.wide_value().low);
}

RC_GTEST_PROP(Fingerprint, cutting_bytes_into_calls_changes_nothing,
              (const std::vector<std::string>& parts)) {
  std::string whole;
  Fingerprint hash;
  for (const std::string& part : parts) {
    hash.add(part);
    whole += part;
    RC_ASSERT(hash.value() == fingerprint(whole));
  }
}

RC_GTEST_PROP(Fingerprint, a_number_is_its_eight_bytes_wherever_it_begins,
              (const std::string& before, std::uint64_t number, const std::string& after)) {
  std::string bytes;
  for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>((number >> (8 * i)) & 0xff);
  const Fingerprint by_number = Fingerprint().add(before).add_number(number).add(after);
  RC_ASSERT(by_number.wide_value() == Fingerprint().add(before + bytes + after).wide_value());
}

TEST(Fingerprint, texts_do_not_run_into_each_other) {
  EXPECT_NE(Fingerprint().add_text("ab").add_text("c").value(),
            Fingerprint().add_text("a").add_text("bc").value());
  EXPECT_EQ(Fingerprint().add("ab").add("c").value(), Fingerprint().add("a").add("bc").value());
}

TEST(Fingerprint, runs_of_zeros_of_every_length_differ) {
  std::vector<std::uint64_t> values;
  for (std::size_t count = 0; count < 1000; ++count) {
    values.push_back(fingerprint(std::string(count, '\0')));
  }
  std::sort(values.begin(), values.end());
  EXPECT_EQ(std::adjacent_find(values.begin(), values.end()), values.end());
}

// Each flipped input bit must flip each output bit in half of all cases.
TEST(Fingerprint, every_input_bit_moves_every_output_bit) {
  constexpr std::size_t size = 21;
  constexpr int samples = 400;
  for (std::size_t bit = 0; bit < size * 8; ++bit) {
    std::array<int, 128> flips{};
    for (int sample = 0; sample < samples; ++sample) {
      std::string bytes(size, '\0');
      for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<char>(fingerprint(std::to_string(sample) + "," + std::to_string(i)));
      }
      const WideFingerprint before = Fingerprint().add(bytes).wide_value();
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      const WideFingerprint after = Fingerprint().add(bytes).wide_value();
      for (unsigned i = 0; i < 64; ++i) {
        flips[i] += static_cast<int>(((before.low ^ after.low) >> i) & 1);
        flips[64 + i] += static_cast<int>(((before.high ^ after.high) >> i) & 1);
      }
    }
    // Half of 400 is 200 with a deviation of 10.
    const auto [fewest, most] = std::minmax_element(flips.begin(), flips.end());
    EXPECT_GT(*fewest, 200 - 55) << "input bit " << bit;
    EXPECT_LT(*most, 200 + 55) << "input bit " << bit;
  }
}

// Worlds differ in a few small numbers; their hashes must collide no more often than chance.
TEST(Fingerprint, similar_inputs_collide_no_more_than_random_ones) {
  std::vector<std::uint64_t> low;
  std::array<std::vector<std::uint32_t>, 4> quarters;
  for (std::uint64_t i = 0; i < (1u << 20); ++i) {
    const WideFingerprint hash = Fingerprint()
                                     .add_number(i & 0x1f)
                                     .add_number(((i >> 5) & 0x1f) << 59)
                                     .add_number((i >> 10) & 0x1f)
                                     .add_number((i >> 15) << 31)
                                     .wide_value();
    low.push_back(hash.low);
    quarters[0].push_back(static_cast<std::uint32_t>(hash.low));
    quarters[1].push_back(static_cast<std::uint32_t>(hash.low >> 32));
    quarters[2].push_back(static_cast<std::uint32_t>(hash.high));
    quarters[3].push_back(static_cast<std::uint32_t>(hash.high >> 32));
  }
  std::sort(low.begin(), low.end());
  EXPECT_EQ(std::adjacent_find(low.begin(), low.end()), low.end());
  for (const std::vector<std::uint32_t>& quarter : quarters) {
    const std::size_t agreeing = agreeing_neighbours(quarter);
    EXPECT_GT(agreeing, 128u - 57u);
    EXPECT_LT(agreeing, 128u + 57u);
  }
}

TEST(Fingerprint, hexadecimal_keeps_leading_zeros) {
  EXPECT_EQ(hexadecimal(std::uint64_t{0x2af}), "00000000000002af");
  EXPECT_EQ(hexadecimal(WideFingerprint{1, 0xfedcba9876543210}),
            "0000000000000001fedcba9876543210");
}

TEST(WideProduct, largest_factors) {
  constexpr WideProduct expected{UINT64_MAX - 1, 1};
  static_assert(wide_product(UINT64_MAX, UINT64_MAX) == expected);
  static_assert(wide_product_by_halves(UINT64_MAX, UINT64_MAX) == expected);
  static_assert(wide_product(std::uint64_t{1} << 63, 6) == WideProduct{3, 0});
}

RC_GTEST_PROP(WideProduct, halves_give_the_same_as_the_compilers_wide_type,
              (std::uint64_t a, std::uint64_t b)) {
  // Small generated numbers would leave the upper halves empty.
  RC_ASSERT(wide_product(mixed(a), mixed(b)) == wide_product_by_halves(mixed(a), mixed(b)));
  RC_ASSERT(wide_product(a, ~b) == wide_product_by_halves(a, ~b));
}

}  // namespace
}  // namespace holdfast
