#include <holdfast/tests/support/random_walk.h>

#include <algorithm>
#include <cstdlib>

#include <holdfast/model/names.h>
#include <holdfast/tests/support/world_rules.h>

namespace holdfast {
namespace {

constexpr Moment begin{1'762'590'000 * second};
// More than this under way, and users stop asking: retries start chains beside chains.
constexpr int crowd = 12;
constexpr int most_timers = 20;

// One in so many of these is taken: where everything breaks at once, nothing comes about.
std::size_t rarity(const Step& step) {
  switch (step.kind) {
    case StepKind::server_stops: return 200;
    case StepKind::pod_crashes:
    case StepKind::pod_evicted:
    case StepKind::pod_lost:
    case StepKind::agent_disconnects:
    case StepKind::agent_falls_silent: return 30;
    case StepKind::cancel:
    case StepKind::rotate_token:
    case StepKind::unfreeze: return 10;
    default: return step.fault == Fault::none ? 1 : 8;
  }
}

}  // namespace

Knobs drawn_knobs(std::uint64_t seed) {
  Knobs knobs;
  for (const KnobInfo& knob : knob_table()) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    const std::uint64_t roll = seed >> 33;
    const std::string text =
        knob.values.empty() ? std::to_string(roll % 20) + "s"
                            : std::string(knob.values[roll % knob.values.size()]);
    if (!knob.set(knobs, text)) std::abort();
  }
  return knobs;
}

WalkSetup walk_setup(const Knobs& knobs, std::uint64_t seed) {
  WalkSetup walk;
  walk.seed = seed;
  walk.replicas = 1 + static_cast<int>(seed % 2);
  Setup& setup = walk.setup;
  setup.knobs = knobs;
  setup.pools = {"pool-a", "pool-b"};
  setup.workspaces = {"ws-a", "ws-b", "ws-local"};
  for (const TaskType type : {TaskType::plan, TaskType::plan_and_apply, TaskType::drift_check}) {
    for (WorkspaceIndex workspace = 0; workspace < 3; ++workspace) {
      setup.tasks.push_back({workspace, type});
    }
  }
  setup.configs = {{0, 0, 2, {}}, {0, 1, 3, {}}, {1, 2, 2, {}}, {1, 0, 1, {}}};
  setup.configs[3].freeze.push_back(
      {.from_minute = 0, .to_minute = minutes_per_day - 1, .weekdays = 0x7f});
  setup.slots_on_agent = 1 + static_cast<int>(seed % 4);
  setup.keep_everything = seed % 5 == 0;
  return walk;
}

RandomWalk::RandomWalk(const WalkSetup& setup)
    : setup_(setup), clock_(setup.timed ? Clock::at(begin) : Clock::untimed()),
      state_(setup.seed * 0x9e3779b97f4a7c15ULL + 1) {
  const auto add = [&](EventType type, auto fill) {
    Event event;
    event.type = type;
    event.time = clock_.now();
    fill(event);
    fold(event);
  };
  for (PoolIndex pool = 0; pool < 2; ++pool) {
    add(EventType::pool_configured, [&](Event& e) {
      e.pool = pool;
      e.n = {1 - pool, 2 + pool};
    });
  }
  for (WorkspaceIndex workspace = 0; workspace < 3; ++workspace) {
    add(EventType::workspace_created, [&](Event& e) {
      e.workspace = workspace;
      e.pool = workspace % 2;
      e.mode = workspace == 2 ? ExecutionMode::local : ExecutionMode::k8s;
    });
  }
  for (int r = 0; r < setup_.replicas; ++r) {
    const auto of_it = [&](Event& e) { e.replica = static_cast<ReplicaIndex>(r); };
    add(EventType::server_started, of_it);
    add(EventType::server_stopped, of_it);
    add(EventType::memory_lost, [&](Event& e) { e.memory = static_cast<MemoryIndex>(r); });
  }
}

std::uint64_t RandomWalk::draw() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

const std::vector<Actor>& RandomWalk::actors() {
  actors_.clear();
  const auto add = [&](ActorKind kind, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      actors_.push_back({kind, static_cast<std::uint16_t>(i)});
    }
  };
  add(ActorKind::procedure, world_.procedures.size());
  add(ActorKind::timer, world_.timers.size());
  add(ActorKind::pod, world_.pods.size());
  add(ActorKind::agent, world_.agents.size());
  add(ActorKind::replica, world_.replicas.size());
  add(ActorKind::task, world_.tasks.size());
  add(ActorKind::users, 1);
  return actors_;
}

bool RandomWalk::is_crowded() const {
  const auto under_way = std::count_if(world_.procedures.begin(), world_.procedures.end(),
                                       [](const Procedure& p) { return p.depth != 0; });
  return under_way > crowd;
}

bool RandomWalk::fold(const Event& event) {
  const std::string_view refusal = evolve(world_, event);
  if (refusal.empty()) return true;
  problem_ = std::string(info(event.type).name) + " was refused: " + std::string(refusal);
  return false;
}

void RandomWalk::let_time_pass() {
  if (!clock_.timed()) return age_something();
  constexpr std::int64_t leaps[] = {millisecond, second,     5 * second, 10 * second, 31 * second,
                                    minute,      2 * minute, 6 * minute, 25 * hour,   31 * day};
  const std::size_t which = below(64);
  // The long ones rarely: everything happens within them.
  const std::size_t leap = which == 0 ? below(std::size(leaps)) : which % 5;
  clock_ = Clock::at({clock_.now().us + leaps[leap]});
}

// One predicate of the untimed clock turns true.
void RandomWalk::age_something() {
  std::vector<Moment*> young;
  const auto add = [&](Moment& moment) {
    if (moment == just_now) young.push_back(&moment);
  };
  for (Pool& pool : world_.pools) {
    add(pool.secret_created);
    add(pool.unfrozen_until);
  }
  for (Pod& pod : world_.pods) add(pod.created);
  for (Agent& agent : world_.agents) {
    if (agent.state != AgentState::connected && agent.row) add(agent.last_ping);
    add(agent.silent_since);
  }
  for (Replica& replica : world_.replicas) add(replica.started);
  for (Memory& memory : world_.memories) {
    for (ManagedPod& pod : memory.pods) {
      add(pod.heartbeat);
      for (Slot& slot : pod.slots) add(slot.since);
    }
    for (PodRestarts& restarts : memory.restarts) add(restarts.last);
    for (Moment& since : memory.idle_since) add(since);
  }
  if (!young.empty()) *young[below(young.size())] = elapsed;
  if (below(64) != 0) return;
  Pool& pool = world_.pools[below(world_.pools.size())];
  pool.window = !pool.window;
}

bool RandomWalk::take_step(const Step& step) {
  take(world_, setup_.setup, clock_, step, events_);
  if (watch) before_ = world_;
  for (const Event& event : events_) {
    if (!fold(event)) break;
  }
  if (problem_.empty()) problem_ = broken_rule(world_, setup_.setup);
  if (problem_.empty()) {
    if (watch) watch(step, before_, events_, world_);
    return true;
  }
  problem_ += ", after ";
  problem_ += name(step.kind);
  problem_ += " of " + std::to_string(step.actor) + ", fault " +
              std::to_string(static_cast<int>(step.fault)) + ", seed " +
              std::to_string(setup_.seed) + ":";
  for (const Event& event : events_) problem_ += " " + std::string(info(event.type).name);
  return false;
}

bool RandomWalk::step() {
  if (below(16) == 0) let_time_pass();
  const std::vector<Actor>& all = actors();
  const bool crowded = is_crowded() || world_.timers.size() > most_timers;
  for (int tries = 0; tries < 100; ++tries) {
    const Actor actor = all[below(all.size())];
    // Users and timers start things: when much is under way, that goes on first.
    const bool starts = actor.kind == ActorKind::users || actor.kind == ActorKind::task ||
                        actor.kind == ActorKind::timer;
    if (starts && (crowded || below(4) != 0)) continue;
    steps_.clear();
    append_steps(world_, setup_.setup, clock_, actor, setup_.faults, steps_);
    if (steps_.empty()) continue;
    const Step step = steps_[below(steps_.size())];
    if (below(rarity(step)) != 0) continue;
    return take_step(step);
  }
  let_time_pass();
  return true;
}

bool RandomWalk::run(int steps) {
  for (int i = 0; i < steps; ++i) {
    if (!step()) return false;
  }
  return true;
}

}  // namespace holdfast
