// The timed walk: one path through the model, with virtual time in whole microseconds, latencies
// and choices drawn from named streams, and whatever a scenario makes happen.
//
// Ties: what is due at one moment happens in this order: happenings of the scenario, timers, the
// cluster and the agents, then steps of procedures; within one of these in the order in which they
// became due.
//
// Thread safety: one Simulator per thread; a Scenario may be shared.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <holdfast/sim/scenario.h>

namespace holdfast {

// An event as it stands in the course of a run.
struct Occurrence {
  const Event& event;
  std::uint64_t sequence;     // from 1
  std::uint64_t cause;        // sequence of the event that led to it; 0: none
  const Step* step;           // null in the opening, and where the course is read from a log
  bool opening = false;       // it tells how things stood at the start
};

// Looks on. `before` sees the world that the event is about to change, `after` the changed one.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void before(const World& world, const Clock& clock, const Occurrence& occurrence) = 0;
  virtual void after(const World& world, const Clock& clock, const Occurrence& occurrence) = 0;
};

// A happening that could not be, and why: the scenario asks for something that is not there.
struct Missed {
  int line = 0;
  std::int64_t at_us = 0;     // after the start
  std::string_view reason;
};

class Simulator {
 public:
  // Requires: the scenario outlives the simulator.
  Simulator(const Scenario& scenario, std::uint64_t seed);
  Simulator(Scenario&&, std::uint64_t) = delete;
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  void add_observer(Observer& observer);

  // Folds the opening, then goes on until `until_us` after the start, or until nothing is left to
  // happen. May be called again with a later moment.
  void run(std::int64_t until_us);

  const World& world() const;
  const Setup& setup() const;
  Clock clock() const;
  std::uint64_t events() const;   // folded so far
  std::uint64_t steps() const;    // taken so far
  const std::vector<Missed>& missed() const;
  // The place of the i-th pod that was ever created; `none` if there is none or its place is used
  // again.
  PodIndex pod_by_ordinal(std::uint16_t ordinal) const;
  // One last draw over all streams: two runs of the same thing agree in it.
  std::uint64_t unseed() const;

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

}  // namespace holdfast
