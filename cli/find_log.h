// What stands behind the operand of a command that reads logs: an event log as it is, or the
// platform's own text log, which is imported on the spot.
#pragma once

#include <optional>
#include <string>

#include <holdfast/replay/importers/platform_log.h>
#include <holdfast/replay/replayer.h>

namespace holdfast {

struct FoundLog {
  LogInput input;
  std::optional<ImportSummary> imported;   // of a text log
  std::string fault;                       // why it cannot be read; empty: it can be tried
};

// Looks at the beginning of the file, decompressed. `-` is standard input. A pipe is read whole
// before anything else.
FoundLog find_log(const std::string& path);

}  // namespace holdfast
