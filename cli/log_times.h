// When the lines of a text log were written, as the options of `import` and `replay` say it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <holdfast/cli/command.h>
#include <holdfast/replay/importers/platform_log.h>

namespace holdfast {

// "+08:00" or "Z": how far ahead of UTC.
std::optional<std::int64_t> read_zone(const std::string& text);

// Takes --zone and --start into the options. Empty, or why they are refused.
std::string read_log_times(const Arguments& arguments, ImportOptions& options);

inline constexpr OptionInfo start_option{
    .name = "--start",
    .value = "MOMENT",
    .about = "of a text log that begins without times: when its first line was written "
             "(2025-11-08T15:53:08, in the log's zone unless it names another)",
    .takes = Takes::text};

}  // namespace holdfast
