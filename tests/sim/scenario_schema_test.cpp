// Every name that the tables know may stand in a scenario file, and the schema for editors says so.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_shape.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

const std::filesystem::path schema_file =
    std::filesystem::path(HOLDFAST_SOURCE_DIR) / "scenarios" / "scenario.schema.json";

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(ScenarioSchema, is_up_to_date) {
  if (std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(schema_file, std::ios::binary) << scenario_schema();
  }
  EXPECT_TRUE(text_of_file(schema_file) == scenario_schema())
      << "scenarios/scenario.schema.json is stale: run this test with HOLDFAST_UPDATE_GOLDEN=1";
}

TEST(ScenarioSchema, is_json_that_knows_every_key) {
  const nlohmann::json schema = nlohmann::json::parse(scenario_schema());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  std::set<std::string> keys;
  for (const auto& [key, value] : schema["properties"].items()) keys.insert(key);
  std::set<std::string> declared;
  for (const auto& field : scenario_shape().fields) declared.insert(field.key);
  EXPECT_EQ(keys, declared);
  EXPECT_EQ(schema["required"], (nlohmann::json{"name", "expect"}));
}

TEST(ScenarioWords, are_all_profiles) {
  for (const Profile& profile : profiles()) {
    const Scenario read = scenario_of(fmt::format("profile: {}\n", profile.name));
    EXPECT_EQ(read.profile, profile.name);
    EXPECT_EQ(read.setup.knobs, profile.knobs);
  }
}

TEST(ScenarioWords, are_all_knobs_with_all_values) {
  for (const KnobInfo& knob : knob_table()) {
    std::vector<std::string> values(knob.values.begin(), knob.values.end());
    if (values.empty()) values = {"0s", "90s"};
    for (const std::string& value : values) {
      const Scenario read = scenario_of(fmt::format("set: {{{}: {}}}\n", knob.name, value));
      EXPECT_EQ(knob.get(read.setup.knobs), value) << knob.name;
    }
    if (!is_switch(knob)) continue;
    EXPECT_EQ(knob.get(scenario_of(fmt::format("set: {{{}: true}}\n", knob.name)).setup.knobs),
              "yes");
    EXPECT_EQ(knob.get(scenario_of(fmt::format("set: {{{}: false}}\n", knob.name)).setup.knobs),
              "no");
  }
}

TEST(ScenarioWords, are_all_timings) {
  for (const TimingName& timing : timing_names()) {
    const bool confirm = timing.name == "confirm";
    const Scenario read = scenario_of(
        fmt::format("{}: {{{}: 7s..8s}}\n", confirm ? "users" : "timings", timing.name));
    EXPECT_EQ(read.timings.*timing.member, Distribution::uniform(7 * second, 8 * second))
        << timing.name;
  }
}

TEST(ScenarioWords, are_all_faults_that_come_by_themselves) {
  for (const CallFault& fault : call_faults()) {
    const Scenario read = scenario_of(fmt::format("faults: {{{}: 3%}}\n", name(fault.fault)));
    EXPECT_EQ(read.faults.*fault.ppm, 30'000) << name(fault.fault);
  }
  for (const Breakage& breakage : breakages()) {
    const Scenario read =
        scenario_of(fmt::format("faults: {{{}: exponential 1h}}\n", name(breakage.fault)));
    EXPECT_EQ(read.faults.*breakage.gap, Distribution::exponential(hour)) << name(breakage.fault);
  }
  EXPECT_EQ(call_faults().size() + breakages().size() + 2, count_of<Fault>)  // none, clock_step
      << "a fault that no scenario can ask for";
}

TEST(ScenarioWords, are_all_verbs_of_calls_that_fail) {
  for (const CallFault& fault : call_faults()) {
    for (const Verb verb : fault.verbs) {
      const Scenario read =
          scenario_of(fmt::format("when: [{{at: 1s, fail_calls: {{fault: {}, verb: {}}}}}]\n",
                                  name(fault.fault), name(verb)));
      ASSERT_EQ(read.when.size(), 1u);
      EXPECT_EQ(read.when[0].fault, fault.fault);
      EXPECT_EQ(read.when[0].verb, verb);
    }
  }
}

// The verbs of a fault are those of the steps that the procedures have.
TEST(ScenarioWords, are_verbs_that_procedures_have) {
  const auto store_of = [](Fault fault) {
    switch (fault) {
      case Fault::database_error:
        return Store::database;
      case Fault::message_lost:
      case Fault::message_duplicated:
        return Store::channel;
      default:
        return Store::cluster;
    }
  };
  const auto changes = [](Verb verb) { return verb != Verb::list && verb != Verb::get_secret; };
  for (const CallFault& fault : call_faults()) {
    std::set<std::string> used;
    for (int p = 1; p < program_count; ++p) {
      for (const Instruction& step : info(static_cast<Program>(p)).instructions) {
        if (step.store != store_of(fault.fault)) continue;
        if (fault.fault == Fault::stale_list && step.verb != Verb::list) continue;
        if (fault.fault == Fault::cluster_timeout && !changes(step.verb)) continue;
        used.emplace(name(step.verb));
      }
    }
    std::set<std::string> listed;
    for (const Verb verb : fault.verbs) listed.emplace(name(verb));
    EXPECT_EQ(listed, used) << name(fault.fault);
  }
}

TEST(ScenarioWords, are_all_types_modes_and_statuses) {
  for (std::size_t i = 0; i < count_of<TaskType>; ++i) {
    const Scenario read = scenario_of(fmt::format(
        "when: [{{at: 1s, submit: {{workspace: a, type: {}}}}}]\n", names_of<TaskType>[i]));
    ASSERT_EQ(read.setup.tasks.size(), 1u);
    EXPECT_EQ(read.setup.tasks[0].type, static_cast<TaskType>(i));
  }
  for (std::size_t i = 0; i < count_of<ExecutionMode>; ++i) {
    const Scenario read =
        scenario_of(fmt::format("workspaces: [{{id: a, mode: {}}}]\n", names_of<ExecutionMode>[i]));
    ASSERT_EQ(read.workspaces.size(), 1u);
    EXPECT_EQ(read.workspaces[0].mode, static_cast<ExecutionMode>(i));
  }
  for (std::size_t i = 0; i < count_of<TaskStatus>; ++i) {
    const Scenario read =
        scenario_of_whole(fmt::format("name: x\ngiven: {{tasks: [{{id: 1, workspace: a}}]}}\n"
                                      "expect: [{{never: {{task: {{id: 1, status: {}}}}}}}]\n",
                                      names_of<TaskStatus>[i]));
    ASSERT_EQ(read.expect.size(), 1u);
    EXPECT_EQ(read.expect[0].test.tasks.at(0).status, static_cast<TaskStatus>(i));
  }
}

TEST(ScenarioWords, are_all_statuses_of_given_tasks) {
  const std::vector<std::pair<std::string, TaskStatus>> statuses{
      {"running", TaskStatus::running_planning},
      {"apply_pending", TaskStatus::apply_pending},
      {"apply_confirmed", TaskStatus::apply_confirmed}};
  for (const auto& [word, status] : statuses) {
    const Scenario read = scenario_of(fmt::format(
        "given: {{pods: 1, tasks: [{{id: 1, workspace: a, status: {}, pod: 0}}]}}\n", word));
    ASSERT_EQ(read.given_tasks.size(), 1u);
    EXPECT_EQ(read.given_tasks[0].status, status);
  }
}

TEST(ScenarioWords, are_all_properties_and_goals) {
  for (const Property& property : properties()) {
    const bool eventual = property.kind == PropertyKind::eventually;
    std::vector<std::string> kinds{"violates", "holds"};
    if (property.kind == PropertyKind::sometimes) kinds = {"reaches"};
    for (const std::string& kind : kinds) {
      const Scenario read =
          scenario_of_whole(fmt::format("name: x\nexpect: [{{{}: {}{}}}]\n", kind, property.name,
                                        eventual ? ", within: 1m" : ""));
      ASSERT_EQ(read.expect.size(), 1u);
      EXPECT_EQ(name(read.expect[0].kind), kind);
      EXPECT_EQ(read.expect[0].property, property.name);
    }
  }
}

}  // namespace
}  // namespace holdfast
