#pragma once

// What libfyaml says about wrong YAML, in words that say what to do about it.
//
// Thread safety: all functions are pure but for what they are given.

#include <cstddef>
#include <optional>
#include <string>

#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

struct YamlFault {
  Place place;
  std::size_t offset = 0;  // the same as a byte offset
  std::string message;     // in the words of libfyaml
};

// Adds the diagnostic for `fault`. `open_bracket` is the offset of the innermost [ or { that is not
// closed where parsing stopped.
void report_yaml_fault(const YamlFault& fault, std::optional<std::size_t> open_bracket,
                       const Source& source, Diagnostics& diagnostics);

}  // namespace holdfast
