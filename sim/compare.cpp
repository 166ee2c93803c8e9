#include <holdfast/sim/compare.h>

#include <algorithm>
#include <bit>

#include <holdfast/sim/checker.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {

namespace {

// Random courses go far beyond the bounds of an exploration: they may refute, and prove nothing.
void try_the_open(const Scenario& scenario, const ScenarioExploration& found,
                  const RandomCases& random, ComparedProfile& compared) {
  CheckOptions options;
  options.seed = random.seed;
  options.cases = random.cases;
  options.threads = random.threads;
  options.most_shrink_runs = 0;
  for (const PropertyAnswer& one : found.answers) {
    if (one.answer == Answer::undecided) options.properties.push_back(one.property);
  }
  if (options.properties.empty() || random.cases == 0) return;
  const CheckReport report = check_scenario(scenario, options);
  for (std::size_t i = 0; i < found.answers.size(); ++i) {
    for (const CheckedProperty& checked : report.properties) {
      if (checked.property != found.answers[i].property) continue;
      compared.answers[i].cases = checked.tried;
      if (checked.violated != 0) compared.answers[i].answer = Answer::violated;
    }
  }
}

}  // namespace

ComparedProfile compare_one(const Scenario& scenario, const std::string& profile,
                            const ScenarioExploreOptions& options, const RandomCases& random) {
  ComparedProfile compared;
  compared.profile = profile;
  Scenario changed = scenario;
  compared.refused = apply_profile(changed, profile).message;
  if (!compared.refused.empty()) return compared;
  ScenarioExploration found = explore_scenario(changed, options);
  for (const PropertyAnswer& one : found.answers) {
    compared.answers.push_back(
        {one.answer, one.counterexample ? one.counterexample->changes : 0, 0});
  }
  compared.bounds = found.bounds;
  try_the_open(changed, found, random, compared);
  compared.met_bounds = found.coverage.met_bounds();
  compared.exploration = std::move(found.exploration);
  return compared;
}

std::vector<FixSet> smallest_fixes(const Scenario& scenario, const std::vector<KnobChange>& changes,
                                   const ScenarioExploreOptions& options) {
  std::vector<std::uint32_t> sets;
  for (std::uint32_t set = 0; set < std::uint32_t{1} << changes.size(); ++set) sets.push_back(set);
  std::stable_sort(sets.begin(), sets.end(), [](std::uint32_t a, std::uint32_t b) {
    return std::popcount(a) < std::popcount(b);
  });
  std::vector<std::uint32_t> enough;
  std::vector<FixSet> fixes;
  for (const std::uint32_t set : sets) {
    const bool larger = std::any_of(enough.begin(), enough.end(),
                                    [&](std::uint32_t part) { return (set & part) == part; });
    if (larger) continue;
    FixSet fix;
    Scenario changed = scenario;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if ((set >> i & 1) == 0) continue;
      fix.changes.push_back(i);
      apply_set(changed, changes[i].first, changes[i].second);
    }
    fix.answer = explore_scenario(changed, options).answer(options.property).answer;
    if (fix.answer == Answer::violated) continue;
    if (fix.answer != Answer::undecided) enough.push_back(set);
    fixes.push_back(std::move(fix));
  }
  return fixes;
}

}  // namespace holdfast
