// Why a violation happened, found out by watching its run a second time: who did it, and the chain
// of causes. Not for use from several threads.
#pragma once

#include <string>
#include <vector>

#include <holdfast/replay/causes.h>
#include <holdfast/sim/judge.h>

namespace holdfast {

struct Explanation {
  // "autoscaler cycle 1 of replica 0", counted from the replica's start; another procedure by its
  // name; empty if nobody did it.
  std::string by;
  std::string because;   // as replay/causes.h writes it; empty: nothing is known
};

class Explainer : public Observer {
 public:
  // Requires: the run that is watched is the one in which `violation` was found; it outlives this.
  explicit Explainer(const Violation& violation);

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override;

  Explanation explanation() const;
  // From the violating event back to its root.
  const std::vector<CauseLink>& causes() const { return causes_.chain(); }

 private:
  const Violation& violation_;
  CauseTracker causes_;
  std::vector<std::uint64_t> cycles_;   // of the autoscaler, by replica, since its start
  std::string by_;
};

}  // namespace holdfast
