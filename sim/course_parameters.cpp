#include <holdfast/sim/course_parameters.h>

#include <algorithm>

#include <holdfast/model/duration_text.h>
#include <holdfast/sim/run.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {
namespace {

bool stays(const Scenario& changed, std::string_view property) {
  RunOptions options;
  options.seed = changed.seed;
  const RunResult result = run_scenario(changed, options);
  if (!result.missed.empty()) return false;
  return std::any_of(result.records.begin(), result.records.end(), [&](const PropertyRecord& one) {
    return one.property->name == property && one.violations != 0;
  });
}

std::vector<std::string> other_values(const KnobInfo& knob, const Knobs& knobs) {
  const std::string now = knob.get(knobs);
  std::vector<std::string> values;
  if (!knob.values.empty()) {
    for (const std::string_view value : knob.values) values.emplace_back(value);
  } else {
    const std::int64_t us = parse_duration(now).value.value_or(0);
    for (const std::int64_t other : {std::int64_t{0}, us / 2, sum_us(us, us), 10 * second}) {
      values.push_back(duration_text(other));
    }
  }
  std::erase(values, now);
  return values;
}

bool knob_matters(const Scenario& scenario, const KnobInfo& knob, std::string_view property) {
  const std::vector<std::string> values = other_values(knob, scenario.setup.knobs);
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    Scenario changed = scenario;
    return !apply_set(changed, knob.name, value).message.empty() || !stays(changed, property);
  });
}

bool bound_matters(const Scenario& scenario, int PoolSpec::*bound, std::string_view property) {
  for (std::size_t pool = 0; pool < scenario.pools.size(); ++pool) {
    for (const int by : {-1, 1}) {
      Scenario changed = scenario;
      PoolSpec& spec = changed.pools[pool];
      spec.*bound += by;
      const bool possible = spec.min_replicas >= 0 && spec.min_replicas <= spec.max_replicas;
      if (possible && !stays(changed, property)) return true;
    }
  }
  return false;
}

}  // namespace

CourseParameters parameters_of(const Scenario& scenario, std::string_view property) {
  CourseParameters parameters;
  const auto add = [&](bool matters, std::string_view name) {
    (matters ? parameters.matter : parameters.others).emplace_back(name);
  };
  for (const KnobInfo& knob : knob_table()) add(knob_matters(scenario, knob, property), knob.name);
  add(bound_matters(scenario, &PoolSpec::min_replicas, property), "min_replicas");
  add(bound_matters(scenario, &PoolSpec::max_replicas, property), "max_replicas");
  return parameters;
}

}  // namespace holdfast
