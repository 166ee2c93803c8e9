#include <holdfast/reports/explanation.h>

#include <fmt/format.h>

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

Explainer::Explainer(const Violation& violation)
    : violation_(violation), causes_(violation.sequence), by_(violation.by) {}

void Explainer::before(const World& world, const Clock& clock, const Occurrence& occurrence) {
  causes_.before(world, clock, occurrence);
  const Event& event = occurrence.event;
  const bool counts =
      event.type == EventType::server_started || event.type == EventType::autoscaler_ticked;
  if (counts && event.replica != none) {
    if (event.replica >= cycles_.size()) cycles_.resize(event.replica + 1u);
    if (event.type == EventType::server_started) {
      cycles_[event.replica] = 0;
    } else {
      ++cycles_[event.replica];
    }
  }
  if (occurrence.sequence != violation_.sequence) return;
  if (event.procedure >= world.procedures.size()) return;
  const Procedure& procedure = world.procedures[event.procedure];
  if (procedure.depth == 0 || procedure.kind() != Program::autoscaler_cycle) return;
  if (procedure.replica >= cycles_.size()) return;
  by_ = fmt::format("autoscaler cycle {} of replica {}", cycles_[procedure.replica],
                    procedure.replica);
}

void Explainer::after(const World& world, const Clock& clock, const Occurrence& occurrence) {
  causes_.after(world, clock, occurrence);
}

Explanation Explainer::explanation() const { return {by_, causes_line(causes_.chain())}; }

}  // namespace holdfast
