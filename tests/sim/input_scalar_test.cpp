#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/input/scalar.h>

namespace holdfast {
namespace {

constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

TEST(Integer, SignsAndLimits) {
  EXPECT_EQ(parse_integer("0").value, 0);
  EXPECT_EQ(parse_integer("+7").value, 7);
  EXPECT_EQ(parse_integer("-42").value, -42);
  EXPECT_EQ(parse_integer("9223372036854775807").value, INT64_MAX);
  EXPECT_EQ(parse_integer("-9223372036854775808").value, INT64_MIN);
  EXPECT_EQ(parse_integer("9223372036854775808").error, "the number is too large");
  for (const char* text : {"", "+", "-", "+-1", "1.0", "1e3", "0x10", " 1", "1 ", "--1"}) {
    EXPECT_EQ(parse_integer(text).error, "not a whole number") << text;
  }
}

TEST(Instant, KnownOnes) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00Z").value, 0);
  EXPECT_EQ(parse_instant("2025-11-08T15:50:00Z").value, 1'762'617'000'000'000);
  EXPECT_EQ(parse_instant("2025-11-08T23:50:00+08:00").value, 1'762'617'000'000'000);
  EXPECT_EQ(parse_instant("2025-11-08T10:20:00-05:30").value, 1'762'617'000'000'000);
  EXPECT_EQ(parse_instant("2024-02-29T00:00:00Z").value, 1'709'164'800'000'000);
  EXPECT_EQ(parse_instant("2000-03-01T00:00:00Z").value, 951'868'800'000'000);
  EXPECT_EQ(parse_instant("9999-12-31T23:59:59.999999Z").value, 253'402'300'799'999'999);
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00.5Z").value, 500'000);
}

TEST(Instant, ImpossibleOnesSayWhy) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"2025-11-08", "not an instant"},
      {"2025-11-08 15:50:00Z", "not an instant"},
      {"1969-12-31T00:00:00Z", "the year must be 1970 to 9999"},
      {"2025-13-08T15:50:00Z", "the month must be 01 to 12"},
      {"2025-02-29T15:50:00Z", "the day must be 01 to 28 in this month"},
      {"2100-02-29T15:50:00Z", "the day must be 01 to 28 in this month"},
      {"2025-11-08T24:00:00Z", "the time must be 00:00:00 to 23:59:59"},
      {"2025-11-08T15:50:60Z", "the time must be 00:00:00 to 23:59:59"},
      {"2025-11-08T15:50:00", "not an instant"},
      {"2025-11-08T15:50:00+8", "it must end in Z or an offset such as +08:00"},
      {"2025-11-08T15:50:00Zx", "it must end in Z or an offset such as +08:00"},
      {"2025-11-08T15:50:00.1234567Z", "a fraction has one to six digits (microseconds)"},
      {"2025-11-08T15:50:00.Z", "a fraction has one to six digits (microseconds)"},
      {"1970-01-01T00:00:00+01:00", "before 1970-01-01T00:00:00Z"}};
  for (const auto& [text, error] : cases) {
    const TextResult<std::int64_t> result = parse_instant(text);
    EXPECT_FALSE(result.value) << text;
    EXPECT_EQ(result.error, error) << text;
  }
}

// The calendar by counting every day, against the arithmetic.
TEST(Instant, EveryDayOfTwoHundredYearsAgreesWithCounting) {
  const std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t days = 0;
  char text[32];
  for (int year = 1970; year < 2170; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; ++month) {
      const int length = lengths[static_cast<std::size_t>(month) - 1] + (leap && month == 2);
      for (int date = 1; date <= length; ++date, ++days) {
        std::snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, date);
        ASSERT_EQ(parse_instant(text).value, days * day_us) << text;
        ASSERT_EQ(format_instant(days * day_us), text);
      }
    }
  }
}

RC_GTEST_PROP(Instant, FormattingAndParsingIsTheSameInstant, ()) {
  const auto us = *rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000'000);
  RC_ASSERT(parse_instant(format_instant(us)).value == us);
}

RC_GTEST_PROP(Instant, NoTextCrashes, (const std::string& text)) {
  const TextResult<std::int64_t> result = parse_instant(text);
  RC_ASSERT(result.value.has_value() == result.error.empty());
}

TEST(TimeOfDay, MinutesSinceMidnight) {
  EXPECT_EQ(parse_time_of_day("00:00").value, 0);
  EXPECT_EQ(parse_time_of_day("09:30").value, 570);
  EXPECT_EQ(parse_time_of_day("23:59").value, 1439);
  EXPECT_EQ(parse_time_of_day("9:30").error, "write 09:30");
  EXPECT_EQ(parse_time_of_day("24:00").error, "a day runs from 00:00 to 23:59");
  EXPECT_EQ(parse_time_of_day("12:60").error, "a day runs from 00:00 to 23:59");
  EXPECT_EQ(parse_time_of_day("12:0x").error, "a day runs from 00:00 to 23:59");
  EXPECT_EQ(parse_time_of_day("noon").error, "not a time of day");
  EXPECT_EQ(parse_time_of_day("12:30:00").error, "not a time of day");
}

TEST(Fraction, PartsPerMillion) {
  EXPECT_EQ(parse_fraction("0").value, 0);
  EXPECT_EQ(parse_fraction("1").value, 1'000'000);
  EXPECT_EQ(parse_fraction("0.05").value, 50'000);
  EXPECT_EQ(parse_fraction("0.000001").value, 1);
  EXPECT_EQ(parse_fraction("5%").value, 50'000);
  EXPECT_EQ(parse_fraction("12.5%").value, 125'000);
  EXPECT_EQ(parse_fraction("100%").value, 1'000'000);
  EXPECT_EQ(parse_fraction("0.0001%").value, 1);
  EXPECT_EQ(parse_fraction("-0.1").error, "a fraction cannot be negative");
  EXPECT_EQ(parse_fraction("1.000001").error, "more than the whole");
  EXPECT_EQ(parse_fraction("101%").error, "more than the whole");
  EXPECT_EQ(parse_fraction("99999999999999999999").error, "more than the whole");
  EXPECT_EQ(parse_fraction("0.0000001").error, "at most 6 digits after the point");
  EXPECT_EQ(parse_fraction("0.00001%").error, "at most 4 digits after the point");
  for (const char* text : {"", "%", ".5", "1.", "0,5", "1e-3", "half"}) {
    EXPECT_EQ(parse_fraction(text).error, "not a fraction") << text;
  }
}

}  // namespace
}  // namespace holdfast
