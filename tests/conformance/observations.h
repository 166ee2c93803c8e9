// What a recording observes of the platform (`ev`, `anom`), said by the properties of the model:
// the names of those that are violated or reached by an operation, and of whom.
#pragma once

#include <map>
#include <set>
#include <string>

#include <holdfast/tests/conformance/recording.h>
#include <holdfast/tests/conformance/walker.h>

namespace holdfast {

// "reserved_pod_kept iac-agent-p1-1767607200", "running_task_executed task 3"
using Observations = std::set<std::string>;

// Collects what single events violate or reach; one operation at a time.
class EventObserver {
 public:
  explicit EventObserver(const Walker& walker) : walker_(walker) {}

  void see(const World& before, const Event& event);
  void clear() { seen_.clear(); }
  // What was seen, and the procedures that did it, outermost first.
  const std::map<std::string, std::string>& seen() const { return seen_; }
  Observations names() const;

 private:
  void note(std::string what, const World& before, const Event& event);

  const Walker& walker_;
  std::map<std::string, std::string> seen_;
};

// What the properties that are owed say of the world as it stands at rest.
Observations owed_now(const Walker& walker);

// What the recording says of the same. Throws std::runtime_error for a word that is not known.
Observations recorded_events(const Json& state);
Observations recorded_rest(const Json& state);

}  // namespace holdfast
