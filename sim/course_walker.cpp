#include <holdfast/sim/course_walker.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/sim/step_text.h>
#include <holdfast/sim/world_change.h>

namespace holdfast {

CourseWalker::CourseWalker(const PlatformSpace& space, std::string_view property)
    : space_(space),
      property_(property),
      work_(space.scratch()),
      judge_(std::in_place, space.scenario().setup),
      clock_(space.clock()),
      state_(space.start()) {}

bool CourseWalker::step_to(StateBytes wanted, std::size_t move) {
  return step_to(wanted, move, [](const World&, const Step&) { return true; });
}

bool CourseWalker::try_step(const Step& step, StateBytes wanted, std::size_t move) {
  PlatformState next = state_;
  if (!space_.walk(*work_, next, step)) return false;
  PackedBytes bytes(WorldPacker::most_bytes);
  bytes.resize(space_.pack(*work_, next, bytes.data()));
  if (!std::equal(bytes.begin(), bytes.end(), wanted.begin(), wanted.end())) return false;
  if (is_unit_step(step)) {
    wait(move);
  } else {
    tell(step, move);
    course_.steps.back().changes = changes(step, next.world);
  }
  state_ = std::move(next);
  return true;
}

PackedBytes CourseWalker::packed() {
  PackedBytes bytes(WorldPacker::most_bytes);
  bytes.resize(space_.pack(*work_, state_, bytes.data()));
  return bytes;
}

Course CourseWalker::take() {
  if (!property_.empty()) course_.violation = judge_->record(property_).first;
  if (space_.grid().keeps_time() && state_.used.since_start != Grid::unlimited) {
    course_.since_start_us = space_.grid().us(state_.used.since_start);
  }
  return std::move(course_);
}

// A fault is told even where nobody but its procedure notices.
bool CourseWalker::changes(const Step& step, const World& after) const {
  return step.kind != StepKind::procedure || step.fault != Fault::none ||
         !differs_only_at(state_.world, after, step.actor);
}

// Units that pass one after another are one step.
void CourseWalker::wait(std::size_t move) {
  const bool goes_on = !course_.steps.empty() && is_unit_step(course_.steps.back().step);
  if (!goes_on) course_.steps.emplace_back();
  CourseStep& told = course_.steps.back();
  told.step = unit_step();
  told.move = move;
  told.changes = true;
  told.waits_us += space_.grid().unit_us;
  told.text = fmt::format("time_passes: {}", duration_text(told.waits_us));
}

// Takes the step once more, event by event, before the eyes of the judge. What the course violates
// on its way is not what it is told for.
void CourseWalker::tell(const Step& step, std::size_t move) {
  if (violated()) judge_.emplace(space_.scenario().setup);
  CourseStep told;
  told.step = step;
  told.move = move;
  const Setup& setup = space_.scenario().setup;
  told.is_trigger = step.kind == StepKind::timer && step.actor == none;
  if (told.is_trigger) {
    told.text = "monitor fires" + on_replica(state_.world, step.replica);
  } else {
    told.text = step_text(state_.world, setup, step);
  }
  if (step.kind != StepKind::time_passes && !told.is_trigger) {
    course_.end = state_.world;
    PlatformState seen = state_;
    Events events;
    holdfast::take(seen.world, setup, clock_, step, events);
    for (const Event& event : events) fold(seen, event, step, told);
  }
  course_.steps.push_back(std::move(told));
}

void CourseWalker::fold(PlatformState& seen, const Event& event, const Step& step,
                        CourseStep& told) {
  if (space_.fate_of(*work_, seen, event) != PlatformSpace::Fate::folded) return;
  const Occurrence occurrence{event, ++sequence_, 0, &step, false};
  judge_->before(seen.world, clock_, occurrence);
  evolve(seen.world, event);
  judge_->after(seen.world, clock_, occurrence);
  told.events.push_back(event);
}

}  // namespace holdfast
