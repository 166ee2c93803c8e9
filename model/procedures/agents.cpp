#include <holdfast/model/procedures/programs.h>
#include <holdfast/model/procedures/spawning.h>

namespace holdfast {
namespace {

// --- connect_agent ---

bool token_active(const Pool& pool, std::uint32_t token) {
  return pool.first_active_token <= token && token <= pool.last_token;
}

void refuse(Turn& t, Reason reason) {
  t.emit(EventType::agent_refused, t.self.sender).reason = reason;
  t.done();
}

void check_agent(Turn& t) {
  const Pod& pod = t.world.pods[t.self.sender];
  const Agent& agent = t.world.agents[t.self.sender];
  // Nobody reads the answer to an agent that is gone.
  if (t.call_fails() || agent.state == AgentState::gone) {
    t.done();
  } else if (t.knobs.admit_living_agents && lives(pod)) {
    t.next();
  } else if (!token_active(t.world.pools[pod.pool], pod.token)) {
    refuse(t, Reason::token_revoked);
  } else if (agent.state != AgentState::starting && !agent.row) {
    refuse(t, Reason::row_missing);
  } else {
    t.next();
  }
}

bool writes_memory(const Knobs& knobs) {
  return knobs.agent_reports_slots || knobs.needs_agent == NeedsAgent::registered;
}

void accept_agent(Turn& t) {
  const AgentState state = t.world.agents[t.self.sender].state;
  if (t.call_fails() || (state != AgentState::starting && state != AgentState::disconnected)) {
    t.done();
    return;
  }
  t.emit(EventType::agent_connected, t.self.sender);
  if (writes_memory(t.knobs)) {
    t.next();
  } else {
    t.done();
  }
}

// What the agent works on is Running in its slot, whatever the memory believed.
void take_over(Turn& t, const ManagedPod& pod, const AgentWork& work) {
  if (work.slot == no_slot) return;
  const Slot& slot = pod.slots[work.slot];
  if (slot.state == SlotState::running && slot.task == work.task) return;
  const auto note = [&](EventType type, TaskIndex task) {
    Event& event = t.emit(type, t.self.sender);
    event.slot = work.slot;
    event.task = task;
    event.reason = Reason::agent_reports;
    event.task_type = t.world.tasks[task].type;
  };
  if (slot.state != SlotState::idle) note(EventType::slot_released, slot.task);
  note(EventType::slot_assigned, work.task);
}

void note_agent(Turn& t) {
  const ManagedPod* pod = t.managed(t.self.sender);
  if (pod != nullptr && t.knobs.needs_agent == NeedsAgent::registered) {
    t.emit(EventType::memory_agent_registered, t.self.sender);
  }
  if (pod != nullptr && t.knobs.agent_reports_slots) {
    for (const AgentWork& work : t.world.agents[t.self.sender].work) take_over(t, *pod, work);
  }
  t.done();
}

constexpr Instruction connect_agent_list[] = {
    {"a", Store::database, Verb::query, "its token is active, and its row exists on a reconnect",
     check_agent},
    {"b", Store::database, Verb::save, "the row: registered if new, online, connected to here",
     accept_agent},
    {"c", Store::memory, Verb::write, "register the agent, take over its table", note_agent},
};

// --- check_agents ---

void find_silent(Turn& t) {
  for (std::size_t i = 0; i < t.world.agents.size(); ++i) {
    const Agent& agent = t.world.agents[i];
    if (agent.connected_to != t.self.replica || !t.clock.silent(agent)) continue;
    const auto pod = static_cast<PodIndex>(i);
    t.self.pods.insert(pod);
    // The server closes a connection that its agent believes in.
    if (agent.state != AgentState::connected) continue;
    t.emit(EventType::agent_disconnected, pod).reason = Reason::silent;
  }
  if (t.self.pods.empty()) {
    t.done();
  } else {
    t.next();
  }
}

IndexSet running_on(const Turn& t, PodIndex agent) {
  IndexSet tasks;
  for (std::size_t i = 0; i < t.world.tasks.size(); ++i) {
    const Task& task = t.world.tasks[i];
    if (!task.exists || task.row.agent != agent || !is_running(task.row.status)) continue;
    tasks.insert(static_cast<TaskIndex>(i));
  }
  return tasks;
}

void fail_task(Turn& t, TaskIndex task) {
  TaskRow row = t.world.tasks[task].row;
  row.status = TaskStatus::failed;
  row.completed = t.clock.now();
  t.save(EventType::task_failed, task, row).reason = Reason::connection_lost;
  unlock_after_failure(t, task);
}

enum CheckAt : std::uint8_t { check_a, check_b, check_c, check_d };

void find_lost_tasks(Turn& t) {
  const PodIndex agent = t.self.pods.front();
  const bool wanted = t.knobs.fail_lost_tasks == FailLostTasks::at_once;
  if (wanted && !t.call_fails()) t.self.running = running_on(t, agent);
  t.go(t.self.running.empty() ? check_d : check_c);
}

void fail_lost_task(Turn& t) {
  const TaskIndex task = t.self.running.front();
  if (!t.call_fails()) fail_task(t, task);
  t.self.running.erase(task);
  if (t.self.running.empty()) t.go(check_d);
}

void drop_connection(Turn& t) {
  const PodIndex pod = t.self.pods.front();
  // Connected again: its next ping says online anyway.
  if (!t.call_fails() && t.world.agents[pod].state != AgentState::connected) {
    t.emit(EventType::agent_marked_offline, pod).at = t.clock.now();
  }
  t.self.pods.erase(pod);
  if (t.self.pods.empty()) {
    t.done();
  } else {
    t.go(check_b);
  }
}

constexpr Instruction check_agents_list[] = {
    {"a", Store::memory, Verb::read, "connections that are silent for 120 s", find_silent},
    {"b", Store::database, Verb::query, "the Running tasks of an agent that is lost",
     find_lost_tasks},
    {"c", Store::database, Verb::save, "the first of them: Failed", fail_lost_task, nullptr,
     whole_row},
    {"d", Store::database, Verb::save, "the agent's row: offline", drop_connection},
};

// --- check_rows ---

void mark_offline(Turn& t) {
  if (t.call_fails()) return t.done();
  for (std::size_t i = 0; i < t.world.agents.size(); ++i) {
    const Agent& agent = t.world.agents[i];
    if (!agent.row || !agent.online || !t.clock.ping_overdue(agent)) continue;
    t.emit(EventType::agent_marked_offline, static_cast<PodIndex>(i)).reason = Reason::row_old;
  }
  t.next();
}

void delete_rows(Turn& t) {
  for (std::size_t i = 0; i < t.world.agents.size() && !t.call_fails(); ++i) {
    const Agent& agent = t.world.agents[i];
    if (!agent.row || agent.online || !t.clock.ping_long_ago(agent)) continue;
    if (t.knobs.fail_lost_tasks == FailLostTasks::with_row) {
      running_on(t, static_cast<PodIndex>(i)).for_each([&](TaskIndex task) { fail_task(t, task); });
    }
    t.emit(EventType::agent_row_deleted, static_cast<PodIndex>(i));
  }
  t.done();
}

constexpr Instruction check_rows_list[] = {
    {"a", Store::database, Verb::save, "rows without a ping for 2 min: offline", mark_offline},
    {"b", Store::database, Verb::save, "rows without a ping for 5 min: deleted", delete_rows},
};

}  // namespace

Instructions connect_agent_steps() { return connect_agent_list; }
Instructions check_agents_steps() { return check_agents_list; }
Instructions check_rows_steps() { return check_rows_list; }

}  // namespace holdfast
