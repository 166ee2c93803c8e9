#include <holdfast/sim/course.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/opening.h>
#include <holdfast/sim/step_text.h>
#include <holdfast/sim/world_change.h>

namespace holdfast {
namespace {

using Bytes = std::vector<std::byte>;

// Walks the steps of one move as the exploration took them, and says what each leads to.
class MoveWalker {
 public:
  MoveWalker(const PlatformSpace& space, PlatformSpace::Work& work) : space_(space), work_(work) {}

  // The states after each raw step of the trace's move `move`; empty if it has no such move.
  std::vector<Bytes> walk(StateBytes from, StepId move) {
    PlatformState state;
    space_.unpack(from, state);
    wanted_ = move;
    found_.clear();
    seen_ = 0;
    space_.moves(
        work_, state,
        [](void* self, Move path, const PlatformState&, PropertySet) {
          auto& walker = *static_cast<MoveWalker*>(self);
          if (walker.seen_++ == walker.wanted_) walker.found_.assign(path.begin(), path.end());
        },
        this);
    return follow(state);
  }

 private:
  std::vector<Bytes> follow(PlatformState& state) {
    std::vector<Bytes> after;
    std::vector<std::pair<std::uint16_t, std::uint16_t>> started;  // who, place
    for (const RawStep& raw : found_) {
      Step step = raw.step;
      if (step.kind == StepKind::procedure && step.actor == none) {
        const auto place = std::find_if(started.begin(), started.end(),
                                        [&](const auto& one) { return one.first == raw.who; });
        if (place == started.end()) return {};
        step.actor = place->second;
      }
      const World before = state.world;
      if (!space_.walk(work_, state, step)) return {};
      if (step.kind != StepKind::procedure) {
        started.emplace_back(raw.who, new_procedure(before, state.world));
      }
      Bytes bytes(WorldPacker::most_bytes);
      bytes.resize(space_.pack(work_, state, bytes.data()));
      after.push_back(std::move(bytes));
    }
    return after;
  }

  static std::uint16_t new_procedure(const World& before, const World& after) {
    for (std::size_t i = 0; i < after.procedures.size(); ++i) {
      const bool was = i < before.procedures.size() && before.procedures[i].depth != 0;
      if (!was && after.procedures[i].depth != 0) return static_cast<std::uint16_t>(i);
    }
    return none;
  }

  const PlatformSpace& space_;
  PlatformSpace::Work& work_;
  std::vector<RawStep> found_;
  StepId wanted_ = 0;
  StepId seen_ = 0;
};

// Walks the world that the opening makes, one step at a time towards a given packed state.
class CourseWalker {
 public:
  CourseWalker(const PlatformSpace& space, std::string_view property)
      : space_(space),
        property_(property),
        work_(space.scratch()),
        judge_(std::in_place, space.scenario().setup),
        clock_(space.clock()),
        state_(space.start()) {}

  // Takes the first step that leads to those bytes.
  bool step_to(const Bytes& wanted, std::size_t move) {
    const std::vector<Step> steps = space_.steps(*work_, state_);
    for (const Step& step : steps) {
      PlatformState next = state_;
      if (!space_.walk(*work_, next, step)) continue;
      Bytes bytes(WorldPacker::most_bytes);
      bytes.resize(space_.pack(*work_, next, bytes.data()));
      if (bytes != wanted) continue;
      if (is_unit_step(step)) {
        wait(move);
      } else {
        tell(step, move);
        course_.steps.back().changes = changes(step, next.world);
      }
      state_ = std::move(next);
      return true;
    }
    return false;
  }

  Course take() {
    course_.violation = judge_->record(property_).first;
    if (space_.grid().keeps_time() && state_.used.since_start != Grid::unlimited) {
      course_.since_start_us = space_.grid().us(state_.used.since_start);
    }
    return std::move(course_);
  }
  bool violated() const { return judge_->violated(property_); }

 private:
  bool changes(const Step& step, const World& after) const {
    return step.kind != StepKind::procedure || !differs_only_at(state_.world, after, step.actor);
  }

  // Units that pass one after another are one step.
  void wait(std::size_t move) {
    const bool goes_on = !course_.steps.empty() && is_unit_step(course_.steps.back().step);
    if (!goes_on) course_.steps.emplace_back();
    CourseStep& told = course_.steps.back();
    told.step = unit_step();
    told.move = move;
    told.changes = true;
    told.waits_us += space_.grid().unit_us;
    told.text = fmt::format("time_passes: {}", duration_text(told.waits_us));
  }

  // Takes the step once more, event by event, before the eyes of the judge. What the course
  // violates on its way is not what it is told for.
  void tell(const Step& step, std::size_t move) {
    if (violated()) judge_.emplace(space_.scenario().setup);
    CourseStep told;
    told.step = step;
    told.move = move;
    const Setup& setup = space_.scenario().setup;
    told.is_trigger = step.kind == StepKind::timer && step.actor == none;
    if (told.is_trigger) {
      told.text = "monitor fires";
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

  void fold(PlatformState& seen, const Event& event, const Step& step, CourseStep& told) {
    if (space_.fate_of(*work_, seen, event) != PlatformSpace::Fate::folded) return;
    const Occurrence occurrence{event, ++sequence_, 0, &step, false};
    judge_->before(seen.world, clock_, occurrence);
    evolve(seen.world, event);
    judge_->after(seen.world, clock_, occurrence);
    told.events.push_back(event);
  }

  const PlatformSpace& space_;
  std::string_view property_;
  PlatformSpace::Scratch work_;
  std::optional<Judge> judge_;
  Clock clock_;
  PlatformState state_;
  Course course_;
  std::uint64_t sequence_ = 0;
};

}  // namespace

std::optional<Course> walk_again(const PlatformSpace& space, const Trace& trace) {
  PlatformSpace::Scratch work = space.scratch();
  MoveWalker moves(space, *work);
  CourseWalker walker(space, space.property_name(trace.property));
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const std::vector<Bytes> states = moves.walk(trace.states[i], trace.steps[i]);
    if (states.empty()) return std::nullopt;
    for (const Bytes& state : states) {
      if (!walker.step_to(state, i)) return std::nullopt;
    }
  }
  if (!walker.violated()) return std::nullopt;
  return walker.take();
}

Scenario scenario_of(const PlatformSpace& space, const Course& course) {
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
  for (const CourseStep& step : course.steps) {
    add(step.text);
    if (step.is_trigger) {
      add("monitor a");
      if (step.step.argument != 0) add("monitor b");
    }
    if (!bounds.delete_immediate) continue;
    for (const Event& event : step.events) {
      if (event.type == EventType::pod_delete_requested) {
        add(fmt::format("pod_ends (pod {})", event.pod));
      }
    }
  }
  Expectation violates;
  violates.kind = ExpectationKind::violates;
  violates.property = course.violation.property->name;
  scenario.expect = {violates};
  return scenario;
}

}  // namespace holdfast
