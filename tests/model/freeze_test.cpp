#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/model/freeze.h>

namespace holdfast {
namespace {

constexpr std::int64_t us_per_second = 1'000'000;
constexpr std::int64_t us_per_minute = 60 * us_per_second;
constexpr std::int64_t us_per_day = 1440 * us_per_minute;

constexpr std::uint8_t every_day = 0x7F;

TEST(LocalMinute, TheEpochWasAThursdayMorningInTheServersZone) {
  EXPECT_EQ(local_minute(0), (LocalMinute{4, 8 * 60}));
  EXPECT_EQ(local_minute(0, 0), (LocalMinute{4, 0}));
  EXPECT_EQ(local_minute(0, -1), (LocalMinute{3, 1439}));
}

TEST(LocalMinute, TheIncidentWasLateOnASaturday) {
  const std::int64_t restart_us = 1'762'617'000 * us_per_second;  // 2025-11-08T15:50:00Z
  EXPECT_EQ(local_minute(restart_us), (LocalMinute{6, 23 * 60 + 50}));
  EXPECT_EQ(local_minute(restart_us + 10 * us_per_minute), (LocalMinute{7, 0}));
  EXPECT_EQ(local_minute(restart_us, 0), (LocalMinute{6, 15 * 60 + 50}));
}

TEST(LocalMinute, SecondsBelongToTheMinuteTheyAreIn) {
  EXPECT_EQ(local_minute(us_per_minute - 1, 0), (LocalMinute{4, 0}));
  EXPECT_EQ(local_minute(us_per_minute, 0), (LocalMinute{4, 1}));
  EXPECT_EQ(local_minute(-1, 0), (LocalMinute{3, 1439}));
}

TEST(LocalMinute, WalkingTwoYearsMinuteByMinuteNeverSkips) {
  LocalMinute expected = local_minute(-400 * us_per_day, 0);
  for (std::int64_t minute = -400 * 1440; minute < 400 * 1440; ++minute) {
    ASSERT_EQ(local_minute(minute * us_per_minute, 0), expected) << minute;
    if (++expected.minute_of_day < 1440) continue;
    expected.minute_of_day = 0;
    expected.weekday = expected.weekday % 7 + 1;
  }
}

TEST(FreezeWindow, BothEndsBelongToIt) {
  const FreezeSchedule lunch{12 * 60, 13 * 60, every_day};
  EXPECT_FALSE(in_window(lunch, {1, 12 * 60 - 1}));
  EXPECT_TRUE(in_window(lunch, {1, 12 * 60}));
  EXPECT_TRUE(in_window(lunch, {1, 13 * 60}));
  EXPECT_FALSE(in_window(lunch, {1, 13 * 60 + 1}));
}

TEST(FreezeWindow, FromEqualToIsOneMinute) {
  const FreezeSchedule minute{600, 600, every_day};
  EXPECT_FALSE(in_window(minute, {1, 599}));
  EXPECT_TRUE(in_window(minute, {1, 600}));
  EXPECT_FALSE(in_window(minute, {1, 601}));
}

TEST(FreezeWindow, AcrossMidnightTheCurrentWeekdayCounts) {
  const FreezeSchedule friday_night{22 * 60, 6 * 60, weekday_bit(5)};
  EXPECT_TRUE(in_window(friday_night, {5, 22 * 60}));
  EXPECT_TRUE(in_window(friday_night, {5, 1439}));
  EXPECT_FALSE(in_window(friday_night, {6, 0})) << "Saturday is not in the schedule";
  EXPECT_TRUE(in_window(friday_night, {5, 0})) << "early on Friday is";
  EXPECT_TRUE(in_window(friday_night, {5, 6 * 60}));
  EXPECT_FALSE(in_window(friday_night, {5, 6 * 60 + 1}));
  EXPECT_FALSE(in_window(friday_night, {5, 22 * 60 - 1}));
}

TEST(FreezeWindow, WithoutWeekdaysItNeverHolds) {
  EXPECT_FALSE(in_window(FreezeSchedule{0, 1439, 0}, {1, 600}));
}

TEST(FreezeWindow, OneOfSeveralIsEnough) {
  const std::vector<FreezeSchedule> schedules{{0, 60, weekday_bit(1)}, {600, 660, weekday_bit(2)}};
  EXPECT_TRUE(in_window(schedules, {1, 30}));
  EXPECT_TRUE(in_window(schedules, {2, 630}));
  EXPECT_FALSE(in_window(schedules, {1, 630}));
  EXPECT_FALSE(in_window(std::vector<FreezeSchedule>{}, {1, 30}));
}

// Marks the minutes of a day one by one, walking from `from` to `to` around the clock.
RC_GTEST_PROP(FreezeWindow, AgreesWithMarkingEveryMinute, ()) {
  FreezeSchedule schedule;
  schedule.from_minute = *rc::gen::inRange(0, 1440);
  schedule.to_minute = *rc::gen::inRange(0, 1440);
  schedule.weekdays = *rc::gen::inRange<std::uint8_t>(0, 128);
  std::vector<bool> frozen(1440, false);
  for (int minute = schedule.from_minute;; minute = (minute + 1) % 1440) {
    frozen[static_cast<std::size_t>(minute)] = true;
    if (minute == schedule.to_minute) break;
  }
  for (int weekday = 1; weekday <= 7; ++weekday) {
    const bool on = (schedule.weekdays >> (weekday - 1)) % 2 == 1;
    for (int minute = 0; minute < 1440; ++minute) {
      const bool expected = on && frozen[static_cast<std::size_t>(minute)];
      RC_ASSERT(in_window(schedule, {weekday, minute}) == expected);
    }
  }
}

}  // namespace
}  // namespace holdfast
