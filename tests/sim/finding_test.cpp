// A scenario that says what should happen instead shows what it says, and what repairs it does.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <holdfast/sim/finding.h>
#include <holdfast/tests/support/scenario_files.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

// The scenarios that have the key.
std::vector<std::string> files_with(const std::string& key) {
  std::vector<std::string> files = scenario_files();
  std::erase_if(files, [&](const std::string& file) {
    return text_of(scenario_folder() / file).find("\n" + key + ":") == std::string::npos;
  });
  return files;
}

std::string test_name(const testing::TestParamInfo<std::string>& file) {
  std::string name = file.param.substr(file.param.find('/') + 1);
  name.resize(name.rfind('.'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class FindingFile : public testing::TestWithParam<std::string> {};

TEST_P(FindingFile, is_violated_as_it_is_and_holds_when_repaired) {
  const Scenario scenario = scenario_file(GetParam());
  const Examination found = examine(scenario);
  EXPECT_EQ(found.doubts, std::vector<std::string>{});
  EXPECT_NE(found.property, nullptr);
  EXPECT_NE(found.by, "");
}

INSTANTIATE_TEST_SUITE_P(File, FindingFile, testing::ValuesIn(files_with("instead")), test_name);

class RepairedFile : public testing::TestWithParam<std::string> {};

// It holds although everything happens as before.
TEST_P(RepairedFile, makes_the_same_things_happen_when_repaired) {
  const Scenario scenario = scenario_file(GetParam());
  const Scenario changed = repaired(scenario);
  EXPECT_NE(changed.setup.knobs, scenario.setup.knobs);
  RunOptions options;
  options.seed = scenario.seed;
  const RunResult result = run_scenario(changed, options);
  EXPECT_TRUE(result.missed.empty());
}

INSTANTIATE_TEST_SUITE_P(File, RepairedFile, testing::ValuesIn(files_with("repaired_by")),
                         test_name);

TEST(Findings, of_production_are_there_and_named_so) {
  int found = 0;
  for (const std::string& file : scenario_files()) {
    if (!file.starts_with("found/production-")) continue;
    ++found;
    const Scenario scenario = scenario_file(file);
    EXPECT_EQ(scenario.profile, "production") << file;
    EXPECT_TRUE(is_finding(scenario)) << file;
  }
  EXPECT_GT(found, 0);
}

// --- what an examination says --------------------------------------------------------------------

constexpr const char* freeze = R"(name: x
profile: production
start: 2025-11-08T15:50:00Z
pool: {freeze_schedules: [{from_time: "23:00", to_time: "23:59", weekdays: [6]}]}
given:
  pods: 1
  tasks: [{id: 598, workspace: ws-1, status: apply_pending, pod: 0, slot: 0}]
users: {confirm: never}
when: [{at: 10s, restart: {down_for: 3s}}]
until: 1m
instead: Ask first.
)";

TEST(Findings, tell_when_and_by_which_procedure_it_was_first_violated) {
  const Examination found = examine(scenario_of_whole(
      std::string(freeze) + "repaired_by: {freeze_guard: yes}\n"
                            "expect: [{violates: reserved_pod_kept}]\n"));
  EXPECT_EQ(found.doubts, std::vector<std::string>{});
  ASSERT_NE(found.property, nullptr);
  EXPECT_EQ(found.property->name, "reserved_pod_kept");
  EXPECT_EQ(found.by, "autoscaler_cycle > autoscale > delete_pod");
  EXPECT_EQ(found.since, found.violation.time);
}

TEST(Findings, of_what_is_owed_tell_since_when_and_what_made_it_so) {
  const Examination found = examine(scenario_of_whole(
      "name: x\nprofile: production\npool: {min_replicas: 1}\ngiven:\n  pods: 1\n"
      "  tasks: [{id: 1, workspace: a, type: plan, status: running, pod: 0, slot: 0}]\n"
      "timings: {plan: 10m, database_call: 10ms, goroutine_start: 0s}\n"
      "when: [{at: 11s, disconnect_agent: {pod: 0}}]\nuntil: 5m\ninstead: Wait.\n"
      "repaired_by: {fail_lost_tasks: with_row}\n"
      "expect: [{violates: ended_task_stops, within: 2m}]\n"));
  EXPECT_EQ(found.doubts, std::vector<std::string>{});
  EXPECT_EQ(found.by, "check_agents");
  const Moment start = scenario_of("").start;
  EXPECT_EQ(found.since.us - start.us, 11 * second + 20 * millisecond);
  EXPECT_EQ(found.within_us, 2 * minute);
}

TEST(Findings, doubt_a_repair_that_repairs_nothing) {
  const Examination found = examine(scenario_of_whole(
      std::string(freeze) + "repaired_by: {cold_start: any_pending}\n"
                            "expect: [{violates: reserved_pod_kept}]\n"));
  EXPECT_EQ(found.doubts,
            (std::vector<std::string>{
                "the repair leaves reserved_pod_kept violated: pod iac-agent-pool-a-1762613400 was "
                "deleted while task 598 is reserved on it"}));
}

TEST(Findings, that_no_knob_repairs_stand_as_they_are) {
  const Examination found = examine(
      scenario_of_whole(std::string(freeze) + "expect: [{violates: reserved_pod_kept}]\n"));
  EXPECT_EQ(found.doubts, std::vector<std::string>{});
  ASSERT_NE(found.property, nullptr);
  EXPECT_EQ(found.property->name, "reserved_pod_kept");
}

TEST(Findings, doubt_what_is_not_violated) {
  const Examination found = examine(scenario_of_whole(
      std::string(freeze) + "set: {freeze_guard: yes}\nrepaired_by: {lost_pod: replan}\n"
                            "expect: [{violates: reserved_pod_kept}]\n"));
  EXPECT_EQ(found.doubts,
            std::vector<std::string>{"line 14 is not met: it held, and nothing tried it"});
  EXPECT_EQ(found.property, nullptr);
}

TEST(Findings, doubt_what_is_violated_besides) {
  const Examination found = examine(scenario_of_whole(
      std::string(freeze) + "repaired_by: {freeze_guard: yes, slot_rebuild: from_database}\n"
                            "expect: [{violates: waiting_task_placed, within: 1s}]\n"));
  EXPECT_EQ(found.doubts, std::vector<std::string>{
                              "a property is violated that the scenario does not expect"});
}

}  // namespace
}  // namespace holdfast
