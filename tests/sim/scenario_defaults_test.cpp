// What a scenario leaves out, and what the command line changes in it.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

TEST(ScenarioDefaults, are_those_of_the_format) {
  Scenario expected;
  expected.file = "x.yaml";
  expected.name = "x";
  expected.start = {1'735'689'600 * second};
  expected.until_us = 10 * minute + second;
  expected.pools = {PoolSpec{}};
  expected.setup.pools = {"pool-a"};
  const Scenario read = scenario_of("");
  EXPECT_EQ(read.name, expected.name);
  EXPECT_EQ(read.profile, "slots");
  EXPECT_EQ(read.setup, expected.setup);
  EXPECT_EQ(read.start, expected.start);
  EXPECT_EQ(read.zone_us, 8 * hour);
  EXPECT_EQ(read.until_us, expected.until_us);
  EXPECT_EQ(read.replicas, 1);
  EXPECT_EQ(read.pools, expected.pools);
  EXPECT_EQ(read.workspaces, expected.workspaces);
  EXPECT_EQ(read.given_pods, expected.given_pods);
  EXPECT_EQ(read.given_tasks, expected.given_tasks);
  EXPECT_EQ(read.timings, expected.timings);
  EXPECT_EQ(read.behaviour, expected.behaviour);
  EXPECT_EQ(read.faults, expected.faults);
  EXPECT_EQ(read.when, expected.when);
  EXPECT_EQ(read.explore, expected.explore);
  EXPECT_EQ(read.seed, 1u);
}

TEST(ScenarioDefaults, let_it_last_ten_minutes_beyond_what_it_names) {
  const auto until = [](const std::string& text) { return scenario_of(text).until_us; };
  EXPECT_EQ(until("when: [{at: 1h, restart: }]\n"), 70 * minute);
  EXPECT_EQ(until("when: [{every: 3h, from: 2h, restart: }]\n"), 130 * minute);
  EXPECT_EQ(until("when: [{every: 1m, until: 3h, restart: }]\n"), 190 * minute);
  const auto until_of_whole = [](const std::string& expectation) {
    return scenario_of_whole("name: x\nexpect: [{" + expectation + "}]\n").until_us;
  };
  EXPECT_EQ(until_of_whole("never: {pods: 1}"), 10 * minute);
  EXPECT_EQ(until_of_whole("holds: pool_settles, within: 30m"), 30 * minute);
}

TEST(ScenarioDefaults, let_users_confirm_unless_never) {
  EXPECT_TRUE(scenario_of("").behaviour.confirms);
  const Scenario never_confirms = scenario_of("users: {confirm: never}\n");
  EXPECT_FALSE(never_confirms.behaviour.confirms);
  EXPECT_EQ(never_confirms.timings, Timings{});
}

TEST(ScenarioDefaults, make_each_given_pod_a_minute_younger) {
  const auto ages = [](const std::string& pods) {
    std::vector<std::int64_t> minutes;
    for (const GivenPod& pod : scenario_of("given: {pods: " + pods + "}\n").given_pods) {
      minutes.push_back(pod.age_us / minute);
    }
    return minutes;
  };
  EXPECT_EQ(ages("0"), (std::vector<std::int64_t>{}));
  EXPECT_EQ(ages("3"), (std::vector<std::int64_t>{60, 59, 58}));
  EXPECT_EQ(ages("[{}, {age: 5m}, {}]"), (std::vector<std::int64_t>{60, 5, 4}));
  const std::vector<std::int64_t> many = ages("100");
  EXPECT_EQ(many.front(), 100);
  EXPECT_EQ(many.back(), 1);
}

TEST(ScenarioDefaults, let_a_task_wait_no_longer_than_its_pod_is_there) {
  const Scenario read = scenario_of(
      "given: {pods: [{age: 30s}], tasks: [{id: 1, workspace: a, status: running, pod: 0}]}\n");
  ASSERT_EQ(read.given_tasks.size(), 1u);
  EXPECT_EQ(read.given_tasks[0].waiting_us, 30 * second);
}

// --- the command line ----------------------------------------------------------------------------

using Settings = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const TextFault& fault) {
  return fault.hint.empty() ? fault.message : fault.message + " [" + fault.hint + "]";
}

TEST(ScenarioProfile, keeps_what_the_file_sets) {
  Scenario scenario = scenario_of("profile: slots\nset: {autoscaler_delay: 10s}\n");
  EXPECT_EQ(text_of(apply_profile(scenario, "slots+guard")), "");
  Knobs knobs = find_profile("slots+guard")->knobs;
  knobs.autoscaler_delay = 10 * second;
  EXPECT_EQ(scenario.setup.knobs, knobs);
  EXPECT_EQ(scenario.profile, "slots+guard");
  EXPECT_EQ(scenario.set, (Settings{{"autoscaler_delay", "10s"}}));
}

TEST(ScenarioProfile, names_the_nearest) {
  Scenario scenario = scenario_of("profile: described\n");
  EXPECT_EQ(text_of(apply_profile(scenario, "slots+gard")),
            "there is no profile 'slots+gard'; there are " + all_profiles() +
                " [did you mean 'slots+guard'?]");
  EXPECT_EQ(scenario.profile, "described");
  EXPECT_EQ(scenario.setup.knobs, find_profile("described")->knobs);
}

TEST(ScenarioProfile, refuses_slots_that_pods_do_not_have_under_it) {
  Scenario scenario = scenario_of(
      "profile: production\ngiven:\n  pods: 1\n  tasks:\n"
      "    - {id: 598, workspace: a, status: apply_pending, pod: 0, slot: 2}\n");
  EXPECT_EQ(text_of(apply_profile(scenario, "slots")),
            "task 598 is a plan_and_apply in slot 2, but only slot 0 takes one (slots: three)");
  EXPECT_EQ(scenario.profile, "production");
  EXPECT_EQ(scenario.setup.knobs, find_profile("production")->knobs);
  EXPECT_EQ(text_of(apply_profile(scenario, "deployment")), "");
}

TEST(ScenarioSet, goes_over_the_profile_and_the_file) {
  Scenario scenario = scenario_of("set: {slots: four, recover_apply_pending: yes}\n");
  EXPECT_EQ(text_of(apply_set(scenario, "slots", "none")), "");
  EXPECT_EQ(text_of(apply_set(scenario, "autoscaler_delay", "1m30s")), "");
  EXPECT_EQ(text_of(apply_set(scenario, "freeze_guard", "true")), "");
  EXPECT_EQ(scenario.set, (Settings{{"recover_apply_pending", "yes"},
                                    {"slots", "none"},
                                    {"autoscaler_delay", "90s"},
                                    {"freeze_guard", "yes"}}));
  Knobs knobs;
  knobs.slots = SlotsKnob::none;
  knobs.recover_apply_pending = true;
  knobs.autoscaler_delay = 90 * second;
  knobs.freeze_guard = true;
  EXPECT_EQ(scenario.setup.knobs, knobs);
}

TEST(ScenarioSet, survives_another_profile) {
  Scenario scenario = scenario_of("");
  EXPECT_EQ(text_of(apply_set(scenario, "slots", "four")), "");
  EXPECT_EQ(text_of(apply_profile(scenario, "described")), "");
  EXPECT_EQ(scenario.setup.knobs.slots, SlotsKnob::four);
}

TEST(ScenarioSet, names_what_is_right) {
  Scenario scenario = scenario_of("");
  const auto fault = [&scenario](std::string_view knob, std::string_view value) {
    return text_of(apply_set(scenario, knob, value));
  };
  EXPECT_EQ(fault("slotz", "three"), "there is no knob 'slotz' [did you mean 'slots'?]");
  EXPECT_EQ(fault("slots", "thre"),
            "'thre' is no value of slots; it takes none, three, four [did you mean 'three'?]");
  EXPECT_EQ(fault("freeze_guard", "maybe"),
            "'maybe' is no value of freeze_guard; it takes no, yes");
  EXPECT_EQ(fault("autoscaler_delay", "10"),
            "'10' is no value of autoscaler_delay; it takes a duration such as 10s");
  EXPECT_EQ(fault("autoscaler_delay", "366d"),
            "'366d' is no value of autoscaler_delay; it takes at most a year");
  EXPECT_EQ(scenario.set, Settings{});
  EXPECT_EQ(scenario.setup.knobs, Knobs{});
}

TEST(ScenarioSet, refuses_slots_that_pods_then_do_not_have) {
  Scenario scenario = scenario_of(
      "set: {slots: four}\ngiven:\n  pods: 1\n  tasks:\n"
      "    - {id: 598, workspace: a, type: plan, status: running, pod: 0, slot: 3}\n");
  EXPECT_EQ(text_of(apply_set(scenario, "slots", "three")),
            "task 598 is in slot 3, but a pod has slots 0 to 2 (slots: three)");
  EXPECT_EQ(scenario.set, (Settings{{"slots", "four"}}));
}

}  // namespace
}  // namespace holdfast
