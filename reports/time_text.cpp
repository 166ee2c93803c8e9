#include <holdfast/reports/time_text.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/sim/input/scalar.h>

namespace holdfast {
namespace {

int digits_of(std::int64_t number) {
  int digits = 1;
  for (; number >= 10; number /= 10) ++digits;
  return digits;
}

std::string part_text(std::int64_t us, std::int64_t unit) {
  switch (unit) {
    case day: return fmt::format("{}d", us / unit);
    case hour: return fmt::format("{}h", us / unit);
    case minute: return fmt::format("{}m", us / unit);
    case second: return fmt::format("{}s", us / unit);
    case millisecond: return fmt::format("{}ms", us / unit);
    default: return fmt::format("{}us", us / unit);
  }
}

}  // namespace

std::string instant_text(Moment moment) {
  return format_instant(std::max<std::int64_t>(moment.us, 0));
}

std::string time_of_day(Moment moment, Moment start, std::int64_t zone_us) {
  moment.us += zone_us;
  start.us += zone_us;
  const std::int64_t us = std::max<std::int64_t>(moment.us, 0) % day;
  const std::string clock = fmt::format("{:02}:{:02}:{:02}.{:06}", us / hour, us / minute % 60,
                                        us / second % 60, us % second);
  if (moment.us / day == start.us / day) return clock;
  return instant_text(moment).substr(0, std::string_view("2025-11-08").size()) + ' ' + clock;
}

std::string date_and_time(Moment moment, std::int64_t zone_us) {
  std::string text = instant_text({moment.us + zone_us});
  text.pop_back();
  text[text.find('T')] = ' ';
  text += " UTC";
  if (zone_us == 0) return text;
  const std::int64_t ahead_us = zone_us < 0 ? -zone_us : zone_us;
  return text + fmt::format("{}{:02}:{:02}", zone_us < 0 ? '-' : '+', ahead_us / hour,
                            ahead_us / minute % 60);
}

std::string length_text(std::int64_t us) {
  std::string text;
  for (const std::int64_t unit : {day, hour, minute, second, millisecond, microsecond}) {
    const std::int64_t part = us - us % unit;
    if (part > 0) text += part_text(part, unit);
    us -= part;
  }
  return text.empty() ? "0s" : text;
}

SinceStart::SinceStart(Moment start, std::int64_t longest_us) : start_(start) {
  if (longest_us >= day) {
    day_digits_ = digits_of(longest_us / day);
    hour_digits_ = 2;
  } else if (longest_us >= hour) {
    hour_digits_ = digits_of(longest_us / hour);
  }
  width_ = text(start).size();
}

std::string SinceStart::text(Moment moment) const {
  // A log of others may tell late what was before its start.
  const bool is_before = moment.us < start_.us;
  const std::int64_t us = is_before ? start_.us - moment.us : moment.us - start_.us;
  std::string result = is_before ? "-" : "+";
  if (day_digits_ > 0) result += fmt::format("{:{}}d ", us / day, day_digits_);
  // What lies behind the longest distance is wider, and as far as it is.
  const std::int64_t hours = day_digits_ > 0 ? us / hour % 24 : us / hour;
  if (hour_digits_ > 0) result += fmt::format("{:0{}}:", hours, hour_digits_);
  const std::int64_t minutes = hour_digits_ > 0 ? us / minute % 60 : us / minute;
  result += fmt::format("{:02}:{:02}.{:03}", minutes, us / second % 60, us / millisecond % 1000);
  return result;
}

}  // namespace holdfast
