// A random walk over the model with nothing behind it but steps, take and evolve: from an empty
// platform with every server down, timed or untimed, with whichever faults are asked for. Each walk
// follows from its seed alone.
//
// Invariants
// 1. Every event of every step is accepted; a refusal ends the walk and is told by problem().
// 2. The world between two steps keeps every rule of world_rules.h, or problem() tells which not.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <holdfast/model/model.h>

namespace holdfast {

struct WalkSetup {
  Setup setup;
  bool timed = true;
  std::uint32_t faults = 0;
  int replicas = 1;
  std::uint64_t seed = 1;
};

// Knobs of that profile, two pools, three workspaces of which one is local, and templates of tasks
// and configurations.
WalkSetup walk_setup(const Knobs& knobs, std::uint64_t seed);

// Every knob at a value of its own, drawn: what no profile combines.
Knobs drawn_knobs(std::uint64_t seed);

class RandomWalk {
 public:
  explicit RandomWalk(const WalkSetup& setup);

  // Takes one step that may happen next, of an actor drawn from all. False when something is wrong.
  bool step();
  // The same for many steps.
  bool run(int steps);
  // Empty while all is well.
  const std::string& problem() const { return problem_; }

  const World& world() const { return world_; }
  const Setup& setup() const { return setup_.setup; }
  const Clock& clock() const { return clock_; }
  std::uint32_t faults() const { return setup_.faults; }
  const std::vector<Actor>& actors();  // all that the world has now
  // Called with every step, the world before it, its events, and the world after it.
  std::function<void(const Step&, const World&, const Events&, const World&)> watch;

 private:
  std::uint64_t draw();
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(draw() % end); }
  bool is_crowded() const;
  void let_time_pass();
  void age_something();
  bool take_step(const Step& step);
  bool fold(const Event& event);

  WalkSetup setup_;
  World world_;
  World before_;
  Clock clock_;
  Events events_;
  std::vector<Actor> actors_;
  std::vector<Step> steps_;
  std::uint64_t state_;
  std::string problem_;
};

}  // namespace holdfast
