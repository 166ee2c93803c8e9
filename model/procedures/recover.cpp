#include <algorithm>

#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/procedures/spawning.h>

namespace holdfast {
namespace {

enum At : std::uint8_t { at_a, at_b, at_b2, at_b3, at_c, at_d };

bool waits_for_trigger(const Task& task) {
  return task.exists && task.run_trigger && task.row.status == TaskStatus::pending;
}

// `with_row` leaves a task to the agent that has it, until the row of that agent is given up.
bool is_orphan(const Turn& t, const TaskRow& row) {
  const auto& agents = t.world.agents;
  const bool has_row = row.agent < agents.size() && agents[row.agent].row;
  return t.knobs.fail_lost_tasks == FailLostTasks::at_once || !has_row;
}

// Without a task that a run trigger submitted the question has no answer.
void go_past_orphans(Turn& t) {
  const auto& tasks = t.world.tasks;
  const bool any = std::any_of(tasks.begin(), tasks.end(),
                               [](const Task& task) { return task.exists && task.run_trigger; });
  t.go(any ? at_b2 : at_c);
}

void find_running(Turn& t) {
  for (std::size_t i = 0; i < t.world.tasks.size() && !t.call_fails(); ++i) {
    const Task& task = t.world.tasks[i];
    if (task.exists && is_running(task.row.status) && is_orphan(t, task.row)) {
      t.self.running.insert(static_cast<TaskIndex>(i));
    }
  }
  if (t.self.running.empty()) return go_past_orphans(t);
  t.go(at_b);
}

// What the task is set to. It was Running when it was read; what it has become is overwritten.
TaskStatus status_after(const TaskRow& row) {
  const bool waits = is_running(row.status) && row.stage == TaskStage::apply_pending;
  if (!waits) return TaskStatus::failed;
  return row.status == TaskStatus::running_applying ? TaskStatus::apply_confirmed
                                                    : TaskStatus::apply_pending;
}

void settle_running(Turn& t) {
  const TaskIndex task = t.self.running.front();
  TaskRow row = t.world.tasks[task].row;
  row.status = status_after(row);
  if (row.status == TaskStatus::failed) row.completed = t.clock.now();
  if (!t.call_fails()) {
    t.save(EventType::task_orphaned, task, row);
    if (row.status == TaskStatus::failed) unlock_after_failure(t, task);
  }
  t.self.running.erase(task);
  if (t.self.running.empty()) go_past_orphans(t);
}

void find_triggered(Turn& t) {
  for (std::size_t i = 0; i < t.world.tasks.size() && !t.call_fails(); ++i) {
    if (waits_for_trigger(t.world.tasks[i])) t.self.waiting.insert(static_cast<TaskIndex>(i));
  }
  t.go(t.self.waiting.empty() ? at_c : at_b3);
}

// Only the status is written, over whatever the task has become.
void cancel_triggered(Turn& t) {
  const TaskIndex task = t.self.waiting.front();
  TaskRow row = t.world.tasks[task].row;
  row.status = TaskStatus::cancelled;
  if (!t.call_fails()) t.save(EventType::task_cancelled, task, row);
  t.self.waiting.erase(task);
  if (t.self.waiting.empty()) t.next();
}

void start_workspaces(Turn& t) {
  if (!t.call_fails()) {
    spawn_for_pending(t, [](const Task& task) { return !task.run_trigger; });
  }
  if (t.knobs.recover_apply_pending) {
    t.next();
  } else {
    t.done();
  }
}

void start_applies(Turn& t) {
  for (std::size_t i = 0; i < t.world.tasks.size() && !t.call_fails(); ++i) {
    const Task& task = t.world.tasks[i];
    if (!task.exists || !is_waiting(task.row.status)) continue;
    Procedure& push = spawn_for_task(t, Program::push, static_cast<TaskIndex>(i));
    push.row = task.row;
    push.wanted = 1;
  }
  t.done();
}

constexpr Instruction list[] = {
    {"a", Store::database, Verb::query, "tasks that are Running", find_running},
    {"b", Store::database, Verb::save, "the first of them: Failed, or ApplyPending again",
     settle_running, nullptr, whole_row},
    {"b2", Store::database, Verb::query, "Pending tasks of run triggers", find_triggered},
    {"b3", Store::database, Verb::save, "the first of them: Cancelled", cancel_triggered},
    {"c", Store::database, Verb::query, "workspaces with a Pending task", start_workspaces},
    {"d", Store::database, Verb::query, "ApplyPending tasks, confirmed or not", start_applies},
};
static_assert(std::size(list) == at_d + 1);

}  // namespace

Instructions recover_steps() { return list; }

}  // namespace holdfast
