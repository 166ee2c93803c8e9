#include <holdfast/sim/distribution.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/model/moment.h>

namespace holdfast {
namespace {

std::vector<std::int64_t> draws(const Distribution& distribution, std::size_t count) {
  RandomStream stream(598, "distribution test");
  std::vector<std::int64_t> drawn(count);
  for (std::int64_t& value : drawn) value = distribution.draw_us(stream);
  return drawn;
}

double mean(const std::vector<std::int64_t>& values) {
  long double sum = 0;
  for (const std::int64_t value : values) sum += static_cast<long double>(value);
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}

// The value that this share of all is below.
double percentile(std::vector<std::int64_t> values, double share) {
  std::sort(values.begin(), values.end());
  const double rank = share * static_cast<double>(values.size());
  return static_cast<double>(values[static_cast<std::size_t>(rank)]);
}

// The largest distance between what was drawn and what the formula says (Kolmogorov and Smirnov);
// one seed in a thousand exceeds 1.95 / sqrt(count).
double distance(std::vector<std::int64_t> values, const std::function<double(double)>& below) {
  std::sort(values.begin(), values.end());
  const double count = static_cast<double>(values.size());
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = below(static_cast<double>(values[i]));
    largest = std::max(largest, std::abs(expected - static_cast<double>(i) / count));
    largest = std::max(largest, std::abs(expected - static_cast<double>(i + 1) / count));
  }
  return largest;
}

constexpr std::size_t many = 200'000;
const double allowed_distance = 1.95 / std::sqrt(static_cast<double>(many));

double normal_below(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

// Distributions of every kind, over the whole range of parameters.
rc::Gen<Distribution> any_distribution() {
  return rc::gen::exec([] {
    const auto up_to = [](std::int64_t largest) {
      return *rc::gen::inRange<std::int64_t>(0, largest) >> *rc::gen::inRange(0, 50);
    };
    const std::int64_t a = up_to(longest_duration_us);
    const std::int64_t b = up_to(longest_duration_us);
    switch (*rc::gen::inRange(0, 5)) {
      case 0:
        return Distribution::fixed(a);
      case 1:
        return Distribution::uniform(std::min(a, b), std::max(a, b));
      case 2:
        return Distribution::exponential(1 + up_to(longest_duration_us / 20 - 1));
      case 3:
        return Distribution::lognormal(1 + up_to(1000), *rc::gen::inRange(1000, 100'001));
      default:
        return Distribution::never();
    }
  });
}

// A second implementation agrees with the range exactly, with the formulas of the others to within
// what the tables allow. If these change, every seed that anybody wrote down means another run.
TEST(Distribution, first_draws_stay) {
  using Draws = std::vector<std::int64_t>;
  EXPECT_EQ(draws(Distribution::uniform(20 * millisecond, 200 * millisecond), 4),
            (Draws{192302, 53889, 102068, 31416}));
  EXPECT_EQ(draws(Distribution::exponential(30 * minute), 4),
            (Draws{5673590004, 375463244, 1095638938, 117948040}));
  EXPECT_EQ(draws(Distribution::lognormal(minute, 1500), 4),
            (Draws{120485077, 41921299, 57366851, 32308440}));
}

TEST(Distribution, fixed_and_never_are_always_the_same) {
  EXPECT_EQ(draws(Distribution::fixed(4 * second), 2),
            (std::vector<std::int64_t>{4 * second, 4 * second}));
  EXPECT_EQ(draws(Distribution::never(), 1), (std::vector<std::int64_t>{Distribution::never_us}));
  EXPECT_TRUE(Distribution::never().is_never());
  EXPECT_EQ(Distribution(), Distribution::fixed(0));
}

TEST(Distribution, a_range_without_width_and_a_spread_of_one_are_fixed) {
  EXPECT_EQ(Distribution::uniform(second, second), Distribution::fixed(second));
  EXPECT_EQ(Distribution::lognormal(second, 1000), Distribution::fixed(second));
}

TEST(Distribution, a_range_is_even_and_reaches_both_ends) {
  const std::vector<std::int64_t> dice = draws(Distribution::uniform(3, 8), many);
  for (std::int64_t face = 3; face <= 8; ++face) {
    const auto count = static_cast<double>(std::count(dice.begin(), dice.end(), face));
    EXPECT_NEAR(count, many / 6.0, 4 * std::sqrt(many * 5.0 / 36.0)) << face;
  }
  const auto wide = draws(Distribution::uniform(500 * millisecond, 5 * second), many);
  EXPECT_LT(distance(wide, [](double us) { return (us - 0.5e6) / 4.5e6; }), allowed_distance);
}

TEST(Distribution, exponential_follows_its_formula) {
  const double mean_us = 1.8e9;
  const auto drawn = draws(Distribution::exponential(30 * minute), many);
  EXPECT_LT(distance(drawn, [=](double us) { return -std::expm1(-us / mean_us); }),
            allowed_distance);
  EXPECT_NEAR(mean(drawn), mean_us, 4 * mean_us / std::sqrt(many));
  EXPECT_NEAR(percentile(drawn, 0.5), mean_us * std::log(2.0), 0.01 * mean_us);
  EXPECT_NEAR(percentile(drawn, 0.999), mean_us * std::log(1000.0), 0.3 * mean_us);
}

TEST(Distribution, lognormal_follows_its_formula) {
  const double sigma = std::log(1.5);
  const auto drawn = draws(Distribution::lognormal(minute, 1500), many);
  EXPECT_LT(distance(drawn, [=](double us) { return normal_below(std::log(us / 6e7) / sigma); }),
            allowed_distance);
  EXPECT_NEAR(percentile(drawn, 0.5), 60e6, 0.3e6);
  EXPECT_NEAR(percentile(drawn, 0.8413447), 90e6, 0.6e6);
  EXPECT_NEAR(percentile(drawn, 0.1586553), 40e6, 0.3e6);
  EXPECT_NEAR(mean(drawn), 60e6 * std::exp(sigma * sigma / 2), 0.25e6);
}

// The number of arrivals in an hour with gaps of 6 min on average has mean and variance 10.
TEST(Distribution, exponential_gaps_make_poisson_arrivals) {
  RandomStream stream(598, "arrivals");
  const Distribution gap = Distribution::exponential(6 * minute);
  constexpr int hours = 20'000;
  std::vector<int> arrivals(hours);
  for (std::int64_t now = gap.draw_us(stream); now < hours * hour; now += gap.draw_us(stream)) {
    ++arrivals[static_cast<std::size_t>(now / hour)];
  }
  double sum = 0;
  double squares = 0;
  for (const int count : arrivals) {
    sum += count;
    squares += (count - 10.0) * (count - 10.0);
  }
  EXPECT_NEAR(sum / hours, 10, 0.1);
  EXPECT_NEAR(squares / hours, 10, 0.45);
}

TEST(Distribution, bounds_are_those_that_the_header_states) {
  const Distribution range = Distribution::uniform(second, minute);
  EXPECT_EQ(range.minimum_us(), second);
  EXPECT_EQ(range.maximum_us(), minute);
  const Distribution confirm = Distribution::exponential(30 * minute);
  EXPECT_EQ(confirm.minimum_us(), 0);
  EXPECT_EQ(confirm.maximum_us(), 10 * hour);
  const Distribution plan = Distribution::lognormal(minute, 1500);
  const double reach = std::pow(1.5, 6.009353567);
  EXPECT_NEAR(static_cast<double>(plan.maximum_us()), 60e6 * reach, 60);
  EXPECT_NEAR(static_cast<double>(plan.minimum_us()), 60e6 / reach, 1);
  EXPECT_EQ(Distribution::never().minimum_us(), Distribution::never_us);
  EXPECT_EQ(Distribution::never().maximum_us(), Distribution::never_us);
}

TEST(Distribution, means_are_those_of_the_formulas) {
  EXPECT_EQ(Distribution::fixed(second).mean_us(), second);
  EXPECT_EQ(Distribution::uniform(20, 200).mean_us(), 110);
  EXPECT_EQ(Distribution::uniform(1, 2).mean_us(), 2);
  EXPECT_EQ(Distribution::exponential(30 * minute).mean_us(), 30 * minute);
  const double sigma = std::log(1.5);
  EXPECT_NEAR(static_cast<double>(Distribution::lognormal(minute, 1500).mean_us()),
              60e6 * std::exp(sigma * sigma / 2), 1);
  EXPECT_EQ(Distribution::never().mean_us(), Distribution::never_us);
}

RC_GTEST_PROP(Distribution, every_draw_lies_within_the_bounds, (std::uint64_t seed)) {
  const Distribution distribution = *any_distribution();
  RandomStream stream(seed, "bounds");
  for (int i = 0; i < 50; ++i) {
    const std::int64_t drawn = distribution.draw_us(stream);
    RC_ASSERT(distribution.minimum_us() <= drawn);
    RC_ASSERT(drawn <= distribution.maximum_us());
  }
  RC_ASSERT(distribution.minimum_us() <= distribution.mean_us());
  RC_ASSERT(distribution.mean_us() <= distribution.maximum_us());
}

TEST(Distribution, every_kind_takes_one_word_for_each_draw) {
  RandomStream expected(1, "words");
  RandomStream stream = expected;
  for (const char* text : {"60s", "1s..2s", "exponential 30m", "lognormal 60s x1.5", "never"}) {
    parse_distribution(text).value->draw_us(stream);
    expected.next();
    EXPECT_EQ(stream, expected) << text;
  }
}

RC_GTEST_PROP(Distribution, text_is_read_back_as_the_same_distribution, ()) {
  const Distribution distribution = *any_distribution();
  const std::string text = distribution_text(distribution);
  RC_LOG() << text << '\n';
  RC_ASSERT(parse_distribution(text).value == distribution);
  RC_ASSERT(distribution_text(*parse_distribution(text).value) == text);
}

Distribution read(std::string_view text) {
  const TextResult<Distribution> result = parse_distribution(text);
  EXPECT_EQ(result.error, "") << text;
  return result.value.value_or(Distribution());
}

// "offset: error", so that one comparison covers both.
std::string refusal(std::string_view text) {
  const TextResult<Distribution> result = parse_distribution(text);
  EXPECT_FALSE(result.value) << text;
  return std::to_string(result.offset) + ": " + result.error;
}

TEST(Distribution, every_kind_is_read) {
  EXPECT_EQ(read("60s"), Distribution::fixed(minute));
  EXPECT_EQ(read("0.5s..5s"), Distribution::uniform(500 * millisecond, 5 * second));
  EXPECT_EQ(read("exponential 30m"), Distribution::exponential(30 * minute));
  EXPECT_EQ(read("lognormal 60s x1.5"), Distribution::lognormal(minute, 1500));
  EXPECT_EQ(read("lognormal 60s x2"), Distribution::lognormal(minute, 2000));
  EXPECT_EQ(read("lognormal 60s x1.125"), Distribution::lognormal(minute, 1125));
  EXPECT_EQ(read("never"), Distribution::never());
}

TEST(Distribution, blanks_between_words_do_not_count) {
  EXPECT_EQ(read("  20ms ..  200ms "), read("20ms..200ms"));
  EXPECT_EQ(read(" lognormal   60s  x1.5 "), read("lognormal 60s x1.5"));
  EXPECT_EQ(read(" never "), Distribution::never());
}

TEST(Distribution, every_kind_is_written) {
  EXPECT_EQ(distribution_text(Distribution::fixed(0)), "0s");
  EXPECT_EQ(distribution_text(read("500ms..5s")), "500ms..5s");
  EXPECT_EQ(distribution_text(read("exponential 1800s")), "exponential 30m");
  EXPECT_EQ(distribution_text(read("lognormal 90s x1.50")), "lognormal 90s x1.5");
  EXPECT_EQ(distribution_text(read("lognormal 90s x10")), "lognormal 90s x10");
  EXPECT_EQ(distribution_text(Distribution::never()), "never");
}

TEST(Distribution, what_is_none_is_refused_with_place_and_reason) {
  const std::string forms =
      "expected 60s, 20ms..200ms, exponential 30m, lognormal 60s x1.5 or never, found ";
  EXPECT_EQ(refusal(""), "0: " + forms + "nothing");
  EXPECT_EQ(refusal("  "), "2: " + forms + "nothing");
  EXPECT_EQ(refusal(" sometimes"), "1: " + forms + "`sometimes`");
  EXPECT_EQ(refusal("Never"), "0: " + forms + "`Never`");
  EXPECT_EQ(refusal("never ever"), "0: " + forms + "`never ever`");
  EXPECT_EQ(refusal("normal 5s"), "0: " + forms + "`normal 5s`");
  EXPECT_EQ(refusal(" 60"), "1: `60` has no unit: write us, ms, s, m, h or d after it");
}

TEST(Distribution, wrong_ranges_are_refused_with_place_and_reason) {
  EXPECT_EQ(refusal("5s..2s"), "0: the range `5s..2s` runs backwards: write 2s..5s");
  EXPECT_EQ(refusal("5s.."),
            "4: expected a duration such as 20ms, 60s or 30m, found nothing");
  EXPECT_EQ(refusal("..5s"),
            "0: expected a duration such as 20ms, 60s or 30m, found nothing");
  EXPECT_EQ(refusal("20..200ms"), "0: `20` has no unit: write us, ms, s, m, h or d after it");
  EXPECT_EQ(refusal("1s .. 3x"), "6: unknown unit `x`: write us, ms, s, m, h or d");
}

TEST(Distribution, wrong_exponentials_are_refused_with_place_and_reason) {
  EXPECT_EQ(refusal("exponential"),
            "11: expected a duration such as 20ms, 60s or 30m, found nothing");
  EXPECT_EQ(refusal("exponential 0s"), "12: the mean of an exponential must be more than 0");
  EXPECT_EQ(refusal("exponential 2000d"),
            "12: the mean of an exponential must be at most 5 years, found `2000d`");
  EXPECT_EQ(refusal("exponential 5s 6s"), "14: expected a number, found ` 6s`");
}

TEST(Distribution, wrong_lognormals_are_refused_with_place_and_reason) {
  EXPECT_EQ(refusal("lognormal"),
            "9: expected a duration such as 20ms, 60s or 30m, found nothing");
  EXPECT_EQ(refusal("lognormal 0s x2"), "10: the median of a lognormal must be more than 0");
  EXPECT_EQ(refusal("lognormal 60s"),
            "13: expected a ratio such as x1.5 after the median, found nothing");
  for (const std::string ratio : {"1.5", "x", "x1.", "x.5", "x1.2345", "x-2", "x1,5", "x1.5.1",
                                  "x2 more", "x1234567"}) {
    EXPECT_EQ(refusal("lognormal 60s " + ratio),
              "14: expected a ratio such as x1.5 after the median, found `" + ratio + "`");
  }
  EXPECT_EQ(refusal("lognormal 60s x0.5"), "14: the ratio must be from x1 to x100, found `x0.5`");
  EXPECT_EQ(refusal("lognormal 60s x100.001"),
            "14: the ratio must be from x1 to x100, found `x100.001`");
  EXPECT_EQ(refusal("lognormal 30d x10"),
            "10: the largest draw of `30d` `x10` is longer than 100 years");
}

}  // namespace
}  // namespace holdfast
