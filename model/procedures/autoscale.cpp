#include <algorithm>

#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/scaling.h>

namespace holdfast {
namespace {

enum : std::uint8_t {
  at_a, at_a2, at_b, at_c, at_c_deleted, at_d, at_e, at_f, at_g, at_h, at_i, at_j, at_k, at_l,
  at_l_scaled
};

// --- freeze window ---------------------------------------------------------------------------

void clear_bounds(Turn& t) {
  t.self.min_replicas = 0;
  t.self.max_replicas = 0;
}

void ask_window(Turn& t) {
  if (!t.clock.frozen(t.pool())) {
    if (t.knobs.reconciler != Reconciler::in_cycle) return t.go(at_d);
    return t.call(Program::reconcile, at_d);
  }
  clear_bounds(t);
  if (t.knobs.freeze_guard) return t.go(at_a2);
  t.call(Program::reconcile, at_b);
}

bool any_task(const Turn& t, bool (*wanted)(const Turn&, const Task&)) {
  return std::any_of(t.world.tasks.begin(), t.world.tasks.end(),
                     [&](const Task& task) { return wanted(t, task); });
}

// A task for whose sake a guard keeps pods. One of another execution mode holds no pod.
bool waits_in_pool(const Turn& t, const Task& task) {
  const bool counts = t.knobs.guard_counts == GuardCounts::any_mode ? of_pool(t, task)
                                                                    : served_by_pods(t, task);
  return counts && is_waiting(task.row.status);
}

void guard_freeze(Turn& t) {
  const bool fails = t.call_fails();
  if (fails || any_task(t, waits_in_pool)) {
    t.emit(EventType::autoscaler_skipped).reason =
        fails ? Reason::database_error : Reason::apply_pending;
    return t.done();
  }
  t.call(Program::reconcile, at_b);
}

void find_idle(Turn& t) {
  t.self.failed = false;  // a failed reconcile is logged
  t.emit(EventType::autoscaler_frozen);
  t.self.pods = idle_pods(t.memory(), t.self.pool);
  if (t.self.pods.empty()) return t.done();
  t.go(at_c);
}

void delete_idle(Turn& t) {
  take_chosen_pod(t);
  t.call(Program::delete_pod, at_c_deleted);
}

void go_on_deleting(Turn& t) {
  t.self.failed = false;
  if (t.self.pods.empty()) return t.done();
  t.go(at_c);
}

// --- what the numbers ask for ----------------------------------------------------------------
// From d to j `count` is the number of pods, `wanted` and `reason` what is decided so far.

void decide(Turn& t, const ScalingDecision& decision) {
  t.self.wanted = static_cast<std::int16_t>(decision.desired);
  t.self.reason = decision.reason;
}

ScalingDecision decision(const Turn& t) { return {t.self.wanted, t.self.reason}; }

// What has to be known beyond the slots before the rule of utilisation is final.
void go_on_by_utilisation(Turn& t) {
  if (t.self.reason == Reason::reserved_slots && t.knobs.unplaced_scale_up) return t.go(at_g);
  if (t.self.reason == Reason::low_utilisation && t.knobs.pending_blocks_scale_down) {
    return t.go(at_i);
  }
  t.go(at_j);
}

void measure(Turn& t) {
  t.self.failed = false;  // a failed reconcile is logged
  const SlotStatistics slots = slot_statistics(t.memory(), t.self.pool, slots_each(t.knobs));
  t.emit(EventType::autoscaler_measured).n = {slots.pods, slots.total, slots.used, slots.reserved};
  t.self.count = static_cast<std::int16_t>(slots.pods);
  if (t.knobs.scaling == Scaling::required_slots) {
    decide(t, by_required_slots(slots));
    return t.go(at_j);
  }
  if (t.knobs.scaling == Scaling::deployment || slots.pods == 0) return t.go(at_e);
  decide(t, by_utilisation(slots));
  if (t.knobs.plan_and_apply_scale_up) return t.go(at_e);
  go_on_by_utilisation(t);
}

// --- e: the task table -----------------------------------------------------------------------

bool is_pending(const Turn& t, const Task& task) {
  return served_by_pods(t, task) && task.row.status == TaskStatus::pending;
}

bool is_unblocked(const Turn& t, const Task& task) {
  const auto index = static_cast<TaskIndex>(&task - t.world.tasks.data());
  return is_pending(t, task) && !is_blocked(t.world, index);
}

void start_cold(Turn& t) {
  const bool first_only = t.knobs.cold_start == ColdStart::first_pending_only;
  const bool pending = !t.call_fails() && any_task(t, first_only ? is_unblocked : is_pending);
  decide(t, at_cold_start(t.knobs.cold_start, pending, t.self.min_replicas));
  go_on_by_utilisation(t);
}

// The answered tasks are kept in `waiting` until f counts them.
void find_waiting_applies(Turn& t) {
  for (std::size_t i = 0; i < t.world.tasks.size() && !t.call_fails(); ++i) {
    const Task& task = t.world.tasks[i];
    if (task.type == TaskType::plan_and_apply && is_unblocked(t, task)) {
      t.self.waiting.insert(static_cast<TaskIndex>(i));
    }
  }
  if (t.self.waiting.empty()) return go_on_by_utilisation(t);
  t.go(at_f);
}

ActiveTasks active_tasks(const Turn& t) {
  ActiveTasks active;
  for (const Task& task : t.world.tasks) {
    if (!served_by_pods(t, task)) continue;
    const bool runs = is_running(task.row.status);
    if (task.type == TaskType::plan && runs) ++active.running_plans;
    const bool applies = task.type == TaskType::plan_and_apply;
    if (applies && (runs || is_waiting(task.row.status))) ++active.applies;
    if (is_unblocked(t, task)) active.unblocked_pending = true;
  }
  return active;
}

void follow_active_tasks(Turn& t) {
  if (t.call_fails()) {
    t.self.count = 0;
    clear_bounds(t);
    return t.fail();
  }
  const ActiveTasks active = active_tasks(t);
  const auto& idle_since = t.memory().idle_since;
  const bool noted = t.self.pool < idle_since.size() && idle_since[t.self.pool] != never;
  const bool idle = active.pods() == 0 && !active.unblocked_pending;
  if (idle != noted && (idle || active.pods() > 0)) {
    t.emit(EventType::memory_idle_noted).flag = idle;
  }
  const bool idle_long = t.clock.idle_for_a_minute(t.memory(), t.self.pool);
  decide(t, by_active_tasks(active, t.self.count, idle_long));
  t.go(at_j);
}

void query_tasks(Turn& t) {
  if (t.knobs.scaling == Scaling::deployment) return follow_active_tasks(t);
  if (t.self.count == 0) return start_cold(t);
  find_waiting_applies(t);
}

// --- f to i ----------------------------------------------------------------------------------

void count_busy(Turn& t) {
  const auto& pods = t.memory().pods;
  const auto busy = std::count_if(pods.begin(), pods.end(), [&](const ManagedPod& pod) {
    return pod.known() && pod.pool == t.self.pool &&
           std::any_of(pod.slots.begin(), pod.slots.end(),
                       [](const Slot& slot) { return slot.state == SlotState::running; });
  });
  const auto more =
      for_waiting_applies(t.self.waiting.size(), static_cast<int>(busy), t.self.count);
  t.self.waiting.clear();
  if (!more) return go_on_by_utilisation(t);
  decide(t, *more);
  t.go(at_j);
}

void find_waiting(Turn& t) {
  for (std::size_t i = 0; i < t.world.tasks.size() && !t.call_fails(); ++i) {
    const Task& task = t.world.tasks[i];
    if (served_by_pods(t, task) && is_waiting(task.row.status)) {
      t.self.waiting.insert(static_cast<TaskIndex>(i));
    }
  }
  t.go(t.self.waiting.empty() ? at_j : at_h);
}

void look_for_places(Turn& t) {
  bool unplaced = false;
  t.self.waiting.for_each(
      [&](TaskIndex task) { unplaced = unplaced || !place_of(t.memory(), task).found(); });
  t.self.waiting.clear();
  decide(t, for_unplaced(decision(t), unplaced, t.self.count));
  t.go(at_j);
}

void query_pending(Turn& t) {
  if (t.call_fails()) {
    decide(t, {t.self.count, Reason::steady});
  } else {
    decide(t, for_pending(decision(t), any_task(t, is_unblocked), t.self.count));
  }
  t.go(at_j);
}

// --- deciding --------------------------------------------------------------------------------

void skip(Turn& t, Reason reason) {
  t.emit(EventType::autoscaler_skipped).reason = reason;
  t.self.wanted = 0;
  t.done();
}

void settle_count(Turn& t) {
  const ScalingDecision final =
      clamped(decision(t), t.self.min_replicas, t.self.max_replicas);
  const int pods = t.self.count;
  Event& decided = t.emit(EventType::autoscaler_decided);
  decided.n = {pods, final.desired};
  decided.reason = final.reason;
  t.self.count = 0;
  t.self.reason = Reason::none;
  clear_bounds(t);
  t.self.wanted = static_cast<std::int16_t>(final.desired);
  if (final.desired == pods) {
    t.self.wanted = 0;
    return t.done();
  }
  if (final.desired > pods) return t.go(at_l);
  const ScaleDownGuard guard = t.knobs.scale_down_guard;
  if (guard == ScaleDownGuard::startup_grace &&
      t.clock.just_started(t.world.replicas[t.self.replica])) {
    return skip(t, Reason::startup_grace);
  }
  const bool asks = guard == ScaleDownGuard::apply_pending || t.knobs.deployment_busy_guard;
  t.go(asks ? at_k : at_l);
}

bool keeps_an_agent_busy(const Turn& t, const Task& task) {
  return served_by_pods(t, task) && task.row.agent != none &&
         (is_running(task.row.status) || is_waiting(task.row.status));
}

void ask_guard(Turn& t) {
  // A guard that cannot ask holds nothing back.
  if (!t.call_fails()) {
    if (t.knobs.scale_down_guard == ScaleDownGuard::apply_pending && any_task(t, waits_in_pool)) {
      return skip(t, Reason::apply_pending);
    }
    if (t.knobs.deployment_busy_guard && any_task(t, keeps_an_agent_busy)) {
      return skip(t, Reason::busy_agents);
    }
  }
  t.go(at_l);
}

void scale(Turn& t) { t.call(Program::scale, at_l_scaled); }

void leave_scaled(Turn& t) {
  t.self.removed = 0;
  if (take_failed(t)) return t.fail();
  t.done();
}

constexpr Instruction instructions[] = {
    {"a", Store::none, Verb::none, "freeze window or not; reconcile", ask_window},
    {"a2", Store::database, Verb::query, "ApplyPending tasks hold back the freeze", guard_freeze},
    {"b", Store::memory, Verb::read, "the pods whose slots are all idle", find_idle},
    {"c", Store::memory, Verb::read, "one of them is deleted", delete_idle, one_of_pods},
    {"c", Store::none, Verb::none, "deleted or not", go_on_deleting},
    {"d", Store::memory, Verb::read, "measure pods and slots", measure},
    {"e", Store::database, Verb::query, "the tasks that the rule counts", query_tasks},
    {"f", Store::memory, Verb::read, "pods with a Running slot", count_busy},
    {"g", Store::database, Verb::query, "ApplyPending tasks", find_waiting},
    {"h", Store::memory, Verb::read, "whether one of them is in no slot", look_for_places},
    {"i", Store::database, Verb::query, "unblocked Pending tasks", query_pending},
    {"j", Store::none, Verb::none, "decide", settle_count},
    {"k", Store::database, Verb::query, "the guard of the scale-down", ask_guard},
    {"l", Store::none, Verb::none, "scale", scale},
    {"l", Store::none, Verb::none, "scaled or not", leave_scaled},
};

}  // namespace

Instructions autoscale_steps() { return instructions; }

}  // namespace holdfast
