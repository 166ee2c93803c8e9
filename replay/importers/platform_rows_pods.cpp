#include <holdfast/replay/importers/platform_rows.h>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

std::span<const PlatformRows::Entry> PlatformRows::entries_of_pods() {
  static constexpr Entry entries[] = {
      {"PM01", &PlatformRows::created},       {"PM03", &PlatformRows::deleted},
      {"PM04", &PlatformRows::offline},       {"PM06", &PlatformRows::assigned},
      {"PM07", &PlatformRows::released},      {"PM08", &PlatformRows::reserved},
      {"PM09", &PlatformRows::syncing},       {"PM10", &PlatformRows::discovered},
      {"PM11", &PlatformRows::ended},         {"PM12", &PlatformRows::cleaned},
      {"PM13", &PlatformRows::ended_deleted}, {"PM15", &PlatformRows::vanished},
      {"PM16", &PlatformRows::not_active},    {"PM17", &PlatformRows::made_reserved},
      {"PM18", &PlatformRows::expired},       {"PM19", &PlatformRows::registered},
  };
  return entries;
}

// --- pods ---

bool PlatformRows::created(const LineFields& f) {
  const std::string_view name = f.get(Placeholder::pod);
  const auto parts = parts_of_pod_name(name);
  if (!parts || parts->pool != f.get(Placeholder::pool)) return false;
  const PodIndex pod = w_.create_pod(name, false);
  if (pod == none) return false;
  Event managed = w_.about_pod(EventType::memory_pod_managed, pod);
  managed.memory = memory_of(managed.pool);
  const std::uint64_t cause = w_.pod_created_last();
  if (managed.memory == 0) w_.need_server(false);
  w_.say(managed, cause);
  return true;
}

bool PlatformRows::deleted(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  if (pod == none) return false;
  const PoolIndex pool = w_.world().pods[pod].pool;
  const auto handler = handlers_.find(pool);
  const MemoryIndex memory = memory_of(pool);
  Reason why = handler == handlers_.end() ? Reason::none : handler->second.reason;
  if (frozen_pool_ == pool) why = Reason::freeze_window;
  w_.need_server(false);
  if (memory == 0) w_.need_idle(pod);
  delete_pod(pod, memory, why, Reason::deleted);
  return true;
}

bool PlatformRows::offline(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  if (pod == none) return false;
  w_.need_managed(pod);
  const ManagedPod* managed = w_.managed(0, pod);
  if (managed == nullptr || managed->state == ManagedPodState::offline) return true;
  w_.say(w_.about_pod(EventType::memory_pod_offline, pod));
  return true;
}

bool PlatformRows::syncing(const LineFields& f) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  if (pool == none) return false;
  constexpr Handler of_ensure{none, none, Reason::none, true, never};
  if (service_built_) open_handler(pool, Program::sync_pool, of_ensure);
  service_built_ = false;
  sync_ = Sync{pool, memory_of(pool), w_.now(), line_, f.number(Placeholder::n).value_or(-1), 0};
  return true;
}

bool PlatformRows::discovered(const LineFields& f) {
  const PodIndex pod = w_.pod_in_cluster(f.get(Placeholder::pod));
  if (pod == none) return false;
  if (f.get(Placeholder::word) == "Running") w_.need_running(pod);
  Event discovered = w_.about_pod(EventType::memory_pod_discovered, pod);
  discovered.memory = memory_of(discovered.pool);
  if (discovered.memory != 0 && w_.knows(discovered.memory, pod)) discovered.memory = 0;
  if (discovered.memory == 0) {
    w_.need_server(true);
    if (w_.knows(0, pod)) {
      Event forgotten = w_.about_pod(EventType::memory_pod_forgotten, pod);
      forgotten.reason = Reason::sync;
      w_.assume(forgotten);
    }
  }
  w_.say(discovered);
  return true;
}

bool PlatformRows::ended(const LineFields& f) {
  const PodIndex pod = w_.pod_in_cluster(f.get(Placeholder::pod));
  if (pod == none) return false;
  if (sync_) ++sync_->ended;
  const Pod& in_cluster = w_.world().pods[pod];
  if (!lives(in_cluster)) return true;
  const AgentState agent = w_.world().agents[pod].state;
  if (agent != AgentState::absent && agent != AgentState::gone) {
    w_.assume(w_.about_pod(EventType::agent_gone, pod));
  }
  const bool well = f.get(Placeholder::word) == "Succeeded";
  Event over = w_.about_pod(well ? EventType::pod_succeeded : EventType::pod_failed, pod);
  if (!well) over.reason = Reason::crashed;
  w_.say(over);
  return true;
}

bool PlatformRows::cleaned(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  if (pod == none) return false;
  Event forgotten = w_.about_pod(EventType::memory_pod_forgotten, pod);
  forgotten.memory = memory_of(forgotten.pool);
  if (!w_.knows(forgotten.memory, pod)) forgotten.memory = 0;
  forgotten.reason = Reason::cleanup;
  if (w_.knows(forgotten.memory, pod)) w_.say(forgotten);
  return true;
}

bool PlatformRows::ended_deleted(const LineFields& f) {
  const PodIndex pod = w_.find_pod(f.get(Placeholder::pod));
  if (pod == none || !listed(w_.world().pods[pod])) return true;
  Event gone = w_.about_pod(EventType::pod_gone, pod);
  gone.reason = Reason::finished;
  w_.say(gone);
  return true;
}

bool PlatformRows::vanished(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  if (pod == none) return false;
  const std::uint64_t cause = w_.assume_gone(pod);
  Event forgotten = w_.about_pod(EventType::memory_pod_forgotten, pod);
  forgotten.memory = memory_of(forgotten.pool);
  if (!w_.knows(forgotten.memory, pod)) forgotten.memory = 0;
  forgotten.reason = Reason::sync;
  w_.need_server(false);
  w_.say(forgotten, cause);
  return true;
}

bool PlatformRows::registered(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  if (pod == none) return false;
  w_.bind(f.get(Placeholder::agent), pod);
  w_.need_managed(pod);
  w_.say(w_.about_pod(EventType::memory_agent_registered, pod));
  return true;
}

// --- slots ---

bool PlatformRows::assigned(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const auto type = task_type(f.get(Placeholder::word));
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool, type);
  if (task == none) return false;
  w_.need_managed(pod);
  w_.need_idle_slot(pod, *slot);
  if (is_final(w_.status(task))) w_.need_status(task, TaskStatus::pending);
  Event assigned = w_.about_pod(EventType::slot_assigned, pod);
  assigned.slot = *slot;
  assigned.task = task;
  assigned.task_type = type.value_or(w_.type(task));
  w_.say(assigned);
  return true;
}

bool PlatformRows::released(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool);
  if (task == none) return false;
  w_.need_in_slot(pod, *slot, task);
  release_ = Release{w_.about_pod(EventType::slot_released, pod), line_};
  release_->event.slot = *slot;
  release_->event.task = task;
  return true;
}

bool PlatformRows::not_active(const LineFields& f) {
  if (!released(f)) return false;
  Event released = std::move(release_->event);
  release_.reset();
  released.reason = Reason::reconcile;
  w_.say(released);
  return true;
}

bool PlatformRows::reserved(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const PoolIndex pool = w_.world().pods[pod].pool;
  const TaskIndex task = task_of(f, pool, TaskType::plan_and_apply);
  if (task == none) return false;
  w_.need_managed(pod);
  const bool by_reconcile = shape_->row == "PM17";
  if (by_reconcile) w_.need_in_slot(pod, *slot, task);
  w_.need_status(task, TaskStatus::apply_pending);
  assume_planned_on(pod, *slot, task);
  Event reserved = w_.about_pod(EventType::slot_reserved, pod);
  reserved.slot = *slot;
  reserved.task = task;
  reserved.task_type = TaskType::plan_and_apply;
  reserved.reason = by_reconcile ? Reason::reconcile : Reason::report;
  w_.say(reserved);
  return true;
}

bool PlatformRows::made_reserved(const LineFields& f) { return reserved(f); }

bool PlatformRows::expired(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool, TaskType::plan_and_apply);
  if (task == none) return false;
  w_.need_in_slot(pod, *slot, task);
  Event expired = w_.about_pod(EventType::slot_expired, pod);
  expired.slot = *slot;
  expired.task = task;
  const ManagedPod* managed = w_.managed(0, pod);
  if (managed != nullptr && managed->slots[*slot].state == SlotState::running) {
    Event reserved = expired;
    reserved.type = EventType::slot_reserved;
    reserved.task_type = TaskType::plan_and_apply;
    w_.assume(reserved);
  }
  w_.say(expired);
  return true;
}

}  // namespace holdfast
