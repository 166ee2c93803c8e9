#include <holdfast/model/duration_text.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/model/moment.h>

namespace holdfast {
namespace {

std::int64_t read(std::string_view text) {
  const TextResult<std::int64_t> result = parse_duration(text);
  EXPECT_EQ(result.error, "") << text;
  return result.value.value_or(-1);
}

// "offset: error", so that one comparison covers both.
std::string refusal(std::string_view text) {
  const TextResult<std::int64_t> result = parse_duration(text);
  EXPECT_FALSE(result.value) << text;
  return std::to_string(result.offset) + ": " + result.error;
}

TEST(DurationText, every_unit_has_its_length) {
  EXPECT_EQ(read("7us"), 7);
  EXPECT_EQ(read("20ms"), 20 * millisecond);
  EXPECT_EQ(read("60s"), minute);
  EXPECT_EQ(read("30m"), 30 * minute);
  EXPECT_EQ(read("24h"), day);
  EXPECT_EQ(read("30d"), 30 * day);
  EXPECT_EQ(read("0s"), 0);
}

TEST(DurationText, units_add_up_and_fractions_are_exact) {
  EXPECT_EQ(read("1h30m"), 90 * minute);
  EXPECT_EQ(read("1d2h3m4s5ms6us"),
            day + 2 * hour + 3 * minute + 4 * second + 5 * millisecond + 6);
  EXPECT_EQ(read("0.5s"), 500 * millisecond);
  EXPECT_EQ(read("1m0.25s"), minute + 250 * millisecond);
  EXPECT_EQ(read("1.500000000000000000000s"), 1500 * millisecond);
  EXPECT_EQ(read("0.000001s"), 1);
  // 5^13 / 10^13 of a day is 86.4 * 10^9 / 2^13 us: the finest fraction that is whole.
  EXPECT_EQ(read("0.0001220703125d"), 10'546'875);
}

TEST(DurationText, a_hundred_years_is_the_longest) {
  EXPECT_EQ(read("36525d"), longest_duration_us);
  EXPECT_EQ(refusal("36525d1us"), "6: `36525d1us` is longer than 100 years");
  EXPECT_EQ(refusal("36525.5d"), "0: `36525.5d` is longer than 100 years");
  EXPECT_EQ(refusal("99999999999999999999999999us"),
            "0: `99999999999999999999999999us` is longer than 100 years");
}

TEST(DurationText, what_is_no_duration_is_refused_with_place_and_reason) {
  EXPECT_EQ(refusal(""), "0: expected a duration such as 20ms, 60s or 30m, found nothing");
  EXPECT_EQ(refusal("soon"), "0: expected a duration such as 20ms, 60s or 30m, found `soon`");
  EXPECT_EQ(refusal("-5s"), "0: expected a duration such as 20ms, 60s or 30m, found `-5s`");
  EXPECT_EQ(refusal(" 5s"), "0: expected a duration such as 20ms, 60s or 30m, found ` 5s`");
  EXPECT_EQ(refusal("60"), "0: `60` has no unit: write us, ms, s, m, h or d after it");
  EXPECT_EQ(refusal("1h30"), "2: `30` has no unit: write us, ms, s, m, h or d after it");
  EXPECT_EQ(refusal("60sec"), "0: unknown unit `sec`: write us, ms, s, m, h or d");
  EXPECT_EQ(refusal("60S"), "0: unknown unit `S`: write us, ms, s, m, h or d");
  EXPECT_EQ(refusal("5s later"), "2: expected a number, found ` later`");
  EXPECT_EQ(refusal("5.s"), "0: expected digits after the point in `5.s`");
  EXPECT_EQ(refusal("30s1m"), "3: the units of `30s1m` must go from large to small");
  EXPECT_EQ(refusal("1s1s"), "2: the units of `1s1s` must go from large to small");
  EXPECT_EQ(refusal("1.5h3m"), "4: only the last number of `1.5h3m` may have a point");
  EXPECT_EQ(refusal("0.5us"), "0: `0.5us` is finer than a microsecond");
  EXPECT_EQ(refusal("0.00000000000001d"), "0: `0.00000000000001d` is finer than a microsecond");
  EXPECT_EQ(refusal("0.9999999999999d"), "0: `0.9999999999999d` is finer than a microsecond");
}

TEST(DurationText, the_largest_unit_that_fits_is_written) {
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(1), "1us");
  EXPECT_EQ(duration_text(60 * second), "1m");
  EXPECT_EQ(duration_text(90 * second), "90s");
  EXPECT_EQ(duration_text(1500 * millisecond), "1500ms");
  EXPECT_EQ(duration_text(24 * hour), "1d");
  EXPECT_EQ(duration_text(longest_duration_us), "36525d");
}

RC_GTEST_PROP(DurationText, every_duration_is_read_back, (std::uint64_t number)) {
  const std::int64_t duration_us = static_cast<std::int64_t>(number % longest_duration_us);
  for (const std::int64_t scale : {microsecond, second, day}) {
    const std::int64_t rounded_us = duration_us / scale * scale;
    RC_ASSERT(parse_duration(duration_text(rounded_us)).value == rounded_us);
  }
}

}  // namespace
}  // namespace holdfast
