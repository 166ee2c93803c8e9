#include <holdfast/replay/importers/imported_world.h>

namespace holdfast {
namespace {

constexpr std::size_t most_places = 60000;

EventType event_for(TaskStatus status) {
  switch (status) {
    case TaskStatus::running_planning: return EventType::task_started;
    case TaskStatus::running_applying: return EventType::task_apply_started;
    case TaskStatus::apply_pending: return EventType::task_apply_pending;
    case TaskStatus::apply_confirmed: return EventType::task_confirmed;
    case TaskStatus::applied: return EventType::task_applied;
    case TaskStatus::failed: return EventType::task_failed;
    case TaskStatus::cancelled: return EventType::task_cancelled;
    case TaskStatus::pending: return EventType::task_reset;
    default: return EventType::task_plan_finished;
  }
}

void put_back(TaskRow& row, TaskStatus status) {
  row.status = status;
  row.stage = TaskStage::none;
  row.confirmed = status == TaskStatus::apply_confirmed;
  row.agent = none;
  row.started = never;
}

}  // namespace

void ImportedWorld::note_task(std::uint32_t number, std::string_view workspace,
                              std::optional<TaskType> type) {
  if (find_task(number) != none) return;
  TaskLead& lead = leads_[number];
  if (!workspace.empty()) lead.workspace = workspace;
  if (type) lead.type = type;
}

TaskIndex ImportedWorld::find_task(std::uint32_t number) const {
  const auto found = tasks_.find(number);
  return found == tasks_.end() ? TaskIndex{none} : found->second;
}

TaskIndex ImportedWorld::place_for_task() const {
  if (world_.tasks.size() < most_places) return static_cast<TaskIndex>(world_.tasks.size());
  for (std::size_t i = 0; i < world_.tasks.size(); ++i) {
    if (!is_read(world_, static_cast<TaskIndex>(i))) return static_cast<TaskIndex>(i);
  }
  return none;
}

TaskIndex ImportedWorld::task(std::uint32_t number, PoolIndex pool, std::optional<TaskType> type) {
  const TaskIndex known = find_task(number);
  if (known != none) {
    const WorkspaceIndex of = world_.tasks[known].workspace;
    if (pool != none && world_.workspaces[of].pool != pool) place_workspace(of, pool);
    return known;
  }
  const auto lead = leads_.find(number);
  const TaskLead told = lead == leads_.end() ? TaskLead{} : lead->second;
  if (pool == none && !told.workspace.empty()) {
    const WorkspaceIndex of = find_workspace(told.workspace);
    if (of != none) pool = world_.workspaces[of].pool;
  }
  if (pool == none) return none;
  const TaskIndex place = place_for_task();
  const WorkspaceIndex of = workspace(told.workspace, pool);
  if (place == none || of == none) return none;
  if (place < world_.tasks.size()) tasks_.erase(world_.tasks[place].number);
  Event submitted = event(EventType::task_submitted);
  submitted.task = place;
  submitted.workspace = of;
  submitted.task_type = type.value_or(told.type.value_or(TaskType::plan));
  submitted.n[0] = number;
  const std::uint64_t said = assume(submitted);
  if (said == 0) return none;
  if (!type && !told.type) guessed_types_.push_back(said);
  tasks_[number] = place;
  leads_.erase(number);
  return place;
}

Event ImportedWorld::saved(EventType type, TaskIndex task, TaskStatus status) const {
  Event saved = event(type);
  saved.task = task;
  TaskRow row = world_.tasks[task].row;
  switch (status) {
    case TaskStatus::pending: put_back(row, status); break;
    case TaskStatus::running_planning:
    case TaskStatus::running_applying:
      row.stage = TaskStage::planning;
      if (status == TaskStatus::running_applying) row.stage = TaskStage::applying;
      row.started = now_;
      break;
    case TaskStatus::apply_pending:
      if (row.confirmed) status = TaskStatus::apply_confirmed;
      row.stage = TaskStage::apply_pending;
      row.completed = now_;
      break;
    case TaskStatus::apply_confirmed:
      row.stage = TaskStage::apply_pending;
      row.confirmed = true;
      if (type == EventType::task_reset) put_back(row, status);
      break;
    default:
      row.completed = now_;
      row.stage = stage_after(status, row.stage);
  }
  row.status = status;
  saved.row = row;
  saved.flag = !task_allows(world_.tasks[task].row.status, saved);
  return saved;
}

// An agent reports what it no longer works on.
void ImportedWorld::work_ended(TaskIndex task, Reason reason) {
  const PodIndex pod = world_.tasks[task].row.agent;
  if (pod >= world_.agents.size()) return;
  const std::vector<AgentWork> work = world_.agents[pod].work;
  for (const AgentWork& one : work) {
    if (one.task != task) continue;
    Event freed = about_pod(EventType::agent_slot_freed, pod);
    freed.task = task;
    freed.action = one.action;
    freed.slot = one.slot;
    freed.reason = reason;
    assume(freed);
  }
}

void ImportedWorld::reset(TaskIndex task) {
  assume(saved(EventType::task_reset, task, TaskStatus::pending));
}

void ImportedWorld::need_status(TaskIndex task, TaskStatus wanted) {
  const TaskStatus is = status(task);
  if (is == wanted || (wanted == TaskStatus::apply_pending && is_waiting(is))) return;
  switch (wanted) {
    case TaskStatus::pending: reset(task); return;
    case TaskStatus::running_planning:
      if (is != TaskStatus::pending) reset(task);
      break;
    case TaskStatus::apply_pending: {
      // A failed task whose agent went on may still report.
      if (is != TaskStatus::failed) need_status(task, TaskStatus::running_planning);
      work_ended(task, Reason::report);
      const WorkspaceIndex of = world_.tasks[task].workspace;
      if (!world_.workspaces[of].locked) {
        Event locked = event(EventType::workspace_locked);
        locked.workspace = of;
        locked.task = task;
        assume(locked);
      }
      break;
    }
    case TaskStatus::apply_confirmed:
      need_status(task, TaskStatus::apply_pending);
      if (status(task) == wanted) return;
      break;
    case TaskStatus::running_applying: need_status(task, TaskStatus::apply_confirmed); break;
    default: break;
  }
  Event saved = this->saved(event_for(wanted), task, wanted);
  const bool runs_somewhere = is_running(wanted) && saved.row.agent == none;
  // The slot that it has is the nearest to a place that is known.
  if (runs_somewhere && !world_.memories.empty()) {
    saved.row.agent = place_of(world_.memories[0], task).pod;
  }
  assume(saved);
}

std::uint64_t ImportedWorld::say_status(TaskIndex task, TaskStatus wanted, Reason reason,
                                        std::uint64_t cause) {
  const TaskStatus is = status(task);
  if (is == wanted || (wanted == TaskStatus::apply_pending && is_waiting(is))) return 0;
  switch (wanted) {
    case TaskStatus::applied: need_status(task, TaskStatus::running_applying); break;
    case TaskStatus::failed:
      if (is == TaskStatus::pending) need_status(task, TaskStatus::running_planning);
      if (is_waiting(is)) need_status(task, TaskStatus::running_applying);
      break;
    case TaskStatus::success:
    case TaskStatus::planned_and_finished:
      if (is == TaskStatus::pending) need_status(task, TaskStatus::running_planning);
      break;
    default: break;
  }
  // The work of a lost agent may go on.
  if (wanted == TaskStatus::cancelled) {
    work_ended(task, Reason::cancelled);
  } else if (reason == Reason::report) {
    work_ended(task, reason);
  }
  Event saved = this->saved(event_for(wanted), task, wanted);
  if (info(saved.type).has(Field::reason)) saved.reason = reason;
  const std::uint64_t said = say(saved, cause);
  const WorkspaceIndex of = world_.tasks[task].workspace;
  const bool unlocks = wanted == TaskStatus::applied && world_.workspaces[of].locked_by == task;
  const bool locks = wanted == TaskStatus::apply_pending && !world_.workspaces[of].locked;
  if (!unlocks && !locks) return said;
  Event lock = event(unlocks ? EventType::workspace_unlocked : EventType::workspace_locked);
  lock.workspace = of;
  lock.task = task;
  assume(lock, said);
  return said;
}

}  // namespace holdfast
