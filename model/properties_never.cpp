// What must never happen: each looks at one event in the world that it is about to change.
#include <algorithm>

#include <holdfast/model/property_functions.h>
#include <holdfast/model/slot_rules.h>

namespace holdfast {

// --- pods that are needed ------------------------------------------------------------------------

bool violates_reserved_pod_kept(const Transition& t, Found& out) {
  if (!deletes_living_pod(t)) return false;
  bool occurred = false;
  for (std::size_t i = 0; i < t.world.tasks.size(); ++i) {
    const Task& task = t.world.tasks[i];
    if (!reserved_on_living_pod(t.world, task)) continue;
    occurred = true;
    if (task.plan_pod != t.event.pod) continue;
    out.push_back({.pod = t.event.pod,
                   .task = static_cast<TaskIndex>(i),
                   .workspace = task.workspace,
                   .pool = t.world.pods[t.event.pod].pool,
                   .slot = task.plan_slot});
  }
  return occurred;
}

bool violates_running_pod_kept(const Transition& t, Found& out) {
  if (!deletes_living_pod(t)) return false;
  const auto& agents = t.world.agents;
  if (t.event.pod < agents.size()) {
    for (const AgentWork& work : agents[t.event.pod].work) {
      out.push_back({.pod = t.event.pod,
                     .task = work.task,
                     .pool = t.world.pods[t.event.pod].pool,
                     .slot = work.slot});
    }
  }
  return std::any_of(agents.begin(), agents.end(),
                     [](const Agent& agent) { return !agent.work.empty(); });
}

// --- applies -------------------------------------------------------------------------------------

// Sending is where it goes wrong for certain, whether or not the agent is reached: every send says
// queue_pushed. What counts is the confirmation that the row carries.
bool violates_apply_only_confirmed(const Transition& t, Found& out) {
  if (t.event.type != EventType::queue_pushed || t.event.action != Action::apply) return false;
  const Task* task = task_at(t.world, t.event.task);
  if (task == nullptr) return false;
  if (!task->row.confirmed) {
    out.push_back({.pod = t.event.pod,
                   .task = t.event.task,
                   .workspace = task->workspace,
                   .slot = t.event.slot});
  }
  return true;
}

// A plan that ran in no slot of its agent leaves no slot to go back to.
bool violates_apply_on_plan_pod(const Transition& t, Found& out) {
  if (!starts_apply(t.event)) return false;
  const Task* task = task_at(t.world, t.event.task);
  if (task == nullptr) return false;
  const Pod* pod = pod_at(t.world, task->plan_pod);
  if (pod == nullptr || !lives(*pod)) return false;
  const bool same_slot = task->plan_slot == no_slot || task->plan_slot == t.event.slot;
  if (t.event.pod != task->plan_pod || !same_slot) {
    out.push_back({.pod = task->plan_pod,
                   .task = t.event.task,
                   .workspace = task->workspace,
                   .slot = task->plan_slot});
  }
  return true;
}

// The start that brings the ghost to two.
bool violates_apply_once(const Transition& t, Found& out) {
  if (!starts_apply(t.event)) return false;
  const Task* task = task_at(t.world, t.event.task);
  if (task == nullptr) return false;
  if (task->applies_started >= 1) {
    out.push_back({.pod = t.event.pod, .task = t.event.task, .workspace = task->workspace});
  }
  return true;
}

// --- places of tasks -----------------------------------------------------------------------------

namespace {

bool runs_anywhere(const World& world, TaskIndex task) {
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    if (works_on(world, static_cast<PodIndex>(i), task)) return true;
  }
  return false;
}

// The pod of a slot event as its memory knows it, or null.
const ManagedPod* managed_of(const World& world, const Event& event) {
  if (event.memory >= world.memories.size() || event.slot >= slots_per_pod) return nullptr;
  const Memory& memory = world.memories[event.memory];
  if (event.pod >= memory.pods.size() || !memory.pods[event.pod].known()) return nullptr;
  return &memory.pods[event.pod];
}

bool holds(const Slot& slot, TaskIndex task) {
  return slot.state != SlotState::idle && slot.task == task;
}

// Another task truly runs in that slot of that pod, or is truly reserved there.
bool belongs_to_another(const World& world, PodIndex pod, SlotIndex slot, TaskIndex task) {
  if (pod < world.agents.size()) {
    for (const AgentWork& work : world.agents[pod].work) {
      if (work.slot == slot && work.task != task) return true;
    }
  }
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const Task& other = world.tasks[i];
    if (i != task && other.plan_slot == slot && reserved_on(other, pod)) return true;
  }
  return false;
}

// The rules for a slot that gets a task which it did not hold before.
bool forbidden(const Transition& t, const ManagedPod& pod) {
  const Event& e = t.event;
  const Slot& slot = pod.slots[e.slot];
  if (!kind_allows(t.setup.knobs, e.slot, e.task_type)) return true;
  if (t.setup.knobs.slots == SlotsKnob::four && e.task_type == TaskType::plan_and_apply) {
    for (std::size_t s = 0; s < slots_per_pod; ++s) {
      if (s == e.slot || pod.slots[s].state == SlotState::idle) continue;
      if (pod.slots[s].type == TaskType::plan_and_apply) return true;
    }
  }
  if (slot.state != SlotState::idle && runs_anywhere(t.world, slot.task)) return true;
  return belongs_to_another(t.world, e.pod, e.slot, e.task);
}

}  // namespace

bool violates_one_place_per_task(const Transition& t, Found& out) {
  const Event& e = t.event;
  bool twice = false;
  if (e.type == EventType::agent_slot_taken) {
    twice = runs_anywhere(t.world, e.task);
  } else {
    const ManagedPod* pod = managed_of(t.world, e);
    if (pod == nullptr) return false;
    twice = !holds(pod->slots[e.slot], e.task) &&
            place_of(t.world.memories[e.memory], e.task).found();
  }
  if (twice) {
    out.push_back({.pod = e.pod, .task = e.task, .memory = e.memory, .slot = e.slot});
  }
  return true;
}

// "Its first" task of a slot is the one that it holds in this memory, or the one that is truly
// there: a memory that does not know gives away what it does not see.
bool violates_slot_rules(const Transition& t, Found& out) {
  const Event& e = t.event;
  if (t.setup.knobs.slots == SlotsKnob::none) return false;
  const ManagedPod* pod = managed_of(t.world, e);
  if (pod == nullptr) return false;
  const bool reserved_aside = t.setup.knobs.slots == SlotsKnob::three &&
                              e.type == EventType::slot_reserved && e.slot != 0;
  if (reserved_aside || (!holds(pod->slots[e.slot], e.task) && forbidden(t, *pod))) {
    out.push_back({.pod = e.pod, .task = e.task, .memory = e.memory, .slot = e.slot});
  }
  return true;
}

// --- workspaces ----------------------------------------------------------------------------------

namespace {

// By the server's own executor: no agent ever says that it has taken the task.
bool runs_locally(const World& world, const Task& task) {
  return task.workspace < world.workspaces.size() &&
         world.workspaces[task.workspace].mode == ExecutionMode::local;
}

// The event starts a task for certain: its agent takes it, or the server's own executor does.
bool starts_task(const World& world, const Event& event, const Task& task) {
  return event.type == EventType::agent_slot_taken || runs_locally(world, task);
}

bool runs_truly(const World& world, TaskIndex index) {
  const Task& task = world.tasks[index];
  if (runs_locally(world, task)) return is_running(task.row.status);
  return runs_anywhere(world, index);
}

}  // namespace

bool violates_workspace_serial(const Transition& t, Found& out) {
  const Task* task = task_at(t.world, t.event.task);
  if (task == nullptr || !starts_task(t.world, t.event, *task)) return false;
  if (task->workspace >= t.world.workspaces.size()) return false;
  const Workspace& workspace = t.world.workspaces[task->workspace];
  bool occurred = workspace.locked;
  bool beside_another = false;
  for (std::size_t i = 0; i < t.world.tasks.size(); ++i) {
    const Task& other = t.world.tasks[i];
    if (!other.exists || i == t.event.task || other.workspace != task->workspace) continue;
    if (other.type != TaskType::plan_and_apply || task->type != TaskType::plan_and_apply) continue;
    const bool runs = runs_truly(t.world, static_cast<TaskIndex>(i));
    occurred = occurred || runs || !is_final(other.row.status);
    beside_another = beside_another || runs;
  }
  if (beside_another || (workspace.locked && workspace.locked_by != t.event.task)) {
    out.push_back({.pod = t.event.pod,
                   .task = t.event.task,
                   .workspace = task->workspace,
                   .pool = workspace.pool});
  }
  return occurred;
}

// --- numbers of pods -----------------------------------------------------------------------------

// Pods that are Pending or Running count; those that are being deleted are on their way out. The
// bounds are those of the configuration as it is now, not as a cycle read it.
bool violates_replica_bounds(const Transition& t, Found& out) {
  const Event& e = t.event;
  PoolIndex pool = e.pool;
  if (e.type == EventType::pod_delete_requested) {
    if (!deletes_living_pod(t)) return false;
    if (!on_stack(procedure_at(t.world, e.procedure), Program::scale)) return false;
    pool = t.world.pods[e.pod].pool;
  }
  if (pool >= t.world.pools.size()) return false;
  const Pool& bounds = t.world.pools[pool];
  const int living = living_pods(t.world, pool);
  const bool beyond = e.type == EventType::pod_created ? living + 1 > bounds.max_replicas
                                                       : living - 1 < bounds.min_replicas;
  if (beyond) out.push_back({.pod = e.pod, .pool = pool});
  return true;
}

// Only what the autoscaler takes away by scaling counts: the unhealthy-pod check replaces, and the
// clean-up of offline pods removes what is lost already.
bool violates_gradual_scaling(const Transition& t, Found& out) {
  if (!deletes_living_pod(t)) return false;
  const Procedure* cycle = procedure_at(t.world, t.event.procedure);
  if (!on_stack(cycle, Program::autoscale) || !on_stack(cycle, Program::scale)) return false;
  const PoolIndex pool = t.world.pods[t.event.pod].pool;
  if (pool >= t.world.pools.size() || t.clock.frozen(t.world.pools[pool])) return false;
  if (cycle->removed >= 1) out.push_back({.pod = t.event.pod, .pool = pool});
  return true;
}

bool violates_freeze_kept(const Transition& t, Found& out) {
  const Event& e = t.event;
  if (e.pool >= t.world.pools.size()) return false;
  const Pool& pool = t.world.pools[e.pool];
  if (!t.clock.in_freeze_window(pool)) return false;
  if (e.type == EventType::pod_created && t.clock.frozen(pool)) {
    out.push_back({.pod = e.pod, .pool = e.pool});
  }
  return true;
}

// --- pools ---------------------------------------------------------------------------------------

// The old tokens are revoked, or the secret carries a new one: at either the pool has no pod that
// the cluster still lists, ended and dying ones included.
bool violates_secret_kept(const Transition& t, Found& out) {
  const Event& e = t.event;
  if (e.type == EventType::pool_token_rotated && !e.flag) return false;
  if (!on_stack(procedure_at(t.world, e.procedure), Program::check_secret)) return false;
  for (std::size_t i = 0; i < t.world.pods.size(); ++i) {
    const Pod& pod = t.world.pods[i];
    if (pod.pool != e.pool || !listed(pod)) continue;
    out.push_back({.pod = static_cast<PodIndex>(i), .pool = e.pool});
    break;
  }
  return true;
}

// A cycle serves every pool: it goes on to the next one, and ends after the last. An error of the
// query for the pools ends it before the first, and a process that stops ends it anywhere. The
// model's cycle logs errors and goes on, so it cannot break this; one changed to stop at one would.
bool violates_pool_isolated(const Transition& t, Found& out) {
  const Event& e = t.event;
  const Procedure* cycle = procedure_at(t.world, e.procedure);
  if (cycle == nullptr || cycle->kind() != Program::autoscaler_cycle) return false;
  const bool ends = e.type == EventType::procedure_ended;
  if (!ends && e.after.pool == cycle->pool) return false;
  if (!is_served(t.world, *cycle)) return false;
  const std::size_t pools = t.world.pools.size();
  const std::size_t next = cycle->pool == none ? 0 : cycle->pool + 1u;
  const std::size_t reached = ends || e.after.pool == none ? pools : e.after.pool;
  const bool skips = next < reached && !(ends && cycle->pool == none);
  if (skips) out.push_back({.pool = static_cast<PoolIndex>(next)});
  const bool erred = cycle->flag || (!ends && e.after.flag);
  return skips || (erred && pools > 1);
}

bool violates_no_name_collision(const Transition& t, Found& out) {
  const Event& e = t.event;
  if (e.type == EventType::pod_create_refused && e.reason == Reason::name_exists) {
    out.push_back({.pod = e.pod, .pool = e.pool});
  }
  return true;
}

// --- steps that may come twice -------------------------------------------------------------------

namespace {

// Folding the event would change more of the memory than moments.
bool changes_memory(const World& world, const Event& e) {
  if (e.memory >= world.memories.size()) return false;
  const Memory& memory = world.memories[e.memory];
  const auto known = [&](PodIndex pod) {
    return pod < memory.pods.size() && memory.pods[pod].known();
  };
  switch (e.type) {
    case EventType::memory_pod_discovered: return !known(e.pod);
    case EventType::memory_pod_forgotten: return known(e.pod);
    case EventType::memory_pods_synced: {
      bool back = false;
      e.pods.for_each([&](PodIndex pod) {
        back = back || (known(pod) && memory.pods[pod].state == ManagedPodState::offline);
      });
      return back;
    }
    case EventType::slot_assigned: return true;
    case EventType::slot_reserved: {
      const ManagedPod* pod = managed_of(world, e);
      if (pod == nullptr) return false;
      const Slot& slot = pod->slots[e.slot];
      return slot.state != SlotState::reserved || slot.task != e.task || slot.type != e.task_type;
    }
    case EventType::slot_released:
    case EventType::slot_expired: {
      const ManagedPod* pod = managed_of(world, e);
      return pod != nullptr && pod->slots[e.slot].state != SlotState::idle;
    }
    default: return false;
  }
}

bool is_repeatable(const Frame& frame) {
  switch (frame.program) {
    case Program::sync_pods:
    case Program::reconcile:
    case Program::reserve_slot:
    case Program::release_slot: break;
    default: return false;
  }
  const Instruction& step = info(frame.program).instructions[frame.at];
  return step.store == Store::memory && step.verb == Verb::write;
}

}  // namespace

// The event that closes a step of these programs comes when all else of the step is folded, and the
// procedure still stands there: the step is decided once more, and finds nothing left to change.
bool violates_idempotent_step(const Transition& t, Found& out) {
  const Procedure* procedure = procedure_at(t.world, t.event.procedure);
  if (procedure == nullptr || !is_repeatable(procedure->top())) return false;
  if (procedure->replica == none || !is_served(t.world, *procedure)) return false;
  static thread_local Events again;
  again.clear();
  take_procedure(t.world, t.setup, t.clock, {.actor = t.event.procedure}, again);
  for (const Event& e : again) {
    if (!changes_memory(t.world, e)) continue;
    out.push_back({.pod = e.pod,
                   .task = e.task,
                   .replica = procedure->replica,
                   .memory = e.memory,
                   .slot = e.slot});
    break;
  }
  return true;
}

}  // namespace holdfast
