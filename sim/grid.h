// Time in an exploration that keeps it (`--clock timed`): every duration is a whole number of one
// unit, now is the moment 0, and what was or will be lies so many units before or after it. A step
// of its own lets one unit pass; all other steps take no time.
//
// Kept: when each timer is due, how long each procedure has run, when a sleeping one wakes, and
// the ages of `timed`. Everything else that takes time (pods, agents, work, users, a server that
// is down, a message on its way) may take any time at all, and the other ages may come true at any
// time, as without a clock. So every behaviour of a timed walk whose procedures keep within
// `longest` is among those explored.
//
// Why whole units are enough: timers fire exactly when they are due and a procedure ends within
// its longest duration, both included; where constraints are closed and whole, behaviours in whole
// units reach what those in between reach. An age that comes true *after* a duration is open: at
// the very moment it may be either.
//
// Thread safety: the functions are pure but for what they are given.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/ages.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

struct SpaceBounds;

inline constexpr std::array tickers = {TimerKind::autoscaler, TimerKind::reconciler,
                                       TimerKind::monitor, TimerKind::agent_health,
                                       TimerKind::agent_cleanup};

struct Grid {
  static constexpr std::uint32_t unlimited = UINT32_MAX;

  std::int64_t unit_us = 0;  // 0: without a clock
  AgeSet timed = 0;          // ages that come true after their duration and no earlier
  // By kind of procedure, how many units one run takes at most.
  std::array<std::uint32_t, program_count> longest{};
  std::uint32_t most_longest = 0;         // the largest that is not unlimited
  std::uint32_t usual_longest = 0;        // of a run of which the scenario says nothing
  std::uint32_t most_due = 0;             // the latest that a timer may be due, in units
  std::uint32_t after_start = unlimited;  // no unit passes later than this after a server's start
  std::uint32_t timers = 0;               // bit per TimerKind: those that are kept

  bool keeps_time() const { return unit_us != 0; }
  bool keeps(TimerKind kind) const { return (timers >> static_cast<unsigned>(kind) & 1) != 0; }
  bool times(Age age) const { return (timed & age_bit(age)) != 0; }
  // So many units after the moment an age of `timed` comes true, or one moment later.
  std::uint32_t threshold(Age age) const;
  // Rounded up.
  std::uint32_t units(std::int64_t duration_us) const;
  std::int64_t us(std::uint32_t units) const { return units * unit_us; }
};

// How many calls one run of a program makes at most: so many for each pool, and more for each pod
// and each task that there ever is. Messages count as calls of the database; of steps in memory
// there are at most twice as many as of calls. Random walks hold these counts
// (tests/explore/calls_test.cpp), which were read from the programs.
struct Calls {
  std::int64_t cluster;
  std::int64_t cluster_per_pod;
  std::int64_t database;
  std::int64_t database_per_task;
};
Calls calls_of(Program program);

// Requires: grid_refusal() of both is empty.
Grid grid_of(const Scenario& scenario, const SpaceBounds& space);
// Why the time of the scenario cannot be kept: its unit would be too small. Empty: it can.
std::string grid_refusal(const Scenario& scenario);

// A procedure of this name that a step may start; Program::none: there is none.
Program startable_program(std::string_view name);
std::vector<std::string> startable_program_names();

// Counts the moments of the timers from `start`, and leaves out those that are not kept.
void begin_on_grid(World& world, const Grid& grid, Moment start);
// Whether a unit may pass: nothing is overdue, no procedure would take too long. `steps`: that may
// be taken now.
bool may_pass(const World& world, const Grid& grid, std::span<const Step> steps);
void pass_unit(World& world, const Grid& grid);

// The step that lets a unit pass.
Step unit_step();
bool is_unit_step(const Step& step);
// Appends the steps by which an age of `timed` comes true now.
void append_timed_ages(const World& world, const Grid& grid, std::vector<Step>& out);

}  // namespace holdfast
