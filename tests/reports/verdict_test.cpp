// What is said of a run: from hand-made results, and from runs of a small scenario.
#include <array>
#include <optional>
#include <string>
#include <variant>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <holdfast/reports/junit.h>
#include <holdfast/reports/run_json.h>
#include <holdfast/reports/seeds.h>
#include <holdfast/reports/verdict.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {
namespace {

constexpr const char* restart = R"(
name: a server restarts after two cycles
start: 2025-11-08T15:50:00Z
profile: slots
given:
  pods: 1
  tasks: [{id: 598, workspace: ws-1, status: apply_pending, pod: 0, slot: 0}]
users: {confirm: never}
when:
  - {at: 12s, restart: {down_for: 3s}}
expect:
  - violates: reserved_pod_kept
  - {at: 1m, pods: 0}
until: 1m
)";

Scenario scenario_of(const std::string& text) {
  const auto source = make_source("restart.yaml", text);
  Diagnostics diagnostics(std::get<Source>(source));
  std::optional<Scenario> scenario = read_scenario(std::get<Source>(source), diagnostics);
  EXPECT_TRUE(scenario) << diagnostics.render();
  return scenario.value_or(Scenario{});
}

// A result in which one property was violated, and one expectation.
struct Made {
  explicit Made(std::string_view violated, std::string_view expected) {
    scenario.name = "made";
    scenario.start = {1'762'617'000 * second};
    Expectation expectation;
    expectation.kind = ExpectationKind::violates;
    expectation.property = std::string(expected);
    expectation.line = 7;
    scenario.expect.push_back(expectation);
    for (const Property& property : properties()) {
      PropertyRecord record;
      record.property = &property;
      if (property.name == violated) {
        record.judged = true;
        record.antecedents = record.violations = 2;
        record.first = {&property, {}, "pod p was deleted", 57,
                        {scenario.start.us + 18'104'233}, 0, "scale of replica 0", "slots idle"};
      }
      result.records.push_back(record);
    }
    result.seed = 7;
    result.expectations.push_back({&scenario.expect[0], Verdict::met, {}});
  }
  RunReport report(bool knobs_changed = false) const {
    return {scenario, result, minute, knobs_changed, {"scale of replica 0", "57 a <- 55 b"},
            "holdfast run made.yaml --seed 7", "made-slots-7.jsonl"};
  }
  Scenario scenario;
  RunResult result;
};

TEST(FailingRun, has_five_lines_in_their_order) {
  const Made made("reserved_pod_kept", "reserved_pod_kept");
  EXPECT_EQ(failing_run_text(made.report(), paint_nothing),
            "violated  reserved_pod_kept: pod p was deleted\n"
            "at        15:50:18.104233  event 57, scale of replica 0 (believed: slots idle)\n"
            "because   57 a <- 55 b\n"
            "repeat    holdfast run made.yaml --seed 7\n"
            "saved     made-slots-7.jsonl\n");
}

TEST(FailingRun, says_what_was_learnt_too_late) {
  Made made("reserved_pod_kept", "reserved_pod_kept");
  for (PropertyRecord& record : made.result.records) {
    record.first.believed_at = 45;
    record.first.learnt_at = 51;
  }
  const std::string text = failing_run_text(made.report(), paint_nothing);
  EXPECT_NE(text.find("event 57, scale of replica 0 (believed at 45: slots idle; learnt better at "
                      "51, too late)\n"),
            std::string::npos)
      << text;
}

TEST(FailingRun, says_so_when_nothing_happened_in_time) {
  Made made("pool_settles", "pool_settles");
  for (PropertyRecord& record : made.result.records) {
    record.within_us = 5 * minute;
    record.first.sequence = 0;
    record.first.believed.clear();
  }
  RunReport report = made.report();
  report.explanation = {};
  report.saved.clear();
  EXPECT_EQ(failing_run_text(report, paint_nothing),
            "violated  pool_settles: pod p was deleted\n"
            "at        15:50:18.104233  nothing happened within 5m\n"
            "repeat    holdfast run made.yaml --seed 7\n");
}

TEST(FailingRun, without_a_violation_only_the_way_back_is_told) {
  Made made("none", "reserved_pod_kept");
  EXPECT_EQ(failing_run_text(made.report(), paint_nothing),
            "repeat    holdfast run made.yaml --seed 7\nsaved     made-slots-7.jsonl\n");
  made.result.passed = true;
  EXPECT_EQ(failing_run_text(made.report(), paint_nothing), "");
}

TEST(ShownViolation, one_that_nobody_expected_comes_before_an_earlier_one) {
  Made made("reserved_pod_kept", "reserved_pod_kept");
  PropertyRecord& later = made.result.records[1];
  later.violations = 1;
  later.first = made.result.records[0].first;
  later.first.property = later.property;
  later.first.sequence = 90;
  later.first.time.us += second;
  EXPECT_EQ(shown_violation(made.scenario, made.result, false)->property->name,
            "running_pod_kept");
  EXPECT_EQ(shown_violation(made.scenario, made.result, true)->property->name,
            "reserved_pod_kept");
}

TEST(VerdictText, tells_expectations_other_violations_and_what_was_missed) {
  Made made("reserved_pod_kept", "running_pod_kept");
  made.result.expectations[0].verdict = Verdict::failed;
  made.result.expectations[0].found = "it held, and nothing tried it";
  made.result.records[1].judged = true;
  made.result.missed.push_back({9, 90 * second, "the task is not there"});
  made.result.events = 57;
  made.result.steps = 20;
  EXPECT_EQ(verdict_text(made.report(), paint_nothing),
            "expected  violates running_pod_kept: failed, found: it held, and nothing tried it "
            "(line 7)\n"
            "also      reserved_pod_kept violated 2 times\n"
            "untried   1 of 2 properties: running_pod_kept\n"
            "missed    line 9 at 1m30s: the task is not there\n"
            "verdict   failed: 0 of 1 expectations met; violated and not expected: "
            "reserved_pod_kept; 1 happening could not be (57 events, 20 steps, 1m)\n");
}

TEST(VerdictText, of_a_run_that_was_interrupted_says_how_far_it_came) {
  Made made("none", "reserved_pod_kept");
  made.result.expectations[0].verdict = Verdict::not_judged;
  made.result.passed = true;
  made.result.stopped = true;
  made.result.end = {made.scenario.start.us + 90 * second};
  EXPECT_EQ(verdict_text(made.report(), paint_nothing),
            "expected  violates reserved_pod_kept: not judged\n"
            "verdict   interrupted: 0 of 1 expectations met, 1 not judged (0 events, 0 steps, "
            "1m30s)\n");
}

TEST(VerdictText, of_one_event_and_one_step_counts_them_in_the_singular) {
  Made made("none", "reserved_pod_kept");
  made.result.passed = true;
  made.result.events = 1;
  made.result.steps = 1;
  EXPECT_EQ(verdict_text(made.report(), paint_nothing),
            "expected  violates reserved_pod_kept: met\n"
            "verdict   passed: 1 of 1 expectations met (1 event, 1 step, 1m)\n");
}

TEST(SeedsText, counts_seeds_and_properties_in_the_right_number) {
  const Made made("none", "reserved_pod_kept");
  RunResult result;
  result.events = 1;
  result.records.resize(2);
  result.records[0].judged = true;
  const auto told = [&](int runs) {
    SeedsSummary summary;
    summary.first_seed = 7;
    summary.asked = static_cast<std::uint64_t>(runs);
    result.passed = true;
    for (int i = 0; i < runs; ++i) summary.add(result);
    const std::string text = seeds_text(made.scenario, summary, false, paint_nothing);
    return text.substr(text.find("untried"));
  };
  EXPECT_EQ(told(1), "untried   1 property in every run\n"
                     "verdict   passed: 1 seed (1 event, 0 steps)\n");
  result.records[1].judged = true;
  EXPECT_EQ(told(2), "untried   2 properties in every run\n"
                     "verdict   passed: 2 seeds (2 events, 0 steps)\n");
}

TEST(VerdictText, under_other_knobs_properties_are_told_and_not_judged) {
  Made made("reserved_pod_kept", "reserved_pod_kept");
  made.result.expectations[0].verdict = Verdict::not_judged;
  const std::string text = verdict_text(made.report(true), paint_nothing);
  EXPECT_TRUE(text.starts_with("expected  violates reserved_pod_kept: not judged, the knobs are "
                               "not those of the file\n"))
      << text;
  EXPECT_NE(text.find("0 of 1 expectations met, 1 not judged; violated and not expected: "
                      "reserved_pod_kept"),
            std::string::npos);
}

TEST(Explainer, counts_cycles_from_the_start_of_the_server) {
  const Scenario scenario = scenario_of(restart);
  RunOptions options;
  const RunResult result = run_scenario(scenario, options);
  ASSERT_TRUE(result.passed);
  Explainer explainer(*result.first_violation());
  options.observers.push_back(&explainer);
  run_scenario(scenario, options);
  EXPECT_EQ(explainer.explanation().by, "autoscaler cycle 1 of replica 0");
  EXPECT_TRUE(explainer.explanation().because.ends_with("server stopped"))
      << explainer.explanation().because;
}

TEST(RunJson, is_an_object_with_the_promised_keys) {
  const Made made("reserved_pod_kept", "reserved_pod_kept");
  JsonWriter json;
  write_run(json, {}, made.report());
  const auto read = nlohmann::json::parse(json.finish());
  for (const char* key :
       {"file", "name", "profile", "set", "knobs_changed", "seed", "start", "passed", "stopped",
        "expectations", "properties", "goals", "missed", "violation", "repeat", "saved", "events",
        "steps", "until_us", "fingerprint"}) {
    EXPECT_TRUE(read.contains(key)) << key;
  }
  EXPECT_EQ(read["violation"]["event"], 57);
  EXPECT_EQ(read["properties"].size(), 1u);
  EXPECT_EQ(read["properties"][0]["expected"], true);
}

TEST(Junit, a_case_that_fails_carries_the_report_and_markup_is_escaped) {
  Made made("reserved_pod_kept", "running_pod_kept");
  made.scenario.name = "a <b> & \"c\"\x01";
  made.scenario.file = "made.yaml";
  const std::string text = junit_text({junit_suite(made.report())});
  EXPECT_EQ(text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"2\" failures=\"1\">\n"
            "  <testsuite name=\"a &lt;b&gt; &amp; &quot;c&quot;\" file=\"made.yaml\" tests=\"2\" "
            "failures=\"1\" errors=\"0\" skipped=\"0\">\n"
            "    <testcase classname=\"a &lt;b&gt; &amp; &quot;c&quot;\" "
            "name=\"violates running_pod_kept\"/>\n"
            "    <testcase classname=\"a &lt;b&gt; &amp; &quot;c&quot;\" "
            "name=\"nothing unexpected is violated\">\n"
            "      <failure message=\"reserved_pod_kept: pod p was deleted\">"
            "violated  reserved_pod_kept: pod p was deleted&#10;"
            "at        15:50:18.104233  event 57, scale of replica 0 (believed: slots idle)&#10;"
            "because   57 a &lt;- 55 b&#10;repeat    holdfast run made.yaml --seed 7&#10;"
            "saved     made-slots-7.jsonl&#10;</failure>\n"
            "    </testcase>\n  </testsuite>\n</testsuites>\n");
}

// A result of any kind, for summaries.
RunResult any_result(const Made& made, std::uint64_t seed) {
  RunResult result = made.result;
  result.seed = seed;
  result.passed = *rc::gen::arbitrary<bool>();
  result.events = seed;
  result.records[3].violations = *rc::gen::inRange<std::uint64_t>(0, 2);
  result.records[3].antecedents = *rc::gen::inRange<std::uint64_t>(0, 2);
  result.expectations[0].verdict = *rc::gen::element(Verdict::met, Verdict::failed);
  return result;
}

RC_GTEST_PROP(SeedsSummary, is_the_same_however_the_runs_are_shared_out, ()) {
  const Made made("reserved_pod_kept", "reserved_pod_kept");
  const auto seeds = *rc::gen::inRange<std::uint64_t>(1, 20);
  SeedsSummary together;
  std::array<SeedsSummary, 3> apart;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const RunResult result = any_result(made, seed);
    together.add(result);
    apart[*rc::gen::inRange<std::size_t>(0, 3)].add(result);
  }
  SeedsSummary merged;
  for (const std::size_t part : {2u, 0u, 1u}) merged.merge(apart[part]);
  RC_ASSERT(merged == together);
  RC_ASSERT(merged.done == seeds);
}

}  // namespace
}  // namespace holdfast
