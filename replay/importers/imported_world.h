// The world as a log of others tells it: what an importer folds its events into, and the events
// that the log does not show but without which the fold would refuse those that it does. They are
// marked as assumed. Not for use from several threads.
//
// Invariants
// 1. Every event that reached the sink was accepted by the fold, in that order.
// 2. A function that "makes sure" emits the fewest assumed events, and none if it is so already.
// 3. No place of a pod or task is used twice while there are free ones.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/model/model.h>

namespace holdfast {

struct ImportedEvent {
  Event event;
  bool assumed = false;      // the log does not say it
  // The place in the order of events, from 1, of the one that led to it; 0: the log does not tell.
  std::uint64_t cause = 0;
  std::int64_t line = 0;     // of the log, from 1: says it, or made it necessary
  std::string_view row;      // of the catalogue of line shapes
};

// The pool and the second that the name of a pod or an agent carries.
struct NameParts {
  std::string_view pool;
  std::int64_t second = 0;
};
std::optional<NameParts> parts_of_pod_name(std::string_view name);
// Of a newer agent's name the second is that of its nanosecond.
std::optional<NameParts> parts_of_agent_name(std::string_view name);

class ImportedWorld {
 public:
  using Sink = std::function<void(const ImportedEvent&)>;

  // Pools that the log does not describe get these bounds.
  ImportedWorld(Setup setup, int min_replicas, int max_replicas, Sink sink);

  const World& world() const { return world_; }
  const Setup& setup() const { return setup_; }

  // From now on events are of this line.
  void stand_at(Moment time, std::int64_t line, std::string_view row);
  Moment now() const { return now_; }

  // --- events ---

  // An event of now, of replica 0 and its memory as far as the type has these.
  Event event(EventType type) const;
  Event about_pod(EventType type, PodIndex pod) const;
  // Folds and passes on. `cause` led to it, where that is known. Answers with the event's place in
  // the order of events, from 1, or with 0 if the fold refuses it; refusals() then counts it.
  std::uint64_t say(const Event& event, std::uint64_t cause = 0) {
    return emit(event, false, cause);
  }
  std::uint64_t assume(const Event& event, std::uint64_t cause = 0) {
    return emit(event, true, cause);
  }

  std::int64_t events() const { return events_; }
  std::int64_t assumed() const { return assumed_; }
  // The places in the order of events of submissions whose type no line told so far: a plan is the
  // least that they can be.
  const std::vector<std::uint64_t>& guessed_types() const { return guessed_types_; }
  std::int64_t refusals() const { return refusals_; }
  // "line 12: slot.assigned: no such pod"; empty if nothing was refused.
  const std::string& first_refusal() const { return first_refusal_; }

  // --- servers ---

  // Makes sure that the server runs and, if asked, that it leads.
  void need_server(bool leads);
  // The server ended, by an event that the log says or unseen: what it held is lost. Nothing if it
  // did not run.
  void stop(bool assumed);

  // --- pools, workspaces ---

  // Makes sure that there is one; `none` if there are too many.
  PoolIndex pool(std::string_view id);
  // `none` if there is none of that name.
  PoolIndex find_pool(std::string_view id) const;
  // Makes sure that the workspace exists and is of the pool. An empty id: a workspace of its own.
  WorkspaceIndex workspace(const std::string& id, PoolIndex pool);
  WorkspaceIndex find_workspace(const std::string& id) const;

  // --- pods ---

  // The pod of that name, gone or not; `none` if there is none.
  PodIndex find_pod(std::string_view name) const;
  // Makes sure that there is or was a pod of that name. `none` if the name is no pod's, or there
  // are too many.
  PodIndex pod(std::string_view name);
  // The same, and that the cluster has it still.
  PodIndex pod_in_cluster(std::string_view name);
  // Creates a pod by an event that the log says, or that is assumed. A memory knows its pods by
  // their names: what memory 0 holds under this name from now on belongs to the new pod.
  PodIndex create_pod(std::string_view name, bool assumed);
  // The place in the order of events of the last pod.created.
  std::uint64_t pod_created_last() const { return pod_created_last_; }
  void need_running(PodIndex pod);
  // Makes sure that the cluster has it no more. Answers like say(); 0: it was so already.
  std::uint64_t assume_gone(PodIndex pod);

  // --- a memory ---

  bool knows(MemoryIndex memory, PodIndex pod) const;
  const ManagedPod* managed(MemoryIndex memory, PodIndex pod) const;
  // Makes sure that memory 0 manages the pod.
  void need_managed(PodIndex pod);
  // Makes sure that memory 0 has the task in that slot.
  void need_in_slot(PodIndex pod, SlotIndex slot, TaskIndex task);
  // Makes sure that the pod's slots are idle in memory 0.
  void need_idle(PodIndex pod);
  void need_idle_slot(PodIndex pod, SlotIndex slot);

  // --- agents ---

  // The agent of that id is the one in `pod`.
  void bind(std::string_view agent, PodIndex pod);
  // The pod of that agent: bound, or the only one of its pool that can be; `none` if unknown.
  PodIndex pod_of_agent(std::string_view agent);
  void need_connected(PodIndex pod);

  // --- tasks ---

  // What the log said of a task before it can exist, which takes its pool.
  void note_task(std::uint32_t number, std::string_view workspace, std::optional<TaskType> type);
  TaskIndex find_task(std::uint32_t number) const;
  // Makes sure that the task exists, in `pool` if that is not `none`. `none` if no pool is known.
  TaskIndex task(std::uint32_t number, PoolIndex pool, std::optional<TaskType> type = {});
  TaskStatus status(TaskIndex task) const { return world_.tasks[task].row.status; }
  TaskType type(TaskIndex task) const { return world_.tasks[task].type; }
  // Makes sure that the row has that status; for apply_pending that it waits, confirmed or not.
  void need_status(TaskIndex task, TaskStatus status);
  // The task event of `type` with the row that it saves.
  Event saved(EventType type, TaskIndex task, TaskStatus status) const;
  // Says that the task has that status, by the event that brings it there, to which `cause` led;
  // answers like say(). 0: it has it.
  std::uint64_t say_status(TaskIndex task, TaskStatus status, Reason reason,
                           std::uint64_t cause = 0);

 private:
  struct TaskLead {
    std::string workspace;
    std::optional<TaskType> type;
  };

  std::uint64_t emit(const Event& event, bool assumed, std::uint64_t cause);
  void work_ended(TaskIndex task, Reason reason);
  void place_workspace(WorkspaceIndex workspace, PoolIndex pool);
  PodIndex place_for_pod() const;
  void carry_over(const ManagedPod& held, PodIndex to);
  TaskIndex place_for_task() const;
  void reset(TaskIndex task);

  World world_;
  Setup setup_;
  int min_replicas_;
  int max_replicas_;
  Sink sink_;
  Moment now_ = never;
  std::int64_t line_ = 0;
  std::string_view row_;
  std::int64_t events_ = 0;
  std::int64_t assumed_ = 0;
  std::vector<std::uint64_t> guessed_types_;
  std::int64_t refusals_ = 0;
  std::string first_refusal_;
  std::uint64_t pod_created_last_ = 0;
  std::map<std::string, PoolIndex, std::less<>> pools_;
  std::map<std::string, WorkspaceIndex, std::less<>> workspaces_;
  std::map<std::string, PodIndex, std::less<>> pods_;
  std::map<std::string, PodIndex, std::less<>> agents_;
  std::vector<std::string> agent_ids_;  // by PodIndex; empty: not known
  std::map<std::uint32_t, TaskIndex> tasks_;
  std::map<std::uint32_t, TaskLead> leads_;
};

}  // namespace holdfast
