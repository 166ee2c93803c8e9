#include <holdfast/sim/boundary.h>

#include <algorithm>

#include <holdfast/sim/space_bounds.h>

namespace holdfast {
namespace {

Scenario without_duration(Scenario scenario, std::string_view name) {
  std::erase_if(scenario.explore.longest,
                [&](const LongestRun& run) { return run.program == name; });
  if (name == after_start_name) scenario.explore.after_start_us = -1;
  return scenario;
}

class Search {
 public:
  Search(const Scenario& scenario, const ScenarioExploreOptions& options,
         const BoundaryQuestion& question)
      : scenario_(scenario), options_(options), question_(question) {}

  Boundary run() {
    const Scenario others = without_duration(scenario_, question_.duration);
    const SpaceBounds space = space_bounds(others);
    found_.bounds = space.bounds;
    found_.grid = grid_of(others, space);
    const std::int64_t unit_us = found_.grid.unit_us;
    std::int64_t holds = -1;  // in units; below the smallest
    std::int64_t falls = question_.most_us / unit_us + 1;
    if (!falls_with(falls - 1)) {
      if (found_.is_decided) found_.holds_us = (falls - 1) * unit_us;
      return std::move(found_);
    }
    --falls;
    while (found_.is_decided && falls - holds > 1) {
      // 0 first: most often it tells a property that falls anyhow.
      const std::int64_t middle = holds < 0 ? 0 : holds + (falls - holds) / 2;
      (falls_with(middle) ? falls : holds) = middle;
    }
    if (!found_.is_decided) return std::move(found_);
    found_.falls_us = falls * unit_us;
    if (holds >= 0) found_.holds_us = holds * unit_us;
    return std::move(found_);
  }

 private:
  bool falls_with(std::int64_t units) {
    const Scenario changed =
        with_duration(scenario_, question_.duration, units * found_.grid.unit_us);
    ScenarioExploration explored = explore_scenario(changed, options_);
    ++found_.explorations;
    found_.states += explored.exploration.stored.states;
    const PropertyAnswer& answer = explored.answer(options_.property);
    found_.is_decided = answer.answer != Answer::undecided;
    found_.met_bounds = found_.met_bounds || explored.coverage.met_bounds();
    if (answer.answer != Answer::violated) return false;
    if (answer.counterexample->course) {
      found_.since_start_us = answer.counterexample->course->since_start_us;
    }
    found_.falling = std::move(explored);
    return true;
  }

  const Scenario& scenario_;
  const ScenarioExploreOptions& options_;
  const BoundaryQuestion& question_;
  Boundary found_;
};

}  // namespace

std::vector<std::string> boundary_names() {
  std::vector<std::string> names = startable_program_names();
  names.emplace_back(after_start_name);
  return names;
}

Scenario with_duration(Scenario scenario, std::string_view name, std::int64_t us) {
  Bounds& bounds = scenario.explore;
  if (name == after_start_name) {
    bounds.after_start_us = us;
    return scenario;
  }
  const auto run = std::find_if(bounds.longest.begin(), bounds.longest.end(),
                                [&](const LongestRun& one) { return one.program == name; });
  if (run != bounds.longest.end()) {
    run->us = us;
  } else {
    bounds.longest.push_back({std::string(name), us});
  }
  return scenario;
}

Boundary find_boundary(const Scenario& scenario, ScenarioExploreOptions options,
                       const BoundaryQuestion& question) {
  options.space.timed = true;
  return Search(scenario, options, question).run();
}

}  // namespace holdfast
