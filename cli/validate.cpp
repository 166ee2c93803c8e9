// holdfast validate: whether a file is good input, and what is wrong with it.
#include <iterator>

#include <fmt/format.h>

#include <holdfast/cli/options.h>
#include <holdfast/cli/read_any.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/verdict.h>
#include <holdfast/sim/counted.h>

namespace holdfast {
namespace {

// ": 137 events, profile slots, seed 7"
std::string told(const ReadAny& read) {
  if (read.kind == FileKind::log) {
    const auto events = static_cast<std::int64_t>(read.events);
    return fmt::format(": {}, profile {}, seed {}", counted(events, "event"),
                       printable_text(read.header.profile), read.header.seed);
  }
  if (!read.scenario) return {};
  const Scenario& scenario = *read.scenario;
  return fmt::format(": {} ({}, {}, {})", printable_text(scenario.name), knobs_text(scenario),
                     counted(std::ssize(scenario.when), "happening"),
                     counted(std::ssize(scenario.expect), "expectation"));
}

void write_json(JsonWriter& json, const std::string& file, const ReadAny& read) {
  json.begin_object();
  json.text("file", file);
  json.text("kind", text_of(read.kind));
  json.boolean("valid", read.is_good);
  json.begin_array("problems");
  for (const Diagnostic& problem : read.diagnostics) {
    json.begin_object();
    json.number("line", problem.place.line);
    json.number("column", problem.place.column);
    json.text("message", problem.message);
    json.text("hint", problem.hint);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

ExitStatus run_validate(const Arguments& arguments, Terminal& terminal) {
  ExitStatus status = ExitStatus::good;
  const bool as_json = format_of(arguments) == Format::json;
  JsonWriter json;
  json.begin_object();
  json.begin_array("files");
  for (const std::string& file : arguments.operands()) {
    const ReadAny read = read_any(file);
    if (!read.is_good) status = ExitStatus::refused;
    if (as_json) {
      write_json(json, file, read);
      continue;
    }
    if (!read.problems.empty()) terminal.complain(read.problems);
    if (!read.is_good || is_quiet(arguments)) continue;
    terminal.print(fmt::format("{}     {}: {}{}\n", terminal.paint()(Tone::good, "valid"),
                               printable_text(file), text_of(read.kind), told(read)));
  }
  json.end_array();
  json.end_object();
  if (as_json) terminal.print(json.finish());
  return status;
}

constexpr Example examples[] = {
    {"holdfast validate scenarios/*.yaml pool.json", "check before a commit"},
    {"kubectl get configmap pool -o jsonpath='{.data.config}' | holdfast validate -",
     "check what a cluster has"},
};

}  // namespace

extern const Command validate_command;
const Command validate_command{
    .name = "validate",
    .about = "check scenarios, pool configurations and event logs",
    .description = "What a file is, is told by its content. Everything that is wrong with a "
                   "scenario or a pool configuration is reported at once, of a log the first "
                   "mistake; an event log is folded too. As JSON: an object with `files` (file, "
                   "kind, valid, problems with line, column, message, hint).",
    .operand = {.name = "FILE",
                .about = "files of any of these kinds; - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 100'000},
    .options = {},
    .examples = examples,
    .run = run_validate,
};

}  // namespace holdfast
