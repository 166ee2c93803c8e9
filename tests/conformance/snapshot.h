// What a recording says of the platform after an operation, said of the model: the same members,
// spelled the same way. Members that are words for people (error texts, log lines) are left out.
#pragma once

#include <holdfast/tests/conformance/recording.h>
#include <holdfast/tests/conformance/walker.h>

namespace holdfast {

// When each slot of a server's memory was last written: the model keeps that of Reserved slots
// only, and no step asks for the others.
class SlotTimes {
 public:
  void see(const Event& event);
  std::int64_t of(PodIndex pod, SlotIndex slot) const;

 private:
  std::vector<std::array<std::int64_t, slots_per_pod>> times_;  // of the leader's memory
};

Json snapshot(const Walker& walker, const SlotTimes& times);

// The same members of a recorded state, in the same form.
Json comparable(const Json& recorded);

struct Difference {
  std::string field;            // "tasks[3].status"
  std::string recorded;         // as JSON; empty: it is not there
  std::string ours;
};
std::vector<Difference> differences(const Json& recorded, const Json& ours);

}  // namespace holdfast
