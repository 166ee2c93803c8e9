#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/procedures/spawning.h>

namespace holdfast {
namespace {

// What is still at its sender reaches the replica of this step.
void land(Turn& t) {
  if (t.self.replica != none) return;
  t.self.replica = t.step.replica;
  t.self.memory = t.step.replica;
  t.self.sender = none;
  t.self.workspace = none;
  t.self.action = Action::plan;
}

// --- report_status ---

enum At : std::uint8_t { at_a, at_b, at_c, at_d, at_e };

bool finds_changes(const Turn& t) { return t.self.outcome == TaskStatus::apply_pending; }

// Only a plan_and_apply ends its plan with changes to wait for. An apply that failed or was stopped
// gives its workspace back before it says so.
void choose_first(Turn& t) {
  const bool gives_back = t.self.action == Action::apply && t.self.outcome != TaskStatus::applied;
  const bool locks_first = finds_changes(t) && !t.knobs.lock_after_check;
  t.go(locks_first || gives_back ? at_b : at_c);
}

void lock_or_unlock(Turn& t) {
  land(t);
  if (!t.call_fails()) {
    const bool locks = finds_changes(t);
    Event& event = t.emit(locks ? EventType::workspace_locked : EventType::workspace_unlocked);
    event.workspace = t.task().workspace;
    event.task = t.self.task;
  }
  t.go(finds_changes(t) && t.knobs.lock_after_check ? at_d : at_c);
}

void refuse_cancelled(Turn& t) {
  land(t);
  if (t.call_fails() || t.task().row.status == TaskStatus::cancelled) {
    t.done();
  } else {
    t.go(finds_changes(t) && t.knobs.lock_after_check ? at_b : at_d);
  }
}

EventType event_for(TaskStatus status) {
  switch (status) {
    case TaskStatus::apply_pending:
    case TaskStatus::apply_confirmed:
      return EventType::task_apply_pending;
    case TaskStatus::applied:
      return EventType::task_applied;
    case TaskStatus::failed:
      return EventType::task_failed;
    case TaskStatus::cancelled:
      return EventType::task_cancelled;
    default:
      return EventType::task_plan_finished;
  }
}

void spawn_slot_change(Turn& t, Program program) {
  if (t.knobs.slots != SlotsKnob::none) spawn_for_task(t, program, t.self.task);
}

void save_status(Turn& t) {
  if (t.call_fails()) {
    t.done();
    return;
  }
  // Not the whole row: what another wrote into the other columns stays.
  const TaskStatus outcome = t.self.outcome;
  TaskRow row = t.task().row;
  row.status = outcome;
  row.completed = t.clock.now();
  if (outcome == TaskStatus::apply_pending && row.confirmed) {
    row.status = TaskStatus::apply_confirmed;
  }
  row.stage = stage_after(outcome, row.stage);
  Event& event = t.save(event_for(outcome), t.self.task, row);
  if (outcome == TaskStatus::failed) event.reason = Reason::report;
  if (outcome == TaskStatus::apply_pending) {
    spawn_slot_change(t, Program::reserve_slot);
  } else {
    spawn_try_next(t, t.task().workspace);
    spawn_slot_change(t, Program::release_slot);
  }
  if (outcome == TaskStatus::applied) {
    t.self.outcome = TaskStatus::pending;
    t.next();
  } else {
    t.done();
  }
}

void unlock_workspace(Turn& t) {
  if (!t.call_fails()) {
    Event& event = t.emit(EventType::workspace_unlocked);
    event.workspace = t.task().workspace;
    event.task = t.self.task;
  }
  t.done();
}

constexpr Instruction report_status_list[] = {
    {"a", Store::none, Verb::none, "a plan with changes locks its workspace first", choose_first},
    {"b", Store::database, Verb::save, "lock the workspace, or unlock it after a failed apply",
     lock_or_unlock},
    {"c", Store::database, Verb::query, "the task: refuse a cancelled one", refuse_cancelled},
    {"d", Store::database, Verb::save, "the new status", save_status},
    {"e", Store::database, Verb::save, "unlock the workspace", unlock_workspace},
};
static_assert(std::size(report_status_list) == at_e + 1);

// --- report_message ---

void receive(Turn& t) {
  if (t.failed(Fault::message_lost)) {
    t.emit(EventType::agent_message_lost, t.self.sender).task = t.self.task;
    t.done();
    return;
  }
  land(t);
  const int times = t.failed(Fault::message_duplicated) ? 2 : 1;
  for (int i = 0; i < times; ++i) {
    spawn_slot_change(t, Program::release_slot);
    Procedure& retry = t.spawn(Program::retry_workspace);
    retry.pool = none;
    retry.workspace = t.task().workspace;
  }
  t.done();
}

constexpr Instruction report_message_list[] = {
    {"a", Store::channel, Verb::receive, "the work on a task is over", receive},
};

// --- reserve_slot, release_slot ---

void find_slot(Turn& t) {
  const SlotPlace place = chosen_holder(t);
  if (!place.found()) {
    t.done();
    return;
  }
  t.self.pod = place.pod;
  t.self.slot = place.slot;
  t.next();
}

void reserve_found(Turn& t) {
  // With three slots only slot 0 is ever reserved.
  const bool may = t.knobs.slots != SlotsKnob::three || t.self.slot == 0;
  if (may && t.managed(t.self.pod) != nullptr) {
    Event& event = t.emit(EventType::slot_reserved, t.self.pod);
    event.slot = t.self.slot;
    event.task = t.self.task;
    event.task_type = TaskType::plan_and_apply;
    event.reason = Reason::report;
  }
  t.done();
}

void find_slot_to_release(Turn& t) {
  find_slot(t);
  t.self.task = none;
}

void release_found(Turn& t) {
  const ManagedPod* pod = t.managed(t.self.pod);
  if (pod != nullptr) {
    Event& event = t.emit(EventType::slot_released, t.self.pod);
    event.slot = t.self.slot;
    event.task = pod->slots[t.self.slot].task;
    event.reason = Reason::report;
  }
  t.done();
}

constexpr Instruction reserve_slot_list[] = {
    {"a", Store::memory, Verb::read, "the slot that holds the task", find_slot, one_of_the_holders},
    {"b", Store::memory, Verb::write, "reserve it", reserve_found},
};

constexpr Instruction release_slot_list[] = {
    {"a", Store::memory, Verb::read, "the slot that holds the task", find_slot_to_release,
     one_of_the_holders},
    {"b", Store::memory, Verb::write, "release it", release_found},
};

}  // namespace

Instructions report_status_steps() { return report_status_list; }
Instructions report_message_steps() { return report_message_list; }
Instructions reserve_slot_steps() { return reserve_slot_list; }
Instructions release_slot_steps() { return release_slot_list; }

}  // namespace holdfast
