#include <holdfast/sim/distribution.h>

#include <algorithm>
#include <cassert>

#include <holdfast/sim/quantile.h>

namespace holdfast {
namespace {

// The standard deviation of the logarithm.
std::int64_t sigma(std::int64_t ratio_thousandths) {
  return natural_log(static_cast<std::uint64_t>(ratio_thousandths)) - natural_log(1000);
}

std::int64_t lognormal_quantile_us(std::int64_t median_us, std::int64_t ratio_thousandths,
                                   std::uint64_t word) {
  const std::int64_t exponent =
      fixed_point_product(normal_quantile(word), sigma(ratio_thousandths));
  return times_exp(median_us, exponent);
}

constexpr std::uint64_t highest_word = UINT64_MAX;

[[maybe_unused]] bool legal_duration(std::int64_t us) {
  return 0 <= us && us <= longest_duration_us;
}

bool legal_mean(std::int64_t us) {
  return 0 < us && us <= longest_duration_us / Distribution::exponential_cut;
}

bool legal_ratio(std::int64_t thousandths) {
  return 1000 <= thousandths && thousandths <= Distribution::largest_ratio_thousandths;
}

bool legal_lognormal(std::int64_t median_us, std::int64_t ratio_thousandths) {
  return 0 < median_us && legal_ratio(ratio_thousandths) &&
         lognormal_quantile_us(median_us, ratio_thousandths, highest_word) <= longest_duration_us;
}

}  // namespace

Distribution Distribution::never() { return {DistributionKind::never_comes, 0, 0}; }

Distribution Distribution::fixed(std::int64_t duration_us) {
  assert(legal_duration(duration_us));
  return {DistributionKind::fixed, duration_us, 0};
}

Distribution Distribution::uniform(std::int64_t lowest_us, std::int64_t highest_us) {
  assert(legal_duration(lowest_us) && legal_duration(highest_us) && lowest_us <= highest_us);
  if (lowest_us == highest_us) return fixed(lowest_us);
  return {DistributionKind::uniform, lowest_us, highest_us};
}

Distribution Distribution::exponential(std::int64_t mean_us) {
  assert(legal_mean(mean_us));
  return {DistributionKind::exponential, mean_us, 0};
}

Distribution Distribution::lognormal(std::int64_t median_us, std::int64_t ratio_thousandths) {
  assert(legal_lognormal(median_us, ratio_thousandths));
  if (ratio_thousandths == 1000) return fixed(median_us);
  return {DistributionKind::lognormal, median_us, ratio_thousandths};
}

std::int64_t Distribution::draw_us(RandomStream& stream) const {
  if (kind_ == DistributionKind::uniform) return stream.between(first_, second_);
  return quantile_us(stream.next());
}

// A range has no quantile here: its draws must be exactly alike, which one word cannot always give.
std::int64_t Distribution::quantile_us(std::uint64_t word) const {
  switch (kind_) {
    case DistributionKind::exponential:
      return std::min(fixed_point_product(first_, exponential_quantile(word)),
                      exponential_cut * first_);
    case DistributionKind::lognormal:
      return lognormal_quantile_us(first_, second_, word);
    case DistributionKind::never_comes:
      return never_us;
    case DistributionKind::uniform:
    case DistributionKind::fixed:
      break;
  }
  return first_;
}

std::int64_t Distribution::minimum_us() const { return quantile_us(0); }

std::int64_t Distribution::maximum_us() const {
  return kind_ == DistributionKind::uniform ? second_ : quantile_us(highest_word);
}

std::int64_t Distribution::mean_us() const {
  switch (kind_) {
    case DistributionKind::uniform:
      return first_ + (second_ - first_ + 1) / 2;
    case DistributionKind::lognormal: {
      const std::int64_t deviation = sigma(second_);
      return times_exp(first_, fixed_point_product(deviation, deviation) / 2);
    }
    case DistributionKind::never_comes:
      return never_us;
    case DistributionKind::exponential:
    case DistributionKind::fixed:
      break;
  }
  return first_;
}

namespace {

using Parsed = TextResult<Distribution>;

Parsed refused(std::string error, std::size_t offset) {
  return {std::nullopt, std::move(error), offset};
}

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

// A piece of the text and where it begins in it.
struct Piece {
  std::string_view text;
  std::size_t offset = 0;
};

// The piece from `begin` to `end` without the blanks around it.
Piece trimmed(std::string_view whole, std::size_t begin, std::size_t end) {
  while (begin < end && whole[begin] == ' ') ++begin;
  while (begin < end && whole[end - 1] == ' ') --end;
  return {whole.substr(begin, end - begin), begin};
}

// Cuts the first word off.
Piece first_word(Piece& rest) {
  const std::size_t end = std::min(rest.text.find(' '), rest.text.size());
  const Piece word{rest.text.substr(0, end), rest.offset};
  Piece after = trimmed(rest.text, end, rest.text.size());
  after.offset += rest.offset;
  rest = after;
  return word;
}

TextResult<std::int64_t> duration_of(const Piece& piece) {
  TextResult<std::int64_t> result = parse_duration(piece.text);
  result.offset += piece.offset;
  return result;
}

Parsed parse_uniform(std::string_view whole, const Piece& all, std::size_t dots) {
  const auto low = duration_of(trimmed(whole, all.offset, dots));
  if (!low.value) return refused(low.error, low.offset);
  const auto high = duration_of(trimmed(whole, dots + 2, all.offset + all.text.size()));
  if (!high.value) return refused(high.error, high.offset);
  if (*low.value > *high.value) {
    return refused("the range " + quoted(all.text) + " runs backwards: write " +
                       duration_text(*high.value) + ".." + duration_text(*low.value),
                   all.offset);
  }
  return {Distribution::uniform(*low.value, *high.value), {}, 0};
}

Parsed parse_exponential(const Piece& mean_text) {
  const auto mean = duration_of(mean_text);
  if (!mean.value) return refused(mean.error, mean.offset);
  if (*mean.value == 0) {
    return refused("the mean of an exponential must be more than 0", mean_text.offset);
  }
  if (!legal_mean(*mean.value)) {
    return refused("the mean of an exponential must be at most 5 years, found " +
                       quoted(mean_text.text),
                   mean_text.offset);
  }
  return {Distribution::exponential(*mean.value), {}, 0};
}

// "x1.5" as 1500; nothing for anything but x, digits and up to three decimals.
std::optional<std::int64_t> parse_ratio(std::string_view text) {
  if (text.size() < 2 || text[0] != 'x') return std::nullopt;
  text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  if (point == 0 || point > 6 || decimals > 3) return std::nullopt;
  if (point != text.size() && decimals == 0) return std::nullopt;
  std::int64_t thousandths = 0;
  for (std::size_t i = 0; i < point + 4; ++i) {
    if (i == point) continue;
    const char digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    thousandths = thousandths * 10 + (digit - '0');
  }
  return thousandths;
}

Parsed parse_lognormal(Piece rest) {
  const Piece median_text = first_word(rest);
  const auto median = duration_of(median_text);
  if (!median.value) return refused(median.error, median.offset);
  if (*median.value == 0) {
    return refused("the median of a lognormal must be more than 0", median_text.offset);
  }
  const auto ratio = parse_ratio(rest.text);
  if (!ratio) {
    return refused("expected a ratio such as x1.5 after the median, found " +
                       (rest.text.empty() ? std::string("nothing") : quoted(rest.text)),
                   rest.offset);
  }
  if (!legal_ratio(*ratio)) {
    return refused("the ratio must be from x1 to x100, found " + quoted(rest.text), rest.offset);
  }
  if (!legal_lognormal(*median.value, *ratio)) {
    return refused("the largest draw of " + quoted(median_text.text) + " " + quoted(rest.text) +
                       " is longer than 100 years",
                   median_text.offset);
  }
  return {Distribution::lognormal(*median.value, *ratio), {}, 0};
}

std::string ratio_text(std::int64_t thousandths) {
  std::string text = std::to_string(thousandths);
  text.insert(text.size() - 3, ".");
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return "x" + text;
}

}  // namespace

TextResult<Distribution> parse_distribution(std::string_view text) {
  const Piece all = trimmed(text, 0, text.size());
  Piece rest = all;
  const Piece word = first_word(rest);
  if (word.text == "exponential") return parse_exponential(rest);
  if (word.text == "lognormal") return parse_lognormal(rest);
  if (all.text == "never") return {Distribution::never(), {}, 0};
  const std::size_t dots = text.find("..");
  if (dots != std::string_view::npos) return parse_uniform(text, all, dots);
  if (all.text.empty() || all.text[0] < '0' || all.text[0] > '9') {
    return refused(std::string("expected 60s, 20ms..200ms, exponential 30m, lognormal 60s x1.5 ") +
                       "or never, found " +
                       (all.text.empty() ? std::string("nothing") : quoted(all.text)),
                   all.offset);
  }
  const auto duration = duration_of(all);
  if (!duration.value) return refused(duration.error, duration.offset);
  return {Distribution::fixed(*duration.value), {}, 0};
}

std::string distribution_text(const Distribution& distribution) {
  const std::int64_t first = distribution.first_;
  switch (distribution.kind_) {
    case DistributionKind::uniform:
      return duration_text(first) + ".." + duration_text(distribution.second_);
    case DistributionKind::exponential:
      return "exponential " + duration_text(first);
    case DistributionKind::lognormal:
      return "lognormal " + duration_text(first) + " " + ratio_text(distribution.second_);
    case DistributionKind::never_comes:
      return "never";
    case DistributionKind::fixed:
      break;
  }
  return duration_text(first);
}

}  // namespace holdfast
