#include <holdfast/sim/ages.h>

#include <holdfast/model/age_limits.h>

namespace holdfast {
namespace {

// The choice of a time_passes step that changes the window of the pool `actor`.
constexpr std::uint16_t window_changes = 1;

Moment value(bool over) { return over ? elapsed : just_now; }

void forget(Memory& memory, const Clock& clock) {
  for (ManagedPod& pod : memory.pods) {
    if (pod.known()) pod.heartbeat = value(clock.heartbeat_stale(pod));
    pod.created = never;
    for (Slot& slot : pod.slots) {
      if (slot.since != never) slot.since = value(clock.reservation_expired(slot));
    }
  }
  for (PodRestarts& restarts : memory.restarts) {
    if (restarts.count == 0) continue;
    restarts.last = value(clock.backoff_over(restarts.last, restarts.count));
    restarts.first_unhealthy = never;
  }
  for (std::size_t i = 0; i < memory.idle_since.size(); ++i) {
    if (memory.idle_since[i] == never) continue;
    memory.idle_since[i] = value(clock.idle_for_a_minute(memory, i));
  }
}

void forget(Agent& agent, const Clock& clock) {
  if (agent.silent_since != never) agent.silent_since = value(clock.silent(agent));
  if (agent.last_ping != never) agent.last_ping = value(clock.ping_overdue(agent));
}

// Only where time goes on: of a connected agent the ping is always fresh.
bool ages(const World& world, const Moment& moment) {
  for (const Agent& agent : world.agents) {
    if (&agent.last_ping == &moment) return agent.state != AgentState::connected && agent.row;
  }
  return true;
}

}  // namespace

std::int64_t limit_us(Age age) {
  switch (age) {
    case Age::heartbeat_stale:
      return heartbeat_limit_us;
    case Age::reservation_expired:
      return reservation_limit_us;
    case Age::creation_past:
      return grace_us;
    case Age::ping_overdue:
      return long_ping_limit_us;
    case Age::silent:
      return silence_limit_us;
    case Age::secret_old:
      return secret_limit_us;
    case Age::unfreeze_over:
      return day;
    case Age::startup_over:
      return start_limit_us;
    case Age::idle_for_a_minute:
      return idle_limit_us;
    case Age::backoff_over:
      return longest_backoff_us;
    case Age::freeze_window:
      break;
  }
  return 0;
}

std::string ages_text(AgeSet ages) {
  std::string text;
  for (std::size_t i = 0; i < count_of<Age>; ++i) {
    if ((ages >> i & 1) == 0) continue;
    if (!text.empty()) text += ", ";
    text += names_of<Age>[i];
  }
  return text;
}

AgeSet ages_read(const Setup& setup) {
  const Knobs& knobs = setup.knobs;
  AgeSet read = age_bit(Age::creation_past) | age_bit(Age::ping_overdue) | age_bit(Age::silent) |
                age_bit(Age::secret_old) | age_bit(Age::unfreeze_over) |
                age_bit(Age::freeze_window);
  if (knobs.slots != SlotsKnob::none) {
    read |= age_bit(Age::heartbeat_stale) | age_bit(Age::reservation_expired);
  }
  if (knobs.scale_down_guard == ScaleDownGuard::startup_grace) read |= age_bit(Age::startup_over);
  if (knobs.scaling == Scaling::deployment) read |= age_bit(Age::idle_for_a_minute);
  if (knobs.unhealthy_restart) read |= age_bit(Age::backoff_over);
  return read;
}

void forget_the_clock(World& world, const Setup& setup, const Clock& clock) {
  for (Pool& pool : world.pools) {
    pool.window = clock.in_freeze_window(pool);
    if (pool.secret_created != never) pool.secret_created = value(clock.secret_old(pool));
    if (pool.unfrozen_until != never) {
      pool.unfrozen_until = value(clock.now() >= pool.unfrozen_until);
    }
  }
  for (Pod& pod : world.pods) {
    if (pod.created != never) pod.created = value(!clock.same_second(pod));
  }
  for (Agent& agent : world.agents) forget(agent, clock);
  for (Replica& replica : world.replicas) {
    if (replica.started != never) replica.started = value(!clock.just_started(replica));
  }
  for (Memory& memory : world.memories) forget(memory, clock);
  for (Timer& timer : world.timers) timer.due = just_now;
  for (Procedure& procedure : world.procedures) procedure.wake = never;
  for (Task& task : world.tasks) task.row.started = task.row.completed = never;
  const AgeSet read = ages_read(setup);
  for_each_age(world, [&](Age age, Moment& moment) {
    if ((read & age_bit(age)) == 0) moment = never;
  });
}

void append_ages(const World& world, AgeSet wanted, std::vector<Step>& out) {
  Step step{.kind = StepKind::time_passes, .actor = 0, .choice = 0};
  for_each_age(world, [&](Age age, const Moment& moment) {
    if ((wanted & age_bit(age)) != 0 && moment == just_now && ages(world, moment)) {
      out.push_back(step);
    }
    ++step.actor;
  });
  if ((wanted & age_bit(Age::freeze_window)) == 0) return;
  for (std::size_t i = 0; i < world.pools.size(); ++i) {
    if (world.pools[i].freeze.empty()) continue;
    out.push_back({.kind = StepKind::time_passes,
                   .actor = static_cast<std::uint16_t>(i),
                   .choice = window_changes});
  }
}

Age age_of(const World& world, const Step& step) {
  if (step.choice == window_changes) return Age::freeze_window;
  std::uint16_t place = 0;
  Age found = Age::freeze_window;
  for_each_age(world, [&](Age age, const Moment&) {
    if (place++ == step.actor) found = age;
  });
  return found;
}

void let_time_pass(World& world, const Step& step) {
  if (step.choice == window_changes) {
    bool& window = world.pools[step.actor].window;
    window = !window;
    return;
  }
  std::uint16_t place = 0;
  for_each_age(world, [&](Age, Moment& moment) {
    if (place++ == step.actor) moment = elapsed;
  });
}

}  // namespace holdfast
