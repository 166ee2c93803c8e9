#include <holdfast/model/freeze.h>

#include <algorithm>

namespace holdfast {

namespace {

constexpr std::int64_t us_per_minute = 60'000'000;

// 1970-01-01 was a Thursday.
constexpr std::int64_t weekday_of_day_zero = 4;

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

}  // namespace

LocalMinute local_minute(std::int64_t instant_us, int utc_offset_minutes) {
  const std::int64_t minute = floor_divide(instant_us, us_per_minute) + utc_offset_minutes;
  const std::int64_t day = floor_divide(minute, minutes_per_day);
  const std::int64_t day_of_week = day + weekday_of_day_zero - 1;
  const std::int64_t weekday = day_of_week - 7 * floor_divide(day_of_week, 7) + 1;
  return {static_cast<int>(weekday), static_cast<int>(minute - day * minutes_per_day)};
}

bool in_window(const FreezeSchedule& schedule, LocalMinute now) {
  if ((schedule.weekdays & weekday_bit(now.weekday)) == 0) return false;
  const bool after_from = now.minute_of_day >= schedule.from_minute;
  const bool before_to = now.minute_of_day <= schedule.to_minute;
  const bool crosses_midnight = schedule.from_minute > schedule.to_minute;
  return crosses_midnight ? after_from || before_to : after_from && before_to;
}

bool in_window(const std::vector<FreezeSchedule>& schedules, LocalMinute now) {
  return std::any_of(schedules.begin(), schedules.end(), [now](const FreezeSchedule& schedule) {
    return in_window(schedule, now);
  });
}

}  // namespace holdfast
