// Moments and distances in time as reports show them. All functions are pure.
#pragma once

#include <cstdint>
#include <string>

#include <holdfast/model/moment.h>

namespace holdfast {

// Moments before 1970, which only what is given at the start can have, are shown as its beginning.
// All require that the moment lies before the year 10000.

// "2025-11-08T15:50:18.104233Z", without a fraction when there is none.
std::string instant_text(Moment moment);
// "15:50:18.104233", in a zone so far ahead of UTC; with the date before it when that is not the
// date of `start`.
std::string time_of_day(Moment moment, Moment start, std::int64_t zone_us = 0);

// "2025-11-08 15:50:00 UTC", with a fraction only when there is one; in another zone
// "2025-11-08 23:50:00 UTC+08:00".
std::string date_and_time(Moment moment, std::int64_t zone_us = 0);

// A length of time as people say it: "10m30s", "1d2h", "500ms".
// Requires: not negative.
std::string length_text(std::int64_t us);

// How far after the start of a run something is: "+00:18.104", "+1:02:18.104", "+3d 04:02:18.104".
// Text of one run has one width.
class SinceStart {
 public:
  // `longest_us`: the longest distance that is to be written.
  SinceStart(Moment start, std::int64_t longest_us);

  std::string text(Moment moment) const;
  std::size_t width() const { return width_; }

 private:
  Moment start_;
  int day_digits_ = 0;    // 0: no days
  int hour_digits_ = 0;   // 0: no hours
  std::size_t width_ = 0;
};

}  // namespace holdfast
