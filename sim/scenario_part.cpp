#include <holdfast/sim/scenario_part.h>

#include <algorithm>
#include <map>
#include <utility>

namespace holdfast {
namespace {

bool is_of_pod(ActionKind kind) {
  return kind >= ActionKind::crash_pod && kind <= ActionKind::silence_agent;
}

bool is_of_task(ActionKind kind) {
  return kind == ActionKind::confirm || kind == ActionKind::cancel;
}

bool is_of_pool(ActionKind kind) {
  return kind == ActionKind::save_config || kind == ActionKind::sync ||
         kind == ActionKind::unfreeze || kind == ActionKind::rotate_token;
}

template <typename Item>
void keep(std::vector<Item>& items, const std::vector<bool>& kept) {
  std::size_t to = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!kept[i]) continue;
    if (to != i) items[to] = std::move(items[i]);
    ++to;
  }
  items.resize(to);
}

// How many are kept before this one: its new place.
template <typename Index>
Index new_place(const std::vector<bool>& kept, Index old) {
  return static_cast<Index>(std::count(kept.begin(), kept.begin() + old, true));
}

// The numbers that the submits of `when` give their tasks, in the order in which they come; 0 for
// what submits nothing or is not kept.
std::vector<std::uint32_t> submitted_numbers(const Scenario& s, const KeptParts& kept) {
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < s.given_tasks.size(); ++i) {
    if (kept.tasks[i]) last = std::max(last, s.given_tasks[i].number);
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < s.when.size(); ++i) {
    if (kept.happenings[i] && s.when[i].kind == ActionKind::submit) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&s](std::size_t a, std::size_t b) {
    return s.when[a].at_us < s.when[b].at_us;
  });
  std::vector<std::uint32_t> numbers(s.when.size(), 0);
  for (const std::size_t i : order) numbers[i] = ++last;
  return numbers;
}

// Leaves out what refers to something that is left out.
class Closure {
 public:
  Closure(const Scenario& scenario, KeptParts& kept)
      : s_(scenario), kept_(kept), before_(submitted_numbers(scenario, all_parts(scenario))) {}

  void run() {
    places();
    happenings();
    for (std::size_t i = 0; i < s_.when.size(); ++i) {
      if (is_of_task(s_.when[i].kind) && !task_stays(s_.when[i].task)) kept_.happenings[i] = false;
    }
  }

  // What tasks are called when only these parts are there.
  std::map<std::uint32_t, std::uint32_t> new_numbers() const {
    std::map<std::uint32_t, std::uint32_t> numbers;
    for (const GivenTask& task : s_.given_tasks) numbers[task.number] = task.number;
    const std::vector<std::uint32_t> after = submitted_numbers(s_, kept_);
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (after[i] != 0) numbers[before_[i]] = after[i];
    }
    return numbers;
  }

 private:
  void places() {
    for (std::size_t i = 0; i < s_.given_pods.size(); ++i) {
      if (!kept_.pools[s_.given_pods[i].pool]) kept_.pods[i] = false;
    }
    for (std::size_t i = 0; i < s_.workspaces.size(); ++i) {
      if (!kept_.pools[s_.workspaces[i].pool]) kept_.workspaces[i] = false;
    }
    for (std::size_t i = 0; i < s_.given_tasks.size(); ++i) {
      const GivenTask& task = s_.given_tasks[i];
      if (!kept_.workspaces[task.workspace]) kept_.tasks[i] = false;
      if (task.pod != none && !kept_.pods[task.pod]) kept_.tasks[i] = false;
    }
  }
  void happenings() {
    for (std::size_t i = 0; i < s_.when.size(); ++i) {
      const Happening& happening = s_.when[i];
      bool stays = true;
      if (is_of_pool(happening.kind)) stays = kept_.pools[happening.pool];
      if (is_of_pod(happening.kind) && happening.pod < s_.given_pods.size()) {
        stays = kept_.pods[happening.pod];
      }
      if (happening.kind == ActionKind::submit) {
        stays = kept_.workspaces[s_.setup.tasks[happening.argument].workspace];
      }
      if (!stays) kept_.happenings[i] = false;
    }
  }
  bool task_stays(std::uint32_t number) const {
    for (std::size_t i = 0; i < s_.given_tasks.size(); ++i) {
      if (s_.given_tasks[i].number == number) return kept_.tasks[i];
    }
    const auto found = std::find(before_.begin(), before_.end(), number);
    return found != before_.end() &&
           kept_.happenings[static_cast<std::size_t>(found - before_.begin())];
  }

  const Scenario& s_;
  KeptParts& kept_;
  std::vector<std::uint32_t> before_;
};

}  // namespace

KeptParts all_parts(const Scenario& scenario) {
  return {std::vector<bool>(scenario.when.size(), true),
          std::vector<bool>(scenario.given_tasks.size(), true),
          std::vector<bool>(scenario.given_pods.size(), true),
          std::vector<bool>(scenario.workspaces.size(), true),
          std::vector<bool>(scenario.pools.size(), true)};
}

Scenario scenario_part(const Scenario& scenario, KeptParts kept) {
  Closure closure(scenario, kept);
  closure.run();
  const std::map<std::uint32_t, std::uint32_t> numbers = closure.new_numbers();
  Scenario s = scenario;
  const std::size_t given_pods = s.given_pods.size();
  const auto lost_pods =
      static_cast<std::uint16_t>(std::count(kept.pods.begin(), kept.pods.end(), false));
  keep(s.pools, kept.pools);
  keep(s.setup.pools, kept.pools);
  keep(s.workspaces, kept.workspaces);
  keep(s.setup.workspaces, kept.workspaces);
  keep(s.given_pods, kept.pods);
  keep(s.given_tasks, kept.tasks);
  keep(s.when, kept.happenings);
  for (WorkspaceSpec& workspace : s.workspaces) {
    workspace.pool = new_place(kept.pools, workspace.pool);
  }
  for (GivenPod& pod : s.given_pods) pod.pool = new_place(kept.pools, pod.pool);
  for (GivenTask& task : s.given_tasks) {
    task.workspace = new_place(kept.workspaces, task.workspace);
    if (task.pod != none) task.pod = new_place(kept.pods, task.pod);
  }
  for (TaskTemplate& task : s.setup.tasks) {
    task.workspace = new_place(kept.workspaces, task.workspace);
  }
  for (ConfigTemplate& config : s.setup.configs) config.pool = new_place(kept.pools, config.pool);
  for (Happening& happening : s.when) {
    if (is_of_pool(happening.kind)) happening.pool = new_place(kept.pools, happening.pool);
    if (is_of_task(happening.kind)) happening.task = numbers.at(happening.task);
    if (!is_of_pod(happening.kind)) continue;
    const bool given = happening.pod < given_pods;
    happening.pod = given ? new_place(kept.pods, happening.pod)
                          : static_cast<std::uint16_t>(happening.pod - lost_pods);
  }
  return s;
}

}  // namespace holdfast
