#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/procedures/spawning.h>

namespace holdfast {
namespace {

enum At : std::uint8_t { at_a, at_b, at_c, at_d };

void end(Turn& t) { t.done(); }

// --- run_locally ---

bool same_status(TaskStatus a, TaskStatus b) { return status_name(a) == status_name(b); }

void swap_to_running(Turn& t) {
  // Compare and swap: of the row only these columns are written.
  TaskRow row = t.task().row;
  if (t.call_fails() || !same_status(row.status, t.self.row.status)) {
    t.done();
    return;
  }
  const bool apply = is_waiting(row.status);
  row.status = apply ? TaskStatus::running_applying : TaskStatus::running_planning;
  row.stage = apply ? TaskStage::applying : TaskStage::planning;
  row.started = t.clock.now();
  t.save(apply ? EventType::task_apply_started : EventType::task_started, t.self.task, row);
  t.done();
}

constexpr Instruction run_locally_list[] = {
    {"a", Store::database, Verb::save, "compare and swap to Running", swap_to_running},
};

// --- execute_confirmed ---

void read_confirmed(Turn& t) {
  const TaskRow& row = t.task().row;
  if (t.call_fails() || !is_waiting(row.status) || !row.confirmed) {
    t.done();
    return;
  }
  t.self.row = row;
  t.next();
}

void execute(Turn& t) {
  if (t.call_fails()) {
    t.done();
    return;
  }
  const bool local = t.world.workspaces[t.task().workspace].mode == ExecutionMode::local;
  t.call(local ? Program::run_locally : Program::push, at_c);
}

constexpr Instruction execute_confirmed_list[] = {
    {"a", Store::database, Verb::query, "the task: still ApplyPending and confirmed",
     read_confirmed},
    {"b", Store::database, Verb::query, "the workspace, for its mode", execute},
    {"c", Store::none, Verb::none, "the push is over", end},
};

// --- monitor ---

void start_pending(Turn& t) {
  if (!t.call_fails()) spawn_for_pending(t, [](const Task&) { return true; });
  t.next();
}

void start_confirmed(Turn& t) {
  for (std::size_t i = 0; i < t.world.tasks.size() && !t.call_fails(); ++i) {
    const Task& task = t.world.tasks[i];
    if (!task.exists || !is_waiting(task.row.status) || !task.row.confirmed) continue;
    spawn_for_task(t, Program::execute_confirmed, static_cast<TaskIndex>(i));
  }
  t.done();
}

constexpr Instruction monitor_list[] = {
    {"a", Store::database, Verb::query, "workspaces with a Pending task", start_pending},
    {"b", Store::database, Verb::query, "confirmed ApplyPending tasks", start_confirmed},
};

// --- retry_workspace ---

// From here on it is a try_next like any other.
void try_workspace(Turn& t) { t.self.stack[t.self.depth - 1u] = {Program::try_next, 0}; }

constexpr Instruction retry_workspace_list[] = {
    {"a", Store::none, Verb::none, "go on as try_next", try_workspace},
};

// --- scale_up_now ---

void read_pool(Turn& t) {
  if (t.call_fails()) {
    t.done();
    return;
  }
  t.self.min_replicas = t.pool().min_replicas;
  t.self.max_replicas = t.pool().max_replicas;
  t.next();
}

void ensure_now(Turn& t) { t.call(Program::ensure_pods, at_c); }

void autoscale_now(Turn& t) {
  take_failed(t);
  t.call(Program::autoscale, at_d);
}

constexpr Instruction scale_up_now_list[] = {
    {"a", Store::database, Verb::query, "the pool with its configuration", read_pool},
    {"b", Store::none, Verb::none, "call ensure_pods", ensure_now},
    {"c", Store::none, Verb::none, "call autoscale", autoscale_now},
    {"d", Store::none, Verb::none, "autoscale is over", end},
};

}  // namespace

Instructions run_locally_steps() { return run_locally_list; }
Instructions execute_confirmed_steps() { return execute_confirmed_list; }
Instructions monitor_steps() { return monitor_list; }
Instructions retry_workspace_steps() { return retry_workspace_list; }
Instructions scale_up_now_steps() { return scale_up_now_list; }

}  // namespace holdfast
