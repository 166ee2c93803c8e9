#include <algorithm>

#include <holdfast/model/names.h>
#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

struct Lister {
  const World& world;
  const Setup& setup;
  const Clock& clock;
  std::uint32_t faults;
  std::vector<Step>& out;

  void add(Step step) { out.push_back(step); }
  bool may(Fault fault) const { return (faults & fault_bit(fault)) != 0; }

  void add_for_each_replica(Step step) {
    for (std::size_t r = 0; r < world.replicas.size(); ++r) {
      if (world.replicas[r].state == ReplicaState::down) continue;
      step.replica = static_cast<ReplicaIndex>(r);
      add(step);
    }
  }

  // A check that a connection's end has started is no round of the ticker.
  bool runs(Program program, ReplicaIndex replica) const {
    return std::any_of(world.procedures.begin(), world.procedures.end(), [&](const Procedure& p) {
      return p.depth != 0 && p.kind() == program && p.replica == replica &&
             !(program == Program::check_agents && p.flag);
    });
  }

  void procedure(std::uint16_t place);
  void call_faults(Step step, const Instruction& instruction);
  void landing(Step step, const Procedure& procedure);
  void timer(std::uint16_t place);
  void pod(PodIndex index);
  void agent(PodIndex index);
  void work(PodIndex index);
  void replica(ReplicaIndex index);
  void task(TaskIndex index);
  void users();
};

// The ways in which a call may fail that were asked for.
void Lister::call_faults(Step step, const Instruction& instruction) {
  const auto add_if = [&](Fault fault) {
    if (!may(fault)) return;
    step.fault = fault;
    add(step);
  };
  const bool changes = instruction.verb != Verb::list && instruction.verb != Verb::get_secret;
  if (instruction.store == Store::cluster) {
    add_if(Fault::cluster_error);
    if (changes) add_if(Fault::cluster_timeout);
    if (instruction.verb == Verb::list) add_if(Fault::stale_list);
  } else if (instruction.store == Store::database) {
    add_if(Fault::database_error);
  } else if (instruction.store == Store::channel) {
    add_if(Fault::message_lost);
    add_if(Fault::message_duplicated);
  }
}

// A message that is still at its sender: which replica it reaches.
void Lister::landing(Step step, const Procedure& procedure) {
  if (procedure.kind() != Program::report_message) {
    const Frame& top = procedure.top();
    const Instruction& instruction = info(top.program).instructions[top.at];
    for (std::size_t r = 0; r < world.replicas.size(); ++r) {
      if (world.replicas[r].state == ReplicaState::down) continue;
      step.replica = static_cast<ReplicaIndex>(r);
      add(step);
      call_faults(step, instruction);
    }
    return;
  }
  const Agent& sender = world.agents[procedure.sender];
  if (sender.state == AgentState::connected && sender.connected_to != none) {
    step.replica = sender.connected_to;
    add(step);
    if (may(Fault::message_lost)) {
      step.fault = Fault::message_lost;
      add(step);
    }
    if (may(Fault::message_duplicated)) {
      step.fault = Fault::message_duplicated;
      add(step);
    }
    return;
  }
  // Without a connection there is nothing to send it over, and the agent does not keep it.
  step.fault = Fault::message_lost;
  add(step);
}

// An actor that is not there, or not any more, has no steps.

void Lister::procedure(std::uint16_t place) {
  if (place >= world.procedures.size()) return;
  const Procedure& procedure = world.procedures[place];
  if (procedure.depth == 0 || !clock.awake(procedure)) return;
  Step step{.kind = StepKind::procedure, .actor = place};
  if (procedure.replica == none) {
    landing(step, procedure);
    return;
  }
  const Frame& top = procedure.top();
  const Instruction& instruction = info(top.program).instructions[top.at];
  if (instruction.choices == nullptr) {
    add(step);
    call_faults(step, instruction);
    return;
  }
  static thread_local std::vector<std::uint16_t> choices;
  choices.clear();
  Events none_needed;
  const Turn turn(world, setup, clock, step, none_needed);
  instruction.choices(turn, choices);
  for (const std::uint16_t choice : choices) {
    step.choice = choice;
    add(step);
    call_faults(step, instruction);
  }
}

void Lister::timer(std::uint16_t place) {
  if (place >= world.timers.size()) return;
  const Timer& timer = world.timers[place];
  if (timer.kind == TimerKind::none || !clock.timer_due(timer)) return;
  // A ticker that finds its last round unfinished waits for it.
  if (timer.kind == TimerKind::autoscaler && runs(Program::autoscaler_cycle, timer.replica)) return;
  if (timer.kind == TimerKind::reconciler && runs(Program::reconciler_cycle, timer.replica)) return;
  if (timer.kind == TimerKind::monitor && runs(Program::monitor, timer.replica)) return;
  if (timer.kind == TimerKind::agent_health && runs(Program::check_agents, timer.replica)) return;
  if (timer.kind == TimerKind::agent_cleanup && runs(Program::check_rows, timer.replica)) return;
  add({.kind = StepKind::timer, .actor = place});
}

void Lister::pod(PodIndex index) {
  if (index >= world.pods.size()) return;
  const Pod& pod = world.pods[index];
  Step step{.actor = index};
  const auto add_kind = [&](StepKind kind) {
    step.kind = kind;
    add(step);
  };
  if (pod.state == PodState::pending) add_kind(StepKind::pod_runs);
  if (pod.state == PodState::terminating) add_kind(StepKind::pod_ends);
  if (pod.state == PodState::running && may(Fault::pod_crash)) add_kind(StepKind::pod_crashes);
  if (lives(pod) && may(Fault::eviction)) add_kind(StepKind::pod_evicted);
  if (lives(pod) && may(Fault::node_loss)) add_kind(StepKind::pod_lost);
}

// How each task that the agent works on may end.
void Lister::work(PodIndex index) {
  const Agent& agent = world.agents[index];
  for (std::size_t w = 0; w < agent.work.size(); ++w) {
    const AgentWork& work = agent.work[w];
    const auto add_result = [&](WorkResult result) {
      add({.kind = StepKind::agent_finishes,
           .actor = index,
           .choice = static_cast<std::uint16_t>(w * work_results + static_cast<unsigned>(result))});
    };
    add_result(WorkResult::success);
    if (work.action == Action::plan && world.tasks[work.task].type == TaskType::plan_and_apply) {
      add_result(WorkResult::no_changes);
    }
    add_result(WorkResult::failure);
  }
}

void Lister::agent(PodIndex index) {
  if (index >= world.agents.size()) return;
  const Agent& agent = world.agents[index];
  const Pod& pod = world.pods[index];
  Step step{.actor = index};
  if (agent.state == AgentState::absent) {
    step.kind = StepKind::agent_starts;
    if (pod.state == PodState::running) add(step);
    return;
  }
  if (agent.state == AgentState::gone) return;
  if (pod.state == PodState::terminating) {
    step.kind = StepKind::agent_stops;
    add(step);
  }
  const bool connecting =
      std::any_of(world.procedures.begin(), world.procedures.end(), [&](const Procedure& p) {
        return p.depth != 0 && p.kind() == Program::connect_agent && p.sender == index;
      });
  if (agent.state != AgentState::connected && !connecting) {
    step.kind = StepKind::agent_connects;
    add_for_each_replica(step);
  }
  if (agent.state == AgentState::connected) {
    step.replica = none;
    step.kind = StepKind::agent_disconnects;
    if (may(Fault::agent_disconnect)) add(step);
    step.kind = StepKind::agent_falls_silent;
    if (may(Fault::agent_silence)) add(step);
  }
  work(index);
}

void Lister::replica(ReplicaIndex index) {
  if (index >= world.replicas.size()) return;
  const Replica& replica = world.replicas[index];
  Step step{.actor = index};
  if (replica.state == ReplicaState::down) {
    step.kind = StepKind::server_starts;
    add(step);
    return;
  }
  if (world.leader == none) {
    step.kind = StepKind::leader_takes_over;
    add(step);
  }
  if (replica.state == ReplicaState::starting && !runs(Program::start_up, index) &&
      !runs(Program::recover, index)) {
    step.kind = StepKind::server_ready;
    add(step);
  }
  if (may(Fault::replica_crash)) {
    step.kind = StepKind::server_stops;
    add(step);
  }
}

void Lister::task(TaskIndex index) {
  if (index >= world.tasks.size()) return;
  const Task& task = world.tasks[index];
  if (!task.exists) return;
  Step step{.actor = index};
  if (is_running(task.row.status) &&
      world.workspaces[task.workspace].mode == ExecutionMode::local) {
    step.kind = StepKind::task_finishes_locally;
    for (const WorkResult result :
         {WorkResult::success, WorkResult::no_changes, WorkResult::failure}) {
      if (result == WorkResult::no_changes && (task.type != TaskType::plan_and_apply ||
                                               task.row.status != TaskStatus::running_planning)) {
        continue;
      }
      step.choice = static_cast<std::uint16_t>(result);
      add(step);
    }
    step.choice = none;
  }
  if (task.row.status == TaskStatus::apply_pending) {
    step.kind = StepKind::confirm;
    add_for_each_replica(step);
  }
  if (!is_final(task.row.status)) {
    step.kind = StepKind::cancel;
    add_for_each_replica(step);
  }
}

void Lister::users() {
  Step step;
  for (std::size_t i = 0; i < setup.tasks.size(); ++i) {
    step = {.kind = StepKind::submit, .argument = static_cast<std::uint16_t>(i)};
    add_for_each_replica(step);
  }
  for (std::size_t i = 0; i < setup.configs.size(); ++i) {
    step = {.kind = StepKind::save_config, .argument = static_cast<std::uint16_t>(i)};
    add_for_each_replica(step);
  }
  for (std::size_t i = 0; i < world.pools.size(); ++i) {
    for (const StepKind kind : {StepKind::sync, StepKind::unfreeze, StepKind::rotate_token}) {
      step = {.kind = kind, .actor = static_cast<std::uint16_t>(i)};
      add_for_each_replica(step);
    }
  }
}

StepInfo instruction_info(const Instruction& instruction, Program program) {
  return {info(program).name, instruction.letter, instruction.about, instruction.store,
          instruction.verb, instruction.saves_task_row};
}

}  // namespace

void append_steps(const World& world, const Setup& setup, const Clock& clock, Actor actor,
                  std::uint32_t faults, std::vector<Step>& out) {
  Lister lister{world, setup, clock, faults, out};
  switch (actor.kind) {
    case ActorKind::procedure: lister.procedure(actor.index); break;
    case ActorKind::timer: lister.timer(actor.index); break;
    case ActorKind::pod: lister.pod(actor.index); break;
    case ActorKind::agent: lister.agent(actor.index); break;
    case ActorKind::replica: lister.replica(actor.index); break;
    case ActorKind::task: lister.task(actor.index); break;
    case ActorKind::users: lister.users(); break;
  }
}

std::vector<Step> steps(const World& world, const Setup& setup, const Clock& clock,
                        std::uint32_t faults) {
  std::vector<Step> out;
  const auto append_all = [&](ActorKind kind, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      append_steps(world, setup, clock, {kind, static_cast<std::uint16_t>(i)}, faults, out);
    }
  };
  append_all(ActorKind::procedure, world.procedures.size());
  append_all(ActorKind::timer, world.timers.size());
  append_all(ActorKind::pod, world.pods.size());
  append_all(ActorKind::agent, world.agents.size());
  append_all(ActorKind::replica, world.replicas.size());
  append_all(ActorKind::task, world.tasks.size());
  append_all(ActorKind::users, 1);
  return out;
}

StepInfo describe(const World& world, const Step& step) {
  if (step.kind == StepKind::procedure && step.actor < world.procedures.size() &&
      world.procedures[step.actor].depth != 0) {
    const Frame& top = world.procedures[step.actor].top();
    return instruction_info(info(top.program).instructions[top.at], top.program);
  }
  return {{}, {}, name(step.kind), Store::none, Verb::none};
}

}  // namespace holdfast
