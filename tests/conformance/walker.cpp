#include <holdfast/tests/conformance/walker.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <holdfast/model/names_of_entities.h>
#include <holdfast/model/procedures/pods.h>
#include <holdfast/tests/conformance/queries.h>

namespace holdfast {
namespace {

std::string_view recorded_verb(Verb verb) {
  switch (verb) {
    case Verb::list: return "list";
    case Verb::create: return "create";
    case Verb::remove: return "delete";
    case Verb::get_secret: return "get_secret";
    case Verb::create_secret: return "create_secret";
    case Verb::update_secret: return "update_secret";
    default: return {};
  }
}

constexpr std::int64_t usual_start_s = 1767607200;  // Monday 2026-01-05 10:00:00 UTC

}  // namespace

Walker::Walker() : now_{usual_start_s * second} { setup.keep_everything = true; }

void Walker::configure(const WalkOptions& chosen) {
  options = chosen;
  if (chosen.start_s) now_ = Moment{*chosen.start_s * second};
}

// --- names ---------------------------------------------------------------------------------------

std::string Walker::pod_name(PodIndex pod) const { return holdfast::pod_name(world, setup, pod); }

std::string Walker::agent_id(PodIndex agent) const {
  return agent < agent_ids_.size() ? agent_ids_[agent] : std::string();
}

PodIndex Walker::pod_named(const std::string& name) const {
  for (std::size_t i = world.pods.size(); i-- > 0;) {
    if (pod_name(static_cast<PodIndex>(i)) == name) return static_cast<PodIndex>(i);
  }
  return none;
}

PodIndex Walker::process_named(const std::string& name) const {
  for (std::size_t i = world.agents.size(); i-- > 0;) {
    const AgentState state = world.agents[i].state;
    const bool alive = state != AgentState::absent && state != AgentState::gone;
    if (alive && pod_name(static_cast<PodIndex>(i)) == name) return static_cast<PodIndex>(i);
  }
  return pod_named(name);
}

TaskIndex Walker::task_numbered(std::int64_t number) const {
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    if (world.tasks[i].exists && world.tasks[i].number == number) return static_cast<TaskIndex>(i);
  }
  return none;
}

PoolIndex Walker::pool_named(const std::string& id) const {
  const auto found = std::find(setup.pools.begin(), setup.pools.end(), id);
  return found == setup.pools.end() ? none : static_cast<PoolIndex>(found - setup.pools.begin());
}

WorkspaceIndex Walker::workspace_named(const std::string& id) const {
  const auto found = std::find(setup.workspaces.begin(), setup.workspaces.end(), id);
  return found == setup.workspaces.end()
             ? none
             : static_cast<WorkspaceIndex>(found - setup.workspaces.begin());
}

// --- folding -------------------------------------------------------------------------------------

void Walker::apply(const Event& event) {
  if (look) look(world, event);
  if (event.type == EventType::pod_created) {
    const std::string name = holdfast::pod_name(setup.pools[event.pool], event.time);
    has_namesakes_ = has_namesakes_ || pod_named(name) != none;
  }
  const bool registers = event.type == EventType::agent_connected && !world.agents[event.pod].row;
  const std::string_view refusal = evolve(world, event);
  if (!refusal.empty()) {
    throw std::logic_error(std::string(info(event.type).name) + ": " + std::string(refusal));
  }
  if (registers && agent_id(event.pod).empty()) {
    agent_ids_.resize(std::max<std::size_t>(agent_ids_.size(), event.pod + 1u));
    std::string id;
    std::int64_t ns = now_.us * 1000;
    do {
      id = "agent-" + setup.pools[world.pods[event.pod].pool] + "-" + std::to_string(ns);
      ns += 1'000'000;
    } while (std::find(agent_ids_.begin(), agent_ids_.end(), id) != agent_ids_.end());
    agent_ids_[event.pod] = id;
  }
  after(event);
}

// What the cluster does by itself, at once or after the grace.
void Walker::after(const Event& event) {
  const auto fold_pod = [&](EventType type) {
    fold(type, [&](Event& e) { e.pod = event.pod; });
  };
  if (event.type == EventType::pod_created && options.pods_run_at_once) {
    fold_pod(EventType::pod_running);
  }
  if (event.type == EventType::pod_delete_requested) {
    if (options.grace_s == 0) {
      fold_pod(EventType::pod_gone);
    } else {
      ends_.try_emplace(event.pod, Moment{now_.us + options.grace_s * second});
    }
  }
}

void Walker::fold(EventType type, const std::function<void(Event&)>& fill) {
  Event event;
  event.type = type;
  event.time = now_;
  fill(event);
  apply(event);
}

std::vector<ProcedureIndex> Walker::take_step(const Step& step) {
  Events events;
  take(world, setup, clock(), step, events);
  std::vector<ProcedureIndex> started;
  for (const Event& event : events) {
    apply(event);
    if (event.type == EventType::procedure_started) started.push_back(event.procedure);
  }
  return started;
}

// --- procedures ----------------------------------------------------------------------------------

ProcedureIndex Walker::start(Program program, ReplicaIndex replica, MemoryIndex memory,
                             const Fill& fill) {
  const ProcedureIndex place = place_for_procedure(world);
  Events events;
  Event& event = events.add(EventType::procedure_started, now_);
  event.procedure = place;
  event.replica = replica;
  event.after.depth = 1;
  event.after.stack[0] = {program, 0};
  event.after.replica = replica;
  event.after.memory = memory;
  if (fill) fill(event.after);
  settle(world, setup, clock(), events);
  apply(events[0]);
  return place;
}

void Walker::drop(ProcedureIndex place) {
  std::erase_if(queue_, [&](const Waiting& waiting) { return waiting.procedure == place; });
  for (std::size_t i = 0; i < world.workspaces.size(); ++i) {
    if (world.workspaces[i].dispatcher != place) continue;
    fold(EventType::workspace_dispatch_unlocked,
         [&](Event& e) { e.workspace = static_cast<WorkspaceIndex>(i); });
  }
  fold(EventType::procedure_ended, [&](Event& e) { e.procedure = place; });
}

void Walker::queue(const std::vector<ProcedureIndex>& places) {
  for (const ProcedureIndex place : places) queue_.push_back({.procedure = place});
}

void Walker::run(ProcedureIndex place, ReplicaIndex landing) {
  while (place < world.procedures.size() && world.procedures[place].depth != 0) {
    step(place, landing);
  }
}

void Walker::run_until(ProcedureIndex place, std::string_view program, std::string_view letter,
                       ReplicaIndex landing) {
  while (place < world.procedures.size() && world.procedures[place].depth != 0) {
    const StepInfo next = describe(world, {.actor = place});
    if (next.program == program && next.letter == letter) return;
    step(place, landing);
  }
}

bool Walker::run_one() {
  if (queue_.empty()) return false;
  Waiting next;
  if (options.last_first) {
    next = queue_.back();
    queue_.pop_back();
  } else {
    next = queue_.front();
    queue_.pop_front();
  }
  if (next.lost != none) lose_connection(next.lost);
  const bool stops = next.looks_up_task && query_fails();
  if (next.procedure == none) return true;
  if (stops) {
    drop(next.procedure);
  } else {
    run(next.procedure);
  }
  return true;
}

ProcedureIndex Walker::take_queued() {
  const ProcedureIndex place = queue_.back().procedure;
  queue_.pop_back();
  return place;
}

void Walker::run_queue() {
  while (run_one()) {
  }
}

// Of the alternatives the one whose name comes first: pods by name, agents by their id.
Step Walker::choose(ProcedureIndex place, ReplicaIndex landing) {
  const Procedure& procedure = world.procedures[place];
  if (procedure.replica == none) {
    return {.kind = StepKind::procedure, .actor = place, .replica = landing};
  }
  std::vector<Step> steps;
  append_steps(world, setup, clock(), {ActorKind::procedure, place}, 0, steps);
  if (steps.empty()) throw std::logic_error("a procedure cannot go on");
  const StepInfo where = describe(world, steps.front());
  if (where.program == "push" && where.letter == "d3") return choose_agent(steps, procedure);
  const auto name_of = [&](const Step& step) {
    return step.choice == none ? std::string() : pod_name(step.choice);
  };
  return *std::min_element(steps.begin(), steps.end(), [&](const Step& a, const Step& b) {
    return name_of(a) < name_of(b);
  });
}

bool Walker::query_fails() {
  if (database_errors <= 0) return false;
  if (queries_before_errors > 0) {
    --queries_before_errors;
    return false;
  }
  --database_errors;
  return true;
}

// Connected agents are asked for one by one, by their ids; an error passes one over.
Step Walker::choose_agent(const std::vector<Step>& steps, const Procedure& procedure) {
  std::vector<PodIndex> connected;
  procedure.pods.for_each([&](PodIndex agent) { connected.push_back(agent); });
  std::sort(connected.begin(), connected.end(),
            [&](PodIndex a, PodIndex b) { return agent_id(a) < agent_id(b); });
  for (const PodIndex agent : connected) {
    if (query_fails()) continue;
    for (const Step& step : steps) {
      if (step.choice == agent) return step;
    }
  }
  Step nobody = steps.front();
  if (nobody.choice != none) nobody.fault = Fault::database_error;
  return nobody;
}

Fault Walker::fault_of(const StepInfo& where, ProcedureIndex place) {
  const Procedure& procedure = world.procedures[place];
  if (where.store == Store::cluster) {
    for (const std::string& verb : {std::string(recorded_verb(where.verb)), std::string("any")}) {
      const auto found = cluster_errors.find(verb);
      if (found == cluster_errors.end() || found->second <= 0) continue;
      --found->second;
      return Fault::cluster_error;
    }
  }
  if (where.store == Store::database) {
    Fault fault = Fault::none;
    for (const Query query : queries_of(world, place)) {
      if (!query_fails() || query == Query::logged) continue;
      fault = Fault::database_error;
      if (query == Query::stops) break;
    }
    return fault;
  }
  const bool sends = where.program == "push" && where.letter == "f" &&
                     world.agents[procedure.agent].connected_to == procedure.replica;
  return sends && std::exchange(send_error, false) ? Fault::agent_disconnect : Fault::none;
}

std::string Walker::called(const StepInfo& where, const Step& step) const {
  const Procedure& procedure = world.procedures[step.actor];
  const std::string& pool = setup.pools[procedure.pool];
  switch (where.verb) {
    case Verb::list: return {};
    case Verb::create: return holdfast::pod_name(pool, now_);
    case Verb::remove: break;
    default: return "iac-agent-token-" + pool;
  }
  if (step.choice != none) return pod_name(step.choice);
  if (where.program == "sync_pods") return pod_name(oldest(world, procedure.dead));
  if (where.program == "check_unhealthy") return pod_name(oldest(world, procedure.pods));
  return pod_name(procedure.pod);
}

void Walker::note_call(const StepInfo& where, const Step& step, const Events& events,
                       const std::string& name) {
  bool failed = step.fault != Fault::none;
  const Pool& pool = world.pools[world.procedures[step.actor].pool];
  if (where.verb == Verb::get_secret) failed = failed || !pool.secret_exists;
  if (where.verb == Verb::create_secret) failed = failed || pool.secret_exists;
  for (const Event& event : events) {
    failed = failed || event.type == EventType::pod_create_refused;
  }
  if (where.verb == Verb::remove) {
    const PodIndex pod = pod_named(name);
    failed = failed || pod == none || world.pods[pod].state == PodState::gone;
  }
  if (where.verb == Verb::list && !failed) return;
  calls.push_back({std::string(recorded_verb(where.verb)), name, failed});
}

// What waits for the next save of a task row, or for a step by its name, happens if this is it.
void Walker::act_before_save(ProcedureIndex place) {
  const StepInfo next = describe(world, {.actor = place});
  const auto read = rows_read_by(world.procedures[place]);
  const std::string name = std::string(next.program) + ' ' + std::string(next.letter);
  if (before_step.empty() ? !next.saves_task_row : name != before_step) return;
  const auto act = std::exchange(before_task_save, nullptr);
  act();
  if (!next.saves_task_row) return;
  // What was read before is what is saved, whole, over what has happened since.
  for (const auto& [task, row] : read) {
    fold(EventType::task_reset, [&, task = task, row = row](Event& e) {
      e.task = task;
      e.row = row;
      e.flag = true;
    });
  }
}

void Walker::step(ProcedureIndex place, ReplicaIndex landing) {
  if (!clock().awake(world.procedures[place])) move_to(world.procedures[place].wake);
  if (before_task_save) act_before_save(place);
  Step chosen = choose(place, landing);
  const StepInfo where = describe(world, chosen);
  const PodIndex agent = world.procedures[place].agent;
  const bool asks_agents = where.program == "push" && where.letter == "d3";
  if (!asks_agents) chosen.fault = fault_of(where, place);
  Events events;
  take(world, setup, clock(), chosen, events);
  if (where.store == Store::cluster) note_call(where, chosen, events, called(where, chosen));
  for (const Event& event : events) apply(event);
  queue_started(where, events);
  // The connection handler of the server notices on its own time.
  if (chosen.fault == Fault::agent_disconnect) queue_lost(agent);
}

// The goroutines that a step started, in order; also those of which nothing is recorded, for they
// are stepped like the others.
void Walker::queue_started(const StepInfo& where, const Events& events) {
  const bool message = where.program == "report_message";
  const bool push_saved = where.program == "push" && where.letter == "e";
  std::vector<Waiting> started;
  if (message) started.push_back({.looks_up_task = true});  // what follows an apply
  for (const Event& event : events) {
    const bool saved = event.type == EventType::task_started ||
                       event.type == EventType::task_apply_started;
    if (push_saved && saved) started.push_back({});  // the notification
    // Who waits on a Reserved slot is listed for the log.
    const bool reserved = event.type == EventType::autoscaler_decided &&
                          event.reason == Reason::reserved_slots;
    if (reserved) query_fails();
    if (event.type != EventType::procedure_started) continue;
    const bool tries = event.after.kind() == Program::try_next;
    started.push_back({.procedure = event.procedure, .looks_up_task = message && tries});
  }
  // Workspaces are answered by their names.
  if (where.program == "monitor" || where.program == "recover") {
    std::stable_sort(started.begin(), started.end(), [&](const Waiting& a, const Waiting& b) {
      const auto name_of = [&](const Waiting& waiting) {
        const WorkspaceIndex index = world.procedures[waiting.procedure].workspace;
        return index == none ? std::string() : setup.workspaces[index];
      };
      return name_of(a) < name_of(b);
    });
  }
  queue_.insert(queue_.end(), started.begin(), started.end());
}

// The rows that a procedure read before and saves whole, where the model reads them again.
std::vector<std::pair<TaskIndex, TaskRow>> Walker::rows_read_by(const Procedure& procedure) const {
  std::vector<std::pair<TaskIndex, TaskRow>> rows;
  const Program kind = procedure.kind();
  if (kind != Program::recover && kind != Program::check_agents) return rows;
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const auto task = static_cast<TaskIndex>(i);
    const TaskRow& row = world.tasks[i].row;
    if (procedure.running.contains(task)) rows.emplace_back(task, row);
  }
  return rows;
}

// --- agents --------------------------------------------------------------------------------------

void Walker::lose_connection(PodIndex agent) {
  if (world.agents[agent].state != AgentState::connected) return;
  for (const ProcedureIndex place :
       take_step({.kind = StepKind::agent_disconnects, .actor = agent})) {
    run(place);
  }
}

void Walker::follow_pods() {
  if (!options.agents_follow_pods) return;
  std::vector<PodIndex> dying;
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    const AgentState state = world.agents[i].state;
    if (state == AgentState::absent || state == AgentState::gone) continue;
    if (!lives(world.pods[i])) {
      dying.push_back(static_cast<PodIndex>(i));
    }
  }
  std::sort(dying.begin(), dying.end(),
            [&](PodIndex a, PodIndex b) { return agent_id(a) < agent_id(b); });
  for (const PodIndex agent : dying) {
    for (const ProcedureIndex place :
         take_step({.kind = StepKind::agent_stops, .actor = agent})) {
      run(place);
    }
  }
}

// --- time ----------------------------------------------------------------------------------------

void Walker::end_due_pods() {
  for (auto it = ends_.begin(); it != ends_.end();) {
    if (it->second > now_) {
      ++it;
      continue;
    }
    const PodIndex pod = it->first;
    it = ends_.erase(it);
    if (world.pods[pod].state == PodState::gone) continue;
    fold(EventType::pod_gone, [&](Event& e) { e.pod = pod; });
  }
}

void Walker::move_to(Moment moment) {
  now_ = std::max(now_, moment);
  end_due_pods();
}

bool Walker::fire_next(Moment until) {
  std::uint16_t next = none;
  for (std::size_t i = 0; i < world.timers.size(); ++i) {
    const Timer& timer = world.timers[i];
    if (timer.kind != TimerKind::retry || timer.due > until) continue;
    if (next != none) {
      const Timer& best = world.timers[next];
      if (std::pair(best.due, best.order) < std::pair(timer.due, timer.order)) continue;
    }
    next = static_cast<std::uint16_t>(i);
  }
  if (next == none) return false;
  move_to(world.timers[next].due);
  for (const ProcedureIndex place : take_step({.kind = StepKind::timer, .actor = next})) run(place);
  if (!options.queue_waits) run_queue();
  return true;
}

void Walker::advance_to(Moment moment) {
  while (options.timers_fire && fire_next(moment)) follow_pods();
  move_to(moment);
}

}  // namespace holdfast
