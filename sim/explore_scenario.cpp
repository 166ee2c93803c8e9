#include <holdfast/sim/explore_scenario.h>

#include <algorithm>

#include <holdfast/sim/explorer.h>
#include <holdfast/sim/run.h>

namespace holdfast {
namespace {

ShortestCourse examine(const PlatformSpace& space, const Trace& trace,
                       const ScenarioExploreOptions& asked) {
  ShortestCourse found;
  if (asked.space.by_cause) found.cause = space.causes().cause(trace.property).text;
  found.course = walk_again(space, trace);
  if (!found.course) return found;
  found.changes =
      static_cast<int>(std::count_if(found.course->steps.begin(), found.course->steps.end(),
                                     [](const CourseStep& step) { return step.changes; }));
  if (asked.critical_step) {
    found.critical = critical_step(space.scenario(), space.property_name(trace.property),
                                   *found.course, asked.explore);
  }
  found.scenario = scenario_of(space, *found.course, found.course->violation.property->name);
  RunOptions options;
  options.seed = found.scenario.seed;
  const RunResult timed = run_scenario(found.scenario, options);
  found.sentence = found.course->violation.sentence;
  if (!timed.missed.empty()) return found;
  for (const PropertyRecord& record : timed.records) {
    if (record.property != found.course->violation.property || record.violations == 0) continue;
    found.timing_possible = true;
    expect_the_rest(timed.records, found.scenario);
    found.sentence = record.first.sentence;
    if (asked.parameters) found.parameters = parameters_of(found.scenario, record.property->name);
  }
  return found;
}

// Fewer changes first; then fewer steps; then by the cause.
bool is_nearer(const ShortestCourse& a, const ShortestCourse& b) {
  const auto steps = [](const ShortestCourse& one) {
    return one.course ? one.course->steps.size() : std::size_t{0};
  };
  if (a.changes != b.changes) return a.changes < b.changes;
  if (steps(a) != steps(b)) return steps(a) < steps(b);
  return a.cause < b.cause;
}

void tell_violation(const PlatformSpace& space, const Exploration& all,
                    const ScenarioExploreOptions& asked, PropertyAnswer& answer) {
  for (const Trace& trace : all.traces) {
    if (space.property_name(trace.property) != answer.property->name) continue;
    if (answer.others.empty() || trace.steps.size() < answer.depth) {
      answer.depth = trace.steps.size();
    }
    answer.others.push_back(examine(space, trace, asked));
  }
  if (answer.others.empty()) return;
  std::sort(answer.others.begin(), answer.others.end(), is_nearer);
  answer.answer = Answer::violated;
  answer.counterexample = std::move(answer.others.front());
  answer.others.erase(answer.others.begin());
}

Answer answer_without_trace(const ScenarioExploration& all, std::size_t place) {
  if (!all.is_whole()) return Answer::undecided;
  return all.coverage.antecedents[place] ? Answer::holds : Answer::not_asked;
}

}  // namespace

const PropertyAnswer& ScenarioExploration::answer(std::string_view property) const {
  return *std::find_if(answers.begin(), answers.end(),
                       [&](const PropertyAnswer& one) { return one.property->name == property; });
}

ScenarioExploration explore_scenario(const Scenario& scenario,
                                     const ScenarioExploreOptions& options) {
  const PlatformSpace space(scenario, options.space, options.property);
  ScenarioExploration all;
  ExploreOptions explore_options = options.explore;
  explore_options.until_violation = !options.property.empty() && !options.space.by_cause;
  all.exploration = explore(space, explore_options);
  all.bounds = space.bounds();
  all.grid = space.grid();
  all.coverage = space.coverage();
  all.more_causes = space.causes().is_full();
  for (std::size_t place = 0; place < properties().size(); ++place) {
    const Property& property = properties()[place];
    if (property.kind != PropertyKind::never) continue;
    if (!options.property.empty() && property.name != options.property) continue;
    PropertyAnswer answer;
    answer.property = &property;
    answer.answer = answer_without_trace(all, place);
    tell_violation(space, all.exploration, options, answer);
    all.answers.push_back(std::move(answer));
  }
  all.exploration.traces.clear();
  return all;
}

}  // namespace holdfast
