// Reads a file whose kind is told by what is in it: a scenario, a pool configuration or an event
// log. Holds no state; standard input can be read once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <holdfast/replay/log_format.h>
#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

enum class FileKind : std::uint8_t { scenario, pool, log, text_log, audit_log };
// "scenario", "pool configuration", "event log", "text log of the platform", …
std::string_view text_of(FileKind kind);

// What a file is that begins so. An event log is compressed or its first line is an event; logs of
// others are known by their lines and are not read here; a pool configuration is JSON, or YAML
// with an image and without expectations; else it is a scenario.
FileKind kind_of(std::string_view beginning);

// What was read and what is wrong with it.
struct ReadAny {
  FileKind kind = FileKind::scenario;
  bool is_good = false;
  std::string problems;                  // as text for people: errors, or a warning
  std::vector<Diagnostic> diagnostics;
  std::optional<Scenario> scenario;      // of a good scenario
  LogHeader header;                      // of a good log
  std::uint64_t events = 0;              // of a log, folded
};

// Reads the whole file, `-` from standard input. A log of any length is read in bounded memory and
// folded.
ReadAny read_any(const std::string& path);

}  // namespace holdfast
