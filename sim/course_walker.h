// Walks the world that a scenario's opening makes, one step at a time towards given packed states,
// and tells each step with the names that things have.
//
// Thread safety: one CourseWalker per thread.
#pragma once

#include <optional>
#include <vector>

#include <holdfast/sim/course.h>
#include <holdfast/sim/move_walker.h>

namespace holdfast {

class CourseWalker {
 public:
  // `property`: a never-property that the last step is to violate; empty: none. Requires: the
  // space and the name outlive this.
  explicit CourseWalker(const PlatformSpace& space, std::string_view property = {});

  // Takes the first step that leads to those bytes; false if there is none. `move`: what the step
  // belongs to.
  bool step_to(StateBytes wanted, std::size_t move);
  // The same for a step that `fits(world, step)`.
  template <class Fits>
  bool step_to(StateBytes wanted, std::size_t move, Fits fits) {
    for (const Step& step : steps()) {
      if (fits(std::as_const(state_.world), step) && try_step(step, wanted, move)) return true;
    }
    return false;
  }

  const World& world() const { return state_.world; }
  PackedBytes packed();
  bool violated() const { return !property_.empty() && judge_->violated(property_); }
  // What was walked, with the violation of the property, if there is one.
  Course take();

 private:
  std::vector<Step> steps() { return space_.steps(*work_, state_); }
  bool try_step(const Step& step, StateBytes wanted, std::size_t move);
  bool changes(const Step& step, const World& after) const;
  void wait(std::size_t move);
  void tell(const Step& step, std::size_t move);
  void fold(PlatformState& seen, const Event& event, const Step& step, CourseStep& told);

  const PlatformSpace& space_;
  std::string_view property_;
  PlatformSpace::Scratch work_;
  std::optional<Judge> judge_;
  Clock clock_;
  PlatformState state_;
  Course course_;
  std::uint64_t sequence_ = 0;
};

}  // namespace holdfast
