// Why an event happened: the chain back to its root, through what a procedure did before, what it
// believed when it decided, and how that belief came about. Watches a course of events, a run or a
// log, and answers for one event of it: the same in the log as in the run that wrote it.
//
//   57 pod delete_requested <- 55 autoscaler decided 0 of 1 <- 49 pod_discovered, all slots idle
//   <- 41 memory lost <- 40 server stopped
//
// Memory is bounded: a chain keeps at most `longest_chain` links. Not for use from several threads.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <holdfast/sim/simulator.h>

namespace holdfast {

struct CauseLink {
  std::uint64_t sequence = 0;
  Moment time = never;
  std::string text;             // "autoscaler decided 0 of 1"
  bool decides = false;         // somebody chose: a cycle, a user
};

class CauseTracker : public Observer {
 public:
  static constexpr std::size_t longest_chain = 12;

  // Answers for the event with this sequence.
  explicit CauseTracker(std::uint64_t target);

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override;

  // From the event back to its root; empty until the event was seen.
  const std::vector<CauseLink>& chain() const { return chain_; }

 private:
  struct Node;
  using NodePointer = std::shared_ptr<const Node>;
  struct Node {
    CauseLink link;
    NodePointer parent;
    std::size_t depth = 0;
    bool reads = false;         // says nothing by itself: a chain goes past it
  };
  NodePointer parent_of(const World& world, const Occurrence& occurrence) const;
  NodePointer belief_of(const Event& event, std::uint64_t decided) const;
  void remember(const Event& event, std::uint64_t sequence, const NodePointer& node);
  static NodePointer newest_links(const NodePointer& node);
  void answer(const NodePointer& node);

  std::uint64_t target_;
  std::vector<CauseLink> chain_;
  std::map<std::uint64_t, NodePointer> recent_;             // of the step under way
  std::vector<NodePointer> procedures_;                     // last link of each procedure
  // The last few changes of what a memory holds of a pod.
  static constexpr std::size_t beliefs_kept = 8;
  std::map<std::pair<MemoryIndex, PodIndex>, std::vector<NodePointer>> beliefs_;
  std::map<MemoryIndex, NodePointer> losses_;               // when a memory was last empty
  std::map<std::uint16_t, NodePointer> retries_;            // what scheduled them, by timer
};

// "57 pod delete_requested <- 55 autoscaler decided 0 of 1 <- …"
std::string causes_line(const std::vector<CauseLink>& chain);

}  // namespace holdfast
