// What of a scenario's happenings and expectations does not fit, each with its whole
// message.
#include <gtest/gtest.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

TEST(Happening, needs_a_moment) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - restart:\n"),
            "2:5: happening needs one of at, every, arrivals\n");
}

TEST(Happening, needs_an_action) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - at: 1s\n"),
            "2:5: happening needs one of restart, stop, start, submit, confirm, cancel, "
            "save_config, sync, unfreeze, rotate_token, crash_pod, evict_pod, lose_node, "
            "succeed_pod, disconnect_agent, silence_agent, fail_calls, clock_step, lose_leader\n");
}

TEST(Happening, has_one_moment_and_one_action) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - at: 1s\n"
                     "    every: 2s\n"
                     "    restart:\n"
                     "    stop:\n"),
            "3:5: 'at' and 'every' exclude each other in happening\n"
            "5:5: 'restart' and 'stop' exclude each other in happening\n");
}

TEST(Happening, repeats_only_what_is_not_at_one_moment) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, from: 2s, until: 3s, restart: }\n"),
            "2:14: 'from' goes with 'every' or 'arrivals', not with 'at'\n"
            "2:24: 'until' goes with 'every' or 'arrivals', not with 'at'\n");
}

TEST(Happening, ends_after_it_begins) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {every: 5m, from: 2h, until: 1h, restart: }\n"),
            "2:34: 'until' is 1h, before 'from', which is 2h\n");
}

TEST(Happening, does_not_repeat_at_once) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {every: 0s, restart: }\n"
                     "  - {arrivals: 10us, restart: }\n"),
            "2:13: expected a duration such as 250ms, 10s or 1h30m for 'every', found '0s'; at "
            "least 1ms\n"
            "3:16: expected a duration or distribution for 'arrivals', found '10us'; at least "
            "1ms on average\n");
}

TEST(Happening, arrives_some_time) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {arrivals: never, restart: }\n"),
            "2:16: expected a duration or distribution for 'arrivals', found 'never'; what never "
            "comes can be left out\n");
}

TEST(Happening, comes_before_the_end) {
  EXPECT_EQ(mistakes("until: 30m\n"
                     "when:\n"
                     "  - {at: 1h, restart: }\n"),
            "3:10: this is 1h after the start, but the scenario ends after 30m\n");
}

TEST(Happening, names_the_nearest_action) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, restrt: }\n"),
            "2:14: unknown key 'restrt' in happening; expected one of at, every, arrivals, from, "
            "until, restart, stop, start, submit, confirm, cancel, save_config, sync, unfreeze, "
            "rotate_token, crash_pod, evict_pod, lose_node, succeed_pod, disconnect_agent, "
            "silence_agent, fail_calls, clock_step, lose_leader [did you mean 'restart'?]\n");
}

TEST(Happening, names_a_replica_that_is_there) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, restart: {replica: 1}}\n"
                     "  - {at: 1s, sync: {replica: 9}}\n"),
            "2:33: there is no replica 1: there is 1 replica (replicas count from 0)\n"
            "3:30: there is no replica 9: there is 1 replica (replicas count from 0)\n");
}

TEST(Happening, counts_its_replicas) {
  EXPECT_EQ(mistakes("replicas: 2\n"
                     "when:\n"
                     "  - {at: 1s, stop: {replica: 2}}\n"),
            "3:30: there is no replica 2: there are 2 replicas (replicas count from 0)\n");
}

TEST(Happening, names_a_pool_that_is_there) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, sync: {pool: pool-b}}\n"
                     "  - {at: 1s, save_config: {pool: pool-b}}\n"),
            "2:27: there is no pool 'pool-b'; there is pool-a [did you mean 'pool-a'?]\n"
            "3:34: there is no pool 'pool-b'; there is pool-a [did you mean 'pool-a'?]\n");
}

TEST(Happening, names_a_task_that_is_there) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, confirm: {task: 1}}\n"),
            "2:30: there is no task 1: none is given, none is submitted\n");
}

TEST(Happening, names_a_task_that_is_given) {
  EXPECT_EQ(mistakes("given: {tasks: [{id: 598, workspace: a}, {id: 600, workspace: b}]}\n"
                     "when:\n"
                     "  - {at: 1s, confirm: {task: 599}}\n"
                     "  - {at: 1s, cancel: {task: 601}}\n"),
            "3:30: there is no task 599: given are 598, 600, none is submitted\n"
            "4:29: there is no task 601: given are 598, 600, none is submitted\n");
}

TEST(Happening, names_a_task_that_is_submitted) {
  EXPECT_EQ(mistakes("given: {tasks: [{id: 598, workspace: a}]}\n"
                     "when:\n"
                     "  - {at: 1s, submit: {workspace: a}}\n"
                     "  - {at: 1s, confirm: {task: 600}}\n"),
            "4:30: there is no task 600: given is 598, submitted is 599\n");
}

TEST(Happening, counts_the_tasks_that_are_submitted) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, submit: {workspace: a}}\n"
                     "  - {at: 1s, submit: {workspace: a}}\n"
                     "  - {at: 1s, confirm: {task: 3}}\n"),
            "4:30: there is no task 3: none is given, submitted are 1 to 2\n");
}

TEST(Happening, knows_no_task_before_those_that_come) {
  EXPECT_EQ(mistakes("given: {tasks: [{id: 598, workspace: a}]}\n"
                     "when:\n"
                     "  - {every: 1m, submit: {workspace: a}}\n"
                     "  - {at: 1s, confirm: {task: 597}}\n"),
            "4:30: there is no task 597: given is 598, submitted ones count from 599\n");
}

TEST(Happening, tells_some_of_many_given_tasks) {
  EXPECT_EQ(mistakes("given: {tasks: [{id: 1, workspace: a}, {id: 2, workspace: a}, {id: 3, "
                     "workspace: a}, {id: 4, workspace: a}, {id: 5, workspace: a}, {id: 6, "
                     "workspace: a}, {id: 7, workspace: a}, {id: 8, workspace: a}, {id: 9, "
                     "workspace: a}, {id: 10, workspace: a}]}\n"
                     "when:\n"
                     "  - {at: 1s, confirm: {task: 20}}\n"),
            "3:30: there is no task 20: given are 1, 2, 3, 4, 5, 6, 7, 8 and 2 more, none is "
            "submitted\n");
}

TEST(Happening, submits_to_a_workspace) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, submit: {type: plann}}\n"),
            "2:22: the key 'workspace' is missing in submit; it is the workspace of the new "
            "task\n"
            "2:29: expected one of plan, plan_and_apply, drift_check for 'type', found 'plann' "
            "[did you mean 'plan'?]\n");
}

TEST(Happening, saves_a_configuration_that_can_be) {
  EXPECT_EQ(mistakes("pool: {min_replicas: 2}\n"
                     "when:\n"
                     "  - {at: 1s, save_config: {max_replicas: 1}}\n"
                     "  - {at: 1s, save_config: {min_replicas: 4}}\n"),
            "3:42: 'min_replicas' is 2 as at the start, more than 'max_replicas', which is 1\n"
            "4:42: 'min_replicas' is 4, more than 'max_replicas', which is 3 as at the start\n");
}

TEST(Happening, says_where_limits_of_a_saved_configuration_belong) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, save_config: {cpu_limit: 1}}\n"),
            "2:28: 'cpu_limit' does not belong in save_config; it belongs under resources.limits "
            "as 'cpu' [resources: {limits: {cpu: ...}}]\n");
}

TEST(Happening, says_which_pod_crashes) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, crash_pod: }\n"
                     "  - {at: 1s, evict_pod: {}}\n"),
            "2:14: expected a mapping (crash_pod) for 'crash_pod', found nothing\n"
            "3:25: the key 'pod' is missing in evict_pod; it is which pod, counted from 0 in "
            "order of creation\n");
}

TEST(Happening, fails_calls_in_a_way_that_they_fail) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, fail_calls: {fault: stale_list, verb: create}}\n"
                     "  - {at: 1s, fail_calls: {fault: cluster_timeout, verb: get_secret}}\n"),
            "2:52: a call of the verb 'create' never ends with stale_list; those that may are "
            "list\n"
            "3:57: a call of the verb 'get_secret' never ends with cluster_timeout; those that "
            "may are create, remove, create_secret, update_secret\n");
}

TEST(Happening, says_how_calls_fail) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, fail_calls: {verb: lst}}\n"),
            "2:26: the key 'fault' is missing in fail_calls; it is how the calls fail\n"
            "2:33: expected one of list, create, remove, get_secret, create_secret, "
            "update_secret, query, save, send, receive, lock, unlock for 'verb', found 'lst' "
            "[did you mean 'list'?]\n");
}

TEST(Happening, steps_the_clock_ahead) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, clock_step: {by: -2m}}\n"),
            "2:31: expected a duration such as 250ms, 10s or 1h30m for 'by', found '-2m'; a "
            "duration cannot be negative\n");
}

// Each of the three lies within what a duration may be.
TEST(Happening, steps_the_clock_no_more_than_a_hundred_years_ahead_in_all) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: 1s, clock_step: {by: 36524d}}\n"
                     "  - {every: 1d, clock_step: {by: 1d}}\n"
                     "  - {at: 3s, clock_step: {by: 1us}}\n"
                     "  - {at: 4s, clock_step: {by: 1d}}\n"),
            "4:31: the clock steps add up to more than 36525d\n");
}

TEST(Happening, has_no_moment_that_never_comes) {
  EXPECT_EQ(mistakes("when:\n"
                     "  - {at: never, restart: }\n"
                     "  - {every: never, restart: }\n"
                     "  - {every: 1m, from: never, until: never, restart: {down_for: never}}\n"
                     "  - {at: 36526d, clock_step: {by: never}}\n"),
            "2:10: expected a duration such as 250ms, 10s or 1h30m for 'at', found 'never'\n"
            "3:13: expected a duration such as 250ms, 10s or 1h30m for 'every', found 'never'\n"
            "4:23: expected a duration such as 250ms, 10s or 1h30m for 'from', found 'never'\n"
            "4:37: expected a duration such as 250ms, 10s or 1h30m for 'until', found 'never'\n"
            "4:64: expected a duration such as 250ms, 10s or 1h30m for 'down_for', found "
            "'never'\n"
            "5:10: expected a duration such as 250ms, 10s or 1h30m for 'at', found '36526d'; "
            "`36526d` is longer than 100 years\n"
            "5:35: expected a duration such as 250ms, 10s or 1h30m for 'by', found 'never'\n");
}

TEST(Expectation, is_of_one_kind) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {pods: 0}\n"
                              "  - {violates: apply_once, holds: apply_once}\n"),
            "3:5: expectation needs one of violates, holds, reaches, at, never, eventually\n"
            "4:28: 'violates' and 'holds' exclude each other in expectation\n");
}

TEST(Expectation, names_the_nearest_property) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {violates: reserved_pod_keep}\n"),
            std::string("3:16: expected one of ") + all_properties(false) +
                " for 'violates', found 'reserved_pod_keep' [did you mean 'reserved_pod_kept'?]\n");
}

TEST(Expectation, reaches_a_goal) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {reaches: reserved_pod_kept}\n"),
            std::string("3:15: expected one of ") + all_properties(true) +
                " for 'reaches', found 'reserved_pod_kept'; 'reserved_pod_kept' is no goal: write "
                "'holds: reserved_pod_kept' or 'violates: reserved_pod_kept'\n");
}

TEST(Expectation, violates_no_goal) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {violates: scale_down}\n"
                              "  - {holds: scale_down}\n"),
            std::string("3:16: expected one of ") + all_properties(false) +
                " for 'violates', found 'scale_down'; 'scale_down' is a goal: write 'reaches: "
                "scale_down'\n"
                "4:13: expected one of " +
                all_properties(false) +
                " for 'holds', found 'scale_down'; 'scale_down' is a goal: write 'reaches: "
                "scale_down'\n");
}

TEST(Expectation, of_what_comes_at_last_has_a_bound) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {holds: pool_settles}\n"),
            "3:13: 'pool_settles' is to come about at last: say by when, 'within: 5m'\n");
}

TEST(Expectation, of_a_property_has_the_bound_of_the_others) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {holds: pending_task_runs, within: 10m}\n"
                              "  - {violates: pending_task_runs, within: 5s}\n"
                              "  - {holds: pool_settles, within: 60s}\n"
                              "  - {holds: pool_settles, within: 1m}\n"
                              "  - violates: belief_converges\n"
                              "  - {violates: belief_converges, within: 1m}\n"),
            "4:43: a run judges 'pending_task_runs' by one bound: this is 5s, that of line 3 is "
            "10m\n");
}

TEST(Expectation, of_a_property_does_not_contradict_another) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - violates: slot_rules\n"
                              "  - reaches: scale_down\n"
                              "  - holds: slot_rules\n"),
            "5:12: 'holds: slot_rules' contradicts 'violates' of line 3\n");
}

TEST(Expectation, has_no_bound_that_never_comes) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {holds: pool_settles, within: never}\n"
                              "  - {at: never, pods: 0}\n"),
            "3:35: expected a duration such as 250ms, 10s or 1h30m for 'within', found 'never'\n"
            "4:10: expected a duration such as 250ms, 10s or 1h30m for 'at', found 'never'\n");
}

TEST(Expectation, of_what_always_holds_has_no_bound) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {holds: apply_once, within: 5m}\n"
                              "  - {violates: apply_once, within: 5m}\n"),
            "3:25: 'within' is for what is to come about at last; 'apply_once' is to hold all "
            "the time\n"
            "4:28: 'within' is for what is to come about at last; 'apply_once' is to hold all "
            "the time\n");
}

TEST(Expectation, of_a_state_has_no_bound) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {eventually: {pods: 0}, within: 5m}\n"),
            "3:29: 'within' goes with 'holds' or 'violates'\n");
}

TEST(Expectation, at_a_moment_says_something) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {at: 5s}\n"
                              "  - {never: {}}\n"),
            "3:5: a state test says something of the state: one of pods, managed, reserved, "
            "running, task, tasks, pod\n"
            "4:13: a state test says something of the state: one of pods, managed, reserved, "
            "running, task, tasks, pod\n");
}

TEST(Expectation, of_a_property_says_nothing_of_a_state) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {violates: apply_once, pods: 1}\n"),
            "3:28: 'pods' goes with 'at', or inside 'never' or 'eventually'\n");
}

TEST(Expectation, of_a_task_says_something_of_it) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {at: 5s, task: {id: 1}}\n"),
            "3:20: nothing is said about task 1; add one of status, pod, in_slot\n");
}

TEST(Expectation, of_a_task_knows_it) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {never: {task: {id: 1, in_slot: true}}}\n"),
            "3:25: there is no task 1: none is given, none is submitted\n");
}

TEST(Expectation, of_a_task_names_a_status) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {never: {task: {id: 1, status: aplied}}}\n"),
            "3:36: expected one of pending, running_planning, running_applying, apply_pending, "
            "apply_confirmed, planned_and_finished, success, applied, failed, cancelled for "
            "'status', found 'aplied' [did you mean 'applied'?]\n");
}

TEST(Expectation, of_a_pod_says_whether_it_lives) {
  EXPECT_EQ(mistakes_of_whole("name: x\n"
                              "expect:\n"
                              "  - {at: 5s, pod: {index: 0}}\n"),
            "3:19: the key 'lives' is missing in pod test; it is whether it is Pending or "
            "Running\n");
}

TEST(Expectation, comes_before_the_end_of_the_run) {
  EXPECT_EQ(mistakes_of_whole("until: 30s\n"
                              "name: x\n"
                              "expect:\n"
                              "  - {at: 31s, pods: 0}\n"),
            "4:10: this is 31s after the start, but the scenario ends after 30s\n");
}

}  // namespace
}  // namespace holdfast
