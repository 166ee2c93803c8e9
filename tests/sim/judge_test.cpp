// What a course owes from its beginning, and what it owed before.
#include <string>

#include <gtest/gtest.h>

#include <holdfast/sim/run.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

RunResult run_text(const std::string& text) {
  const Scenario scenario = scenario_of_whole(text);
  return run_scenario(scenario, {});
}

const PropertyRecord& record_of(const RunResult& result, std::string_view name) {
  for (const PropertyRecord& record : result.records) {
    if (record.property->name == name) return record;
  }
  ADD_FAILURE() << name;
  return result.records.front();
}

// The pod has been idle for an hour when the scenario starts.
const std::string idle_pod = "name: x\ngiven: {pods: [{age: 1h}]}\npool: {max_replicas: 3}\n";

TEST(Judge, counts_what_was_owed_before_the_start_from_the_start) {
  const RunResult result =
      run_text(idle_pod + "expect: [{holds: pool_settles, within: 1m}]\n");
  EXPECT_EQ(record_of(result, "pool_settles").violations, 0U);
  EXPECT_EQ(record_of(result, "pool_settles").antecedents, 1U);
}

TEST(Judge, calls_in_what_is_owed_since_the_start_when_its_bound_is_over) {
  const RunResult result =
      run_text(idle_pod + "expect: [{holds: pool_settles, within: 2s}]\n");
  const PropertyRecord& record = record_of(result, "pool_settles");
  ASSERT_EQ(record.violations, 1U);
  EXPECT_EQ(record.first.time.us, scenario_of_whole(idle_pod + "expect: [{at: 1s, pods: 1}]\n")
                                          .start.us + 2 * second);
}

}  // namespace
}  // namespace holdfast
