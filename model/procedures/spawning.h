// What several procedures start, each with the registers that it reads and no other, and what they
// write alike.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

inline void spawn_try_next(Turn& t, WorkspaceIndex workspace) {
  Procedure& next = t.spawn(Program::try_next);
  next.pool = none;
  next.workspace = workspace;
}

// Starts a procedure that is about one task and carries nothing else.
inline Procedure& spawn_for_task(Turn& t, Program program, TaskIndex task) {
  Procedure& started = t.spawn(program);
  started.pool = none;
  started.workspace = none;
  started.task = task;
  return started;
}

// A try_next for each workspace that has a Pending task of those `wanted`, ascending.
template <typename Wanted>
void spawn_for_pending(Turn& t, Wanted wanted) {
  IndexSet workspaces;
  for (const Task& task : t.world.tasks) {
    if (!task.exists || task.row.status != TaskStatus::pending || !wanted(task)) continue;
    workspaces.insert(task.workspace);
  }
  workspaces.for_each([&](WorkspaceIndex workspace) { spawn_try_next(t, workspace); });
}

// With `failure_unlocks` a task that fails without a report of its agent gives the workspace back
// that it locks, in the same write.
inline void unlock_after_failure(Turn& t, TaskIndex task) {
  const WorkspaceIndex index = t.world.tasks[task].workspace;
  const Workspace& workspace = t.world.workspaces[index];
  if (!t.knobs.failure_unlocks || !workspace.locked || workspace.locked_by != task) return;
  Event& event = t.emit(EventType::workspace_unlocked);
  event.workspace = index;
  event.task = task;
}

}  // namespace holdfast
