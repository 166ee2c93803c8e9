#pragma once

// Freeze windows: the hours of a week in which a pool is kept without pods.
//
// Thread safety: all functions are pure.

#include <cstdint>
#include <vector>

namespace holdfast {

// Where the server stands unless told otherwise: UTC+8 all year.
inline constexpr int default_utc_offset_minutes = 8 * 60;

inline constexpr int minutes_per_day = 24 * 60;

// A moment at minute resolution in the server's zone.
struct LocalMinute {
  int weekday = 1;        // 1 Monday to 7 Sunday
  int minute_of_day = 0;  // 0 to 1439

  friend bool operator==(const LocalMinute&, const LocalMinute&) = default;
};

// A window that opens and closes on some weekdays. Both its ends belong to it at minute resolution:
// from 22:00 to 06:00 ends when 06:00 turns to 06:01. With from later than to it crosses midnight;
// the weekday that counts is always the current one, so on a weekday of the schedule both its early
// and its late part hold, and the part after midnight needs the next weekday in the schedule too.
struct FreezeSchedule {
  int from_minute = 0;        // 0 to 1439
  int to_minute = 0;          // 0 to 1439
  std::uint8_t weekdays = 0;  // bit 0 Monday to bit 6 Sunday

  friend bool operator==(const FreezeSchedule&, const FreezeSchedule&) = default;
};

// The bit of a weekday in FreezeSchedule::weekdays. Requires: 1 <= weekday <= 7.
constexpr std::uint8_t weekday_bit(int weekday) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(weekday - 1));
}

// The minute that `instant_us` (microseconds since 1970-01-01T00:00:00Z) falls into, at a fixed
// offset from UTC. Takes instants before 1970 too.
LocalMinute local_minute(std::int64_t instant_us,
                         int utc_offset_minutes = default_utc_offset_minutes);

// Whether the window holds at this minute.
bool in_window(const FreezeSchedule& schedule, LocalMinute now);

// Whether any of the windows holds at this minute.
bool in_window(const std::vector<FreezeSchedule>& schedules, LocalMinute now);

}  // namespace holdfast
