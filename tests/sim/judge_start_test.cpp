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

}  // namespace
}  // namespace holdfast
