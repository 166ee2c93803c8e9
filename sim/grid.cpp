#include <holdfast/sim/grid.h>

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/sim/opening.h>
#include <holdfast/sim/space_bounds.h>

namespace holdfast {
namespace {

constexpr Calls calls_of_most = {12, 4, 20, 3};

}  // namespace

Calls calls_of(Program program) {
  switch (program) {
    case Program::reconciler_cycle:
      return {1, 1, 1, 1};
    case Program::start_up:
      return {4, 3, 5, 1};
    case Program::recover:
      return {0, 0, 4, 2};
    case Program::rotate_token:  // looks thirty times whether its pods are gone
      return {45, 4, 20, 3};
    default:
      return calls_of_most;
  }
}

namespace {

// The choice of a time_passes step that lets a unit pass; ages.cpp has those below.
constexpr std::uint16_t unit_passes = 2;

// A timer that is due in more units than this would take too many states, and too many bits.
constexpr std::uint32_t most_units = 100'000;

// The ages that are kept: those with one duration that is short enough.
constexpr AgeSet measurable =
    age_bit(Age::startup_over) | age_bit(Age::idle_for_a_minute) | age_bit(Age::silent);

constexpr std::uint32_t bit(TimerKind kind) { return 1U << static_cast<unsigned>(kind); }

// Without those whose rounds find nothing, because what they look for never comes true.
std::uint32_t kept_timers(const Scenario& scenario, const Bounds& bounds) {
  std::uint32_t kept = bit(TimerKind::autoscaler);
  if (scenario.setup.knobs.reconciler == Reconciler::own_ticker) kept |= bit(TimerKind::reconciler);
  if (!bounds.triggers_any_time) kept |= bit(TimerKind::monitor) | bit(TimerKind::retry);
  const AgeSet ages = *bounds.ages;
  if ((ages & age_bit(Age::silent)) != 0) kept |= bit(TimerKind::agent_health);
  if ((ages & age_bit(Age::ping_overdue)) != 0) kept |= bit(TimerKind::agent_cleanup);
  return kept;
}

// Whether some procedure may sleep: for a second, or for two.
bool may_sleep(const Scenario& scenario, const SpaceBounds& space) {
  const Knobs& knobs = scenario.setup.knobs;
  if (knobs.create_waits_for_name) return true;
  if (space.bounds.user_actions == 0) return false;
  const bool rebuilds = knobs.on_config_save == OnConfigSave::rebuild_idle &&
                        (space.users & kind_bit(StepKind::save_config)) != 0;
  return rebuilds || (space.users & kind_bit(StepKind::rotate_token)) != 0;
}

// Every moment at which a timer is armed to fire, as a duration.
std::vector<std::int64_t> dues_us(const Scenario& scenario, const Grid& grid) {
  std::vector<std::int64_t> all;
  for (const TimerKind kind : tickers) {
    if (grid.keeps(kind)) all.push_back(ticker_interval_us(kind));
  }
  all.push_back(ticker_interval_us(TimerKind::autoscaler) + scenario.setup.knobs.autoscaler_delay);
  if (grid.keeps(TimerKind::retry)) all.insert(all.end(), {5 * second, minute});
  for (const Event& event : opening(scenario).events) {
    if (event.type != EventType::server_timer_armed || !grid.keeps(event.timer)) continue;
    all.push_back(event.at.us - scenario.start.us);
  }
  return all;
}

std::int64_t unit_of(const Scenario& scenario, const SpaceBounds& space, const Grid& grid) {
  std::int64_t unit = 0;
  for (const std::int64_t due : dues_us(scenario, grid)) unit = std::gcd(unit, due);
  for (std::size_t i = 0; i < count_of<Age>; ++i) {
    const auto age = static_cast<Age>(i);
    if (grid.times(age)) unit = std::gcd(unit, limit_us(age));
  }
  if (space.bounds.unit_us > 0) unit = std::gcd(unit, space.bounds.unit_us);
  return may_sleep(scenario, space) ? std::gcd(unit, second) : unit;
}

// What the calls of one run take at most by the scenario's latencies.
std::int64_t usual_longest_us(const Scenario& scenario, const Bounds& bounds, const Calls& calls) {
  const Timings& timings = scenario.timings;
  const std::int64_t cluster_us = timings.cluster_call.maximum_us();
  const std::int64_t database_us = timings.database_call.maximum_us();
  const std::int64_t memory_us = timings.memory_step.maximum_us();
  constexpr std::int64_t most_us = longest_duration_us / 1'000'000;
  if (std::max({cluster_us, database_us, memory_us}) > most_us) return Distribution::never_us;
  const auto pools = static_cast<std::int64_t>(scenario.pools.size());
  const std::int64_t cluster = calls.cluster * pools + calls.cluster_per_pod * bounds.pods;
  const std::int64_t database = calls.database * pools + calls.database_per_task * bounds.tasks;
  // Of steps in memory there are at most twice as many.
  return cluster * cluster_us + database * database_us + 2 * (cluster + database) * memory_us +
         std::min(timings.goroutine_start.maximum_us(), most_us);
}

Grid without_durations(const Scenario& scenario, const SpaceBounds& space) {
  Grid grid;
  grid.timers = kept_timers(scenario, space.bounds);
  grid.timed = measurable & *space.bounds.ages;
  grid.unit_us = unit_of(scenario, space, grid);
  for (const std::int64_t due : dues_us(scenario, grid)) {
    grid.most_due = std::max(grid.most_due, grid.units(due));
  }
  return grid;
}

bool is_counted(const Procedure& procedure, const Grid& grid) {
  return procedure.depth != 0 && procedure.replica != none && procedure.wake == never &&
         grid.longest[static_cast<std::size_t>(procedure.kind())] != Grid::unlimited;
}

std::int64_t longest_us(const Procedure& procedure, const Grid& grid) {
  return grid.us(grid.longest[static_cast<std::size_t>(procedure.kind())]);
}

bool is_kept(const Grid& grid, Age age, Moment moment) {
  return grid.times(age) && moment != never && moment != elapsed;
}

}  // namespace

std::uint32_t Grid::threshold(Age age) const { return units(limit_us(age)); }

std::uint32_t Grid::units(std::int64_t duration_us) const {
  const std::int64_t count = duration_us / unit_us + (duration_us % unit_us != 0 ? 1 : 0);
  return count < unlimited ? static_cast<std::uint32_t>(count) : unlimited;
}

Grid grid_of(const Scenario& scenario, const SpaceBounds& space) {
  Grid grid = without_durations(scenario, space);
  const auto limited = [&](std::int64_t us) {
    const std::uint32_t units = grid.units(us);
    return units > most_units ? Grid::unlimited : units;
  };
  for (int p = 0; p < program_count; ++p) {
    const Calls calls = calls_of(static_cast<Program>(p));
    grid.longest[static_cast<std::size_t>(p)] =
        limited(usual_longest_us(scenario, space.bounds, calls));
  }
  grid.usual_longest = limited(usual_longest_us(scenario, space.bounds, calls_of_most));
  for (const LongestRun& run : space.bounds.longest) {
    grid.longest[static_cast<std::size_t>(startable_program(run.program))] = limited(run.us);
  }
  for (const std::uint32_t longest : grid.longest) {
    if (longest != Grid::unlimited) grid.most_longest = std::max(grid.most_longest, longest);
  }
  if (space.bounds.after_start_us >= 0) grid.after_start = limited(space.bounds.after_start_us);
  return grid;
}

std::string grid_refusal(const Scenario& scenario) {
  const Grid grid = without_durations(scenario, space_bounds(scenario));
  if (grid.most_due <= most_units) return {};
  return fmt::format("its durations have no common unit but {}, which is too small for a clock",
                     duration_text(grid.unit_us));
}

std::vector<std::string> startable_program_names() {
  constexpr std::array startable = {
      Program::autoscaler_cycle, Program::reconciler_cycle,  Program::start_up,
      Program::recover,          Program::try_next,          Program::push,
      Program::monitor,          Program::execute_confirmed, Program::scale_up_now,
      Program::report_status,    Program::report_message,    Program::reserve_slot,
      Program::release_slot,     Program::confirm,           Program::cancel,
      Program::save_config,      Program::sync_pool,         Program::rotate_token,
      Program::unfreeze,         Program::connect_agent,     Program::check_agents,
      Program::check_rows};
  std::vector<std::string> names;
  for (const Program program : startable) names.emplace_back(info(program).name);
  return names;
}

Program startable_program(std::string_view name) {
  const std::vector<std::string> names = startable_program_names();
  const bool is_startable = std::find(names.begin(), names.end(), name) != names.end();
  return is_startable ? program_named(name) : Program::none;
}

void begin_on_grid(World& world, const Grid& grid, Moment start) {
  for (Timer& timer : world.timers) {
    if (grid.keeps(timer.kind)) {
      timer.due.us -= start.us;
    } else {
      timer = Timer{};
    }
  }
}

bool may_pass(const World& world, const Grid& grid, std::span<const Step> steps) {
  for (const Step& step : steps) {
    if (step.kind == StepKind::timer && step.actor != none) return false;
    if (step.kind != StepKind::procedure) continue;
    const Procedure& procedure = world.procedures[step.actor];
    if (is_counted(procedure, grid) && -procedure.began.us >= longest_us(procedure, grid)) {
      return false;
    }
  }
  bool may = true;
  for_each_age(world, [&](Age age, const Moment& moment) {
    if (is_kept(grid, age, moment) && -moment.us >= grid.us(grid.threshold(age))) may = false;
  });
  return may;
}

void pass_unit(World& world, const Grid& grid) {
  for (Timer& timer : world.timers) {
    if (timer.kind == TimerKind::none) continue;
    timer.due.us -= grid.unit_us;
    const std::int64_t beat = ticker_interval_us(timer.kind);
    if (beat != 0 && timer.due.us <= -beat) timer.due.us += beat;
  }
  for (Procedure& procedure : world.procedures) {
    if (is_counted(procedure, grid)) {
      procedure.began.us =
          std::max(procedure.began.us - grid.unit_us, -longest_us(procedure, grid));
    }
    if (procedure.wake == never) continue;
    procedure.wake.us -= grid.unit_us;
    if (procedure.wake.us <= 0) procedure.wake = never;
  }
  for_each_age(world, [&](Age age, Moment& moment) {
    if (is_kept(grid, age, moment)) moment.us -= grid.unit_us;
  });
}

Step unit_step() { return {.kind = StepKind::time_passes, .actor = none, .choice = unit_passes}; }

bool is_unit_step(const Step& step) {
  return step.kind == StepKind::time_passes && step.choice == unit_passes;
}

void append_timed_ages(const World& world, const Grid& grid, std::vector<Step>& out) {
  Step step{.kind = StepKind::time_passes, .actor = 0, .choice = 0};
  for_each_age(world, [&](Age age, const Moment& moment) {
    if (is_kept(grid, age, moment) && -moment.us >= grid.us(grid.threshold(age))) {
      out.push_back(step);
    }
    ++step.actor;
  });
}

}  // namespace holdfast
