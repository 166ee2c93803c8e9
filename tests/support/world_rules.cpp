#include <holdfast/tests/support/world_rules.h>

#include <algorithm>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

class Rules {
 public:
  Rules(const World& world, const Setup& setup) : world_(world), setup_(setup) {}

  std::string first_broken() {
    lengths();
    for (std::size_t i = 0; i < world_.agents.size(); ++i) agent(i);
    for (std::size_t i = 0; i < world_.tasks.size(); ++i) task(i);
    for (std::size_t i = 0; i < world_.memories.size(); ++i) memory(i);
    for (std::size_t i = 0; i < world_.timers.size(); ++i) timer(i);
    for (std::size_t i = 0; i < world_.procedures.size(); ++i) procedure(i);
    for (std::size_t i = 0; i < world_.workspaces.size(); ++i) workspace(i);
    require(world_.leader == none || up(world_.leader), "the leader is up", world_.leader);
    return broken_;
  }

 private:
  void require(bool holds, const char* rule, std::size_t place = 0) {
    if (holds || !broken_.empty()) return;
    broken_ = std::string(rule) + " (" + std::to_string(place) + ")";
  }
  template <typename T>
  bool ends_in_use(const std::vector<T>& items) const {
    return items.empty() || !(items.back() == T{});
  }
  bool up(ReplicaIndex replica) const {
    return replica < world_.replicas.size() &&
           world_.replicas[replica].state != ReplicaState::down;
  }
  bool pod_or_none(PodIndex pod) const { return pod == none || pod < world_.pods.size(); }
  bool is_task(TaskIndex task) const {
    return task < world_.tasks.size() && world_.tasks[task].exists;
  }
  bool under_way(ProcedureIndex place) const {
    return place < world_.procedures.size() && world_.procedures[place].depth != 0;
  }

  void lengths() {
    require(world_.agents.size() == world_.pods.size(), "agents is as long as pods");
    require(world_.memories.size() >= world_.replicas.size(), "every replica has a memory");
    require(ends_in_use(world_.pods), "pods does not end in an unused place");
    require(ends_in_use(world_.tasks), "tasks does not end in an unused place");
    require(ends_in_use(world_.timers), "timers does not end in an unused place");
    require(ends_in_use(world_.procedures), "procedures does not end in an unused place");
    require(world_.memories.size() == world_.replicas.size() || world_.memories.back().exists,
            "memories does not end in an unused place");
  }
  void agent(std::size_t i) {
    const Agent& agent = world_.agents[i];
    const PodState pod = world_.pods[i].state;
    const bool connected = agent.state == AgentState::connected;
    require(agent.connected_to == none || up(agent.connected_to),
            "who holds an agent's connection is up", i);
    require(!connected || agent.connected_to != none, "a connected agent has a connection", i);
    require((agent.silent_since != never) == (agent.connected_to != none && !connected),
            "a connection is silent while its agent is not connected", i);
    require(connected || agent.state == AgentState::disconnected || agent.connected_to == none,
            "an agent that starts or is gone has no connection", i);
    require(agent.row || !agent.online, "an agent without a row is not online", i);
    require(agent.row || (agent.last_ping == never && agent.registered == never),
            "an agent without a row has no moments", i);
    require(agent.state != AgentState::gone || agent.work.empty(), "who is gone does nothing", i);
    const bool dead =
        pod == PodState::gone || pod == PodState::succeeded || pod == PodState::failed;
    require(!dead || agent.state == AgentState::gone || agent.state == AgentState::absent,
            "an agent is gone with its pod", i);
    require(!setup_.knobs.agent_refuses_busy ||
                agent.work.size() <= static_cast<std::size_t>(setup_.slots_on_agent),
            "an agent takes no more tasks than it has slots", i);
    for (const AgentWork& work : agent.work) {
      require(is_task(work.task), "an agent works on a task", i);
    }
  }
  void task(std::size_t i) {
    const Task& task = world_.tasks[i];
    require(task.exists || task == Task{}, "a task's unused place is at its default", i);
    require(!task.exists || task.workspace < world_.workspaces.size(), "a task is of a workspace",
            i);
    require(pod_or_none(task.plan_pod) && pod_or_none(task.row.agent), "a task names pods", i);
    require(task.number <= world_.last_task_number, "numbers grow", i);
  }
  void memory(std::size_t i) {
    const Memory& memory = world_.memories[i];
    require(memory.exists || memory == Memory{}, "a lost memory is at its default", i);
    require(i >= world_.replicas.size() || memory.exists == up(static_cast<ReplicaIndex>(i)),
            "a replica has a memory while it is up", i);
    require(ends_in_use(memory.pods), "managed pods do not end in an unused place", i);
    require(ends_in_use(memory.restarts), "restarts do not end in an unused place", i);
    require(memory.idle_since.empty() || memory.idle_since.back() != never,
            "idle_since does not end in an unused place", i);
    for (std::size_t p = 0; p < memory.pods.size(); ++p) managed(memory.pods[p], p);
    const bool used = i < world_.replicas.size() || !memory.exists ||
                      std::any_of(world_.procedures.begin(), world_.procedures.end(),
                                  [&](const Procedure& p) { return p.depth && p.memory == i; });
    require(used, "a handler's memory ends with it", i);
  }
  void managed(const ManagedPod& pod, std::size_t i) {
    require(pod.known() || pod == ManagedPod{}, "an unknown pod is at its default", i);
    if (!pod.known()) return;
    require(i < world_.pods.size() && world_.pods[i].pool == pod.pool,
            "a managed pod is of its pool", i);
    require((pod.state == ManagedPodState::managed) == !pod.agent_known(),
            "a managed pod is registered when its agent is known", i);
    for (SlotIndex s = 0; s < slots_per_pod; ++s) {
      const Slot& slot = pod.slots[s];
      const bool idle = slot.state == SlotState::idle;
      require(!idle || slot == Slot{}, "an idle slot is at its default", i);
      require(idle || is_task(slot.task), "a slot holds a task", i);
      require(idle || s < slots_each(setup_.knobs), "a slot that the knob does not give is idle",
              i);
      require((slot.since != never) == (slot.state == SlotState::reserved),
              "a slot has a moment while it is reserved", i);
    }
  }
  void timer(std::size_t i) {
    const Timer& timer = world_.timers[i];
    require(timer.kind != TimerKind::none || timer == Timer{},
            "a timer's unused place is at its default", i);
    if (timer.kind == TimerKind::none) return;
    require(up(timer.replica), "a timer's replica is up", i);
    require((timer.kind == TimerKind::retry) == (timer.workspace != none),
            "a retry is of a workspace, a ticker is not", i);
    std::size_t there = 0;
    for (std::size_t k = 0; k < world_.timers.size(); ++k) {
      if (world_.timers[k].kind == TimerKind::none) continue;
      ++there;
      require(k == i || world_.timers[k].order != timer.order, "timers have different ranks", i);
    }
    require(timer.order < there, "timers are ranked without a gap", i);
  }
  void procedure(std::size_t i) {
    const Procedure& p = world_.procedures[i];
    require(p.depth != 0 || p == Procedure{}, "a procedure's unused place is at its default", i);
    if (p.depth == 0) return;
    require(p.replica == none || up(p.replica), "the replica of a procedure is up", i);
    require(p.replica != none || p.sender != none, "who has not landed has a sender", i);
    require(p.memory == none ||
                (p.memory < world_.memories.size() && world_.memories[p.memory].exists),
            "the memory of a procedure is there", i);
    for (std::size_t frame = 0; frame < p.stack.size(); ++frame) {
      const bool used = frame < p.depth;
      require(used || p.stack[frame] == Frame{}, "an unused frame is at its default", i);
      require(!used || p.stack[frame].at < info(p.stack[frame].program).instructions.size(),
              "a frame stands at an instruction", i);
    }
    require(p.pool == none || p.pool < world_.pools.size(), "a procedure names a pool", i);
    require(p.workspace == none || p.workspace < world_.workspaces.size(),
            "a procedure names a workspace", i);
    require(p.task == none || is_task(p.task), "a procedure names a task", i);
    require(pod_or_none(p.pod) && pod_or_none(p.agent) && pod_or_none(p.sender) &&
                pod_or_none(p.row.agent),
            "a procedure names pods", i);
    const auto pods = [&](PodIndex pod) {
      require(pod < world_.pods.size(), "a procedure lists pods", i);
    };
    p.pods.for_each(pods);
    p.dead.for_each(pods);
    const auto tasks = [&](TaskIndex task) {
      require(is_task(task), "a procedure lists tasks", i);
    };
    p.running.for_each(tasks);
    p.waiting.for_each(tasks);
  }
  void workspace(std::size_t i) {
    const Workspace& workspace = world_.workspaces[i];
    require(workspace.locked == (workspace.locked_by != none), "who locks a workspace is known",
            i);
    require(!workspace.locked || is_task(workspace.locked_by), "a task locks a workspace", i);
    require(workspace.dispatcher == none || under_way(workspace.dispatcher),
            "who holds a dispatch lock is under way", i);
  }

  const World& world_;
  const Setup& setup_;
  std::string broken_;
};

}  // namespace

std::string broken_rule(const World& world, const Setup& setup) {
  return Rules(world, setup).first_broken();
}

}  // namespace holdfast
