#include <holdfast/reports/findings.h>

#include <fmt/format.h>

#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/time_text.h>

namespace holdfast {
namespace {

// One line of Markdown of what may be several lines of YAML.
std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : as_utf8(text)) {
    const bool blank = c == '\n' || c == ' ';
    if (!blank) line += c;
    else if (!line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

// The same as a cell of a table, which a bar would end.
std::string in_cell(std::string_view text) {
  std::string cell;
  for (const char c : in_one_line(text)) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

// "`freeze_guard: yes`, `lost_pod: replan`"
std::string repair_text(const Scenario& scenario) {
  if (scenario.repaired_by.empty()) return "none of the knobs";
  std::string text;
  for (const auto& [knob, value] : scenario.repaired_by) {
    if (!text.empty()) text += ", ";
    text += fmt::format("`{}: {}`", knob, value);
  }
  return text;
}

// "`holdfast run FILE`, repaired `holdfast run FILE --set freeze_guard=yes`"
std::string commands_text(const Scenario& scenario) {
  const std::string run = "holdfast run " + shell_quoted(scenario.file);
  if (scenario.repaired_by.empty()) return fmt::format("`{}`", run);
  std::string set;
  for (const auto& [knob, value] : scenario.repaired_by) {
    set += fmt::format(" --set {}={}", knob, value);
  }
  return fmt::format("`{}`, repaired `{}{}`", run, run, set);
}

std::string properties_text(const Scenario& scenario) {
  std::string text;
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.kind != ExpectationKind::violates) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("`{}`", expectation.property);
  }
  return text;
}

std::string first_text(const Scenario& scenario, const Examination& finding) {
  if (finding.property == nullptr) return "not found";
  const std::int64_t at_us = finding.since.us - scenario.start.us;
  const SinceStart since(scenario.start, std::max(scenario.until_us, at_us));
  std::string text = fmt::format("{} by {}", since.text(finding.since), finding.by);
  if (finding.within_us >= 0) {
    text += fmt::format(", and still so {} later", length_text(finding.within_us));
  }
  return text + ": " + finding.violation.sentence;
}

std::string section(const FindingReport& report) {
  const Scenario& scenario = report.scenario;
  const Examination& finding = report.finding;
  std::string text = fmt::format("\n## {}\n\n{}\n\n", in_one_line(scenario.name),
                                 in_one_line(scenario.about));
  const auto line = [&](std::string_view label, std::string_view what) {
    text += fmt::format("- {}: {}\n", label, what);
  };
  line("violated", properties_text(scenario));
  line("first", first_text(scenario, finding));
  line("instead", in_one_line(scenario.instead));
  line("repaired by", repair_text(scenario));
  line("to see it", commands_text(scenario));
  for (const std::string& doubt : finding.doubts) line("in doubt", in_one_line(doubt));
  return text;
}

}  // namespace

std::string findings_json(std::span<const FindingReport> reports) {
  JsonWriter json;
  json.begin_object();
  json.begin_array("findings");
  for (const auto& [scenario, finding] : reports) {
    json.begin_object();
    json.text("file", scenario.file);
    json.text("name", scenario.name);
    json.text("about", in_one_line(scenario.about));
    json.text("profile", scenario.profile);
    json.text("property", finding.property == nullptr ? "" : finding.property->name);
    json.text("sentence", finding.violation.sentence);
    json.number("after_us", finding.property == nullptr ? 0 : finding.since.us - scenario.start.us);
    json.text("by", finding.by);
    json.text("instead", in_one_line(scenario.instead));
    json.begin_object("repaired_by");
    for (const auto& [knob, value] : scenario.repaired_by) json.text(knob, value);
    json.end_object();
    json.begin_array("doubts");
    for (const std::string& doubt : finding.doubts) json.text(doubt);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.finish();
}

std::string findings_page(std::span<const FindingReport> reports, const std::string& command) {
  std::string text = fmt::format(
      "# Findings\n\nMade by `{}`.\n\n"
      "Each is a scenario that was run twice: as the platform is, where the property is violated,"
      " and with\nwhat repairs it, where it holds. What none of the knobs repairs, other rules of"
      " slots and scaling\naside, was run once. Times count from the start of the scenario. What"
      " heals by itself at the next\nreconcile is no finding.\n\n"
      "| finding | violated | repaired by |\n|---|---|---|\n",
      command);
  for (const FindingReport& report : reports) {
    text += fmt::format("| {} | {} | {} |\n", in_cell(report.scenario.name),
                        properties_text(report.scenario), repair_text(report.scenario));
  }
  for (const FindingReport& report : reports) text += section(report);
  return text;
}

}  // namespace holdfast
