#include <holdfast/sim/explore_scenario.h>

#include <algorithm>

#include <holdfast/sim/explorer.h>
#include <holdfast/sim/run.h>

namespace holdfast {
namespace {

ShortestCourse examine(const PlatformSpace& space, const Trace& trace) {
  ShortestCourse found;
  found.course = walk_again(space, trace);
  if (!found.course) return found;
  found.changes =
      static_cast<int>(std::count_if(found.course->steps.begin(), found.course->steps.end(),
                                     [](const CourseStep& step) { return step.changes; }));
  found.scenario = scenario_of(space, *found.course);
  RunOptions options;
  options.seed = found.scenario.seed;
  const RunResult timed = run_scenario(found.scenario, options);
  found.sentence = found.course->violation.sentence;
  if (!timed.missed.empty()) return found;
  for (const PropertyRecord& record : timed.records) {
    if (record.property != found.course->violation.property || record.violations == 0) continue;
    found.timing_possible = true;
    found.sentence = record.first.sentence;
  }
  return found;
}

Answer answer_without_trace(const ScenarioExploration& all, std::size_t place) {
  if (!all.is_whole()) return Answer::undecided;
  return all.coverage.antecedents[place] ? Answer::holds : Answer::not_asked;
}

}  // namespace

bool ScenarioExploration::met_bounds() const {
  return std::any_of(coverage.hits.begin(), coverage.hits.end(),
                     [](std::uint64_t hits) { return hits != 0; });
}

const PropertyAnswer& ScenarioExploration::answer(std::string_view property) const {
  return *std::find_if(answers.begin(), answers.end(),
                       [&](const PropertyAnswer& one) { return one.property->name == property; });
}

ScenarioExploration explore_scenario(const Scenario& scenario,
                                     const ScenarioExploreOptions& options) {
  const PlatformSpace space(scenario, options.space, options.property);
  ScenarioExploration all;
  ExploreOptions explore_options = options.explore;
  if (!options.property.empty()) explore_options.until_violation = true;
  all.exploration = explore(space, explore_options);
  all.bounds = space.bounds();
  all.grid = space.grid();
  all.coverage = space.coverage();
  int bit = 0;
  for (std::size_t place = 0; place < properties().size(); ++place) {
    const Property& property = properties()[place];
    if (property.kind != PropertyKind::never) continue;
    const int own_bit = bit++;
    if (!options.property.empty() && property.name != options.property) continue;
    PropertyAnswer answer;
    answer.property = &property;
    if (const Trace* trace = all.exploration.trace_of(own_bit)) {
      answer.answer = Answer::violated;
      answer.depth = trace->steps.size();
      answer.counterexample = examine(space, *trace);
    } else {
      answer.answer = answer_without_trace(all, place);
    }
    all.answers.push_back(std::move(answer));
  }
  all.exploration.traces.clear();
  return all;
}

}  // namespace holdfast
