// The names that people and logs use for entities: made from a world and its setup, never stored in
// it. replay/entity_names.h goes the other way and knows which names are ambiguous.
//
// Thread safety: all functions are pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <holdfast/model/steps.h>

namespace holdfast {

// The unix second that a moment falls into, as it stands in a pod's name; 0 for an abstract moment.
std::int64_t name_second(Moment created);

// "iac-agent-<pool>-<unix second of its creation>": what the platform calls a pod.
std::string pod_name(std::string_view pool, Moment created);

// The name of the pod in that place, also after it is gone, until the place is used again. Pods of
// an untimed world, and pods that were created in one second after each other, share a name. A
// place that never held a pod is "#<place>".
std::string pod_name(const World& world, const Setup& setup, PodIndex pod);

// The pool's and the workspace's id; "#<place>" if the setup has none for it, or an empty one.
std::string pool_id(const Setup& setup, PoolIndex pool);
std::string workspace_id(const Setup& setup, WorkspaceIndex workspace);

// "task 598": by the number that people see; "task #<place>" if there is none in that place.
std::string task_name(const World& world, TaskIndex task);

}  // namespace holdfast
