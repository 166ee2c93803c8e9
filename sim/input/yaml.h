#pragma once

// YAML 1.2 text to a tree of nodes, by libfyaml. Nothing is printed. What scenario files have no
// use for is refused with a message of its own: tags, merge keys, a second document, keys that are
// no text. Aliases are followed, and time and memory stay bounded whatever the text says.
//
// Thread safety: all functions are pure but for what they are given.

#include <optional>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/node.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

// The root of the one document in `source`, or nothing with at least one diagnostic added.
std::optional<Node> parse_yaml(const Source& source, Diagnostics& diagnostics);

}  // namespace holdfast
