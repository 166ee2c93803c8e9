// Symmetry is exact: whatever a state is called, what comes after it is called alike.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include <holdfast/sim/platform_space.h>
#include <holdfast/tests/explore/explore_support.h>

namespace holdfast {
namespace {

using Bytes = std::vector<std::byte>;

struct Collected {
  std::vector<std::pair<Bytes, PropertySet>> all;
  void successor(StepId, StateBytes state, PropertySet violated) {
    all.emplace_back(Bytes(state.begin(), state.end()), violated);
  }
};

class Namesakes {
 public:
  explicit Namesakes(const Scenario& scenario) : space_(scenario), scratch_(space_.scratch()) {}

  Bytes representative(const Bytes& state) {
    Bytes bytes = state;
    bytes.resize(space_.most_packed_bytes());
    bytes.resize(space_.canonicalise(scratch_, bytes.data(), state.size()));
    return bytes;
  }
  std::vector<std::pair<Bytes, PropertySet>> after(const Bytes& state) {
    Collected found;
    space_.expand(scratch_, state, found);
    return found.all;
  }
  // What comes after it, by representatives.
  std::vector<std::pair<Bytes, PropertySet>> kinds_after(const Bytes& state) {
    auto found = after(state);
    for (auto& [next, violated] : found) next = representative(next);
    std::sort(found.begin(), found.end());
    return found;
  }
  // Every state that is reached, whatever it is called; how many have another name.
  std::size_t compare_all() {
    Collected first;
    space_.initial(scratch_, first);
    std::set<Bytes> seen{first.all.front().first};
    std::vector<Bytes> open{first.all.front().first};
    std::size_t others = 0;
    while (!open.empty()) {
      const Bytes state = std::move(open.back());
      open.pop_back();
      const Bytes same = representative(state);
      EXPECT_TRUE(representative(same) == same);
      if (same != state) {
        ++others;
        EXPECT_TRUE(kinds_after(state) == kinds_after(same)) << "state " << seen.size();
      }
      for (const auto& [next, violated] : after(state)) {
        if (seen.insert(next).second) open.push_back(next);
      }
    }
    return others;
  }

 private:
  PlatformSpace space_;
  PlatformSpace::Scratch scratch_;
};

// A start settles the orphans of its predecessor one after another.
constexpr std::string_view two_orphans = R"(name: two orphans
pool: {id: pool-a, min_replicas: 2, max_replicas: 2}
given:
  pods: 2
  tasks:
    - {id: 1, workspace: ws-1, type: plan, status: running, pod: 0, slot: 0}
    - {id: 2, workspace: ws-2, type: plan, status: running, pod: 1, slot: 0}
expect: [{holds: apply_once}]
explore: {restarts: 1, tasks: 2, pods: 2, procedures: 3, ages: [], triggers_any_time: true,
          one_push_per_task: true, delete_immediate: true}
)";
constexpr std::string_view two_pods = R"(name: two pods and a task
pool: {id: pool-a, min_replicas: 1, max_replicas: 2}
given:
  pods: 2
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply}]
expect: [{holds: apply_once}]
explore: {restarts: 0, pods: 2, procedures: 2, ages: [], triggers_any_time: true,
          one_push_per_task: true, delete_immediate: true}
)";

TEST(Symmetry, a_state_and_its_representative_go_on_alike) {
  for (const std::string_view text : {two_orphans, two_pods}) {
    const Scenario scenario = scenario_with(text, "slots");
    EXPECT_GT(Namesakes(scenario).compare_all(), 0U) << scenario.name;
  }
}

TEST(Symmetry, is_of_no_use_where_a_step_takes_one_after_the_other) {
  Scenario scenario = scenario_with(two_pods, "slots");
  EXPECT_TRUE(namings_of(scenario).pods);
  EXPECT_FALSE(namings_of(scenario).tasks) << "the tasks of an agent that is lost";
  scenario.setup.knobs.fail_lost_tasks = FailLostTasks::with_row;
  EXPECT_TRUE(namings_of(scenario).tasks);
  scenario.explore.restarts = 1;
  EXPECT_FALSE(namings_of(scenario).tasks) << "the orphans at a start";
  scenario.explore.restarts = 0;
  scenario.setup.knobs.lost_pod = LostPod::replan_at_once;
  EXPECT_FALSE(namings_of(scenario).tasks);
  scenario.setup.knobs.unhealthy_restart = true;
  EXPECT_FALSE(namings_of(scenario).pods);
  scenario.setup.knobs.unhealthy_restart = false;
  scenario.explore.faults = 1;
  EXPECT_FALSE(namings_of(scenario).pods);
}

}  // namespace
}  // namespace holdfast
