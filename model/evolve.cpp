#include <algorithm>

#include <holdfast/model/fold.h>
#include <holdfast/model/machine.h>
#include <holdfast/model/model.h>

namespace holdfast {
namespace {

// --- cluster -------------------------------------------------------------------------------------

// The place is used again: whatever was kept of the old pod goes.
void clear_place(World& world, PodIndex place) {
  world.pods[place] = Pod{};
  world.agents[place] = Agent{};
  for (Task& task : world.tasks) {
    if (task.row.agent == place) task.row.agent = none;
    if (task.plan_pod != place) continue;
    task.plan_pod = none;
    task.plan_slot = no_slot;
  }
  for (Memory& memory : world.memories) {
    if (place >= memory.restarts.size()) continue;
    memory.restarts[place] = PodRestarts{};
    trim(memory.restarts);
  }
}

std::string_view create_pod(World& world, const Event& e) {
  if (e.pool >= world.pools.size()) return no_such_pool;
  if (e.pod == none) return no_such_pod;
  Pod& pod = grown(world.pods, e.pod);
  if (world.agents.size() < world.pods.size()) world.agents.resize(world.pods.size());
  if (pod.state == PodState::gone) clear_place(world, e.pod);
  if (!pod_machine.allows(pod.state, PodInput::created)) return place_taken;
  pod.state = pod_machine.next(pod.state, PodInput::created);
  pod.pool = e.pool;
  pod.created = e.time;
  pod.config_revision = static_cast<std::uint32_t>(e.n[0]);
  pod.token = static_cast<std::uint32_t>(e.n[1]);
  return accepted;
}

PodState phase_after(PodInput input) {
  switch (input) {
    case PodInput::pending: return PodState::pending;
    case PodInput::succeeded: return PodState::succeeded;
    case PodInput::failed: return PodState::failed;
    default: return PodState::running;
  }
}

std::string_view move_pod(World& world, const Event& e, PodInput input) {
  Pod* pod = at(world.pods, e.pod);
  if (pod == nullptr) return no_such_pod;
  if (!pod_machine.allows(pod->state, input)) return refused_by_pod;
  const PodState before = pod->state;
  pod->state = pod_machine.next(before, input);
  if (pod->state != PodState::terminating) {
    pod->last_phase = PodState::absent;
  } else if (before != PodState::terminating) {
    pod->last_phase = before;
  } else if (input != PodInput::delete_requested) {
    pod->last_phase = phase_after(input);
  }
  return accepted;
}

// --- task table ----------------------------------------------------------------------------------

std::string_view submit_task(World& world, const Event& e) {
  if (e.workspace >= world.workspaces.size()) return no_such_workspace;
  if (e.task == none) return no_such_task;
  Task& task = grown(world.tasks, e.task);
  if (task.exists && !is_final(task.row.status)) return place_taken;
  task = Task{};
  task.exists = true;
  task.number = static_cast<std::uint32_t>(e.n[0]);
  task.workspace = e.workspace;
  task.type = e.task_type;
  task.run_trigger = e.flag;
  world.last_task_number = std::max(world.last_task_number, task.number);
  return accepted;
}

TaskInput reset_input(TaskStatus from, TaskStatus to) {
  if (is_waiting(from) && to == TaskStatus::pending) return TaskInput::reset;
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
  // The flag says that the write went over a row that had changed since it was read: no arrow of
  // the machine, and yet what the database does.
  if (!e.flag && !task_allows(task->row.status, e)) return refused_by_task;
  task->row = e.row;
  if (e.type == EventType::task_confirmed) task->applies_started = 0;
  return accepted;
}

// --- pools and workspaces ------------------------------------------------------------------------

std::string_view change_pool(World& world, const Event& e) {
  if (e.pool == none) return no_such_pool;
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
      pool->secret_label = pool->last_token;
      break;
    case EventType::pool_secret_rotated:
      pool->secret_token = pool->last_token;
      pool->secret_label = pool->last_token;
      break;
    case EventType::pool_secret_labelled: pool->secret_label = pool->first_active_token; break;
    case EventType::pool_unfrozen: pool->unfrozen_until = e.at; break;
    case EventType::pool_window_changed: pool->window = e.flag; break;
    default: break;
  }
  return accepted;
}

std::string_view change_workspace(World& world, const Event& e) {
  if (e.workspace == none) return no_such_workspace;
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

// --- procedures ----------------------------------------------------------------------------------

std::string_view change_procedure(World& world, const Event& e) {
  if (e.procedure == none) return no_such_procedure;
  if (e.type != EventType::procedure_ended && e.after.depth == 0) return not_under_way;
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
  if (memory != none && memory >= world.replicas.size()) forget_memory(world, memory);
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
    case pod_pending: return move_pod(world, e, PodInput::pending);
    case pod_running: return move_pod(world, e, PodInput::running);
    case pod_succeeded: return move_pod(world, e, PodInput::succeeded);
    case pod_failed: return move_pod(world, e, PodInput::failed);
    case pod_delete_requested: return move_pod(world, e, PodInput::delete_requested);
    case pod_gone: return move_pod(world, e, PodInput::gone);
    case memory_pod_discovered: case memory_pod_managed: case memory_pod_forgotten:
    case memory_pods_synced: case memory_pod_offline: case memory_agent_registered:
    case memory_restart_counted: case memory_restarts_cleared: case memory_idle_noted:
    case memory_lost:
      return fold_managed_pod(world, e);
    case slot_assigned: case slot_reserved: case slot_reused: case slot_released: case slot_expired:
      return fold_slot(world, e);
    case task_submitted: return submit_task(world, e);
    case task_started: case task_plan_finished: case task_apply_pending: case task_confirmed:
    case task_apply_started: case task_applied: case task_failed: case task_cancelled:
    case task_orphaned: case task_reset:
      return save_task(world, e);
    case agent_started: case agent_connected: case agent_disconnected: case agent_heartbeat:
    case agent_slot_taken: case agent_slot_freed: case agent_marked_offline:
    case agent_row_deleted: case agent_gone:
      return fold_agent(world, e);
    case server_stopped: case server_started: case server_recovered: case server_timer_armed:
    case queue_retry_scheduled: case queue_retry_fired: case queue_monitor_ticked:
    case autoscaler_ticked: case server_reconciler_ticked: case server_agents_checked:
    case server_rows_checked: case leader_elected: case leader_lost:
      return fold_server(world, e);
    case pool_configured: case pool_config_saved: case pool_secret_created:
    case pool_secret_rotated: case pool_secret_labelled: case pool_token_rotated:
    case pool_unfrozen:
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
