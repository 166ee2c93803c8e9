#include <holdfast/sim/simulator.h>

#include <algorithm>
#include <cassert>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/agenda.h>
#include <holdfast/sim/faults.h>
#include <holdfast/sim/happenings.h>
#include <holdfast/sim/opening.h>

namespace holdfast {
namespace {

constexpr std::int64_t leader_lease_us = 15 * second;
constexpr std::int64_t million = 1'000'000;

std::uint32_t work_detail(TaskIndex task, Action action) {
  return std::uint32_t{task} << 1 | static_cast<std::uint32_t>(action);
}

}  // namespace

class Simulator::Run {
 public:
  Run(const Scenario& scenario, std::uint64_t seed)
      : scenario_(scenario), streams_(seed), faults_(scenario, streams_), now_(scenario.start) {
    schedule_happenings();
  }

  void run(std::int64_t until_us);

  const Scenario& scenario_;
  World world_;
  std::vector<Observer*> observers_;
  std::vector<Missed> missed_;
  std::vector<std::pair<PodIndex, Moment>> ordinals_;
  std::uint64_t events_ = 0;
  std::uint64_t steps_ = 0;
  RandomStreams streams_;

  Clock clock() const { return Clock::at(now_, scenario_.zone_us); }

 private:
  // --- folding and scheduling ---
  void open();
  void fold(const Event& event, const Step* step);
  void take_step(const Step& step);
  void schedule(const Event& event, Program ended);
  void schedule_pod(const Event& event);
  void schedule_agent(const Event& event);
  void schedule_server(const Event& event);
  void schedule_procedure(ProcedureIndex place, bool started);
  void schedule_overdue(Program ended, ReplicaIndex replica);
  void connect_later(PodIndex pod);
  std::uint64_t cause_of(const Event& event, const Step* step) const;

  // --- what an alarm does ---
  void ring(const Alarm& alarm);
  void ring_procedure(std::uint16_t place);
  void ring_work(const Alarm& alarm);
  void ring_happening(std::uint16_t index);
  void ring_random_fault(std::uint16_t index);
  void ring_plain(Actor actor, StepKind kind);
  void schedule_happenings();
  WorkResult draw_result(TaskType type, Action action, std::uint32_t number);

  std::int64_t draw(const Distribution& distribution, std::string_view name,
                    std::uint64_t entity = 0) {
    return distribution.draw_us(streams_.stream(name, entity));
  }
  void set(AlarmKind kind, std::uint16_t index, std::int64_t delay_us, std::uint32_t detail = 0) {
    if (delay_us == Distribution::never_us) return;
    agenda_.set(kind, index, now_.us + delay_us, detail);
  }

  Faults faults_;
  Moment now_;
  Agenda agenda_;
  Events step_events_;
  std::vector<Step> alternatives_;
  std::vector<std::uint64_t> last_of_procedure_;  // sequence of its last event that is no note
  std::uint64_t last_ = 0;
  std::uint64_t step_cause_ = 0;
  bool opened_ = false;

  RandomStream& cluster_stream_ = streams_.stream("cluster_call");
  RandomStream& database_stream_ = streams_.stream("database_call");
  RandomStream& start_stream_ = streams_.stream("goroutine_start");
  RandomStream& choice_stream_ = streams_.stream("choice");
};

// --- folding -----------------------------------------------------------------------------------------

void Simulator::Run::open() {
  opened_ = true;
  const Opening opening_events = opening(scenario_);
  for (const Event& event : opening_events.events) fold(event, nullptr);
  faults_.schedule([&](std::uint16_t index, std::int64_t delay_us) {
    set(AlarmKind::random_fault, index, delay_us);
  });
}

// The last event of the same procedure; for what a step starts, the first event of that step.
std::uint64_t Simulator::Run::cause_of(const Event& event, const Step* step) const {
  if (step == nullptr) return 0;
  if (step->kind == StepKind::procedure && step->actor < last_of_procedure_.size() &&
      event.type != EventType::procedure_started) {
    return std::max(step_cause_, last_of_procedure_[step->actor]);
  }
  return step_cause_;
}

void Simulator::Run::fold(const Event& event, const Step* step) {
  ++events_;
  const Occurrence occurrence{event, events_, cause_of(event, step), step};
  const Clock clock_now = step == nullptr ? Clock::at(event.time, scenario_.zone_us) : clock();
  Program ended = Program::none;
  if (event.type == EventType::procedure_ended) {
    ended = world_.procedures[event.procedure].kind();
  }
  for (Observer* observer : observers_) observer->before(world_, clock_now, occurrence);
  [[maybe_unused]] const std::string_view refusal = evolve(world_, event);
  assert(refusal.empty());
  for (Observer* observer : observers_) observer->after(world_, clock_now, occurrence);

  if (event.type == EventType::procedure_started) {
    if (event.procedure >= last_of_procedure_.size()) {
      last_of_procedure_.resize(event.procedure + 1u);
    }
    last_of_procedure_[event.procedure] = step_cause_ != 0 ? step_cause_ : events_;
  } else if (event.type != EventType::procedure_advanced &&
             event.type != EventType::procedure_ended) {
    if (step != nullptr && step->kind == StepKind::procedure &&
        step->actor < last_of_procedure_.size()) {
      last_of_procedure_[step->actor] = events_;
    }
    step_cause_ = events_;
  }
  if (event.type == EventType::pod_created) ordinals_.emplace_back(event.pod, event.time);
  schedule(event, ended);
}

void Simulator::Run::take_step(const Step& step) {
  ++steps_;
  step_cause_ = 0;
  if (step.kind == StepKind::procedure && step.actor < last_of_procedure_.size()) {
    step_cause_ = last_of_procedure_[step.actor];
  }
  take(world_, scenario_.setup, clock(), step, step_events_);
  for (const Event& event : step_events_) fold(event, &step);
}

// --- scheduling --------------------------------------------------------------------------------------

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
        const std::uint32_t number = world_.tasks[event.task].number;
        set(AlarmKind::confirm, event.task, draw(scenario_.timings.confirm, "confirm", number));
      }
      [[fallthrough]];
    case task_started: case task_apply_started:
      if (world_.workspaces[world_.tasks[event.task].workspace].mode == ExecutionMode::local &&
          is_running(event.row.status)) {
        const bool plan = event.row.status == TaskStatus::running_planning;
        set(AlarmKind::local_work, event.task,
            plan ? draw(scenario_.timings.plan, "plan", world_.tasks[event.task].number)
                 : draw(scenario_.timings.apply, "apply", world_.tasks[event.task].number));
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
        us = draw(scenario_.timings.plan, "plan", task.number);
      } else {
        const bool warm = task.plan_pod == event.pod && task.plan_slot == event.slot;
        us = draw(scenario_.timings.apply, "apply", task.number) +
             (warm ? draw(scenario_.timings.apply_warm_start, "apply_warm_start", task.number)
                   : draw(scenario_.timings.apply_cold_start, "apply_cold_start", task.number));
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
          leader_lease_us + draw(scenario_.timings.database_call, "leader"));
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
  std::int64_t delay = started ? scenario_.timings.goroutine_start.draw_us(start_stream_) : 0;
  const Frame& top = procedure.top();
  switch (info(top.program).instructions[top.at].store) {
    case Store::cluster:
      delay += scenario_.timings.cluster_call.draw_us(cluster_stream_);
      break;
    case Store::database:
    case Store::channel:
      delay += scenario_.timings.database_call.draw_us(database_stream_);
      break;
    case Store::memory:
    case Store::none: delay += scenario_.timings.memory_step.draw_us(start_stream_); break;
  }
  agenda_.set(AlarmKind::procedure, place, now_.us + delay);
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

// --- alarms ------------------------------------------------------------------------------------------

void Simulator::Run::ring_plain(Actor actor, StepKind kind) {
  alternatives_.clear();
  append_steps(world_, scenario_.setup, clock(), actor, 0, alternatives_);
  std::erase_if(alternatives_, [&](const Step& step) { return step.kind != kind; });
  if (alternatives_.empty()) return;
  const std::size_t which =
      alternatives_.size() == 1 ? 0 : choice_stream_.below(alternatives_.size());
  take_step(Step(alternatives_[which]));
}

void Simulator::Run::ring_procedure(std::uint16_t place) {
  const Procedure& procedure = world_.procedures[place];
  const Frame& top = procedure.top();
  const Instruction& instruction = info(top.program).instructions[top.at];
  const Fault fault = faults_.draw(instruction, now_);
  alternatives_.clear();
  append_steps(world_, scenario_.setup, clock(), {ActorKind::procedure, place},
               fault == Fault::none ? 0 : fault_bit(fault), alternatives_);
  const bool may = std::any_of(alternatives_.begin(), alternatives_.end(),
                               [&](const Step& step) { return step.fault == fault; });
  // A message without a connection is lost whether asked for or not.
  if (may) std::erase_if(alternatives_, [&](const Step& step) { return step.fault != fault; });
  if (alternatives_.empty()) return;  // waits for a server; its start schedules it again
  const std::size_t which =
      alternatives_.size() == 1 ? 0 : choice_stream_.below(alternatives_.size());
  if (may && fault != Fault::none) faults_.spend(fault, instruction);
  take_step(Step(alternatives_[which]));
}

WorkResult Simulator::Run::draw_result(TaskType type, Action action, std::uint32_t number) {
  const Behaviour& behaviour = scenario_.behaviour;
  RandomStream& stream = streams_.stream("result", number);
  const auto roll = static_cast<std::int64_t>(stream.below(million));
  if (action == Action::apply) {
    return roll < behaviour.apply_failure_ppm ? WorkResult::failure : WorkResult::success;
  }
  if (roll < behaviour.plan_failure_ppm) return WorkResult::failure;
  const bool no_changes = type == TaskType::plan_and_apply &&
                          roll < behaviour.plan_failure_ppm + behaviour.no_changes_ppm;
  return no_changes ? WorkResult::no_changes : WorkResult::success;
}

void Simulator::Run::ring_work(const Alarm& alarm) {
  const auto task = static_cast<TaskIndex>(alarm.detail >> 1);
  const auto action = static_cast<Action>(alarm.detail & 1u);
  const Agent& agent = world_.agents[alarm.index];
  for (std::size_t w = 0; w < agent.work.size(); ++w) {
    if (agent.work[w].task != task || agent.work[w].action != action) continue;
    const Task& done = world_.tasks[task];
    const WorkResult result = draw_result(done.type, action, done.number);
    take_step({.kind = StepKind::agent_finishes,
               .actor = alarm.index,
               .choice = static_cast<std::uint16_t>(w * work_results +
                                                    static_cast<unsigned>(result))});
    return;
  }
}

void Simulator::Run::ring(const Alarm& alarm) {
  const std::uint16_t index = alarm.index;
  switch (alarm.kind) {
    case AlarmKind::happening: ring_happening(index); break;
    case AlarmKind::random_fault: ring_random_fault(index); break;
    case AlarmKind::timer: ring_plain({ActorKind::timer, index}, StepKind::timer); break;
    case AlarmKind::pod:
      ring_plain({ActorKind::pod, index}, world_.pods[index].state == PodState::pending
                                              ? StepKind::pod_runs
                                              : StepKind::pod_ends);
      break;
    case AlarmKind::agent_start:
      ring_plain({ActorKind::agent, index}, StepKind::agent_starts);
      break;
    case AlarmKind::agent_connect:
      ring_plain({ActorKind::agent, index}, StepKind::agent_connects);
      break;
    case AlarmKind::agent_stop: ring_plain({ActorKind::agent, index}, StepKind::agent_stops); break;
    case AlarmKind::work: ring_work(alarm); break;
    case AlarmKind::replica_start:
      ring_plain({ActorKind::replica, index}, StepKind::server_starts);
      break;
    case AlarmKind::replica_ready:
      ring_plain({ActorKind::replica, index}, StepKind::server_ready);
      break;
    case AlarmKind::leader:
      ring_plain({ActorKind::replica, index}, StepKind::leader_takes_over);
      break;
    case AlarmKind::confirm: ring_plain({ActorKind::task, index}, StepKind::confirm); break;
    case AlarmKind::local_work: {
      const Task& task = world_.tasks[index];
      if (!is_running(task.row.status)) break;
      const Action action =
          task.row.status == TaskStatus::running_applying ? Action::apply : Action::plan;
      const WorkResult result = draw_result(task.type, action, task.number);
      take_step({.kind = StepKind::task_finishes_locally,
                 .actor = index,
                 .choice = static_cast<std::uint16_t>(result)});
      break;
    }
    case AlarmKind::procedure: ring_procedure(index); break;
  }
}

// --- what the scenario makes happen ------------------------------------------------------------------

void Simulator::Run::schedule_happenings() {
  for (std::size_t i = 0; i < scenario_.when.size(); ++i) {
    const Happening& happening = scenario_.when[i];
    std::int64_t first = happening.at_us;
    if (happening.drawn) first += draw(happening.gap, "arrivals", i);
    set(AlarmKind::happening, static_cast<std::uint16_t>(i), first);
  }
}

void Simulator::Run::ring_happening(std::uint16_t index) {
  const Happening& happening = scenario_.when[index];
  const std::int64_t gap = happening.drawn ? draw(happening.gap, "arrivals", index)
                                           : happening.every_us;
  if (gap > 0 && gap != Distribution::never_us) {
    const std::int64_t next = now_.us - scenario_.start.us + gap;
    if (happening.until_us < 0 || next <= happening.until_us) {
      set(AlarmKind::happening, index, gap);
    }
  }
  HappeningContext context{world_, scenario_, streams_, ordinals_};
  const HappeningResult result = plan_happening(context, happening);
  if (!result.missed.empty()) {
    missed_.push_back({happening.line, now_.us - scenario_.start.us, result.missed});
    return;
  }
  if (result.advance_us != 0) now_.us += result.advance_us;
  if (happening.kind == ActionKind::fail_calls) {
    faults_.fail_next(happening.fault, happening.verb, happening.count);
  }
  if (happening.kind == ActionKind::restart) {
    const std::int64_t down = happening.duration_us >= 0
                                  ? happening.duration_us
                                  : draw(scenario_.timings.server_down, "server_down");
    set(AlarmKind::replica_start, result.step.actor, down);
  }
  if (happening.kind == ActionKind::stop) {
    // It stays down until the scenario starts it: an alarm that never comes holds the place.
    agenda_.set(AlarmKind::replica_start, result.step.actor, INT64_MAX);
  }
  if (result.has_step) take_step(result.step);
}

void Simulator::Run::ring_random_fault(std::uint16_t index) {
  const Step step = faults_.strike(index, world_, now_, [&](std::int64_t delay_us) {
    set(AlarmKind::random_fault, index, delay_us);
  });
  if (step.actor != none) take_step(step);
}

void Simulator::Run::run(std::int64_t until_us) {
  if (!opened_) open();
  const std::int64_t end = scenario_.start.us + until_us;
  while (!agenda_.empty() && agenda_.next_us() <= end) {
    now_.us = std::max(now_.us, agenda_.next_us());
    ring(agenda_.pop());
  }
  now_.us = std::max(now_.us, end);
}

// --- the front ---------------------------------------------------------------------------------------

Simulator::Simulator(const Scenario& scenario, std::uint64_t seed)
    : run_(std::make_unique<Run>(scenario, seed)) {}

Simulator::~Simulator() = default;

void Simulator::add_observer(Observer& observer) { run_->observers_.push_back(&observer); }

void Simulator::run(std::int64_t until_us) { run_->run(until_us); }

const World& Simulator::world() const { return run_->world_; }

const Setup& Simulator::setup() const { return run_->scenario_.setup; }

Clock Simulator::clock() const { return run_->clock(); }

std::uint64_t Simulator::events() const { return run_->events_; }

std::uint64_t Simulator::steps() const { return run_->steps_; }

const std::vector<Missed>& Simulator::missed() const { return run_->missed_; }

PodIndex Simulator::pod_by_ordinal(std::uint16_t ordinal) const {
  return pod_of_ordinal(run_->world_, run_->ordinals_, ordinal);
}

std::uint64_t Simulator::unseed() const { return run_->streams_.unseed(); }

}  // namespace holdfast
