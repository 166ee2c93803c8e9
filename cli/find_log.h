// What stands behind the operand of a command that reads logs: an event log as it is, or the
// platform's own text log, which is imported on the spot.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/replay/importers/platform_log.h>
#include <holdfast/replay/replayer.h>

namespace holdfast {

// Said behind the name of such a file.
inline constexpr std::string_view no_audit_logs =
    "a Kubernetes audit log, which cannot be read yet";

struct FoundLog {
  LogInput input;
  std::optional<ImportSummary> imported;   // of a text log
  std::vector<ImportNote> notes;
  std::vector<std::uint64_t> guessed_types;
  std::string fault;                       // why it cannot be read; empty: it can be tried
};

// Looks at the beginning of the file, decompressed. `-` is standard input. A pipe is read whole
// before anything else. A text log is imported by the options.
FoundLog find_log(const std::string& path, const ImportOptions& options);

}  // namespace holdfast
