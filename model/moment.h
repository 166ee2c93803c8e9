// Time, seen by the model. The world holds moments; a step never subtracts them, it asks the named
// predicates of the Clock that it is given. A timed walk answers from the moments. An untimed walk
// keeps only whether the predicate is true: a moment is then `just_now` or `elapsed`, and a step
// "time passes" turns the one into the other.
//
// Adding a use of time means adding a predicate here and saying what sets and what clears it.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <compare>
#include <cstdint>

namespace holdfast {

inline constexpr std::int64_t microsecond = 1;
inline constexpr std::int64_t millisecond = 1000 * microsecond;
inline constexpr std::int64_t second = 1000 * millisecond;
inline constexpr std::int64_t minute = 60 * second;
inline constexpr std::int64_t hour = 60 * minute;
inline constexpr std::int64_t day = 24 * hour;

// Microseconds since the Unix epoch, or one of the two abstract values of an untimed walk.
struct Moment {
  std::int64_t us = 0;

  constexpr auto operator<=>(const Moment&) const = default;
};

inline constexpr Moment never{INT64_MIN};       // has not happened, or does not come
inline constexpr Moment elapsed{INT64_MIN + 1}; // untimed: longer ago than the predicate asks for
inline constexpr Moment just_now{0};            // untimed: not yet so long ago

// The sum of two durations; the longest there is where the sum would not fit, so that what never
// comes (INT64_MAX) stays so. Requires: neither is negative.
constexpr std::int64_t sum_us(std::int64_t a_us, std::int64_t b_us) {
  return a_us > INT64_MAX - b_us ? INT64_MAX : a_us + b_us;
}
// The moment so long after `moment`; the last there is where that would lie beyond it.
// Requires: the duration is not negative.
constexpr Moment later(Moment moment, std::int64_t duration_us) {
  return {moment.us > INT64_MAX - duration_us ? INT64_MAX : moment.us + duration_us};
}

struct ManagedPod;
struct Slot;
struct Pod;
struct Agent;
struct Pool;
struct Replica;
struct Timer;
struct Procedure;
struct Memory;
struct World;

// The named predicates over moments. A value; copying is cheap.
class Clock {
 public:
  // Offset of the server's zone, in which freeze windows are written. The platform runs at UTC+8.
  static constexpr std::int64_t default_zone_us = 8 * hour;

  static Clock at(Moment now, std::int64_t zone_us = default_zone_us) {
    return {now, zone_us, true};
  }
  static Clock untimed() { return {just_now, 0, false}; }
  // The clock of an exploration that keeps durations as whole numbers of a unit: moments are real,
  // counted from now, and may be `elapsed` where only a predicate is kept. A window is what the
  // pool says, and only a pod has its own name, as in an untimed walk.
  static Clock on_a_grid() {
    Clock clock{just_now, 0, true};
    clock.on_a_grid_ = true;
    return clock;
  }
  // The same clock where agents' pings are events of their own: a connected agent is pinged only
  // when one says so.
  Clock with_explicit_pings() const {
    Clock clock = *this;
    clock.implicit_pings_ = false;
    return clock;
  }

  bool timed() const { return timed_; }
  bool implicit_pings() const { return implicit_pings_; }
  // The last ping of an agent that was connected until now; `never`: an event said when it was.
  Moment ping_until_now() const { return implicit_pings_ ? now_ : never; }
  // What a step writes down as "now".
  Moment now() const { return now_; }
  std::int64_t zone_us() const { return zone_us_; }

  // The memory last heard of the pod more than 2 min ago. Set by time, cleared by a sync that
  // lists the pod, by its creation, and when its agent is registered.
  bool heartbeat_stale(const ManagedPod& pod) const;
  // As above for 5 min (knob offline_pod_cleanup). Implies heartbeat_stale.
  bool offline_long(const ManagedPod& pod) const;
  // A Reserved slot that was last written more than 24 h ago.
  bool reservation_expired(const Slot& slot) const;
  // The pod was created at least 2 min ago: the grace of the unhealthy-pod check is over.
  bool past_grace(const Pod& pod) const;
  // The agent's row was pinged less than 2 min ago. A connected agent pings every 10 s.
  bool pinged_lately(const Agent& agent) const;
  // The agent's row was last pinged more than 2 min ago. Excludes pinged_lately.
  bool ping_overdue(const Agent& agent) const;
  // The agent's row was last pinged more than 5 min ago. Excludes pinged_lately.
  bool ping_long_ago(const Agent& agent) const;
  // The agent was silent for 120 s on a connection that the server still believes in.
  bool silent(const Agent& agent) const;
  // The pool's secret was created more than 30 days ago. Cleared by creation only, not by rotation.
  bool secret_old(const Pool& pool) const;
  // Now is inside a freeze window of the pool and no one-time unfreeze is active.
  bool frozen(const Pool& pool) const;
  // Now is inside a freeze window, unfrozen or not.
  bool in_freeze_window(const Pool& pool) const;
  // The replica started less than 30 s ago.
  bool just_started(const Replica& replica) const;
  // The pool was first seen without active tasks more than 1 min ago (scaling: deployment).
  bool idle_for_a_minute(const Memory& memory, std::size_t pool) const;
  // The backoff since the pod's last restart by the unhealthy-pod check is over: 0, 1, 2, 4, 8 min.
  bool backoff_over(Moment last_restart, int restarts) const;
  bool timer_due(const Timer& timer) const;
  // The procedure's sleep is over.
  bool awake(const Procedure& procedure) const;
  // Both pods have the same name: one pool, created in the same unix second, and not both in the
  // cluster. In an untimed walk only a pod has its own name.
  bool same_name(const World& world, std::size_t a, std::size_t b) const;
  // A pod created now gets the same name as this one: same unix second.
  bool same_second(const Pod& pod) const;

  // `delay_us` from now, as a moment to write down.
  Moment after(std::int64_t delay_us) const;
  // End of the current day in the server's zone.
  Moment end_of_day() const;

 private:
  Clock(Moment now, std::int64_t zone_us, bool timed)
      : now_(now), zone_us_(zone_us), timed_(timed) {}

  // Calendar and seconds are asked for; else there is what an untimed walk has.
  bool has_calendar() const { return timed_ && !on_a_grid_; }
  bool older(Moment moment, std::int64_t age_us) const {
    if (moment == never) return true;
    if (!timed_) return moment == elapsed;
    return now_.us - moment.us > age_us;
  }

  Moment now_;
  std::int64_t zone_us_;
  bool timed_;
  bool implicit_pings_ = true;
  bool on_a_grid_ = false;
};

}  // namespace holdfast
