#include <holdfast/replay/importers/imported_world.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace holdfast {
namespace {

// Beyond this many places, those of the dead are used again.
constexpr std::size_t most_places = 60000;
constexpr std::size_t most_pools = 10000;

std::optional<NameParts> name_parts(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  const std::size_t dash = name.rfind('-');
  if (dash == name.npos || dash == 0) return std::nullopt;
  NameParts parts{name.substr(0, dash), 0};
  const char* end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + dash + 1, end, parts.second);
  if (error != std::errc{} || rest != end || parts.second < 0) return std::nullopt;
  return parts;
}

}  // namespace

std::optional<NameParts> parts_of_pod_name(std::string_view name) {
  auto parts = name_parts(name, "iac-agent-");
  constexpr std::int64_t last_second = 9'999'999'999;
  if (!parts || parts->second > last_second) return std::nullopt;
  // The second is written as a number is: else the pod would be called otherwise.
  if (!name.ends_with('-' + std::to_string(parts->second))) return std::nullopt;
  return parts;
}

std::optional<NameParts> parts_of_agent_name(std::string_view name) {
  auto parts = name_parts(name, "agent-");
  constexpr std::int64_t first_nanosecond = 100'000'000'000'000'000;
  constexpr std::int64_t per_second = 1'000'000'000;
  if (parts && parts->second >= first_nanosecond) parts->second /= per_second;
  return parts;
}

ImportedWorld::ImportedWorld(Setup setup, int min_replicas, int max_replicas, Sink sink)
    : setup_(std::move(setup)),
      min_replicas_(min_replicas),
      max_replicas_(max_replicas),
      sink_(std::move(sink)) {}

void ImportedWorld::stand_at(Moment time, std::int64_t line, std::string_view row) {
  now_ = time;
  line_ = line;
  row_ = row;
}

Event ImportedWorld::event(EventType type) const {
  Event event;
  event.type = type;
  event.time = now_;
  event.replica = 0;
  if (info(type).has(Field::memory)) event.memory = 0;
  return event;
}

Event ImportedWorld::about_pod(EventType type, PodIndex pod) const {
  Event made = event(type);
  made.pod = pod;
  made.pool = world_.pods[pod].pool;
  // Until then it pinged.
  if (info(type).has(Field::at)) made.at = made.time;
  return made;
}

std::uint64_t ImportedWorld::emit(const Event& event, bool assumed, std::uint64_t cause) {
  const std::string_view refusal = evolve(world_, event);
  if (!refusal.empty()) {
    if (refusals_++ == 0) {
      first_refusal_ = fmt::format("line {}: {}: {}", line_, info(event.type).name, refusal);
    }
    return 0;
  }
  ++events_;
  if (assumed) ++assumed_;
  sink_({event, assumed, cause, line_, row_});
  return static_cast<std::uint64_t>(events_);
}

// --- servers ---

void ImportedWorld::need_server(bool leads) {
  if (world_.replicas.empty() || world_.replicas[0].state == ReplicaState::down) {
    assume(event(EventType::server_started));
    assume(event(EventType::server_recovered));
  }
  if (leads && world_.leader == none) assume(event(EventType::leader_elected));
}

void ImportedWorld::stop(bool assumed) {
  if (world_.replicas.empty() || world_.replicas[0].state == ReplicaState::down) return;
  Event stopped = event(EventType::server_stopped);
  stopped.reason = Reason::restart;
  const std::uint64_t cause = emit(stopped, assumed, 0);
  Event lost = event(EventType::memory_lost);
  lost.reason = Reason::restart;
  assume(lost, cause);
  for (std::size_t i = 0; i < world_.procedures.size(); ++i) {
    if (world_.procedures[i].depth == 0) continue;
    Event ended = event(EventType::procedure_ended);
    ended.procedure = static_cast<ProcedureIndex>(i);
    ended.memory = world_.procedures[i].memory;
    assume(ended, cause);
  }
  for (std::size_t i = 0; i < world_.agents.size(); ++i) {
    if (world_.agents[i].state != AgentState::connected) continue;
    Event broken = about_pod(EventType::agent_disconnected, static_cast<PodIndex>(i));
    broken.reason = Reason::restart;
    assume(broken, cause);
  }
  if (world_.leader == 0) assume(event(EventType::leader_lost), cause);
}

// --- pools, workspaces ---

PoolIndex ImportedWorld::find_pool(std::string_view id) const {
  const auto found = pools_.find(id);
  return found == pools_.end() ? PoolIndex{none} : found->second;
}

PoolIndex ImportedWorld::pool(std::string_view id) {
  const PoolIndex known = find_pool(id);
  if (known != none || setup_.pools.size() >= most_pools) return known;
  const auto index = static_cast<PoolIndex>(setup_.pools.size());
  setup_.pools.emplace_back(id);
  pools_.emplace(std::string(id), index);
  Event configured = event(EventType::pool_configured);
  configured.pool = index;
  configured.n = {min_replicas_, max_replicas_};
  assume(configured);
  for (const EventType type : {EventType::pool_token_rotated, EventType::pool_secret_created}) {
    Event made = event(type);
    made.pool = index;
    assume(made);
  }
  return index;
}

WorkspaceIndex ImportedWorld::find_workspace(const std::string& id) const {
  const auto found = workspaces_.find(id);
  return found == workspaces_.end() ? WorkspaceIndex{none} : found->second;
}

WorkspaceIndex ImportedWorld::workspace(const std::string& id, PoolIndex pool) {
  WorkspaceIndex index = id.empty() ? WorkspaceIndex{none} : find_workspace(id);
  if (index != none && world_.workspaces[index].pool == pool) return index;
  if (index == none) {
    if (setup_.workspaces.size() >= most_places) return none;
    index = static_cast<WorkspaceIndex>(setup_.workspaces.size());
    setup_.workspaces.push_back(id);
    if (!id.empty()) workspaces_.emplace(id, index);
  }
  place_workspace(index, pool);
  return index;
}

// Also when it moved to another pool.
void ImportedWorld::place_workspace(WorkspaceIndex workspace, PoolIndex pool) {
  Event created = event(EventType::workspace_created);
  created.workspace = workspace;
  created.pool = pool;
  assume(created);
}

// --- pods ---

PodIndex ImportedWorld::place_for_pod() const {
  if (world_.pods.size() < most_places) return static_cast<PodIndex>(world_.pods.size());
  for (std::size_t i = 0; i < world_.pods.size(); ++i) {
    if (world_.pods[i].state == PodState::gone && !knows(0, static_cast<PodIndex>(i))) {
      return static_cast<PodIndex>(i);
    }
  }
  return none;
}

PodIndex ImportedWorld::find_pod(std::string_view name) const {
  const auto found = pods_.find(name);
  return found == pods_.end() ? PodIndex{none} : found->second;
}

PodIndex ImportedWorld::pod(std::string_view name) {
  const PodIndex known = find_pod(name);
  return known != none ? known : create_pod(name, true);
}

PodIndex ImportedWorld::pod_in_cluster(std::string_view name) {
  const PodIndex known = find_pod(name);
  if (known != none && world_.pods[known].state != PodState::gone) return known;
  return create_pod(name, true);
}

PodIndex ImportedWorld::create_pod(std::string_view name, bool assumed) {
  const auto parts = parts_of_pod_name(name);
  const PodIndex place = place_for_pod();
  if (!parts || place == none) return none;
  const PoolIndex of = pool(parts->pool);
  if (of == none) return none;
  if (place < agent_ids_.size() && !agent_ids_[place].empty()) {
    agents_.erase(agent_ids_[place]);
    agent_ids_[place].clear();
  }
  const PodIndex before = find_pod(name);
  const ManagedPod* known = before == none ? nullptr : managed(0, before);
  const std::optional<ManagedPod> held = known == nullptr ? std::nullopt : std::optional(*known);
  if (before != none) assume_gone(before);
  if (held) assume(about_pod(EventType::memory_pod_forgotten, before));
  Event created = event(EventType::pod_created);
  created.pod = place;
  created.pool = of;
  // The pod's name is made from this moment, so it has to be the one in the name.
  created.time = {parts->second * second};
  created.n = {world_.pools[of].config_revision, world_.pools[of].secret_token};
  pod_created_last_ = emit(created, assumed, 0);
  if (pod_created_last_ == 0) return none;
  pods_.insert_or_assign(std::string(name), place);
  if (held) carry_over(*held, place);
  return place;
}

void ImportedWorld::carry_over(const ManagedPod& held, PodIndex to) {
  assume(about_pod(EventType::memory_pod_discovered, to));
  if (held.agent_known()) assume(about_pod(EventType::memory_agent_registered, to));
  for (SlotIndex i = 0; i < slots_per_pod; ++i) {
    const Slot& slot = held.slots[i];
    if (slot.state == SlotState::idle) continue;
    const bool waits = slot.state == SlotState::reserved;
    Event kept = about_pod(waits ? EventType::slot_reserved : EventType::slot_assigned, to);
    kept.slot = i;
    kept.task = slot.task;
    kept.task_type = slot.type;
    assume(kept);
  }
}

void ImportedWorld::need_running(PodIndex pod) {
  if (world_.pods[pod].state == PodState::pending) assume(about_pod(EventType::pod_running, pod));
}

std::uint64_t ImportedWorld::assume_gone(PodIndex pod) {
  if (!listed(world_.pods[pod])) return 0;
  const AgentState agent = world_.agents[pod].state;
  if (agent != AgentState::absent && agent != AgentState::gone) {
    assume(about_pod(EventType::agent_gone, pod));
  }
  return assume(about_pod(EventType::pod_gone, pod));
}

// --- a memory ---

const ManagedPod* ImportedWorld::managed(MemoryIndex memory, PodIndex pod) const {
  if (memory >= world_.memories.size()) return nullptr;
  const auto& pods = world_.memories[memory].pods;
  return pod < pods.size() && pods[pod].known() ? &pods[pod] : nullptr;
}

bool ImportedWorld::knows(MemoryIndex memory, PodIndex pod) const {
  return managed(memory, pod) != nullptr;
}

void ImportedWorld::need_managed(PodIndex pod) {
  need_server(false);
  if (!knows(0, pod)) assume(about_pod(EventType::memory_pod_discovered, pod));
}

void ImportedWorld::need_idle_slot(PodIndex pod, SlotIndex slot) {
  const ManagedPod* known = managed(0, pod);
  if (known == nullptr || known->slots[slot].state == SlotState::idle) return;
  Event released = about_pod(EventType::slot_released, pod);
  released.slot = slot;
  released.task = known->slots[slot].task;
  assume(released);
}

void ImportedWorld::need_idle(PodIndex pod) {
  for (SlotIndex slot = 0; slot < slots_per_pod; ++slot) need_idle_slot(pod, slot);
}

void ImportedWorld::need_in_slot(PodIndex pod, SlotIndex slot, TaskIndex task) {
  need_managed(pod);
  const ManagedPod* known = managed(0, pod);
  if (known == nullptr) return;
  if (known->slots[slot].state != SlotState::idle && known->slots[slot].task == task) return;
  need_idle_slot(pod, slot);
  Event assigned = about_pod(EventType::slot_assigned, pod);
  assigned.slot = slot;
  assigned.task = task;
  assigned.task_type = type(task);
  assume(assigned);
}

// --- agents ---

void ImportedWorld::bind(std::string_view agent, PodIndex pod) {
  if (agent_ids_.size() <= pod) agent_ids_.resize(pod + 1u);
  if (agent_ids_[pod] == agent) return;
  if (!agent_ids_[pod].empty()) agents_.erase(agent_ids_[pod]);
  const auto before = agents_.find(agent);
  if (before != agents_.end()) agent_ids_[before->second].clear();
  agent_ids_[pod] = agent;
  agents_.insert_or_assign(std::string(agent), pod);
}

PodIndex ImportedWorld::pod_of_agent(std::string_view agent) {
  const auto found = agents_.find(agent);
  if (found != agents_.end()) return found->second;
  const auto parts = parts_of_agent_name(agent);
  const PoolIndex of = parts ? find_pool(parts->pool) : PoolIndex{none};
  if (of == none) return none;
  // By elimination: one pod of its pool is old enough and has no other agent.
  PodIndex only = none;
  for (std::size_t i = 0; i < world_.pods.size(); ++i) {
    const Pod& pod = world_.pods[i];
    if (pod.pool != of || !lives(pod) || pod.created.us > parts->second * second) continue;
    if (i < agent_ids_.size() && !agent_ids_[i].empty()) continue;
    if (only != none) return none;
    only = static_cast<PodIndex>(i);
  }
  if (only != none) bind(agent, only);
  return only;
}

void ImportedWorld::need_connected(PodIndex pod) {
  const AgentState state = world_.agents[pod].state;
  if (state == AgentState::connected || state == AgentState::gone) return;
  need_server(false);
  need_running(pod);
  if (state == AgentState::absent) assume(about_pod(EventType::agent_started, pod));
  assume(about_pod(EventType::agent_connected, pod));
}

}  // namespace holdfast
