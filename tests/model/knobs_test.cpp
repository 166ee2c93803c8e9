// Every knob makes the difference that it says, on a course of events of its own; every profile
// differs from another exactly as the specification says; values are read and written.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <holdfast/tests/model/knob_courses.h>

namespace holdfast {
namespace {

using Values = std::vector<std::pair<std::string_view, std::string_view>>;

Knobs with(Knobs knobs, const Values& values) {
  for (const auto& [name, value] : values) {
    const KnobInfo* knob = find_knob(name);
    if (knob == nullptr || !knob->set(knobs, value)) ADD_FAILURE() << name << ": " << value;
  }
  return knobs;
}

// --- every knob ----------------------------------------------------------------------------------

TEST(Knobs, every_knob_has_a_course_that_ends_differently_under_its_values) {
  for (const KnobInfo& knob : knob_table()) {
    const auto courses = knob_courses();
    const auto course = std::find_if(courses.begin(), courses.end(),
                                     [&](const KnobCourse& c) { return c.knob == knob.name; });
    ASSERT_NE(course, courses.end()) << "knob_courses.cpp has no course for " << knob.name;
    std::set<std::string_view> values;
    std::set<std::string_view> ends;
    for (const auto& [value, end] : course->ends) {
      EXPECT_EQ(course->run(with({}, {{knob.name, value}})), end) << knob.name << ": " << value;
      values.insert(value);
      ends.insert(end);
    }
    for (const std::string_view value : knob.values) {
      EXPECT_EQ(values.count(value), 1U) << knob.name << ": " << value << " is not tried";
    }
    EXPECT_GE(ends.size(), 2U) << knob.name << " makes no difference";
  }
  EXPECT_EQ(knob_courses().size(), knob_table().size());
}

TEST(Knobs, every_value_reads_back_and_sets_nothing_else) {
  for (const KnobInfo& knob : knob_table()) {
    std::vector<std::string_view> values(knob.values.begin(), knob.values.end());
    if (values.empty()) values = {"0s", "10s", "1500ms", "1h"};
    for (const std::string_view value : values) {
      const Knobs changed = with({}, {{knob.name, value}});
      EXPECT_EQ(knob.get(changed), value);
      EXPECT_EQ(with(changed, {{knob.name, knob.get(Knobs{})}}), Knobs{}) << knob.name;
    }
    Knobs knobs;
    EXPECT_FALSE(knob.set(knobs, "nonsense")) << knob.name;
    EXPECT_FALSE(knob.set(knobs, "")) << knob.name;
    EXPECT_EQ(knobs, Knobs{});
  }
}

// The table is complete: whatever is not in it stays at its default in every profile and here.
TEST(Knobs, names_are_unique_and_found) {
  std::set<std::string_view> names;
  for (const KnobInfo& knob : knob_table()) {
    EXPECT_TRUE(names.insert(knob.name).second) << knob.name;
    EXPECT_EQ(find_knob(knob.name), &knob);
    EXPECT_FALSE(knob.about.empty());
  }
  EXPECT_EQ(find_knob("no such knob"), nullptr);
}

TEST(Knobs, a_switch_takes_the_words_of_yaml_and_a_delay_any_duration) {
  EXPECT_TRUE(with({}, {{"freeze_guard", "true"}}).freeze_guard);
  EXPECT_FALSE(with({.freeze_guard = true}, {{"freeze_guard", "false"}}).freeze_guard);
  EXPECT_EQ(with({}, {{"autoscaler_delay", "1m30s"}}).autoscaler_delay, 90'000'000);
  EXPECT_EQ(find_knob("autoscaler_delay")->get({.autoscaler_delay = 90'000'000}), "90s");
}

// --- profiles ------------------------------------------------------------------------------------

struct ProfileRow {
  std::string_view name;
  std::string_view base;
  Values differs;
};

// platform.md, section 5.
const std::vector<ProfileRow> profile_rows = {
    {"slots", "slots", {}},
    {"slots+delay", "slots", {{"autoscaler_delay", "10s"}}},
    {"slots+reconcile", "slots", {{"reconcile_on_ensure", "yes"}}},
    {"slots+guard", "slots", {{"scale_down_guard", "apply_pending"}}},
    {"slots+reconcile+guard", "slots+reconcile", {{"scale_down_guard", "apply_pending"}}},
    {"slots+rebuild", "slots+reconcile", {{"slot_rebuild", "from_database"}}},
    {"slots+rebuild+guard", "slots+rebuild", {{"scale_down_guard", "apply_pending"}}},
    {"slots+unplaced", "slots+reconcile+guard", {{"unplaced_scale_up", "yes"}}},
    {"described", "slots", {{"reconciler", "own_ticker"}, {"slot_rebuild", "from_database"}}},
    {"described+delay", "described", {{"autoscaler_delay", "10s"}}},
    {"described+reconcile", "described", {{"reconcile_on_ensure", "yes"}}},
    {"described+guard", "described", {{"scale_down_guard", "apply_pending"}}},
    {"described+reconcile+guard", "described+reconcile", {{"scale_down_guard", "apply_pending"}}},
    {"required-slots", "slots+reconcile",
     {{"scaling", "required_slots"}, {"ensure_creates", "no"}}},
    {"deployment", "slots",
     {{"slots", "none"}, {"scale_down", "deployment_random"}, {"scaling", "deployment"},
      {"deployment_busy_guard", "no"}}},
    {"production", "slots+reconcile+guard",
     {{"slots", "four"}, {"unhealthy_restart", "yes"}, {"pending_blocks_scale_down", "yes"},
      {"plan_and_apply_scale_up", "yes"}, {"cold_start", "overwritten"},
      {"reuse_marks_running", "no"}, {"completed_after_plan", "yes"},
      {"scale_up_on_no_agent", "yes"}, {"on_config_save", "rebuild_idle"},
      {"handler_memory", "fresh"}, {"agent_refuses_busy", "no"}, {"guard_counts", "k8s_only"}}},
};

TEST(Profiles, each_differs_from_another_exactly_as_specified) {
  for (const ProfileRow& row : profile_rows) {
    const Profile* profile = find_profile(row.name);
    ASSERT_NE(profile, nullptr) << row.name;
    EXPECT_EQ(profile->knobs, with(find_profile(row.base)->knobs, row.differs)) << row.name;
  }
  for (const Profile& profile : profiles()) {
    const bool stated =
        std::any_of(profile_rows.begin(), profile_rows.end(),
                    [&](const ProfileRow& row) { return row.name == profile.name; });
    EXPECT_TRUE(stated || profile.name == "holdfast") << profile.name << " is not specified";
  }
}

TEST(Profiles, slots_is_the_default_and_what_the_specification_spells_out) {
  const Values stated = {
      {"slots", "three"},           {"scale_down", "idle_pods_only"},
      {"scaling", "utilisation"},   {"cold_start", "any_pending"},
      {"reconciler", "in_cycle"},   {"slot_rebuild", "known_only"},
      {"reconcile_on_ensure", "no"}, {"ensure_creates", "yes"},
      {"autoscaler_delay", "0s"},   {"scale_down_guard", "none"},
      {"guard_counts", "any_mode"},
      {"needs_agent", "no"},        {"lost_pod", "apply_elsewhere"},
      {"reuse_marks_running", "yes"}, {"completed_after_plan", "no"},
      {"release_reserved_on_no_agent", "yes"}, {"on_config_save", "ensure"},
      {"handler_memory", "shared"}, {"agent_refuses_busy", "yes"},
      {"fail_lost_tasks", "at_once"}};
  EXPECT_EQ(find_profile("slots")->knobs, Knobs{});
  for (const KnobInfo& knob : knob_table()) {
    const auto row = std::find_if(stated.begin(), stated.end(),
                                  [&](const auto& entry) { return entry.first == knob.name; });
    // Every other switch is off.
    EXPECT_EQ(knob.get({}), row == stated.end() ? "no" : row->second) << knob.name;
  }
}

}  // namespace
}  // namespace holdfast
