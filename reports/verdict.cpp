#include <holdfast/reports/verdict.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/reports/expectation_text.h>
#include <holdfast/reports/labelled.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/time_text.h>
#include <holdfast/sim/counted.h>

namespace holdfast {
namespace {

std::string times_text(std::uint64_t times) {
  return times == 1 ? std::string("once") : fmt::format("{} times", times);
}

std::string expectation_line(const ExpectationResult& answer, bool knobs_changed, Paint paint) {
  std::string text = expectation_text(*answer.expectation) + ": ";
  const std::string line = fmt::format(" (line {})", answer.expectation->line);
  switch (answer.verdict) {
    case Verdict::met: text += paint(Tone::good, "met"); break;
    case Verdict::failed:
      text += paint(Tone::bad, "failed") + ", found: " + answer.found + line;
      break;
    case Verdict::not_judged:
      text += paint(Tone::doubtful, "not judged");
      if (knobs_changed) text += ", the knobs are not those of the file";
      if (!answer.found.empty()) text += ": " + answer.found;
      break;
  }
  return labelled("expected", text, Tone::plain, paint);
}

std::string other_violations(const RunReport& report, Paint paint) {
  const Violation* shown =
      shown_violation(report.scenario, report.result, report.knobs_changed);
  std::string text;
  for (const PropertyRecord& record : report.result.records) {
    if (record.violations == 0) continue;
    const bool is_shown = &record.first == shown;
    if (is_shown && record.violations == 1) continue;
    std::string line = fmt::format("{} violated {}", record.property->name,
                                   times_text(record.violations));
    if (!is_shown) {
      line += fmt::format(", first at {}",
                          time_of_day(record.first.time, report.scenario.start));
      if (record.first.sequence != 0) line += fmt::format(" event {}", record.first.sequence);
      line += ": " + record.first.sentence;
    }
    text += labelled("also", line, Tone::plain, paint);
  }
  return text;
}

// A property that was judged and had nothing to judge.
std::string untried(const RunResult& result, Paint paint) {
  std::vector<std::string> names;
  std::size_t judged = 0;
  for (const PropertyRecord& record : result.records) {
    if (!record.judged) continue;
    ++judged;
    if (record.antecedents != 0 || record.violations != 0) continue;
    names.emplace_back(record.property->name);
  }
  if (names.empty()) return {};
  return labelled_list("untried", fmt::format("{} of {} properties:", names.size(), judged), names,
                       Tone::quiet, paint);
}

std::string missed_lines(const RunReport& report, Paint paint) {
  constexpr std::size_t most = 5;
  const std::vector<Missed>& missed = report.result.missed;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, missed.size()); ++i) {
    text += labelled("missed",
                     fmt::format("line {} at {}: {}", missed[i].line,
                                 length_text(missed[i].at_us), missed[i].reason),
                     Tone::bad, paint);
  }
  if (missed.size() > most) {
    text += labelled("missed", fmt::format("and {} more", missed.size() - most), Tone::bad,
                     paint);
  }
  return text;
}

// "1 of 2 expectations met, 1 not judged; running_pod_kept was violated, which nobody expected"
std::string reasons(const RunReport& report) {
  std::size_t met = 0;
  std::size_t unjudged = 0;
  for (const ExpectationResult& answer : report.result.expectations) {
    if (answer.verdict == Verdict::met) ++met;
    if (answer.verdict == Verdict::not_judged) ++unjudged;
  }
  std::string text = fmt::format("{} of {} expectations met", met,
                                 report.result.expectations.size());
  if (unjudged > 0) text += fmt::format(", {} not judged", unjudged);
  std::vector<std::string_view> unexpected;
  for (const PropertyRecord& record : report.result.records) {
    if (record.violations == 0) continue;
    if (is_expected(report.scenario, report.knobs_changed, *record.property)) continue;
    unexpected.push_back(record.property->name);
  }
  if (!unexpected.empty()) {
    text += fmt::format("; violated and not expected: {}", fmt::join(unexpected, ", "));
  }
  if (!report.result.missed.empty()) {
    const auto missed = static_cast<std::int64_t>(report.result.missed.size());
    text += fmt::format("; {} could not be", counted(missed, "happening"));
  }
  return text;
}

std::string at_text(const PropertyRecord& record, const Violation& violation,
                    const Explanation& explanation, Moment start, std::int64_t zone_us) {
  std::string text = time_of_day(violation.time, start, zone_us) + "  ";
  if (violation.sequence == 0) {
    text += "nothing happened";
    if (record.within_us >= 0) text += " within " + duration_text(record.within_us);
    return text;
  }
  text += fmt::format("event {}", violation.sequence);
  if (!explanation.by.empty()) text += ", " + explanation.by;
  if (violation.believed.empty()) return text;
  if (violation.learnt_at == 0) return text + fmt::format(" (believed: {})", violation.believed);
  return text + fmt::format(" (believed at {}: {}; learnt better at {}, too late)",
                            violation.believed_at, violation.believed, violation.learnt_at);
}

}  // namespace

bool is_expected(const Scenario& scenario, bool knobs_changed, const Property& property) {
  return !knobs_changed && std::any_of(scenario.expect.begin(), scenario.expect.end(),
                                       [&](const Expectation& expectation) {
                                         return expectation.kind == ExpectationKind::violates &&
                                                expectation.property == property.name;
                                       });
}

const Violation* shown_violation(const Scenario& scenario, const RunResult& result,
                                 bool knobs_changed) {
  const Violation* shown = nullptr;
  for (const PropertyRecord& record : result.records) {
    if (record.violations == 0) continue;
    if (is_expected(scenario, knobs_changed, *record.property)) continue;
    if (shown == nullptr || record.first.time < shown->time ||
        (record.first.time == shown->time && record.first.sequence < shown->sequence)) {
      shown = &record.first;
    }
  }
  return shown != nullptr ? shown : result.first_violation();
}

std::string work_text(std::uint64_t events, std::uint64_t steps) {
  return fmt::format("{}, {}", counted(static_cast<std::int64_t>(events), "event"),
                     counted(static_cast<std::int64_t>(steps), "step"));
}

std::string knobs_text(const Scenario& scenario) {
  std::string text = "profile " + scenario.profile;
  for (const auto& [knob, value] : scenario.set) text += fmt::format(", {} {}", knob, value);
  return text;
}

std::string scenario_line(const Scenario& scenario, std::uint64_t seed, Paint paint) {
  const std::string text = printable_text(scenario.name);
  return labelled("scenario",
                  fmt::format("{} ({}, seed {})", paint(Tone::strong, text), knobs_text(scenario),
                              seed),
                  Tone::plain, paint);
}

std::string verdict_text(const RunReport& report, Paint paint) {
  const RunResult& result = report.result;
  std::string text;
  for (const ExpectationResult& answer : result.expectations) {
    text += expectation_line(answer, report.knobs_changed, paint);
  }
  text += other_violations(report, paint);
  text += untried(result, paint);
  text += missed_lines(report, paint);
  std::string verdict = result.passed ? paint(Tone::good, "passed") : paint(Tone::bad, "failed");
  if (result.stopped) {
    verdict = result.passed ? std::string() : verdict + ", ";
    verdict += paint(Tone::doubtful, "interrupted");
  }
  const std::int64_t length_us =
      result.stopped ? result.end.us - report.scenario.start.us : report.until_us;
  text += labelled("verdict",
                   fmt::format("{}: {} ({}, {})", verdict, reasons(report),
                               work_text(result.events, result.steps), length_text(length_us)),
                   Tone::strong, paint);
  return text;
}

std::string violation_text(const PropertyRecord& record, const Violation& violation,
                           const Explanation& explanation, Moment start, Tone tone, Paint paint,
                           std::int64_t zone_us) {
  std::string text =
      labelled("violated", fmt::format("{}: {}", violation.property->name, violation.sentence),
               tone, paint);
  text += labelled("at", at_text(record, violation, explanation, start, zone_us), Tone::plain,
                   paint);
  if (!explanation.because.empty()) {
    text += labelled("because", explanation.because, Tone::plain, paint);
  }
  return text;
}

std::string failing_run_text(const RunReport& report, Paint paint) {
  const Violation* violation =
      shown_violation(report.scenario, report.result, report.knobs_changed);
  if (violation == nullptr && report.result.passed) return {};
  std::string text;
  for (const PropertyRecord& record : report.result.records) {
    if (&record.first != violation) continue;
    const bool expected = is_expected(report.scenario, report.knobs_changed, *record.property);
    text += violation_text(record, *violation, report.explanation, report.scenario.start,
                           expected ? Tone::doubtful : Tone::bad, paint);
  }
  text += labelled("repeat", report.repeat, Tone::plain, paint);
  if (!report.saved.empty()) text += labelled("saved", report.saved, Tone::plain, paint);
  return text;
}

}  // namespace holdfast
