#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_reader_parts.h>
#include <holdfast/sim/scenario_shape.h>

namespace holdfast {
namespace {

// --- pods ----------------------------------------------------------------------------------------

// Pods count in order of creation, and a pool's pods are named after the second of theirs. One that
// cannot be has the age 0 from then on, of which nothing more is said.
void check_creation(ScenarioReading& reading, std::size_t i, const Node& node) {
  std::vector<GivenPod>& pods = reading.scenario.given_pods;
  const Node* stated = node.find("age");
  const Span where = stated == nullptr ? node.span() : stated->span();
  const std::int64_t age_us = pods[i].age_us;
  if (age_us < second) {
    reading.diagnostics.add(where, fmt::format("pod {} would be created after the start; state its "
                                               "'age'",
                                               i));
    pods[i].age_us = 0;
    return;
  }
  if (age_us > longest_age_us) {
    reading.diagnostics.add(where,
                            fmt::format("'age' is more than {}", duration_text(longest_age_us)));
    return;
  }
  if (i > 0 && pods[i - 1].age_us > 0 && age_us > pods[i - 1].age_us) {
    reading.diagnostics.add(
        where,
        fmt::format("pod {} is {} old, older than pod {} before it ({}): pods count in order "
                    "of creation, the oldest first",
                    i, duration_text(age_us), i - 1, duration_text(pods[i - 1].age_us)));
    return;
  }
  const auto creation_second = [&](const GivenPod& pod) {
    return (reading.scenario.start.us - pod.age_us) / second;
  };
  for (std::size_t other = 0; other < i; ++other) {
    if (pods[other].pool != pods[i].pool) continue;
    if (creation_second(pods[other]) != creation_second(pods[i])) continue;
    reading.diagnostics.add(
        where, fmt::format("pods {} and {} are created in the same second and would have the same "
                           "name: let their ages differ by 1s",
                           other, i));
    return;
  }
}

void read_listed_pods(ScenarioReading& reading, const Node& list) {
  std::vector<GivenPod>& pods = reading.scenario.given_pods;
  std::int64_t age_us = oldest_age_us(list.items().size());
  for (const Node& node : list.items()) {
    GivenPod pod;
    pod.pool = reading.pool_of(node.find("pool"));
    pod.age_us = duration_us_or(node, "age", age_us);
    pod.connected = boolean_or(node, "connected", true);
    pods.push_back(pod);
    age_us = pod.age_us - age_step_us;
    check_creation(reading, pods.size() - 1, node);
  }
}

void read_pods(ScenarioReading& reading, const Node& node) {
  if (node.is_sequence()) {
    read_listed_pods(reading, node);
    return;
  }
  const auto count = static_cast<std::size_t>(integer_of(node));
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t younger_us = static_cast<std::int64_t>(i) * age_step_us;
    reading.scenario.given_pods.push_back({.age_us = oldest_age_us(count) - younger_us});
  }
}

// --- tasks ---------------------------------------------------------------------------------------

TaskStatus status_of(const std::string& word) {
  if (word == "running") return TaskStatus::running_planning;
  return value_named<TaskStatus>(word).value_or(TaskStatus::pending);
}

std::string_view status_word(TaskStatus status) {
  return status == TaskStatus::running_planning ? "running" : name(status);
}

// The checks of one given task against the pods and the tasks before it.
class TaskCheck {
 public:
  TaskCheck(ScenarioReading& reading, const Node& node, std::size_t i)
      : reading_(reading),
        scenario_(reading.scenario),
        node_(node),
        task_(scenario_.given_tasks[i]),
        index_(i) {}

  void run() {
    check_number();
    check_status();
    check_workspace();
    if (task_.waiting_us > longest_age_us) {
      refuse("waiting", fmt::format("'waiting' is more than {}", duration_text(longest_age_us)));
    } else if (check_place()) {
      check_pod();
      check_slot();
    }
  }

 private:
  void refuse(std::string_view key, std::string message, std::string hint = {}) {
    const Node* value = node_.find(key);
    reading_.diagnostics.add(value == nullptr ? node_.span() : value->span(), std::move(message),
                             std::move(hint));
  }
  std::span<const GivenTask> earlier() const {
    return std::span(scenario_.given_tasks).first(index_);
  }
  const WorkspaceSpec& workspace() const { return scenario_.workspaces[task_.workspace]; }

  void check_number();
  void check_status();
  void check_workspace();
  bool check_place();
  void check_pod();
  void check_slot();

  ScenarioReading& reading_;
  const Scenario& scenario_;
  const Node& node_;
  const GivenTask& task_;
  std::size_t index_;
};

void TaskCheck::check_number() {
  for (const GivenTask& other : earlier()) {
    if (other.number != task_.number) continue;
    refuse("id", fmt::format("task {} is given twice", task_.number));
    return;
  }
}

void TaskCheck::check_status() {
  if (!is_waiting(task_.status) || task_.type == TaskType::plan_and_apply) return;
  refuse("status", fmt::format("task {} is a {} and cannot be {}: only a plan_and_apply is applied",
                               task_.number, name(task_.type), status_word(task_.status)));
}

// A workspace is locked from the plan to the end of the apply.
void TaskCheck::check_workspace() {
  const auto active = [](const GivenTask& task) {
    return task.type == TaskType::plan_and_apply && task.status != TaskStatus::pending;
  };
  if (!active(task_)) return;
  for (const GivenTask& other : earlier()) {
    if (!active(other) || other.workspace != task_.workspace) continue;
    refuse("workspace",
           fmt::format(
               "task {} is {} while task {} of the same workspace is {}: a workspace has one "
               "plan_and_apply at a time",
               task_.number, status_word(task_.status), other.number, status_word(other.status)));
    return;
  }
}

// Whether it is on a pod; what is wrong with saying so or not is reported.
bool TaskCheck::check_place() {
  const bool has_pod = node_.find("pod") != nullptr;
  const bool has_slot = node_.find("slot") != nullptr;
  const char* key = has_pod ? "pod" : "slot";
  if (task_.status == TaskStatus::pending || workspace().mode == ExecutionMode::local) {
    if (!has_pod && !has_slot) return false;
    refuse(key,
           task_.status == TaskStatus::pending
               ? fmt::format("task {} is pending, so it is on no pod yet: leave out '{}'",
                             task_.number, key)
               : fmt::format("task {} is of the local workspace {}, whose tasks run on no pod: "
                             "leave out '{}'",
                             task_.number, in_quotes(workspace().id), key));
    return false;
  }
  if (!has_pod) {
    refuse("status",
           fmt::format("task {} is {}, so its plan {} on some pod: say on which, 'pod: 0'",
                       task_.number, status_word(task_.status),
                       is_running(task_.status) ? "runs" : "ran"));
  }
  return has_pod;
}

void TaskCheck::check_pod() {
  const std::size_t count = scenario_.given_pods.size();
  if (task_.pod >= count) {
    refuse("pod",
           fmt::format("task {} is on pod {}, but {} {} given (pods count from 0)", task_.number,
                       task_.pod,
                       count == 0 ? "no pod" : "only " + counted(static_cast<int>(count), "pod"),
                       count <= 1 ? "is" : "are"));
    return;
  }
  const GivenPod& pod = scenario_.given_pods[task_.pod];
  const auto pool_name = [this](PoolIndex pool) { return in_quotes(scenario_.setup.pools[pool]); };
  if (pod.pool != workspace().pool && pod.pool != none && workspace().pool != none) {
    refuse("pod",
           fmt::format("task {} is of the pool {}, but pod {} is of the pool {}", task_.number,
                       pool_name(workspace().pool), task_.pod, pool_name(pod.pool)));
  }
  if (!pod.connected) {
    refuse("pod", fmt::format("task {} is on pod {}, whose agent has not connected yet",
                              task_.number, task_.pod));
  }
  if (pod.age_us > 0 && task_.waiting_us > pod.age_us) {
    refuse("waiting", fmt::format("task {} is {} on pod {} for {}, but the pod is only {} old",
                                  task_.number, status_word(task_.status), task_.pod,
                                  duration_text(task_.waiting_us), duration_text(pod.age_us)));
  }
  if (!is_running(task_.status)) return;
  const auto running = std::count_if(earlier().begin(), earlier().end(), [this](const auto& other) {
    return other.pod == task_.pod && is_running(other.status);
  });
  const int most = scenario_.setup.slots_on_agent;
  if (running == most) {
    refuse("pod", fmt::format("task {} is one too many on pod {}: an agent runs {} at a time",
                              task_.number, task_.pod, counted(most, "task")));
  }
}

void TaskCheck::check_slot() {
  if (task_.slot == no_slot) return;
  const std::string fault = slot_fault(scenario_.setup.knobs, scenario_.given_tasks, index_);
  if (!fault.empty()) refuse("slot", fault);
  for (const GivenTask& other : earlier()) {
    if (other.pod != task_.pod || other.slot != task_.slot) continue;
    refuse("slot", fmt::format("task {} is in slot {} of pod {}, where task {} is already",
                               task_.number, int{task_.slot}, task_.pod, other.number));
    return;
  }
}

GivenTask task_of(ScenarioReading& reading, const Node& node) {
  GivenTask task;
  task.number = static_cast<std::uint32_t>(integer_of(node.at("id")));
  task.workspace = reading.workspace_of(node.at("workspace").text());
  task.type = value_named<TaskType>(text_or(node, "type", name(task.type))).value_or(task.type);
  task.status = status_of(text_or(node, "status", "pending"));
  task.pod = static_cast<std::uint16_t>(integer_or(node, "pod", none));
  task.slot = static_cast<SlotIndex>(integer_or(node, "slot", no_slot));
  // Where nothing is said, a task on a young pod waits no longer than the pod is there.
  const std::vector<GivenPod>& pods = reading.scenario.given_pods;
  if (task.pod < pods.size()) task.waiting_us = std::min(task.waiting_us, pods[task.pod].age_us);
  task.waiting_us = duration_us_or(node, "waiting", task.waiting_us);
  return task;
}

}  // namespace

std::int64_t oldest_age_us(std::size_t count) {
  return std::max(hour, static_cast<std::int64_t>(count) * age_step_us);
}

void read_given(ScenarioReading& reading) {
  const Node* given = reading.root.find("given");
  if (given == nullptr) return;
  if (const Node* pods = given->find("pods")) read_pods(reading, *pods);
  const Node* tasks = given->find("tasks");
  if (tasks == nullptr) return;
  for (const Node& node : tasks->items()) {
    reading.scenario.given_tasks.push_back(task_of(reading, node));
    TaskCheck(reading, node, reading.scenario.given_tasks.size() - 1).run();
  }
}

}  // namespace holdfast
