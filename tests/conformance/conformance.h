// Holds the model, under the profile `production`, against a recording of the real platform: after
// every operation the whole state and the calls to the cluster.
#pragma once

#include <holdfast/tests/conformance/snapshot.h>

namespace holdfast {

// A property that an operation violated, or after which it is owed and was not before.
struct Fall {
  std::size_t operation = 0;            // its place in the recording
  std::string name;                     // of the operation
  std::string what;                     // "reserved_pod_kept iac-agent-p1-1767607200"
  std::string by;                       // the procedures that did it, outermost first; or empty
};

struct Verdict {
  std::size_t operations = 0;           // done before the first one that differs
  bool passed = true;
  std::string operation;                // that differs, as JSON
  std::vector<Difference> differences;
  std::string refusal;                  // the model could not follow: why
  std::vector<Fall> falls;
  std::vector<std::string> digests;     // of our states, where the recording has digests
};

// `nothing`: run to the end whatever the digests say, to write them anew.
enum class Compare : std::uint8_t { states, nothing };

Verdict compare_with(const Recording& recording, const Knobs& knobs,
                     Compare options = Compare::states);

// The verdict as lines for people; empty if it passed.
std::string describe(const Recording& recording, const Verdict& verdict);

// The falls, one line each.
std::string list_falls(const Recording& recording, const Verdict& verdict);

}  // namespace holdfast
