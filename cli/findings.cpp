// holdfast findings: the scenarios of a folder that say what should happen instead of what they
// show, each run as it is and repaired, as a list.
#include <algorithm>
#include <filesystem>
#include <system_error>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include <holdfast/cli/options.h>
#include <holdfast/cli/read_file.h>
#include <holdfast/reports/findings.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {

extern const Command findings_command;

namespace {

// The YAML files of the folder by name. Nothing if it cannot be read.
std::vector<std::string> files_of(const std::string& folder, std::error_code& error) {
  std::vector<std::string> files;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".yaml") files.push_back(entry->path().generic_string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Reads every file and keeps the findings. Empty, or what is wrong.
std::string read_findings(const std::vector<std::string>& files, std::vector<Scenario>& found) {
  for (const std::string& file : files) {
    const auto read = read_file(file);
    if (const auto* fault = std::get_if<Diagnostic>(&read)) return render(*fault);
    Diagnostics diagnostics(std::get<Source>(read));
    std::optional<Scenario> scenario = read_scenario(std::get<Source>(read), diagnostics);
    if (!scenario) return diagnostics.render();
    if (is_finding(*scenario)) found.push_back(std::move(*scenario));
  }
  return {};
}

ExitStatus run_findings(const Arguments& arguments, Terminal& terminal) {
  const std::string& folder = arguments.operands().front();
  std::error_code error;
  const std::vector<std::string> files = files_of(folder, error);
  if (error) {
    return refuse(findings_command, terminal,
                  fmt::format("cannot read the folder {}: {}", in_quotes(folder), error.message()));
  }
  std::vector<Scenario> scenarios;
  const std::string problems = read_findings(files, scenarios);
  if (!problems.empty()) {
    terminal.complain(problems);
    return ExitStatus::refused;
  }
  if (scenarios.empty()) {
    return refuse(findings_command, terminal,
                  fmt::format("no scenario in {} says what should happen instead",
                              in_quotes(folder)));
  }
  std::vector<FindingReport> reports;
  Progress progress(terminal, "findings", scenarios.size());
  for (const Scenario& scenario : scenarios) {
    reports.push_back({scenario, examine(scenario)});
    progress.tell(reports.size());
  }
  terminal.clear_progress();
  if (format_of(arguments) == Format::json) {
    terminal.print(findings_json(reports));
  } else if (!is_quiet(arguments)) {
    terminal.print(findings_page(reports, "holdfast findings " + shell_quoted(folder)));
  }
  const bool stand = std::all_of(reports.begin(), reports.end(), [](const FindingReport& report) {
    return report.finding.doubts.empty();
  });
  return stand ? ExitStatus::good : ExitStatus::failed;
}

constexpr Example examples[] = {
    {"holdfast findings scenarios/found > reports/findings/production.md", "write the list anew"},
};

}  // namespace

const Command findings_command{
    .name = "findings",
    .about = "list what scenarios found, with what repairs it",
    .description = "Runs every scenario of a folder that has `instead`, as it is and with what its "
                   "`repaired_by` says, and lists them in Markdown: what is violated, when first "
                   "and by which procedure, what should happen instead, what repairs it, if "
                   "anything does, and how to see it. The status is 1 if something is not violated "
                   "as it is, or is when repaired. As JSON: an object with `findings` (file, "
                   "name, about, profile, property, sentence, after_us, by, instead, repaired_by, "
                   "doubts).",
    .operand = {.name = "FOLDER",
                .about = "where the scenario files lie; folders in it are not looked into",
                .takes = Takes::file,
                .least = 1,
                .most = 1},
    .options = {},
    .examples = examples,
    .run = run_findings,
};

}  // namespace holdfast
