#include <holdfast/replay/json_text.h>

#include <array>
#include <chrono>
#include <cstddef>

namespace holdfast {
namespace {

constexpr std::size_t instant_size = std::string_view("2025-11-08T15:53:08.123456Z").size();

constexpr std::int64_t first_us =
    std::chrono::sys_days(std::chrono::year{1} / 1 / 1).time_since_epoch().count() * day;
constexpr std::int64_t last_us =
    std::chrono::sys_days(std::chrono::year{10000} / 1 / 1).time_since_epoch().count() * day - 1;

std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && text[i] != '"' && text[i] != '\\' &&
         static_cast<unsigned char>(text[i]) >= 0x20) {
    ++i;
  }
  return i;
}

// `digits` decimal digits of `number`, ending before `end`.
void put_digits(char* end, std::int64_t number, int digits) {
  for (; digits > 0; --digits, number /= 10) *--end = static_cast<char>('0' + number % 10);
}

// The number in `text`, if all of it are digits.
std::optional<std::int64_t> digits_of(std::string_view text) {
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  while (true) {
    const std::size_t plain = plain_prefix(text);
    out += text.substr(0, plain);
    if (plain == text.size()) return;
    const char c = text[plain];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), FMT_COMPILE("\\u{:04x}"),
                     static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    text.remove_prefix(plain + 1);
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

bool has_instant(Moment moment) { return moment.us >= first_us && moment.us <= last_us; }

void append_instant(std::string& out, Moment moment) {
  const std::chrono::sys_time<std::chrono::microseconds> instant{
      std::chrono::microseconds{moment.us}};
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{midnight};
  const std::int64_t us = (instant - midnight).count();
  std::array<char, instant_size> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T',
                                      '0', '0', ':', '0', '0', ':', '0', '0', '.', '0', '0',
                                      '0', '0', '0', '0', 'Z'};
  put_digits(text.data() + 4, static_cast<int>(date.year()), 4);
  put_digits(text.data() + 7, static_cast<unsigned>(date.month()), 2);
  put_digits(text.data() + 10, static_cast<unsigned>(date.day()), 2);
  put_digits(text.data() + 13, us / hour, 2);
  put_digits(text.data() + 16, us / minute % 60, 2);
  put_digits(text.data() + 19, us / second % 60, 2);
  put_digits(text.data() + 26, us % second, 6);
  out.append(text.data(), text.size());
}

std::optional<Moment> read_instant(std::string_view text) {
  if (text.size() != instant_size || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':' || text[19] != '.' || text[26] != 'Z') {
    return std::nullopt;
  }
  const auto year = digits_of(text.substr(0, 4));
  const auto month = digits_of(text.substr(5, 2));
  const auto day_of_month = digits_of(text.substr(8, 2));
  const auto hours = digits_of(text.substr(11, 2));
  const auto minutes = digits_of(text.substr(14, 2));
  const auto seconds = digits_of(text.substr(17, 2));
  const auto fraction = digits_of(text.substr(20, 6));
  if (!year || !month || !day_of_month || !hours || !minutes || !seconds || !fraction) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day_of_month)}};
  if (*year == 0 || !date.ok() || *hours > 23 || *minutes > 59 || *seconds > 59) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return Moment{days * day + *hours * hour + *minutes * minute + *seconds * second + *fraction};
}

}  // namespace holdfast
