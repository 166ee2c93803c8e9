#include <holdfast/sim/critical_step.h>

#include <holdfast/sim/platform_graph.h>

namespace holdfast {

CriticalStep critical_step(const Scenario& scenario, std::string_view property,
                           const Course& course, const ExploreOptions& limits) {
  const PlatformSpace space(scenario, {.lazy_reads = false, .pods_at_a_time = true}, property);
  const PlatformGraph graph(space, limits);
  if (!graph.is_complete()) return {};
  const std::vector<bool> all(graph.graph().nodes(), true);
  const std::vector<bool> good =
      FairCycles(graph.graph()).with_fair_course(all, graph.ends_at_bound());
  if (!good[0]) return {true, 0, true};
  PlatformSpace::Scratch work = space.scratch();
  PlatformState state = space.start();
  std::array<std::byte, WorldPacker::most_bytes> bytes;
  for (std::size_t i = 0; i + 1 < course.steps.size(); ++i) {
    if (!space.walk(*work, state, course.steps[i].step)) return {};
    const auto node = graph.node_of({bytes.data(), space.pack(*work, state, bytes.data())});
    if (!node) return {};
    if (!good[*node]) return {true, i, false};
  }
  return {true, course.steps.size() - 1, false};
}

}  // namespace holdfast
