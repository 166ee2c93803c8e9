#include <holdfast/sim/course.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/sim/course_walker.h>
#include <holdfast/sim/move_walker.h>
#include <holdfast/sim/step_text.h>

namespace holdfast {
namespace {

Expectation violates(std::string_view property) {
  Expectation expectation;
  expectation.kind = ExpectationKind::violates;
  expectation.property = property;
  return expectation;
}

}  // namespace

std::optional<Course> walk_again(const PlatformSpace& space, const Trace& trace) {
  PlatformSpace::Scratch work = space.scratch();
  MoveWalker moves(space, *work);
  CourseWalker walker(space, space.property_name(trace.property));
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const std::vector<PackedBytes> states = moves.walk(trace.states[i], trace.steps[i]);
    if (states.empty()) return std::nullopt;
    for (const PackedBytes& state : states) {
      if (!walker.step_to(state, i)) return std::nullopt;
    }
  }
  if (!walker.violated()) return std::nullopt;
  return walker.take();
}

Scenario scenario_of(const PlatformSpace& space, const Course& course, std::string_view property) {
  Scenario scenario = space.scenario();
  // What users may ask for is told by what `when` has them ask for.
  const bool asks = std::any_of(course.steps.begin(), course.steps.end(), [](const CourseStep& s) {
    return s.step.kind == StepKind::submit || s.step.kind == StepKind::save_config;
  });
  if (!asks) {
    scenario.when.clear();
    scenario.setup.tasks.clear();
    scenario.setup.configs.clear();
  }
  std::erase_if(scenario.when, [](const Happening& happening) {
    return happening.kind != ActionKind::submit && happening.kind != ActionKind::save_config;
  });
  scenario.faults = FaultRates{};
  scenario.schedule.clear();
  scenario.instead.clear();
  scenario.repaired_by.clear();
  scenario.explore = Bounds{};
  const auto add = [&](std::string text) { scenario.schedule.push_back({std::move(text), 0}); };
  const Bounds& bounds = space.bounds();
  bool round_goes_on = false;  // the next one begins once it has ended
  for (const CourseStep& step : course.steps) {
    const std::string where = on_replica(course.end, step.step.replica);
    if (step.step.kind == StepKind::server_stops) round_goes_on = false;
    if (step.is_trigger && round_goes_on) add("monitor b" + where);
    add(step.text);
    if (step.is_trigger) {
      add("monitor a" + where);
      round_goes_on = step.step.argument == 0;
      if (!round_goes_on) add("monitor b" + where);
    }
    if (!bounds.delete_immediate) continue;
    for (const Event& event : step.events) {
      if (event.type == EventType::pod_delete_requested) {
        add(fmt::format("pod_ends (pod {})", event.pod));
      }
    }
  }
  scenario.expect = {violates(property)};
  return scenario;
}

void expect_the_rest(const std::vector<PropertyRecord>& records, Scenario& scenario) {
  for (const PropertyRecord& record : records) {
    if (record.violations == 0) continue;
    const bool is_expected =
        std::any_of(scenario.expect.begin(), scenario.expect.end(),
                    [&](const Expectation& e) { return e.property == record.property->name; });
    if (!is_expected) scenario.expect.push_back(violates(record.property->name));
  }
}

}  // namespace holdfast
