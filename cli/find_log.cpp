#include <holdfast/cli/find_log.h>

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <holdfast/cli/close_file.h>
#include <holdfast/cli/help.h>
#include <holdfast/replay/memory_stream.h>
#include <holdfast/reports/plain_text.h>

namespace holdfast {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} << 10U;

// What can be read only once is kept: a log is folded several times.
void keep(std::FILE* file, FoundLog& found) {
  found.input.kept = std::make_shared<KeptInput>();
  if (found.input.kept->take(file)) return;
  found.fault = printable_text(found.input.path) + ": " + found.input.kept->failure();
}

void open_input(const std::string& path, FoundLog& found) {
  found.input.path = path == "-" ? "standard input" : path;
  if (path == "-") return keep(stdin, found);
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  const bool is_pipe = std::filesystem::is_fifo(status) || std::filesystem::is_socket(status);
  if (!is_pipe) return;
  const OwnedFile file(std::fopen(path.c_str(), "rb"));
  if (file) keep(file.get(), found);
}

// Opens the source on the file, or on the bytes that stand for it.
bool open_source(LogSource& source, const LogInput& input) {
  if (!input.kept) return source.open(input.path);
  source.open(input.kept->begin());
  return true;
}

// Empty if it cannot be read: the reader of the log will say why.
std::string beginning_of(const LogInput& input) {
  LogSource source;
  if (!open_source(source, input)) return {};
  std::string text(block_bytes, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t count = source.read(text.data() + size, text.size() - size);
    if (count == 0) break;
    size += count;
  }
  text.resize(size);
  return text;
}

bool may_be_event_log(const std::string& beginning) {
  const std::size_t first = beginning.find_first_not_of(" \t\r\n");
  return first == std::string::npos || beginning[first] == '{';
}

void import(FoundLog& found, const ImportOptions& options) {
  LogLines lines(options.max_line_bytes);
  if (!open_source(lines.source(), found.input)) {
    found.fault = printable_text(found.input.path) + ": cannot open: " + lines.source().failure();
    return;
  }
  ImportResult result = import_platform_log(lines, options);
  if (!result.failure.empty()) {
    found.fault = printable_text(found.input.path) + ": cannot read: " + result.failure;
    return;
  }
  result.header.program_version = std::string(program_version());
  result.header.scenario = as_utf8(found.input.path);
  std::string content;
  MemoryOutput log(content);
  LogWriter writer;
  const bool good = writer.open(log, found.input.path, false, result.header) &&
                    write_events(result, writer) && writer.close();
  if (!good) {
    found.fault = printable_text(found.input.path) + ": cannot be made an event log: " +
                  (writer.error() ? writer.error()->message : "");
    return;
  }
  found.input.kept.reset();
  found.input.content = std::move(content);
  found.imported = std::move(result.summary);
  found.notes = std::move(result.notes);
  found.guessed_types = std::move(result.guessed_types);
}

}  // namespace

FoundLog find_log(const std::string& path, const ImportOptions& options) {
  FoundLog found;
  open_input(path, found);
  if (!found.fault.empty()) return found;
  const std::string beginning = beginning_of(found.input);
  if (is_kubernetes_audit_log(beginning)) {
    found.fault = fmt::format("{}: {}", printable_text(found.input.path), no_audit_logs);
  } else if (!may_be_event_log(beginning) && is_platform_log(beginning)) {
    import(found, options);
  }
  return found;
}

}  // namespace holdfast
