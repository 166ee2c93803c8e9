// A recording of the real platform: what was done to it, and the whole state after each operation.
// Its form is told by FORMAT.md beside the recordings. A recording is data of others: what does not
// have that form ends the reading with a message.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace holdfast {

using Json = nlohmann::json;

struct Recording {
  std::string name;             // of the file, without endings
  // One per operation, which is its member `op`; of a pinned one no more than its `digest`.
  std::vector<Json> states;
};

// The script files in `folder` that have a recording beside them, by name: the states, plain, .gz
// or .zst, or a digest of each (`X.digests.txt`).
std::vector<std::filesystem::path> scripts_in(const std::filesystem::path& folder);

// Throws std::runtime_error naming the file and the line.
Recording read_recording(const std::filesystem::path& script);

}  // namespace holdfast
