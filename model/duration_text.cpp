#include <holdfast/model/duration_text.h>

#include <algorithm>
#include <array>
#include <cassert>

#include <holdfast/model/moment.h>

namespace holdfast {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t length_us;
};

// From large to small: a text must follow this order, and the writer takes the first that fits.
constexpr std::array<Unit, 6> units = {{{"d", day},
                                        {"h", hour},
                                        {"m", minute},
                                        {"s", second},
                                        {"ms", millisecond},
                                        {"us", microsecond}}};

constexpr std::string_view unit_names = "us, ms, s, m, h or d";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

// Reads one text from left to right.
class DurationReader {
 public:
  explicit DurationReader(std::string_view text) : text_(text) {}

  TextResult<std::int64_t> read() {
    if (text_.empty() || !is_digit(text_[0])) {
      return failed("expected a duration such as 20ms, 60s or 30m, found " +
                    (text_.empty() ? std::string("nothing") : quoted(text_)));
    }
    while (at_ < text_.size()) {
      part_ = at_;
      if (!read_part()) return failed(error_);
    }
    return {total_us_, {}, 0};
  }

 private:
  TextResult<std::int64_t> failed(std::string error) const {
    return {std::nullopt, std::move(error), part_};
  }
  bool refuse(std::string error) {
    error_ = std::move(error);
    return false;
  }

  std::string_view take_while(bool (*belongs)(char)) {
    const std::size_t from = at_;
    while (at_ < text_.size() && belongs(text_[at_])) ++at_;
    return text_.substr(from, at_ - from);
  }

  // number [. digits] unit
  bool read_part() {
    const std::string_view whole = take_while(is_digit);
    if (whole.empty()) return refuse("expected a number, found " + quoted(text_.substr(at_)));
    std::string_view fraction;
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      fraction = take_while(is_digit);
      if (fraction.empty()) return refuse("expected digits after the point in " + quoted(text_));
    }
    const std::string_view name = take_while(is_letter);
    if (name.empty()) {
      return refuse(quoted(text_.substr(part_, at_ - part_)) + " has no unit: write " +
                    std::string(unit_names) + " after it");
    }
    const auto unit = std::find_if(units.begin(), units.end(), [name](const Unit& candidate) {
      return candidate.name == name;
    });
    if (unit == units.end()) {
      return refuse("unknown unit " + quoted(name) + ": write " + std::string(unit_names));
    }
    if (unit->length_us >= last_unit_us_) {
      return refuse("the units of " + quoted(text_) + " must go from large to small");
    }
    if (had_fraction_) {
      return refuse("only the last number of " + quoted(text_) + " may have a point");
    }
    last_unit_us_ = unit->length_us;
    had_fraction_ = !fraction.empty();
    return add_whole(whole, unit->length_us) && add_fraction(fraction, unit->length_us);
  }

  bool add_whole(std::string_view digits, std::int64_t unit_us) {
    std::int64_t number = 0;
    for (const char digit : digits) {
      number = number * 10 + (digit - '0');
      if (number > (longest_duration_us - total_us_) / unit_us) return refuse_length();
    }
    total_us_ += number * unit_us;
    return true;
  }

  // Long division: each digit takes its share of what one digit before was worth.
  bool add_fraction(std::string_view digits, std::int64_t unit_us) {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
    // 1 d is 2^13 * 3^3 * 5^8 us: a 14th digit that is not 0 is always finer than 1 us.
    if (digits.size() > 13) return refuse_fineness();
    for (const char digit : digits) {
      numerator = numerator * 10 + (digit - '0');
      denominator *= 10;
    }
    while (denominator > 1 && unit_us % 10 == 0) {
      denominator /= 10;
      unit_us /= 10;
    }
    if (numerator > INT64_MAX / unit_us) return refuse_fineness();
    const std::int64_t product = numerator * unit_us;
    if (product % denominator != 0) return refuse_fineness();
    total_us_ += product / denominator;
    return total_us_ <= longest_duration_us || refuse_length();
  }

  bool refuse_length() { return refuse(quoted(text_) + " is longer than 100 years"); }
  bool refuse_fineness() { return refuse(quoted(text_) + " is finer than a microsecond"); }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t part_ = 0;  // where the number and unit under way begin
  std::int64_t total_us_ = 0;
  std::int64_t last_unit_us_ = INT64_MAX;
  bool had_fraction_ = false;
  std::string error_;
};

}  // namespace

TextResult<std::int64_t> parse_duration(std::string_view text) {
  return DurationReader(text).read();
}

std::string duration_text(std::int64_t duration_us) {
  assert(duration_us >= 0);
  if (duration_us == 0) return "0s";
  const auto unit = std::find_if(units.begin(), units.end(), [duration_us](const Unit& candidate) {
    return duration_us % candidate.length_us == 0;
  });
  return std::to_string(duration_us / unit->length_us) + std::string(unit->name);
}

}  // namespace holdfast
