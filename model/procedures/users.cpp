#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/procedures/spawning.h>

namespace holdfast {
namespace {

enum At : std::uint8_t { at_a, at_b, at_c, at_d, at_e, at_f, at_g, at_h, at_i };

void end(Turn& t) { t.done(); }

// --- confirm ---

void read_task(Turn& t) {
  t.self.row = t.task().row;
  if (t.call_fails() || !is_waiting(t.self.row.status)) {
    t.done();
  } else {
    t.next();
  }
}

void save_confirmed(Turn& t) {
  if (t.call_fails()) {
    t.fail();
    return;
  }
  TaskRow row = t.self.row;
  row.status = TaskStatus::apply_confirmed;
  row.stage = TaskStage::apply_pending;
  row.confirmed = true;
  t.save(EventType::task_confirmed, t.self.task, row);
  spawn_for_task(t, Program::execute_confirmed, t.self.task);
  t.done();
}

constexpr Instruction confirm_list[] = {
    {"a", Store::database, Verb::query, "the task: refuse one that is not ApplyPending", read_task},
    {"b", Store::database, Verb::save, "confirmed by and at", save_confirmed, nullptr, whole_row},
};

// --- cancel ---

enum CancelAt : std::uint8_t { cancel_a, cancel_a2, cancel_b, cancel_c, cancel_d, cancel_e };

void read_to_cancel(Turn& t) {
  t.self.row = t.task().row;
  const TaskStatus status = t.self.row.status;
  // As it runs today, a plan without changes is not counted among what is over.
  const bool over = is_final(status) && status != TaskStatus::planned_and_finished;
  if (t.call_fails() || over) return t.done();
  const bool on_agent = is_running(status) && t.self.row.agent != none;
  t.go(on_agent ? cancel_a2 : cancel_b);
}

// An agent that the database does not know is not told.
void read_agent_to_tell(Turn& t) {
  const PodIndex agent = t.self.row.agent;
  if (!t.call_fails() && t.world.agents[agent].row) t.self.agent = agent;
  t.next();
}

void save_cancelled(Turn& t) {
  if (t.call_fails()) {
    t.fail();
    return;
  }
  TaskRow row = t.self.row;
  row.status = TaskStatus::cancelled;
  row.completed = t.clock.now();
  t.save(EventType::task_cancelled, t.self.task, row);
  t.self.row = TaskRow{};
  t.go(t.task().type == TaskType::plan_and_apply ? cancel_c : cancel_d);
}

void unlock_own_workspace(Turn& t) {
  const WorkspaceIndex workspace = t.task().workspace;
  if (!t.call_fails() && t.world.workspaces[workspace].locked_by == t.self.task) {
    Event& event = t.emit(EventType::workspace_unlocked);
    event.workspace = workspace;
    event.task = t.self.task;
  }
  t.next();
}

void go_on_after_cancel(Turn& t) {
  spawn_try_next(t, t.task().workspace);
  if (t.self.agent == none) {
    t.done();
  } else {
    t.next();
  }
}

// The agent stops, reports that it was cancelled, which is refused as long as the task says so too,
// and says over its channel that the work is over.
void stop_at_agent(Turn& t) {
  const PodIndex pod = t.self.agent;
  const Agent& agent = t.world.agents[pod];
  const bool reaches = agent.connected_to == t.self.replica ||
                       (t.knobs.cancel_announced && agent.connected_to != none);
  if (!reaches) {
    t.done();
    return;
  }
  if (t.call_fails() || agent.state != AgentState::connected) {
    if (!t.failed(Fault::message_duplicated)) {
      t.emit(EventType::agent_message_lost, pod).task = t.self.task;
      t.done();
      return;
    }
  }
  const auto says = [&](Program program) -> Procedure& {
    Procedure& message = spawn_for_task(t, program, t.self.task);
    message.replica = none;
    message.memory = none;
    message.sender = pod;
    return message;
  };
  for (const AgentWork& work : agent.work) {
    if (work.task != t.self.task) continue;
    Event& event = t.emit(EventType::agent_slot_freed, pod);
    event.task = work.task;
    event.action = work.action;
    event.slot = work.slot;
    event.reason = Reason::cancelled;
    Procedure& report = says(Program::report_status);
    report.action = work.action;
    report.outcome = TaskStatus::cancelled;
    says(Program::report_message);
  }
  t.done();
}

constexpr Instruction cancel_list[] = {
    {"a", Store::database, Verb::query, "the task: refuse one that is over", read_to_cancel},
    {"a2", Store::database, Verb::query, "the row of the agent that it runs on",
     read_agent_to_tell},
    {"b", Store::database, Verb::save, "Cancelled", save_cancelled, nullptr, whole_row},
    {"c", Store::database, Verb::save, "unlock the workspace if this task locked it",
     unlock_own_workspace},
    {"d", Store::none, Verb::none, "start the next task", go_on_after_cancel},
    {"e", Store::channel, Verb::send, "tell the agent, which stops", stop_at_agent},
};
static_assert(std::size(cancel_list) == cancel_e + 1);

// --- save_config ---

void store_config(Turn& t) {
  const ConfigTemplate& config = t.setup.configs[static_cast<std::size_t>(t.self.count)];
  t.self.count = 0;
  if (t.call_fails()) {
    t.fail();
    return;
  }
  Event& event = t.emit(EventType::pool_config_saved);
  event.n[0] = config.min_replicas;
  event.n[1] = config.max_replicas;
  event.freeze = config.freeze;
  if (t.knobs.on_config_save == OnConfigSave::ensure) t.self.min_replicas = config.min_replicas;
  t.next();
}

void renew_pods(Turn& t) {
  const bool rebuild = t.knobs.on_config_save == OnConfigSave::rebuild_idle;
  t.call(rebuild ? Program::rebuild_idle : Program::ensure_pods, at_c);
}

constexpr Instruction save_config_list[] = {
    {"a", Store::database, Verb::save, "the configuration, revision + 1", store_config},
    {"b", Store::none, Verb::none, "call ensure_pods or rebuild_idle", renew_pods},
    {"c", Store::none, Verb::none, "that is over", end},
};

// --- sync_pool, rotate_token ---

void read_config(Turn& t) {
  if (t.call_fails()) {
    t.fail();
    return;
  }
  t.self.min_replicas = t.pool().min_replicas;
  t.next();
}

void ensure(Turn& t) { t.call(Program::ensure_pods, at_c); }

constexpr Instruction sync_pool_list[] = {
    {"a", Store::database, Verb::query, "the pool with its configuration", read_config},
    {"b", Store::none, Verb::none, "call ensure_pods", ensure},
    {"c", Store::none, Verb::none, "that is over", end},
};

constexpr std::int16_t most_polls = 30;

void sync_first(Turn& t) { t.call(Program::sync_pods, at_c); }

void list_all_pods(Turn& t) {
  take_failed(t);
  t.self.pods = managed_pods(t.memory(), t.self.pool);
  t.go(t.self.pods.empty() ? at_g : at_d);
}

void delete_next(Turn& t) {
  take_failed(t);
  t.self.pod = t.self.pods.front();
  if (t.self.pod == none) {
    t.go(at_e);
    t.sleep(second);
    return;
  }
  t.self.pods.erase(t.self.pod);
  t.call(Program::delete_pod, at_d);
}

void sync_again(Turn& t) { t.call(Program::sync_pods, at_f); }

void see_who_is_left(Turn& t) {
  const bool synced = !take_failed(t);
  ++t.self.count;
  if ((synced && managed_count(t.memory(), t.self.pool) == 0) || t.self.count == most_polls) {
    t.self.count = 0;
    t.go(at_g);
    return;
  }
  t.go(at_e);
  t.sleep(second);
}

void rotate(Turn& t) { t.call(Program::rotate_secret, at_h); }

void ensure_after_rotation(Turn& t) {
  if (t.self.failed) {
    t.fail();
  } else {
    t.call(Program::ensure_pods, at_i);
  }
}

constexpr Instruction rotate_token_list[] = {
    {"a", Store::database, Verb::query, "the pool with its configuration", read_config},
    {"b", Store::none, Verb::none, "call sync_pods", sync_first},
    {"c", Store::memory, Verb::read, "all managed pods of the pool", list_all_pods},
    {"d", Store::none, Verb::none, "call delete_pod for each", delete_next},
    {"e", Store::none, Verb::sleep, "1 s, then call sync_pods", sync_again},
    {"f", Store::memory, Verb::read, "whether a pod is left", see_who_is_left},
    {"g", Store::none, Verb::none, "call rotate_secret", rotate},
    {"h", Store::none, Verb::none, "call ensure_pods", ensure_after_rotation},
    {"i", Store::none, Verb::none, "that is over", end},
};
static_assert(std::size(rotate_token_list) == at_i + 1);

// --- unfreeze ---

void suspend_freezing(Turn& t) {
  if (t.call_fails()) {
    t.fail();
    return;
  }
  t.emit(EventType::pool_unfrozen).at = t.clock.end_of_day();
  t.done();
}

constexpr Instruction unfreeze_list[] = {
    {"a", Store::database, Verb::save, "unfrozen until the end of the day", suspend_freezing},
};

}  // namespace

Instructions confirm_steps() { return confirm_list; }
Instructions cancel_steps() { return cancel_list; }
Instructions save_config_steps() { return save_config_list; }
Instructions sync_pool_steps() { return sync_pool_list; }
Instructions rotate_token_steps() { return rotate_token_list; }
Instructions unfreeze_steps() { return unfreeze_list; }

}  // namespace holdfast
