// What a course owes from its beginning, and what it owed before.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <holdfast/sim/run.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

// The pod has been idle for an hour when the scenario starts.
const std::string idle_pod = "name: x\ngiven: {pods: [{age: 1h}]}\npool: {max_replicas: 3}\n";

// How pool_settles fares when it is to hold within `within`.
PropertyRecord settled_within(std::string_view within) {
  const Scenario scenario = scenario_of_whole(
      idle_pod + fmt::format("expect: [{{holds: pool_settles, within: {}}}]\n", within));
  for (const PropertyRecord& record : run_scenario(scenario, {}).records) {
    if (record.property->name == "pool_settles") return record;
  }
  ADD_FAILURE();
  return {};
}

TEST(JudgeStart, counts_what_was_owed_before_the_start_from_the_start) {
  const PropertyRecord record = settled_within("1m");
  EXPECT_EQ(record.violations, 0U);
  EXPECT_EQ(record.antecedents, 1U);
}

TEST(JudgeStart, calls_in_what_is_owed_since_the_start_when_its_bound_is_over) {
  const PropertyRecord record = settled_within("2s");
  ASSERT_EQ(record.violations, 1U);
  const Scenario scenario = scenario_of_whole(idle_pod + "expect: [{at: 1s, pods: 1}]\n");
  EXPECT_EQ(record.first.time.us, scenario.start.us + 2 * second);
}

// --- goals ---------------------------------------------------------------------------------------

// Task 598 waits for its user in a Reserved slot when the scenario starts.
const std::string reservation =
    "name: x\nusers: {confirm: never}\n"
    "given: {pods: 1, tasks: [{id: 598, workspace: w, status: apply_pending, pod: 0, slot: 0}]}\n";

// What became of the expectation `reaches: reservation`.
ExpectationResult reserved_in(const std::string& more) {
  const Scenario scenario =
      scenario_of_whole(reservation + more + "expect: [{reaches: reservation}]\n");
  ExpectationResult result = run_scenario(scenario, {}).expectations.front();
  result.expectation = nullptr;  // it ends with the scenario
  return result;
}

TEST(JudgeStart, does_not_count_a_goal_that_is_given) {
  const ExpectationResult result = reserved_in("");
  EXPECT_EQ(result.verdict, Verdict::failed);
  EXPECT_EQ(result.found, "it was never reached");
}

TEST(JudgeStart, counts_a_goal_that_is_reached_again) {
  const ExpectationResult result =
      reserved_in("profile: slots+rebuild\nwhen: [{at: 1s, restart: {down_for: 2s}}]\n");
  EXPECT_EQ(result.verdict, Verdict::met) << result.found;
}

TEST(JudgeStart, counts_goals_at_the_moment_of_the_start_that_are_no_part_of_what_is_given) {
  const Scenario scenario = scenario_of_whole(
      "name: x\nwhen: [{at: 0s, submit: {workspace: w, type: plan}}, {at: 0s, sync: }]\n"
      "given: {pods: 1}\nusers: {confirm: never}\ntimings: {database_call: 0s, plan: 0s, "
      "goroutine_start: 0s}\nexpect: [{reaches: plan_finished}]\n");
  const RunResult result = run_scenario(scenario, {});
  EXPECT_EQ(result.expectations.front().verdict, Verdict::met);
  for (const PropertyRecord& record : result.records) {
    if (record.property->name != "plan_finished") continue;
    EXPECT_EQ(record.reached, 1U);
    EXPECT_EQ(record.first_reached, scenario.start);
  }
}

// --- bounds --------------------------------------------------------------------------------------

TEST(JudgeStart, a_bound_beyond_all_time_never_runs_out) {
  Scenario scenario = scenario_of_whole(idle_pod + "expect: [{holds: pool_settles, within: 1s}]\n");
  scenario.expect.front().within_us = INT64_MAX;
  for (const PropertyRecord& record : run_scenario(scenario, {}).records) {
    if (record.property->name != "pool_settles") continue;
    EXPECT_EQ(record.violations, 0U);
    EXPECT_GE(record.antecedents, 1U);
  }
}

}  // namespace
}  // namespace holdfast
