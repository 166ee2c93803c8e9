#include <utility>

#include <holdfast/model/fold.h>
#include <holdfast/model/machine.h>

namespace holdfast {
namespace {

// --- memory --------------------------------------------------------------------------------------

// A pod that is forgotten and a memory that is lost are reset by value: the machines lead from
// every state to the first by `pod_forgotten` and `lost`, and the first is the default (a test
// compares).

std::string_view move_managed(ManagedPod& pod, ManagedPodInput input) {
  if (!managed_pod_machine.allows(pod.state, input)) return refused_by_managed_pod;
  pod.state = managed_pod_machine.next(pod.state, input);
  return accepted;
}

std::string_view manage_pod(World& world, const Event& e, ManagedPodInput input) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  if (e.pod >= world.pods.size()) return no_such_pod;
  ManagedPod& pod = grown(memory->pods, e.pod);
  if (input == ManagedPodInput::pod_discovered && !e.pods.empty()) {
    ManagedPod* namesake = at(memory->pods, e.pods.front());
    if (namesake == nullptr || !namesake->known() || pod.known()) return no_such_pod;
    pod = std::exchange(*namesake, ManagedPod{});
    trim(memory->pods);
    return accepted;
  }
  const std::string_view refusal = move_managed(pod, input);
  if (!refusal.empty()) return refusal;
  const ManagedPodState state = pod.state;
  pod = ManagedPod{};
  pod.state = state;
  pod.pool = world.pods[e.pod].pool;
  pod.created = world.pods[e.pod].created;
  pod.heartbeat = e.time;
  return accepted;
}

std::string_view change_managed(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  ManagedPod* pod = at(memory->pods, e.pod);
  if (e.type == EventType::memory_pod_forgotten) {
    if (pod == nullptr) return accepted;  // forgetting what is not known changes nothing
    const std::string_view refusal = move_managed(*pod, ManagedPodInput::pod_forgotten);
    if (!refusal.empty()) return refusal;
    *pod = ManagedPod{};
    trim(memory->pods);
    return accepted;
  }
  if (pod == nullptr) return no_such_pod;
  if (e.type == EventType::memory_pod_offline) {
    return move_managed(*pod, ManagedPodInput::heartbeat_stale);
  }
  const std::string_view refusal = move_managed(*pod, ManagedPodInput::agent_registered);
  if (!refusal.empty()) return refusal;
  pod->agent = e.pods.empty() ? e.pod : e.pods.front();
  pod->heartbeat = e.time;
  return accepted;
}

// The heartbeat of every listed pod that this memory knows.
std::string_view sync_pods(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  e.pods.for_each([&](PodIndex i) {
    ManagedPod* pod = at(memory->pods, i);
    if (pod == nullptr || !pod->known()) return;
    pod->state = managed_pod_machine.next(pod->state, ManagedPodInput::heartbeat_refreshed);
    pod->heartbeat = e.time;
  });
  return accepted;
}

std::string_view change_restarts(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  if (e.type == EventType::memory_restarts_cleared) {
    // `pods` are those whose counters stay.
    for (std::size_t i = 0; i < memory->restarts.size(); ++i) {
      if (!e.pods.contains(static_cast<PodIndex>(i))) memory->restarts[i] = PodRestarts{};
    }
    trim(memory->restarts);
    return accepted;
  }
  if (e.pod >= world.pods.size()) return no_such_pod;
  PodRestarts& restarts = grown(memory->restarts, e.pod);
  if (restarts.count == 0) restarts.first_unhealthy = e.time;
  ++restarts.count;
  restarts.last = e.time;
  return accepted;
}

std::string_view note_idle(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  if (e.pool >= world.pools.size()) return no_such_pool;
  if (memory->idle_since.size() <= e.pool) memory->idle_since.resize(e.pool + 1u, never);
  memory->idle_since[e.pool] = e.flag ? e.time : never;
  while (!memory->idle_since.empty() && memory->idle_since.back() == never) {
    memory->idle_since.pop_back();
  }
  return accepted;
}

std::string_view lose_memory(World& world, const Event& e) {
  if (e.memory >= world.memories.size()) return no_such_memory;
  forget_memory(world, e.memory);
  return accepted;
}

// --- slots ---------------------------------------------------------------------------------------

SlotInput slot_input(const Event& e) {
  switch (e.type) {
    case EventType::slot_assigned: return SlotInput::assigned;
    case EventType::slot_reserved: return SlotInput::reserved;
    case EventType::slot_reused: return e.flag ? SlotInput::reused : SlotInput::reused_in_place;
    case EventType::slot_expired: return SlotInput::expired;
    default: return SlotInput::released;
  }
}

}  // namespace

void forget_memory(World& world, MemoryIndex memory) {
  world.memories[memory] = Memory{};
  while (world.memories.size() > world.replicas.size() && !world.memories.back().exists) {
    world.memories.pop_back();
  }
}

std::string_view fold_slot(World& world, const Event& e) {
  Memory* memory = at(world.memories, e.memory);
  if (memory == nullptr || !memory->exists) return no_such_memory;
  ManagedPod* pod = at(memory->pods, e.pod);
  if (pod == nullptr || !pod->known()) return no_such_pod;
  if (e.slot >= slots_per_pod) return no_such_slot;
  Slot& slot = pod->slots[e.slot];
  const SlotInput input = slot_input(e);
  const bool gives = input == SlotInput::assigned || input == SlotInput::reserved;
  if (gives && e.task >= world.tasks.size()) return no_such_task;
  if (!slot_machine.allows(slot.state, input)) return refused_by_slot;
  slot.state = slot_machine.next(slot.state, input);
  if (input == SlotInput::reused_in_place) return accepted;  // keeps its old time
  // Only of a Reserved slot anybody asks how long it has been so.
  slot.since = slot.state == SlotState::reserved ? e.time : never;
  if (gives) {
    slot.task = e.task;
    slot.type = e.task_type;
  } else if (slot.state == SlotState::idle) {
    slot.task = none;
    slot.type = TaskType::plan;
  }
  return accepted;
}

std::string_view fold_managed_pod(World& world, const Event& e) {
  switch (e.type) {
    case EventType::memory_pod_discovered:
      return manage_pod(world, e, ManagedPodInput::pod_discovered);
    case EventType::memory_pod_managed: return manage_pod(world, e, ManagedPodInput::created);
    case EventType::memory_pods_synced: return sync_pods(world, e);
    case EventType::memory_restart_counted:
    case EventType::memory_restarts_cleared: return change_restarts(world, e);
    case EventType::memory_idle_noted: return note_idle(world, e);
    case EventType::memory_lost: return lose_memory(world, e);
    default: return change_managed(world, e);
  }
}

}  // namespace holdfast
