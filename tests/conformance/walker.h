// One path through the model in the order that the recordings were made in: an operation's own
// procedure runs to its end, then the goroutines that it started, each to its end, then the agents
// of pods that are gone notice. Names come in order wherever the platform leaves it open. The
// steps, what they do and what they mean are the model's; only the order is made here.
//
// Requires of every event that it is accepted: a refusal throws std::logic_error naming the event.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

// One call to the cluster, but for successful lists.
struct ClusterCall {
  std::string verb;             // as the recordings spell it
  std::string name;             // of the pod or secret; empty for a list
  bool failed = false;

  bool operator==(const ClusterCall&) const = default;
};

// What a recording sets once.
struct WalkOptions {
  std::optional<std::int64_t> start_s;
  std::int64_t grace_s = 0;     // between the deletion of a pod and its end; 0: at once
  bool pods_run_at_once = true;
  bool timers_fire = true;      // when the clock passes them
  bool last_first = false;      // the queue of goroutines
  bool queue_waits = false;     // goroutines run by an operation of their own only
  bool agents_follow_pods = true;
};

// A goroutine that has not run yet: a procedure, the end of an agent's connection, or one of which
// nothing is recorded.
struct Waiting {
  ProcedureIndex procedure = none;
  PodIndex lost = none;
  bool looks_up_task = false;   // it first reads the task that it is about, and stops on an error
};

class Walker {
 public:
  using Fill = std::function<void(Procedure&)>;
  using Look = std::function<void(const World& before, const Event& event)>;

  Walker();

  // Sets all options; with a start, the clock too.
  void configure(const WalkOptions& chosen);

  Setup setup;
  World world;
  WalkOptions options;
  std::vector<ClusterCall> calls;                // since the operation began
  std::map<std::string, int> cluster_errors;     // by verb, or "any": calls that will fail
  int database_errors = 0;                       // queries that will fail …
  int queries_before_errors = 0;                 // … after these
  bool send_error = false;                       // the next message to an agent will fail
  Look look;                                     // sees every event before it is folded
  std::function<void()> before_task_save;        // serves once
  std::string before_step;                       // "push e": it serves before this one instead

  Moment now() const { return now_; }
  // The recorded servers ran in UTC, and agents' pings are operations.
  Clock clock() const { return Clock::at(now_, 0).with_explicit_pings(); }

  // --- names ---
  std::string pod_name(PodIndex pod) const;
  std::string agent_id(PodIndex agent) const;    // empty if it never registered
  PodIndex pod_named(const std::string& name) const;  // the newest of that name; none
  // Where the process of that pod's name lives; `pod_named` if none does.
  PodIndex process_named(const std::string& name) const;
  // Another pod of that pod's name was created.
  bool has_namesakes() const { return has_namesakes_; }
  TaskIndex task_numbered(std::int64_t number) const;
  PoolIndex pool_named(const std::string& id) const;
  WorkspaceIndex workspace_named(const std::string& id) const;

  // --- events and steps ---
  void fold(EventType type, const std::function<void(Event&)>& fill);
  // Takes a step that is no procedure's; the procedures that it starts, in order.
  std::vector<ProcedureIndex> take_step(const Step& step);
  ProcedureIndex start(Program program, ReplicaIndex replica, MemoryIndex memory,
                       const Fill& fill = {});
  // Runs a procedure to its end, where it lands on `landing` if it is still at its sender. False:
  // it stopped short because it was dropped.
  void run(ProcedureIndex place, ReplicaIndex landing = 0);
  void drop(ProcedureIndex place);               // it never happens
  void queue(const std::vector<ProcedureIndex>& places);
  void queue_lost(PodIndex agent) { queue_.push_back({.lost = agent}); }
  // Runs it up to the step `letter` of `program`, or to its end.
  void run_until(ProcedureIndex place, std::string_view program, std::string_view letter,
                 ReplicaIndex landing = 0);
  bool run_one();                                // of the queue
  void run_queue();
  // Takes the newest of the queue out of it. Requires: it is a procedure.
  ProcedureIndex take_queued();
  void drop_queue() { queue_.clear(); }
  std::size_t queued() const { return queue_.size(); }
  void follow_pods();
  void lose_connection(PodIndex agent);

  // --- time ---
  void move_to(Moment moment);                   // without timers
  void advance_to(Moment moment);                // timers that are due fire on the way
  bool fire_next(Moment until);                  // false: none is due by then

 private:
  void apply(const Event& event);
  void after(const Event& event);
  Step choose(ProcedureIndex place, ReplicaIndex landing);
  Fault fault_of(const StepInfo& where, ProcedureIndex place);
  bool query_fails();
  Step choose_agent(const std::vector<Step>& steps, const Procedure& procedure);
  void queue_started(const StepInfo& where, const Events& events);
  void note_call(const StepInfo& where, const Step& step, const Events& events,
                 const std::string& name);
  std::string called(const StepInfo& where, const Step& step) const;
  void step(ProcedureIndex place, ReplicaIndex landing);
  std::vector<std::pair<TaskIndex, TaskRow>> rows_read_by(const Procedure& procedure) const;
  void act_before_save(ProcedureIndex place);
  void end_due_pods();

  Moment now_;
  std::deque<Waiting> queue_;
  bool has_namesakes_ = false;
  std::vector<std::string> agent_ids_;           // by PodIndex
  std::map<PodIndex, Moment> ends_;              // of terminating pods
};

}  // namespace holdfast
