#include <holdfast/sim/scenario_formats.h>

#include <algorithm>
#include <string>

#include <holdfast/model/moment.h>
#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/scenario_shape.h>
#include <holdfast/sim/step_text.h>

namespace holdfast {
namespace {

constexpr std::string_view duration_or_distribution = "a duration or distribution";
constexpr std::string_view wait_pattern =
    "^(never|([0-9.]+(us|ms|s|m|h|d))+( *\\.\\. *([0-9.]+(us|ms|s|m|h|d))+)?"
    "|exponential +([0-9.]+(us|ms|s|m|h|d))+"
    "|lognormal +([0-9.]+(us|ms|s|m|h|d))+ +x[0-9]+(\\.[0-9]{1,3})?)$";
constexpr std::string_view latency_pattern =
    "^(([0-9.]+(us|ms|s|m|h|d))+( *\\.\\. *([0-9.]+(us|ms|s|m|h|d))+)?"
    "|exponential +([0-9.]+(us|ms|s|m|h|d))+"
    "|lognormal +([0-9.]+(us|ms|s|m|h|d))+ +x[0-9]+(\\.[0-9]{1,3})?)$";

constexpr std::size_t longest_workspace_name = 90;

// `never_reason` says why the text may not be `never`; empty: it may.
TextFault distribution_fault(std::string_view text, std::string_view never_reason) {
  const TextResult<Distribution> parsed = parse_distribution(text);
  if (parsed.value) {
    if (never_reason.empty() || !parsed.value->is_never()) return {};
    return {std::string(never_reason), {}};
  }
  if (text.starts_with('-')) return {"a duration cannot be negative", {}};
  if (!parsed.error.starts_with("expected 60s")) return {parsed.error, {}};
  // What is no duration at all is told which forms there are.
  std::string forms = "write 60s, 20ms..200ms, exponential 30m";
  forms += never_reason.empty() ? ", lognormal 60s x1.5 or never" : " or lognormal 60s x1.5";
  return {forms, {}};
}

TextFault gap_between(std::string_view text, std::string_view never_reason) {
  if (text.ends_with('%')) return {"this is how long it is from one to the next, not a share", {}};
  const TextFault fault = distribution_fault(text, never_reason);
  if (!fault.message.empty()) return fault;
  const bool dense = parse_distribution(text).value->mean_us() < smallest_gap_us;
  return dense ? TextFault{"at least 1ms on average", {}} : TextFault{};
}

TextFault wait_fault(std::string_view text) { return distribution_fault(text, {}); }

TextFault latency_fault(std::string_view text) {
  return distribution_fault(text, "this always ends; calls that fail stand under 'faults'");
}

TextFault gap_fault(std::string_view text) {
  return gap_between(text, "what never comes can be left out");
}

TextFault gap_or_never_fault(std::string_view text) { return gap_between(text, {}); }

// The offset of an instant written with it: what it is earlier than the same time in UTC.
TextResult<std::int64_t> parse_zone(std::string_view text) {
  constexpr std::string_view noon = "2000-01-01T12:00:00";
  TextResult<std::int64_t> there = parse_instant(std::string(noon) + std::string(text));
  if (!there.value) return there;
  return {*parse_instant(std::string(noon) + "Z").value - *there.value, {}, 0};
}

TextFault zone_fault(std::string_view text) {
  const TextResult<std::int64_t> zone = parse_zone(text);
  if (!zone.value || text.starts_with('.')) return {"write +08:00, -03:30 or Z", {}};
  const bool on_earth = *zone.value >= -12 * hour && *zone.value <= 14 * hour;
  return on_earth ? TextFault{} : TextFault{"offsets run from -12:00 to +14:00", {}};
}

TextFault workspace_fault(std::string_view text) {
  if (text.empty()) return {"it must not be empty", {}};
  if (text.size() > longest_workspace_name) return {"at most 90 characters", {}};
  const bool right = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  });
  return right ? TextFault{} : TextFault{"only letters, digits, '-', '_' and '.' are allowed", {}};
}

}  // namespace

const TextFormat wait_format{duration_or_distribution, wait_pattern, wait_fault};

const TextFormat latency_format{duration_or_distribution, latency_pattern, latency_fault};

const TextFormat gap_format{duration_or_distribution, latency_pattern, gap_fault};

const TextFormat gap_or_never_format{duration_or_distribution, wait_pattern, gap_or_never_fault};

const TextFormat zone_format{"an offset from UTC", "^([+-](0[0-9]|1[0-4]):[0-5][0-9]|Z)$",
                             zone_fault};

const TextFormat workspace_format{"the name of a workspace", "^[A-Za-z0-9._-]{1,90}$",
                                  workspace_fault};

const TextFormat step_format{"a step such as 'autoscaler_cycle a' or 'server_stops (replica 0)'",
                             "^[a-z_]+([ :,].*)?$", step_text_fault};

Distribution distribution_of(const Node& node) {
  return parse_distribution(node.text()).value.value_or(Distribution());
}

std::int64_t zone_us_of(const Node& node) { return parse_zone(node.text()).value.value_or(0); }

}  // namespace holdfast
