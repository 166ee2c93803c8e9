#include <holdfast/sim/finding.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {
namespace {

// Who did what an event tells.
std::string who_did(const World& world, const Occurrence& occurrence) {
  const ProcedureIndex place = occurrence.event.procedure;
  if (place < world.procedures.size() && world.procedures[place].depth != 0) {
    return calls_text(world.procedures[place]);
  }
  if (occurrence.step != nullptr) return std::string(name(occurrence.step->kind));
  return "given";
}

// Looks for what led to a violation that is known from an earlier run of the same course.
class Origin : public Observer {
 public:
  Origin(const Scenario& scenario, Examination& finding) : scenario_(scenario), finding_(finding) {}

  void before(const World& world, const Clock&, const Occurrence& occurrence) override {
    by_ = who_did(world, occurrence);
    const Violation& violation = finding_.violation;
    if (violation.sequence != 0 && occurrence.sequence == violation.sequence) finding_.by = by_;
  }

  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override {
    const Property& property = *finding_.property;
    if (property.owed == nullptr || clock.now() > finding_.since) return;
    if (!property.events.test(static_cast<std::size_t>(occurrence.event.type))) return;
    std::vector<Entities> owed;
    property.owed(world, scenario_.setup, clock, owed);
    const bool is = std::find(owed.begin(), owed.end(), finding_.violation.who) != owed.end();
    if (is && !was_owed_) finding_.by = occurrence.opening ? "given" : by_;
    was_owed_ = is;
  }

 private:
  const Scenario& scenario_;
  Examination& finding_;
  std::string by_;
  bool was_owed_ = false;
};

RunOptions options_of(const Scenario& scenario) {
  RunOptions options;
  options.seed = scenario.seed;
  return options;
}

bool is_violated(const RunResult& result, std::string_view property) {
  return std::any_of(result.records.begin(), result.records.end(),
                     [&](const PropertyRecord& record) {
                       return record.property->name == property && record.violations != 0;
                     });
}

void doubt_course(const RunResult& result, Examination& finding) {
  for (const ExpectationResult& answer : result.expectations) {
    if (answer.verdict == Verdict::met) continue;
    finding.doubts.push_back(
        fmt::format("line {} is not met: {}", answer.expectation->line, answer.found));
  }
  for (const Missed& missed : result.missed) {
    finding.doubts.push_back(fmt::format("line {} did not happen: {}", missed.line, missed.reason));
  }
  if (result.passed || !finding.doubts.empty()) return;
  finding.doubts.emplace_back("a property is violated that the scenario does not expect");
}

// What the repair has to end is what the scenario expects.
void doubt_repair(const Scenario& scenario, Examination& finding) {
  const Scenario changed = repaired(scenario);
  const RunResult result = run_scenario(changed, options_of(changed));
  for (const PropertyRecord& record : result.records) {
    if (record.violations == 0) continue;
    finding.doubts.push_back(fmt::format("the repair leaves {} violated: {}", record.property->name,
                                         record.first.sentence));
  }
}

}  // namespace

Examination examine(const Scenario& scenario) {
  Examination finding;
  const RunResult result = run_scenario(scenario, options_of(scenario));
  for (const Expectation& expectation : scenario.expect) {
    if (expectation.kind != ExpectationKind::violates) continue;
    if (!is_violated(result, expectation.property)) continue;
    const auto record = std::find_if(
        result.records.begin(), result.records.end(),
        [&](const PropertyRecord& r) { return r.property->name == expectation.property; });
    finding.property = record->property;
    finding.violation = record->first;
    finding.within_us = record->within_us;
    finding.since = record->first.time;
    if (record->within_us > 0) finding.since.us -= record->within_us;
    break;
  }
  doubt_course(result, finding);
  if (finding.property != nullptr) {
    Origin origin(scenario, finding);
    RunOptions again = options_of(scenario);
    again.observers.push_back(&origin);
    run_scenario(scenario, again);
  }
  if (!scenario.repaired_by.empty()) doubt_repair(scenario, finding);
  return finding;
}

}  // namespace holdfast
