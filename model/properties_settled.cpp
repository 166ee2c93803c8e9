// What must at last be so again once everything has come to rest: the task table, the leader's
// memory, the agents and the locks say the same. Each lists to whom it is still owed.
#include <algorithm>

#include <holdfast/model/property_functions.h>

namespace holdfast {
namespace {

bool is_worked_on(const World& world, TaskIndex task) {
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    if (works_on(world, static_cast<PodIndex>(i), task)) return true;
  }
  return false;
}

bool keeps_slots(const World& world, const Setup& setup) {
  return leader_memory(world) != nullptr && setup.knobs.slots != SlotsKnob::none;
}

// Every task on agents whose row is `wanted` and for which `owed` says so.
template <typename Wanted, typename Owed>
void owe_tasks(const World& world, Found& out, Wanted wanted, Owed owed) {
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const Task& task = world.tasks[i];
    const auto index = static_cast<TaskIndex>(i);
    if (!task.exists || !is_served_by_pods(world, task) || !wanted(task.row.status)) continue;
    if (owed(task, index)) out.push_back({.task = index, .workspace = task.workspace});
  }
}

// Calls `visit(pod, slot number, slot)` for every slot of the leader's memory that holds a task.
template <typename Visit>
void for_each_taken(const Memory& memory, Visit visit) {
  for (std::size_t i = 0; i < memory.pods.size(); ++i) {
    if (!memory.pods[i].known()) continue;
    for (SlotIndex s = 0; s < slots_per_pod; ++s) {
      const Slot& slot = memory.pods[i].slots[s];
      if (slot.state != SlotState::idle) visit(static_cast<PodIndex>(i), s, slot);
    }
  }
}

bool is_active(TaskStatus status) { return is_running(status) || is_waiting(status); }

}  // namespace

void owes_running_task_executed(const World& world, const Setup&, const Clock&, Found& out) {
  owe_tasks(world, out, is_running,
            [&](const Task&, TaskIndex task) { return !is_worked_on(world, task); });
}

void owes_running_task_placed(const World& world, const Setup& setup, const Clock&, Found& out) {
  if (!keeps_slots(world, setup)) return;
  owe_tasks(world, out, is_running, [&](const Task&, TaskIndex task) {
    return !place_of(*leader_memory(world), task).found();
  });
}

void owes_waiting_task_placed(const World& world, const Setup& setup, const Clock&, Found& out) {
  if (!keeps_slots(world, setup)) return;
  owe_tasks(world, out, is_waiting, [&](const Task&, TaskIndex task) {
    return !place_of(*leader_memory(world), task).found();
  });
}

void owes_waiting_task_has_pod(const World& world, const Setup&, const Clock&, Found& out) {
  owe_tasks(world, out, is_waiting, [&](const Task& task, TaskIndex) {
    const Pod* pod = pod_at(world, task.plan_pod);
    return pod == nullptr || !listed(*pod);
  });
}

void owes_one_slot_per_task(const World& world, const Setup& setup, const Clock&, Found& out) {
  if (!keeps_slots(world, setup)) return;
  const Memory& memory = *leader_memory(world);
  for_each_taken(memory, [&](PodIndex pod, SlotIndex s, const Slot& slot) {
    const SlotPlace first = place_of(memory, slot.task);
    if (first == SlotPlace{pod, s}) return;
    out.push_back({.pod = pod, .task = slot.task, .replica = world.leader, .slot = s});
  });
}

void owes_ended_task_frees_slot(const World& world, const Setup& setup, const Clock&, Found& out) {
  if (!keeps_slots(world, setup)) return;
  for_each_taken(*leader_memory(world), [&](PodIndex pod, SlotIndex s, const Slot& slot) {
    const Task* task = task_at(world, slot.task);
    if (task != nullptr && is_active(task->row.status)) return;
    out.push_back({.pod = pod, .task = slot.task, .replica = world.leader, .slot = s});
  });
}

void owes_ended_task_stops(const World& world, const Setup&, const Clock&, Found& out) {
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    for (const AgentWork& work : world.agents[i].work) {
      const Task* task = task_at(world, work.task);
      if (task != nullptr && is_running(task->row.status)) continue;
      out.push_back({.pod = static_cast<PodIndex>(i), .task = work.task});
    }
  }
}

void owes_ended_task_unlocks(const World& world, const Setup&, const Clock&, Found& out) {
  for (std::size_t i = 0; i < world.workspaces.size(); ++i) {
    const Workspace& workspace = world.workspaces[i];
    if (!workspace.locked) continue;
    const Task* task = task_at(world, workspace.locked_by);
    if (task == nullptr || !is_final(task->row.status)) continue;
    out.push_back({.task = workspace.locked_by, .workspace = static_cast<WorkspaceIndex>(i)});
  }
}

// An agent whose token was revoked, or whose row was deleted while it lives, is refused for ever.
void owes_living_agent_admitted(const World& world, const Setup&, const Clock&, Found& out) {
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    const Agent& agent = world.agents[i];
    if (agent.state != AgentState::starting && agent.state != AgentState::disconnected) continue;
    const Pod& pod = world.pods[i];
    if (!lives(pod)) continue;
    const Pool& pool = world.pools[pod.pool];
    const bool active = pool.first_active_token <= pod.token && pod.token <= pool.last_token;
    const bool row_missing = agent.state == AgentState::disconnected && !agent.row;
    if (active && !row_missing) continue;
    out.push_back({.pod = static_cast<PodIndex>(i), .pool = pod.pool});
  }
}

}  // namespace holdfast
