#include <holdfast/model/procedures/push.h>

#include <algorithm>

#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

void forget(Procedure& p) {
  p.pool = none;
  p.task = none;
  p.pod = none;
  p.slot = no_slot;
  p.agent = none;
  p.action = Action::plan;
  p.count = 0;
  p.wanted = 0;
  p.row = TaskRow{};
  p.pods.clear();
}

// After the increment: 10, 20, 40, 60, 60 s.
std::int64_t delay_after(int retries) {
  return std::min(60 * second, (5 * second) << std::min(retries, 4));
}

// The event that saves `row` as it is once more.
EventType same_again(const TaskRow& row) {
  if (row.status == TaskStatus::running_planning) return EventType::task_started;
  if (row.status == TaskStatus::running_applying) return EventType::task_apply_started;
  return EventType::task_reset;
}

// The agent has one table of slots. A message names no slot if it goes to another pod's agent.
SlotIndex slot_at_agent(const Turn& t) {
  return t.self.agent == t.self.pod ? t.self.slot : no_slot;
}

bool is_busy(const Agent& agent, SlotIndex slot) {
  return std::any_of(agent.work.begin(), agent.work.end(),
                     [&](const AgentWork& work) { return work.slot == slot; });
}

bool has_room(const Turn& t) {
  if (!t.knobs.agent_refuses_busy) return true;
  const Agent& agent = t.world.agents[t.self.agent];
  if (agent.work.size() >= static_cast<std::size_t>(t.setup.slots_on_agent)) return false;
  const SlotIndex slot = slot_at_agent(t);
  return slot == no_slot || !is_busy(agent, slot);
}

void note_pushed(Turn& t) {
  Event& event = t.emit(EventType::queue_pushed, t.self.agent);
  event.task = t.self.task;
  event.slot = slot_at_agent(t);
  event.action = t.self.action;
}

void note_at_agent(Turn& t, EventType type) {
  Event& event = t.emit(type, t.self.agent);
  event.task = t.self.task;
  event.slot = slot_at_agent(t);
  // An agent that takes whatever comes has no slot of its own for what is one too many.
  if (event.slot != no_slot && !t.knobs.agent_refuses_busy &&
      is_busy(t.world.agents[t.self.agent], event.slot)) {
    event.slot = no_slot;
  }
  event.action = t.self.action;
}

void note_failed(Turn& t, Reason reason) {
  Event& event = t.emit(EventType::queue_push_failed, t.self.agent);
  event.task = t.self.task;
  event.reason = reason;
}

// Undoes what a push that failed has taken and written.
void undo(Turn& t) {
  t.self.agent = none;
  if (t.self.slot != no_slot) {
    t.go(Push::at_g1);
  } else {
    t.go(t.self.failed ? Push::at_g3 : Push::at_g2);
  }
}

}  // namespace

void Push::end(Turn& t) {
  forget(t.self);
  t.done();
}

void Push::retry_in(Turn& t, std::int64_t delay_us, Reason reason) {
  t.schedule_retry(t.task().workspace, delay_us, reason);
}

void Push::release_slot(Turn& t, Reason reason) {
  const ManagedPod* pod = t.managed(t.self.pod);
  if (pod == nullptr) return;
  Event& event = t.emit(EventType::slot_released, t.self.pod);
  event.slot = t.self.slot;
  event.task = pod->slots[t.self.slot].task;
  event.reason = reason;
}

void Push::refuse_unconfirmed(Turn& t) {
  Procedure& p = t.self;
  const bool let_through = p.wanted != 0;
  p.wanted = 0;
  p.failed = false;
  if (p.row.status == TaskStatus::apply_pending && !let_through) {
    forget(p);
    t.fail();
    return;
  }
  p.action = is_waiting(p.row.status) ? Action::apply : Action::plan;
  p.pool = t.world.workspaces[t.task().workspace].pool;
  const bool in_slots = t.knobs.slots != SlotsKnob::none &&
                        t.world.workspaces[t.task().workspace].mode != ExecutionMode::agent;
  if (!in_slots) {
    t.go(at_d1);
  } else {
    t.go(p.action == Action::apply ? at_b1 : at_c1);
  }
}

void Push::save_running(Turn& t) {
  Procedure& p = t.self;
  const bool apply = p.action == Action::apply;
  p.row.status = apply ? TaskStatus::running_applying : TaskStatus::running_planning;
  p.row.stage = apply ? TaskStage::applying : TaskStage::planning;
  p.row.agent = p.agent;
  p.row.started = t.clock.now();
  if (t.call_fails()) {
    note_failed(t, Reason::database_error);
    p.failed = true;
    undo(t);
    return;
  }
  t.save(apply ? EventType::task_apply_started : EventType::task_started, p.task, p.row);
  t.go(at_f);
}

void Push::send_here(Turn& t) {
  const Agent& agent = t.world.agents[t.self.agent];
  if (agent.connected_to != t.self.replica) {
    t.go(at_f1);
    return;
  }
  const bool lost = t.failed(Fault::message_lost);
  const bool twice = t.failed(Fault::message_duplicated);
  if (t.call_fails() && !lost && !twice) {
    note_failed(t, Reason::send_failed);
    undo(t);
    return;
  }
  note_pushed(t);
  if (lost || agent.state != AgentState::connected) {
    // The connection is dead and the server does not know it yet.
    note_at_agent(t, EventType::agent_message_lost);
  } else if (has_room(t)) {
    note_at_agent(t, EventType::agent_slot_taken);
    if (twice) note_at_agent(t, EventType::agent_slot_refused);
  } else {
    note_at_agent(t, EventType::agent_slot_refused);
    note_failed(t, Reason::agent_busy);
    undo(t);
    return;
  }
  if (t.self.row.retry_count == 0) {
    end(t);
  } else {
    t.go(at_f2);
  }
}

void Push::announce(Turn& t) {
  // Its sender passes the announcement over; any other replica delivers over a connection it holds.
  const Agent& agent = t.world.agents[t.self.agent];
  const bool elsewhere = agent.connected_to != none && agent.connected_to != t.self.replica;
  const bool delivered = elsewhere && agent.state == AgentState::connected;
  if (t.call_fails() || (t.knobs.undelivered_taken_back && !delivered)) {
    note_failed(t, Reason::agent_elsewhere);
    undo(t);
    return;
  }
  note_pushed(t);
  if (!delivered) {
    note_at_agent(t, EventType::agent_message_lost);
  } else {
    note_at_agent(t, has_room(t) ? EventType::agent_slot_taken : EventType::agent_slot_refused);
  }
  end(t);
}

void Push::clear_retries(Turn& t) {
  t.self.row.retry_count = 0;
  if (!t.call_fails()) t.save(same_again(t.self.row), t.self.task, t.self.row);
  end(t);
}

void Push::release_after_failure(Turn& t) {
  release_slot(t, Reason::push_failed);
  t.self.pod = none;
  t.self.slot = no_slot;
  t.go(t.self.failed ? at_g3 : at_g2);
}

void Push::save_back(Turn& t) {
  TaskRow& row = t.self.row;
  row.status = TaskStatus::pending;
  if (t.self.action == Action::apply) {
    row.status = row.confirmed ? TaskStatus::apply_confirmed : TaskStatus::apply_pending;
  }
  row.stage = TaskStage::none;
  row.agent = none;
  row.started = never;
  if (!t.call_fails()) {
    t.save(EventType::task_reset, t.self.task, row).reason = Reason::send_failed;
  }
  t.next();
}

void Push::count_retry(Turn& t) {
  TaskRow& row = t.self.row;
  if (row.retry_count < UINT8_MAX) ++row.retry_count;
  const Reason reason = t.self.failed ? Reason::database_error : Reason::send_failed;
  if (!t.call_fails()) t.save(same_again(row), t.self.task, row).reason = reason;
  retry_in(t, delay_after(row.retry_count), reason);
  end(t);
}

namespace {

constexpr Instruction push_list[] = {
    {"a", Store::none, Verb::none, "refuse an apply that no user confirmed",
     Push::refuse_unconfirmed},
    {"b1", Store::memory, Verb::read, "the slot that holds the task", Push::find_own_slot,
     one_of_the_holders},
    {"b2", Store::database, Verb::query, "the newest online agent of that pod's name",
     Push::find_own_agent},
    {"b3", Store::memory, Verb::write, "register the agent, reuse the slot", Push::reuse_slot},
    {"b4", Store::database, Verb::save, "its pod is lost: Pending again", Push::plan_again,
     nullptr, whole_row},
    {"c1", Store::memory, Verb::write, "a free slot", Push::take_free_pod, Push::list_free_pods},
    {"c2", Store::memory, Verb::write, "assign the slot", Push::assign_slot},
    {"c3", Store::database, Verb::query, "the newest online agent of that pod's name",
     Push::find_agent_of_slot},
    {"c4", Store::memory, Verb::write, "register the agent", Push::register_agent},
    {"d1", Store::memory, Verb::read, "the agents that are connected here", Push::list_connected},
    {"d2", Store::database, Verb::query, "the row of the slot's agent", Push::read_agent_row},
    {"d3", Store::database, Verb::query, "any connected agent with room", Push::take_any_agent,
     Push::list_agents_with_room},
    {"d4", Store::memory, Verb::write, "release the slot of an agent without a row",
     Push::drop_slot},
    {"d5", Store::memory, Verb::write, "release the slot, there is no agent",
     Push::give_slot_back},
    {"e", Store::database, Verb::save, "the task is Running", Push::save_running, nullptr,
     whole_row},
    {"f", Store::channel, Verb::send, "the task to its agent", Push::send_here},
    {"f1", Store::database, Verb::send, "announce it to the other replicas", Push::announce},
    {"f2", Store::database, Verb::save, "retry count 0", Push::clear_retries, nullptr,
     whole_row},
    {"g1", Store::memory, Verb::write, "sending failed: release the slot",
     Push::release_after_failure},
    {"g2", Store::database, Verb::save, "sending failed: the status back", Push::save_back,
     nullptr, whole_row},
    {"g3", Store::database, Verb::save, "retry count + 1, and a retry", Push::count_retry,
     nullptr, whole_row},
};
static_assert(std::size(push_list) == Push::at_g3 + 1);

}  // namespace

Instructions push_steps() { return push_list; }

}  // namespace holdfast
