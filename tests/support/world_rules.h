// The invariants that world.h states of a World, and those of a world between two steps: who is up,
// connected and under way. A walk asks after every step.
#pragma once

#include <string>

#include <holdfast/model/model.h>

namespace holdfast {

// The first rule that the world breaks, with the place that breaks it; empty: it keeps all.
std::string broken_rule(const World& world, const Setup& setup);

}  // namespace holdfast
