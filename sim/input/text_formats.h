#pragma once

// The forms of text that Kubernetes asks for, for text_shape() and dictionary_shape(). All of them
// live for the whole run of the program.
//
// Thread safety: all functions are pure.

#include <string_view>

#include <holdfast/sim/input/shape.h>

namespace holdfast {

// An amount that is not negative: 500m, 2, 1.5Gi, 1e3.
extern const TextFormat kubernetes_quantity;

// What a container may ask for: cpu, memory, ephemeral-storage, hugepages-<size>, or a name with a
// domain such as nvidia.com/gpu.
extern const TextFormat resource_name;

// The name of an environment variable.
extern const TextFormat environment_name;

// The name of a container image, perhaps with registry, tag or digest.
extern const TextFormat image_name;

// Lower case letters, digits and '-', at most 42 characters, so that the name of a pod
// (`iac-agent-<pool>-<second>`) fits into the 63 of a host name.
extern const TextFormat pool_name;

}  // namespace holdfast
