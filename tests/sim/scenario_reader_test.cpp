// What a scenario file says becomes the values of the scenario.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <holdfast/sim/ages.h>
#include <holdfast/sim/scenario_names.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

// Names everything that a scenario can name but `pool` and the actions.
constexpr const char* full = R"(name: a full scenario
about: |
  With everything in it.
profile: slots+guard
set: {autoscaler_delay: 1m30s, recover_apply_pending: true, deployment_busy_guard: yes}
seed: 7
start: 2025-11-08T23:50:00+08:00
zone: -03:30
until: 2h
pools:
  - {id: p, min_replicas: 1, max_replicas: 5, secret_age: 40d, image: agent, env: {A: "1"}}
  - id: q
    freeze_schedules: [{from_time: "22:00", to_time: "06:00", weekdays: [1, 7]}]
replicas: 2
workspaces: [{id: w-q, pool: q}, {id: w-local, mode: local}]
given:
  pods: [{age: 2h}, {}, {pool: q, age: 30s, connected: false}]
  tasks:
    - {id: 5, workspace: w-1, status: apply_confirmed, pod: 1, slot: 0, waiting: 5m}
    - {id: 6, workspace: w-local, type: drift_check, status: running}
    - {id: 9, workspace: w-q, type: plan}
timings: {plan: lognormal 60s x1.5, cluster_call: 20ms..40ms, agent_connect: never}
users: {confirm: exponential 5m}
work: {plan_failure: 1%, no_changes: 0.05, apply_failure: 0.1%}
faults: {cluster_error: 2%, message_lost: 0.5, pod_crash: exponential 6h, eviction: never,
         until: 1h}
expect:
  - violates: reserved_pod_kept
  - {holds: pool_settles, within: 20m}
  - reaches: scale_down
  - at: 90m
    pods: 2
    managed: 1
    reserved: 0
    running: 3
    task: {id: 5, status: applied, pod: 1, in_slot: false}
    tasks: [{id: 6, in_slot: true}]
    pod: {index: 2, lives: false}
  - never: {pods: 9}
  - eventually: {pod: [{index: 0, lives: true}, {index: 1, lives: false}]}
explore: {restarts: 1, tasks: 2, pods: 3, faults: 4, user_actions: 5, retries: 2,
          procedures: 7, ages: [silent, heartbeat_stale], one_push_per_task: true}
)";

TEST(ScenarioReader, reads_what_the_scenario_is) {
  const Scenario read = scenario_of_whole(full);
  EXPECT_EQ(read.file, "x.yaml");
  EXPECT_EQ(read.name, "a full scenario");
  EXPECT_EQ(read.about, "With everything in it.\n");
  EXPECT_EQ(read.seed, 7u);
  EXPECT_EQ(read.start.us, 1'762'617'000 * second);
  EXPECT_EQ(read.zone_us, -(3 * hour + 30 * minute));
  EXPECT_EQ(read.until_us, 2 * hour);
  EXPECT_EQ(read.replicas, 2);
  Bounds bounds;
  bounds.pods = 3;
  bounds.tasks = 2;
  bounds.restarts = 1;
  bounds.faults = 4;
  bounds.user_actions = 5;
  bounds.retries = 2;
  bounds.procedures = 7;
  bounds.ages = age_bit(Age::silent) | age_bit(Age::heartbeat_stale);
  bounds.one_push_per_task = true;
  EXPECT_EQ(read.explore, bounds);
}

TEST(ScenarioReader, sets_knobs_over_the_profile) {
  const Scenario read = scenario_of_whole(full);
  Knobs knobs = find_profile("slots+guard")->knobs;
  knobs.autoscaler_delay = 90 * second;
  knobs.recover_apply_pending = true;
  knobs.deployment_busy_guard = true;
  EXPECT_EQ(read.setup.knobs, knobs);
  EXPECT_EQ(read.profile, "slots+guard");
  const std::vector<std::pair<std::string, std::string>> set{{"autoscaler_delay", "90s"},
                                                             {"recover_apply_pending", "yes"},
                                                             {"deployment_busy_guard", "yes"}};
  EXPECT_EQ(read.set, set);
}

TEST(ScenarioReader, reads_pools_and_workspaces) {
  const Scenario read = scenario_of_whole(full);
  const FreezeSchedule night{22 * 60, 6 * 60, 0b100'0001};
  const std::vector<PoolSpec> pools{{"p", 1, 5, {}, 40 * day}, {"q", 0, 3, {night}, hour}};
  EXPECT_EQ(read.pools, pools);
  EXPECT_EQ(read.setup.pools, (std::vector<std::string>{"p", "q"}));
  const std::vector<WorkspaceSpec> workspaces{{"w-q", 1, ExecutionMode::k8s},
                                              {"w-local", 0, ExecutionMode::local},
                                              {"w-1", 0, ExecutionMode::k8s}};
  EXPECT_EQ(read.workspaces, workspaces);
  EXPECT_EQ(read.setup.workspaces, (std::vector<std::string>{"w-q", "w-local", "w-1"}));
}

TEST(ScenarioReader, reads_what_is_given) {
  const Scenario read = scenario_of_whole(full);
  const std::vector<GivenPod> pods{
      {0, 2 * hour, true}, {0, 119 * minute, true}, {1, 30 * second, false}};
  EXPECT_EQ(read.given_pods, pods);
  const std::vector<GivenTask> tasks{
      {5, 2, TaskType::plan_and_apply, TaskStatus::apply_confirmed, 1, 0, 5 * minute},
      {6, 1, TaskType::drift_check, TaskStatus::running_planning, none, no_slot, minute},
      {9, 0, TaskType::plan, TaskStatus::pending, none, no_slot, minute}};
  EXPECT_EQ(read.given_tasks, tasks);
}

TEST(ScenarioReader, reads_timings_users_work_and_faults) {
  const Scenario read = scenario_of_whole(full);
  Timings timings;
  timings.plan = Distribution::lognormal(60 * second, 1500);
  timings.cluster_call = Distribution::uniform(20 * millisecond, 40 * millisecond);
  timings.agent_connect = Distribution::never();
  timings.confirm = Distribution::exponential(5 * minute);
  EXPECT_EQ(read.timings, timings);
  const Behaviour behaviour{true, 10'000, 50'000, 1'000};
  EXPECT_EQ(read.behaviour, behaviour);
  FaultRates faults;
  faults.cluster_error_ppm = 20'000;
  faults.message_lost_ppm = 500'000;
  faults.pod_crash = Distribution::exponential(6 * hour);
  faults.until_us = hour;
  EXPECT_EQ(read.faults, faults);
}

TEST(ScenarioReader, reads_what_is_expected) {
  const Scenario read = scenario_of_whole(full);
  StateTest all;
  all.pods = 2;
  all.managed = 1;
  all.reserved = 0;
  all.running = 3;
  all.tasks = {{5, TaskStatus::applied, std::uint16_t{1}, false}, {6, {}, {}, true}};
  all.pod_lives = {{std::uint16_t{2}, false}};
  StateTest many;
  many.pods = 9;
  StateTest two;
  two.pod_lives = {{std::uint16_t{0}, true}, {std::uint16_t{1}, false}};
  using enum ExpectationKind;
  const std::vector<Expectation> expected{{violates, "reserved_pod_kept", -1, -1, {}, 28},
                                          {holds, "pool_settles", -1, 20 * minute, {}, 29},
                                          {reaches, "scale_down", -1, -1, {}, 30},
                                          {at, "", 90 * minute, -1, all, 31},
                                          {ExpectationKind::never, "", -1, -1, many, 39},
                                          {eventually, "", -1, -1, two, 40}};
  EXPECT_EQ(read.expect, expected);
}

// --- when ----------------------------------------------------------------------------------------

Happening happening_of(const std::string& entry) {
  const Scenario read = scenario_of(
      "replicas: 2\npools: [{id: p}, {id: q, min_replicas: 1, max_replicas: 2}]\n"
      "given: {tasks: [{id: 598, workspace: a}]}\nwhen:\n  - {" +
      entry + "}\n");
  EXPECT_EQ(read.when.size(), 1u) << entry;
  Happening happening = read.when.empty() ? Happening{} : read.when.front();
  EXPECT_EQ(happening.line, 5);
  happening.line = 0;
  return happening;
}

TEST(ScenarioReader, reads_when_something_happens) {
  using enum ActionKind;
  const Distribution gap = Distribution::exponential(7 * minute);
  EXPECT_EQ(happening_of("at: 10s, lose_leader: "),
            (Happening{.at_us = 10 * second, .gap = {}, .kind = lose_leader}));
  EXPECT_EQ(happening_of("every: 5m, lose_leader: "),
            (Happening{.every_us = 5 * minute, .gap = {}, .kind = lose_leader}));
  EXPECT_EQ(happening_of("every: 5m, from: 1m, until: 1h, lose_leader: "),
            (Happening{.at_us = minute,
                       .every_us = 5 * minute,
                       .until_us = hour,
                       .gap = {},
                       .kind = lose_leader}));
  EXPECT_EQ(happening_of("arrivals: exponential 7m, lose_leader: {}"),
            (Happening{.gap = gap, .drawn = true, .kind = lose_leader}));
}

TEST(ScenarioReader, reads_what_happens_to_servers) {
  using enum ActionKind;
  EXPECT_EQ(happening_of("at: 0s, restart: "),
            (Happening{.gap = {}, .kind = restart, .replica = 0}));
  EXPECT_EQ(happening_of("at: 0s, restart: {down_for: 3s, replica: 1}"),
            (Happening{.gap = {}, .kind = restart, .duration_us = 3 * second, .replica = 1}));
  EXPECT_EQ(happening_of("at: 0s, stop: {}"), (Happening{.gap = {}, .kind = stop, .replica = 0}));
  EXPECT_EQ(happening_of("at: 0s, start: {replica: 1}"),
            (Happening{.gap = {}, .kind = start, .replica = 1}));
  EXPECT_EQ(happening_of("at: 0s, clock_step: {by: 2m}"),
            (Happening{.gap = {}, .kind = clock_step, .duration_us = 2 * minute}));
  EXPECT_EQ(happening_of("at: 0s, fail_calls: {fault: database_error}"),
            (Happening{.gap = {}, .kind = fail_calls, .fault = Fault::database_error}));
  EXPECT_EQ(happening_of("at: 0s, fail_calls: {verb: list, count: 2, fault: cluster_error}"),
            (Happening{.gap = {},
                       .kind = fail_calls,
                       .fault = Fault::cluster_error,
                       .verb = Verb::list,
                       .count = 2}));
}

TEST(ScenarioReader, reads_what_users_do) {
  using enum ActionKind;
  EXPECT_EQ(happening_of("at: 0s, submit: {workspace: a}"),
            (Happening{.gap = {}, .kind = submit, .argument = 0}));
  EXPECT_EQ(happening_of("at: 0s, confirm: {task: 598, replica: 1}"),
            (Happening{.gap = {}, .kind = confirm, .replica = 1, .task = 598}));
  EXPECT_EQ(happening_of("at: 0s, cancel: {task: 598}"),
            (Happening{.gap = {}, .kind = cancel, .task = 598}));
  EXPECT_EQ(happening_of("at: 0s, save_config: {pool: q}"),
            (Happening{.gap = {}, .kind = save_config, .argument = 0, .pool = 1}));
  EXPECT_EQ(happening_of("at: 0s, sync: "), (Happening{.gap = {}, .kind = sync}));
  EXPECT_EQ(happening_of("at: 0s, unfreeze: {pool: q}"),
            (Happening{.gap = {}, .kind = unfreeze, .pool = 1}));
  EXPECT_EQ(happening_of("at: 0s, rotate_token: {pool: q}"),
            (Happening{.gap = {}, .kind = rotate_token, .pool = 1}));
}

TEST(ScenarioReader, reads_what_happens_to_pods) {
  for (const ActionKind kind :
       {ActionKind::crash_pod, ActionKind::evict_pod, ActionKind::lose_node,
        ActionKind::succeed_pod, ActionKind::disconnect_agent, ActionKind::silence_agent}) {
    const std::string word(name(kind));
    EXPECT_EQ(happening_of("at: 0s, " + word + ": {pod: 7}"),
              (Happening{.gap = {}, .kind = kind, .pod = 7}));
  }
}

TEST(ScenarioReader, makes_one_template_of_equal_submits_and_saves) {
  const Scenario read = scenario_of(R"(when:
  - {at: 1s, submit: {workspace: a}}
  - {at: 2s, submit: {workspace: a, type: plan}}
  - {at: 3s, submit: {workspace: a, type: plan_and_apply}}
  - {at: 4s, save_config: {min_replicas: 1}}
  - {at: 5s, save_config: {max_replicas: 9}}
  - {at: 6s, save_config: {min_replicas: 1, max_replicas: 3}}
pool: {freeze_schedules: [{from_time: "00:00", to_time: "00:01", weekdays: [2]}]}
)");
  std::vector<std::uint16_t> arguments;
  for (const Happening& happening : read.when) arguments.push_back(happening.argument);
  EXPECT_EQ(arguments, (std::vector<std::uint16_t>{0, 1, 0, 0, 1, 0}));
  const std::vector<TaskTemplate> tasks{{0, TaskType::plan_and_apply}, {0, TaskType::plan}};
  EXPECT_EQ(read.setup.tasks, tasks);
  const FreezeSchedule tuesday{0, 1, 0b10};
  const std::vector<ConfigTemplate> configs{{0, 1, 3, {tuesday}}, {0, 0, 9, {tuesday}}};
  EXPECT_EQ(read.setup.configs, configs);
}

}  // namespace
}  // namespace holdfast
