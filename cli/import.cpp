// holdfast import: logs of others as an event log.
#include <array>
#include <iostream>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <holdfast/cli/find_log.h>
#include <holdfast/cli/help.h>
#include <holdfast/cli/log_times.h>
#include <holdfast/cli/options.h>
#include <holdfast/cli/output_file.h>
#include <holdfast/replay/importers/platform_log.h>
#include <holdfast/replay/memory_stream.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {

extern const Command import_command;

namespace {

std::vector<std::string> kind_words() { return {"platform"}; }

// Reads the lines of every file, one after the other, as one log. Empty, or why one cannot be read.
std::string take_files(const std::vector<std::string>& files, PlatformLogImporter& importer) {
  for (const std::string& file : files) {
    LogLines lines(ImportOptions{}.max_line_bytes);
    if (file == "-") {
      lines.source().open(std::cin);
    } else if (!lines.source().open(file)) {
      return fmt::format("{}: cannot open: {}\n", printable_text(file), lines.source().failure());
    }
    std::string_view line;
    for (LogLines::Kind kind{}; (kind = lines.next(line)) != LogLines::Kind::end;) {
      if (kind == LogLines::Kind::failure) {
        return fmt::format("{}: cannot read: {}\n", printable_text(file),
                           lines.source().failure());
      }
      if (kind == LogLines::Kind::too_long) {
        importer.take_too_long();
      } else {
        importer.take(line);
      }
    }
  }
  importer.finish();
  return {};
}

// Empty, or why it cannot be written.
std::string write_log(const ImportResult& result, const std::string& path, Terminal& terminal) {
  LogWriter log;
  const auto fault = [&log, &path] {
    return fmt::format("cannot write {}: {}\n", path.empty() ? "the log" : printable_text(path),
                       log.error() ? log.error()->message : "");
  };
  if (path.empty()) {
    std::string text;
    MemoryOutput stream(text);
    const bool good = log.open(stream, "standard output", false, result.header) &&
                      write_events(result, log) && log.close();
    if (!good) return fault();
    terminal.print(text);
    return {};
  }
  OutputFile output(path);
  const bool good = log.open(output.temporary_path(), result.header) &&
                    write_events(result, log) && log.close();
  if (!good) return fault();
  const std::string refused = output.commit();
  return refused.empty() ? std::string() : refused + '\n';
}

std::string summary_json(const ImportSummary& summary) {
  JsonWriter json;
  json.begin_object();
  json.text("command", "import");
  json.text("kind", "platform");
  json.number("lines", summary.lines);
  json.number("understood", summary.understood_lines());
  json.begin_object("passed_over");
  for (int kind = 0; kind < unused_line_kinds; ++kind) {
    json.number(text_of(static_cast<UnusedLine>(kind)),
                summary.unused[static_cast<std::size_t>(kind)]);
  }
  json.end_object();
  json.begin_object("rows");
  for (const auto& [row, count] : summary.understood) json.number(row, count);
  json.end_object();
  json.number("told_nothing", summary.silent);
  json.number("unplaced", summary.unplaced);
  json.number("events", summary.events);
  json.number("assumed", summary.assumed);
  json.number("left_out", summary.refused);
  json.end_object();
  return json.finish();
}

// Why there is nothing to write.
std::string nothing_understood(const std::string& file, const ImportSummary& summary) {
  const std::string name = printable_text(file);
  if (summary.timeless() == 0) {
    return fmt::format("{}: no line of {} is one of the platform's log\n", name, summary.lines);
  }
  return fmt::format("{}: no line has a time, say by --start when they were written\n", name);
}

ExitStatus run_import(const Arguments& arguments, Terminal& terminal) {
  ImportOptions options;
  const std::string bad_times = read_log_times(arguments, options);
  if (!bad_times.empty()) return refuse(import_command, terminal, bad_times);
  const std::string path = arguments.text("-o");
  if (format_of(arguments) == Format::json && path.empty()) {
    return refuse(import_command, terminal, "--format json goes with -o");
  }
  const std::string output = path.empty() ? path : output_fault(path, arguments.operands());
  if (!output.empty()) return refuse(import_command, terminal, output);
  ImportResult result;
  PlatformLogImporter importer(options, [&](const ImportedEvent& imported) {
    result.events.push_back(imported);
  });
  const std::string fault = take_files(arguments.operands(), importer);
  if (!fault.empty()) {
    terminal.complain(fault);
    return ExitStatus::refused;
  }
  result.header = importer.header();
  result.header.program_version = std::string(program_version());
  result.header.scenario = as_utf8(arguments.operands().front());
  result.summary = importer.summary();
  if (result.summary.understood_lines() == 0) {
    terminal.complain(nothing_understood(arguments.operands().front(), result.summary));
    return ExitStatus::refused;
  }
  const std::string refused = write_log(result, path, terminal);
  if (!refused.empty()) {
    terminal.complain("holdfast import: " + refused);
    return ExitStatus::refused;
  }
  if (format_of(arguments) == Format::json) {
    terminal.print(summary_json(result.summary));
  } else if (!is_quiet(arguments)) {
    terminal.complain(result.summary.text());
  }
  return ExitStatus::good;
}

constexpr std::array options{
    OptionInfo{.name = "--from",
               .value = "KIND",
               .about = "what the files are; platform: the text log of the platform's server",
               .takes = Takes::words,
               .by_default = "platform",
               .words = kind_words},
    OptionInfo{.name = "-o",
               .value = "FILE",
               .about = "write the event log here, compressed if it ends in .zst; standard output "
                        "if left out",
               .takes = Takes::file},
    OptionInfo{.name = "--zone",
               .value = "OFFSET",
               .about = "the zone of the log's times, as an offset from UTC",
               .takes = Takes::text,
               .by_default = "+08:00"},
    start_option,
};

constexpr Example examples[] = {
    {"holdfast import server.log -o server.jsonl.zst", "an event log to replay"},
    {"holdfast import server.log.1 server.log | holdfast replay -", "a log that was rotated"},
};

}  // namespace

const Command import_command{
    .name = "import",
    .about = "turn the platform's text logs into an event log",
    .description =
        "Reads the text log of the platform's server line by line, several files as one log in the "
        "order given, and writes the events that its lines tell. A log shows a part only: events "
        "that have to have been are put in and counted as assumed. What was understood and what "
        "was passed over is told on standard error, with --format json on standard output.",
    .operand = {.name = "FILE",
                .about = "text logs, plain or compressed by zstd; - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 100'000},
    .options = options,
    .examples = examples,
    .run = run_import,
};

}  // namespace holdfast
