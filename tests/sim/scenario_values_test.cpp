// What is wrong with the keys and values of a scenario file, each with its whole message.
#include <gtest/gtest.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

TEST(ScenarioFile, without_expect_proves_nothing) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"),
            "1:1: the key 'expect' is missing in scenario; it is what must come of it; a "
            "scenario without expect proves nothing\n");
}

TEST(ScenarioFile, with_an_empty_expect_proves_nothing) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect: []\n"),
            "2:9: expected at least 1 item in 'expect', found 0; a scenario without expect "
            "proves nothing\n");
}

TEST(ScenarioFile, with_nothing_after_expect_proves_nothing) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"),
            "2:1: expected a list for 'expect', found nothing; a scenario without expect proves "
            "nothing\n");
}

TEST(ScenarioFile, needs_a_name) {
  EXPECT_EQ(mistakes_of_whole("about: y\n"
                              "expect: [{at: 1s, pods: 0}]\n"),
            "1:1: the key 'name' is missing in scenario; it is what the scenario shows, in a few "
            "words\n");
}

TEST(ScenarioFile, is_a_mapping) {
  EXPECT_EQ(mistakes_of_whole("- a\n"), "1:1: expected a mapping (scenario), found a list\n");
}

TEST(ScenarioFile, is_yaml) {
  EXPECT_EQ(mistakes_of_whole("name: [\n"), "1:7: '[' is not closed [add the ']']\n");
}

TEST(ScenarioFile, names_the_nearest_of_its_keys) {
  EXPECT_EQ(mistakes("profil: slots\n"),
            "1:1: unknown key 'profil' in scenario; expected one of name, about, profile, set, "
            "seed, start, zone, until, pool, pools, replicas, workspaces, given, timings, users, "
            "work, faults, when, expect, instead, repaired_by, schedule, explore "
            "[did you mean 'profile'?]\n");
}

TEST(ScenarioFile, names_the_nearest_profile) {
  EXPECT_EQ(mistakes("profile: slot\n"),
            std::string("1:10: expected one of ") + all_profiles() +
                " for 'profile', found 'slot' [did you mean 'slots'?]\n");
}

TEST(ScenarioFile, names_the_nearest_knob) {
  EXPECT_EQ(mistakes("set: {scale_dwn_guard: none}\n"),
            std::string("1:7: unknown key 'scale_dwn_guard' in set; expected one of ") +
                all_knobs() + " [did you mean 'scale_down_guard'?]\n");
}

TEST(ScenarioFile, refuses_a_value_that_the_knob_does_not_have) {
  EXPECT_EQ(mistakes("set: {slots: five, scale_down_guard: apply_pendin}\n"),
            "1:14: expected one of none, three, four for 'slots', found 'five'\n"
            "1:38: expected one of none, apply_pending, startup_grace for 'scale_down_guard', "
            "found 'apply_pendin' [did you mean 'apply_pending'?]\n");
}

// --- a finding and its repair ---

constexpr const char* violated = "name: x\nexpect: [{violates: reserved_pod_kept}]\n";

TEST(ScenarioFile, names_the_nearest_knob_of_a_repair) {
  EXPECT_EQ(mistakes_of_whole(std::string(violated) +
                              "instead: Ask.\nrepaired_by: {freez_guard: yes}\n"),
            std::string("4:15: unknown key 'freez_guard' in repaired_by; expected one of ") +
                all_knobs() + " [did you mean 'freeze_guard'?]\n");
}

TEST(ScenarioFile, refuses_a_value_that_the_knob_of_a_repair_does_not_have) {
  EXPECT_EQ(mistakes_of_whole(std::string(violated) +
                              "instead: Ask.\nrepaired_by: {handler_memory: shard}\n"),
            "4:31: expected one of shared, fresh for 'handler_memory', found 'shard' [did you mean "
            "'shared'?]\n");
}

TEST(ScenarioFile, says_what_to_do_instead_where_it_says_what_repairs_it) {
  EXPECT_EQ(mistakes_of_whole(std::string(violated) + "repaired_by: {freeze_guard: yes}\n"),
            "3:14: 'repaired_by' without 'instead': a finding says what should happen\n");
}

TEST(ScenarioFile, may_find_what_no_knob_repairs) {
  const Scenario read = scenario_of_whole(std::string(violated) + "instead: Ask.\n");
  EXPECT_EQ(read.instead, "Ask.");
  EXPECT_TRUE(read.repaired_by.empty());
}

TEST(ScenarioFile, repairs_only_what_is_violated) {
  EXPECT_EQ(mistakes("instead: Ask.\n"),
            "1:10: there is nothing to repair: no expectation 'violates' a property\n");
  EXPECT_EQ(mistakes("instead: Ask.\nrepaired_by: {freeze_guard: yes}\n"),
            "2:14: there is nothing to repair: no expectation 'violates' a property\n");
  EXPECT_EQ(mistakes_of_whole(std::string(violated) + "instead: Ask.\nrepaired_by: {}\n"),
            "4:14: 'repaired_by' names no knob\n");
}

TEST(ScenarioFile, refuses_a_repair_under_which_what_is_given_cannot_be) {
  EXPECT_EQ(mistakes_of_whole(std::string(violated) +
                              "profile: production\ngiven:\n  pods: 1\n  tasks: [{id: 1, "
                              "workspace: a, status: apply_pending, pod: 0, slot: 3}]\n"
                              "instead: Ask.\nrepaired_by: {slots: three}\n"),
            "8:22: task 1 is in slot 3, but a pod has slots 0 to 2 (slots: three)\n");
}

TEST(ScenarioFile, takes_a_repair_over_profile_and_set) {
  const Scenario read = scenario_of_whole(std::string(violated) +
                                          "profile: production\nset: {lost_pod: replan}\n"
                                          "instead: Ask.\n"
                                          "repaired_by: {freeze_guard: true, lost_pod: "
                                          "apply_elsewhere}\n");
  using Settings = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(read.instead, "Ask.");
  EXPECT_EQ(read.repaired_by,
            (Settings{{"freeze_guard", "yes"}, {"lost_pod", "apply_elsewhere"}}));
  Knobs knobs = find_profile("production")->knobs;
  knobs.lost_pod = LostPod::replan;
  EXPECT_EQ(read.setup.knobs, knobs);
  knobs.lost_pod = LostPod::apply_elsewhere;
  knobs.freeze_guard = true;
  EXPECT_EQ(repaired(read).setup.knobs, knobs);
}

TEST(ScenarioFile, takes_a_switch_as_yes_or_no) {
  EXPECT_EQ(mistakes("set: {recover_apply_pending: maybe}\n"),
            "1:30: expected one of no, yes or true or false for 'recover_apply_pending', found "
            "'maybe'\n");
}

TEST(ScenarioFile, takes_a_delay_with_its_unit) {
  EXPECT_EQ(mistakes("set: {autoscaler_delay: 10}\n"),
            "1:25: expected a duration such as 250ms, 10s or 1h30m for 'autoscaler_delay', found "
            "the number 10; `10` has no unit: write us, ms, s, m, h or d after it\n");
}

TEST(ScenarioFile, refuses_a_delay_of_years) {
  EXPECT_EQ(mistakes("set: {autoscaler_delay: 400d}\n"),
            "1:25: '400d' is no value of autoscaler_delay; it takes at most a year\n");
}

TEST(ScenarioFile, refuses_a_start_that_is_no_instant) {
  EXPECT_EQ(mistakes("start: yesterday\n"),
            "1:8: expected an instant such as 2025-11-08T15:50:00Z for 'start', found "
            "'yesterday'; not an instant\n");
}

TEST(ScenarioFile, refuses_a_start_long_ago) {
  EXPECT_EQ(mistakes("start: 1999-12-31T23:59:59Z\n"),
            "1:8: 'start' must lie in the years 2000 to 2999\n");
}

TEST(ScenarioFile, refuses_a_zone_without_minutes) {
  EXPECT_EQ(mistakes("zone: +8\n"),
            "1:7: expected an offset from UTC for 'zone', found the number +8; write +08:00, "
            "-03:30 or Z\n");
}

TEST(ScenarioFile, refuses_a_zone_that_is_nowhere) {
  EXPECT_EQ(mistakes("zone: \"+14:30\"\n"),
            "1:7: expected an offset from UTC for 'zone', found '+14:30'; offsets run from "
            "-12:00 to +14:00\n");
}

TEST(ScenarioFile, refuses_a_seed_below_zero) {
  EXPECT_EQ(mistakes("seed: -1\n"),
            "1:7: expected an integer from 0 to 9223372036854775807 for 'seed', found the number "
            "-1\n");
}

TEST(ScenarioFile, refuses_no_replicas) {
  EXPECT_EQ(mistakes("replicas: 0\n"),
            "1:11: expected an integer from 1 to 10 for 'replicas', found the number 0\n");
}

TEST(ScenarioFile, refuses_a_run_of_no_length) {
  EXPECT_EQ(mistakes("until: 0s\n"),
            "1:8: expected a duration such as 250ms, 10s or 1h30m for 'until', found '0s'; at "
            "least 1s\n");
}

TEST(ScenarioFile, refuses_more_pods_at_least_than_at_most) {
  EXPECT_EQ(mistakes("pool: {min_replicas: 4, max_replicas: 3}\n"),
            "1:22: 'min_replicas' is 4, more than 'max_replicas', which is 3\n");
}

TEST(ScenarioFile, tells_the_default_that_is_exceeded) {
  EXPECT_EQ(mistakes("pool: {min_replicas: 4}\n"),
            "1:22: 'min_replicas' is 4, more than 'max_replicas', which is 3 when left out\n");
}

TEST(ScenarioFile, says_where_limits_of_resources_belong) {
  EXPECT_EQ(mistakes("pool: {cpu_limit: 500m, memory_limit: 1Gi}\n"),
            "1:8: 'cpu_limit' does not belong in pool; it belongs under resources.limits as "
            "'cpu' [resources: {limits: {cpu: ...}}]\n"
            "1:25: 'memory_limit' does not belong in pool; it belongs under resources.limits as "
            "'memory' [resources: {limits: {memory: ...}}]\n");
}

TEST(ScenarioFile, refuses_pool_beside_pools) {
  EXPECT_EQ(mistakes("pool: {id: a}\n"
                     "pools: [{id: b}]\n"),
            "2:1: 'pool' and 'pools' exclude each other in scenario\n");
}

TEST(ScenarioFile, refuses_an_id_that_cannot_stand_in_a_pod_name) {
  EXPECT_EQ(mistakes("pool: {id: Pool_A}\n"),
            "1:12: expected the name of a pool for 'id', found 'Pool_A'; only lower case "
            "letters, digits and '-' are allowed\n");
}

TEST(ScenarioFile, refuses_a_weekday_that_is_none) {
  EXPECT_EQ(mistakes("pool: {freeze_schedules: [{from_time: \"22:00\", to_time: 6, weekdays: "
                     "[0, 8]}]}\n"),
            "1:57: expected a time of day HH:MM for 'to_time', found the number 6; not a time of "
            "day\n"
            "1:71: expected an integer from 1 to 7 for item 1 of 'weekdays', found the number 0\n"
            "1:74: expected an integer from 1 to 7 for item 2 of 'weekdays', found the number 8\n");
}

TEST(ScenarioFile, refuses_a_pool_stated_twice) {
  EXPECT_EQ(mistakes("pools: [{id: a}, {id: b}, {id: a}]\n"),
            "1:32: the pool 'a' is stated twice\n");
}

TEST(ScenarioFile, refuses_a_secret_older_than_ten_years) {
  EXPECT_EQ(mistakes("pool: {secret_age: 3651d}\n"), "1:20: 'secret_age' is more than 3650d\n");
}

TEST(ScenarioFile, refuses_a_workspace_stated_twice) {
  EXPECT_EQ(mistakes("workspaces: [{id: w}, {id: w}]\n"),
            "1:28: the workspace 'w' is stated twice\n");
}

TEST(ScenarioFile, refuses_a_workspace_in_an_unknown_pool) {
  EXPECT_EQ(mistakes("workspaces: [{id: w, pool: pool-b}]\n"),
            "1:28: there is no pool 'pool-b'; there is pool-a [did you mean 'pool-a'?]\n");
}

TEST(ScenarioFile, refuses_a_workspace_with_blanks) {
  EXPECT_EQ(mistakes("workspaces: [{id: \"a b\"}]\n"),
            "1:19: expected the name of a workspace for 'id', found 'a b'; only letters, digits, "
            "'-', '_' and '.' are allowed\n");
}

TEST(ScenarioFile, names_the_nearest_mode) {
  EXPECT_EQ(mistakes("workspaces: [{id: w, mode: k9s}]\n"),
            "1:28: expected one of k8s, local, agent for 'mode', found 'k9s' "
            "[did you mean 'k8s'?]\n");
}

TEST(ScenarioFile, names_the_nearest_timing) {
  EXPECT_EQ(mistakes("timings: {pod_strat: 5s}\n"),
            "1:11: unknown key 'pod_strat' in timings; expected one of cluster_call, "
            "database_call, memory_step, goroutine_start, pod_start, pod_termination, "
            "agent_connect, agent_reconnect, server_down, plan, apply, apply_cold_start, "
            "apply_warm_start [did you mean 'pod_start'?]\n");
}

TEST(ScenarioFile, refuses_a_timing_without_unit) {
  EXPECT_EQ(mistakes("timings: {plan: 60}\n"),
            "1:17: expected a duration or distribution for 'plan', found the number 60; `60` has "
            "no unit: write us, ms, s, m, h or d after it\n");
}

TEST(ScenarioFile, tells_the_forms_of_a_timing) {
  EXPECT_EQ(mistakes("timings: {plan: fast, cluster_call: fast}\n"),
            "1:17: expected a duration or distribution for 'plan', found 'fast'; write 60s, "
            "20ms..200ms, exponential 30m, lognormal 60s x1.5 or never\n"
            "1:37: expected a duration or distribution for 'cluster_call', found 'fast'; write "
            "60s, 20ms..200ms, exponential 30m or lognormal 60s x1.5\n");
}

TEST(ScenarioFile, refuses_a_range_that_runs_backwards) {
  EXPECT_EQ(mistakes("timings: {pod_start: 40s..5s}\n"),
            "1:22: expected a duration or distribution for 'pod_start', found '40s..5s'; the "
            "range `40s..5s` runs backwards: write 5s..40s\n");
}

TEST(ScenarioFile, refuses_a_call_that_never_ends) {
  EXPECT_EQ(mistakes("timings: {cluster_call: never, apply: never}\n"),
            "1:25: expected a duration or distribution for 'cluster_call', found 'never'; this "
            "always ends; calls that fail stand under 'faults'\n"
            "1:39: expected a duration or distribution for 'apply', found 'never'; this always "
            "ends; calls that fail stand under 'faults'\n");
}

// The longest that there is, and what never comes, may stand wherever something may stay away; the
// walks add nothing up that would not fit (simulator_time_test.cpp).
TEST(ScenarioFile, takes_what_never_comes_and_the_longest_that_does) {
  EXPECT_EQ(mistakes("timings: {pod_start: never, pod_termination: never, agent_connect: never, "
                     "agent_reconnect: never, server_down: never, plan: never}\n"
                     "users: {confirm: never}\n"
                     "faults: {pod_crash: never, replica_crash: 36525d}\n"),
            "");
  EXPECT_EQ(mistakes("timings: {cluster_call: 36525d, apply: 36525d, apply_cold_start: 0s..36525d, "
                     "plan: exponential 1826d}\n"
                     "until: 36525d\n"
                     "when: [{at: 36525d, restart: {down_for: 36525d}}]\n"),
            "");
}

TEST(ScenarioFile, refuses_a_timing_of_more_than_a_hundred_years) {
  EXPECT_EQ(mistakes("timings: {plan: 36526d, pod_start: 0s..36526d}\n"
                     "users: {confirm: exponential 1827d}\n"
                     "faults: {eviction: lognormal 1000d x10}\n"
                     "until: 99999999999999999999d\n"),
            "1:17: expected a duration or distribution for 'plan', found '36526d'; `36526d` is "
            "longer than 100 years\n"
            "1:36: expected a duration or distribution for 'pod_start', found '0s..36526d'; "
            "`36526d` is longer than 100 years\n"
            "2:18: expected a duration or distribution for 'confirm', found 'exponential 1827d'; "
            "the mean of an exponential must be at most 5 years, found `1827d`\n"
            "3:20: expected a duration or distribution for 'eviction', found 'lognormal 1000d "
            "x10'; the largest draw of `1000d` `x10` is longer than 100 years\n"
            "4:8: expected a duration such as 250ms, 10s or 1h30m for 'until', found "
            "'99999999999999999999d'; `99999999999999999999d` is longer than 100 years\n");
}

TEST(ScenarioFile, refuses_an_age_and_a_delay_that_never_come) {
  EXPECT_EQ(mistakes("set: {autoscaler_delay: never}\n"
                     "until: never\n"
                     "pool: {secret_age: never}\n"
                     "given:\n"
                     "  pods: [{age: never}]\n"
                     "  tasks: [{id: 1, workspace: w, waiting: never}]\n"
                     "faults: {until: never}\n"),
            "1:25: expected a duration such as 250ms, 10s or 1h30m for 'autoscaler_delay', found "
            "'never'\n"
            "2:8: expected a duration such as 250ms, 10s or 1h30m for 'until', found 'never'\n"
            "3:20: expected a duration such as 250ms, 10s or 1h30m for 'secret_age', found "
            "'never'\n"
            "5:16: expected a duration such as 250ms, 10s or 1h30m for 'age', found 'never'\n"
            "6:42: expected a duration such as 250ms, 10s or 1h30m for 'waiting', found 'never'\n"
            "7:17: expected a duration such as 250ms, 10s or 1h30m for 'until', found 'never'\n");
}

TEST(ScenarioFile, says_where_the_time_to_confirm_belongs) {
  EXPECT_EQ(mistakes("timings: {confirm: 30m}\n"),
            "1:11: 'confirm' does not belong in timings; it belongs under 'users' [users: "
            "{confirm: ...}]\n");
}

TEST(ScenarioFile, refuses_more_than_all_plans) {
  EXPECT_EQ(mistakes("work: {plan_failure: 60%, no_changes: 0.5, apply_failure: 120%}\n"),
            "1:59: expected a fraction such as 0.05 or 5% for 'apply_failure', found '120%'; "
            "more than the whole\n");
}

TEST(ScenarioFile, refuses_more_than_all_plans_together) {
  EXPECT_EQ(mistakes("work: {plan_failure: 60%, no_changes: 0.5}\n"),
            "1:39: 'plan_failure' and 'no_changes' together are more than all plans\n");
}

TEST(ScenarioFile, refuses_faults_without_a_gap) {
  EXPECT_EQ(mistakes("faults: {pod_crash: 0s, cluster_error: -1%, clock_step: 1m}\n"),
            "1:21: expected a duration or distribution for 'pod_crash', found '0s'; at least 1ms "
            "on average\n"
            "1:40: expected a fraction such as 0.05 or 5% for 'cluster_error', found '-1%'; a "
            "fraction cannot be negative\n"
            "1:45: 'clock_step' does not belong in faults; it belongs under 'when' [- {at: 1m, "
            "clock_step: {by: 2m}}]\n");
}

TEST(ScenarioFile, says_that_a_gap_is_no_share) {
  EXPECT_EQ(mistakes("faults: {pod_crash: 5%}\n"),
            "1:21: expected a duration or distribution for 'pod_crash', found '5%'; this is how "
            "long it is from one to the next, not a share\n");
}

TEST(ScenarioFile, names_the_nearest_fault) {
  EXPECT_EQ(mistakes("faults: {cluster_eror: 1%}\n"),
            "1:10: unknown key 'cluster_eror' in faults; expected one of cluster_error, "
            "cluster_timeout, stale_list, database_error, message_lost, message_duplicated, "
            "pod_crash, eviction, node_loss, agent_disconnect, agent_silence, replica_crash, "
            "until [did you mean 'cluster_error'?]\n");
}

TEST(ScenarioFile, refuses_a_bound_that_is_no_number) {
  EXPECT_EQ(mistakes("explore: {restarts: many, restart: 1}\n"),
            "1:21: expected an integer from 0 to 100 for 'restarts', found 'many'\n"
            "1:27: unknown key 'restart' in explore; expected one of pods, tasks, restarts, "
            "faults, user_actions, retries, procedures, triggers_any_time, one_push_per_task, "
            "delete_immediate, ages, longest, after_start, unit [did you mean 'restarts'?]\n");
}

// --- a course that is given step by step ---

TEST(ScenarioFile, has_no_schedule_beside_what_happens_by_itself) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, submit: {workspace: w}}\n"
                     "  - {at: 2s, restart: {}}\n"
                     "schedule: [submit plan_and_apply (w)]\n"),
            "3:14: 'restart' does not happen: beside 'schedule', 'when' only says what users may "
            "submit and save\n");
  EXPECT_EQ(mistakes("faults: {cluster_error: 1%}\n"
                     "schedule: [autoscaler fires]\n"),
            "2:1: 'faults' and 'schedule' exclude each other in scenario\n");
}

TEST(ScenarioFile, takes_the_steps_that_explore_names) {
  EXPECT_EQ(mistakes("schedule:\n"
                     "  - autoscaler fires, replica 1\n"
                     "  - autoscaler_cycle > delete_pod ii (pod 0), cluster_error\n"
                     "  - 'agent_finishes (pod 0), plan of task 1: success'\n"
                     "  - sync a\n"
                     "  - 'time_passes: silent'\n"),
            "");
}

TEST(ScenarioFile, refuses_a_schedule_of_what_is_no_step) {
  const std::string expected =
      "expected a step such as 'autoscaler_cycle a' or 'server_stops (replica 0)' for item 1 of "
      "'schedule', found ";
  EXPECT_EQ(mistakes("schedule: [foo bar]\n"),
            "1:12: " + expected + "'foo bar'; explore names the steps of a course\n");
  EXPECT_EQ(mistakes("schedule: [server_stopps (replica 0)]\n"),
            "1:12: " + expected + "'server_stopps (replica 0)'; explore names the steps of a "
            "course [did you mean 'server_stops'?]\n");
  EXPECT_EQ(mistakes("schedule: [recover q]\n"),
            "1:12: " + expected + "'recover q'; the steps of recover are a, b, b2, b3, c, d\n");
  EXPECT_EQ(mistakes("schedule: [start_up > sync_pod a]\n"),
            "1:12: " + expected + "'start_up > sync_pod a'; there is no procedure 'sync_pod' "
            "[did you mean 'sync_pods'?]\n");
  EXPECT_EQ(mistakes("schedule: ['time_passes: later']\n"),
            "1:12: " + expected +
                "'time_passes: later'; behind 'time_passes: ' stands a duration, or one of "
            "heartbeat_stale, reservation_expired, creation_past, ping_overdue, silent, "
            "secret_old, unfreeze_over, startup_over, idle_for_a_minute, backoff_over, "
            "freeze_window\n");
}

TEST(ScenarioFile, tells_several_mistakes_at_once) {
  EXPECT_EQ(mistakes("profile: slot\n"
                     "set: {slots: five}\n"
                     "replicas: 11\n"
                     "until: 5\n"),
            std::string("1:10: expected one of ") + all_profiles() +
                " for 'profile', found 'slot' [did you mean 'slots'?]\n"
                "2:14: expected one of none, three, four for 'slots', found 'five'\n"
                "3:11: expected an integer from 1 to 10 for 'replicas', found the number 11\n"
                "4:8: expected a duration such as 250ms, 10s or 1h30m for 'until', found the "
                "number 5; `5` has no unit: write us, ms, s, m, h or d after it\n");
}

}  // namespace
}  // namespace holdfast
