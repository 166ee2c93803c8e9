#include <holdfast/sim/simulator_run.h>

namespace holdfast {
namespace {

constexpr std::int64_t leader_lease_us = 15 * second;

std::uint32_t work_detail(TaskIndex task, Action action) {
  return std::uint32_t{task} << 1 | static_cast<std::uint32_t>(action);
}

}  // namespace

// --- scheduling ----------------------------------------------------------------------------------

void Simulator::Run::schedule(const Event& event, Program ended) {
  using enum EventType;
  switch (event.type) {
    case procedure_started: schedule_procedure(event.procedure, true); break;
    case procedure_advanced: schedule_procedure(event.procedure, false); break;
    case procedure_ended:
      agenda_.clear(AlarmKind::procedure, event.procedure);
      schedule_overdue(ended, event.replica);
      break;
    case server_timer_armed: case queue_retry_scheduled: case queue_monitor_ticked:
    case autoscaler_ticked: case server_reconciler_ticked: case server_agents_checked:
    case server_rows_checked:
      agenda_.set(AlarmKind::timer, event.place, event.at.us);
      break;
    case pod_created: case pod_running: case pod_delete_requested: case pod_gone:
      schedule_pod(event);
      break;
    case agent_started: case agent_disconnected: case agent_refused: case agent_slot_taken:
    case agent_gone:
      schedule_agent(event);
      break;
    case server_started: case server_stopped: case leader_lost: schedule_server(event); break;
    case task_apply_pending:
      if (scenario_.behaviour.confirms) {
        set(AlarmKind::confirm, event.task,
            draw_for_task(scenario_.timings.confirm, "confirm", event.task));
      }
      [[fallthrough]];
    case task_started: case task_apply_started:
      if (world_.workspaces[world_.tasks[event.task].workspace].mode == ExecutionMode::local &&
          is_running(event.row.status)) {
        const bool plan = event.row.status == TaskStatus::running_planning;
        set(AlarmKind::local_work, event.task,
            plan ? draw_for_task(scenario_.timings.plan, "plan", event.task)
                 : draw_for_task(scenario_.timings.apply, "apply", event.task));
      }
      break;
    default: break;
  }
}

void Simulator::Run::schedule_pod(const Event& event) {
  const Timings& timings = scenario_.timings;
  switch (event.type) {
    case EventType::pod_created:
      set(AlarmKind::pod, event.pod, draw(timings.pod_start, "pod_start"));
      break;
    case EventType::pod_running:
      agenda_.clear(AlarmKind::pod, event.pod);
      set(AlarmKind::agent_start, event.pod, 0);
      break;
    case EventType::pod_delete_requested:
      set(AlarmKind::pod, event.pod, draw(timings.pod_termination, "pod_termination"));
      // The process is told to end at once, however long the pod then takes.
      set(AlarmKind::agent_stop, event.pod, 0);
      break;
    default: agenda_.clear(AlarmKind::pod, event.pod); break;
  }
}

void Simulator::Run::connect_later(PodIndex pod) {
  const bool first = world_.agents[pod].state == AgentState::starting && !world_.agents[pod].row;
  set(AlarmKind::agent_connect, pod,
      first ? draw(scenario_.timings.agent_connect, "agent_connect")
            : draw(scenario_.timings.agent_reconnect, "agent_reconnect"));
}

void Simulator::Run::schedule_agent(const Event& event) {
  switch (event.type) {
    case EventType::agent_gone:
      agenda_.clear(AlarmKind::agent_connect, event.pod);
      agenda_.clear(AlarmKind::agent_stop, event.pod);
      break;
    case EventType::agent_slot_taken: {
      const Task& task = world_.tasks[event.task];
      std::int64_t us = 0;
      if (event.action == Action::plan) {
        us = draw_for_task(scenario_.timings.plan, "plan", event.task);
      } else {
        const bool warm = task.plan_pod == event.pod && task.plan_slot == event.slot;
        const Timings& timings = scenario_.timings;
        us = sum_us(
            draw_for_task(timings.apply, "apply", event.task),
            warm ? draw_for_task(timings.apply_warm_start, "apply_warm_start", event.task)
                 : draw_for_task(timings.apply_cold_start, "apply_cold_start", event.task));
      }
      set(AlarmKind::work, event.pod, us, work_detail(event.task, event.action));
      break;
    }
    default: connect_later(event.pod); break;
  }
}

void Simulator::Run::schedule_server(const Event& event) {
  if (event.type == EventType::server_stopped) {
    agenda_.clear(AlarmKind::replica_ready, event.replica);
    if (!agenda_.is_set(AlarmKind::replica_start, event.replica)) {
      set(AlarmKind::replica_start, event.replica,
          draw(scenario_.timings.server_down, "server_down"));
    }
    return;
  }
  if (event.type == EventType::leader_lost) {
    // Followers take over when the lease has run out, the first to ask for it.
    for (std::size_t r = 0; r < world_.replicas.size(); ++r) {
      if (world_.replicas[r].state == ReplicaState::down || r == event.replica) continue;
      set(AlarmKind::leader, static_cast<std::uint16_t>(r),
          sum_us(leader_lease_us, draw(scenario_.timings.database_call, "leader")));
    }
    return;
  }
  agenda_.clear(AlarmKind::replica_start, event.replica);
  set(AlarmKind::replica_ready, event.replica, 0);
  if (world_.leader == none) set(AlarmKind::leader, event.replica, leader_lease_us);
  for (std::size_t i = 0; i < world_.agents.size(); ++i) {
    const AgentState state = world_.agents[i].state;
    if (state == AgentState::starting || state == AgentState::disconnected) {
      connect_later(static_cast<PodIndex>(i));
    }
  }
  for (std::size_t p = 0; p < world_.procedures.size(); ++p) {
    const Procedure& procedure = world_.procedures[p];
    if (procedure.depth != 0 && procedure.replica == none) {
      schedule_procedure(static_cast<ProcedureIndex>(p), true);
    }
  }
}

void Simulator::Run::schedule_procedure(ProcedureIndex place, bool started) {
  const Procedure& procedure = world_.procedures[place];
  if (procedure.wake != never) {
    agenda_.set(AlarmKind::procedure, place, procedure.wake.us);
    return;
  }
  const std::int64_t start =
      started ? scenario_.timings.goroutine_start.draw_us(start_stream_) : 0;
  const Frame& top = procedure.top();
  std::int64_t latency = 0;
  switch (info(top.program).instructions[top.at].store) {
    case Store::cluster:
      latency = scenario_.timings.cluster_call.draw_us(cluster_stream_);
      break;
    case Store::database:
    case Store::channel:
      latency = scenario_.timings.database_call.draw_us(database_stream_);
      break;
    case Store::memory:
    case Store::none: latency = scenario_.timings.memory_step.draw_us(memory_stream_); break;
  }
  agenda_.set(AlarmKind::procedure, place, later(now_, sum_us(start, latency)).us);
}

// A ticker that came due while its last round was under way.
void Simulator::Run::schedule_overdue(Program ended, ReplicaIndex) {
  const bool round = ended == Program::autoscaler_cycle || ended == Program::reconciler_cycle ||
                     ended == Program::monitor || ended == Program::check_agents ||
                     ended == Program::check_rows;
  if (ended == Program::start_up || ended == Program::recover) {
    for (std::size_t r = 0; r < world_.replicas.size(); ++r) {
      if (world_.replicas[r].state == ReplicaState::starting) {
        set(AlarmKind::replica_ready, static_cast<std::uint16_t>(r), 0);
      }
    }
  }
  if (!round) return;
  for (std::size_t t = 0; t < world_.timers.size(); ++t) {
    const Timer& timer = world_.timers[t];
    if (timer.kind == TimerKind::none || timer.kind == TimerKind::retry) continue;
    if (timer.due <= now_) agenda_.set(AlarmKind::timer, static_cast<std::uint16_t>(t), now_.us);
  }
}

}  // namespace holdfast
