#include <holdfast/sim/opening.h>

#include <algorithm>
#include <cassert>

namespace holdfast {
namespace {

class Builder {
 public:
  explicit Builder(const Scenario& scenario) : scenario_(scenario) {}

  Opening build();

 private:
  // Appends an event at `time` and folds it, so that places can be looked up in the world.
  template <typename Fill>
  void add(EventType type, Moment time, Fill&& fill) {
    Event event;
    event.type = type;
    event.time = time;
    fill(event);
    [[maybe_unused]] const std::string_view refusal = evolve(world_, event);
    assert(refusal.empty());
    result_.events.push_back(std::move(event));
  }

  Moment before_start(std::int64_t us) const { return {scenario_.start.us - us}; }
  bool keeps_slots() const { return scenario_.setup.knobs.slots != SlotsKnob::none; }
  void servers();
  void pods();
  void tasks();
  void dispatch(const GivenTask& given, TaskIndex place);
  void wait_for_apply(const GivenTask& given, TaskIndex place);
  void fill(Event& event, const GivenTask& given, TaskIndex place) const;
  void arm(TimerKind kind, std::uint16_t place, std::int64_t in_us);

  const Scenario& scenario_;
  World world_;
  Opening result_;
};

void Builder::arm(TimerKind kind, std::uint16_t place, std::int64_t in_us) {
  add(EventType::server_timer_armed, scenario_.start, [&](Event& e) {
    e.replica = kind == TimerKind::agent_health ? static_cast<ReplicaIndex>(place) : 0;
    e.timer = kind;
    e.place = place;
    e.at = later(scenario_.start, in_us);
  });
}

void Builder::servers() {
  std::int64_t oldest = 2 * hour;
  for (const GivenPod& pod : scenario_.given_pods) oldest = std::max(oldest, pod.age_us + hour);
  for (const PoolSpec& pool : scenario_.pools) oldest = std::max(oldest, pool.secret_age_us);
  const Moment begin = before_start(oldest);
  for (std::size_t i = 0; i < scenario_.pools.size(); ++i) {
    add(EventType::pool_configured, begin, [&](Event& e) {
      e.pool = static_cast<PoolIndex>(i);
      e.n = {scenario_.pools[i].min_replicas, scenario_.pools[i].max_replicas, 0, 0};
      e.freeze = scenario_.pools[i].freeze;
    });
  }
  for (std::size_t i = 0; i < scenario_.workspaces.size(); ++i) {
    add(EventType::workspace_created, begin, [&](Event& e) {
      e.workspace = static_cast<WorkspaceIndex>(i);
      e.pool = scenario_.workspaces[i].pool;
      e.mode = scenario_.workspaces[i].mode;
    });
  }
  for (int r = 0; r < scenario_.replicas; ++r) {
    const auto replica = static_cast<ReplicaIndex>(r);
    add(EventType::server_started, begin, [&](Event& e) { e.replica = replica; });
    if (r == 0) add(EventType::leader_elected, begin, [&](Event& e) { e.replica = replica; });
    add(EventType::server_recovered, begin, [&](Event& e) { e.replica = replica; });
  }
}

void Builder::pods() {
  for (std::size_t i = 0; i < scenario_.pools.size(); ++i) {
    const auto pool = static_cast<PoolIndex>(i);
    const Moment made = before_start(scenario_.pools[i].secret_age_us);
    add(EventType::pool_token_rotated, made, [&](Event& e) { e.pool = pool; });
    add(EventType::pool_secret_created, made, [&](Event& e) { e.pool = pool; });
  }
  for (std::size_t i = 0; i < scenario_.given_pods.size(); ++i) {
    const GivenPod& given = scenario_.given_pods[i];
    const auto place = static_cast<PodIndex>(i);
    const Moment created = before_start(given.age_us);
    const auto here = [&](Event& e) {
      e.pod = place;
      e.pool = given.pool;
      e.memory = 0;
      e.replica = 0;
    };
    add(EventType::pod_created, created, [&](Event& e) {
      here(e);
      e.n = {1, 1, 0, 0};
    });
    add(EventType::memory_pod_managed, created, here);
    add(EventType::pod_running, created, here);
    add(EventType::agent_started, created, here);
    if (given.connected) {
      add(EventType::agent_connected, created, here);
      add(EventType::memory_agent_registered, created, here);
    }
    result_.pods.push_back(place);
  }
}

// Sets what the event's type has of the given task, and no more: a log would not have it.
void Builder::fill(Event& event, const GivenTask& given, TaskIndex place) const {
  const EventInfo& type = info(event.type);
  event.task = place;
  event.memory = 0;
  if (type.has(Field::pod)) event.pod = given.pod;
  if (type.has(Field::slot)) event.slot = given.slot;
  if (type.has(Field::workspace)) event.workspace = given.workspace;
  if (type.has(Field::task_type)) event.task_type = given.type;
  if (type.has(Field::row)) event.row = world_.tasks[place].row;
}

void Builder::dispatch(const GivenTask& given, TaskIndex place) {
  const Moment then = before_start(given.waiting_us);
  const ExecutionMode mode = scenario_.workspaces[given.workspace].mode;
  const bool local = mode == ExecutionMode::local;
  const auto here = [&](Event& e) { fill(e, given, place); };
  const bool in_slot = mode == ExecutionMode::k8s && given.slot != no_slot && keeps_slots();
  if (in_slot) add(EventType::slot_assigned, then, here);
  add(EventType::task_started, then, [&](Event& e) {
    here(e);
    e.row.status = TaskStatus::running_planning;
    e.row.stage = TaskStage::planning;
    e.row.agent = local ? none : given.pod;
    e.row.started = then;
  });
  if (!local && given.pod != none) add(EventType::agent_slot_taken, then, here);
}

void Builder::wait_for_apply(const GivenTask& given, TaskIndex place) {
  const Moment then = before_start(given.waiting_us);
  const ExecutionMode mode = scenario_.workspaces[given.workspace].mode;
  const bool local = mode == ExecutionMode::local;
  const auto here = [&](Event& e) { fill(e, given, place); };
  if (!local && given.pod != none) add(EventType::agent_slot_freed, then, here);
  add(EventType::workspace_locked, then, here);
  add(EventType::task_apply_pending, then, [&](Event& e) {
    here(e);
    e.row.status = TaskStatus::apply_pending;
    e.row.stage = TaskStage::apply_pending;
    e.row.completed = then;
  });
  const bool in_slot = mode == ExecutionMode::k8s && given.slot != no_slot && keeps_slots();
  if (in_slot) add(EventType::slot_reserved, then, here);
  if (given.status != TaskStatus::apply_confirmed) return;
  add(EventType::task_confirmed, then, [&](Event& e) {
    here(e);
    e.row.status = TaskStatus::apply_confirmed;
    e.row.confirmed = true;
  });
}

void Builder::tasks() {
  for (std::size_t i = 0; i < scenario_.given_tasks.size(); ++i) {
    const GivenTask& given = scenario_.given_tasks[i];
    const auto place = static_cast<TaskIndex>(i);
    add(EventType::task_submitted, before_start(given.waiting_us), [&](Event& e) {
      e.task = place;
      e.workspace = given.workspace;
      e.task_type = given.type;
      e.n[0] = given.number;
    });
    if (given.status == TaskStatus::pending) continue;
    dispatch(given, place);
    if (is_waiting(given.status)) wait_for_apply(given, place);
  }
}

Opening Builder::build() {
  servers();
  pods();
  tasks();
  std::stable_sort(result_.events.begin(), result_.events.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
  for (std::size_t i = 0; i < scenario_.pools.size(); ++i) {
    add(EventType::memory_pods_synced, scenario_.start, [&](Event& e) {
      e.memory = 0;
      e.pool = static_cast<PoolIndex>(i);
      for (std::size_t p = 0; p < scenario_.given_pods.size(); ++p) {
        if (scenario_.given_pods[p].pool == i) e.pods.insert(static_cast<PodIndex>(p));
      }
    });
  }
  // The servers have run for a while: their tickers are somewhere in their beat.
  std::uint16_t place = 0;
  for (int r = 0; r < scenario_.replicas; ++r) arm(TimerKind::agent_health, place++, 30 * second);
  arm(TimerKind::autoscaler, place++, 5 * second);
  if (scenario_.setup.knobs.reconciler == Reconciler::own_ticker) {
    arm(TimerKind::reconciler, place++, 3 * second);
  }
  arm(TimerKind::monitor, place++, 10 * second);
  arm(TimerKind::agent_cleanup, place++, 300 * second);
  return std::move(result_);
}

}  // namespace

Opening opening(const Scenario& scenario) { return Builder(scenario).build(); }

}  // namespace holdfast
