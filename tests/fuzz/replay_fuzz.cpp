// Any bytes as a log: read to their end or refused with a message, strictly and leniently, as they
// are, behind a good header, and as a text log of the platform's server.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <holdfast/replay/importers/platform_log.h>
#include <holdfast/replay/log_reader.h>
#include <holdfast/replay/memory_stream.h>

namespace holdfast {
namespace {

// Says that a rule of the reader does not hold.
void require(bool holds) {
  if (!holds) __builtin_trap();
}

void read_log(const std::string& text, bool lenient) {
  MemoryInput stream(text);
  LogReader log({.lenient = lenient, .max_line_bytes = 4096});
  if (log.open(stream, "fuzz")) {
    while (log.next() != nullptr) {
      if (!log.fold()) break;
    }
  }
  if (log.error()) require(!render(*log.error()).empty());
  for (const Diagnostic& note : log.notes()) require(!render(note).empty());
}

std::string header_line() {
  LogHeader header;
  header.start = {1'762'617'000 * second};
  header.replicas = 1;
  header.setup.pools = {"pool-a"};
  header.setup.workspaces = {"ws-1"};
  std::string line;
  append_header(header, line);
  return line;
}

// What comes of a text log is a good log.
void import_log(const std::string& text) {
  MemoryInput stream(text);
  LogLines lines(4096);
  lines.source().open(stream);
  ImportOptions options;
  options.start = {1'762'617'000 * second};
  options.keep_notes = true;
  const ImportResult result = import_platform_log(lines, options);
  require(result.summary.refused == 0);
  require(result.summary.silent <= result.summary.understood_lines());
  std::string content;
  MemoryOutput output(content);
  LogWriter writer;
  require(writer.open(output, "fuzz", false, result.header));
  require(write_events(result, writer) && writer.close());
  MemoryInput again(content);
  LogReader log;
  require(log.open(again, "fuzz"));
  std::size_t events = 0;
  while (log.next() != nullptr) {
    require(log.fold());
    ++events;
  }
  require(!log.error() && events == result.events.size());
}

void read_any_bytes(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  static const std::string header = header_line();
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      read_log(text, false);
      read_log(text, true);
      break;
    case 1:
      read_log(header + text, false);
      read_log(header + text, true);
      break;
    default: import_log(text);
  }
}

}  // namespace
}  // namespace holdfast

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::read_any_bytes(data, size);
  return 0;
}
