// What the parts of read_scenario() share. A part of scenario_reader.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <holdfast/sim/counted.h>
#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/node.h>
#include <holdfast/sim/input/shape.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

// --- what is so where nothing is said ---
inline constexpr Moment default_start{1'735'689'600 * second};  // 2025-01-01T00:00:00Z
inline constexpr std::int64_t shortest_run_us = 10 * minute;
// Each given pod is so much younger than the one before it.
inline constexpr std::int64_t age_step_us = minute;
// The age of the oldest of so many given pods; the youngest is at least a step old.
std::int64_t oldest_age_us(std::size_t count);

// How long a scenario lasts: long enough for all that it names.
std::int64_t default_until_us(const Scenario& scenario);

// A scenario that is being read from a tree of which scenario_shape() is known to be right.
struct ScenarioReading {
  // Something in the file that is good only if something else there fits.
  struct Reference {
    std::int64_t value = 0;
    Span where;
  };

  const Node& root;
  Diagnostics& diagnostics;
  Scenario scenario;
  std::vector<Reference> task_numbers;  // named by happenings and expectations
  std::vector<Reference> moments_us;    // named by happenings and expectations
  bool submits_go_on = false;  // some submit is repeated
  std::int64_t single_submits = 0;
  std::int64_t clock_steps_us = 0;  // all of them together

  // The pool of that name, the first without one; `none` with a diagnostic if there is no such
  // pool.
  PoolIndex pool_of(const Node* name);
  // The workspace of that name; made in the first pool if there is none yet.
  WorkspaceIndex workspace_of(const std::string& name);
  // The replica under the key `replica`; `none` without one.
  ReplicaIndex replica_of(const Node& mapping);
};

// given, when and expect. Each requires what stands before it in a scenario file.
void read_given(ScenarioReading& reading);
void read_happenings(ScenarioReading& reading);
void read_expectations(ScenarioReading& reading);

// Sets a knob to a value in whatever notation. The fault is empty, or says what the knob takes.
TextFault set_knob(Knobs& knobs, std::string_view knob, std::string_view value);
// The value of a knob as it is told to people.
std::string knob_text(const Knobs& knobs, std::string_view knob);

// Why the slot of tasks[i] cannot be, under these knobs; empty if it can.
std::string slot_fault(const Knobs& knobs, std::span<const GivenTask> tasks, std::size_t i);

}  // namespace holdfast
