#include <holdfast/replay/refusal.h>

#include <fmt/format.h>

#include <holdfast/model/names.h>

namespace holdfast {
namespace {

template <typename T>
const T* find(const std::vector<T>& items, std::size_t place) {
  return place < items.size() ? &items[place] : nullptr;
}

std::string pod_text(const EntityNames& names, PodIndex pod) {
  std::string text;
  names.append_pod(text, pod);
  return text;
}

std::string state_in_memory(const World& world, const EntityNames& names, const Event& event,
                            bool of_slot) {
  const Memory* memory = find(world.memories, event.memory);
  const ManagedPod* pod = memory == nullptr ? nullptr : find(memory->pods, event.pod);
  if (pod == nullptr) return {};
  if (!of_slot || event.slot >= slots_per_pod) {
    return fmt::format("memory {} has the pod {} as {}", event.memory, pod_text(names, event.pod),
                       name(pod->state));
  }
  return fmt::format("slot {} of {} is {} in memory {}", event.slot, pod_text(names, event.pod),
                     name(pod->slots[event.slot].state), event.memory);
}

}  // namespace

std::string state_before(const World& world, const EntityNames& names, const Event& event) {
  const std::string_view type = info(event.type).name;
  const std::string_view kind = type.substr(0, type.find('.'));
  if (kind == "pod") {
    const Pod* pod = find(world.pods, event.pod);
    if (pod == nullptr) return {};
    return fmt::format("pod {} is {}", pod_text(names, event.pod), name(pod->state));
  }
  if (kind == "agent") {
    const Agent* agent = find(world.agents, event.pod);
    if (agent == nullptr) return {};
    return fmt::format("agent {} is {}", pod_text(names, event.pod), name(agent->state));
  }
  if (kind == "task") {
    const Task* task = find(world.tasks, event.task);
    if (task == nullptr || !task->exists) return {};
    return fmt::format("task {} is {}, the event makes it {}", task->number,
                       name(task->row.status), name(event.row.status));
  }
  if (kind == "server") {
    const Replica* replica = find(world.replicas, event.replica);
    if (replica == nullptr) return {};
    return fmt::format("replica {} is {}", event.replica, name(replica->state));
  }
  if (kind == "slot") return state_in_memory(world, names, event, true);
  if (kind == "memory") return state_in_memory(world, names, event, false);
  return {};
}

}  // namespace holdfast
