#include <holdfast/tests/conformance/observations.h>

#include <array>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include <holdfast/model/names_of_entities.h>
#include <holdfast/model/properties.h>

namespace holdfast {
namespace {

enum class Who { nobody, task, workspace, pod };

// A word of the recordings and the property that says the same. `by_name`: the recordings compare
// the names of pods, where the property knows one pod from another of its name.
struct Word {
  std::string_view recorded;
  std::string_view property;
  Who who;
  bool by_name = false;
};

constexpr std::array of_events{
    Word{"delete_pod_running_task", "running_pod_kept", Who::pod, true},
    Word{"delete_pod_apply_pending", "reserved_pod_kept", Who::pod, true},
    Word{"agent_died_executing", "agent_dies_working", Who::nobody},
    Word{"double_dispatch", "one_place_per_task", Who::nobody},
    Word{"apply_on_other_pod", "apply_on_another_pod", Who::task, true},
    Word{"sent_to_dead_agent", "push_reaches_nobody", Who::nobody},
};

constexpr std::array of_rest{
    Word{"running_but_nobody_executes", "running_task_executed", Who::task},
    Word{"running_without_slot", "running_task_placed", Who::task},
    Word{"apply_pending_without_slot", "waiting_task_placed", Who::task},
    Word{"apply_pending_plan_pod_gone", "waiting_task_has_pod", Who::task, true},
    Word{"double_slot", "one_slot_per_task", Who::task},
    Word{"_holds_slot", "ended_task_frees_slot", Who::task},
    Word{"_but_executing", "ended_task_stops", Who::task},
    Word{"workspace_locked_by_final_task", "ended_task_unlocks", Who::workspace},
};

std::string say(const Word& word, const std::string& task, const std::string& workspace,
                const std::string& pod) {
  std::string text(word.property);
  if (word.who == Who::task) text += " task " + task;
  if (word.who == Who::workspace) text += " " + workspace;
  if (word.who == Who::pod) text += " " + pod;
  return text;
}

std::string say(const Word& word, const Walker& w, const Entities& who) {
  return say(word,
             who.task < w.world.tasks.size() ? std::to_string(w.world.tasks[who.task].number) : "",
             who.workspace == none ? "" : workspace_id(w.setup, who.workspace),
             who.pod < w.world.pods.size() ? w.pod_name(who.pod) : "");
}

// The world with the newest pod of each name in the place of the others of that name.
World by_name(const Walker& w, World world) {
  const auto newest = [&](PodIndex pod) {
    return pod < world.pods.size() ? w.pod_named(w.pod_name(pod)) : pod;
  };
  for (Task& task : world.tasks) task.plan_pod = newest(task.plan_pod);
  for (std::size_t i = 0; i < world.agents.size(); ++i) {
    const PodIndex other = newest(static_cast<PodIndex>(i));
    if (other == i || other >= world.agents.size()) continue;
    std::vector<AgentWork>& work = world.agents[other].work;
    for (const AgentWork& one : world.agents[i].work) work.push_back(one);
    world.agents[i].work.clear();
  }
  return world;
}

template <std::size_t N>
Observations read(const Json& list, const std::array<Word, N>& words) {
  Observations result;
  for (const Json& line : list) {
    std::istringstream fields(line.get<std::string>());
    std::string first;
    fields >> first;
    std::string task;
    std::string workspace;
    std::string pod;
    for (std::string field; fields >> field;) {
      if (field.starts_with("task=")) task = field.substr(5);
      if (field.starts_with("ws=")) workspace = field.substr(3);
      if (field.starts_with("pod=")) pod = field.substr(4);
    }
    const Word* known = nullptr;
    for (const Word& word : words) {
      const bool ending = word.recorded.starts_with('_');
      if (ending ? first.ends_with(word.recorded) : first == word.recorded) known = &word;
      if (known != nullptr && !ending && first == word.recorded) break;
    }
    if (known == nullptr) throw std::runtime_error("the recording observes " + first);
    result.insert(say(*known, task, workspace, pod));
  }
  return result;
}

}  // namespace

void EventObserver::note(std::string what, const World& before, const Event& event) {
  std::string by;
  if (event.procedure < before.procedures.size()) {
    by = calls_text(before.procedures[event.procedure]);
  }
  seen_.try_emplace(std::move(what), std::move(by));
}

Observations EventObserver::names() const {
  Observations names;
  for (const auto& [what, by] : seen_) names.insert(what);
  return names;
}

void EventObserver::see(const World& before, const Event& event) {
  for (const Word& word : of_events) {
    const Property& property = *find_property(word.property);
    if (!property.events.test(static_cast<std::size_t>(event.type))) continue;
    const bool names = word.by_name && walker_.has_namesakes();
    const World world = names ? by_name(walker_, before) : World{};
    Event seen = event;
    if (names) seen.pod = walker_.pod_named(walker_.pod_name(event.pod));
    const Transition transition{names ? world : before, walker_.setup, walker_.clock(), seen};
    // A slot that is given to a task in two places is double_slot.
    if (word.recorded == "double_dispatch" && event.type != EventType::agent_slot_taken) continue;
    if (property.reached != nullptr && property.reached(transition)) {
      note(say(word, walker_, {.pod = event.pod, .task = event.task}), before, event);
    }
    if (property.before == nullptr) continue;
    std::vector<Entities> found;
    property.before(transition, found);
    for (const Entities& who : found) note(say(word, walker_, who), before, event);
  }
}

Observations owed_now(const Walker& walker) {
  Observations result;
  for (const Word& word : of_rest) {
    std::vector<Entities> found;
    const bool names = word.by_name && walker.has_namesakes();
    find_property(word.property)
        ->owed(names ? by_name(walker, walker.world) : walker.world, walker.setup, walker.clock(),
               found);
    for (const Entities& who : found) result.insert(say(word, walker, who));
  }
  return result;
}

Observations recorded_events(const Json& state) {
  return state.contains("ev") ? read(state["ev"], of_events) : Observations{};
}

Observations recorded_rest(const Json& state) {
  return state.contains("anom") ? read(state["anom"], of_rest) : Observations{};
}

}  // namespace holdfast
