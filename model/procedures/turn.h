// What a step of a procedure sees and may do: the world before it, the clock, how its call ends,
// and a copy of the procedure to move on. It decides by appending events; nothing is changed
// here.
//
// A program is a list of instructions. An instruction with a store is a step of its own: between
// two of them everything else may happen. An instruction without one (Store::none) is control
// flow over registers and runs in the step that reaches it.
//
// Thread safety: one Turn per thread.
#pragma once

#include <span>
#include <string>

#include <holdfast/model/model.h>

namespace holdfast {

enum class Program : std::uint8_t {
  none,
  // pods
  sync_pods, reconcile, ensure_secret, rotate_secret, ensure_pods, create_pod, scale, delete_pod,
  check_unhealthy, check_secret, autoscale, autoscaler_cycle, reconciler_cycle, rebuild_idle,
  offline_cleanup,
  // server
  start_up, recover,
  // queue
  try_next, push, monitor, execute_confirmed, scale_up_now, run_locally,
  // reports
  report_status, report_message, reserve_slot, release_slot, retry_workspace,
  // users
  confirm, cancel, save_config, sync_pool, rotate_token, unfreeze,
  // agents
  connect_agent, check_agents, check_rows
};
inline constexpr int program_count = static_cast<int>(Program::check_rows) + 1;

class Turn;

struct Instruction {
  std::string_view letter;
  Store store;
  Verb verb;
  std::string_view about;
  void (*run)(Turn&);
  // Lists the alternatives of this step into `out`; null: there is one. An empty list: it is not
  // enabled now.
  void (*choices)(const Turn&, std::vector<std::uint16_t>& out) = nullptr;
  // It writes a task's whole row as it was read before, over what has happened to it since.
  bool saves_task_row = false;
};
inline constexpr bool whole_row = true;

struct ProgramInfo {
  Program program;
  std::string_view name;
  std::string_view section;  // of platform.md
  std::string_view about;
  std::span<const Instruction> instructions;
};
const ProgramInfo& info(Program program);
// The program of that name; `none` if there is none.
Program program_named(std::string_view name);

class Turn {
 public:
  Turn(const World& world, const Setup& setup, const Clock& clock, const Step& step,
       Events& events);
  Turn(const World& world, const Setup& setup, const Clock& clock, const Step& step,
       Events& events, const Procedure& procedure);

  const World& world;
  const Setup& setup;
  const Knobs& knobs;
  const Clock& clock;
  const Step& step;
  Procedure self;                     // what it will be after this step

  // --- reading ---
  const Memory& memory() const;       // the belief that this procedure reads
  const ManagedPod* managed(PodIndex pod) const;  // null if that memory does not know it
  const Pool& pool() const { return world.pools[self.pool]; }
  const Task& task() const { return world.tasks[self.task]; }
  bool failed(Fault kind) const { return step.fault == kind; }
  // A cluster or database call of this step ends in an error.
  bool call_fails() const { return step.fault != Fault::none && step.fault != Fault::stale_list; }
  // … and yet it took effect.
  bool call_takes_effect() const {
    return !call_fails() || step.fault == Fault::cluster_timeout;
  }

  // --- deciding ---
  // Appends an event of this procedure, with procedure, replica, memory and pool filled in.
  Event& emit(EventType type);
  Event& emit(EventType type, PodIndex pod);
  // A task event that saves `row` over the task's row.
  Event& save(EventType type, TaskIndex task, const TaskRow& row);
  // Starts another procedure (a goroutine) on the same replica and memory; returns it to be filled
  // in before the next call of spawn().
  Procedure& spawn(Program program);
  void schedule_retry(WorkspaceIndex workspace, std::int64_t delay_us, Reason reason);

  // --- moving on; exactly one of these per instruction ---
  void go(std::uint8_t at) { self.stack[self.depth - 1u].at = at; }
  void next() { ++self.stack[self.depth - 1u].at; }
  // Calls `program`; when it ends this one goes on at `then`, with self.failed as the callee left
  // it.
  void call(Program program, std::uint8_t then);
  void done() { leave(false); }
  void fail() { leave(true); }
  // Sleeps before the instruction it is at.
  void sleep(std::int64_t us) { self.wake = clock.after(us); }

  // A free place for a new pod, for a new procedure (counting those spawned in this step).
  PodIndex place_for_pod() const;

  // Runs the step to its end: its instruction, the control flow behind it, and the closing
  // procedure event.
  void run();
  // Runs the control flow that the procedure stands at.
  void run_control();

 private:
  void leave(bool failed);

  Events& events_;
  ProcedureIndex place_;
  ProcedureIndex next_place_ = 0;     // below it no place is free
};

// Moves every procedure that `events` start past the control flow at its beginning, so that where
// it stands is the access that it makes next. One that would end or decide there is left as it
// is.
void settle(const World& world, const Setup& setup, const Clock& clock, Events& events);

// take() for a step of a procedure.
void take_procedure(const World& world, const Setup& setup, const Clock& clock, const Step& step,
                    Events& out);

// Between two ticks; 0 for a timer that is no ticker.
std::int64_t ticker_interval_us(TimerKind kind);
// The lowest free place, for a timer that this step arms.
std::uint16_t place_for_timer(const World& world);
// The lowest free place not below `from`, for a procedure.
ProcedureIndex place_for_procedure(const World& world, ProcedureIndex from = 0);
// The lowest free place for the memory of a request handler that builds its own service.
MemoryIndex place_for_handler(const World& world);

// What called what, as people read it: "autoscaler_cycle > autoscale > delete_pod".
std::string calls_text(const Procedure& procedure);

}  // namespace holdfast
