#include <holdfast/tests/model/knob_courses.h>

#include <holdfast/tests/model/knob_bench.h>

namespace holdfast {
namespace {

using Bench = KnobBench;

// --- slots ---------------------------------------------------------------------------------------

// A plan_and_apply is pushed to a pod whose slot 0 is taken by a plan.
std::string slots(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  const TaskIndex plan = b.d.task(b.ws, TaskType::plan);
  b.d.plan_on(pod, 0, plan);
  b.d.assign(pod, 0, plan);
  const TaskIndex task = b.d.task(b.ws);
  b.push(task);
  const SlotPlace place = place_of(b.d.world.memories[0], task);
  return b.status(task) + (place.found() ? " in slot " + number(place.slot) : " in no slot");
}

// The connected agent of a pod is unknown to the memory.
std::string needs_agent(const Knobs& knobs) {
  Bench b(knobs);
  b.d.connect(b.managed_pod());
  const TaskIndex task = b.d.task(b.ws, TaskType::plan);
  b.push(task);
  return b.status(task);
}

// The pod of a plan is gone and another pod is free: at the next reconcile, and when the apply is
// confirmed.
std::string lost_pod(const Knobs& knobs) {
  Bench b(knobs);
  b.ready_pod();
  const TaskIndex task = b.waiting_task(b.d.pod(b.pool, PodState::gone));
  b.run(Program::reconcile);
  const std::string reconciled = b.status(task);
  if (reconciled == "apply_pending") b.d.set_status(task, TaskStatus::apply_confirmed);
  b.push(task);
  return reconciled + ", " + b.status(task);
}

std::string reuse_marks_running(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  b.push(b.confirmed_task(pod));
  return b.slot(pod);
}

// The agent of a Reserved slot has gone, row and all.
std::string release_reserved_on_no_agent(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  const TaskIndex task = b.confirmed_task(pod);
  for (const EventType type : {EventType::agent_disconnected, EventType::agent_row_deleted}) {
    b.d.fold(type, [&](Event& e) { e.pod = pod; });
  }
  b.push(task);
  return b.slot(pod);
}

std::string scale_up_on_no_agent(const Knobs& knobs) {
  Bench b(knobs);
  b.managed_pod();
  b.push(b.d.task(b.ws));
  return number(b.under_way(Program::scale_up_now)) + " scale-ups";
}

// A plan ends with changes.
std::string completed_after_plan(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  const TaskIndex task = b.d.task(b.ws);
  b.d.plan_on(pod, 0, task);
  b.take_step({.kind = StepKind::agent_finishes, .actor = pod, .choice = 0});
  return number(b.under_way(Program::report_message)) + " messages";
}

// An agent at work reconnects to a server that has forgotten its slots.
std::string agent_reports_slots(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.ready_pod();
  b.d.plan_on(pod, 0, b.d.task(b.ws));
  b.d.fold(EventType::agent_disconnected, [&](Event& e) { e.pod = pod; });
  b.d.run(Program::connect_agent, [&](Procedure& p) { p.sender = pod; });
  return b.slot(pod);
}

// --- pods ----------------------------------------------------------------------------------------

// Two pods, the first of them busy, are scaled to one; of several alternatives the first is taken.
std::string scale_down(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex busy = b.managed_pod();
  const PodIndex idle = b.managed_pod();
  b.d.assign(busy, 0, b.d.task(b.ws, TaskType::plan));
  b.d.run(Program::scale, [&](Procedure& p) {
    p.pool = b.pool;
    p.wanted = 1;
  });
  return "busy " + b.fate(busy) + ", idle " + b.fate(idle);
}

// Two pods, a plan that runs, and three tasks that wait in no slot.
std::string scaling(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.managed_pod();
  b.managed_pod();
  const TaskIndex plan = b.d.task(b.ws, TaskType::plan);
  b.d.plan_on(pod, 1, plan);
  b.d.assign(pod, 1, plan);
  for (int i = 0; i < 3; ++i) b.d.set_status(b.d.task(b.ws), TaskStatus::apply_pending);
  b.run(Program::autoscale);
  return b.desired() + " of 2";
}

// Without pods, while the only Pending task is blocked, and when it no longer is.
std::string cold_start(const Knobs& knobs) {
  Bench b(knobs);
  const TaskIndex earlier = b.d.task(b.ws);
  b.d.set_status(earlier, TaskStatus::running_planning);
  b.d.task(b.ws);
  b.run(Program::autoscale);
  const std::string blocked = b.desired();
  b.d.set_status(earlier, TaskStatus::failed);
  for (std::size_t i = 0; i < b.d.world.pods.size(); ++i) {
    const auto pod = static_cast<PodIndex>(i);
    b.d.fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; });
  }
  b.d.wait(second);
  b.run(Program::autoscale);
  return "blocked " + blocked + ", then " + b.desired();
}

std::string reconciler(const Knobs& knobs) {
  Bench b(knobs, 1);
  b.managed_pod();
  b.run(Program::autoscaler_cycle);
  Bench fresh(knobs);
  fresh.take_step({.kind = StepKind::server_stops, .actor = 0});
  fresh.take_step({.kind = StepKind::server_starts, .actor = 0});
  return number(b.d.count(EventType::memory_slots_reconciled)) + " in a cycle, ticker in " +
         number(fresh.ticks_in(TimerKind::reconciler)) + " s";
}

// The memory is new; a task waits on the pod.
std::string slot_rebuild(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.managed_pod();
  b.waiting_task(pod);
  b.run(Program::reconcile);
  return b.slot(pod);
}

std::string reconcile_on_ensure(const Knobs& knobs) {
  Bench b(knobs);
  b.managed_pod();
  b.run(Program::ensure_pods);
  return number(b.d.count(EventType::memory_slots_reconciled)) + " reconciles";
}

std::string ensure_creates(const Knobs& knobs) {
  Bench b(knobs, 1);
  b.run(Program::ensure_pods);
  return number(b.d.count(EventType::pod_created)) + " pods";
}

std::string autoscaler_delay(const Knobs& knobs) {
  Bench b(knobs);
  b.take_step({.kind = StepKind::server_stops, .actor = 0});
  b.take_step({.kind = StepKind::server_starts, .actor = 0});
  return "first tick in " + number(b.ticks_in(TimerKind::autoscaler)) + " s";
}

// Three idle pods and a task that waits in no slot, right after the start and a minute later.
std::string scale_down_guard(const Knobs& knobs) {
  Bench b(knobs);
  for (int i = 0; i < 3; ++i) b.managed_pod();
  b.d.set_status(b.d.task(b.ws), TaskStatus::apply_pending);
  const auto deleted = [&] {
    b.d.forget();
    b.run(Program::autoscale);
    return number(b.d.count(EventType::pod_delete_requested));
  };
  const std::string at_once = deleted();
  b.d.wait(minute);
  return "deletes " + at_once + ", then " + deleted();
}

// Two idle pods, and a task of a local workspace that waits for its user.
std::string guard_counts(const Knobs& knobs) {
  Bench b(knobs);
  b.d.knobs().scale_down_guard = ScaleDownGuard::apply_pending;
  for (int i = 0; i < 2; ++i) b.managed_pod();
  b.d.set_status(b.d.task(b.d.workspace(b.pool, ExecutionMode::local)), TaskStatus::apply_pending);
  b.run(Program::autoscale);
  return "deletes " + number(b.d.count(EventType::pod_delete_requested));
}

std::string freeze_guard(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.managed_pod();
  b.d.freeze(b.pool);
  b.d.set_status(b.d.task(b.ws), TaskStatus::apply_pending);
  b.run(Program::autoscale);
  return b.fate(pod);
}

// A configuration is saved while a pod is idle.
std::string on_config_save(const Knobs& knobs) {
  Bench b(knobs, 1);
  const PodIndex pod = b.managed_pod();
  b.d.setup.configs = {{b.pool, 1, 5, {}}};
  b.take_step({.kind = StepKind::save_config, .replica = 0, .argument = 0});
  b.d.drain();
  return b.fate(pod);
}

// The same while a slot of the pod is Reserved, where saving replaces idle pods.
std::string handler_memory(const Knobs& knobs) {
  Bench b(knobs, 1);
  b.d.knobs().on_config_save = OnConfigSave::rebuild_idle;
  const PodIndex pod = b.managed_pod();
  b.d.reserve(pod, 0, b.waiting_task(pod));
  b.d.setup.configs = {{b.pool, 1, 5, {}}};
  b.take_step({.kind = StepKind::save_config, .replica = 0, .argument = 0});
  b.d.drain();
  return b.fate(pod);
}

// One task is reserved, another waits in no slot.
std::string unplaced_scale_up(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.managed_pod();
  b.d.reserve(pod, 0, b.waiting_task(pod));
  b.d.set_status(b.d.task(b.ws), TaskStatus::apply_pending);
  b.run(Program::autoscale);
  return b.desired() + " of 1";
}

std::string pending_blocks_scale_down(const Knobs& knobs) {
  Bench b(knobs);
  b.managed_pod();
  b.managed_pod();
  b.d.task(b.ws);
  b.run(Program::autoscale);
  return b.desired() + " of 2";
}

// One pod works; two workspaces have a plan_and_apply Pending.
std::string plan_and_apply_scale_up(const Knobs& knobs) {
  Bench b(knobs);
  const PodIndex pod = b.managed_pod();
  const TaskIndex plan = b.d.task(b.d.workspace(b.pool), TaskType::plan);
  b.d.plan_on(pod, 1, plan);
  b.d.assign(pod, 1, plan);
  b.d.task(b.ws);
  b.d.task(b.d.workspace(b.pool));
  b.run(Program::autoscale);
  return b.desired() + " of 1";
}

// Two pods of a Deployment, of which one works.
std::string deployment_busy_guard(const Knobs& knobs) {
  Bench b(knobs);
  b.d.knobs().scaling = Scaling::deployment;
  b.d.knobs().scale_down = ScaleDown::deployment_random;
  const PodIndex pod = b.managed_pod();
  b.managed_pod();
  b.d.plan_on(pod, 0, b.d.task(b.ws, TaskType::plan));
  b.run(Program::autoscale);
  return "deletes " + number(b.d.count(EventType::pod_delete_requested));
}

// A pod runs for three minutes, and no agent has come.
std::string unhealthy_restart(const Knobs& knobs) {
  Bench b(knobs, 1);
  const PodIndex pod = b.managed_pod();
  b.d.wait(3 * minute);
  b.run(Program::autoscaler_cycle);
  return b.fate(pod);
}

std::string recover_apply_pending(const Knobs& knobs) {
  Bench b(knobs);
  b.waiting_task(b.ready_pod());
  b.d.run(Program::recover);
  return number(b.under_way(Program::push)) + " pushes";
}

// Nothing synced the pod for six minutes.
std::string offline_pod_cleanup(const Knobs& knobs) {
  Bench b(knobs, 1);
  b.d.knobs().reconciler = Reconciler::own_ticker;
  const PodIndex pod = b.managed_pod();
  b.d.wait(6 * minute);
  b.run(Program::autoscaler_cycle);
  return b.fate(pod);
}

const std::vector<KnobCourse> courses = {
    {"slots", slots,
     {{"none", "running_planning in no slot"}, {"three", "pending in no slot"},
      {"four", "running_planning in slot 1"}}},
    {"scale_down", scale_down,
     {{"idle_pods_only", "busy kept, idle deleted"},
      {"deployment_random", "busy deleted, idle kept"}}},
    {"scaling", scaling,
     {{"utilisation", "2 of 2"}, {"required_slots", "1 of 2"}, {"deployment", "3 of 2"}}},
    {"cold_start", cold_start,
     {{"any_pending", "blocked 1, then 1"}, {"first_pending_only", "blocked 0, then 1"},
      {"overwritten", "blocked 0, then 0"}}},
    {"reconciler", reconciler,
     {{"in_cycle", "2 in a cycle, ticker in -1 s"}, {"own_ticker", "0 in a cycle, ticker in 5 s"}}},
    {"slot_rebuild", slot_rebuild, {{"known_only", "idle"}, {"from_database", "reserved"}}},
    {"reconcile_on_ensure", reconcile_on_ensure, {{"no", "0 reconciles"}, {"yes", "1 reconciles"}}},
    {"ensure_creates", ensure_creates, {{"no", "0 pods"}, {"yes", "1 pods"}}},
    {"autoscaler_delay", autoscaler_delay,
     {{"0s", "first tick in 5 s"}, {"10s", "first tick in 15 s"}}},
    {"scale_down_guard", scale_down_guard,
     {{"none", "deletes 1, then 1"}, {"apply_pending", "deletes 0, then 0"},
      {"startup_grace", "deletes 0, then 1"}}},
    {"guard_counts", guard_counts, {{"any_mode", "deletes 0"}, {"k8s_only", "deletes 1"}}},
    {"freeze_guard", freeze_guard, {{"no", "deleted"}, {"yes", "kept"}}},
    {"needs_agent", needs_agent, {{"no", "running_planning"}, {"registered", "pending"}}},
    {"lost_pod", lost_pod,
     {{"apply_elsewhere", "apply_pending, running_applying"},
      {"replan", "apply_pending, pending"},
      {"replan_at_once", "pending, running_planning"}}},
    {"reuse_marks_running", reuse_marks_running, {{"no", "reserved"}, {"yes", "running"}}},
    {"completed_after_plan", completed_after_plan, {{"no", "0 messages"}, {"yes", "1 messages"}}},
    {"release_reserved_on_no_agent", release_reserved_on_no_agent,
     {{"no", "reserved"}, {"yes", "idle"}}},
    {"scale_up_on_no_agent", scale_up_on_no_agent, {{"no", "0 scale-ups"}, {"yes", "1 scale-ups"}}},
    {"on_config_save", on_config_save, {{"ensure", "kept"}, {"rebuild_idle", "deleted"}}},
    {"handler_memory", handler_memory, {{"shared", "kept"}, {"fresh", "deleted"}}},
    {"unplaced_scale_up", unplaced_scale_up, {{"no", "1 of 1"}, {"yes", "2 of 1"}}},
    {"pending_blocks_scale_down", pending_blocks_scale_down, {{"no", "1 of 2"}, {"yes", "2 of 2"}}},
    {"plan_and_apply_scale_up", plan_and_apply_scale_up, {{"no", "1 of 1"}, {"yes", "3 of 1"}}},
    {"deployment_busy_guard", deployment_busy_guard, {{"no", "deletes 1"}, {"yes", "deletes 0"}}},
    {"unhealthy_restart", unhealthy_restart, {{"no", "kept"}, {"yes", "deleted"}}},
    {"recover_apply_pending", recover_apply_pending, {{"no", "0 pushes"}, {"yes", "1 pushes"}}},
    {"agent_reports_slots", agent_reports_slots, {{"no", "idle"}, {"yes", "running"}}},
    {"offline_pod_cleanup", offline_pod_cleanup, {{"no", "kept"}, {"yes", "deleted"}}},
};

}  // namespace

std::span<const KnobCourse> knob_courses() {
  static const std::vector<KnobCourse> all = [] {
    std::vector<KnobCourse> both = courses;
    const auto repairs = repair_courses();
    both.insert(both.end(), repairs.begin(), repairs.end());
    return both;
  }();
  return all;
}

}  // namespace holdfast
