#include <holdfast/model/world.h>

#include <algorithm>

namespace holdfast {

SlotPlace place_of(const Memory& memory, TaskIndex task) {
  for (std::size_t i = 0; i < memory.pods.size(); ++i) {
    const ManagedPod& pod = memory.pods[i];
    if (!pod.known()) continue;
    for (std::size_t s = 0; s < pod.slots.size(); ++s) {
      if (pod.slots[s].state != SlotState::idle && pod.slots[s].task == task) {
        return {static_cast<PodIndex>(i), static_cast<SlotIndex>(s)};
      }
    }
  }
  return {};
}

SlotStatistics slot_statistics(const Memory& memory, PoolIndex pool, int slots_each) {
  SlotStatistics result;
  for (const ManagedPod& managed : memory.pods) {
    if (!managed.known() || managed.pool != pool) continue;
    ++result.pods;
    result.total += slots_each;
    for (const Slot& slot : managed.slots) {
      if (slot.state == SlotState::running) ++result.used;
      if (slot.state == SlotState::reserved) ++result.reserved;
    }
  }
  return result;
}

bool all_idle(const ManagedPod& pod) {
  return std::all_of(pod.slots.begin(), pod.slots.end(),
                     [](const Slot& slot) { return slot.state == SlotState::idle; });
}

int managed_count(const Memory& memory, PoolIndex pool) {
  return static_cast<int>(
      std::count_if(memory.pods.begin(), memory.pods.end(), [&](const ManagedPod& managed) {
        return managed.known() && managed.pool == pool;
      }));
}

bool reserved_on(const Task& task, PodIndex pod) {
  return task.exists && is_waiting(task.row.status) && task.plan_pod == pod;
}

bool lives(const Pod& pod) {
  return pod.state == PodState::pending || pod.state == PodState::running;
}

bool listed(const Pod& pod) {
  return pod.state != PodState::absent && pod.state != PodState::gone;
}

PodState phase_of(const Pod& pod) {
  return pod.state == PodState::terminating ? pod.last_phase : pod.state;
}

AgentLoad load_of(const World& world, const Agent& agent) {
  AgentLoad load;
  for (const AgentWork& work : agent.work) {
    const TaskType type = world.tasks[work.task].type;
    if (type == TaskType::plan_and_apply) load.applies = true;
    if (type == TaskType::plan) ++load.plans;
  }
  return load;
}

bool is_final(TaskStatus status) {
  switch (status) {
    case TaskStatus::planned_and_finished:
    case TaskStatus::success:
    case TaskStatus::applied:
    case TaskStatus::failed:
    case TaskStatus::cancelled: return true;
    default: return false;
  }
}

bool is_running(TaskStatus status) {
  return status == TaskStatus::running_planning || status == TaskStatus::running_applying;
}

bool is_waiting(TaskStatus status) {
  return status == TaskStatus::apply_pending || status == TaskStatus::apply_confirmed;
}

TaskStage stage_after(TaskStatus outcome, TaskStage stage) {
  switch (outcome) {
    case TaskStatus::apply_pending:
    case TaskStatus::apply_confirmed: return TaskStage::apply_pending;
    case TaskStatus::success: return TaskStage::completed;
    case TaskStatus::planned_and_finished: return TaskStage::planned_and_finished;
    case TaskStatus::applied: return TaskStage::applied;
    default: return stage;
  }
}

bool is_read(const World& world, TaskIndex index) {
  const Task& task = world.tasks[index];
  if (task.exists && !is_final(task.row.status)) return true;
  if (world.workspaces[task.workspace].locked_by == index) return true;
  for (const Memory& memory : world.memories) {
    if (place_of(memory, index).found()) return true;
  }
  for (const Agent& agent : world.agents) {
    for (const AgentWork& work : agent.work) {
      if (work.task == index) return true;
    }
  }
  return std::any_of(world.procedures.begin(), world.procedures.end(), [&](const Procedure& p) {
    return p.depth != 0 &&
           (p.task == index || p.running.contains(index) || p.waiting.contains(index));
  });
}

bool is_blocked(const World& world, TaskIndex task) {
  const Task& asked = world.tasks[task];
  return std::any_of(world.tasks.begin(), world.tasks.end(), [&](const Task& other) {
    return other.exists && other.workspace == asked.workspace && other.number < asked.number &&
           !is_final(other.row.status);
  });
}

}  // namespace holdfast
