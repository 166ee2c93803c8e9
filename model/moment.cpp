#include <holdfast/model/moment.h>

#include <algorithm>

#include <holdfast/model/age_limits.h>
#include <holdfast/model/world.h>

namespace holdfast {

bool Clock::heartbeat_stale(const ManagedPod& pod) const {
  return older(pod.heartbeat, heartbeat_limit_us);
}

bool Clock::offline_long(const ManagedPod& pod) const {
  return older(pod.heartbeat, offline_limit_us);
}

bool Clock::reservation_expired(const Slot& slot) const {
  return older(slot.since, reservation_limit_us);
}

bool Clock::past_grace(const Pod& pod) const {
  if (!timed_) return pod.created == elapsed;
  return now_.us - pod.created.us >= grace_us;
}

bool Clock::pinged_lately(const Agent& agent) const {
  if (!agent.row) return false;
  if (agent.state == AgentState::connected && implicit_pings_) return true;
  if (!timed_) return agent.last_ping != elapsed;
  return now_.us - agent.last_ping.us < ping_limit_us;
}

bool Clock::ping_overdue(const Agent& agent) const {
  if (agent.state == AgentState::connected && implicit_pings_) return false;
  return older(agent.last_ping, ping_limit_us);
}

bool Clock::ping_long_ago(const Agent& agent) const {
  if (agent.state == AgentState::connected && implicit_pings_) return false;
  return older(agent.last_ping, long_ping_limit_us);
}

bool Clock::silent(const Agent& agent) const {
  if (!implicit_pings_ && agent.state == AgentState::connected) {
    return older(agent.last_ping, silence_limit_us);
  }
  if (agent.silent_since == never) return false;
  if (!timed_) return agent.silent_since == elapsed;
  return now_.us - agent.silent_since.us > silence_limit_us;
}

bool Clock::secret_old(const Pool& pool) const {
  return older(pool.secret_created, secret_limit_us);
}

bool Clock::in_freeze_window(const Pool& pool) const {
  if (!has_calendar()) return pool.window;
  return !pool.freeze.empty() &&
         in_window(pool.freeze, local_minute(now_.us, static_cast<int>(zone_us_ / minute)));
}

bool Clock::frozen(const Pool& pool) const {
  if (pool.unfrozen_until != never) {
    if (!has_calendar() ? pool.unfrozen_until != elapsed : now_ < pool.unfrozen_until) return false;
  }
  return in_freeze_window(pool);
}

bool Clock::just_started(const Replica& replica) const {
  return !older(replica.started, start_limit_us);
}

bool Clock::idle_for_a_minute(const Memory& memory, std::size_t pool) const {
  if (pool >= memory.idle_since.size() || memory.idle_since[pool] == never) return false;
  return older(memory.idle_since[pool], idle_limit_us);
}

bool Clock::backoff_over(Moment last_restart, int restarts) const {
  if (restarts == 0) return true;
  const std::int64_t backoff = std::min(minute << std::min(restarts - 1, 10), longest_backoff_us);
  if (!timed_) return last_restart == elapsed;
  return now_.us - last_restart.us >= backoff;
}

bool Clock::timer_due(const Timer& timer) const { return !timed_ || timer.due <= now_; }

bool Clock::awake(const Procedure& procedure) const {
  return !timed_ || procedure.wake == never || procedure.wake <= now_;
}

bool Clock::same_name(const World& world, std::size_t a, std::size_t b) const {
  if (a == b) return true;
  if (!has_calendar() || a >= world.pods.size() || b >= world.pods.size()) return false;
  const Pod& one = world.pods[a];
  const Pod& other = world.pods[b];
  // The cluster refuses a name that it has.
  if (listed(one) && listed(other)) return false;
  return one.pool == other.pool && one.created.us / second == other.created.us / second;
}

bool Clock::same_second(const Pod& pod) const {
  if (!has_calendar()) return pod.created == just_now;
  return pod.created.us / second == now_.us / second;
}

Moment Clock::after(std::int64_t delay_us) const {
  return timed_ ? later(now_, delay_us) : just_now;
}

Moment Clock::end_of_day() const {
  if (!has_calendar()) return just_now;
  const std::int64_t rest = ((now_.us % day + zone_us_) % day + day) % day;
  return later(now_, (day - rest) - microsecond);
}

}  // namespace holdfast
