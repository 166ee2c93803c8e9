// How long something takes, when that varies: a value that a scenario names and a random stream
// draws from. Whole microseconds from integers only, so the same draw on every machine.
//
// text                 meaning
// 60s                  always 60 s
// 20ms..200ms          every microsecond from 20 ms to 200 ms alike
// exponential 30m      mean 30 min. The gaps between arrivals of a Poisson process are of this kind
// lognormal 60s x1.5   median 60 s; 84 % (one deviation) stay below 1.5 times that
// never                does not come
//
// Invariants
// 1. Every draw takes one word of its stream, whatever the kind (a range rarely one more, see
//    random.h): another kind or another parameter does not shift the draws after it.
// 2. A draw grows with the word taken and lies between `minimum_us` and `maximum_us`.
// 3. Equal distributions have the same text and the other way round.
//
// Thread safety: values; drawing changes the stream that is given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <holdfast/model/duration_text.h>
#include <holdfast/sim/random.h>

namespace holdfast {

enum class DistributionKind : std::uint8_t { fixed, uniform, exponential, lognormal, never_comes };

class Distribution {
 public:
  // What a draw from `never` gives, and its bounds: later than any time.
  static constexpr std::int64_t never_us = INT64_MAX;
  // An exponential draw is cut off at so many means; one in 485 million draws is.
  static constexpr std::int64_t exponential_cut = 20;
  // A lognormal draw is cut off at 6.01 deviations on both sides, where 2^-30 lie beyond, so
  // between median / ratio^6.01 and median * ratio^6.01.
  static constexpr std::int64_t largest_ratio_thousandths = 100'000;

  // Always 0.
  Distribution() = default;

  static Distribution never();
  // Requires: 0 <= duration_us <= longest_duration_us.
  static Distribution fixed(std::int64_t duration_us);
  // Both ends included; `fixed` if they are equal.
  // Requires: 0 <= lowest_us <= highest_us <= longest_duration_us.
  static Distribution uniform(std::int64_t lowest_us, std::int64_t highest_us);
  // Requires: 0 < mean_us <= longest_duration_us / exponential_cut.
  static Distribution exponential(std::int64_t mean_us);
  // The ratio is that of the 84.13th percentile to the median, in thousandths: 1500 for x1.5. It is
  // e^sigma of the usual notation; `fixed` if it is 1. Requires: 0 < median_us, 1000 <=
  // ratio_thousandths <= largest_ratio_thousandths, and the largest draw is at most
  // longest_duration_us.
  static Distribution lognormal(std::int64_t median_us, std::int64_t ratio_thousandths);

  DistributionKind kind() const { return kind_; }
  bool is_never() const { return kind_ == DistributionKind::never_comes; }

  // One duration, in microseconds.
  std::int64_t draw_us(RandomStream& stream) const;

  // The smallest and the largest that a draw can be.
  std::int64_t minimum_us() const;
  std::int64_t maximum_us() const;

  // The mean, to the nearest microsecond. That of an exponential or a lognormal is the one without
  // the cut-off, which for ratios up to 3 moves it by less than a millionth.
  std::int64_t mean_us() const;

  bool operator==(const Distribution&) const = default;

 private:
  friend std::string distribution_text(const Distribution& distribution);

  Distribution(DistributionKind kind, std::int64_t first_parameter, std::int64_t second_parameter)
      : kind_(kind), first_(first_parameter), second_(second_parameter) {}

  std::int64_t quantile_us(std::uint64_t word) const;

  DistributionKind kind_ = DistributionKind::fixed;
  std::int64_t first_ = 0;   // duration, lowest, mean or median
  std::int64_t second_ = 0;  // highest, or the ratio in thousandths
};

// The distribution that the whole text says.
TextResult<Distribution> parse_distribution(std::string_view text);

// The text that `parse_distribution` reads back as the same distribution.
std::string distribution_text(const Distribution& distribution);

}  // namespace holdfast
