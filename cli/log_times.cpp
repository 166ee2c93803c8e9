#include <holdfast/cli/log_times.h>

#include <fmt/format.h>

#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/input/utf8.h>

namespace holdfast {

std::optional<std::int64_t> read_zone(const std::string& text) {
  const auto instant = parse_instant("2000-01-01T00:00:00" + text);
  const auto in_utc = parse_instant("2000-01-01T00:00:00Z");
  if (!instant.value) return std::nullopt;
  return *in_utc.value - *instant.value;
}

std::string read_log_times(const Arguments& arguments, ImportOptions& options) {
  if (arguments.has("--zone")) {
    const std::string text = arguments.text("--zone");
    const std::optional<std::int64_t> zone = read_zone(text);
    if (!zone) {
      return fmt::format("--zone takes an offset from UTC such as +08:00 or Z, not {}",
                         in_quotes(text));
    }
    options.zone_us = *zone;
  }
  if (!arguments.has("--start")) return {};
  const std::string text = arguments.text("--start");
  const auto with_zone = parse_instant(text);
  const auto local = parse_instant(text + 'Z');
  if (!with_zone.value && !local.value) {
    return fmt::format("--start takes an instant such as 2025-11-08T15:53:08, not {}",
                       in_quotes(text));
  }
  options.start = {with_zone.value ? *with_zone.value : *local.value - options.zone_us};
  return {};
}

}  // namespace holdfast
