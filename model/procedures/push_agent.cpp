#include <holdfast/model/procedures/push.h>

namespace holdfast {
namespace {

constexpr int plan_limit = 3;

// The agent takes one more task of that kind, as it last told: three plans and one apply.
bool available(const Turn& t, const Agent& agent, TaskType type) {
  const AgentLoad load = t.clock.implicit_pings() ? load_of(t.world, agent) : agent.told;
  if (type == TaskType::plan_and_apply) return !load.applies;
  return load.plans < plan_limit;
}

void note_no_agent(Turn& t, Reason reason) {
  Event& event = t.emit(EventType::queue_no_agent);
  event.task = t.self.task;
  event.reason = reason;
}

void scale_up(Turn& t) {
  const bool pods = t.world.workspaces[t.task().workspace].mode == ExecutionMode::k8s;
  if (!t.knobs.scale_up_on_no_agent || !pods) return;
  t.spawn(Program::scale_up_now).workspace = none;
}

void give_back(Turn& t) {
  t.self.agent = none;
  t.self.pods.clear();
  if (t.self.slot == no_slot) {
    Push::end(t);
  } else {
    t.go(Push::at_d5);
  }
}

void send_to(Turn& t, PodIndex agent) {
  t.self.agent = agent;
  t.self.count = 0;
  t.self.pods.clear();
  t.go(Push::at_e);
}

}  // namespace

void Push::list_connected(Turn& t) {
  Procedure& p = t.self;
  for (std::size_t i = 0; i < t.world.agents.size(); ++i) {
    if (t.world.agents[i].connected_to == p.replica) p.pods.insert(static_cast<PodIndex>(i));
  }
  if (!p.pods.empty() || p.agent != none) {
    t.go(p.agent == none ? at_d3 : at_d2);
    return;
  }
  note_no_agent(t, Reason::no_agent);
  scale_up(t);
  retry_in(t, 15 * second, Reason::no_agent);
  // As it runs today, the slot stays taken until a reconcile frees it.
  if (t.knobs.scale_up_on_no_agent) {
    end(t);
  } else {
    give_back(t);
  }
}

void Push::read_agent_row(Turn& t) {
  const Agent& agent = t.world.agents[t.self.agent];
  const bool row = agent.row && !t.call_fails();
  const bool nobody_here = t.self.pods.empty();
  if (row && (!nobody_here || agent.row_replica != none)) {
    send_to(t, t.self.agent);
    return;
  }
  if (!row && !nobody_here) {
    t.go(t.self.slot == no_slot ? at_d3 : at_d4);
    return;
  }
  note_no_agent(t, row ? Reason::no_agent : Reason::agent_unknown);
  if (row) {
    scale_up(t);
    retry_in(t, 15 * second, Reason::no_agent);
  } else {
    retry_in(t, 10 * second, Reason::agent_unknown);
  }
  give_back(t);
}

void Push::list_agents_with_room(const Turn& t, std::vector<std::uint16_t>& out) {
  t.self.pods.for_each([&](PodIndex i) {
    const Agent& agent = t.world.agents[i];
    const bool connected = agent.connected_to == t.self.replica;
    if (agent.row && connected && t.world.pods[i].pool == t.self.pool &&
        available(t, agent, t.task().type)) {
      out.push_back(i);
    }
  });
  if (out.empty()) out.push_back(none);
}

void Push::take_any_agent(Turn& t) {
  if (t.step.choice != none && !t.call_fails()) {
    send_to(t, t.step.choice);
    return;
  }
  note_no_agent(t, Reason::agent_busy);
  retry_in(t, 10 * second, Reason::agent_busy);
  give_back(t);
}

void Push::drop_slot(Turn& t) {
  release_slot(t, Reason::agent_unknown);
  t.self.pod = none;
  t.self.slot = no_slot;
  t.self.agent = none;
  t.self.count = 0;
  t.go(at_d3);
}

void Push::give_slot_back(Turn& t) {
  Procedure& p = t.self;
  const ManagedPod* pod = t.managed(p.pod);
  const bool spared = pod != nullptr && !t.knobs.release_reserved_on_no_agent &&
                      pod->slots[p.slot].task == p.task &&
                      (p.count != 0 || pod->slots[p.slot].state == SlotState::reserved);
  if (!spared) {
    release_slot(t, Reason::no_agent);
  } else if (pod->slots[p.slot].state == SlotState::running) {
    // The reuse had marked it Running.
    Event& event = t.emit(EventType::slot_reserved, p.pod);
    event.slot = p.slot;
    event.task = p.task;
    event.task_type = t.task().type;
    event.reason = Reason::no_agent;
  }
  end(t);
}

}  // namespace holdfast
