// What must at last happen: each lists to whom it is still owed in a world. Those that look at a
// memory look at the leader's: it is the one that is synced and reconciled.
#include <algorithm>

#include <holdfast/model/property_functions.h>
#include <holdfast/model/slot_rules.h>

namespace holdfast {

// A task that is Running although no agent has begun its apply (a message that reached nobody) is
// owed it still. The ghost tells: it counts the applies that began since the confirmation.
void owes_confirmed_apply_runs(const World& world, const Setup&, const Clock&, Found& out) {
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const Task& task = world.tasks[i];
    if (!task.exists) continue;
    const bool sent = task.row.status == TaskStatus::running_applying && task.row.confirmed &&
                      task.applies_started == 0 && is_served_by_pods(world, task);
    if (task.row.status != TaskStatus::apply_confirmed && !sent) continue;
    out.push_back({.task = static_cast<TaskIndex>(i), .workspace = task.workspace});
  }
}

// --- pending_task_runs ---------------------------------------------------------------------------

namespace {

// The slots of a living pod as they truly are: bit s for slot s.
struct TrueSlots {
  unsigned taken = 0;
  bool plan_and_apply = false;

  void take(SlotIndex slot, TaskType type) {
    if (slot < slots_per_pod) taken |= 1u << slot;
    plan_and_apply = plan_and_apply || type == TaskType::plan_and_apply;
  }
};

bool has_room_on(const World& world, const Setup& setup, PodIndex pod, TaskType type) {
  const auto& work = world.agents[pod].work;
  if (work.size() >= static_cast<std::size_t>(setup.slots_on_agent)) return false;
  if (setup.knobs.slots == SlotsKnob::none) return true;
  TrueSlots slots;
  for (const AgentWork& one : work) slots.take(one.slot, world.tasks[one.task].type);
  for (const Task& task : world.tasks) {
    if (reserved_on(task, pod)) slots.take(task.plan_slot, task.type);
  }
  if (setup.knobs.slots == SlotsKnob::four && type == TaskType::plan_and_apply &&
      slots.plan_and_apply) {
    return false;
  }
  for (SlotIndex s = 0; s < slots_per_pod; ++s) {
    if ((slots.taken & (1u << s)) == 0 && kind_allows(setup.knobs, s, type)) return true;
  }
  return false;
}

// An agent of the pool that works on nothing is connected.
bool has_free_agent(const World& world, PoolIndex pool) {
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    const Agent& agent = world.agents[i];
    const bool connected = agent.state == AgentState::connected && agent.work.empty();
    if (connected && world.pods[i].pool == pool) return true;
  }
  return false;
}

bool may_grow(const World& world, const Clock& clock, PoolIndex pool) {
  return !clock.frozen(world.pools[pool]) &&
         living_pods(world, pool) < world.pools[pool].max_replicas;
}

bool has_room(const World& world, const Setup& setup, PoolIndex pool, TaskType type) {
  for (std::size_t i = 0; i < world.pods.size(); ++i) {
    const auto pod = static_cast<PodIndex>(i);
    if (world.pods[i].pool != pool || !lives(world.pods[i])) continue;
    if (has_room_on(world, setup, pod, type)) return true;
  }
  return false;
}

}  // namespace

// A task of a local workspace needs no pool.
void owes_pending_task_runs(const World& world, const Setup& setup, const Clock& clock,
                            Found& out) {
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const Task& task = world.tasks[i];
    if (!task.exists || task.row.status != TaskStatus::pending) continue;
    const auto index = static_cast<TaskIndex>(i);
    const Workspace& workspace = world.workspaces[task.workspace];
    if (workspace.locked || is_blocked(world, index)) continue;
    if (workspace.mode == ExecutionMode::k8s) {
      if (workspace.pool >= world.pools.size()) continue;
      if (!may_grow(world, clock, workspace.pool) &&
          !has_room(world, setup, workspace.pool, task.type)) {
        continue;
      }
    }
    const bool wants_agent = workspace.mode == ExecutionMode::agent;
    if (wants_agent && !has_free_agent(world, workspace.pool)) continue;
    out.push_back({.task = index, .workspace = task.workspace, .pool = workspace.pool});
  }
}

// --- memories ------------------------------------------------------------------------------------

namespace {

// The memory has the task in that slot of that pod; with no_slot, in any of them. `state`: of the
// slot; idle asks for any but Idle.
bool has(const Memory& memory, PodIndex pod, SlotIndex slot, TaskIndex task, SlotState state) {
  if (pod >= memory.pods.size() || !memory.pods[pod].known()) return false;
  const auto& slots = memory.pods[pod].slots;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    if (slots[s].state == SlotState::idle || slots[s].task != task) continue;
    if (slot != no_slot && slot != s) continue;
    if (state == SlotState::idle || slots[s].state == state) return true;
  }
  return false;
}

// The task runs in that slot of that pod or is reserved there; an agent that was given it without a
// slot has it in all of them.
bool is_truly_in(const World& world, PodIndex pod, SlotIndex slot, TaskIndex index) {
  const auto fits = [&](SlotIndex truly) { return truly == no_slot || truly == slot; };
  if (pod < world.agents.size()) {
    for (const AgentWork& work : world.agents[pod].work) {
      if (work.task == index && fits(work.slot)) return true;
    }
  }
  const Task* task = task_at(world, index);
  return task != nullptr && fits(task->plan_slot) && task->plan_pod == pod &&
         reserved_on_living_pod(world, *task);
}

}  // namespace

// Any slot of that pod will do: a rebuild may find the old one taken.
void owes_reservation_restored(const World& world, const Setup& setup, const Clock&,
                               Found& out) {
  const Memory* memory = leader_memory(world);
  if (memory == nullptr || setup.knobs.slots == SlotsKnob::none) return;
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const Task& task = world.tasks[i];
    const auto index = static_cast<TaskIndex>(i);
    if (!reserved_on_living_pod(world, task)) continue;
    if (has(*memory, task.plan_pod, no_slot, index, SlotState::reserved)) continue;
    out.push_back({.pod = task.plan_pod,
                   .task = index,
                   .workspace = task.workspace,
                   .replica = world.leader,
                   .memory = world.leader,
                   .slot = task.plan_slot});
  }
}

// Places are compared, pod and slot, and not whether a slot is Running or Reserved: that is
// reservation_restored, and a knob.
void owes_belief_converges(const World& world, const Setup& setup, const Clock&, Found& out) {
  const Memory* memory = leader_memory(world);
  if (memory == nullptr || setup.knobs.slots == SlotsKnob::none) return;
  const auto owe = [&](PodIndex pod, SlotIndex slot, TaskIndex task) {
    out.push_back({.pod = pod,
                   .task = task,
                   .replica = world.leader,
                   .memory = world.leader,
                   .slot = slot});
  };
  for (std::size_t i = 0; i < memory->pods.size(); ++i) {
    if (!memory->pods[i].known()) continue;
    const auto pod = static_cast<PodIndex>(i);
    for (SlotIndex s = 0; s < slots_per_pod; ++s) {
      const Slot& slot = memory->pods[i].slots[s];
      if (slot.state == SlotState::idle || is_truly_in(world, pod, s, slot.task)) continue;
      owe(pod, s, slot.task);
    }
  }
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    const auto pod = static_cast<PodIndex>(i);
    for (const AgentWork& work : world.agents[i].work) {
      if (!has(*memory, pod, work.slot, work.task, SlotState::idle)) owe(pod, work.slot, work.task);
    }
  }
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const Task& task = world.tasks[i];
    const auto index = static_cast<TaskIndex>(i);
    if (!reserved_on_living_pod(world, task)) continue;
    if (works_on(world, task.plan_pod, index)) continue;  // looked at above
    if (!has(*memory, task.plan_pod, task.plan_slot, index, SlotState::idle)) {
      owe(task.plan_pod, task.plan_slot, index);
    }
  }
}

// --- pool_settles --------------------------------------------------------------------------------

// A task of a local workspace needs no pod, so it does not keep its pool from being idle.
void owes_pool_settles(const World& world, const Setup&, const Clock& clock, Found& out) {
  IndexSet busy;
  for (const Task& task : world.tasks) {
    if (!task.exists || is_final(task.row.status) || !is_served_by_pods(world, task)) continue;
    const PoolIndex pool = world.workspaces[task.workspace].pool;
    if (pool < world.pools.size()) busy.insert(pool);
  }
  for (std::size_t i = 0; i < world.pools.size(); ++i) {
    const auto pool = static_cast<PoolIndex>(i);
    if (busy.contains(pool)) continue;
    const int wanted = clock.frozen(world.pools[i]) ? 0 : world.pools[i].min_replicas;
    if (living_pods(world, pool) != wanted) out.push_back({.pool = pool});
  }
}

}  // namespace holdfast
