// What of a scenario's given state, happenings and expectations does not fit, each with its whole
// message.
#include <gtest/gtest.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

TEST(TaskThatCannotBe, on_a_pod_that_is_not_given) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: apply_pending, pod: 1, slot: 0}\n"),
            "4:59: task 598 is on pod 1, but only 1 pod is given (pods count from 0)\n");
}

TEST(TaskThatCannotBe, on_a_pod_where_none_is_given) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 0\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: running, pod: 0}\n"),
            "4:53: task 598 is on pod 0, but no pod is given (pods count from 0)\n");
}

TEST(TaskThatCannotBe, on_a_third_pod_of_two) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 2\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: running, pod: 2}\n"),
            "4:53: task 598 is on pod 2, but only 2 pods are given (pods count from 0)\n");
}

TEST(TaskThatCannotBe, given_twice) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a}\n"
                     "    - {id: 598, workspace: b}\n"),
            "5:12: task 598 is given twice\n");
}

TEST(TaskThatCannotBe, running_on_no_pod) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: running}\n"
                     "    - {id: 599, workspace: b, status: apply_pending}\n"
                     "    - {id: 600, workspace: c, status: apply_confirmed, slot: 0}\n"),
            "4:39: task 598 is running, so its plan runs on some pod: say on which, 'pod: 0'\n"
            "5:39: task 599 is apply_pending, so its plan ran on some pod: say on which, 'pod: "
            "0'\n"
            "6:39: task 600 is apply_confirmed, so its plan ran on some pod: say on which, 'pod: "
            "0'\n");
}

TEST(TaskThatCannotBe, pending_on_a_pod) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, pod: 0}\n"
                     "    - {id: 599, workspace: b, slot: 0}\n"),
            "4:36: task 598 is pending, so it is on no pod yet: leave out 'pod'\n"
            "5:37: task 599 is pending, so it is on no pod yet: leave out 'slot'\n");
}

TEST(TaskThatCannotBe, local_on_a_pod) {
  EXPECT_EQ(mistakes("workspaces: [{id: a, mode: local}]\n"
                     "given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: running, pod: 0}\n"),
            "5:53: task 598 is of the local workspace 'a', whose tasks run on no pod: leave out "
            "'pod'\n");
}

TEST(TaskThatCannotBe, waiting_for_an_apply_that_it_does_not_have) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, type: plan, status: apply_pending, pod: "
                     "0}\n"
                     "    - {id: 599, workspace: b, type: drift_check, status: "
                     "apply_confirmed, pod: 0}\n"),
            "4:51: task 598 is a plan and cannot be apply_pending: only a plan_and_apply is "
            "applied\n"
            "5:58: task 599 is a drift_check and cannot be apply_confirmed: only a "
            "plan_and_apply is applied\n");
}

TEST(TaskThatCannotBe, waiting_longer_than_its_pod_lives) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: apply_pending, pod: 0, slot: 0, "
                     "waiting: 61m}\n"),
            "4:80: task 598 is apply_pending on pod 0 for 61m, but the pod is only 1h old\n");
}

TEST(TaskThatCannotBe, waiting_longer_than_anyone) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, waiting: 3651d}\n"),
            "4:40: 'waiting' is more than 3650d\n");
}

TEST(TaskThatCannotBe, in_a_slot_that_no_pod_has) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, type: plan, status: running, pod: 0, slot: "
                     "3}\n"
                     "    - {id: 599, workspace: b, type: plan, status: running, pod: 0, slot: "
                     "4}\n"),
            "5:74: expected an integer from 0 to 3 for 'slot', found the number 4\n");
}

TEST(TaskThatCannotBe, in_the_fourth_slot_of_three) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, type: plan, status: running, pod: 0, slot: "
                     "3}\n"),
            "4:74: task 598 is in slot 3, but a pod has slots 0 to 2 (slots: three)\n");
}

TEST(TaskThatCannotBe, in_a_slot_for_plans) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: running, pod: 0, slot: 1}\n"),
            "4:62: task 598 is a plan_and_apply in slot 1, but only slot 0 takes one (slots: "
            "three)\n");
}

TEST(TaskThatCannotBe, in_a_slot_that_is_taken) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: apply_pending, pod: 0, slot: 0}\n"
                     "    - {id: 599, workspace: b, type: plan, status: running, pod: 0, slot: "
                     "0}\n"),
            "5:74: task 599 is in slot 0 of pod 0, where task 598 is already\n");
}

TEST(TaskThatCannotBe, as_the_second_plan_and_apply_on_a_pod_of_four) {
  EXPECT_EQ(mistakes("set: {slots: four}\n"
                     "given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: apply_pending, pod: 0, slot: 0}\n"
                     "    - {id: 599, workspace: b, status: running, pod: 0, slot: 1}\n"),
            "6:62: tasks 598 and 599 are both plan_and_apply in slots of pod 0, and a pod has "
            "room for one (slots: four)\n");
}

TEST(TaskThatCannotBe, as_the_second_of_its_workspace) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 2\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: apply_pending, pod: 0, slot: 0}\n"
                     "    - {id: 599, workspace: a, status: running, pod: 1, slot: 0}\n"),
            "5:28: task 599 is running while task 598 of the same workspace is apply_pending: a "
            "workspace has one plan_and_apply at a time\n");
}

TEST(TaskThatCannotBe, as_the_fifth_that_an_agent_runs) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: 1\n"
                     "  tasks:\n"
                     "    - {id: 1, workspace: a, type: plan, status: running, pod: 0}\n"
                     "    - {id: 2, workspace: a, type: plan, status: running, pod: 0}\n"
                     "    - {id: 3, workspace: a, type: plan, status: running, pod: 0}\n"
                     "    - {id: 4, workspace: a, type: plan, status: running, pod: 0}\n"
                     "    - {id: 5, workspace: a, type: plan, status: running, pod: 0}\n"),
            "8:63: task 5 is one too many on pod 0: an agent runs 4 tasks at a time\n");
}

TEST(TaskThatCannotBe, on_a_pod_of_another_pool) {
  EXPECT_EQ(mistakes("pools: [{id: p}, {id: q}]\n"
                     "given:\n"
                     "  pods: [{pool: q}]\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: running, pod: 0}\n"),
            "5:53: task 598 is of the pool 'p', but pod 0 is of the pool 'q'\n");
}

TEST(TaskThatCannotBe, on_a_pod_without_an_agent) {
  EXPECT_EQ(mistakes("given:\n"
                     "  pods: [{connected: false}]\n"
                     "  tasks:\n"
                     "    - {id: 598, workspace: a, status: running, pod: 0}\n"),
            "4:53: task 598 is on pod 0, whose agent has not connected yet\n");
}

TEST(PodsThatCannotBe, in_the_wrong_order) {
  EXPECT_EQ(mistakes("given: {pods: [{age: 1m}, {age: 2m}]}\n"),
            "1:33: pod 1 is 2m old, older than pod 0 before it (1m): pods count in order of "
            "creation, the oldest first\n");
}

TEST(PodsThatCannotBe, with_the_same_name) {
  EXPECT_EQ(mistakes("start: 2025-11-08T15:50:00.5Z\n"
                     "given: {pods: [{age: 1m}, {age: 59400ms}, {age: 59s}]}\n"),
            "2:49: pods 1 and 2 are created in the same second and would have the same name: let "
            "their ages differ by 1s\n");
}

TEST(PodsThatCannotBe, younger_than_nothing) {
  EXPECT_EQ(mistakes("given: {pods: [{age: 90s}, {}, {}]}\n"),
            "1:32: pod 2 would be created after the start; state its 'age'\n");
}

TEST(PodsThatCannotBe, of_no_age) {
  EXPECT_EQ(mistakes("given: {pods: [{age: 0s}]}\n"),
            "1:22: expected a duration such as 250ms, 10s or 1h30m for 'age', found '0s'; at "
            "least 1s\n");
}

TEST(PodsThatCannotBe, older_than_ten_years) {
  EXPECT_EQ(mistakes("given: {pods: [{age: 3651d}]}\n"), "1:22: 'age' is more than 3650d\n");
}

TEST(PodsThatCannotBe, of_an_unknown_pool) {
  EXPECT_EQ(mistakes("given: {pods: [{pool: pool-b}]}\n"),
            "1:23: there is no pool 'pool-b'; there is pool-a [did you mean 'pool-a'?]\n");
}

TEST(PodsThatCannotBe, beyond_counting) {
  EXPECT_EQ(mistakes("given: {pods: 1001}\n"),
            "1:15: expected an integer from 0 to 1000 for 'pods', found the number 1001\n");
}

TEST(PodsThatCannotBe, of_no_number) {
  EXPECT_EQ(mistakes("given: {pods: one}\n"),
            "1:15: expected an integer from 0 to 1000 for 'pods', found 'one'\n");
}

}  // namespace
}  // namespace holdfast
