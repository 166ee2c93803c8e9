// Whatever scenario the reader accepts has an opening that folds, in the order of its moments, into
// the state that the scenario gives.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/opening.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

int number(int low, int high) { return *rc::gen::inRange(low, high + 1); }

std::string one_of(const std::vector<std::string>& words) {
  return words[static_cast<std::size_t>(number(0, static_cast<int>(words.size()) - 1))];
}

std::string random_pod() {
  std::string pod = "{pool: " + one_of({"p", "q"});
  if (number(0, 3) == 0) pod += ", connected: false";
  return pod + "}";
}

// Mostly one that can be; what fits together by chance only is rarely drawn.
std::string random_task(int id, int pods) {
  const bool applies = number(0, 1) == 0;
  const std::string workspace = number(0, 5) == 0 ? "local" : one_of({"a", "b", "c", "d", "e"});
  const std::string status = applies ? one_of({"running", "apply_pending", "apply_confirmed"})
                                     : one_of({"pending", "running"});
  std::string task =
      fmt::format("{{id: {}, workspace: {}, type: {}, status: {}", id, workspace,
                  applies ? "plan_and_apply" : one_of({"plan", "drift_check"}), status);
  if (pods > 0 && workspace != "local" && status != "pending") {
    task += fmt::format(", pod: {}", number(0, pods - 1));
    if (number(0, 3) > 0) task += fmt::format(", slot: {}", applies ? 0 : number(0, 3));
  }
  if (number(0, 1) == 0) task += fmt::format(", waiting: {}s", number(0, 4000));
  return task + "}";
}

// A file of which every task was accepted; a task that cannot be is drawn and left out.
std::string random_file() {
  std::string head = "start: 2025-11-08T15:50:00Z\npools: [{id: p}, {id: q, secret_age: 31d}]\n";
  head += "workspaces: [{id: b, pool: q}, {id: d, pool: q}, {id: local, mode: local}]\n";
  head += "profile: " + one_of({"slots", "described", "production", "deployment"}) + "\n";
  head += fmt::format("replicas: {}\n", number(1, 3));
  const int pods = number(0, 6);
  head += "given:\n  pods: [";
  for (int i = 0; i < pods; ++i) head += (i == 0 ? "" : ", ") + random_pod();
  head += "]\n  tasks:\n";
  std::string tasks = "    - {id: 1, workspace: a}\n";
  const int drawn = number(0, 15);
  for (int i = 0; i < drawn; ++i) {
    const std::string more = "    - " + random_task(i + 2, pods) + "\n";
    if (mistakes(head + tasks + more).empty()) tasks += more;
  }
  return head + tasks;
}

void check_task(const Scenario& scenario, const World& world, std::size_t i) {
  const GivenTask& given = scenario.given_tasks[i];
  const Task& task = world.tasks[i];
  const bool local = scenario.workspaces[given.workspace].mode == ExecutionMode::local;
  RC_ASSERT(task.number == given.number);
  RC_ASSERT(task.row.status == given.status);
  RC_ASSERT(task.plan_pod == (local ? none : given.pod));
  if (given.slot == no_slot || scenario.setup.knobs.slots == SlotsKnob::none) return;
  const Slot& slot = world.memories[0].pods[given.pod].slots[given.slot];
  RC_ASSERT(slot.task == i);
  RC_ASSERT(slot.state == (is_waiting(given.status) ? SlotState::reserved : SlotState::running));
}

RC_GTEST_PROP(ScenarioOpening, folds_into_what_is_given, ()) {
  const std::string file = random_file();
  RC_LOG() << file;
  const Scenario scenario = scenario_of(file);
  RC_TAG(scenario.given_tasks.size());
  const Opening made = opening(scenario);
  World world;
  Moment last = never;
  for (const Event& event : made.events) {
    RC_ASSERT(event.time >= last);
    last = event.time;
    RC_ASSERT(evolve(world, event) == "");
  }
  RC_ASSERT(last == scenario.start);
  RC_ASSERT(world.pods.size() == scenario.given_pods.size());
  for (std::size_t i = 0; i < world.pods.size(); ++i) {
    RC_ASSERT(lives(world.pods[i]));
    RC_ASSERT(world.pods[i].pool == scenario.given_pods[i].pool);
    const bool connected = world.agents[i].state == AgentState::connected;
    RC_ASSERT(connected == scenario.given_pods[i].connected);
  }
  RC_ASSERT(world.tasks.size() == scenario.given_tasks.size());
  for (std::size_t i = 0; i < world.tasks.size(); ++i) check_task(scenario, world, i);
}

}  // namespace
}  // namespace holdfast
