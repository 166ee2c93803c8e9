#include <algorithm>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/lazy_moves.h>
#include <holdfast/sim/platform_counters.h>

namespace holdfast {
namespace {

// A trigger (Bounds::triggers_any_time) is a step of this kind whose actor is none; `choice` is the
// workspace or the task.
constexpr std::uint16_t next_of_workspace = 0;
constexpr std::uint16_t confirmed_task = 1;

bool is_trigger(const Step& step) { return step.kind == StepKind::timer && step.actor == none; }

}  // namespace

// --- what may happen -----------------------------------------------------------------------------

namespace {

bool under_way(const World& world, auto matches) {
  return std::any_of(world.procedures.begin(), world.procedures.end(),
                     [&](const Procedure& p) { return p.depth != 0 && matches(p); });
}

// It may give the task, or the workspace's next one, to an agent.
bool may_push(const World& world, const Procedure& p, WorkspaceIndex workspace, TaskIndex task) {
  switch (p.kind()) {
    case Program::try_next:
    case Program::retry_workspace:
      return p.workspace == workspace;
    case Program::push:
    case Program::execute_confirmed:
    case Program::run_locally:
      return task != none
                 ? p.task == task
                 : p.task < world.tasks.size() && world.tasks[p.task].workspace == workspace;
    default:
      return false;
  }
}

// A message without a connection: there is nothing to send it over.
bool is_lost_anyway(const World& world, const Step& step) {
  if (step.kind != StepKind::procedure || step.fault != Fault::message_lost) return false;
  const Procedure& p = world.procedures[step.actor];
  return p.replica == none && p.sender < world.agents.size() &&
         world.agents[p.sender].state != AgentState::connected;
}

// With triggers at any time nobody need start it: a trigger does once there is something for it.
bool is_triggered(const Procedure& starts) {
  return starts.kind() == Program::try_next || starts.kind() == Program::retry_workspace ||
         starts.kind() == Program::execute_confirmed;
}

}  // namespace

void PlatformSpace::list_triggers(Work& work, const PlatformState& from) const {
  const World& world = from.world;
  if (world.leader == none || world.replicas[world.leader].state == ReplicaState::down) return;
  const auto add = [&](std::uint16_t what, std::uint16_t whom) {
    work.steps_.push_back({.kind = StepKind::timer,
                           .actor = none,
                           .choice = whom,
                           .replica = world.leader,
                           .argument = what});
  };
  for (std::size_t w = 0; w < world.workspaces.size(); ++w) {
    const bool pending = std::any_of(world.tasks.begin(), world.tasks.end(), [&](const Task& t) {
      return t.exists && t.workspace == w && t.row.status == TaskStatus::pending;
    });
    if (pending) add(next_of_workspace, static_cast<std::uint16_t>(w));
  }
  for (std::size_t t = 0; t < world.tasks.size(); ++t) {
    if (world.tasks[t].exists && world.tasks[t].row.status == TaskStatus::apply_confirmed) {
      add(confirmed_task, static_cast<std::uint16_t>(t));
    }
  }
}

// Where time is kept, a procedure has to end in time.
bool PlatformSpace::puts_off_ends() const {
  return options_.lazy_reads && options_.put_off_ends && !grid_.keeps_time();
}

void PlatformSpace::list(Work& work, const PlatformState& from) const {
  work.steps_.clear();
  const World& world = from.world;
  const auto add = [&](ActorKind kind, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      append_steps(world, setup_, clock_, {kind, static_cast<std::uint16_t>(i)}, space_.faults,
                   work.steps_);
    }
  };
  add(ActorKind::procedure, world.procedures.size());
  add(ActorKind::timer, world.timers.size());
  add(ActorKind::pod, world.pods.size());
  add(ActorKind::agent, world.agents.size());
  add(ActorKind::replica, world.replicas.size());
  add(ActorKind::task, world.tasks.size());
  add(ActorKind::users, 1);
  append_ages(world, *bounds_.ages & ~grid_.timed, work.steps_);
  if (bounds_.triggers_any_time) list_triggers(work, from);
  // It needs start_up and recover to have ended, and no step reads whether a start is complete.
  if (puts_off_ends()) {
    std::erase_if(work.steps_, [](const Step& s) { return s.kind == StepKind::server_ready; });
  }
  if (!grid_.keeps_time()) return;
  const bool may = may_pass(world, grid_, work.steps_);
  append_timed_ages(world, grid_, work.steps_);
  if (may) work.steps_.push_back(unit_step());
}

// Whether the bounds leave room for the step; what it uses of them.
bool PlatformSpace::allowed(Work& work, const PlatformState& from, const Step& step,
                            Used& used) const {
  used = from.used;
  const auto use = [&](Bound bound, std::uint8_t& count, int most) {
    if (count >= most) {
      ++work.hits_[static_cast<std::size_t>(bound)];
      return false;
    }
    ++count;
    return true;
  };
  const Behaviour& behaviour = scenario_.behaviour;
  switch (step.kind) {
    case StepKind::server_stops:
      return use(Bound::restarts, used.restarts, bounds_.restarts);
    case StepKind::submit:
      return use(Bound::tasks, used.tasks, bounds_.tasks);
    case StepKind::time_passes:
      return !is_unit_step(step) || grid_.after_start == Grid::unlimited ||
             used.since_start == Grid::unlimited || used.since_start < grid_.after_start;
    case StepKind::confirm: {
      // A second one while the first is under way is something that users do.
      if ((space_.users & kind_bit(StepKind::confirm)) == 0) return false;
      const bool again = under_way(from.world, [&](const Procedure& p) {
        return p.kind() == Program::confirm && p.task == step.actor;
      });
      return !again || use(Bound::user_actions, used.user_actions, bounds_.user_actions);
    }
    case StepKind::agent_finishes: {
      const auto result = static_cast<WorkResult>(step.choice % work_results);
      const AgentWork& of =
          from.world.agents[step.actor].work[static_cast<std::size_t>(step.choice / work_results)];
      if (result == WorkResult::no_changes) return behaviour.no_changes_ppm != 0;
      if (result != WorkResult::failure) return true;
      return (of.action == Action::plan ? behaviour.plan_failure_ppm
                                        : behaviour.apply_failure_ppm) != 0;
    }
    default:
      break;
  }
  if (among(user_kinds, step.kind)) {
    if ((space_.users & kind_bit(step.kind)) == 0) return false;
    return use(Bound::user_actions, used.user_actions, bounds_.user_actions);
  }
  // What is lost because there is no connection is no fault that comes by itself.
  const bool asked_for = step.fault != Fault::none &&
                         (space_.faults & fault_bit(step.fault)) != 0 &&
                         !is_lost_anyway(from.world, step);
  if (asked_for || among(fault_kinds, step.kind)) {
    return use(Bound::faults, used.faults, bounds_.faults);
  }
  return true;
}

// --- taking a step -------------------------------------------------------------------------------

bool PlatformSpace::comes_to_nothing(const Procedure& procedure) const {
  if (!bounds_.triggers_any_time || setup_.knobs.recover_apply_pending) return false;
  if (procedure.top().program != Program::recover) return false;
  return info(Program::recover).instructions[procedure.top().at].letter >= "c";
}

bool PlatformSpace::add_used(Used& used, const Used& from, const Used& more) const {
  const auto add = [](std::uint8_t& sum, std::uint8_t before, std::uint8_t after, int most) {
    sum = static_cast<std::uint8_t>(sum + (after - before));
    return sum <= most;
  };
  return add(used.pods, from.pods, more.pods, bounds_.pods) &&
         add(used.tasks, from.tasks, more.tasks, bounds_.tasks) &&
         add(used.restarts, from.restarts, more.restarts, bounds_.restarts) &&
         add(used.faults, from.faults, more.faults, bounds_.faults) &&
         add(used.user_actions, from.user_actions, more.user_actions, bounds_.user_actions);
}

bool PlatformSpace::is_pushed_already(const World& world, const Procedure& starts) const {
  return bounds_.one_push_per_task && may_push(world, starts, starts.workspace, starts.task) &&
         under_way(world, [&](const Procedure& p) {
           return may_push(world, p, starts.workspace, starts.task);
         });
}

// A retry beyond the bound is left out by itself, and so is a push where there is one already.
PlatformSpace::Fate PlatformSpace::fate_of(Work& work, PlatformState& state,
                                           const Event& event) const {
  const auto hit = [&](Bound bound, Fate fate) {
    ++work.hits_[static_cast<std::size_t>(bound)];
    return fate;
  };
  switch (event.type) {
    case EventType::pod_created:
      if (options_.pods_at_a_time) {
        return event.pod < bounds_.pods ? Fate::folded : hit(Bound::pods, Fate::beyond);
      }
      if (state.used.pods >= bounds_.pods) return hit(Bound::pods, Fate::beyond);
      ++state.used.pods;
      return Fate::folded;
    case EventType::procedure_started:
      if (bounds_.triggers_any_time && is_triggered(event.after)) return Fate::left_out;
      if (is_pushed_already(state.world, event.after)) return Fate::left_out;
      return count_under_way(state.world) < bounds_.procedures
                 ? Fate::folded
                 : hit(Bound::procedures, Fate::beyond);
    case EventType::queue_retry_scheduled: {
      if (bounds_.triggers_any_time) return Fate::left_out;
      const auto pending = std::count_if(
          state.world.timers.begin(), state.world.timers.end(), [&](const Timer& timer) {
            return timer.kind == TimerKind::retry && timer.workspace == event.workspace &&
                   timer.replica == event.replica;
          });
      return pending < bounds_.retries ? Fate::folded : hit(Bound::retries, Fate::left_out);
    }
    case EventType::server_timer_armed:
      if (grid_.keeps_time() && !grid_.keeps(event.timer)) return Fate::left_out;
      return bounds_.triggers_any_time && event.timer == TimerKind::monitor ? Fate::left_out
                                                                            : Fate::folded;
    default:
      return Fate::folded;
  }
}

// False if the event would go beyond a bound: the step is then left out.
bool PlatformSpace::fold(Work& work, PlatformState& state, const Event& event,
                         PropertySet& violated) const {
  const Fate fate = fate_of(work, state, event);
  if (fate != Fate::folded) return fate == Fate::left_out;
  const auto& looking = by_event_[static_cast<std::size_t>(event.type)];
  const Transition transition{state.world, setup_, clock_, event};
  const auto look = [&](std::uint16_t place,
                        bool (*of)(const Transition&, std::vector<Entities>&)) {
    if (of == nullptr) return;
    work.findings_.clear();
    if (of(transition, work.findings_)) {
      counters_->antecedents[place].store(true, std::memory_order_relaxed);
    }
    if (work.findings_.empty()) return;
    const int bit = options_.by_cause ? causes_->bit_of(place, work.cause_) : bit_of_[place];
    violated |= PropertySet{1} << bit;
  };
  for (const std::uint16_t place : looking) {
    const Property& property = holdfast::properties()[place];
    look(place, property.before);
    if (property.reached != nullptr && !counters_->reached[place].load(std::memory_order_relaxed) &&
        property.reached(transition)) {
      counters_->reached[place].store(true, std::memory_order_relaxed);
    }
  }
  if (!evolve(state.world, event).empty()) return false;
  if (event.type == EventType::procedure_started) {
    work.most_under_way_ = std::max(work.most_under_way_, count_under_way(state.world));
    if (grid_.keeps_time()) state.world.procedures[event.procedure].began = clock_.now();
  }
  if (event.type == EventType::server_started) state.used.since_start = 0;
  for (const std::uint16_t place : looking) look(place, holdfast::properties()[place].after);
  return true;
}

Procedure PlatformSpace::triggered_by(const World& world, const Step& step) {
  Procedure starts;
  starts.depth = 1;
  starts.replica = step.replica;
  starts.memory = step.replica;
  if (step.argument == next_of_workspace) {
    starts.stack[0] = {Program::try_next, 0};
    starts.workspace = step.choice;
  } else {
    starts.stack[0] = {Program::execute_confirmed, 0};
    starts.task = step.choice;
    starts.workspace = world.tasks[step.choice].workspace;
  }
  return starts;
}

bool PlatformSpace::has_nothing_to_do(const World& world, const Step& step) const {
  return is_trigger(step) && is_pushed_already(world, triggered_by(world, step));
}

bool PlatformSpace::take_trigger(PlatformState& state, const Step& step) const {
  Event event;
  event.type = EventType::procedure_started;
  event.time = clock_.now();
  event.replica = step.replica;
  event.after = triggered_by(state.world, step);
  if (is_pushed_already(state.world, event.after)) return false;
  event.procedure = 0;
  while (event.procedure < state.world.procedures.size() &&
         state.world.procedures[event.procedure].depth != 0) {
    ++event.procedure;
  }
  if (!evolve(state.world, event).empty()) return false;
  if (grid_.keeps_time()) state.world.procedures[event.procedure].began = clock_.now();
  return true;
}

bool PlatformSpace::end_pods(Work& work, PlatformState& state, PropertySet& violated) const {
  for (std::size_t pod = 0; pod < state.world.pods.size(); ++pod) {
    if (state.world.pods[pod].state != PodState::terminating) continue;
    take(state.world, setup_, clock_,
         {.kind = StepKind::pod_ends, .actor = static_cast<std::uint16_t>(pod)}, work.more_);
    for (std::size_t i = 0; i < work.more_.size(); ++i) {
      if (!fold(work, state, work.more_[i], violated)) return false;
    }
  }
  return true;
}

// A round that looks for connections that are silent, or for rows that are old, where none is and
// none becomes so.
bool PlatformSpace::finds_nothing(const World& world, const Procedure& p) const {
  const AgeSet ages = *bounds_.ages | grid_.timed;
  const auto none_is = [&](auto is) {
    return std::none_of(world.agents.begin(), world.agents.end(), is);
  };
  if (p.top().program == Program::check_agents && p.top().at == 0) {
    return (ages & (age_bit(Age::silent) | age_bit(Age::ping_overdue))) == 0 &&
           none_is([&](const Agent& agent) { return clock_.silent(agent); });
  }
  if (p.top().program == Program::check_rows) {
    return (ages & age_bit(Age::ping_overdue)) == 0 && none_is([&](const Agent& agent) {
             return agent.row && (clock_.ping_overdue(agent) || clock_.ping_long_ago(agent));
           });
  }
  return false;
}

// A connection whose agent is gone comes to nothing; a recovery has done all when triggers need no
// start.
bool PlatformSpace::is_done(const World& world, const Procedure& p) const {
  if (!options_.drop_the_done) return false;
  if (p.kind() == Program::connect_agent && world.agents[p.sender].state == AgentState::gone) {
    return true;
  }
  return comes_to_nothing(p) || finds_nothing(world, p);
}

// What can only end, whatever else happens, has ended.
void PlatformSpace::drop_the_done(World& world) const {
  for (Procedure& p : world.procedures) {
    if (p.depth != 0 && is_done(world, p)) p = Procedure{};
  }
}

void PlatformSpace::note_way(const World& world, const Step& step) const {
  const Frame& top = world.procedures[step.actor].top();
  auto& seen = counters_->ways[static_cast<std::size_t>(top.program)][top.at & 31U];
  const Ways before = seen.load(std::memory_order_relaxed);
  const Ways known = counters_->known[static_cast<std::size_t>(top.program)][top.at & 31U];
  if (before != 0 && (known & ~before) == 0) return;
  seen.fetch_or(way_of(world, setup_, clock_, step), std::memory_order_relaxed);
}

// The events of the step, in work.events_.
void PlatformSpace::decide(Work& work, const World& world, const Step& step) const {
  take(world, setup_, clock_, step, work.events_);
  if (options_.by_cause) work.cause_ = cause_text(world, step);
  if (step.kind == StepKind::procedure) note_way(world, step);
}

bool PlatformSpace::fold_all(Work& work, PlatformState& state, PropertySet& violated) const {
  for (std::size_t i = 0; i < work.events_.size(); ++i) {
    if (!fold(work, state, work.events_[i], violated)) return false;
  }
  if (bounds_.delete_immediate && !end_pods(work, state, violated)) return false;
  if (options_.lazy_reads) drop_the_done(state.world);
  return true;
}

bool PlatformSpace::take_step(Work& work, PlatformState& state, const Step& step,
                              PropertySet& violated) const {
  work.most_under_way_ = 0;
  if (step.kind == StepKind::time_passes) {
    if (!is_unit_step(step)) {
      let_time_pass(state.world, step);
      return true;
    }
    pass_unit(state.world, grid_);
    if (state.used.since_start != Grid::unlimited) ++state.used.since_start;
    return true;
  }
  if (is_trigger(step)) return take_trigger(state, step);
  decide(work, state.world, step);
  return fold_all(work, state, violated);
}

bool PlatformSpace::advance(Work& work, PlatformState& state, const Step& step,
                            PropertySet& violated) const {
  work.most_under_way_ = 0;
  decide(work, state.world, step);
  if (work.events_.size() != 1) return false;
  const Event& event = work.events_[0];
  if (event.type != EventType::procedure_advanced || event.procedure != step.actor) return false;
  if (is_done(state.world, event.after)) return false;
  return fold(work, state, event, violated);
}

void PlatformSpace::moves(Work& work, const PlatformState& from, Visit visit, void* context) const {
  if (options_.lazy_reads) return work.lazy_->visit_all(from, visit, context);
  list(work, from);
  for (std::size_t i = 0; i < work.steps_.size(); ++i) {
    const RawStep move{work.steps_[i], 0};
    Used used;
    if (!allowed(work, from, move.step, used)) continue;
    PropertySet violated = 0;
    work.next_.world = from.world;
    work.next_.used = used;
    if (take_step(work, work.next_, move.step, violated)) {
      visit(context, {&move, 1}, work.next_, violated);
    }
  }
}

bool PlatformSpace::walk(Work& work, PlatformState& state, const Step& step) const {
  PropertySet violated = 0;
  return walk(work, state, step, violated);
}

bool PlatformSpace::walk(Work& work, PlatformState& state, const Step& step,
                         PropertySet& violated) const {
  Used used;
  if (!allowed(work, state, step, used)) return false;
  state.used = used;
  return take_step(work, state, step, violated);
}

const std::vector<Step>& PlatformSpace::steps(Work& work, const PlatformState& from) const {
  list(work, from);
  return work.steps_;
}

}  // namespace holdfast
