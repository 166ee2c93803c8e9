#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include <holdfast/replay/importers/platform_rows.h>

namespace holdfast {
namespace {

constexpr std::int64_t row_age_us = 5 * minute;
// An agent's list of tasks may be older than the push that its line follows.
constexpr std::int64_t list_delay_us = 2 * second;

// The numbers of "[713 714]".
std::vector<std::uint32_t> numbers_in(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end; ++at) {
    std::uint32_t number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error == std::errc{}) numbers.push_back(number);
    if (rest != at) at = rest - 1;
  }
  return numbers;
}

}  // namespace

std::span<const PlatformRows::Entry> PlatformRows::entries_of_servers() {
  static constexpr Entry entries[] = {
      {"MN01", &PlatformRows::server_started},
      {"MN03", &PlatformRows::service_configured, "K8s Deployment Service configured"},
      {"old", &PlatformRows::service_configured, "Starting work directory cleaner"},
      {"MN07", &PlatformRows::leads},
      {"MN09", &PlatformRows::leads_no_more},
      {"MN14", &PlatformRows::server_ended},
      {"TQ83", &PlatformRows::recovered},
      {"RW02", &PlatformRows::connected},
      {"RW04", &PlatformRows::rejected},
      {"RW16", &PlatformRows::failed_by_disconnect},
      {"RW18", &PlatformRows::disconnected},
      {"RW20", &PlatformRows::reported},
      {"RW21", &PlatformRows::reported_failed},
      {"RW40", &PlatformRows::heartbeat},
      {"AC02", &PlatformRows::rows_deleted},
      {"CT01", &PlatformRows::confirmed},
      {"CT06", &PlatformRows::cancelled, "Sent"},
      {"CT06", &PlatformRows::unlocked, "Workspace"},
      {"HD02", &PlatformRows::task_applied},
      {"HD07", &PlatformRows::task_status},
      {"HD08", &PlatformRows::task_status},
      {"HD09", &PlatformRows::task_status},
  };
  return entries;
}

// --- servers ---

bool PlatformRows::server_started(const LineFields&) {
  restart(false);
  return true;
}

// Written twice at each start, and after the first line of one that is complete.
bool PlatformRows::service_configured(const LineFields&) {
  service_built_ = false;
  if (!starting_) restart(false);
  return true;
}

bool PlatformRows::recovered(const LineFields&) {
  w_.need_server(true);
  w_.say(w_.event(EventType::server_recovered));
  return true;
}

bool PlatformRows::leads(const LineFields&) {
  // A process leads once, and begins to with an empty memory.
  const World& world = w_.world();
  const bool knows_pods = !world.memories.empty() && !world.memories[0].pods.empty();
  if (world.leader == 0 || knows_pods) restart(true);
  w_.need_server(false);
  w_.say(w_.event(EventType::leader_elected));
  return true;
}

bool PlatformRows::leads_no_more(const LineFields&) {
  if (w_.world().leader == 0) w_.say(w_.event(EventType::leader_lost));
  return true;
}

bool PlatformRows::server_ended(const LineFields&) {
  w_.need_server(false);
  w_.stop(false);
  handlers_.clear();
  return true;
}

// --- agents ---

bool PlatformRows::connected(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  if (pod == none) return true;
  const AgentState state = w_.world().agents[pod].state;
  if (state == AgentState::connected || state == AgentState::gone) return true;
  w_.need_server(false);
  w_.need_running(pod);
  if (state == AgentState::absent) w_.assume(w_.about_pod(EventType::agent_started, pod));
  w_.say(w_.about_pod(EventType::agent_connected, pod));
  return true;
}

bool PlatformRows::rejected(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  if (pod == none) return true;
  if (w_.world().agents[pod].row) w_.assume(w_.about_pod(EventType::agent_row_deleted, pod));
  Event refused = w_.about_pod(EventType::agent_refused, pod);
  refused.reason = Reason::row_missing;
  w_.say(refused);
  return true;
}

bool PlatformRows::failed_by_disconnect(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  const PoolIndex pool = pod == none ? PoolIndex{none} : w_.world().pods[pod].pool;
  const TaskIndex task = task_of(f, pool);
  if (task != none) w_.say_status(task, TaskStatus::failed, Reason::connection_lost);
  return true;
}

bool PlatformRows::disconnected(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  if (pod == none || w_.world().agents[pod].state == AgentState::gone) return true;
  std::uint64_t cause = 0;
  if (w_.world().agents[pod].state != AgentState::disconnected) {
    w_.need_connected(pod);
    Event broken = w_.about_pod(EventType::agent_disconnected, pod);
    broken.reason = Reason::connection_lost;
    cause = w_.say(broken);
  }
  w_.say(w_.about_pod(EventType::agent_marked_offline, pod), cause);
  return true;
}

bool PlatformRows::reported(const LineFields& f) { return report(f, false); }

bool PlatformRows::reported_failed(const LineFields& f) { return report(f, true); }

bool PlatformRows::report(const LineFields& f, bool failed) {
  PodIndex pod = pod_of_agent(f);
  const PoolIndex pool = pod == none ? PoolIndex{none} : w_.world().pods[pod].pool;
  const TaskIndex task = task_of(f, pool);
  if (task == none) return true;
  if (pod == none) pod = w_.world().tasks[task].row.agent;
  const TaskStatus is = w_.status(task);
  TaskStatus outcome = is;
  if (failed) outcome = TaskStatus::failed;
  if (!failed && is == TaskStatus::running_applying) outcome = TaskStatus::applied;
  const bool plans = is == TaskStatus::running_planning;
  // The message of a plan_and_apply does not say whether its plan has changes.
  const bool unclear = !failed && plans && w_.type(task) == TaskType::plan_and_apply;
  if (!failed && plans && !unclear) outcome = TaskStatus::success;
  std::uint64_t cause = 0;
  if (pod != none && w_.world().agents[pod].state != AgentState::gone) {
    free_work(pod, task, Reason::report, false);
    Event reported = w_.about_pod(EventType::agent_reported, pod);
    reported.task = task;
    reported.status = outcome;
    if (!unclear) cause = w_.say(reported);
  }
  if (is_running(is) && !unclear) w_.say_status(task, outcome, Reason::report, cause);
  return true;
}

bool PlatformRows::heartbeat(const LineFields& f) {
  const PodIndex pod = pod_of_agent(f);
  if (pod == none || w_.world().agents[pod].state == AgentState::gone) return true;
  w_.need_connected(pod);
  w_.say(w_.about_pod(EventType::agent_heartbeat, pod));
  const std::vector<std::uint32_t> listed = numbers_in(f.get(Placeholder::text));
  const std::vector<AgentWork> work = w_.world().agents[pod].work;
  for (const AgentWork& one : work) {
    const std::uint32_t number = w_.world().tasks[one.task].number;
    if (std::find(listed.begin(), listed.end(), number) != listed.end()) continue;
    const auto pushed = pushed_at_.find(one.task);
    const bool lately = pushed != pushed_at_.end() &&
                        w_.now().us - pushed->second.us <= list_delay_us;
    if (!lately) free_work(pod, one.task, Reason::none, false);
  }
  for (const std::uint32_t number : listed) {
    const TaskIndex task = w_.find_task(number);
    if (task != none && is_running(w_.status(task)) && !works_on(pod, task)) {
      take_work(pod, task, false);
    }
  }
  return true;
}

// The line says how many; which they are is certain only if as many can be meant.
bool PlatformRows::rows_deleted(const LineFields& f) {
  std::vector<PodIndex> old;
  const auto& agents = w_.world().agents;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    const bool silent = agents[i].last_ping == never ||
                        w_.now().us - agents[i].last_ping.us > row_age_us;
    if (agents[i].row && agents[i].state != AgentState::connected && silent) {
      old.push_back(static_cast<PodIndex>(i));
    }
  }
  if (f.number(Placeholder::n) != static_cast<std::int64_t>(old.size())) return true;
  for (const PodIndex pod : old) w_.say(w_.about_pod(EventType::agent_row_deleted, pod));
  return true;
}

// --- users, and what requests say of tasks ---

bool PlatformRows::confirmed(const LineFields& f) {
  const TaskIndex task = task_of(f, none, TaskType::plan_and_apply);
  if (task == none) return true;
  w_.need_status(task, TaskStatus::apply_pending);
  w_.say(w_.saved(EventType::task_confirmed, task, TaskStatus::apply_confirmed));
  return true;
}

bool PlatformRows::unlocked(const LineFields& f) {
  const TaskIndex task = task_of(f);
  std::uint64_t cause = 0;
  if (task != none) cause = w_.say_status(task, TaskStatus::cancelled, Reason::user);
  const WorkspaceIndex workspace = w_.find_workspace(std::string(f.get(Placeholder::ws)));
  if (workspace == none || !w_.world().workspaces[workspace].locked) return true;
  Event unlocked = w_.event(EventType::workspace_unlocked);
  unlocked.workspace = workspace;
  unlocked.task = w_.world().workspaces[workspace].locked_by;
  w_.say(unlocked, cause);
  return true;
}

bool PlatformRows::task_status(const LineFields& f) {
  const auto number = task_number(f);
  if (!number) return false;
  w_.note_task(*number, f.get(Placeholder::ws), std::nullopt);
  const TaskIndex task = placed(w_.task(*number, none));
  const auto status = final_status(f.get(Placeholder::word));
  if (task != none && status) w_.say_status(task, *status, Reason::report);
  return true;
}

bool PlatformRows::task_applied(const LineFields& f) {
  const TaskIndex task = task_of(f);
  if (task != none) w_.say_status(task, TaskStatus::applied, Reason::report);
  return true;
}

}  // namespace holdfast
