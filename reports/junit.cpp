#include <holdfast/reports/junit.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/reports/expectation_text.h>
#include <holdfast/reports/plain_text.h>

namespace holdfast {
namespace {

using Outcome = JunitCase::Outcome;

constexpr std::string_view last_case = "nothing unexpected is violated";
constexpr std::string_view missed_case = "what the scenario makes happen can be";  // if it cannot
constexpr std::string_view other_knobs = "the knobs are not those of the file";

// Characters that XML 1.0 does not have are left out; the rest is good in text and attributes.
std::string xml(std::string_view text) {
  std::string result;
  for (const char c : as_utf8(text)) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\n': result += "&#10;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) result += c;
    }
  }
  return result;
}

std::size_t count_outcome(const JunitSuite& suite, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(suite.cases.begin(), suite.cases.end(),
                    [&](const JunitCase& one) { return one.outcome == outcome; }));
}

std::string case_text(const JunitCase& one, const JunitSuite& suite) {
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(suite.name),
                                 xml(one.name));
  switch (one.outcome) {
    case Outcome::passed: return text + "/>\n";
    case Outcome::skipped:
      return text + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                                xml(one.message));
    case Outcome::failed: break;
  }
  return text + fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                            xml(one.message), xml(one.detail));
}

std::string suite_text(const JunitSuite& suite) {
  std::string text = fmt::format(
      "  <testsuite name=\"{}\" file=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
      "skipped=\"{}\">\n",
      xml(suite.name), xml(suite.file), suite.cases.size(), count_outcome(suite, Outcome::failed),
      count_outcome(suite, Outcome::skipped));
  for (const JunitCase& one : suite.cases) text += case_text(one, suite);
  return text + "  </testsuite>\n";
}

}  // namespace

JunitSuite junit_suite(const RunReport& report) {
  JunitSuite suite{report.scenario.name, report.scenario.file, {}};
  const std::string detail = failing_run_text(report, paint_nothing);
  for (const ExpectationResult& answer : report.result.expectations) {
    JunitCase one{expectation_text(*answer.expectation), Outcome::passed, answer.found, {}};
    if (answer.verdict == Verdict::failed) {
      one.outcome = Outcome::failed;
      one.detail = detail;
    } else if (answer.verdict == Verdict::not_judged) {
      one.outcome = Outcome::skipped;
      if (report.knobs_changed) one.message = std::string(other_knobs);
    }
    suite.cases.push_back(std::move(one));
  }
  JunitCase last{std::string(last_case), Outcome::passed, {}, {}};
  for (const PropertyRecord& record : report.result.records) {
    if (record.violations == 0) continue;
    if (is_expected(report.scenario, report.knobs_changed, *record.property)) continue;
    last.outcome = Outcome::failed;
    if (!last.message.empty()) last.message += "; ";
    last.message += fmt::format("{}: {}", record.property->name, record.first.sentence);
    last.detail = detail;
  }
  suite.cases.push_back(std::move(last));
  if (report.result.missed.empty()) return suite;
  const Missed& first = report.result.missed.front();
  suite.cases.push_back({std::string(missed_case), Outcome::failed,
                         fmt::format("line {}: {}", first.line, first.reason), detail});
  return suite;
}

JunitSuite junit_suite(const Scenario& scenario, const SeedsSummary& summary, bool knobs_changed,
                       std::string_view detail) {
  JunitSuite suite{scenario.name, scenario.file, {}};
  for (std::size_t i = 0; i < summary.expectations.size(); ++i) {
    const SeedsSummary::ExpectationCount& count = summary.expectations[i];
    JunitCase one{expectation_text(scenario.expect[i]), Outcome::passed, {}, {}};
    if (count.failed.runs > 0) {
      one.outcome = Outcome::failed;
      one.message = fmt::format("not met in {} of {} seeds, the first is {}", count.failed.runs,
                                summary.done, count.failed.first_seed);
      one.detail = std::string(detail);
    } else if (count.met.runs == 0) {
      one.outcome = Outcome::skipped;
      one.message = std::string(knobs_changed ? other_knobs : "no run judged it");
    }
    suite.cases.push_back(std::move(one));
  }
  JunitCase last{std::string(last_case), Outcome::passed, {}, {}};
  for (std::size_t i = 0; i < summary.properties.size(); ++i) {
    const SeedCount& violated = summary.properties[i].violated;
    if (violated.runs == 0 || is_expected(scenario, knobs_changed, properties()[i])) continue;
    last.outcome = Outcome::failed;
    if (!last.message.empty()) last.message += "; ";
    last.message += fmt::format("{} in {} of {} seeds, the first is {}", properties()[i].name,
                                violated.runs, summary.done, violated.first_seed);
    last.detail = std::string(detail);
  }
  suite.cases.push_back(std::move(last));
  if (summary.missed.runs == 0) return suite;
  suite.cases.push_back({std::string(missed_case), Outcome::failed,
                         fmt::format("not in {} of {} seeds, the first is {}", summary.missed.runs,
                                     summary.done, summary.missed.first_seed),
                         std::string(detail)});
  return suite;
}

std::string junit_text(const std::vector<JunitSuite>& suites) {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::string text;
  for (const JunitSuite& suite : suites) {
    tests += suite.cases.size();
    failures += count_outcome(suite, Outcome::failed);
    text += suite_text(suite);
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<testsuites tests=\"{}\" failures=\"{}\">\n{}</testsuites>\n",
                     tests, failures, text);
}

}  // namespace holdfast
