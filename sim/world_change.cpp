#include <holdfast/sim/world_change.h>

#include <algorithm>

namespace holdfast {
namespace {

bool same_procedures_but(const World& a, const World& b, std::uint16_t place) {
  static const Procedure free;
  const std::size_t most = std::max(a.procedures.size(), b.procedures.size());
  for (std::size_t i = 0; i < most; ++i) {
    if (i == place) continue;
    const Procedure& one = i < a.procedures.size() ? a.procedures[i] : free;
    const Procedure& other = i < b.procedures.size() ? b.procedures[i] : free;
    if (!(one == other)) return false;
  }
  return true;
}

// Which of two tickers was armed first decides only when both are due at one moment of a clock.
bool same_timers(const World& a, const World& b) {
  const auto same = [](const Timer& one, const Timer& other) {
    return one.kind == other.kind && one.replica == other.replica &&
           one.workspace == other.workspace && one.due == other.due;
  };
  return std::equal(a.timers.begin(), a.timers.end(), b.timers.begin(), b.timers.end(), same);
}

}  // namespace

bool differs_only_at(const World& a, const World& b, ProcedureIndex place) {
  const std::size_t shared = a.replicas.size();
  for (std::size_t m = 0; m < shared; ++m) {
    if (!(a.memories[m] == b.memories[m])) return false;
  }
  return a.tasks == b.tasks && a.workspaces == b.workspaces && a.pods == b.pods &&
         a.agents == b.agents && same_timers(a, b) && a.pools == b.pools &&
         a.replicas == b.replicas && a.leader == b.leader && same_procedures_but(a, b, place);
}

}  // namespace holdfast
