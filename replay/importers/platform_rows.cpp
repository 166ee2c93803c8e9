#include <holdfast/replay/importers/platform_rows.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

// A request that is not over by then has ended without a line.
constexpr std::int64_t longest_request_us = minute;

// Rows that belong to the sync that began before them.
bool continues_sync(std::string_view row) { return row >= "PM10" && row <= "PM15"; }

// Rows that only a cycle of the autoscaler writes, behind its sync.
bool ends_sync_of_cycle(std::string_view row) { return row >= "KS01" && row <= "KS05"; }

}  // namespace

std::optional<std::uint32_t> task_number(const LineFields& f) {
  const auto number = f.number(Placeholder::task);
  if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<SlotIndex> slot_number(const LineFields& f) {
  const auto number = f.number(Placeholder::slot);
  if (!number || *number >= slots_per_pod) return std::nullopt;
  return static_cast<SlotIndex>(*number);
}

std::optional<TaskType> task_type(std::string_view word) { return value_named<TaskType>(word); }

std::optional<TaskStatus> final_status(std::string_view word) {
  if (word == "running" || word == "pending") return std::nullopt;
  const auto status = value_named<TaskStatus>(word);
  const bool waits = status == TaskStatus::apply_pending;
  return status && (is_final(*status) || waits) ? status : std::nullopt;
}

std::optional<std::int64_t> duration(std::string_view text) {
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, count);
    constexpr std::int64_t most_count = 1'000'000;
    if (error != std::errc{} || count > most_count) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    std::int64_t unit = 0;
    if (text.starts_with('h')) unit = hour;
    if (text.starts_with('m')) unit = minute;
    if (text.starts_with('s')) unit = second;
    if (text.starts_with("ms")) unit = millisecond;
    if (unit == 0) return std::nullopt;
    text.remove_prefix(unit == millisecond ? 2 : 1);
    total += count * unit;
  }
  return total;
}

PlatformRows::PlatformRows(ImportedWorld& world) : w_(world) {
  enter(shapes_of_pods(), entries_of_pods());
  enter(shapes_of_pods(), entries_of_scaling());
  enter(shapes_of_tasks(), entries_of_tasks());
  enter(shapes_of_tasks(), entries_of_servers());
  enter(shapes_of_server(), entries_of_servers());
}

void PlatformRows::enter(std::span<const LineShape> shapes, std::span<const Entry> entries) {
  for (const LineShape& shape : shapes) {
    for (const Entry& entry : entries) {
      if (entry.row == shape.row && shape.text.starts_with(entry.begin)) {
        takes_.emplace(&shape, entry.take);
      }
    }
  }
}

bool PlatformRows::take(const LineShape& shape, const LineFields& fields, Moment time,
                        std::int64_t line) {
  shape_ = &shape;
  line_ = line;
  is_placed_ = true;
  flush_release(fields);
  finish_sync(fields);
  remember(shape.row);
  w_.stand_at(time, line, shape.row);
  close_old_handlers();
  const auto found = takes_.find(&shape);
  return found == takes_.end() || (this->*found->second)(fields);
}

void PlatformRows::finish() {
  static constexpr LineShape nothing{};
  shape_ = &nothing;
  flush_release({});
  finish_sync({});
}

void PlatformRows::remember(std::string_view row) {
  const bool works = row.starts_with("PM") || row.starts_with("KS") || row.starts_with("TQ");
  if (works) starting_ = false;
  if (row.starts_with("KS") && row != "KS35" && row != "KS38" && row != "KS39") {
    frozen_pool_ = none;
  }
}

TaskIndex PlatformRows::task_of(const LineFields& f, PoolIndex pool, std::optional<TaskType> type) {
  const auto number = task_number(f);
  return number ? placed(w_.task(*number, pool, type)) : TaskIndex{none};
}

TaskIndex PlatformRows::placed(TaskIndex task) {
  is_placed_ = is_placed_ && task != none;
  return task;
}

PodIndex PlatformRows::pod_of_agent(const LineFields& f) {
  const PodIndex pod = w_.pod_of_agent(f.get(Placeholder::agent));
  is_placed_ = is_placed_ && pod != none;
  return pod;
}

// The line behind a release says why.
void PlatformRows::flush_release(const LineFields& f) {
  if (!release_) return;
  Release release = std::move(*release_);
  release_.reset();
  w_.stand_at(release.event.time, release.line, "PM07");
  Event& released = release.event;
  const bool same_slot = f.get(Placeholder::pod) == pod_name(w_.world(), w_.setup(), released.pod);
  if (same_slot && shape_->row == "TQ67") released.reason = Reason::report;
  if (same_slot && shape_->row == "TQ60") {
    const bool failed = shape_->text.find("failed to") != std::string_view::npos;
    released.reason = failed ? Reason::push_failed : Reason::no_agent;
  }
  if (release_hint_ != Reason::none) released.reason = Reason::no_agent;
  w_.say(released);
  const Reason hint = std::exchange(release_hint_, Reason::none);
  if (hint == Reason::none) return;
  // The line before the release, which named no task.
  const bool elsewhere = hint == Reason::agent_elsewhere;
  w_.stand_at(released.time, release.line, elsewhere ? "TQ42" : "TQ47");
  note_no_agent(released.task, hint, (elsewhere ? 15 : 10) * second);
}

// --- syncs ---

void PlatformRows::finish_sync(const LineFields& f) {
  if (!sync_ || continues_sync(shape_->row)) return;
  Sync sync = *sync_;
  sync_.reset();
  w_.stand_at(sync.time, sync.line, "PM09");
  const bool of_pool = w_.find_pool(f.get(Placeholder::pool)) == sync.pool;
  if (ends_sync_of_cycle(shape_->row) && of_pool) sync.memory = 0;
  const auto handler = handlers_.find(sync.pool);
  if (sync.memory != 0 && handler != handlers_.end() && handler->second.ensures &&
      sync.listed > 0 && managed_count(w_.world().memories[sync.memory], sync.pool) == 0) {
    // An empty memory would have discovered the pods: this is the server's own.
    close_handler(sync.pool, true);
    sync.memory = 0;
  }
  if (sync.memory == 0) w_.need_server(true);
  Event synced = w_.event(EventType::memory_pods_synced);
  synced.memory = sync.memory;
  synced.pool = sync.pool;
  const auto& pods = w_.world().memories[sync.memory].pods;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (pods[i].known() && pods[i].pool == sync.pool) synced.pods.insert(static_cast<PodIndex>(i));
  }
  w_.say(synced);
  sync.listed -= sync.ended;
  infer_gone(sync);
}

// Once a memory knows every pod that was listed, the others are no longer in the cluster.
void PlatformRows::infer_gone(const Sync& sync) {
  if (managed_count(w_.world().memories[sync.memory], sync.pool) != sync.listed) return;
  for (std::size_t i = 0; i < w_.world().pods.size(); ++i) {
    const auto pod = static_cast<PodIndex>(i);
    const Pod& in_cluster = w_.world().pods[i];
    const bool stays = lives(in_cluster) || in_cluster.state == PodState::terminating;
    if (in_cluster.pool == sync.pool && stays && !w_.knows(sync.memory, pod)) w_.assume_gone(pod);
  }
}

// --- requests with a service of their own ---

MemoryIndex PlatformRows::memory_of(PoolIndex pool) const {
  const auto found = handlers_.find(pool);
  return found == handlers_.end() ? MemoryIndex{0} : found->second.memory;
}

// Requires: `handler.memory` is 0 for a request on the server's memory, else `none`.
void PlatformRows::open_handler(PoolIndex pool, Program program, Handler handler) {
  close_handler(pool, true);
  w_.need_server(false);
  handler.since = w_.now();
  if (handler.memory != 0) {
    const World& world = w_.world();
    Event started = w_.event(EventType::procedure_started);
    started.procedure = 0;
    while (started.procedure < world.procedures.size() &&
           world.procedures[started.procedure].depth != 0) {
      ++started.procedure;
    }
    started.memory = static_cast<MemoryIndex>(world.replicas.size());
    while (started.memory < world.memories.size() && world.memories[started.memory].exists) {
      ++started.memory;
    }
    started.after.depth = 1;
    started.after.stack[0] = {program, 0};
    started.after.replica = 0;
    started.after.memory = started.memory;
    started.after.pool = pool;
    handler.procedure = started.procedure;
    handler.memory = started.memory;
    // Of one that ensures pods no line says that it begins.
    handler.ensures ? w_.assume(started) : w_.say(started);
  }
  handlers_[pool] = handler;
}

void PlatformRows::close_handler(PoolIndex pool, bool assumed) {
  const auto found = handlers_.find(pool);
  if (found == handlers_.end()) return;
  if (found->second.procedure != none) {
    Event ended = w_.event(EventType::procedure_ended);
    ended.procedure = found->second.procedure;
    ended.memory = found->second.memory;
    assumed ? w_.assume(ended) : w_.say(ended);
  }
  if (sync_ && sync_->memory == found->second.memory && sync_->memory != 0) sync_.reset();
  handlers_.erase(found);
}

void PlatformRows::close_old_handlers() {
  while (true) {
    const auto old = std::find_if(handlers_.begin(), handlers_.end(), [&](const auto& entry) {
      return w_.now().us - entry.second.since.us > longest_request_us;
    });
    if (old == handlers_.end()) return;
    close_handler(old->first, true);
  }
}

void PlatformRows::restart(bool assumed) {
  w_.stop(true);
  handlers_.clear();
  wishes_.clear();
  service_built_ = false;
  in_pool_setup_ = false;
  starting_ = true;
  const Event started = w_.event(EventType::server_started);
  assumed ? w_.assume(started) : w_.say(started);
}

// --- what several rows do ---

void PlatformRows::schedule_retry(TaskIndex task, std::int64_t delay_us, Reason reason,
                                  std::uint64_t cause) {
  constexpr std::uint16_t most_timers = 60000;
  w_.need_server(false);
  Event scheduled = w_.event(EventType::queue_retry_scheduled);
  scheduled.workspace = w_.world().tasks[task].workspace;
  scheduled.place = place_for_timer(w_.world());
  scheduled.at = {w_.now().us + delay_us};
  scheduled.n[0] = delay_us;
  scheduled.reason = reason;
  if (scheduled.place < most_timers) w_.say(scheduled, cause);
}

void PlatformRows::note_no_agent(TaskIndex task, Reason reason, std::int64_t delay_us) {
  Event none_there = w_.event(EventType::queue_no_agent);
  none_there.task = task;
  none_there.reason = reason;
  const std::uint64_t cause = w_.say(none_there);
  schedule_retry(task, delay_us, reason, cause);
}

void PlatformRows::delete_pod(PodIndex pod, MemoryIndex memory, Reason why, Reason forgotten) {
  const PodState state = w_.world().pods[pod].state;
  const bool ended = state == PodState::succeeded || state == PodState::failed;
  std::uint64_t cause = 0;
  if (state != PodState::gone) {
    const auto type = ended ? EventType::pod_gone : EventType::pod_delete_requested;
    Event deleted = w_.about_pod(type, pod);
    if (!ended) deleted.memory = memory;
    deleted.reason = why;
    cause = w_.say(deleted);
  }
  if (!w_.knows(memory, pod)) return;
  Event forgets = w_.about_pod(EventType::memory_pod_forgotten, pod);
  forgets.memory = memory;
  forgets.reason = forgotten;
  w_.say(forgets, cause);
}

// The place in the agent's own table: that of the memory's, if it is one pod and free there.
SlotIndex PlatformRows::agent_slot(PodIndex pod, TaskIndex task) const {
  if (w_.world().memories.empty()) return no_slot;
  const SlotPlace place = place_of(w_.world().memories[0], task);
  if (place.pod != pod) return no_slot;
  const auto& work = w_.world().agents[pod].work;
  const bool busy = std::any_of(work.begin(), work.end(), [&](const AgentWork& one) {
    return one.slot == place.slot;
  });
  return busy ? no_slot : place.slot;
}

bool PlatformRows::works_on(PodIndex pod, TaskIndex task) const {
  const auto& work = w_.world().agents[pod].work;
  return std::any_of(work.begin(), work.end(),
                     [&](const AgentWork& one) { return one.task == task; });
}

void PlatformRows::take_work(PodIndex pod, TaskIndex task, bool assumed, std::uint64_t cause) {
  // What is sent to an agent that is gone is lost.
  if (w_.world().agents[pod].state == AgentState::gone) return;
  if (works_on(pod, task)) free_work(pod, task, Reason::none, true);
  Event taken = w_.about_pod(EventType::agent_slot_taken, pod);
  taken.task = task;
  const bool applies = w_.status(task) == TaskStatus::running_applying;
  taken.action = applies ? Action::apply : Action::plan;
  taken.slot = agent_slot(pod, task);
  assumed ? w_.assume(taken, cause) : w_.say(taken, cause);
}

void PlatformRows::free_work(PodIndex pod, TaskIndex task, Reason reason, bool assumed) {
  const std::vector<AgentWork> work = w_.world().agents[pod].work;
  for (const AgentWork& one : work) {
    if (one.task != task) continue;
    Event freed = w_.about_pod(EventType::agent_slot_freed, pod);
    freed.task = task;
    freed.action = one.action;
    freed.slot = one.slot;
    freed.reason = reason;
    assumed ? w_.assume(freed) : w_.say(freed);
  }
}

// A reservation of a task whose plan the log does not show: it ran there.
void PlatformRows::assume_planned_on(PodIndex pod, SlotIndex slot, TaskIndex task) {
  if (w_.world().tasks[task].plan_pod != none) return;
  if (w_.world().agents[pod].state == AgentState::gone) return;
  w_.need_connected(pod);
  Event taken = w_.about_pod(EventType::agent_slot_taken, pod);
  taken.task = task;
  const auto& work = w_.world().agents[pod].work;
  const bool busy = std::any_of(work.begin(), work.end(),
                                [&](const AgentWork& one) { return one.slot == slot; });
  taken.slot = busy ? no_slot : slot;
  w_.assume(taken);
  Event freed = taken;
  freed.type = EventType::agent_slot_freed;
  w_.assume(freed);
}

}  // namespace holdfast
