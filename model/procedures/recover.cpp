#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/procedures/spawning.h>

namespace holdfast {
namespace {

enum At : std::uint8_t { at_a, at_b, at_c, at_d };

void find_running(Turn& t) {
  for (std::size_t i = 0; i < t.world.tasks.size() && !t.call_fails(); ++i) {
    const Task& task = t.world.tasks[i];
    if (task.exists && is_running(task.row.status)) {
      t.self.running.insert(static_cast<TaskIndex>(i));
    }
  }
  t.go(t.self.running.empty() ? at_c : at_b);
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
  if (!t.call_fails()) t.save(EventType::task_orphaned, task, row);
  t.self.running.erase(task);
  if (t.self.running.empty()) t.next();
}

void start_workspaces(Turn& t) {
  if (!t.call_fails()) spawn_for_pending(t);
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
     settle_running},
    {"c", Store::database, Verb::query, "workspaces with a Pending task", start_workspaces},
    {"d", Store::database, Verb::query, "ApplyPending tasks, confirmed or not", start_applies},
};
static_assert(std::size(list) == at_d + 1);

}  // namespace

Instructions recover_steps() { return list; }

}  // namespace holdfast
