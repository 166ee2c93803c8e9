#include <algorithm>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

constexpr std::int64_t autoscaler_interval = 5 * second;
constexpr std::int64_t reconciler_interval = 5 * second;
constexpr std::int64_t monitor_interval = 10 * second;
constexpr std::int64_t agent_health_interval = 30 * second;
constexpr std::int64_t agent_cleanup_interval = 300 * second;

// Decides one step that is no procedure's. What it starts gets the lowest free places.
class Taker {
 public:
  Taker(const World& world, const Setup& setup, const Clock& clock, const Step& step, Events& out)
      : world_(world), setup_(setup), clock_(clock), step_(step), out_(out) {}

  void run();

 private:
  Event& emit(EventType type) { return out_.add(type, clock_.now()); }
  Event& emit_pod(EventType type) {
    Event& event = emit(type);
    event.pod = step_.actor;
    return event;
  }

  Procedure& start(Program program, ReplicaIndex replica);
  Procedure& start_handler(Program program);
  void arm(TimerKind kind, ReplicaIndex replica, std::int64_t delay);
  void fire();
  void start_server();
  void lead(ReplicaIndex replica);
  void stop_server(ReplicaIndex replica);
  void end_procedure(ProcedureIndex place);
  void end_agent(Reason reason);
  void disconnect(bool silent);
  void finish_work();
  void report(TaskStatus outcome, const AgentWork& work);
  void finish_locally();
  void submit();
  void save_config();

  const World& world_;
  const Setup& setup_;
  const Clock& clock_;
  const Step& step_;
  Events& out_;
  std::uint16_t next_procedure_ = 0;
  std::uint16_t next_timer_ = 0;
};

Procedure& Taker::start(Program program, ReplicaIndex replica) {
  Event& event = emit(EventType::procedure_started);
  event.procedure = place_for_procedure(world_, next_procedure_);
  next_procedure_ = static_cast<ProcedureIndex>(event.procedure + 1);
  event.replica = replica;
  event.after.depth = 1;
  event.after.stack[0] = {program, 0};
  event.after.replica = replica;
  event.after.memory = replica;
  return event.after;
}

// A request handler that builds its own service: with its own empty memory under `fresh`.
Procedure& Taker::start_handler(Program program) {
  Procedure& procedure = start(program, step_.replica);
  if (setup_.knobs.handler_memory == HandlerMemory::fresh) {
    procedure.memory = place_for_handler(world_);
  }
  procedure.pool = step_.actor;
  return procedure;
}

void Taker::arm(TimerKind kind, ReplicaIndex replica, std::int64_t delay) {
  while (next_timer_ < world_.timers.size() &&
         world_.timers[next_timer_].kind != TimerKind::none) {
    ++next_timer_;
  }
  Event& event = emit(EventType::server_timer_armed);
  event.replica = replica;
  event.timer = kind;
  event.place = next_timer_++;
  event.at = clock_.after(delay);
}

void Taker::fire() {
  const Timer& timer = world_.timers[step_.actor];
  const auto tick = [&](EventType type, Program program) {
    Event& event = emit(type);
    event.replica = timer.replica;
    event.place = step_.actor;
    event.workspace = timer.workspace;
    if (timer.kind != TimerKind::retry) {
      // A ticker keeps its beat: it drops the ticks that it missed.
      Moment due = timer.due;
      if (clock_.timed()) {
        const std::int64_t beat = ticker_interval_us(timer.kind);
        const std::int64_t missed = std::max<std::int64_t>(clock_.now().us - due.us, 0) / beat;
        due = later(due, (missed + 1) * beat);
      }
      event.at = due;
    }
    start(program, timer.replica).workspace = timer.workspace;
  };
  switch (timer.kind) {
    case TimerKind::autoscaler:
      tick(EventType::autoscaler_ticked, Program::autoscaler_cycle);
      break;
    case TimerKind::reconciler:
      tick(EventType::server_reconciler_ticked, Program::reconciler_cycle);
      break;
    case TimerKind::monitor: tick(EventType::queue_monitor_ticked, Program::monitor); break;
    case TimerKind::agent_health:
      tick(EventType::server_agents_checked, Program::check_agents);
      break;
    case TimerKind::agent_cleanup:
      tick(EventType::server_rows_checked, Program::check_rows);
      break;
    case TimerKind::retry: tick(EventType::queue_retry_fired, Program::retry_workspace); break;
    case TimerKind::none: break;
  }
}

void Taker::start_server() {
  emit(EventType::server_started).replica = step_.actor;
  arm(TimerKind::agent_health, step_.actor, agent_health_interval);
  // The first server to start leads at once; afterwards a lease has to end first.
  const bool others = std::any_of(
      world_.replicas.begin(), world_.replicas.end(),
      [](const Replica& replica) { return replica.state != ReplicaState::down; });
  if (world_.leader == none && !others) lead(step_.actor);
}

void Taker::lead(ReplicaIndex replica) {
  emit(EventType::leader_elected).replica = replica;
  arm(TimerKind::autoscaler, replica, setup_.knobs.autoscaler_delay + autoscaler_interval);
  if (setup_.knobs.reconciler == Reconciler::own_ticker) {
    arm(TimerKind::reconciler, replica, reconciler_interval);
  }
  arm(TimerKind::monitor, replica, monitor_interval);
  arm(TimerKind::agent_cleanup, replica, agent_cleanup_interval);
  start(Program::start_up, replica);
  start(Program::recover, replica);
}

void Taker::end_procedure(ProcedureIndex place) {
  for (std::size_t w = 0; w < world_.workspaces.size(); ++w) {
    if (world_.workspaces[w].dispatcher != place) continue;
    // The lock belongs to the database connection, which ends with its process.
    emit(EventType::workspace_dispatch_unlocked).workspace = static_cast<WorkspaceIndex>(w);
  }
  emit(EventType::procedure_ended).procedure = place;
}

void Taker::stop_server(ReplicaIndex replica) {
  Event& stopped = emit(EventType::server_stopped);
  stopped.replica = replica;
  stopped.reason = Reason::restart;
  Event& lost = emit(EventType::memory_lost);
  lost.replica = replica;
  lost.memory = replica;
  lost.reason = Reason::restart;
  for (std::size_t i = 0; i < world_.procedures.size(); ++i) {
    const Procedure& procedure = world_.procedures[i];
    if (procedure.depth != 0 && procedure.replica == replica) {
      end_procedure(static_cast<ProcedureIndex>(i));
    }
  }
  for (std::size_t i = 0; i < world_.agents.size(); ++i) {
    if (world_.agents[i].connected_to != replica) continue;
    if (world_.agents[i].state != AgentState::connected) continue;
    Event& event = emit(EventType::agent_disconnected);
    event.pod = static_cast<PodIndex>(i);
    event.reason = Reason::restart;
    event.at = clock_.ping_until_now();
  }
  if (world_.leader == replica) emit(EventType::leader_lost).replica = replica;
}

// The process in the pod ends, and with it what it has not yet sent. Its replica sees the
// connection close.
void Taker::end_agent(Reason reason) {
  const PodIndex pod = step_.actor;
  const Agent& agent = world_.agents[pod];
  if (agent.state == AgentState::absent || agent.state == AgentState::gone) return;
  Event& gone = emit_pod(EventType::agent_gone);
  gone.reason = reason;
  if (agent.state == AgentState::connected) gone.at = clock_.ping_until_now();
  for (std::size_t i = 0; i < world_.procedures.size(); ++i) {
    const Procedure& procedure = world_.procedures[i];
    if (procedure.depth != 0 && procedure.replica == none && procedure.sender == pod) {
      end_procedure(static_cast<ProcedureIndex>(i));
    }
  }
  if (agent.connected_to != none) {
    Procedure& check = start(Program::check_agents, agent.connected_to);
    check.pods.insert(pod);
    check.stack[0].at = 1;  // the connection was seen to end: no need to look for it
    check.flag = true;
  }
}

void Taker::disconnect(bool silent) {
  const ReplicaIndex replica = world_.agents[step_.actor].connected_to;
  Event& event = emit_pod(EventType::agent_disconnected);
  event.flag = silent;
  event.reason = silent ? Reason::silent : Reason::connection_lost;
  event.at = clock_.ping_until_now();
  if (silent || replica == none) return;
  Procedure& check = start(Program::check_agents, replica);
  check.pods.insert(step_.actor);
  check.stack[0].at = 1;
  check.flag = true;
}

TaskStatus outcome_of(const Task& task, Action action, WorkResult result) {
  if (result == WorkResult::failure) return TaskStatus::failed;
  if (action == Action::apply) return TaskStatus::applied;
  if (task.type != TaskType::plan_and_apply) return TaskStatus::success;
  return result == WorkResult::success ? TaskStatus::apply_pending
                                       : TaskStatus::planned_and_finished;
}

// An agent reports over HTTP and, when its work on the task is over, over its channel: unordered.
void Taker::report(TaskStatus outcome, const AgentWork& work) {
  const auto fill = [&](Procedure& procedure) {
    procedure.memory = none;
    procedure.sender = step_.actor;
    procedure.task = work.task;
    procedure.action = work.action;
    procedure.outcome = outcome;
    procedure.workspace = world_.tasks[work.task].workspace;
  };
  fill(start(Program::report_status, none));
  if (outcome != TaskStatus::apply_pending || setup_.knobs.completed_after_plan) {
    fill(start(Program::report_message, none));
  }
}

void Taker::finish_work() {
  const Agent& agent = world_.agents[step_.actor];
  const AgentWork work = agent.work[static_cast<std::size_t>(step_.choice / work_results)];
  const auto result = static_cast<WorkResult>(step_.choice % work_results);
  const TaskStatus outcome = outcome_of(world_.tasks[work.task], work.action, result);
  Event& freed = emit_pod(EventType::agent_slot_freed);
  freed.task = work.task;
  freed.action = work.action;
  freed.slot = work.slot;
  Event& reported = emit_pod(EventType::agent_reported);
  reported.task = work.task;
  reported.status = outcome;
  report(outcome, work);
}

// The server's own executor: its result is in the database at once.
void Taker::finish_locally() {
  const Task& task = world_.tasks[step_.actor];
  const Action action =
      task.row.status == TaskStatus::running_applying ? Action::apply : Action::plan;
  TaskRow row = task.row;
  row.status = outcome_of(task, action, static_cast<WorkResult>(step_.choice));
  row.stage = stage_after(row.status, row.stage);
  row.completed = clock_.now();
  EventType type = EventType::task_plan_finished;
  if (row.status == TaskStatus::apply_pending) type = EventType::task_apply_pending;
  if (row.status == TaskStatus::applied) type = EventType::task_applied;
  if (row.status == TaskStatus::failed) type = EventType::task_failed;
  Event& event = emit(type);
  event.task = step_.actor;
  event.row = row;
  if (world_.leader != none && is_final(row.status)) {
    start(Program::try_next, world_.leader).workspace = task.workspace;
  }
}

TaskIndex place_for_task(const World& world, const Setup& setup) {
  if (!setup.keep_everything) {
    for (std::size_t i = 0; i < world.tasks.size(); ++i) {
      if (world.tasks[i].exists && !is_read(world, static_cast<TaskIndex>(i))) {
        return static_cast<TaskIndex>(i);
      }
    }
  }
  return static_cast<TaskIndex>(world.tasks.size());
}

void Taker::submit() {
  const TaskTemplate& wanted = setup_.tasks[step_.argument];
  Event& event = emit(EventType::task_submitted);
  event.task = place_for_task(world_, setup_);
  event.workspace = wanted.workspace;
  event.task_type = wanted.type;
  event.n[0] = world_.last_task_number + 1;
  start(Program::try_next, step_.replica).workspace = wanted.workspace;
}

void Taker::save_config() {
  const ConfigTemplate& wanted = setup_.configs[step_.argument];
  Procedure& procedure = start_handler(Program::save_config);
  procedure.pool = wanted.pool;
  procedure.count = static_cast<std::int16_t>(step_.argument);
}

void Taker::run() {
  const ReplicaIndex replica = step_.replica;
  switch (step_.kind) {
    case StepKind::procedure: return;
    case StepKind::timer: fire(); break;
    case StepKind::pod_runs: emit_pod(EventType::pod_running); break;
    case StepKind::pod_ends:
      emit_pod(EventType::pod_gone).reason = Reason::deleted;
      end_agent(Reason::deleted);
      break;
    case StepKind::pod_crashes:
      emit_pod(EventType::pod_failed).reason = Reason::crashed;
      end_agent(Reason::crashed);
      break;
    case StepKind::pod_succeeds:
      emit_pod(EventType::pod_succeeded);
      end_agent(Reason::finished);
      break;
    case StepKind::pod_evicted:
      emit_pod(EventType::pod_gone).reason = Reason::evicted;
      end_agent(Reason::evicted);
      break;
    case StepKind::pod_lost:
      emit_pod(EventType::pod_gone).reason = Reason::node_lost;
      end_agent(Reason::node_lost);
      break;
    case StepKind::agent_starts: emit_pod(EventType::agent_started); break;
    case StepKind::agent_stops: end_agent(Reason::deleted); break;
    case StepKind::agent_connects:
      start(Program::connect_agent, replica).sender = step_.actor;
      break;
    case StepKind::agent_finishes: finish_work(); break;
    case StepKind::agent_disconnects: disconnect(false); break;
    case StepKind::agent_falls_silent: disconnect(true); break;
    case StepKind::server_starts: start_server(); break;
    case StepKind::server_ready: emit(EventType::server_recovered).replica = step_.actor; break;
    case StepKind::server_stops: stop_server(step_.actor); break;
    case StepKind::leader_takes_over: lead(step_.actor); break;
    case StepKind::task_finishes_locally: finish_locally(); break;
    case StepKind::submit: submit(); break;
    case StepKind::confirm: start(Program::confirm, replica).task = step_.actor; break;
    case StepKind::cancel: start(Program::cancel, replica).task = step_.actor; break;
    case StepKind::save_config: save_config(); break;
    case StepKind::sync: start_handler(Program::sync_pool); break;
    case StepKind::unfreeze: start(Program::unfreeze, replica).pool = step_.actor; break;
    case StepKind::rotate_token: start_handler(Program::rotate_token); break;
    case StepKind::time_passes: break;
  }
  settle(world_, setup_, clock_, out_);
}

}  // namespace

std::int64_t ticker_interval_us(TimerKind kind) {
  switch (kind) {
    case TimerKind::autoscaler: return autoscaler_interval;
    case TimerKind::reconciler: return reconciler_interval;
    case TimerKind::monitor: return monitor_interval;
    case TimerKind::agent_health: return agent_health_interval;
    case TimerKind::agent_cleanup: return agent_cleanup_interval;
    case TimerKind::none:
    case TimerKind::retry: break;
  }
  return 0;
}

std::uint16_t place_for_timer(const World& world) {
  std::uint16_t place = 0;
  while (place < world.timers.size() && world.timers[place].kind != TimerKind::none) ++place;
  return place;
}

void take(const World& world, const Setup& setup, const Clock& clock, const Step& step,
          Events& out) {
  out.clear();
  if (step.kind == StepKind::procedure) {
    take_procedure(world, setup, clock, step, out);
  } else {
    Taker(world, setup, clock, step, out).run();
  }
}

}  // namespace holdfast
