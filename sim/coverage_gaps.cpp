#include <holdfast/sim/coverage_gaps.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/names.h>

namespace holdfast {
namespace {

bool expects(const Scenario& scenario, ExpectationKind kind, std::string_view property) {
  return std::any_of(scenario.expect.begin(), scenario.expect.end(), [&](const Expectation& one) {
    return one.kind == kind && one.property == property;
  });
}

}  // namespace

std::string frame_text(const Frame& frame) {
  const ProgramInfo& program = info(frame.program);
  return fmt::format("{} {}", program.name, program.instructions[frame.at].letter);
}

CoverageGaps gaps_of(const Coverage& coverage) {
  CoverageGaps gaps;
  std::array<bool, program_count> begun{};
  for (const StepCoverage& step : coverage.steps) {
    if (step.is_taken()) begun[static_cast<std::size_t>(step.frame.program)] = true;
  }
  for (const StepCoverage& step : coverage.steps) {
    const Program program = step.frame.program;
    if (!begun[static_cast<std::size_t>(program)]) {
      if (gaps.not_begun.empty() || gaps.not_begun.back() != program) {
        gaps.not_begun.push_back(program);
      }
      continue;
    }
    ++gaps.steps_of_begun;
    if (!step.is_taken()) {
      gaps.steps.push_back(step.frame);
      continue;
    }
    ++gaps.steps_taken;
    const Ways missing = known_ways(step.frame) & ~step.ways;
    if (missing != 0) gaps.ways.push_back({step.frame, missing});
  }
  for (std::size_t i = 0; i < properties().size(); ++i) {
    const Property& property = properties()[i];
    if (property.kind == PropertyKind::sometimes && !coverage.reached[i]) {
      gaps.goals.push_back(&property);
    }
  }
  return gaps;
}

std::vector<std::string> gaps_of_kind(const Scenario& scenario, const ScenarioExploration& found,
                                      CoverageKind kind) {
  const CoverageGaps gaps = gaps_of(found.coverage);
  std::vector<std::string> texts;
  switch (kind) {
    case CoverageKind::steps:
      for (const Frame& frame : gaps.steps) texts.push_back(frame_text(frame));
      break;
    case CoverageKind::ways:
      for (const StepCoverage& step : gaps.ways) {
        texts.push_back(frame_text(step.frame) + " -> " + ways_text(step.frame, step.ways));
      }
      break;
    case CoverageKind::goals:
      for (const Property* goal : gaps.goals) {
        if (expects(scenario, ExpectationKind::reaches, goal->name)) texts.emplace_back(goal->name);
      }
      break;
    case CoverageKind::properties:
      for (const PropertyAnswer& one : found.answers) {
        if (one.answer != Answer::not_asked) continue;
        // Who looks for a single one wants to know of it.
        if (found.answers.size() == 1 ||
            expects(scenario, ExpectationKind::holds, one.property->name)) {
          texts.emplace_back(one.property->name);
        }
      }
      break;
  }
  return texts;
}

}  // namespace holdfast
