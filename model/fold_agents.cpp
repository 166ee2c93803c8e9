#include <algorithm>

#include <holdfast/model/fold.h>
#include <holdfast/model/machine.h>

namespace holdfast {
namespace {

// --- agents --------------------------------------------------------------------------------------

std::string_view move_agent(Agent& agent, AgentInput input) {
  if (!agent_machine.allows(agent.state, input)) return refused_by_agent;
  agent.state = agent_machine.next(agent.state, input);
  return accepted;
}

void end_connection(Agent& agent) {
  agent.connected_to = none;
  agent.silent_since = never;
}

std::string_view connect_agent(World& world, Agent& agent, const Event& e) {
  if (e.replica >= world.replicas.size()) return no_such_replica;
  const std::string_view refusal = move_agent(agent, AgentInput::connected);
  if (!refusal.empty()) return refusal;
  agent.connected_to = e.replica;
  agent.silent_since = never;
  agent.told = AgentLoad{};
  if (!agent.row) agent.registered = e.time;
  agent.row = true;
  agent.online = true;
  agent.row_replica = e.replica;
  agent.last_ping = e.time;
  return accepted;
}

// The agent's own table is the list of what is busy in it: to be listed is to be busy, and an agent
// that is gone lists nothing. Work without a slot takes none.
AgentSlotState slot_state(const Agent& agent, SlotIndex slot) {
  const bool busy = slot != no_slot &&
                    std::any_of(agent.work.begin(), agent.work.end(),
                                [&](const AgentWork& work) { return work.slot == slot; });
  return busy ? AgentSlotState::busy : AgentSlotState::free;
}

std::string_view take_work(World& world, Agent& agent, const Event& e) {
  Task* task = at(world.tasks, e.task);
  if (task == nullptr || !task->exists) return no_such_task;
  if (agent.state == AgentState::gone) return refused_by_agent;
  if (!agent_slot_machine.allows(slot_state(agent, e.slot), AgentSlotInput::slot_taken)) {
    return "the agent's slot is busy";
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

// What was written into the row as its last ping; `never`: nothing was.
void note_ping(Agent& agent, Moment at) {
  if (agent.row && at != never) agent.last_ping = at;
}

}  // namespace

std::string_view fold_agent(World& world, const Event& e) {
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
      if (e.flag) {
        agent->silent_since = e.time;
      } else {
        end_connection(*agent);
      }
      note_ping(*agent, e.at);
      return accepted;
    case EventType::agent_heartbeat:
      refusal = move_agent(*agent, AgentInput::heartbeat);
      if (!refusal.empty()) return refusal;
      agent->last_ping = e.time;
      agent->told = load_of(world, *agent);
      if (!agent->row) return accepted;
      agent->online = true;
      agent->row_replica = agent->connected_to;
      return accepted;
    case EventType::agent_slot_taken: return take_work(world, *agent, e);
    case EventType::agent_slot_freed: return free_work(*agent, e);
    case EventType::agent_marked_offline:
      agent->online = false;
      // Who only finds the row old leaves the rest of it as it is.
      if (e.reason == Reason::row_old) return accepted;
      agent->row_replica = none;
      if (agent->state != AgentState::connected) end_connection(*agent);
      note_ping(*agent, e.at);
      return accepted;
    case EventType::agent_row_deleted:
      agent->row = false;
      agent->online = false;
      agent->row_replica = none;
      agent->registered = never;
      agent->last_ping = never;
      return accepted;
    case EventType::agent_gone:
      note_ping(*agent, e.at);
      refusal = move_agent(*agent, AgentInput::gone);
      if (!refusal.empty()) return refusal;
      end_connection(*agent);
      agent->work.clear();
      return accepted;
    default: return accepted;
  }
}

namespace {

// --- servers and timers --------------------------------------------------------------------------

// The timer is over. Those that were armed after it move up a rank, so that ranks tell an order and
// nothing of the past.
void drop_timer(World& world, Timer& timer) {
  const std::uint16_t order = timer.order;
  timer = Timer{};
  for (Timer& other : world.timers) {
    if (other.order > order) --other.order;
  }
}

std::string_view stop_server(World& world, const Event& e) {
  Replica* replica = at(world.replicas, e.replica);
  if (replica == nullptr) return no_such_replica;
  if (!replica_machine.allows(replica->state, ReplicaInput::stopped)) return refused_by_replica;
  replica->state = replica_machine.next(replica->state, ReplicaInput::stopped);
  replica->started = never;
  for (Timer& timer : world.timers) {
    if (timer.kind != TimerKind::none && timer.replica == e.replica) drop_timer(world, timer);
  }
  trim(world.timers);
  // Living connections end each by its own event. One that went silent ends unseen, with the
  // process that still believed in it.
  for (Agent& agent : world.agents) {
    if (agent.connected_to == e.replica && agent.state != AgentState::connected) {
      end_connection(agent);
    }
  }
  return accepted;
}

std::string_view start_server(World& world, const Event& e) {
  if (e.replica == none) return no_such_replica;
  if (e.replica >= world.replicas.size()) {
    // The memories of replicas come before those of request handlers.
    if (world.memories.size() > world.replicas.size()) return place_taken;
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
  if (e.place == none || kind == TimerKind::none) return no_such_timer;
  const auto order = static_cast<std::uint16_t>(
      std::count_if(world.timers.begin(), world.timers.end(),
                    [](const Timer& timer) { return timer.kind != TimerKind::none; }));
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
    drop_timer(world, *timer);
    trim(world.timers);
  } else {
    timer->due = e.at;
  }
  return accepted;
}

}  // namespace

std::string_view fold_server(World& world, const Event& e) {
  switch (e.type) {
    case EventType::server_stopped: return stop_server(world, e);
    case EventType::server_started: return start_server(world, e);
    case EventType::server_recovered: return recover_server(world, e);
    case EventType::queue_retry_scheduled: return arm_timer(world, e, TimerKind::retry);
    case EventType::server_timer_armed: return arm_timer(world, e, e.timer);
    case EventType::leader_elected:
      if (e.replica >= world.replicas.size()) return no_such_replica;
      world.leader = e.replica;
      return accepted;
    case EventType::leader_lost: world.leader = none; return accepted;
    default: return fire_timer(world, e);
  }
}

}  // namespace holdfast
