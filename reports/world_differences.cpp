#include <holdfast/reports/world_view.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>

namespace holdfast {
namespace {

// Compares one pod with what one memory holds of it.
class Comparison {
 public:
  Comparison(const World& world, const Setup& setup, PodIndex pod, MemoryIndex memory,
             std::vector<Difference>& out)
      : world_(world),
        setup_(setup),
        pod_(pod),
        memory_(memory),
        managed_(managed_of(world.memories[memory], pod)),
        believer_(believer_text(world, memory)),
        out_(out) {}

  void compare();

 private:
  static const ManagedPod& managed_of(const Memory& memory, PodIndex pod) {
    static const ManagedPod unknown;
    return pod < memory.pods.size() ? memory.pods[pod] : unknown;
  }
  void compare_pod(const Pod& pod);
  void compare_agent(const Agent& agent);
  void compare_slot(SlotIndex slot);
  void compare_truth();

  // Whether the memory has the task in some slot of this pod.
  bool holds(TaskIndex task) const {
    return std::any_of(managed_.slots.begin(), managed_.slots.end(), [&](const Slot& slot) {
      return slot.state != SlotState::idle && slot.task == task;
    });
  }
  bool works_on(TaskIndex task) const {
    if (pod_ >= world_.agents.size()) return false;
    const std::vector<AgentWork>& work = world_.agents[pod_].work;
    return std::any_of(work.begin(), work.end(),
                       [&](const AgentWork& one) { return one.task == task; });
  }
  void add(SlotIndex slot, std::string text) {
    out_.push_back({pod_, slot, memory_, believer_ + ' ' + std::move(text)});
  }

  const World& world_;
  const Setup& setup_;
  PodIndex pod_;
  MemoryIndex memory_;
  const ManagedPod& managed_;
  std::string believer_;
  std::vector<Difference>& out_;
};

void Comparison::compare() {
  compare_pod(world_.pods[pod_]);
  if (pod_ < world_.agents.size()) compare_agent(world_.agents[pod_]);
  if (!managed_.known() || setup_.knobs.slots == SlotsKnob::none) return;
  for (int s = 0; s < slots_each(setup_.knobs); ++s) compare_slot(static_cast<SlotIndex>(s));
  compare_truth();
}

void Comparison::compare_pod(const Pod& pod) {
  if (!managed_.known()) {
    if (lives(pod)) add(no_slot, "does not know this pod");
    return;
  }
  if (!lives(pod)) add(no_slot, fmt::format("holds this pod, which is {}", name(pod.state)));
}

void Comparison::compare_agent(const Agent& agent) {
  const bool connected = agent.state == AgentState::connected;
  if (managed_.state == ManagedPodState::offline && connected) {
    add(no_slot, "takes this pod for offline, and its agent is connected");
  }
  if (managed_.state == ManagedPodState::registered && !connected && lives(world_.pods[pod_])) {
    add(no_slot, fmt::format("counts on its agent, which is {}", name(agent.state)));
  }
  if (managed_.known() && !managed_.agent_known() && connected && agent.connected_to == memory_) {
    // To connect registers an agent only under needs_agent: registered. Else a push to its pod
    // does, so after a restart this stays so until the next one.
    add(no_slot, "has no agent registered for this pod, whose agent is connected to it");
  }
}

// What the memory has in a slot.
void Comparison::compare_slot(SlotIndex s) {
  const Slot& slot = managed_.slots[s];
  if (slot.state == SlotState::idle || slot.task >= world_.tasks.size()) return;
  const Task& task = world_.tasks[slot.task];
  const std::string held = fmt::format("holds slot {} as {} for {}", s, name(slot.state),
                                       task_name(world_, slot.task));
  if (!task.exists || is_final(task.row.status)) {
    add(s, fmt::format("{}, which {}", held,
                       task.exists ? fmt::format("ended: {}", name(task.row.status))
                                   : std::string("is no more")));
    return;
  }
  const bool reserved = slot.state == SlotState::reserved;
  if (reserved && !reserved_on(task, pod_)) {
    const bool elsewhere = is_waiting(task.row.status);
    add(s, held + (elsewhere ? ", which did not plan here"
                             : fmt::format(", which is {}", name(task.row.status))));
  } else if (!reserved && !works_on(slot.task)) {
    add(s, fmt::format("{}, which is {} and is not worked on here", held,
                       name(task.row.status)));
  }
}

// What is so and the memory has in no slot of this pod.
void Comparison::compare_truth() {
  for (std::size_t t = 0; t < world_.tasks.size(); ++t) {
    const auto task = static_cast<TaskIndex>(t);
    const Task& row = world_.tasks[t];
    if (!row.exists || !reserved_on(row, pod_) || holds(task) || works_on(task)) continue;
    const std::string where =
        row.plan_slot == no_slot ? std::string("here") : fmt::format("in slot {}", row.plan_slot);
    add(row.plan_slot, fmt::format("does not know that {} is reserved {}",
                                   task_name(world_, task), where));
  }
  if (pod_ >= world_.agents.size()) return;
  for (const AgentWork& work : world_.agents[pod_].work) {
    if (holds(work.task)) continue;
    add(work.slot, fmt::format("does not know that the agent works on the {} of {}",
                               name(work.action), task_name(world_, work.task)));
  }
}

}  // namespace

std::string believer_text(const World& world, MemoryIndex memory) {
  if (memory < world.replicas.size()) return fmt::format("replica {}", memory);
  return "a request";
}

std::vector<Difference> differences(const World& world, const Setup& setup) {
  std::vector<Difference> found;
  for (std::size_t p = 0; p < world.pods.size(); ++p) {
    for (std::size_t m = 0; m < world.memories.size(); ++m) {
      if (!world.memories[m].exists) continue;
      Comparison(world, setup, static_cast<PodIndex>(p), static_cast<MemoryIndex>(m), found)
          .compare();
    }
  }
  return found;
}

bool shows_pod(const World& world, const WorldViewOptions& options, PodIndex pod) {
  const bool known = std::any_of(
      world.memories.begin(), world.memories.end(), [&](const Memory& memory) {
        return memory.exists && pod < memory.pods.size() && memory.pods[pod].known();
      });
  if (!known && !listed(world.pods[pod])) return false;
  if (!options.narrow() || pod == options.pod) return true;
  if (options.task >= world.tasks.size()) return false;
  const Task& task = world.tasks[options.task];
  if (task.plan_pod == pod || task.row.agent == pod) return true;
  return std::any_of(world.memories.begin(), world.memories.end(), [&](const Memory& memory) {
    if (!memory.exists || pod >= memory.pods.size()) return false;
    const auto& slots = memory.pods[pod].slots;
    return std::any_of(slots.begin(), slots.end(), [&](const Slot& slot) {
      return slot.state != SlotState::idle && slot.task == options.task;
    });
  });
}

bool shows_task(const World& world, const WorldViewOptions& options, TaskIndex task) {
  const Task& row = world.tasks[task];
  if (!row.exists) return false;
  if (task == options.task) return true;
  if (options.task != none || is_final(row.row.status)) return false;
  if (!options.narrow()) return true;
  WorldViewOptions of_task;
  of_task.task = task;
  return options.pod < world.pods.size() && shows_pod(world, of_task, options.pod);
}

bool shows_procedure(const WorldViewOptions& options, const Procedure& procedure) {
  if (procedure.depth == 0) return false;
  if (!options.narrow()) return true;
  if (options.task != none && procedure.task == options.task) return true;
  return options.pod != none && (procedure.pod == options.pod || procedure.agent == options.pod ||
                                 procedure.sender == options.pod);
}

}  // namespace holdfast
