// What several procedures start, each with the registers that it reads and no other.
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

// A try_next for each workspace that has a Pending task, ascending.
inline void spawn_for_pending(Turn& t) {
  IndexSet workspaces;
  for (const Task& task : t.world.tasks) {
    if (task.exists && task.row.status == TaskStatus::pending) workspaces.insert(task.workspace);
  }
  workspaces.for_each([&](WorkspaceIndex workspace) { spawn_try_next(t, workspace); });
}

}  // namespace holdfast
