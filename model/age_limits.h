// How long ago something must have been for a predicate of the Clock (moment.h) to be true: the
// durations of the platform, each once.
//
// Thread safety: constants.
#pragma once

#include <holdfast/model/moment.h>

namespace holdfast {

inline constexpr std::int64_t heartbeat_limit_us = 2 * minute;     // heartbeat_stale
inline constexpr std::int64_t offline_limit_us = 5 * minute;       // offline_long
inline constexpr std::int64_t reservation_limit_us = 24 * hour;    // reservation_expired
inline constexpr std::int64_t grace_us = 2 * minute;               // past_grace
inline constexpr std::int64_t ping_limit_us = 2 * minute;          // pinged_lately, ping_overdue
inline constexpr std::int64_t long_ping_limit_us = 5 * minute;     // ping_long_ago
inline constexpr std::int64_t silence_limit_us = 2 * minute;       // silent
inline constexpr std::int64_t secret_limit_us = 30 * day;          // secret_old
inline constexpr std::int64_t start_limit_us = 30 * second;        // just_started
inline constexpr std::int64_t idle_limit_us = minute;              // idle_for_a_minute
inline constexpr std::int64_t longest_backoff_us = 10 * minute;    // backoff_over

}  // namespace holdfast
