// Turns something that a scenario makes happen into the step that does it, in the world as it is.
// Internal to the simulator.
//
// Thread safety: all functions are pure but for what they are given.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include <holdfast/sim/random.h>
#include <holdfast/sim/scenario.h>

namespace holdfast {

// Pods in the order in which they were created: place and moment of creation.
using PodOrdinals = std::vector<std::pair<PodIndex, Moment>>;

// `none` if there is no such pod or its place belongs to another by now.
PodIndex pod_of_ordinal(const World& world, const PodOrdinals& ordinals, std::uint16_t ordinal);

struct HappeningContext {
  const World& world;
  const Scenario& scenario;
  RandomStreams& streams;
  const PodOrdinals& ordinals;
};

struct HappeningResult {
  Step step;
  bool has_step = false;
  std::int64_t advance_us = 0;     // the clock jumps by so much
  std::string_view missed;         // why it cannot be; empty: it can
};
HappeningResult plan_happening(const HappeningContext& context, const Happening& happening);

}  // namespace holdfast
