#include <holdfast/replay/entity_names.h>

#include <algorithm>
#include <charconv>

#include <holdfast/model/names_of_entities.h>
#include <holdfast/replay/json_text.h>

namespace holdfast {
namespace {

constexpr std::string_view pod_prefix = "iac-agent-";
constexpr std::size_t most_candidates = 50;

void append_place(std::string& out, std::uint16_t place) {
  out += '#';
  append_number(out, place);
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

// The place in "#12".
std::optional<std::uint16_t> place_in(std::string_view text) {
  if (!text.starts_with('#')) return std::nullopt;
  const auto place = number_of<std::uint16_t>(text.substr(1));
  return place == none ? std::nullopt : place;
}

bool needs_escapes(const std::vector<std::string>& ids) {
  return std::any_of(ids.begin(), ids.end(), [](const std::string& id) {
    std::string escaped;
    append_escaped(escaped, id);
    return escaped != id;
  });
}

}  // namespace

EntityNames::Ids::Ids(const std::vector<std::string>& ids) : texts(ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool clear = !ids[i].empty() && !ids[i].starts_with('#') &&
                       places.try_emplace(ids[i], static_cast<std::uint16_t>(i)).second;
    names.push_back(clear ? ids[i] : '#' + std::to_string(i));
  }
}

void EntityNames::Ids::append(std::string& out, std::uint16_t place) const {
  if (place < names.size()) {
    out += names[place];
  } else {
    append_place(out, place);
  }
}

std::optional<std::uint16_t> EntityNames::Ids::named(std::string_view text) const {
  if (const auto place = place_in(text)) {
    return *place < texts.size() ? place : std::nullopt;
  }
  const auto found = places.find(text);
  if (found == places.end()) return std::nullopt;
  return found->second;
}

EntityNames::EntityNames(const Setup& setup)
    : need_escapes_(needs_escapes(setup.pools) || needs_escapes(setup.workspaces)),
      pools_(setup.pools),
      workspaces_(setup.workspaces) {}

EntityNames::EntityNames(const Setup& setup, const World& world) : EntityNames(setup) {
  for (std::size_t i = 0; i < world.pods.size(); ++i) {
    const Pod& pod = world.pods[i];
    if (pod.state == PodState::absent) continue;
    add_pod(static_cast<PodIndex>(i), pod.pool, pod.created, holdfast::listed(pod));
  }
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    if (world.tasks[i].exists) add_task(static_cast<TaskIndex>(i), world.tasks[i].number);
  }
}

void EntityNames::note(const Event& event) {
  switch (event.type) {
    case EventType::pod_created: add_pod(event.pod, event.pool, event.time, true); break;
    case EventType::pod_gone: set_listed(event.pod, false); break;
    case EventType::task_submitted: add_task(event.task, event.n[0]); break;
    default: break;
  }
}

void EntityNames::add_pod(PodIndex pod, PoolIndex pool, Moment created, bool listed) {
  if (pods_.size() <= pod) pods_.resize(pod + 1u);
  PodEntry& entry = pods_[pod];
  if (entry.known) {
    const auto old = places_of_pods_.find(entry.key);
    std::erase(old->second, pod);
    choose_plain(old->second);
    if (old->second.empty()) places_of_pods_.erase(old);
  }
  entry = {true, listed, false, {pool, name_second(created)}, {}};
  if (entry.key.second >= 0) append_new_pod(entry.base, pool, created);
  std::vector<PodIndex>& places = places_of_pods_[entry.key];
  places.push_back(pod);
  choose_plain(places);
}

void EntityNames::set_listed(PodIndex pod, bool listed) {
  if (pod >= pods_.size() || !pods_[pod].known) return;
  pods_[pod].listed = listed;
  choose_plain(places_of_pods_[pods_[pod].key]);
}

void EntityNames::choose_plain(const std::vector<PodIndex>& of_one_name) {
  const auto count = std::count_if(of_one_name.begin(), of_one_name.end(),
                                   [&](PodIndex pod) { return pods_[pod].listed; });
  for (const PodIndex pod : of_one_name) {
    PodEntry& entry = pods_[pod];
    entry.plain = of_one_name.size() == 1 || (count == 1 && entry.listed);
  }
}

void EntityNames::add_task(TaskIndex task, std::int64_t number) {
  if (tasks_.size() <= task) tasks_.resize(task + 1u);
  TaskEntry& entry = tasks_[task];
  if (has_number(task)) places_of_tasks_.erase(entry.number);
  entry = {true, number};
  places_of_tasks_.insert_or_assign(number, task);
}

bool EntityNames::has_number(TaskIndex task) const {
  if (task >= tasks_.size() || !tasks_[task].known) return false;
  return task_numbered(tasks_[task].number) == task;
}

void EntityNames::append_pool(std::string& out, PoolIndex pool) const { pools_.append(out, pool); }

void EntityNames::append_workspace(std::string& out, WorkspaceIndex workspace) const {
  workspaces_.append(out, workspace);
}

void EntityNames::append_task(std::string& out, TaskIndex task) const {
  if (has_number(task)) {
    append_number(out, tasks_[task].number);
  } else {
    append_place(out, task);
  }
}

void EntityNames::append_pod(std::string& out, PodIndex pod) const {
  if (pod >= pods_.size() || pods_[pod].base.empty()) return append_place(out, pod);
  out += pods_[pod].base;
  if (!pods_[pod].plain) append_place(out, pod);
}

void EntityNames::append_new_pod(std::string& out, PoolIndex pool, Moment created) const {
  out += pod_prefix;
  append_pool(out, pool);
  out += '-';
  append_number(out, name_second(created));
}

std::optional<PoolIndex> EntityNames::pool_named(std::string_view text) const {
  return pools_.named(text);
}

std::optional<WorkspaceIndex> EntityNames::workspace_named(std::string_view text) const {
  return workspaces_.named(text);
}

std::optional<TaskIndex> EntityNames::task_named(std::string_view text) const {
  if (text.starts_with('#')) return place_in(text);
  const auto number = number_of<std::int64_t>(text);
  return number ? task_numbered(*number) : std::nullopt;
}

std::optional<TaskIndex> EntityNames::task_numbered(std::int64_t number) const {
  const auto found = places_of_tasks_.find(number);
  if (found == places_of_tasks_.end()) return std::nullopt;
  return found->second;
}

std::optional<PodIndex> EntityNames::pod_named(std::string_view text) const {
  if (text.starts_with('#')) return place_in(text);
  const std::size_t dash = text.rfind('-');
  if (!text.starts_with(pod_prefix) || dash < pod_prefix.size()) return std::nullopt;
  // The pool may be a place as well; what follows the last dash is the second and the pod's place.
  const auto pool = pools_.named(text.substr(pod_prefix.size(), dash - pod_prefix.size()));
  const std::string_view rest = text.substr(dash + 1);
  const std::size_t mark = std::min(rest.find('#'), rest.size());
  const auto created = number_of<std::int64_t>(rest.substr(0, mark));
  const auto place = place_in(rest.substr(mark));
  if (!pool || !created || (mark != rest.size() && !place)) return std::nullopt;
  const auto found = places_of_pods_.find({*pool, *created});
  if (found == places_of_pods_.end()) return std::nullopt;
  for (const PodIndex pod : found->second) {
    if (place ? pod == *place : pods_[pod].plain) return pod;
  }
  return std::nullopt;
}

std::vector<std::string> EntityNames::pools() const { return pools_.texts; }

std::vector<std::string> EntityNames::workspaces() const { return workspaces_.texts; }

std::vector<std::string> EntityNames::pods() const {
  std::vector<std::string> names;
  for (auto entry = pods_.rbegin(); entry != pods_.rend(); ++entry) {
    if (names.size() == most_candidates) break;
    if (!entry->base.empty()) names.push_back(entry->base);
  }
  return names;
}

}  // namespace holdfast
