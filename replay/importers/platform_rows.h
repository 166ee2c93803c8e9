// What the rows of the platform's text log mean: one function per row that says something, and the
// little that has to be remembered from one line to the next. Internal to the importer of that log.
// Not for use from several threads.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>

#include <holdfast/replay/importers/imported_world.h>
#include <holdfast/replay/importers/platform_lines.h>

namespace holdfast {

class PlatformRows {
 public:
  explicit PlatformRows(ImportedWorld& world);

  // Takes a line that matched `shape`. False if a name in it can be none of the platform's.
  bool take(const LineShape& shape, const LineFields& fields, Moment time, std::int64_t line);
  // After the last line.
  void finish();

  // Whether the last line named only what has a place among the events: the pool of a task, the pod
  // of an agent. Where it is not known nothing can be told.
  bool is_placed() const { return is_placed_; }

  // Lines that report pods and slots of a memory, and those among them whose numbers are not those
  // of the world as it was told so far.
  std::int64_t measured() const { return measured_; }
  std::int64_t measured_otherwise() const { return measured_otherwise_; }

 private:
  using Take = bool (PlatformRows::*)(const LineFields&);
  struct Entry {
    std::string_view row;
    Take take;
    std::string_view begin{};      // of the shape, where not all shapes of the row mean the same
  };
  static std::span<const Entry> entries_of_pods();
  static std::span<const Entry> entries_of_scaling();
  static std::span<const Entry> entries_of_tasks();
  static std::span<const Entry> entries_of_servers();
  void enter(std::span<const LineShape> shapes, std::span<const Entry> entries);

  // A request that rebuilds pods, on the server's memory or on one of its own.
  struct Handler {
    ProcedureIndex procedure = none;
    MemoryIndex memory = 0;        // 0: it has none of its own
    Reason reason = Reason::none;  // for which it deletes
    bool ensures = false;          // it makes the least number of pods and nothing else
    Moment since = never;
  };
  // A sync whose lines are not over yet.
  struct Sync {
    PoolIndex pool = none;
    MemoryIndex memory = 0;
    Moment time = never;
    std::int64_t line = 0;
    std::int64_t listed = 0;
    std::int64_t ended = 0;        // of them
  };
  // A release whose cause the next line may tell.
  struct Release {
    Event event;
    std::int64_t line = 0;
  };
  struct Wish {
    Reason reason = Reason::none;
    std::int64_t desired = 0;
  };

  // --- what is common to many rows ---
  void remember(std::string_view row);
  TaskIndex task_of(const LineFields& f, PoolIndex pool = none, std::optional<TaskType> type = {});
  TaskIndex placed(TaskIndex task);
  PodIndex pod_of_agent(const LineFields& f);
  void flush_release(const LineFields& f);
  void finish_sync(const LineFields& f);
  void infer_gone(const Sync& sync);
  MemoryIndex memory_of(PoolIndex pool) const;
  void open_handler(PoolIndex pool, Program program, Handler handler);
  void close_handler(PoolIndex pool, bool assumed);
  void close_old_handlers();
  void restart(bool assumed);
  void schedule_retry(TaskIndex task, std::int64_t delay_us, Reason reason, std::uint64_t cause);
  void note_no_agent(TaskIndex task, Reason reason, std::int64_t delay_us);
  void delete_pod(PodIndex pod, MemoryIndex memory, Reason why, Reason forgotten);
  bool wish(const LineFields& f, Reason reason, int nth);
  std::uint64_t decide(PoolIndex pool, std::int64_t pods, std::int64_t desired, Reason reason);
  SlotIndex agent_slot(PodIndex pod, TaskIndex task) const;
  bool works_on(PodIndex pod, TaskIndex task) const;
  void take_work(PodIndex pod, TaskIndex task, bool assumed, std::uint64_t cause = 0);
  void free_work(PodIndex pod, TaskIndex task, Reason reason, bool assumed);
  void assume_planned_on(PodIndex pod, SlotIndex slot, TaskIndex task);
  bool report(const LineFields& f, bool failed);

  // --- rows: pods and slots in a memory ---
  bool created(const LineFields& f);
  bool deleted(const LineFields& f);
  bool offline(const LineFields& f);
  bool assigned(const LineFields& f);
  bool released(const LineFields& f);
  bool reserved(const LineFields& f);
  bool syncing(const LineFields& f);
  bool discovered(const LineFields& f);
  bool ended(const LineFields& f);
  bool cleaned(const LineFields& f);
  bool ended_deleted(const LineFields& f);
  bool vanished(const LineFields& f);
  bool not_active(const LineFields& f);
  bool made_reserved(const LineFields& f);
  bool expired(const LineFields& f);
  bool registered(const LineFields& f);

  // --- rows: the autoscaler, requests that build their own service ---
  bool status(const LineFields& f);
  bool healthy(const LineFields& f);
  bool restarted(const LineFields& f);
  bool unhealthy_deleted(const LineFields& f);
  bool wants_for_plans(const LineFields& f);
  bool wants_for_reserved(const LineFields& f);
  bool wants_more(const LineFields& f);
  bool wants_less(const LineFields& f);
  bool holds(const LineFields& f);
  bool guarded(const LineFields& f);
  bool scaling(const LineFields& f);
  bool frozen(const LineFields& f);
  bool rebuilds(const LineFields& f);
  bool rotates(const LineFields& f);
  bool handler_begins(const LineFields& f, Program program, Reason reason);
  bool handler_ended(const LineFields& f);
  bool ensured(const LineFields& f);
  bool not_ensured(const LineFields& f);
  bool create_refused(const LineFields& f);
  bool service_built(const LineFields& f);
  bool pools_begun(const LineFields& f);
  bool pools_done(const LineFields& f);
  bool service_redirected(const LineFields& f);
  bool secret_rotated(const LineFields& f);

  // --- rows: the task queue ---
  bool selected_plan_and_apply(const LineFields& f);
  bool selected_plan(const LineFields& f);
  bool selected_drift_check(const LineFields& f);
  bool selected(const LineFields& f, TaskType type);
  bool confirmed_called(const LineFields& f);
  bool confirmed_runs(const LineFields& f);
  bool reused(const LineFields& f);
  bool no_reserved(const LineFields& f);
  bool no_free_slot(const LineFields& f);
  bool slot_refused(const LineFields& f);
  bool allocated(const LineFields& f);
  bool no_agents(const LineFields& f);
  bool agent_elsewhere(const LineFields& f);
  bool agent_unknown(const LineFields& f);
  bool no_room(const LineFields& f);
  bool set_running(const LineFields& f);
  bool pushed(const LineFields& f);
  bool announced(const LineFields& f);
  bool push_failed(const LineFields& f);
  bool will_retry(const LineFields& f);
  bool retry_fired(const LineFields& f);
  bool released_for_task(const LineFields& f);
  bool orphaned(const LineFields& f);
  bool orphan_kept(const LineFields& f);
  bool cancelled(const LineFields& f);
  bool not_reserved(const LineFields& f);

  // --- rows: servers, agents, users ---
  bool server_started(const LineFields& f);
  bool recovered(const LineFields& f);
  bool service_configured(const LineFields& f);
  bool leads(const LineFields& f);
  bool leads_no_more(const LineFields& f);
  bool server_ended(const LineFields& f);
  bool connected(const LineFields& f);
  bool rejected(const LineFields& f);
  bool failed_by_disconnect(const LineFields& f);
  bool disconnected(const LineFields& f);
  bool reported(const LineFields& f);
  bool reported_failed(const LineFields& f);
  bool heartbeat(const LineFields& f);
  bool rows_deleted(const LineFields& f);
  bool confirmed(const LineFields& f);
  bool unlocked(const LineFields& f);
  bool task_status(const LineFields& f);
  bool task_applied(const LineFields& f);

  ImportedWorld& w_;
  std::map<const LineShape*, Take> takes_;
  const LineShape* shape_ = nullptr;
  bool is_placed_ = true;
  std::int64_t line_ = 0;
  std::map<PoolIndex, Handler> handlers_;
  std::optional<Sync> sync_;
  std::optional<Release> release_;
  Reason release_hint_ = Reason::none;  // the cause of the release that comes next
  std::map<PoolIndex, Wish> wishes_;
  std::map<PoolIndex, std::int64_t> pods_measured_;
  std::map<TaskIndex, Moment> pushed_at_;
  PoolIndex frozen_pool_ = none;        // the pool that a freeze window empties
  bool starting_ = false;               // a start was seen, and nothing that follows one
  bool in_pool_setup_ = false;          // the leader goes through the pools
  bool service_built_ = false;          // a service was built, and not by a start
  bool says_service_built_ = false;     // this log tells when a service is built
  std::int64_t measured_ = 0;
  std::int64_t measured_otherwise_ = 0;
};

// Numbers and words of lines, checked.
std::optional<std::uint32_t> task_number(const LineFields& f);
std::optional<SlotIndex> slot_number(const LineFields& f);
std::optional<TaskType> task_type(std::string_view word);
std::optional<TaskStatus> final_status(std::string_view word);
// A duration such as 1m30s, in microseconds.
std::optional<std::int64_t> duration(std::string_view text);

}  // namespace holdfast
