#include <holdfast/sim/simulator.h>

#include <algorithm>
#include <cassert>

#include <holdfast/sim/opening.h>
#include <holdfast/sim/simulator_run.h>

namespace holdfast {
namespace {

constexpr std::uint64_t million = 1'000'000;

// Scenarios name pods by the order of their creation, the first few of them.
constexpr std::size_t max_ordinals = 10'000;

}  // namespace

// --- folding -------------------------------------------------------------------------------------

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
  const Occurrence occurrence{event, events_, cause_of(event, step), step, step == nullptr};
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
  if (event.type == EventType::pod_created && ordinals_.size() < max_ordinals) {
    ordinals_.emplace_back(event.pod, event.time);
  }
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

// --- alarms --------------------------------------------------------------------------------------

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

WorkResult Simulator::Run::draw_result(const Task& task, Action action) {
  const Behaviour& behaviour = scenario_.behaviour;
  // One stream for plan and apply each: how a task ends does not depend on how often it is tried.
  RandomStream stream(streams_.seed(), action == Action::plan ? "plan_result" : "apply_result",
                      task.number);
  const auto roll = static_cast<std::int64_t>(stream.below(million));
  if (action == Action::apply) {
    return roll < behaviour.apply_failure_ppm ? WorkResult::failure : WorkResult::success;
  }
  if (roll < behaviour.plan_failure_ppm) return WorkResult::failure;
  const bool no_changes = task.type == TaskType::plan_and_apply &&
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
    const WorkResult result = draw_result(done, action);
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
      const WorkResult result = draw_result(task, action);
      take_step({.kind = StepKind::task_finishes_locally,
                 .actor = index,
                 .choice = static_cast<std::uint16_t>(result)});
      break;
    }
    case AlarmKind::procedure: ring_procedure(index); break;
  }
}

// --- what the scenario makes happen --------------------------------------------------------------

void Simulator::Run::schedule_happenings() {
  for (std::size_t i = 0; i < scenario_.when.size(); ++i) {
    const Happening& happening = scenario_.when[i];
    std::int64_t first = happening.at_us;
    if (happening.drawn) first = sum_us(first, draw(happening.gap, "arrivals", i));
    if (happening.until_us >= 0 && first > happening.until_us) continue;
    set(AlarmKind::happening, static_cast<std::uint16_t>(i), first);
  }
}

void Simulator::Run::ring_happening(std::uint16_t index) {
  const Happening& happening = scenario_.when[index];
  const std::int64_t gap = happening.drawn ? draw(happening.gap, "arrivals", index)
                                           : happening.every_us;
  // Of arrivals two may come at once, but all of them would leave no time for anything else.
  const bool repeats = happening.drawn ? happening.gap.maximum_us() > 0 : gap > 0;
  if (repeats) {
    const std::int64_t next = sum_us(now_.us - scenario_.start.us, gap);
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
  now_ = later(now_, result.advance_us);
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
    agenda_.set(AlarmKind::replica_start, result.step.actor, Distribution::never_us);
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
  const std::int64_t end = later(scenario_.start, until_us).us;
  if (!scenario_.schedule.empty()) {
    follow_schedule();
    now_.us = std::max(now_.us, end);
    return;
  }
  const auto is_due = [&](std::int64_t us) { return us <= end && us != Distribution::never_us; };
  while (!agenda_.empty() && is_due(agenda_.next_us())) {
    now_.us = std::max(now_.us, agenda_.next_us());
    ring(agenda_.pop());
  }
  now_.us = std::max(now_.us, end);
}

// --- the front -----------------------------------------------------------------------------------

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
