#include <holdfast/sim/input/scalar.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <holdfast/model/moment.h>

namespace holdfast {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::size_t count_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

// Requires: all_digits(text) and at most 18 of them.
std::int64_t number_of(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

template <typename Value>
TextResult<Value> fault(std::string text) {
  return {std::nullopt, std::move(text), 0};
}

bool is_leap_year(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(std::int64_t year, int month) {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && is_leap_year(year)) return 29;
  return days[static_cast<std::size_t>(month) - 1];
}

// Days from 1970-01-01 to the first day of `year`. Requires: year >= 1970.
std::int64_t days_before_year(std::int64_t year) {
  const auto leap_days = [](std::int64_t y) { return y / 4 - y / 100 + y / 400; };
  return 365 * (year - 1970) + leap_days(year - 1) - leap_days(1969);
}

// The digits at a fixed position of an instant, in [low, high], or -1.
int digits_at(std::string_view text, std::size_t at, std::size_t count, int low, int high) {
  const std::string_view digits = text.substr(at, count);
  if (digits.size() != count || !all_digits(digits)) return -1;
  const int value = static_cast<int>(number_of(digits));
  return value >= low && value <= high ? value : -1;
}

// The zone at the end of an instant, in minutes east of UTC.
std::optional<int> zone_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
  const int hours = digits_at(text, 1, 2, 0, 23);
  const int minutes = digits_at(text, 4, 2, 0, 59);
  if (hours < 0 || minutes < 0) return {};
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

// Digits after a decimal point as a number of `places` places. Requires: digits.size() <= places.
std::int64_t scaled_digits(std::string_view digits, std::size_t places) {
  std::int64_t value = number_of(digits);
  for (std::size_t i = digits.size(); i < places; ++i) value *= 10;
  return value;
}

}  // namespace

TextResult<std::int64_t> parse_integer(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+') || digits.starts_with('-')) digits.remove_prefix(1);
  if (!all_digits(digits)) return fault<std::int64_t>("not a whole number");
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return fault<std::int64_t>("the number is too large");
  return {value, {}, 0};
}

TextResult<std::int64_t> parse_instant(std::string_view text) {
  const bool marks = text.size() >= 20 && text[4] == '-' && text[7] == '-' &&
                     (text[10] == 'T' || text[10] == 't') && text[13] == ':' && text[16] == ':';
  if (!marks) return fault<std::int64_t>("not an instant");
  const int year = digits_at(text, 0, 4, 1970, 9999);
  if (year < 0) return fault<std::int64_t>("the year must be 1970 to 9999");
  const int month = digits_at(text, 5, 2, 1, 12);
  if (month < 0) return fault<std::int64_t>("the month must be 01 to 12");
  const int days = days_in_month(year, month);
  const int day_of_month = digits_at(text, 8, 2, 1, days);
  if (day_of_month < 0) {
    return fault<std::int64_t>(fmt::format("the day must be 01 to {} in this month", days));
  }
  const int hours = digits_at(text, 11, 2, 0, 23);
  const int minutes = digits_at(text, 14, 2, 0, 59);
  const int seconds = digits_at(text, 17, 2, 0, 59);
  if (hours < 0 || minutes < 0 || seconds < 0) {
    return fault<std::int64_t>("the time must be 00:00:00 to 23:59:59");
  }
  std::string_view rest = text.substr(19);
  std::int64_t us = 0;
  if (rest.starts_with('.')) {
    const std::string_view digits = rest.substr(1, count_digits(rest.substr(1)));
    if (digits.empty() || digits.size() > 6) {
      return fault<std::int64_t>("a fraction has one to six digits (microseconds)");
    }
    us = scaled_digits(digits, 6);
    rest.remove_prefix(1 + digits.size());
  }
  const std::optional<int> zone = zone_minutes(rest);
  if (!zone) return fault<std::int64_t>("it must end in Z or an offset such as +08:00");
  std::int64_t day_number = days_before_year(year) + day_of_month - 1;
  for (int m = 1; m < month; ++m) day_number += days_in_month(year, m);
  us += day_number * day + (hours * 60 + minutes - *zone) * minute + seconds * second;
  if (us < 0) return fault<std::int64_t>("before 1970-01-01T00:00:00Z");
  return {us, {}, 0};
}

std::string format_instant(std::int64_t instant_us) {
  std::int64_t days = instant_us / day;
  const std::int64_t in_day = instant_us % day;
  std::int64_t year = 1970 + days / 366;  // never past the year, at most a few before it
  while (days_before_year(year + 1) <= days) ++year;
  days -= days_before_year(year);
  int month = 1;
  for (; days >= days_in_month(year, month); ++month) days -= days_in_month(year, month);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, days + 1,
                  in_day / hour, in_day / minute % 60, in_day / second % 60);
  if (const std::int64_t us = in_day % second; us != 0) {
    text += fmt::format(".{:06}", us);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

TextResult<int> parse_time_of_day(std::string_view text) {
  if (text.size() == 4 && text[1] == ':' && all_digits(text.substr(0, 1))) {
    return fault<int>(fmt::format("write 0{}", text));
  }
  if (text.size() != 5 || text[2] != ':') return fault<int>("not a time of day");
  const int hours = digits_at(text, 0, 2, 0, 23);
  const int minutes = digits_at(text, 3, 2, 0, 59);
  if (hours < 0 || minutes < 0) return fault<int>("a day runs from 00:00 to 23:59");
  return {hours * 60 + minutes, {}, 0};
}

TextResult<std::int64_t> parse_fraction(std::string_view text) {
  constexpr std::int64_t whole = 1'000'000;
  if (text.starts_with('-')) return fault<std::int64_t>("a fraction cannot be negative");
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const std::size_t places = percent ? 4 : 6;
  const std::string_view before = text.substr(0, count_digits(text));
  std::string_view after = text.substr(before.size());
  const bool has_point = after.starts_with('.');
  if (has_point) after.remove_prefix(1);
  const bool after_right = has_point ? all_digits(after) : after.empty();
  if (before.empty() || !after_right) return fault<std::int64_t>("not a fraction");
  if (after.size() > places) {
    return fault<std::int64_t>(fmt::format("at most {} digits after the point", places));
  }
  const std::int64_t unit = percent ? 10'000 : whole;
  if (before.size() > 9) return fault<std::int64_t>("more than the whole");
  const std::int64_t value =
      number_of(before) * unit + (has_point ? scaled_digits(after, places) : 0);
  if (value > whole) return fault<std::int64_t>("more than the whole");
  return {value, {}, 0};
}

}  // namespace holdfast
