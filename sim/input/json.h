#pragma once

// JSON text to a tree of nodes, by simdjson. Strings are quoted scalars, numbers and booleans plain
// ones, so the same shapes and readers serve YAML and JSON.
//
// Thread safety: all functions are pure but for what they are given.

#include <optional>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/node.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

// The object or array in `source`, or nothing with one diagnostic added. Refused besides what is no
// JSON: a key given twice, more than max_node_depth levels, more than max_nodes values.
std::optional<Node> parse_json(const Source& source, Diagnostics& diagnostics);

}  // namespace holdfast
