#pragma once

// The Kubernetes manifest of an agent pod as the platform would create it, for a look before a pool
// configuration is saved.
//
// Thread safety: all functions are pure.

#include <string>
#include <string_view>

#include <holdfast/model/moment.h>
#include <holdfast/model/pool_config.h>

namespace holdfast {

// The manifest as YAML. Keys stand in a fixed order, variables of the configuration sorted by name
// after the platform's own; texts are quoted wherever YAML could read them as anything else.
// Requires: the configuration's texts are valid UTF-8.
std::string pod_manifest(const PoolConfig& config, std::string_view pool_id, Moment created);

// `text` as a YAML scalar: plain where that is safe, else in double quotes. Requires: valid UTF-8.
std::string yaml_scalar(std::string_view text);

}  // namespace holdfast
