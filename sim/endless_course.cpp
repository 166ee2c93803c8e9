#include <holdfast/sim/endless_course.h>

#include <algorithm>
#include <set>

#include <holdfast/sim/course_walker.h>
#include <holdfast/sim/judge.h>
#include <holdfast/sim/run.h>

namespace holdfast {
namespace {

using Keys = std::vector<ProcessKey>;

bool has(const Keys& keys, const ProcessKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Who could take a step, a bound left aside.
Keys enabled(FairSteps& steps, StateBytes state) {
  Keys keys;
  steps.visit(state, [&](const FairStep& step) {
    if (!step.by.empty()) keys.push_back(step.by);
  });
  return keys;
}

// Takes out of `open` who has had a turn by the step, or cannot take one after it.
void settle(FairSteps& steps, Keys& open, StateBytes before, const TakenStep& taken) {
  std::erase(open, taken.by);
  bool is_found = false;
  steps.visit(before, [&](const FairStep& step) {
    if (is_found || step.by != taken.by || !std::ranges::equal(step.after, taken.after)) return;
    is_found = true;
    for (const ProcessKey& also : step.also) std::erase(open, also);
  });
  const Keys now = enabled(steps, taken.after);
  std::erase_if(open, [&](const ProcessKey& key) { return !has(now, key); });
}

// --- from a reduced graph ------------------------------------------------------------------------

class Unreducer {
 public:
  Unreducer(const PlatformSpace& reduced, const PlatformSpace& space)
      : work_(reduced.scratch()), moves_(reduced, *work_), steps_(space) {}

  // False if a move cannot be walked in the unreduced space.
  bool append(const PlatformGraph& graph, const std::vector<LassoStep>& way,
              std::vector<TakenStep>& taken) {
    for (const LassoStep& move : way) {
      const StateBytes from = graph.state(move.from);
      PackedBytes at(from.begin(), from.end());
      const std::vector<PackedBytes> states = moves_.walk(at, move.step);
      if (states.empty()) return false;
      for (const PackedBytes& next : states) {
        bool is_found = false;
        steps_.visit(at, [&](const FairStep& step) {
          if (is_found || !std::ranges::equal(step.after, next)) return;
          is_found = true;
          taken.push_back({step.by, next});
        });
        if (!is_found) return false;
        at = next;
      }
    }
    return true;
  }

  // Lets everybody who could take a step throughout the loop, and does not, take a round that comes
  // back to where it began.
  bool add_rounds(const PackedBytes& begin, std::vector<TakenStep>& loop) {
    for (;;) {
      Keys open = enabled(steps_, begin);
      for (std::size_t i = 0; i < loop.size(); ++i) {
        settle(steps_, open, i == 0 ? begin : loop[i - 1].after, loop[i]);
      }
      if (open.empty()) return true;
      bool is_added = false;
      for (std::size_t i = 0; i <= loop.size() && !is_added; ++i) {
        is_added = add_round(open.front(), i == 0 ? begin : loop[i - 1].after, i, loop);
      }
      if (!is_added) return false;
    }
  }

 private:
  static constexpr std::size_t most_round = 200;

  bool add_round(const ProcessKey& who, PackedBytes home, std::size_t place,
                 std::vector<TakenStep>& loop) {
    others_ = enabled(steps_, home);
    seen_.clear();
    round_.clear();
    if (!go_round(who, home, home)) return false;
    loop.insert(loop.begin() + static_cast<std::ptrdiff_t>(place), round_.begin(), round_.end());
    return true;
  }

  // By a step of `who` first, then only by steps of what that has started, home again.
  bool go_round(const ProcessKey& who, const PackedBytes& at, const PackedBytes& home) {
    std::vector<TakenStep> next;
    steps_.visit(at, [&](const FairStep& step) {
      if (step.by.empty() || step.after.empty()) return;
      if (round_.empty() ? step.by != who : has(others_, step.by)) return;
      next.push_back({step.by, {step.after.begin(), step.after.end()}});
    });
    for (TakenStep& step : next) {
      const bool is_home = step.after == home;
      if (!is_home && (round_.size() == most_round || !seen_.insert(step.after).second)) continue;
      round_.push_back(step);
      if (is_home || go_round(who, step.after, home)) return true;
      round_.pop_back();
    }
    return false;
  }

  PlatformSpace::Scratch work_;
  MoveWalker moves_;
  FairSteps steps_;
  Keys others_;
  std::set<PackedBytes> seen_;
  std::vector<TakenStep> round_;
};

}  // namespace

std::optional<TakenLasso> unreduced_steps_of(const PlatformSpace& reduced,
                                             const PlatformSpace& space, const PlatformGraph& graph,
                                             const Lasso& lasso) {
  Unreducer unreducer(reduced, space);
  TakenLasso taken;
  if (!unreducer.append(graph, lasso.stem, taken.stem)) return std::nullopt;
  if (!unreducer.append(graph, lasso.loop, taken.loop)) return std::nullopt;
  const StateBytes begin = graph.state(lasso.begin);
  if (!unreducer.add_rounds({begin.begin(), begin.end()}, taken.loop)) return std::nullopt;
  return taken;
}

TakenLasso steps_of(const PlatformSpace& space, const PlatformGraph& graph, const Lasso& lasso) {
  FairSteps steps(space);
  const auto take = [&](const LassoStep& wanted) {
    TakenStep taken;
    std::uint32_t number = 0;
    steps.visit(graph.state(wanted.from), [&](const FairStep& step) {
      if (number++ == wanted.step) taken = {step.by, {step.after.begin(), step.after.end()}};
    });
    return taken;
  };
  TakenLasso taken;
  for (const LassoStep& step : lasso.stem) taken.stem.push_back(take(step));
  for (const LassoStep& step : lasso.loop) taken.loop.push_back(take(step));
  return taken;
}

// --- once more -----------------------------------------------------------------------------------

namespace {

bool is_owed(const World& world, const Setup& setup, const Debt& debt) {
  std::vector<Entities> owed;
  debt.property->owed(world, setup, Clock::untimed(), owed);
  return std::find(owed.begin(), owed.end(), debt.who) != owed.end();
}

}  // namespace

std::optional<EndlessCourse> walk_for_ever(const PlatformSpace& space, const Debt& debt,
                                           const TakenLasso& lasso) {
  const Setup& setup = space.scenario().setup;
  CourseWalker walker(space);
  FairSteps steps(space);
  std::size_t number = 0;
  const auto take = [&](const TakenStep& wanted) {
    return walker.step_to(wanted.after, number++, [&](const World& world, const Step& step) {
      return process_of(world, step) == wanted.by;
    });
  };
  for (const TakenStep& step : lasso.stem) {
    if (!take(step)) return std::nullopt;
  }
  const PackedBytes begin = walker.packed();
  Keys open = enabled(steps, begin);
  if (!is_owed(walker.world(), setup, debt)) return std::nullopt;
  for (const TakenStep& step : lasso.loop) {
    const PackedBytes before = walker.packed();
    if (!take(step) || !is_owed(walker.world(), setup, debt)) return std::nullopt;
    settle(steps, open, before, step);
  }
  if (walker.packed() != begin || !open.empty()) return std::nullopt;
  EndlessCourse endless;
  endless.sentence = fill_sentence(debt.property->violation, walker.world(), setup, debt.who);
  endless.course = walker.take();
  endless.loop_begin = lasso.stem.size();
  return endless;
}

// --- as a scenario -------------------------------------------------------------------------------

namespace {

// When the last step is taken, after the start; nothing if one of them cannot be taken.
std::optional<std::int64_t> length_us(const Scenario& scenario) {
  RunOptions options;
  options.seed = scenario.seed;
  options.until_us = 0;
  const RunResult run = run_scenario(scenario, options);
  if (!run.missed.empty()) return std::nullopt;
  return run.end.us - scenario.start.us;
}

}  // namespace

std::optional<Scenario> scenario_of(const PlatformSpace& space, const EndlessCourse& course,
                                    std::string_view property) {
  Course stem = course.course;
  stem.steps.resize(course.loop_begin);
  const std::optional<std::int64_t> begin_us = length_us(scenario_of(space, stem, property));
  Scenario whole = scenario_of(space, course.course, property);
  const std::optional<std::int64_t> end_us = length_us(whole);
  if (!begin_us || !end_us) return std::nullopt;
  const bool is_still = course.loop_begin == course.course.steps.size();
  const std::int64_t owed_us = is_still ? 5 * minute : *end_us - *begin_us - 1;
  if (owed_us <= 0) return std::nullopt;
  // It is owed since before the loop began: what is rounded down is still owed.
  const std::int64_t unit_us = owed_us < second ? 1 : second;
  whole.expect.front().within_us = owed_us - owed_us % unit_us;
  whole.until_us = std::max(is_still ? *end_us + owed_us + second : *end_us, second);
  RunOptions options;
  options.seed = whole.seed;
  expect_the_rest(run_scenario(whole, options).records, whole);
  if (!run_scenario(whole, options).passed) return std::nullopt;
  return whole;
}

}  // namespace holdfast
