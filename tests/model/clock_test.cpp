// The predicates of the clock, each on both sides of its bound, timed and untimed.
#include <gtest/gtest.h>

#include <functional>

#include <holdfast/model/world.h>

namespace holdfast {
namespace {

constexpr Moment now{1'762'590'000 * second};
const Clock timed = Clock::at(now);
const Clock untimed = Clock::untimed();

Moment ago(std::int64_t us) { return {now.us - us}; }

// A predicate that turns true when something is older than `age`: at that age it is still false,
// or, with `at_once`, already true.
void turns_true(std::int64_t age, bool at_once,
                const std::function<bool(const Clock&, Moment)>& is) {
  EXPECT_FALSE(is(timed, ago(0)));
  EXPECT_FALSE(is(timed, ago(age - 1)));
  EXPECT_EQ(is(timed, ago(age)), at_once);
  EXPECT_TRUE(is(timed, ago(age + 1)));
  EXPECT_FALSE(is(untimed, just_now));
  EXPECT_TRUE(is(untimed, elapsed));
}

template <typename T>
auto of(Moment T::* member, bool (Clock::*predicate)(const T&) const) {
  return [=](const Clock& clock, Moment moment) {
    T value;
    value.*member = moment;
    return (clock.*predicate)(value);
  };
}

TEST(Clock, what_is_older_than_its_bound) {
  turns_true(2 * minute, false, of(&ManagedPod::heartbeat, &Clock::heartbeat_stale));
  turns_true(5 * minute, false, of(&ManagedPod::heartbeat, &Clock::offline_long));
  turns_true(24 * hour, false, of(&Slot::since, &Clock::reservation_expired));
  turns_true(2 * minute, true, of(&Pod::created, &Clock::past_grace));
  turns_true(2 * minute, false, of(&Agent::silent_since, &Clock::silent));
  turns_true(5 * minute, false, of(&Agent::last_ping, &Clock::ping_long_ago));
  turns_true(30 * day, false, of(&Pool::secret_created, &Clock::secret_old));
  turns_true(30 * second, false, [](const Clock& clock, Moment moment) {
    Replica replica;
    replica.started = moment;
    return !clock.just_started(replica);
  });
  turns_true(minute, false, [](const Clock& clock, Moment moment) {
    Memory memory;
    memory.idle_since = {moment};
    return clock.idle_for_a_minute(memory, 0);
  });
  turns_true(2 * minute, true, [](const Clock& clock, Moment moment) {
    Agent agent;
    agent.row = true;
    agent.last_ping = moment;
    return !clock.pinged_lately(agent);
  });
}

TEST(Clock, what_never_happened_is_old_but_no_silence_and_no_idle_minute) {
  for (const Clock& clock : {timed, untimed}) {
    EXPECT_TRUE(clock.heartbeat_stale({}));
    EXPECT_FALSE(clock.just_started({}));
    EXPECT_FALSE(clock.silent({}));
    EXPECT_FALSE(clock.idle_for_a_minute({}, 0));
    Memory memory;
    memory.idle_since = {never};
    EXPECT_FALSE(clock.idle_for_a_minute(memory, 0));
  }
}

TEST(Clock, a_connected_agent_pings_unless_pings_are_events) {
  Agent agent;
  agent.state = AgentState::connected;
  agent.last_ping = ago(hour);
  EXPECT_FALSE(timed.pinged_lately(agent)) << "it has no row";
  agent.row = true;
  EXPECT_TRUE(timed.pinged_lately(agent));
  EXPECT_FALSE(timed.ping_long_ago(agent));
  const Clock explicit_pings = timed.with_explicit_pings();
  EXPECT_FALSE(explicit_pings.pinged_lately(agent));
  EXPECT_TRUE(explicit_pings.ping_long_ago(agent));
}

TEST(Clock, a_backoff_is_none_then_one_two_four_eight_and_at_most_ten_minutes) {
  EXPECT_TRUE(timed.backoff_over(ago(0), 0));
  const std::int64_t minutes[] = {1, 2, 4, 8, 10, 10};
  for (int restarts = 1; restarts <= 6; ++restarts) {
    const std::int64_t backoff = minutes[restarts - 1] * minute;
    turns_true(backoff, true, [&](const Clock& clock, Moment last) {
      return clock.backoff_over(last, restarts);
    });
  }
}

TEST(Clock, a_freeze_window_counts_unless_it_is_unfrozen) {
  Pool pool;
  EXPECT_FALSE(timed.frozen(pool));
  pool.freeze.push_back({.from_minute = 0, .to_minute = minutes_per_day - 1, .weekdays = 0x7f});
  EXPECT_TRUE(timed.frozen(pool));
  pool.unfrozen_until = {now.us + 1};
  EXPECT_FALSE(timed.frozen(pool));
  EXPECT_TRUE(timed.in_freeze_window(pool));
  pool.unfrozen_until = now;
  EXPECT_TRUE(timed.frozen(pool));
  EXPECT_FALSE(untimed.frozen(pool)) << "untimed, a bit of the pool tells";
  pool.window = true;
  pool.unfrozen_until = just_now;
  EXPECT_FALSE(untimed.frozen(pool));
  pool.unfrozen_until = elapsed;
  EXPECT_TRUE(untimed.frozen(pool));
}

TEST(Clock, what_is_due_and_what_is_one_second) {
  Timer timer;
  timer.due = now;
  EXPECT_TRUE(timed.timer_due(timer));
  timer.due = {now.us + 1};
  EXPECT_FALSE(timed.timer_due(timer));
  EXPECT_TRUE(untimed.timer_due(timer));
  Procedure procedure;
  EXPECT_TRUE(timed.awake(procedure));
  procedure.wake = {now.us + 1};
  EXPECT_FALSE(timed.awake(procedure));
  Pod pod;
  pod.created = {now.us + second - 1};
  EXPECT_TRUE(timed.same_second(pod));
  pod.created = {now.us - 1};
  EXPECT_FALSE(timed.same_second(pod));
}

TEST(Clock, the_day_ends_in_the_servers_zone) {
  // 2025-11-08T08:20:00Z is 16:20 at UTC+8.
  EXPECT_EQ(timed.end_of_day().us, now.us + 7 * hour + 40 * minute - 1);
  EXPECT_EQ(Clock::at(now, 0).end_of_day().us, now.us + 15 * hour + 40 * minute - 1);
  EXPECT_EQ(timed.after(second).us, now.us + second);
  EXPECT_EQ(untimed.after(day), just_now);
  EXPECT_EQ(untimed.end_of_day(), just_now);
}

TEST(Clock, the_day_ends_in_a_zone_behind_utc) {
  // 2025-11-08T08:20:00Z is 04:50 at UTC-3:30, and 2025-11-07T22:20 at UTC-10.
  EXPECT_EQ(Clock::at(now, -(3 * hour + 30 * minute)).end_of_day().us,
            now.us + 19 * hour + 10 * minute - 1);
  EXPECT_EQ(Clock::at(now, -10 * hour).end_of_day().us, now.us + hour + 40 * minute - 1);
}

// What is later than any moment stays there, and does not come round to the beginning.
TEST(Clock, a_sum_that_does_not_fit_is_the_largest) {
  constexpr std::int64_t largest = INT64_MAX;
  EXPECT_EQ(sum_us(2, 3), 5);
  EXPECT_EQ(sum_us(largest, 0), largest);
  EXPECT_EQ(sum_us(largest, largest), largest);
  EXPECT_EQ(sum_us(1, largest - 1), largest);
  EXPECT_EQ(later(now, second).us, now.us + second);
  EXPECT_EQ(later(now, largest).us, largest);
  EXPECT_EQ(later({-second}, largest).us, largest - second);
  EXPECT_EQ(later({largest}, 1).us, largest);
  EXPECT_EQ(timed.after(largest).us, largest);
  const Clock last = Clock::at({largest});
  EXPECT_EQ(last.after(second).us, largest);
  EXPECT_EQ(last.end_of_day().us, largest);
}

}  // namespace
}  // namespace holdfast
