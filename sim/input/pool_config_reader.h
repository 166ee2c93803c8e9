#pragma once

// Pool configurations from JSON (as the platform stores them) or YAML, with every check: names,
// types, ranges, quantities, minimum against maximum, and the keys that belong elsewhere.
//
// Thread safety: all functions are pure but for what they are given.

#include <optional>
#include <vector>

#include <holdfast/model/pool_config.h>
#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/node.h>
#include <holdfast/sim/input/shape.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

inline constexpr int max_pool_replicas = 1000;

// The shape of a pool configuration file.
const Shape& pool_config_shape();

// `shape` with the fields of a pool configuration added, for a mapping that holds more than that;
// the image may be left out. Its rule becomes that of a pool configuration.
Shape with_pool_config(Shape shape);

// The name of a pool: part of pod names and a label, so lower case letters, digits and '-'.
Shape pool_id_shape();

// Requires: check() accepted `node` with pool_config_shape() or a shape of with_pool_config().
PoolConfig pool_config_of(const Node& node);

// The configuration in a file: JSON or YAML by the end of its name (.json, .yaml, .yml), with
// another name JSON when the text starts with '{'. Nothing, with diagnostics added, when there is a
// mistake.
std::optional<PoolConfig> read_pool_config(const Source& source, Diagnostics& diagnostics);

}  // namespace holdfast
