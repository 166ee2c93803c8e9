// Why the state machines refuse an event: how things stand that it wants to change. Pure.
#pragma once

#include <string>

#include <holdfast/model/model.h>
#include <holdfast/replay/entity_names.h>

namespace holdfast {

// "pod iac-agent-pool-a-1762590434 is gone"; empty if the entity is not there, or has no state.
std::string state_before(const World& world, const EntityNames& names, const Event& event);

}  // namespace holdfast
