#include <holdfast/model/procedures/turn.h>

#include <algorithm>
#include <cassert>

namespace holdfast {
namespace {

bool is_control(const Instruction& instruction) {
  return instruction.store == Store::none && instruction.verb == Verb::none;
}

bool in_use(const World& world, PodIndex pod) {
  for (const Memory& memory : world.memories) {
    if (pod < memory.pods.size() && memory.pods[pod].known()) return true;
  }
  for (const Task& task : world.tasks) {
    if (!task.exists || is_final(task.row.status)) continue;
    if (task.row.agent == pod || task.plan_pod == pod) return true;
  }
  return std::any_of(world.procedures.begin(), world.procedures.end(), [&](const Procedure& p) {
    return p.depth != 0 && (p.pod == pod || p.agent == pod || p.sender == pod ||
                            p.row.agent == pod || p.pods.contains(pod) || p.dead.contains(pod));
  });
}

}  // namespace

Turn::Turn(const World& w, const Setup& s, const Clock& c, const Step& st, Events& events)
    : Turn(w, s, c, st, events, w.procedures[st.actor]) {}

Turn::Turn(const World& w, const Setup& s, const Clock& c, const Step& st, Events& events,
           const Procedure& procedure)
    : world(w), setup(s), knobs(s.knobs), clock(c), step(st), self(procedure), events_(events),
      place_(st.actor) {}

const Memory& Turn::memory() const {
  static const Memory empty;
  return self.memory < world.memories.size() ? world.memories[self.memory] : empty;
}

const ManagedPod* Turn::managed(PodIndex pod) const {
  const Memory& belief = memory();
  if (pod >= belief.pods.size() || !belief.pods[pod].known()) return nullptr;
  return &belief.pods[pod];
}

Event& Turn::emit(EventType type) {
  Event& event = events_.add(type, clock.now());
  event.procedure = place_;
  event.replica = self.replica;
  event.memory = self.memory;
  event.pool = self.pool;
  return event;
}

Event& Turn::emit(EventType type, PodIndex pod) {
  Event& event = emit(type);
  event.pod = pod;
  return event;
}

Event& Turn::save(EventType type, TaskIndex task, const TaskRow& row) {
  Event& event = emit(type);
  event.task = task;
  event.row = row;
  event.flag = !task_allows(world.tasks[task].row.status, event);
  return event;
}

Procedure& Turn::spawn(Program program) {
  Event& event = emit(EventType::procedure_started);
  event.procedure = place_for_procedure(world, next_place_);
  next_place_ = static_cast<ProcedureIndex>(event.procedure + 1);
  event.after = Procedure{};
  event.after.depth = 1;
  event.after.stack[0] = {program, 0};
  event.after.replica = self.replica;
  event.after.memory = self.replica;  // a goroutine of the server works on the server's own memory
  event.after.pool = self.pool;
  event.after.workspace = self.workspace;
  return event.after;
}

void Turn::schedule_retry(WorkspaceIndex workspace, std::int64_t delay_us, Reason reason) {
  Event& event = emit(EventType::queue_retry_scheduled);
  event.workspace = workspace;
  event.reason = reason;
  event.n[0] = delay_us;
  event.at = clock.after(delay_us);
  event.place = place_for_timer(world);
}

void Turn::call(Program program, std::uint8_t then) {
  assert(self.depth < Procedure::max_depth);
  go(then);
  self.stack[self.depth] = {program, 0};
  ++self.depth;
}

void Turn::leave(bool failed) {
  self.failed = failed;
  --self.depth;
  self.stack[self.depth] = Frame{};
}

PodIndex Turn::place_for_pod() const {
  if (!setup.keep_everything) {
    for (std::size_t i = 0; i < world.pods.size(); ++i) {
      const auto pod = static_cast<PodIndex>(i);
      if (world.pods[i].state != PodState::gone || world.agents[i].row) continue;
      if (!in_use(world, pod)) return pod;
    }
  }
  return static_cast<PodIndex>(world.pods.size());
}

void Turn::run_control() {
  while (self.depth != 0) {
    const Instruction& instruction = info(self.top().program).instructions[self.top().at];
    if (!is_control(instruction)) return;
    instruction.run(*this);
  }
}

void Turn::run() {
  run_control();  // only a procedure that settle() left alone begins with control flow
  if (self.depth != 0) {
    self.wake = never;
    info(self.top().program).instructions[self.top().at].run(*this);
    run_control();
  }
  if (self.depth == 0) {
    emit(EventType::procedure_ended).procedure = place_;
  } else {
    Event& event = events_.add(EventType::procedure_advanced, clock.now());
    event.procedure = place_;
    event.after = std::move(self);
  }
  settle(world, setup, clock, events_);
}

void settle(const World& world, const Setup& setup, const Clock& clock, Events& events) {
  Events scratch;
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event& event = events[i];
    if (event.type != EventType::procedure_started) continue;
    const Instruction& first =
        info(event.after.top().program).instructions[event.after.top().at];
    if (!is_control(first)) continue;
    const Step step{.actor = event.procedure};
    scratch.clear();
    Turn turn(world, setup, clock, step, scratch, event.after);
    turn.run_control();
    if (turn.self.depth != 0 && scratch.empty()) event.after = turn.self;
  }
}

ProcedureIndex place_for_procedure(const World& world, ProcedureIndex from) {
  while (from < world.procedures.size() && world.procedures[from].depth != 0) ++from;
  return from;
}

MemoryIndex place_for_handler(const World& world) {
  auto memory = static_cast<MemoryIndex>(world.replicas.size());
  while (memory < world.memories.size() && world.memories[memory].exists) ++memory;
  return memory;
}

std::string calls_text(const Procedure& procedure) {
  std::string text;
  for (std::size_t i = 0; i < procedure.depth; ++i) {
    if (i != 0) text += " > ";
    text += info(procedure.stack[i].program).name;
  }
  return text;
}

void take_procedure(const World& world, const Setup& setup, const Clock& clock, const Step& step,
                    Events& out) {
  Turn(world, setup, clock, step, out).run();
}

}  // namespace holdfast
