#include <holdfast/reports/check_report.h>

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include <holdfast/reports/labelled.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/time_text.h>
#include <holdfast/reports/verdict.h>
#include <holdfast/sim/counted.h>
#include <holdfast/sim/scenario_text.h>

namespace holdfast {
namespace {

std::string cases_text(std::uint64_t cases) {
  return counted(static_cast<std::int64_t>(cases), "case");
}

// "200 cases, none violated (tried in 15)", "200 cases, 24 violated, the first from seed 3".
std::string fate_text(const ToldCheck& check, const CheckedProperty& checked, Paint paint) {
  const std::string cases = cases_text(check.report.done);
  if (checked.violated > 0) {
    const std::string violated = paint(Tone::bad, fmt::format("{} violated", checked.violated));
    return fmt::format("{}, {}, the first from seed {}", cases, violated, checked.first_seed);
  }
  if (checked.tried == 0) {
    return fmt::format("{}, {}", cases, paint(Tone::doubtful, "none tried it"));
  }
  return fmt::format("{}, {} (tried in {})", cases, paint(Tone::good, "none violated"),
                     checked.tried);
}

std::string property_lines(const ToldCheck& check, Paint paint) {
  std::size_t wide = 0;
  for (const CheckedProperty& checked : check.report.properties) {
    wide = std::max(wide, checked.property->name.size());
  }
  std::string text;
  for (const CheckedProperty& checked : check.report.properties) {
    text += fmt::format("  {:<{}}  {}\n", checked.property->name, wide,
                        fate_text(check, checked, paint));
  }
  return text;
}

std::string verdict_line(const ToldCheck& check, Paint paint) {
  const CheckReport& report = check.report;
  std::string verdict = check.found.empty() ? paint(Tone::good, "passed")
                                            : paint(Tone::bad, "failed");
  if (report.stopped) {
    verdict = check.found.empty() ? std::string() : verdict + ", ";
    verdict += paint(Tone::doubtful, "interrupted");
  }
  const std::string cases = report.done == check.asked
                                ? cases_text(report.done)
                                : fmt::format("{} of {}", report.done, cases_text(check.asked));
  const auto judged = static_cast<std::int64_t>(report.properties.size());
  return labelled("verdict",
                  fmt::format("{}: {} of {} {} violated ({}, {})", verdict, check.found.size(),
                              judged, judged == 1 ? "property" : "properties", cases,
                              counted(static_cast<std::int64_t>(report.events), "event")),
                  Tone::strong, paint);
}

// "1 happening, 1 given task, 1 given pod"
std::string size_text(const Scenario& scenario) {
  const auto count = [](const auto& things, std::string_view thing) {
    return counted(static_cast<std::int64_t>(things.size()), thing);
  };
  return fmt::format("{}, {}, {}", count(scenario.when, "happening"),
                     count(scenario.given_tasks, "given task"),
                     count(scenario.given_pods, "given pod"));
}

std::string counterexample_text(const ToldCounterexample& told, Paint paint) {
  const CheckedProperty& checked = *told.checked;
  std::string text;
  if (!checked.found) {
    text += labelled("violated",
                     fmt::format("{}: interrupted before it was shrunk", checked.property->name),
                     Tone::bad, paint);
    return text + labelled("repeat", told.repeat, Tone::plain, paint);
  }
  const Counterexample& found = *checked.found;
  const std::string size = fmt::format("{}, from the case of seed {}", size_text(found.scenario),
                                       checked.first_seed);
  if (found.minimal) {
    text += labelled("minimal", size, Tone::strong, paint);
  } else {
    text += labelled("shrunk", fmt::format("{}; not minimal after {} runs", size, found.runs),
                     Tone::doubtful, paint);
  }
  for (const Happening& happening : found.scenario.when) {
    text += labelled("", happening_line(found.scenario, happening), Tone::plain, paint);
  }
  text += violation_text(found.record, found.record.first, told.explanation, found.scenario.start,
                         Tone::bad, paint);
  text += labelled("repeat", told.repeat, Tone::plain, paint);
  if (!told.saved.empty()) text += labelled("saved", told.saved, Tone::plain, paint);
  return text;
}

void text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  if (text.empty()) {
    json.null(key);
  } else {
    json.text(key, text);
  }
}

void write_found(JsonWriter& json, const ToldCounterexample& told) {
  const Counterexample& found = *told.checked->found;
  const Violation& violation = found.record.first;
  json.begin_object("found");
  json.number("seed", found.scenario.seed);
  json.begin_array("happenings");
  for (const Happening& happening : found.scenario.when) {
    json.text(happening_line(found.scenario, happening));
  }
  json.end_array();
  json.number("given_tasks", found.scenario.given_tasks.size());
  json.number("given_pods", found.scenario.given_pods.size());
  json.boolean("minimal", found.minimal);
  json.number("runs", found.runs);
  json.text("sentence", violation.sentence);
  json.text("time", instant_text(violation.time));
  if (violation.sequence == 0) {
    json.null("event");
  } else {
    json.number("event", violation.sequence);
  }
  text_or_null(json, "by", told.explanation.by);
  text_or_null(json, "believed", violation.believed);
  text_or_null(json, "because", told.explanation.because);
  json.text("repeat", told.repeat);
  text_or_null(json, "saved", told.saved);
  json.end_object();
}

void write_property(JsonWriter& json, const ToldCheck& check, const CheckedProperty& checked) {
  json.begin_object();
  json.text("name", checked.property->name);
  json.text("kind", checked.property->kind == PropertyKind::never ? "never" : "eventually");
  if (checked.within_us < 0) {
    json.null("within_us");
  } else {
    json.number("within_us", checked.within_us);
  }
  json.number("tried_in", checked.tried);
  json.number("violated_in", checked.violated);
  if (checked.violated == 0) {
    json.null("first_seed");
  } else {
    json.number("first_seed", checked.first_seed);
  }
  const auto told = std::find_if(
      check.found.begin(), check.found.end(),
      [&checked](const ToldCounterexample& each) { return each.checked == &checked; });
  if (told == check.found.end() || !checked.found) {
    json.null("found");
  } else {
    write_found(json, *told);
  }
  json.end_object();
}

}  // namespace

std::string check_text(const ToldCheck& check, bool brief, Paint paint) {
  std::string text =
      labelled("scenario",
               fmt::format("{} ({}, seeds {} to {})",
                           paint(Tone::strong, printable_text(check.scenario.name)),
                           knobs_text(check.scenario), check.seed, check.seed + check.asked - 1),
               Tone::plain, paint);
  if (!brief) text += '\n' + property_lines(check, paint) + '\n';
  text += verdict_line(check, paint);
  for (const ToldCounterexample& told : check.found) {
    text += '\n' + counterexample_text(told, paint);
  }
  return text;
}

void write_check(JsonWriter& json, const ToldCheck& check) {
  json.begin_object();
  json.text("file", check.scenario.file);
  json.text("name", check.scenario.name);
  json.text("profile", check.scenario.profile);
  json.begin_object("set");
  for (const auto& [knob, value] : check.scenario.set) json.text(knob, value);
  json.end_object();
  json.number("seed", check.seed);
  json.number("cases", check.asked);
  json.number("done", check.report.done);
  json.boolean("stopped", check.report.stopped);
  json.number("events", check.report.events);
  json.boolean("passed", check.found.empty());
  json.begin_array("properties");
  for (const CheckedProperty& checked : check.report.properties) {
    write_property(json, check, checked);
  }
  json.end_array();
  json.end_object();
}

}  // namespace holdfast
