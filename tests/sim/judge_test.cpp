// The judge: violations are counted and the first kept whole, what is owed is called in once when
// its bound has passed, goals are noted; and runs are held against what they expect.
#include <gtest/gtest.h>

#include <algorithm>

#include <holdfast/sim/run.h>
#include <holdfast/tests/sim/random_scenario.h>

namespace holdfast {
namespace {

// Task 598 waits on the only pod; the server restarts after 10 s.
Scenario incident() {
  Scenario scenario = quiet_scenario();
  scenario.given_tasks = {{.number = 598,
                           .workspace = 0,
                           .type = TaskType::plan_and_apply,
                           .status = TaskStatus::apply_pending,
                           .pod = 0,
                           .slot = 0}};
  Happening restart;
  restart.kind = ActionKind::restart;
  restart.at_us = 10 * second;
  restart.duration_us = 3 * second;
  scenario.when = {restart};
  return scenario;
}

Expectation of(ExpectationKind kind, std::string property, std::int64_t within_us = -1) {
  Expectation expectation;
  expectation.kind = kind;
  expectation.property = std::move(property);
  expectation.within_us = within_us;
  return expectation;
}

Expectation pods(ExpectationKind kind, int count, std::int64_t at_us = -1) {
  Expectation expectation;
  expectation.kind = kind;
  expectation.at_us = at_us;
  expectation.test.pods = count;
  return expectation;
}

const PropertyRecord& record(const RunResult& result, std::string_view name) {
  return *std::find_if(result.records.begin(), result.records.end(),
                       [&](const PropertyRecord& r) { return r.property->name == name; });
}

TEST(Judge, the_incident_is_found_with_who_did_it_and_what_it_believed) {
  const RunResult result = run_scenario(incident(), {});
  EXPECT_FALSE(result.passed) << "nobody expected it";
  const Violation* first = result.first_violation();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->property->name, "reserved_pod_kept");
  EXPECT_EQ(first->who.pod, 0);
  EXPECT_EQ(first->sentence,
            "pod iac-agent-pool-a-1762613400 was deleted while task 598 is reserved on it");
  EXPECT_EQ(first->by, "autoscaler_cycle of replica 0");
  EXPECT_EQ(first->believed, "slots idle, idle, idle");
  EXPECT_EQ(record(result, "reserved_pod_kept").violations, 1U);
}

TEST(Judge, what_is_owed_is_called_in_once_when_its_bound_has_passed) {
  Scenario scenario = quiet_scenario();
  // The server stops before anybody looks at the task.
  scenario.expect = {of(ExpectationKind::violates, "pending_task_runs", 30 * second)};
  Happening submit;
  submit.kind = ActionKind::submit;
  submit.at_us = 5 * second;
  submit.argument = 1;
  scenario.when = {submit};
  Happening stop;
  stop.kind = ActionKind::stop;
  stop.at_us = 5 * second;
  scenario.when.push_back(stop);
  const RunResult result = run_scenario(scenario, {});
  const PropertyRecord& owed = record(result, "pending_task_runs");
  EXPECT_TRUE(owed.judged);
  EXPECT_EQ(owed.violations, 1U);
  EXPECT_EQ(owed.first.time.us, scenario.start.us + 35 * second);
  EXPECT_EQ(owed.first.sequence, 0U) << "that nothing happened is the violation";
}

TEST(Judge, what_is_given_in_time_is_no_violation) {
  Scenario scenario = quiet_scenario();
  scenario.pools[0].min_replicas = 1;
  scenario.expect = {of(ExpectationKind::holds, "pending_task_runs", 30 * second)};
  Happening submit;
  submit.kind = ActionKind::submit;
  submit.at_us = 5 * second;
  submit.argument = 1;
  scenario.when = {submit};
  const RunResult result = run_scenario(scenario, {});
  EXPECT_TRUE(result.passed);
  EXPECT_GE(record(result, "pending_task_runs").antecedents, 1U);
  EXPECT_EQ(record(result, "pending_task_runs").violations, 0U);
}

TEST(Judge, an_eventual_property_without_a_bound_is_not_judged) {
  Scenario scenario = incident();
  const RunResult result = run_scenario(scenario, {});
  EXPECT_FALSE(record(result, "reservation_restored").judged);
  EXPECT_EQ(record(result, "reservation_restored").antecedents, 0U);
}

TEST(Judge, two_bounds_for_one_property_are_the_tighter_one) {
  const holdfast::Setup setup;
  Judge judge(setup);
  judge.judge_within("pool_settles", minute);
  judge.judge_within("pool_settles", second);
  judge.judge_within("pool_settles", hour);
  EXPECT_EQ(judge.record("pool_settles").within_us, second);
}

// --- expectations --------------------------------------------------------------------------------

TEST(Run, of_a_state_what_is_given_counts) {
  Scenario scenario = incident();
  Happening evict;
  evict.kind = ActionKind::evict_pod;
  evict.at_us = 100 * millisecond;
  evict.pod = 0;
  scenario.when = {evict};
  scenario.until_us = second;
  scenario.expect = {pods(ExpectationKind::never, 1), pods(ExpectationKind::eventually, 1)};
  RunResult result = run_scenario(scenario, {});
  EXPECT_EQ(result.expectations[0].verdict, Verdict::failed);
  EXPECT_EQ(result.expectations[1].verdict, Verdict::met);
  scenario.when.clear();
  scenario.until_us = 0;
  result = run_scenario(scenario, {});
  EXPECT_EQ(result.expectations[0].verdict, Verdict::failed) << "although nothing happens";
}

TEST(Run, what_is_given_violates_nothing) {
  Scenario scenario = quiet_scenario();
  scenario.given_pods.resize(3);
  scenario.pools[0].max_replicas = 1;
  scenario.until_us = 5 * second;
  const RunResult result = run_scenario(scenario, {});
  EXPECT_EQ(record(result, "replica_bounds").violations, 0U);
  EXPECT_TRUE(result.passed);
}

TEST(Run, passes_when_what_was_expected_is_violated) {
  Scenario scenario = incident();
  scenario.expect = {of(ExpectationKind::violates, "reserved_pod_kept")};
  EXPECT_TRUE(run_scenario(scenario, {}).passed);
  scenario.expect = {of(ExpectationKind::violates, "running_pod_kept")};
  const RunResult result = run_scenario(scenario, {});
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::failed);
  EXPECT_EQ(result.expectations[0].found, "it held, and nothing tried it");
}

TEST(Run, holds_tells_the_violation_that_it_found) {
  Scenario scenario = incident();
  scenario.expect = {of(ExpectationKind::holds, "reserved_pod_kept")};
  EXPECT_EQ(run_scenario(scenario, {}).expectations[0].found,
            "pod iac-agent-pool-a-1762613400 was deleted while task 598 is reserved on it");
}

TEST(Run, under_other_knobs_expectations_of_properties_are_not_judged_and_none_is_expected) {
  Scenario scenario = incident();
  scenario.expect = {of(ExpectationKind::violates, "reserved_pod_kept"),
                     pods(ExpectationKind::at, 1, second)};
  RunOptions options;
  options.knobs_changed = true;
  const RunResult result = run_scenario(scenario, options);
  EXPECT_FALSE(result.passed) << "the violation is there, and no longer expected";
  EXPECT_EQ(result.expectations[0].verdict, Verdict::not_judged);
  EXPECT_EQ(result.expectations[1].verdict, Verdict::met);
}

TEST(Run, a_state_is_tested_at_its_moment_never_or_at_last) {
  Scenario scenario = incident();
  scenario.expect = {
      pods(ExpectationKind::at, 1, 10 * second), pods(ExpectationKind::at, 0, minute),
      pods(ExpectationKind::at, 1, minute),      pods(ExpectationKind::eventually, 0),
      pods(ExpectationKind::eventually, 2),      pods(ExpectationKind::never, 2),
      pods(ExpectationKind::never, 0),           pods(ExpectationKind::at, 1, hour)};
  const RunResult result = run_scenario(scenario, {});
  const Verdict verdicts[] = {Verdict::met,    Verdict::met, Verdict::failed, Verdict::met,
                              Verdict::failed, Verdict::met, Verdict::failed, Verdict::not_judged};
  ASSERT_EQ(result.expectations.size(), std::size(verdicts));
  for (std::size_t i = 0; i < std::size(verdicts); ++i) {
    EXPECT_EQ(result.expectations[i].verdict, verdicts[i]) << "expectation " << i;
    EXPECT_EQ(result.expectations[i].expectation, &scenario.expect[i]);
  }
  EXPECT_EQ(result.expectations[2].found, "0 pods live");
  EXPECT_EQ(result.expectations[7].found, "the run ends before");
}

TEST(Run, a_state_that_is_not_so_is_counted_in_the_right_number) {
  Scenario scenario = incident();
  StateTest test;
  const auto told = [&] {
    Expectation expectation = pods(ExpectationKind::at, 2, second);
    expectation.test = test;
    scenario.expect = {expectation};
    return run_scenario(scenario, {}).expectations[0].found;
  };
  test.pods = 2;
  EXPECT_EQ(told(), "1 pod lives");
  test = {};
  test.managed = 2;
  EXPECT_EQ(told(), "1 pod is managed");
  test = {};
  test.reserved = 0;
  EXPECT_EQ(told(), "1 slot is Reserved");
  test = {};
  test.running = 1;
  EXPECT_EQ(told(), "0 slots are Running");
}

TEST(Run, what_cannot_happen_is_listed_with_its_line) {
  Scenario scenario = quiet_scenario();
  Happening confirm;
  confirm.kind = ActionKind::confirm;
  confirm.at_us = 7 * second;
  confirm.task = 5;
  confirm.line = 12;
  scenario.when = {confirm};
  const RunResult result = run_scenario(scenario, {});
  ASSERT_EQ(result.missed.size(), 1U);
  EXPECT_EQ(result.missed[0].line, 12);
  EXPECT_EQ(result.missed[0].at_us, 7 * second);
  EXPECT_EQ(result.missed[0].reason, "there is no such task");
  EXPECT_FALSE(result.passed) << "it was not tried";
}

TEST(Run, the_fingerprint_is_that_of_the_seed) {
  const Scenario scenario = random_scenario(2, *find_profile("slots"), true);
  const auto fingerprint = [&](std::uint64_t seed) {
    RunOptions options;
    options.seed = seed;
    return run_scenario(scenario, options).fingerprint;
  };
  EXPECT_EQ(fingerprint(1), fingerprint(1));
  EXPECT_NE(fingerprint(1), fingerprint(2));
}

}  // namespace
}  // namespace holdfast
