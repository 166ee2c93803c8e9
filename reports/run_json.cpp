#include <holdfast/reports/run_json.h>

#include <fmt/format.h>

#include <holdfast/reports/expectation_text.h>
#include <holdfast/reports/time_text.h>

namespace holdfast {
namespace {

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::met: return "met";
    case Verdict::failed: return "failed";
    case Verdict::not_judged: return "not_judged";
  }
  return {};
}

void text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  if (text.empty()) {
    json.null(key);
  } else {
    json.text(key, text);
  }
}

void write_event(JsonWriter& json, const Violation& violation) {
  if (violation.sequence == 0) {
    json.null("event");
  } else {
    json.number("event", violation.sequence);
  }
}

void write_expectations(JsonWriter& json, const RunReport& report) {
  json.begin_array("expectations");
  for (const ExpectationResult& answer : report.result.expectations) {
    json.begin_object();
    json.number("line", answer.expectation->line);
    json.text("expects", expectation_text(*answer.expectation));
    json.text("verdict", verdict_name(answer.verdict));
    text_or_null(json, "found", answer.found);
    json.end_object();
  }
  json.end_array();
}

void write_property(JsonWriter& json, const RunReport& report, const PropertyRecord& record) {
  json.begin_object();
  json.text("name", record.property->name);
  json.text("kind", record.property->kind == PropertyKind::never ? "never" : "eventually");
  if (record.within_us < 0) {
    json.null("within_us");
  } else {
    json.number("within_us", record.within_us);
  }
  json.number("antecedents", record.antecedents);
  json.number("violations", record.violations);
  json.boolean("expected", is_expected(report.scenario, report.knobs_changed, *record.property));
  if (record.violations == 0) {
    json.null("first");
  } else {
    json.begin_object("first");
    json.text("sentence", record.first.sentence);
    json.text("time", instant_text(record.first.time));
    write_event(json, record.first);
    json.end_object();
  }
  json.end_object();
}

void write_properties(JsonWriter& json, const RunReport& report) {
  json.begin_array("properties");
  for (const PropertyRecord& record : report.result.records) {
    if (record.judged) write_property(json, report, record);
  }
  json.end_array();
  json.begin_array("goals");
  for (const PropertyRecord& record : report.result.records) {
    if (record.reached == 0) continue;
    json.begin_object();
    json.text("name", record.property->name);
    json.number("reached", record.reached);
    json.text("first_time", instant_text(record.first_reached));
    json.end_object();
  }
  json.end_array();
}

void write_missed(JsonWriter& json, const RunReport& report) {
  json.begin_array("missed");
  for (const Missed& missed : report.result.missed) {
    json.begin_object();
    json.number("line", missed.line);
    json.number("at_us", missed.at_us);
    json.text("reason", missed.reason);
    json.end_object();
  }
  json.end_array();
}

void write_violation(JsonWriter& json, const RunReport& report) {
  const Violation* violation =
      shown_violation(report.scenario, report.result, report.knobs_changed);
  if (violation == nullptr) return json.null("violation");
  json.begin_object("violation");
  json.text("property", violation->property->name);
  json.text("sentence", violation->sentence);
  json.text("time", instant_text(violation->time));
  write_event(json, *violation);
  text_or_null(json, "by", report.explanation.by);
  text_or_null(json, "believed", violation->believed);
  text_or_null(json, "because", report.explanation.because);
  json.end_object();
}

}  // namespace

void write_run(JsonWriter& json, std::string_view key, const RunReport& report) {
  const Scenario& scenario = report.scenario;
  json.begin_object(key);
  json.text("file", scenario.file);
  json.text("name", scenario.name);
  json.text("profile", scenario.profile);
  json.begin_object("set");
  for (const auto& [knob, value] : scenario.set) json.text(knob, value);
  json.end_object();
  json.boolean("knobs_changed", report.knobs_changed);
  json.number("seed", report.result.seed);
  json.text("start", instant_text(scenario.start));
  json.boolean("passed", report.result.passed);
  json.boolean("stopped", report.result.stopped);
  write_expectations(json, report);
  write_properties(json, report);
  write_missed(json, report);
  write_violation(json, report);
  json.text("repeat", report.repeat);
  text_or_null(json, "saved", report.saved);
  json.number("events", report.result.events);
  json.number("steps", report.result.steps);
  json.number("until_us", report.until_us);
  json.text("fingerprint", fmt::format("{:016x}", report.result.fingerprint));
  json.end_object();
}

}  // namespace holdfast
