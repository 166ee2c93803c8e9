// Random courses are scenarios, what violates a property is found and made minimal, and the file
// that is kept shows it again.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/sim/checker.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_part.h>
#include <holdfast/sim/scenario_text.h>
#include <holdfast/tests/support/scenario_files.h>

#include "scenario_support.h"

namespace holdfast {
namespace {

// Two pods with a waiting and a running task, an idle one, and room for more.
constexpr std::string_view three_pods = R"(
name: three pods
pool: {id: pool-a, min_replicas: 1, max_replicas: 4}
workspaces: [{id: ws-1}, {id: ws-2}, {id: ws-3}, {id: ws-4}]
given:
  pods: 3
  tasks:
    - {id: 11, workspace: ws-1, status: apply_pending, pod: 0, slot: 0}
    - {id: 12, workspace: ws-2, status: running, pod: 1, slot: 0}
    - {id: 13, workspace: ws-3, status: apply_confirmed, pod: 2, slot: 0}
until: 20m
expect:
  - holds: reserved_pod_kept
  - holds: pending_task_runs
    within: 5m
)";

Scenario three_pods_under(std::string_view profile) {
  Scenario scenario = scenario_of_whole(std::string(three_pods));
  EXPECT_EQ(apply_profile(scenario, profile).message, "");
  return scenario;
}

std::optional<Scenario> read_text(const std::string& text) {
  const Source source = source_of(text);
  Diagnostics diagnostics(source);
  return read_scenario(source, diagnostics);
}

// Whether the scenario, as its file says it, violates the property from its seed.
bool violates(const Scenario& scenario, std::string_view property) {
  const std::optional<Scenario> read = read_text(scenario_text(scenario));
  if (!read) return false;
  RunOptions options;
  options.seed = read->seed;
  const RunResult result = run_scenario(*read, options);
  return std::any_of(result.records.begin(), result.records.end(), [&](const auto& record) {
    return record.property->name == property && record.violations != 0;
  });
}

// --- courses -------------------------------------------------------------------------------------

Scenario expecting_something(Scenario scenario) {
  Expectation holds;
  holds.property = "reserved_pod_kept";
  scenario.expect.push_back(holds);
  return scenario;
}

RC_GTEST_PROP(RandomCourse, is_a_scenario_and_has_no_more_happenings_than_asked_for,
              (std::uint64_t seed)) {
  const std::vector<std::string> files = scenario_files();
  const std::string file = files[*rc::gen::inRange<std::size_t>(0, files.size())];
  const Scenario start = scenario_file(file);
  CourseOptions options;
  options.most_happenings = *rc::gen::inRange(1, 200);
  const auto at_most_int64 = seed >> 1U;
  const Scenario course = expecting_something(random_course(start, options, at_most_int64));
  RC_ASSERT(course.when.size() <= static_cast<std::size_t>(options.most_happenings));
  const std::string text = scenario_text(course);
  const std::optional<Scenario> read = read_text(text);
  if (!read) RC_FAIL(mistakes_of_whole(text) + text);
  Scenario again = *read;
  again.file = course.file;
  for (Happening& happening : again.when) happening.line = 0;
  for (Expectation& expectation : again.expect) expectation.line = 0;
  RC_ASSERT(again == course);
}

TEST(RandomCourse, is_the_same_for_a_seed_and_another_for_another) {
  const Scenario start = three_pods_under("slots");
  const Scenario course = random_course(start, {}, 7);
  EXPECT_TRUE(random_course(start, {}, 7) == course);
  EXPECT_FALSE(random_course(start, {}, 8).when == course.when);
}

TEST(RandomCourse, has_only_the_kinds_that_are_asked_for) {
  const CourseOptions options{.most_happenings = 30,
                              .kinds = {ActionKind::restart, ActionKind::submit}};
  std::size_t restarts = 0;
  std::size_t submits = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    for (const Happening& happening :
         random_course(three_pods_under("slots"), options, seed).when) {
      if (happening.kind == ActionKind::restart) ++restarts;
      if (happening.kind == ActionKind::submit) ++submits;
      EXPECT_TRUE(happening.kind == ActionKind::restart || happening.kind == ActionKind::submit);
    }
  }
  EXPECT_GT(restarts, 100u);
  EXPECT_GT(submits, 100u);
}

TEST(RandomCourse, has_every_kind_of_happening_in_some_case) {
  Scenario start = three_pods_under("slots");
  start.replicas = 2;
  start.pools.front().freeze = {{0, 60, 0x7f}};
  std::vector<std::size_t> seen(count_of<ActionKind>, 0);
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    for (const Happening& happening : random_course(start, {}, seed).when) {
      ++seen[static_cast<std::size_t>(happening.kind)];
    }
  }
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_GT(seen[i], 0u) << names_of<ActionKind>[i];
}

TEST(RandomCourse, keeps_the_bounds_of_eventual_properties_and_drops_the_rest) {
  const Scenario course = random_course(scenario_file("faults/eviction.yaml"), {}, 1);
  ASSERT_FALSE(course.expect.empty());
  for (const Expectation& expectation : course.expect) {
    EXPECT_EQ(expectation.kind, ExpectationKind::holds);
    EXPECT_EQ(expectation.within_us, 2 * hour);
  }
  EXPECT_TRUE(course.faults == FaultRates{});
}

// --- parts ---------------------------------------------------------------------------------------

constexpr std::string_view with_references = R"(
name: x
pools: [{id: pool-a}, {id: pool-b}]
workspaces: [{id: ws-1}, {id: ws-2, pool: pool-b}]
given:
  pods: [{}, {pool: pool-b}, {}]
  tasks:
    - {id: 5, workspace: ws-1, status: apply_pending, pod: 0, slot: 0}
    - {id: 9, workspace: ws-2, status: apply_pending, pod: 1, slot: 0}
when:
  - {at: 1s, submit: {workspace: ws-1}}
  - {at: 2s, submit: {workspace: ws-2}}
  - {at: 3s, confirm: {task: 5}}
  - {at: 4s, confirm: {task: 9}}
  - {at: 5s, confirm: {task: 10}}
  - {at: 6s, confirm: {task: 11}}
  - {at: 7s, crash_pod: {pod: 1}}
  - {at: 8s, crash_pod: {pod: 2}}
  - {at: 9s, crash_pod: {pod: 3}}
  - {at: 10s, sync: {pool: pool-b}}
expect: [holds: reserved_pod_kept]
)";

// The parts without the i-th of one kind.
Scenario without(const Scenario& scenario, std::vector<bool> KeptParts::*part, std::size_t i) {
  KeptParts kept = all_parts(scenario);
  (kept.*part)[i] = false;
  return scenario_part(scenario, std::move(kept));
}

// What happens, in short.
std::string course_of(const Scenario& scenario) {
  std::string text;
  for (const Happening& happening : scenario.when) {
    if (!text.empty()) text += ' ';
    text += std::to_string(happening.at_us / second);
    if (happening.task != 0) text += ":" + std::to_string(happening.task);
    if (happening.pod != none) text += "/" + std::to_string(happening.pod);
  }
  return text;
}

TEST(ScenarioPart, of_everything_is_the_whole) {
  const Scenario scenario = scenario_of_whole(std::string(with_references));
  EXPECT_TRUE(scenario_part(scenario, all_parts(scenario)) == scenario);
  EXPECT_EQ(course_of(scenario), "1 2 3:5 4:9 5:10 6:11 7/1 8/2 9/3 10");
}

TEST(ScenarioPart, without_a_submit_lacks_what_confirms_its_task_and_renumbers_later_ones) {
  const Scenario scenario = scenario_of_whole(std::string(with_references));
  EXPECT_EQ(course_of(without(scenario, &KeptParts::happenings, 0)),
            "2 3:5 4:9 6:10 7/1 8/2 9/3 10");
}

TEST(ScenarioPart, without_a_task_lacks_what_confirms_it_and_renumbers_submitted_ones) {
  const Scenario scenario = scenario_of_whole(std::string(with_references));
  EXPECT_EQ(course_of(without(scenario, &KeptParts::tasks, 1)), "1 2 3:5 5:6 6:7 7/1 8/2 9/3 10");
}

TEST(ScenarioPart, without_a_pod_lacks_its_tasks_and_counts_later_pods_anew) {
  const Scenario scenario = scenario_of_whole(std::string(with_references));
  const Scenario part = without(scenario, &KeptParts::pods, 0);
  EXPECT_EQ(course_of(part), "1 2 4:9 5:10 6:11 7/0 8/1 9/2 10");
  ASSERT_EQ(part.given_tasks.size(), 1u);
  EXPECT_EQ(part.given_tasks.front().pod, 0);
}

TEST(ScenarioPart, without_a_pool_lacks_all_that_is_in_it) {
  const Scenario scenario = scenario_of_whole(std::string(with_references));
  const Scenario part = without(scenario, &KeptParts::pools, 1);
  EXPECT_EQ(course_of(part), "1 3:5 5:6 8/1 9/2");
  EXPECT_EQ(part.workspaces.size(), 1u);
  EXPECT_EQ(part.given_pods.size(), 2u);
  EXPECT_TRUE(read_text(scenario_text(part)).has_value());
}

// --- minimal scenarios ---------------------------------------------------------------------------

// Leaves out each thing by itself, as it stands and with what refers to it.
void expect_minimal(const Counterexample& found, std::string_view property) {
  const Scenario& scenario = found.scenario;
  EXPECT_TRUE(found.minimal);
  EXPECT_TRUE(violates(scenario, property)) << found.text;
  const auto try_without = [&](const Scenario& less) {
    EXPECT_FALSE(violates(less, property)) << found.text << "\nand the same without\n\n"
                                           << scenario_text(less);
  };
  for (std::size_t i = 0; i < scenario.when.size(); ++i) {
    Scenario less = scenario;
    less.when.erase(less.when.begin() + static_cast<std::ptrdiff_t>(i));
    try_without(less);
    try_without(without(scenario, &KeptParts::happenings, i));
  }
  for (std::size_t i = 0; i < scenario.given_tasks.size(); ++i) {
    Scenario less = scenario;
    less.given_tasks.erase(less.given_tasks.begin() + static_cast<std::ptrdiff_t>(i));
    try_without(less);
    try_without(without(scenario, &KeptParts::tasks, i));
  }
  for (std::size_t i = 0; i < scenario.given_pods.size(); ++i) {
    Scenario less = scenario;
    less.given_pods.erase(less.given_pods.begin() + static_cast<std::ptrdiff_t>(i));
    try_without(less);
    try_without(without(scenario, &KeptParts::pods, i));
  }
}

// The run of the file meets all that it expects, and the first of that is the violation.
void expect_reproduced(const Counterexample& found, const CheckedProperty& checked) {
  EXPECT_TRUE(found.reproduced);
  const Scenario scenario = scenario_of_whole(found.text);
  ASSERT_FALSE(scenario.expect.empty());
  EXPECT_EQ(scenario.expect.front().kind, ExpectationKind::violates);
  EXPECT_EQ(scenario.expect.front().property, checked.property->name);
  EXPECT_EQ(scenario.expect.front().within_us, checked.within_us);
  RunOptions options;
  options.seed = scenario.seed;
  const RunResult result = run_scenario(scenario, options);
  EXPECT_TRUE(result.passed) << found.text;
  EXPECT_TRUE(result.missed.empty()) << found.text;
}

class CheckedProfile : public testing::TestWithParam<std::string> {};

TEST_P(CheckedProfile, is_shown_by_minimal_scenarios_that_show_it_again) {
  CheckOptions options;
  options.cases = 60;
  options.threads = 2;
  const CheckReport report = check_scenario(three_pods_under(GetParam()), options);
  EXPECT_EQ(report.done, 60u);
  EXPECT_FALSE(report.stopped);
  std::size_t found = 0;
  for (const CheckedProperty& checked : report.properties) {
    EXPECT_EQ(checked.found.has_value(), checked.violated > 0);
    if (!checked.found) continue;
    ++found;
    expect_reproduced(*checked.found, checked);
    expect_minimal(*checked.found, checked.property->name);
  }
  EXPECT_GE(found, 3u);
}

INSTANTIATE_TEST_SUITE_P(Each, CheckedProfile,
                         testing::Values("slots", "described", "slots+rebuild+guard", "production"),
                         [](const auto& profile) {
                           std::string name = profile.param;
                           std::replace(name.begin(), name.end(), '+', '_');
                           return name;
                         });

TEST(Checker, finds_the_incident_as_one_restart_of_one_pod_with_one_task) {
  CheckOptions options;
  options.cases = 5;
  options.course.kinds = {ActionKind::restart, ActionKind::submit};
  options.properties = {find_property("reserved_pod_kept")};
  const CheckReport report = check_scenario(scenario_file("incident-598/restart.yaml"), options);
  ASSERT_EQ(report.properties.size(), 1u);
  ASSERT_TRUE(report.properties.front().found.has_value());
  EXPECT_EQ(report.properties.front().found->text,
            "name: reserved_pod_kept is violated, found by chance\n"
            "about: Found by `holdfast check --seed 2` from the start of \"restart deletes a"
            " reserved pod\".\n"
            "profile: slots\n"
            "start: 2025-11-08T15:50:00Z\n"
            "pool: {id: pool-a, min_replicas: 0, max_replicas: 1}\n"
            "given:\n"
            "  pods: 1\n"
            "  tasks:\n"
            "    - {id: 598, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0,"
            " slot: 0}\n"
            "users: {confirm: never}\n"
            "when:\n"
            "  - at: 0s\n"
            "    restart: {down_for: 1s}\n"
            "expect:\n"
            "  - violates: reserved_pod_kept\n");
}

// --- options -------------------------------------------------------------------------------------

std::string summary_of(const CheckReport& report) {
  std::string text = std::to_string(report.done) + ' ' + std::to_string(report.events) + '\n';
  for (const CheckedProperty& checked : report.properties) {
    text += std::string(checked.property->name) + ' ' + std::to_string(checked.tried) + ' ' +
            std::to_string(checked.violated) + ' ' + std::to_string(checked.first_seed) + '\n';
    if (checked.found) text += checked.found->text + std::to_string(checked.found->runs) + '\n';
  }
  return text;
}

TEST(Checker, reports_the_same_for_any_number_of_threads) {
  CheckOptions options;
  options.cases = 16;
  options.seed = 5;
  const Scenario scenario = three_pods_under("slots");
  const std::string alone = summary_of(check_scenario(scenario, options));
  for (const int threads : {2, 7}) {
    options.threads = threads;
    EXPECT_EQ(summary_of(check_scenario(scenario, options)), alone);
  }
}

TEST(Checker, shows_a_case_again_from_its_own_seed) {
  CheckOptions options;
  options.cases = 30;
  options.properties = {find_property("running_pod_kept")};
  const Scenario scenario = three_pods_under("slots");
  const CheckReport all = check_scenario(scenario, options);
  ASSERT_GT(all.properties.front().violated, 0u);
  options.seed = all.properties.front().first_seed;
  options.cases = 1;
  const CheckReport one = check_scenario(scenario, options);
  ASSERT_TRUE(one.properties.front().found.has_value());
  EXPECT_EQ(one.properties.front().found->text, all.properties.front().found->text);
}

TEST(Checker, says_so_when_shrinking_hits_its_limit) {
  CheckOptions options;
  options.cases = 20;
  options.most_shrink_runs = 3;
  options.properties = {find_property("reserved_pod_kept")};
  const CheckReport report = check_scenario(three_pods_under("slots"), options);
  ASSERT_TRUE(report.properties.front().found.has_value());
  EXPECT_FALSE(report.properties.front().found->minimal);
  EXPECT_TRUE(report.properties.front().found->reproduced);
}

TEST(Checker, ends_when_it_is_stopped) {
  const std::atomic<bool> stop = true;
  CheckOptions options;
  options.stop = &stop;
  const CheckReport report = check_scenario(three_pods_under("slots"), options);
  EXPECT_EQ(report.done, 0u);
  EXPECT_TRUE(report.stopped);
}

TEST(Checker, judges_eventual_properties_that_have_a_bound) {
  const Scenario scenario = three_pods_under("slots");
  EXPECT_TRUE(can_be_checked(scenario, *find_property("pending_task_runs")));
  EXPECT_TRUE(can_be_checked(scenario, *find_property("slot_rules")));
  EXPECT_FALSE(can_be_checked(scenario, *find_property("pool_settles")));
  EXPECT_FALSE(can_be_checked(scenario, *find_property("restart_with_reservation")));
  CheckOptions options;
  options.cases = 100;
  options.properties = {find_property("pending_task_runs")};
  options.course.kinds = {ActionKind::submit, ActionKind::stop};
  const CheckReport report = check_scenario(scenario, options);
  ASSERT_EQ(report.properties.size(), 1u);
  const CheckedProperty& checked = report.properties.front();
  ASSERT_TRUE(checked.found.has_value());
  EXPECT_EQ(checked.within_us, 5 * minute);
  expect_reproduced(*checked.found, checked);
  expect_minimal(*checked.found, "pending_task_runs");
}

// --- size ----------------------------------------------------------------------------------------

TEST(Checker, takes_twenty_pods_and_hundreds_of_tasks) {
  std::string text = "pool: {min_replicas: 5, max_replicas: 20}\nworkspaces:\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("  - {{id: ws-{}}}\n", i);
  text += "given:\n  pods: 20\n  tasks:\n";
  for (int i = 0; i < 20; ++i) {
    text += fmt::format(
        "    - {{id: {}, workspace: ws-{}, status: apply_pending, pod: {}, "
        "slot: 0}}\n",
        100 + i, i, i);
  }
  const Scenario start = scenario_of(text + "until: 30m\n");
  CheckOptions options;
  options.course = {.most_happenings = 1000, .kinds = {ActionKind::submit, ActionKind::restart}};
  options.properties = {find_property("reserved_pod_kept")};
  // A case with hundreds of tasks.
  const auto submits = [&](std::uint64_t seed) {
    const Scenario course = random_course(start, options.course, seed);
    return std::count_if(course.when.begin(), course.when.end(), [](const Happening& happening) {
      return happening.kind == ActionKind::submit;
    });
  };
  const auto restarts = [&](std::uint64_t seed) {
    return static_cast<std::ptrdiff_t>(random_course(start, options.course, seed).when.size()) -
           submits(seed);
  };
  while (submits(options.seed) < 300 || restarts(options.seed) == 0) {
    ASSERT_LT(++options.seed, 1000u);
  }
  options.cases = 1;
  const CheckReport report = check_scenario(start, options);
  ASSERT_TRUE(report.properties.front().found.has_value());
  const Counterexample& found = *report.properties.front().found;
  EXPECT_EQ(found.scenario.when.size(), 1u);
  EXPECT_EQ(found.scenario.given_tasks.size(), 1u);
  EXPECT_EQ(found.scenario.given_pods.size(), 1u);
  expect_minimal(found, "reserved_pod_kept");
}

}  // namespace
}  // namespace holdfast
