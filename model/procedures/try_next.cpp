#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

enum At : std::uint8_t { at_a, at_b, at_c, at_d, at_e, at_f, at_g, at_h, at_i, at_j };

// The task of that type that has been Pending in the workspace for longest; none if there is none.
TaskIndex oldest_pending(const Turn& t, TaskType type) {
  TaskIndex oldest = none;
  for (std::size_t i = 0; i < t.world.tasks.size(); ++i) {
    const Task& task = t.world.tasks[i];
    if (!task.exists || task.workspace != t.self.workspace || task.type != type) continue;
    if (task.row.status != TaskStatus::pending) continue;
    if (oldest == none || task.number < t.world.tasks[oldest].number) {
      oldest = static_cast<TaskIndex>(i);
    }
  }
  return oldest;
}

bool has_earlier_plan_and_apply(const Turn& t) {
  for (const Task& task : t.world.tasks) {
    if (!task.exists || task.workspace != t.self.workspace) continue;
    if (task.type != TaskType::plan_and_apply || is_final(task.row.status)) continue;
    if (task.number < t.task().number) return true;
  }
  return false;
}

// Ends, after giving back the dispatch lock (the register `flag`) if it holds it.
void finish(Turn& t) {
  t.self.task = none;
  t.self.row = TaskRow{};
  t.self.failed = false;
  if (t.self.flag) {
    t.go(at_j);
  } else {
    t.done();
  }
}

void read_workspace(Turn& t) {
  if (t.call_fails() || t.world.workspaces[t.self.workspace].locked) {
    t.done();
  } else {
    t.next();
  }
}

void find_plan_and_apply(Turn& t) {
  if (t.call_fails()) {
    t.done();
    return;
  }
  t.self.task = oldest_pending(t, TaskType::plan_and_apply);
  t.go(t.self.task != none ? at_c : at_d);
}

void look_for_blockers(Turn& t) {
  // A count that fails counts none.
  if (!t.call_fails() && has_earlier_plan_and_apply(t)) {
    t.self.task = none;
    t.go(at_d);
  } else {
    t.go(at_f);
  }
}

// Sets the task and its row as they were read. False if there is no such task.
bool read_pending(Turn& t, TaskType type) {
  t.self.task = oldest_pending(t, type);
  if (t.self.task == none) return false;
  t.self.row = t.task().row;
  return true;
}

void find_plan(Turn& t) {
  if (t.call_fails()) {
    t.done();
  } else {
    t.go(read_pending(t, TaskType::plan) ? at_h : at_e);
  }
}

void find_drift_check(Turn& t) {
  if (!t.call_fails() && read_pending(t, TaskType::drift_check)) {
    t.go(at_h);
  } else {
    t.done();
  }
}

void lock_dispatch(Turn& t) {
  if (t.call_fails() || t.world.workspaces[t.self.workspace].dispatcher != none) {
    t.done();
    return;
  }
  t.emit(EventType::workspace_dispatch_locked).workspace = t.self.workspace;
  t.self.flag = true;
  t.next();
}

void read_again(Turn& t) {
  const TaskRow& row = t.task().row;
  if (t.call_fails() || (row.status != TaskStatus::pending && !is_waiting(row.status))) {
    finish(t);
    return;
  }
  t.self.row = row;
  t.next();
}

void dispatch(Turn& t) {
  if (t.call_fails()) {
    finish(t);
    return;
  }
  const bool local = t.world.workspaces[t.self.workspace].mode == ExecutionMode::local;
  t.call(local ? Program::run_locally : Program::push, at_i);
}

void unlock_dispatch(Turn& t) {
  t.emit(EventType::workspace_dispatch_unlocked).workspace = t.self.workspace;
  t.done();
}

constexpr Instruction list[] = {
    {"a", Store::database, Verb::query, "the workspace: is it locked", read_workspace},
    {"b", Store::database, Verb::query, "its oldest Pending plan_and_apply", find_plan_and_apply},
    {"c", Store::database, Verb::query, "an earlier plan_and_apply that is not over",
     look_for_blockers},
    {"d", Store::database, Verb::query, "the oldest Pending plan", find_plan},
    {"e", Store::database, Verb::query, "the oldest Pending drift_check", find_drift_check},
    {"f", Store::database, Verb::lock, "the workspace's dispatch lock", lock_dispatch},
    {"g", Store::database, Verb::query, "the task again", read_again},
    {"h", Store::database, Verb::query, "the workspace again, for its mode", dispatch},
    {"i", Store::none, Verb::none, "the push is over", finish},
    {"j", Store::database, Verb::unlock, "the workspace's dispatch lock", unlock_dispatch},
};
static_assert(std::size(list) == at_j + 1);

}  // namespace

Instructions try_next_steps() { return list; }

}  // namespace holdfast
