// A course that a scenario gives step by step: each step is taken at the first moment at which the
// clock lets it be taken, and nothing else happens.
#include <algorithm>

#include <holdfast/model/duration_text.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/ages.h>
#include <holdfast/sim/simulator_run.h>
#include <holdfast/sim/step_text.h>

namespace holdfast {
namespace {

// Between two steps that need not wait for anything.
constexpr std::int64_t step_us = millisecond;

// When the procedure or timer that is not ready yet will be.
Moment ready_at(const World& world, const Step& step, Moment now) {
  if (step.kind == StepKind::timer) return std::max(now, world.timers[step.actor].due);
  if (step.kind == StepKind::procedure) return std::max(now, world.procedures[step.actor].wake);
  return now;
}

constexpr std::uint32_t every_fault =
    (std::uint32_t{1} << (static_cast<unsigned>(Fault::replica_crash) + 1)) - 1;

}  // namespace

bool Simulator::Run::take_given(const std::string& text) {
  constexpr std::string_view waits = "time_passes: ";
  if (text.starts_with(waits)) {
    const std::string_view what = std::string_view(text).substr(waits.size());
    if (const auto age = value_named<Age>(what)) {
      now_ = later(now_, limit_us(*age) == 0 ? 0 : limit_us(*age) + second);
      return true;
    }
    const TextResult<std::int64_t> duration = parse_duration(what);
    if (duration.value) now_ = later(now_, *duration.value);
    return duration.value.has_value();
  }
  // Without a clock whatever may be taken at some time may be taken now.
  for (const Step& step : holdfast::steps(world_, scenario_.setup, Clock::untimed(), every_fault)) {
    if (step_text(world_, scenario_.setup, step) != text) continue;
    now_ = ready_at(world_, step, later(now_, step_us));
    const std::vector<Step> may = holdfast::steps(world_, scenario_.setup, clock(), every_fault);
    if (std::find(may.begin(), may.end(), step) == may.end()) continue;
    take_step(step);
    return true;
  }
  return false;
}

void Simulator::Run::follow_schedule() {
  for (; followed_ < scenario_.schedule.size(); ++followed_) {
    const ScheduledStep& step = scenario_.schedule[followed_];
    if (take_given(step.text)) continue;
    missed_.push_back({step.line, now_.us - scenario_.start.us, "this step may not be taken here"});
    followed_ = scenario_.schedule.size();
    return;
  }
}

}  // namespace holdfast
