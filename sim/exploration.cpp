#include <holdfast/sim/exploration.h>

#include <algorithm>

namespace holdfast {

std::string_view name_of(Ending ending) {
  switch (ending) {
    case Ending::complete:
      return "complete";
    case Ending::violation:
      return "violation";
    case Ending::depth_limit:
      return "depth_limit";
    case Ending::state_limit:
      return "state_limit";
    case Ending::memory_limit:
      return "memory_limit";
    case Ending::time_limit:
      return "time_limit";
    case Ending::interrupted:
      return "interrupted";
  }
  return "";
}

std::uint64_t Exploration::states_violating(PropertySet properties) const {
  std::uint64_t sum = 0;
  for (const ViolationCount& each : violating_states) {
    if ((each.violated & properties) == properties) sum += each.count;
  }
  return sum;
}

std::uint64_t Exploration::unreduced_violating(PropertySet properties) const {
  std::uint64_t sum = 0;
  for (const ViolationCount& each : violating_states) {
    if ((each.violated & properties) == properties) sum += each.unreduced;
  }
  return sum;
}

const Trace* Exploration::trace_of(int property) const {
  for (const Trace& trace : traces) {
    if (trace.property == property) return &trace;
  }
  return nullptr;
}

double collision_bound(std::uint64_t states) {
  const auto n = static_cast<double>(states);
  const double bound = n * (n - 1) / 2 / 18446744073709551616.0;
  return std::clamp(bound, 0.0, 1.0);
}

void add_violation(std::vector<ViolationCount>& counts, const ViolationCount& more) {
  const auto at = std::lower_bound(
      counts.begin(), counts.end(), more.violated,
      [](const ViolationCount& each, PropertySet set) { return each.violated < set; });
  if (at != counts.end() && at->violated == more.violated) {
    at->count += more.count;
    at->unreduced += more.unreduced;
  } else {
    counts.insert(at, more);
  }
}

}  // namespace holdfast
