#include <algorithm>

#include <holdfast/model/machine.h>
#include <holdfast/model/model.h>

namespace holdfast {
namespace {

constexpr std::string_view accepted{};
constexpr std::string_view refused_by_pod = "the pod machine has no such arrow from its state";
constexpr std::string_view refused_by_managed_pod =
    "the managed-pod machine has no such arrow from its state";
constexpr std::string_view refused_by_slot = "the slot machine has no such arrow from its state";
constexpr std::string_view refused_by_task = "the task machine has no such arrow from its status";
constexpr std::string_view refused_by_agent = "the agent machine has no such arrow from its state";
constexpr std::string_view refused_by_replica =
    "the replica machine has no such arrow from its state";
constexpr std::string_view no_such_pod = "no such pod";
constexpr std::string_view no_such_task = "no such task";
constexpr std::string_view no_such_pool = "no such pool";
constexpr std::string_view no_such_workspace = "no such workspace";
constexpr std::string_view no_such_replica = "no such replica";
constexpr std::string_view no_such_memory = "no such memory";
constexpr std::string_view no_such_procedure = "no such procedure";
constexpr std::string_view no_such_timer = "no such timer";
constexpr std::string_view no_such_slot = "no such slot";
constexpr std::string_view place_taken = "its place is taken";

// The element at `index`, or null. Growth is the caller's decision.
template <typename T>
T* at(std::vector<T>& items, std::size_t index) {
  return index < items.size() ? &items[index] : nullptr;
}

template <typename T>
T& grown(std::vector<T>& items, std::size_t index) {
  if (index >= items.size()) items.resize(index + 1);
  return items[index];
}

template <typename T>
void trim(std::vector<T>& items) {
  while (!items.empty() && items.back() == T{}) items.pop_back();
}

// --- cluster -----------------------------------------------------------------------------------------

std::string_view create_pod(World& world, const Event& e) {
  if (e.pool >= world.pools.size()) return no_such_pool;
  Pod& pod = grown(world.pods, e.pod);
  grown(world.agents, e.pod);
  if (pod.state == PodState::gone) {
    // The place is used again: whoever ended with the old pod forgets it.
    pod = Pod{};
    world.agents[e.pod] = Agent{};
    for (Task& task : world.tasks) {
      if (task.row.agent == e.pod) task.row.agent = none;
      if (task.plan_pod == e.pod) task.plan_pod = none;
    }
  }
  if (!pod_machine.allows(pod.state, PodInput::created)) return place_taken;
  pod.state = pod_machine.next(pod.state, PodInput::created);
  pod.pool = e.pool;
  pod.created = e.time;
  pod.config_revision = static_cast<std::uint32_t>(e.n[0]);
  pod.token = static_cast<std::uint32_t>(e.n[1]);
  return accepted;
}

std::string_view move_pod(World& world, const Event& e, PodInput input) {
  Pod* pod = at(world.pods, e.pod);
  if (pod == nullptr) return no_such_pod;
  if (!pod_machine.allows(pod->state, input)) return refused_by_pod;
  pod->state = pod_machine.next(pod->state, input);
  return accepted;
}

// --- memory ------------------------------------------------------------------------------------------

std::string_view move_managed(ManagedPod& pod, ManagedPodInput input) {
  if (!managed_pod_machine.allows(pod.state, input)) return refused_by_managed_pod;
  pod.state = managed_pod_machine.next(pod.state, input);
  return accepted;
}

std::string_view manage_pod(World& world, const Event& e, ManagedPodInput input) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  if (e.pod >= world.pods.size()) return no_such_pod;
  ManagedPod& pod = grown(memory->pods, e.pod);
  const std::string_view refusal = move_managed(pod, input);
  if (!refusal.empty()) return refusal;
  const ManagedPodState state = pod.state;
  pod = ManagedPod{};
  pod.state = state;
  pod.pool = world.pods[e.pod].pool;
  pod.created = world.pods[e.pod].created;
  pod.heartbeat = e.time;
  for (Slot& slot : pod.slots) slot.since = e.time;
  return accepted;
}

std::string_view change_managed(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  ManagedPod* pod = at(memory->pods, e.pod);
  if (e.type == EventType::memory_pod_forgotten) {
    if (pod == nullptr) return accepted;  // forgetting what is not known changes nothing
    const std::string_view refusal = move_managed(*pod, ManagedPodInput::pod_forgotten);
    if (!refusal.empty()) return refusal;
    *pod = ManagedPod{};
    trim(memory->pods);
    return accepted;
  }
  if (pod == nullptr) return no_such_pod;
  if (e.type == EventType::memory_pod_offline) {
    return move_managed(*pod, ManagedPodInput::heartbeat_stale);
  }
  const std::string_view refusal = move_managed(*pod, ManagedPodInput::agent_registered);
  if (!refusal.empty()) return refusal;
  pod->agent_known = true;
  pod->heartbeat = e.time;
  return accepted;
}

// The heartbeat of every listed pod that this memory knows.
std::string_view sync_pods(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  e.pods.for_each([&](PodIndex i) {
    ManagedPod* pod = at(memory->pods, i);
    if (pod == nullptr || !pod->known()) return;
    pod->state = managed_pod_machine.next(pod->state, ManagedPodInput::heartbeat_refreshed);
    pod->heartbeat = e.time;
  });
  return accepted;
}

std::string_view change_restarts(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  if (e.type == EventType::memory_restarts_cleared) {
    // `pods` are those whose counters stay.
    for (std::size_t i = 0; i < memory->restarts.size(); ++i) {
      if (!e.pods.contains(static_cast<PodIndex>(i))) memory->restarts[i] = PodRestarts{};
    }
    trim(memory->restarts);
    return accepted;
  }
  PodRestarts& restarts = grown(memory->restarts, e.pod);
  if (restarts.count == 0) restarts.first_unhealthy = e.time;
  ++restarts.count;
  restarts.last = e.time;
  return accepted;
}

std::string_view note_idle(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  if (memory->idle_since.size() <= e.pool) memory->idle_since.resize(e.pool + 1u, never);
  memory->idle_since[e.pool] = e.flag ? e.time : never;
  while (!memory->idle_since.empty() && memory->idle_since.back() == never) {
    memory->idle_since.pop_back();
  }
  return accepted;
}

std::string_view lose_memory(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr) return no_such_memory;
  *memory = Memory{};
  return accepted;
}

// --- slots -------------------------------------------------------------------------------------------

SlotInput slot_input(const Event& e) {
  switch (e.type) {
    case EventType::slot_assigned: return SlotInput::assigned;
    case EventType::slot_reserved: return SlotInput::reserved;
    case EventType::slot_reused: return e.flag ? SlotInput::reused : SlotInput::reused_in_place;
    case EventType::slot_expired: return SlotInput::expired;
    default: return SlotInput::released;
  }
}

std::string_view change_slot(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  ManagedPod* pod = at(memory->pods, e.pod);
  if (pod == nullptr || !pod->known()) return no_such_pod;
  if (e.slot >= slots_per_pod) return no_such_slot;
  Slot& slot = pod->slots[e.slot];
  const SlotInput input = slot_input(e);
  if (!slot_machine.allows(slot.state, input)) return refused_by_slot;
  slot.state = slot_machine.next(slot.state, input);
  if (input == SlotInput::reused_in_place) return accepted;  // keeps its old time
  slot.since = e.time;
  if (input == SlotInput::assigned || input == SlotInput::reserved) {
    slot.task = e.task;
    slot.type = e.task_type;
  } else if (slot.state == SlotState::idle) {
    slot.task = none;
    slot.type = TaskType::plan;
  }
  return accepted;
}

// --- task table --------------------------------------------------------------------------------------

std::string_view submit_task(World& world, const Event& e) {
  if (e.workspace >= world.workspaces.size()) return no_such_workspace;
  Task& task = grown(world.tasks, e.task);
  if (task.exists && !is_final(task.row.status)) return place_taken;
  task = Task{};
  task.exists = true;
  task.number = static_cast<std::uint32_t>(e.n[0]);
  task.workspace = e.workspace;
  task.type = e.task_type;
  world.last_task_number = std::max(world.last_task_number, task.number);
  return accepted;
}

TaskInput reset_input(TaskStatus from, TaskStatus to) {
  if (from == TaskStatus::apply_confirmed && to == TaskStatus::pending) return TaskInput::reset;
  if (from == TaskStatus::running_applying && to == TaskStatus::apply_pending) {
    return TaskInput::push_failed_unconfirmed;
  }
  return TaskInput::push_failed;
}

TaskInput task_input(const Event& e, TaskStatus from) {
  switch (e.type) {
    case EventType::task_started: return TaskInput::started;
    case EventType::task_plan_finished:
      return e.row.status == TaskStatus::success ? TaskInput::plan_succeeded
                                                 : TaskInput::plan_finished_no_changes;
    case EventType::task_apply_pending: return TaskInput::apply_pending;
    case EventType::task_confirmed: return TaskInput::confirmed;
    case EventType::task_apply_started: return TaskInput::apply_started;
    case EventType::task_applied: return TaskInput::applied;
    case EventType::task_failed: return TaskInput::failed;
    case EventType::task_cancelled: return TaskInput::cancelled;
    case EventType::task_orphaned:
      return e.row.status == TaskStatus::failed ? TaskInput::orphaned : TaskInput::orphan_kept;
    default: return reset_input(from, e.row.status);
  }
}

std::string_view save_task(World& world, const Event& e) {
  Task* task = at(world.tasks, e.task);
  if (task == nullptr || !task->exists) return no_such_task;
  // The flag says that the write went over a row that had changed since it was read: no arrow of the
  // machine, and yet what the database does.
  if (!e.flag && !task_allows(task->row.status, e)) return refused_by_task;
  task->row = e.row;
  if (e.type == EventType::task_confirmed) task->applies_started = 0;
  return accepted;
}

// --- agents ------------------------------------------------------------------------------------------

std::string_view move_agent(Agent& agent, AgentInput input) {
  if (!agent_machine.allows(agent.state, input)) return refused_by_agent;
  agent.state = agent_machine.next(agent.state, input);
  return accepted;
}

std::string_view connect_agent(World& world, Agent& agent, const Event& e) {
  if (e.replica >= world.replicas.size()) return no_such_replica;
  const std::string_view refusal = move_agent(agent, AgentInput::connected);
  if (!refusal.empty()) return refusal;
  agent.connected_to = e.replica;
  agent.silent_since = never;
  if (!agent.row) agent.registered = e.time;
  agent.row = true;
  agent.online = true;
  agent.row_replica = e.replica;
  agent.last_ping = e.time;
  return accepted;
}

std::string_view take_work(World& world, Agent& agent, const Event& e) {
  Task* task = at(world.tasks, e.task);
  if (task == nullptr || !task->exists) return no_such_task;
  for (const AgentWork& work : agent.work) {
    if (e.slot != no_slot && work.slot == e.slot) return "the agent's slot is busy";
  }
  agent.work.push_back({e.task, e.action, e.slot});
  if (e.action == Action::plan) {
    task->plan_pod = e.pod;
    task->plan_slot = e.slot;
  } else if (task->applies_started < 2) {
    ++task->applies_started;  // two are already once too often: the ghost need not count on
  }
  return accepted;
}

std::string_view free_work(Agent& agent, const Event& e) {
  const auto found =
      std::find_if(agent.work.begin(), agent.work.end(), [&](const AgentWork& work) {
        return work.task == e.task && work.action == e.action;
      });
  if (found == agent.work.end()) return "the agent does not work on that task";
  agent.work.erase(found);
  return accepted;
}

std::string_view change_agent(World& world, const Event& e) {
  Agent* agent = at(world.agents, e.pod);
  if (agent == nullptr) return no_such_pod;
  std::string_view refusal;
  switch (e.type) {
    case EventType::agent_started: return move_agent(*agent, AgentInput::started);
    case EventType::agent_connected: return connect_agent(world, *agent, e);
    case EventType::agent_disconnected:
      refusal = move_agent(*agent, AgentInput::disconnected);
      if (!refusal.empty()) return refusal;
      // A silent connection is one that its replica still believes in.
      agent->silent_since = e.flag ? e.time : never;
      if (!e.flag) agent->connected_to = none;
      agent->last_ping = e.time;
      return accepted;
    case EventType::agent_heartbeat:
      refusal = move_agent(*agent, AgentInput::heartbeat);
      if (refusal.empty()) agent->last_ping = e.time;
      return refusal;
    case EventType::agent_slot_taken: return take_work(world, *agent, e);
    case EventType::agent_slot_freed: return free_work(*agent, e);
    case EventType::agent_marked_offline:
      agent->online = false;
      agent->row_replica = none;
      if (agent->state != AgentState::connected) agent->connected_to = none;
      return accepted;
    case EventType::agent_row_deleted:
      agent->row = false;
      agent->online = false;
      agent->row_replica = none;
      return accepted;
    case EventType::agent_gone:
      if (agent->state == AgentState::connected) agent->last_ping = e.time;
      refusal = move_agent(*agent, AgentInput::gone);
      if (!refusal.empty()) return refusal;
      agent->connected_to = none;
      agent->silent_since = never;
      agent->work.clear();
      return accepted;
    default: return accepted;
  }
}

// --- servers and timers ------------------------------------------------------------------------------

std::string_view stop_server(World& world, const Event& e) {
  Replica* replica = at(world.replicas, e.replica);
  if (replica == nullptr) return no_such_replica;
  if (!replica_machine.allows(replica->state, ReplicaInput::stopped)) return refused_by_replica;
  replica->state = replica_machine.next(replica->state, ReplicaInput::stopped);
  replica->started = never;
  for (Timer& timer : world.timers) {
    if (timer.kind != TimerKind::none && timer.replica == e.replica) timer = Timer{};
  }
  trim(world.timers);
  return accepted;
}

std::string_view start_server(World& world, const Event& e) {
  if (e.replica >= world.replicas.size()) {
    // Replica memories come before those of request handlers, of which there are none yet.
    world.replicas.resize(e.replica + 1u);
    world.memories.resize(world.replicas.size());
  }
  Replica& replica = world.replicas[e.replica];
  if (!replica_machine.allows(replica.state, ReplicaInput::started)) return refused_by_replica;
  replica.state = replica_machine.next(replica.state, ReplicaInput::started);
  replica.started = e.time;
  grown(world.memories, e.replica).exists = true;
  return accepted;
}

std::string_view recover_server(World& world, const Event& e) {
  Replica* replica = at(world.replicas, e.replica);
  if (replica == nullptr) return no_such_replica;
  if (!replica_machine.allows(replica->state, ReplicaInput::recovered)) return refused_by_replica;
  replica->state = replica_machine.next(replica->state, ReplicaInput::recovered);
  return accepted;
}

std::string_view arm_timer(World& world, const Event& e, TimerKind kind) {
  if (e.replica >= world.replicas.size()) return no_such_replica;
  std::uint16_t order = 0;
  for (const Timer& timer : world.timers) {
    if (timer.kind != TimerKind::none) {
      order = std::max(order, static_cast<std::uint16_t>(timer.order + 1));
    }
  }
  Timer& timer = grown(world.timers, e.place);
  if (timer.kind != TimerKind::none) return place_taken;
  timer = {kind, e.replica, e.workspace, order, e.at};
  return accepted;
}

// A ticker goes on with its next moment, a retry is over.
std::string_view fire_timer(World& world, const Event& e) {
  Timer* timer = at(world.timers, e.place);
  if (timer == nullptr || timer->kind == TimerKind::none) return no_such_timer;
  if (timer->kind == TimerKind::retry) {
    *timer = Timer{};
    trim(world.timers);
  } else {
    timer->due = e.at;
  }
  return accepted;
}

// --- pools and workspaces ----------------------------------------------------------------------------

std::string_view change_pool(World& world, const Event& e) {
  if (e.type == EventType::pool_configured) {
    Pool& pool = grown(world.pools, e.pool);
    pool.min_replicas = static_cast<int>(e.n[0]);
    pool.max_replicas = static_cast<int>(e.n[1]);
    pool.freeze = e.freeze;
    return accepted;
  }
  Pool* pool = at(world.pools, e.pool);
  if (pool == nullptr) return no_such_pool;
  switch (e.type) {
    case EventType::pool_config_saved:
      pool->min_replicas = static_cast<int>(e.n[0]);
      pool->max_replicas = static_cast<int>(e.n[1]);
      pool->freeze = e.freeze;
      ++pool->config_revision;
      break;
    case EventType::pool_token_rotated:
      // With the flag the old tokens are revoked, without it a new one is made.
      if (e.flag) {
        pool->first_active_token = pool->last_token + 1;
      } else {
        ++pool->last_token;
      }
      break;
    case EventType::pool_secret_created:
      pool->secret_exists = true;
      pool->secret_created = e.time;
      pool->secret_token = pool->last_token;
      break;
    case EventType::pool_secret_rotated: pool->secret_token = pool->last_token; break;
    case EventType::pool_unfrozen: pool->unfrozen_until = e.at; break;
    case EventType::pool_window_changed: pool->window = e.flag; break;
    default: break;
  }
  return accepted;
}

std::string_view change_workspace(World& world, const Event& e) {
  if (e.type == EventType::workspace_created) {
    Workspace& workspace = grown(world.workspaces, e.workspace);
    workspace = Workspace{};
    workspace.pool = e.pool;
    workspace.mode = e.mode;
    return accepted;
  }
  Workspace* workspace = at(world.workspaces, e.workspace);
  if (workspace == nullptr) return no_such_workspace;
  switch (e.type) {
    case EventType::workspace_locked:
      workspace->locked = true;
      workspace->locked_by = e.task;
      break;
    case EventType::workspace_unlocked:
      workspace->locked = false;
      workspace->locked_by = none;
      break;
    case EventType::workspace_dispatch_locked: workspace->dispatcher = e.procedure; break;
    default: workspace->dispatcher = none; break;
  }
  return accepted;
}

// --- procedures --------------------------------------------------------------------------------------

std::string_view change_procedure(World& world, const Event& e) {
  if (e.type == EventType::procedure_started) {
    Procedure& procedure = grown(world.procedures, e.procedure);
    if (procedure.depth != 0) return place_taken;
    procedure = e.after;
    // A request handler that builds its own service starts with an empty memory.
    if (procedure.memory != none) grown(world.memories, procedure.memory).exists = true;
    return accepted;
  }
  Procedure* procedure = at(world.procedures, e.procedure);
  if (procedure == nullptr || procedure->depth == 0) return no_such_procedure;
  if (e.type == EventType::procedure_advanced) {
    *procedure = e.after;
    return accepted;
  }
  const MemoryIndex memory = procedure->memory;
  *procedure = Procedure{};
  trim(world.procedures);
  if (memory != none && memory >= world.replicas.size()) {
    world.memories[memory] = Memory{};
    while (world.memories.size() > world.replicas.size() && !world.memories.back().exists) {
      world.memories.pop_back();
    }
  }
  return accepted;
}

}  // namespace

bool task_allows(TaskStatus from, const Event& e) {
  const TaskInput input = task_input(e, from);
  return task_machine.allows(from, input) && task_machine.next(from, input) == e.row.status;
}

std::string_view evolve(World& world, const Event& e) {
  using enum EventType;
  switch (e.type) {
    case pod_created: return create_pod(world, e);
    case pod_running: return move_pod(world, e, PodInput::running);
    case pod_succeeded: return move_pod(world, e, PodInput::succeeded);
    case pod_failed: return move_pod(world, e, PodInput::failed);
    case pod_delete_requested: return move_pod(world, e, PodInput::delete_requested);
    case pod_gone: return move_pod(world, e, PodInput::gone);
    case memory_pod_discovered: return manage_pod(world, e, ManagedPodInput::pod_discovered);
    case memory_pod_managed: return manage_pod(world, e, ManagedPodInput::created);
    case memory_pod_forgotten: case memory_pod_offline: case memory_agent_registered:
      return change_managed(world, e);
    case memory_pods_synced: return sync_pods(world, e);
    case memory_restart_counted: case memory_restarts_cleared: return change_restarts(world, e);
    case memory_idle_noted: return note_idle(world, e);
    case memory_lost: return lose_memory(world, e);
    case slot_assigned: case slot_reserved: case slot_reused: case slot_released: case slot_expired:
      return change_slot(world, e);
    case task_submitted: return submit_task(world, e);
    case task_started: case task_plan_finished: case task_apply_pending: case task_confirmed:
    case task_apply_started: case task_applied: case task_failed: case task_cancelled:
    case task_orphaned: case task_reset:
      return save_task(world, e);
    case queue_retry_scheduled: return arm_timer(world, e, TimerKind::retry);
    case server_timer_armed: return arm_timer(world, e, e.timer);
    case queue_retry_fired: case queue_monitor_ticked: case autoscaler_ticked:
    case server_reconciler_ticked: case server_agents_checked: case server_rows_checked:
      return fire_timer(world, e);
    case agent_started: case agent_connected: case agent_disconnected: case agent_heartbeat:
    case agent_slot_taken: case agent_slot_freed: case agent_marked_offline:
    case agent_row_deleted: case agent_gone:
      return change_agent(world, e);
    case server_stopped: return stop_server(world, e);
    case server_started: return start_server(world, e);
    case server_recovered: return recover_server(world, e);
    case leader_elected: world.leader = e.replica; return accepted;
    case leader_lost: world.leader = none; return accepted;
    case pool_configured: case pool_config_saved: case pool_secret_created:
    case pool_secret_rotated: case pool_token_rotated: case pool_unfrozen:
    case pool_window_changed:
      return change_pool(world, e);
    case workspace_created: case workspace_locked: case workspace_unlocked:
    case workspace_dispatch_locked: case workspace_dispatch_unlocked:
      return change_workspace(world, e);
    case procedure_started: case procedure_advanced: case procedure_ended:
      return change_procedure(world, e);
    // Notes: they explain, they change nothing.
    case pod_create_refused: case memory_pods_listed: case memory_slots_reconciled:
    case slot_assign_refused: case queue_slot_sought: case queue_no_free_slot:
    case queue_no_agent: case queue_pushed: case queue_push_failed: case autoscaler_measured:
    case autoscaler_decided: case autoscaler_skipped: case autoscaler_frozen:
    case autoscaler_finished: case agent_refused: case agent_slot_refused: case agent_reported:
    case agent_message_lost: case fault_injected: case property_violated:
      return accepted;
  }
  return "an unknown event type";
}

}  // namespace holdfast
