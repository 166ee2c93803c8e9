#pragma once

// Reads input files from disk.

#include <string>
#include <variant>

#include <holdfast/sim/input/diagnostic.h>
#include <holdfast/sim/input/source.h>

namespace holdfast {

// The text of the file at `path`, or of standard input for "-" (called "standard input" in
// messages). Otherwise why not: it does not exist, is a folder, may not be read, is too large, or
// is no text.
// Of a larger file little more than max_source_bytes is read, or nothing when its size is known.
std::variant<Source, Diagnostic> read_file(const std::string& path);

}  // namespace holdfast
