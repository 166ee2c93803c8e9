// The heart: everything that walks the platform (one timed path, many random ones, all of them, a
// log) uses these functions and nothing else of the model.
//
//   steps     what may happen next: every alternative, users and faults included
//   take      the events that one step produces; decides, changes nothing
//   evolve    the world after an event; the only way that state changes
//   properties (properties.h) see each event between the world before it and the world after it
//
// Time is an argument (Clock), chance is an argument (which of the steps), a timer is a step.
//
//   World world;                                    // nothing exists
//   Events events;
//   for (const Step& step : steps(world, setup, clock)) {
//     take(world, setup, clock, step, events);      // one alternative
//     World next = world;
//     for (const Event& event : events) evolve(next, event);
//   }
//
// Where next: slot_machine.h (a state machine), procedures/README.md (the table of steps),
// procedures/sync_pods.cpp (a procedure), properties.h, then sim/simulator.h.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <holdfast/model/steps.h>

namespace holdfast {

// What can act: the owner of a step. Steps of different actors do not exclude each other by
// themselves; an actor's alternatives do.
enum class ActorKind : std::uint8_t { procedure, timer, pod, agent, replica, task, users };
struct Actor {
  ActorKind kind = ActorKind::procedure;
  std::uint16_t index = 0;

  auto operator<=>(const Actor&) const = default;
};

// Every step that may happen next, without faults that were not asked for.
// `faults`: which kinds of fault to list as alternatives, a bit per Fault.
std::vector<Step> steps(const World& world, const Setup& setup, const Clock& clock,
                        std::uint32_t faults = 0);
// Appends the steps of one actor: steps() is the union over all of them.
void append_steps(const World& world, const Setup& setup, const Clock& clock, Actor actor,
                  std::uint32_t faults, std::vector<Step>& out);
constexpr std::uint32_t fault_bit(Fault fault) {
  return std::uint32_t{1} << static_cast<unsigned>(fault);
}

// Replaces `out` by the events of `step`.
// Requires: `step` is one of steps(world, setup, clock, faults) for some faults.
void take(const World& world, const Setup& setup, const Clock& clock, const Step& step,
          Events& out);

// Folds one event. Empty, or why the state machines refuse it; the world is then unchanged.
std::string_view evolve(World& world, const Event& event);

// Whether the task machine has the arrow that a task event asks for from status `from`. A procedure
// that writes back a row which changed meanwhile sets Event::flag: the database takes it all the
// same.
bool task_allows(TaskStatus from, const Event& event);

StepInfo describe(const World& world, const Step& step);

}  // namespace holdfast
