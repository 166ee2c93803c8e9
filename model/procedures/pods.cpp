#include <holdfast/model/procedures/pods.h>

#include <tuple>
#include <utility>

namespace holdfast {
namespace {

template <typename Wanted>
IndexSet pods_of(const Memory& memory, PoolIndex pool, Wanted wanted) {
  IndexSet result;
  for (std::size_t i = 0; i < memory.pods.size(); ++i) {
    const ManagedPod& managed = memory.pods[i];
    if (managed.known() && managed.pool == pool && wanted(managed)) {
      result.insert(static_cast<PodIndex>(i));
    }
  }
  return result;
}

bool is_earlier(const World& world, PodIndex a, PodIndex b) {
  return std::tuple(world.pods[a].created, a) < std::tuple(world.pods[b].created, b);
}

}  // namespace

IndexSet managed_pods(const Memory& memory, PoolIndex pool) {
  return pods_of(memory, pool, [](const ManagedPod&) { return true; });
}

IndexSet idle_pods(const Memory& memory, PoolIndex pool) { return pods_of(memory, pool, all_idle); }

PodIndex oldest(const World& world, const IndexSet& pods) {
  PodIndex result = none;
  pods.for_each([&](PodIndex pod) {
    if (result == none || is_earlier(world, pod, result)) result = pod;
  });
  return result;
}

PodIndex managed_namesake(const Turn& t, PodIndex pod) {
  const auto& pods = t.memory().pods;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (i != pod && pods[i].known() && t.clock.same_name(t.world, i, pod)) {
      return static_cast<PodIndex>(i);
    }
  }
  return none;
}

IndexSet list_cluster(const Turn& t) {
  IndexSet result;
  PodIndex newest = none;
  for (std::size_t i = 0; i < t.world.pods.size(); ++i) {
    const Pod& pod = t.world.pods[i];
    if (pod.pool != t.self.pool || !listed(pod)) continue;
    const auto index = static_cast<PodIndex>(i);
    result.insert(index);
    if (newest == none || is_earlier(t.world, newest, index)) newest = index;
  }
  if (t.failed(Fault::stale_list) && newest != none) result.erase(newest);
  return result;
}

bool of_pool(const Turn& t, const Task& task) {
  return task.exists && t.world.workspaces[task.workspace].pool == t.self.pool;
}

bool served_by_pods(const Turn& t, const Task& task) {
  return of_pool(t, task) && t.world.workspaces[task.workspace].mode == ExecutionMode::k8s;
}

namespace {

bool ended(PodState phase) { return phase == PodState::succeeded || phase == PodState::failed; }

// The pod that the cluster has under the name of `pod`.
PodIndex listed_under_name(const Turn& t, PodIndex pod) {
  if (listed(t.world.pods[pod])) return pod;
  for (std::size_t i = 0; i < t.world.pods.size(); ++i) {
    if (listed(t.world.pods[i]) && t.clock.same_name(t.world, i, pod)) {
      return static_cast<PodIndex>(i);
    }
  }
  return pod;
}

}  // namespace

PodIndex managed_under_name(const Turn& t, PodIndex pod) {
  return t.managed(pod) != nullptr ? pod : managed_namesake(t, pod);
}

bool delete_in_cluster(Turn& t, PodIndex named, Reason reason) {
  const PodIndex pod = listed_under_name(t, named);
  if (t.call_takes_effect()) {
    switch (t.world.pods[pod].state) {
      case PodState::terminating:
        if (ended(phase_of(t.world.pods[pod]))) {
          t.emit(EventType::pod_gone, pod).reason = reason;
          break;
        }
        [[fallthrough]];
      case PodState::pending:
      case PodState::running:
        t.emit(EventType::pod_delete_requested, pod).reason = reason;
        break;
      case PodState::succeeded:
      case PodState::failed:
        t.emit(EventType::pod_gone, pod).reason = reason;
        break;
      case PodState::absent:
      case PodState::gone:
        break;
    }
  }
  return !t.call_fails();
}

void one_of_pods(const Turn& t, std::vector<std::uint16_t>& out) {
  t.self.pods.for_each([&](PodIndex pod) { out.push_back(pod); });
}

void take_chosen_pod(Turn& t) {
  t.self.pod = t.step.choice;
  t.self.pods.erase(t.self.pod);
}

namespace {

// The first slot of the pod that holds the task.
SlotIndex slot_with(const ManagedPod& pod, TaskIndex task) {
  for (std::size_t s = 0; s < pod.slots.size(); ++s) {
    if (pod.slots[s].state != SlotState::idle && pod.slots[s].task == task) {
      return static_cast<SlotIndex>(s);
    }
  }
  return no_slot;
}

}  // namespace

void one_of_the_holders(const Turn& t, std::vector<std::uint16_t>& out) {
  const auto& pods = t.memory().pods;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (pods[i].known() && slot_with(pods[i], t.self.task) != no_slot) {
      out.push_back(static_cast<PodIndex>(i));
    }
  }
  if (out.size() < 2) out.assign(1, none);
}

SlotPlace chosen_holder(const Turn& t) {
  if (t.step.choice == none) return place_of(t.memory(), t.self.task);
  return {t.step.choice, slot_with(*t.managed(t.step.choice), t.self.task)};
}

bool take_failed(Turn& t) { return std::exchange(t.self.failed, false); }

bool next_pool(Turn& t) {
  const std::size_t next = t.self.pool == none ? 0u : t.self.pool + 1u;
  t.self.pool = next < t.world.pools.size() ? static_cast<PoolIndex>(next) : none;
  return t.self.pool != none;
}

void read_pools(Turn& t) {
  t.self.pool = none;
  t.self.later.clear();
  for (const Pool& pool : t.world.pools) {
    t.self.later.push_back({pool.min_replicas, pool.max_replicas});
  }
}

bool next_read_pool(Turn& t) {
  Procedure& p = t.self;
  const bool any = !p.later.empty();
  const PoolBounds bounds = any ? p.later.front() : PoolBounds{};
  p.min_replicas = bounds.min_replicas;
  p.max_replicas = bounds.max_replicas;
  p.pool = !any ? none : p.pool == none ? PoolIndex{0} : static_cast<PoolIndex>(p.pool + 1);
  if (any) p.later.erase(p.later.begin());
  return any;
}

}  // namespace holdfast
