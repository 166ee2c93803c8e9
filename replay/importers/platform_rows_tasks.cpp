#include <algorithm>
#include <string>

#include <holdfast/replay/importers/platform_rows.h>

namespace holdfast {

std::span<const PlatformRows::Entry> PlatformRows::entries_of_tasks() {
  static constexpr Entry entries[] = {
      {"TQ07", &PlatformRows::selected_plan_and_apply},
      {"TQ08", &PlatformRows::selected_plan},
      {"TQ09", &PlatformRows::selected_drift_check},
      {"TQ26", &PlatformRows::confirmed_runs},
      {"TQ32", &PlatformRows::reused},
      {"TQ33", &PlatformRows::no_reserved},
      {"TQ35", &PlatformRows::no_free_slot},
      {"TQ36", &PlatformRows::slot_refused},
      {"TQ40", &PlatformRows::allocated},
      {"TQ41", &PlatformRows::no_agents},
      {"TQ42", &PlatformRows::agent_elsewhere},
      {"TQ47", &PlatformRows::agent_unknown},
      {"TQ51", &PlatformRows::no_room, "No available"},
      {"TQ52", &PlatformRows::set_running},
      {"TQ54", &PlatformRows::pushed},
      {"TQ56", &PlatformRows::push_failed},
      {"TQ57", &PlatformRows::announced},
      {"TQ58", &PlatformRows::will_retry},
      {"TQ59", &PlatformRows::retry_fired},
      {"TQ65", &PlatformRows::confirmed_runs},
      {"TQ67", &PlatformRows::released_for_task},
      {"TQ70", &PlatformRows::not_reserved},
      {"TQ80", &PlatformRows::orphaned},
      {"TQ81", &PlatformRows::orphan_kept},
      {"TQ86", &PlatformRows::cancelled, "Cancelling"},
      {"TQ87", &PlatformRows::confirmed_called},
      {"TQ88", &PlatformRows::confirmed_runs},
  };
  return entries;
}

// --- choosing a task ---

bool PlatformRows::selected(const LineFields& f, TaskType type) {
  const auto number = task_number(f);
  if (!number) return false;
  w_.note_task(*number, f.get(Placeholder::ws), type);
  const TaskIndex task = w_.task(*number, none);
  // Only a pending task is chosen.
  if (task != none) w_.need_status(task, TaskStatus::pending);
  return true;
}

bool PlatformRows::selected_plan_and_apply(const LineFields& f) {
  return selected(f, TaskType::plan_and_apply);
}
bool PlatformRows::selected_plan(const LineFields& f) { return selected(f, TaskType::plan); }
bool PlatformRows::selected_drift_check(const LineFields& f) {
  return selected(f, TaskType::drift_check);
}

bool PlatformRows::confirmed_called(const LineFields& f) {
  const auto number = task_number(f);
  if (!number) return false;
  w_.note_task(*number, f.get(Placeholder::ws), TaskType::plan_and_apply);
  return true;
}

bool PlatformRows::confirmed_runs(const LineFields& f) {
  if (!confirmed_called(f)) return false;
  const TaskIndex task = task_of(f);
  if (task != none) w_.need_status(task, TaskStatus::apply_confirmed);
  return true;
}

// --- its slot ---

bool PlatformRows::reused(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool, TaskType::plan_and_apply);
  if (task == none) return false;
  w_.need_in_slot(pod, *slot, task);
  w_.need_status(task, TaskStatus::apply_confirmed);
  assume_planned_on(pod, *slot, task);
  Event reused = w_.about_pod(EventType::slot_reused, pod);
  reused.slot = *slot;
  reused.task = task;
  w_.say(reused);
  return true;
}

bool PlatformRows::no_reserved(const LineFields& f) {
  const TaskIndex task = task_of(f);
  if (task == none) return true;
  w_.need_status(task, TaskStatus::apply_confirmed);
  w_.need_server(false);
  Event sought = w_.event(EventType::queue_slot_sought);
  sought.task = task;
  w_.say(sought);
  return true;
}

bool PlatformRows::no_free_slot(const LineFields& f) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  const TaskIndex task = task_of(f, pool);
  if (task == none) return false;
  w_.need_server(false);
  Event full = w_.event(EventType::queue_no_free_slot);
  full.pool = pool;
  full.task = task;
  full.reason = Reason::no_slot;
  const std::uint64_t cause = w_.say(full);
  schedule_retry(task, 10 * second, Reason::no_slot, cause);
  return true;
}

bool PlatformRows::slot_refused(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool);
  if (task == none) return false;
  w_.need_server(false);
  Event refused = w_.about_pod(EventType::slot_assign_refused, pod);
  refused.slot = *slot;
  refused.task = task;
  refused.reason = Reason::slot_taken;
  const std::uint64_t cause = w_.say(refused);
  schedule_retry(task, 5 * second, Reason::slot_taken, cause);
  return true;
}

bool PlatformRows::allocated(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool);
  if (task == none) return false;
  w_.need_in_slot(pod, *slot, task);
  const std::string_view agent = f.get(Placeholder::agent);
  if (agent.empty()) return true;
  w_.bind(agent, pod);
  const ManagedPod* managed = w_.managed(0, pod);
  if (managed != nullptr && !managed->agent_known()) {
    w_.say(w_.about_pod(EventType::memory_agent_registered, pod));
  }
  return true;
}

bool PlatformRows::released_for_task(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  const auto slot = slot_number(f);
  if (pod == none || !slot) return false;
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool);
  const ManagedPod* managed = w_.managed(0, pod);
  if (task == none || managed == nullptr) return true;
  // As a rule the line before said it of the same slot.
  const Slot& held = managed->slots[*slot];
  if (held.state == SlotState::idle || held.task != task) return true;
  Event released = w_.about_pod(EventType::slot_released, pod);
  released.slot = *slot;
  released.task = task;
  released.reason = Reason::report;
  w_.say(released);
  return true;
}

// The plan has ended with changes, and no slot was found to reserve.
bool PlatformRows::not_reserved(const LineFields& f) {
  const TaskIndex task = task_of(f);
  if (task != none) w_.need_status(task, TaskStatus::apply_pending);
  return true;
}

// --- its agent ---

bool PlatformRows::no_agents(const LineFields& f) {
  const TaskIndex task = task_of(f);
  if (task != none) note_no_agent(task, Reason::no_agent, 15 * second);
  return true;
}

// These two name no task; the release that follows does.
bool PlatformRows::agent_elsewhere(const LineFields&) {
  release_hint_ = Reason::agent_elsewhere;
  return true;
}

bool PlatformRows::agent_unknown(const LineFields&) {
  release_hint_ = Reason::agent_unknown;
  return true;
}

bool PlatformRows::no_room(const LineFields& f) {
  const TaskIndex task = task_of(f, w_.pool(f.get(Placeholder::pool)),
                                 task_type(f.get(Placeholder::word)));
  if (task != none) note_no_agent(task, Reason::agent_busy, 10 * second);
  return true;
}

// --- the push ---

bool PlatformRows::set_running(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  const PoolIndex pool = pod == none ? PoolIndex{none} : w_.world().pods[pod].pool;
  const TaskIndex task = task_of(f, pool);
  if (task == none) return true;
  const TaskStatus is = w_.status(task);
  const bool applies = is_waiting(is) || is == TaskStatus::running_applying;
  if (is_final(is)) w_.need_status(task, TaskStatus::pending);
  if (is == TaskStatus::apply_pending) w_.need_status(task, TaskStatus::apply_confirmed);
  Event saved = applies
                    ? w_.saved(EventType::task_apply_started, task, TaskStatus::running_applying)
                    : w_.saved(EventType::task_started, task, TaskStatus::running_planning);
  saved.row.agent = pod;
  w_.say(saved);
  return true;
}

bool PlatformRows::pushed(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  if (pod == none) return true;
  const TaskIndex task = task_of(f, w_.world().pods[pod].pool);
  if (task == none) return true;
  const bool applies = f.get(Placeholder::word) == "apply";
  w_.need_status(task, applies ? TaskStatus::running_applying : TaskStatus::running_planning);
  w_.need_connected(pod);
  Event pushed = w_.about_pod(EventType::queue_pushed, pod);
  pushed.task = task;
  pushed.action = applies ? Action::apply : Action::plan;
  pushed.slot = agent_slot(pod, task);
  const std::uint64_t cause = w_.say(pushed);
  pushed_at_[task] = w_.now();
  // The agent does not acknowledge.
  take_work(pod, task, true, cause);
  return true;
}

bool PlatformRows::announced(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  const TaskIndex task = task_of(f);
  if (pod == none || task == none) return true;
  Event announced = w_.about_pod(EventType::queue_pushed, pod);
  announced.task = task;
  const bool applies = w_.status(task) == TaskStatus::running_applying;
  announced.action = applies ? Action::apply : Action::plan;
  w_.say(announced);
  return true;
}

bool PlatformRows::push_failed(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  const TaskIndex task = task_of(f);
  if (task == none) return true;
  std::uint64_t cause = 0;
  if (pod != none) {
    Event failed = w_.about_pod(EventType::queue_push_failed, pod);
    failed.task = task;
    failed.reason = Reason::send_failed;
    cause = w_.say(failed);
  }
  const bool applied = w_.status(task) == TaskStatus::running_applying;
  Event back = w_.saved(EventType::task_reset, task,
                        applied ? TaskStatus::apply_confirmed : TaskStatus::pending);
  back.reason = Reason::send_failed;
  w_.say(back, cause);
  return true;
}

bool PlatformRows::will_retry(const LineFields& f) {
  const TaskIndex task = task_of(f);
  const auto delay_us = duration(f.get(Placeholder::dur));
  if (task != none && delay_us) schedule_retry(task, *delay_us, Reason::send_failed, 0);
  return true;
}

// Of the workspace's retries the one that is due now, or nearest to it.
bool PlatformRows::retry_fired(const LineFields& f) {
  const WorkspaceIndex workspace = w_.find_workspace(std::string(f.get(Placeholder::ws)));
  if (workspace == none) return true;
  w_.need_server(false);
  const auto& timers = w_.world().timers;
  const auto distance = [&](const Timer& timer) {
    return std::max(timer.due.us - w_.now().us, w_.now().us - timer.due.us);
  };
  Event fired = w_.event(EventType::queue_retry_fired);
  fired.workspace = workspace;
  for (std::size_t i = 0; i < timers.size(); ++i) {
    if (timers[i].kind != TimerKind::retry || timers[i].workspace != workspace) continue;
    if (fired.place == none || distance(timers[i]) < distance(timers[fired.place])) {
      fired.place = static_cast<std::uint16_t>(i);
    }
  }
  if (fired.place == none) {
    // Nothing that was logged armed it.
    Event scheduled = w_.event(EventType::queue_retry_scheduled);
    scheduled.workspace = workspace;
    scheduled.place = 0;
    while (scheduled.place < timers.size() && timers[scheduled.place].kind != TimerKind::none) {
      ++scheduled.place;
    }
    scheduled.at = w_.now();
    w_.assume(scheduled);
    fired.place = scheduled.place;
  }
  w_.say(fired);
  return true;
}

// --- after a restart ---

bool PlatformRows::orphaned(const LineFields& f) {
  const auto number = task_number(f);
  if (!number) return false;
  w_.note_task(*number, f.get(Placeholder::ws), task_type(f.get(Placeholder::word, 0)));
  const TaskIndex task = placed(w_.task(*number, none));
  if (task == none) return true;
  const bool applies = f.get(Placeholder::word, 1) == "applying";
  w_.need_status(task, applies ? TaskStatus::running_applying : TaskStatus::running_planning);
  w_.say(w_.saved(EventType::task_orphaned, task, TaskStatus::failed));
  return true;
}

bool PlatformRows::orphan_kept(const LineFields& f) {
  const auto number = task_number(f);
  if (!number) return false;
  w_.note_task(*number, f.get(Placeholder::ws), task_type(f.get(Placeholder::word, 0)));
  const TaskIndex task = placed(w_.task(*number, none));
  if (task == none || is_waiting(w_.status(task))) return true;
  w_.need_status(task, TaskStatus::running_planning);
  w_.say(w_.saved(EventType::task_orphaned, task, TaskStatus::apply_pending));
  return true;
}

bool PlatformRows::cancelled(const LineFields& f) {
  const TaskIndex task = task_of(f);
  if (task != none) w_.say_status(task, TaskStatus::cancelled, Reason::user);
  return true;
}

}  // namespace holdfast
