// The reachable states of the platform as a graph that is kept whole: for what can only be said of
// whole courses, such as that something is owed for ever. Breadth first, by one thread.
//
// Invariants
// 1. Node 0 is the start; a node's number is less than those of the nodes first reached from it.
// 2. The edges of node n are all its steps, by their places in FairSteps::visit. Those to nodes
// that were not expanded, or beyond a
//    bound, lead out of the graph.
//
// Thread safety: to be built by one thread, then constant.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <holdfast/sim/exploration.h>
#include <holdfast/sim/fair_cycles.h>
#include <holdfast/sim/fair_steps.h>

namespace holdfast {

// States as bytes, numbered in the order in which they were first seen.
class StateTable {
 public:
  StateTable() : places_(1 << 10, free_place) {}
  // The number of the state; that of a new one is the number of all before.
  std::uint32_t number(StateBytes state);
  // The number if it was seen.
  std::optional<std::uint32_t> find(StateBytes state) const;
  StateBytes state(std::uint32_t number) const {
    return {bytes_.data() + ends_[number], ends_[number + 1] - ends_[number]};
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size() - 1); }
  std::uint64_t bytes() const {
    return bytes_.capacity() + ends_.capacity() * sizeof(std::uint64_t) +
           places_.capacity() * sizeof(std::uint32_t);
  }

 private:
  static constexpr std::uint32_t free_place = UINT32_MAX;
  void grow();
  std::uint64_t place_of(StateBytes state) const;

  std::vector<std::byte> bytes_;
  std::vector<std::uint64_t> ends_{0};
  std::vector<std::uint32_t> places_;
};

// How far a graph was built.
struct GraphSize {
  Ending ending = Ending::complete;
  std::uint64_t states = 0;    // all that were seen
  std::uint64_t moves = 0;     // of those that were expanded
  std::uint64_t left_out = 0;  // steps that a bound forbids, of those that somebody must take
  int depth = 0;
};

// Something that is owed to somebody, by a property.
struct Debt {
  const Property* property = nullptr;
  Entities who;

  auto operator<=>(const Debt&) const = default;
};

class PlatformGraph {
 public:
  // Builds the graph of a space within the limits of states, memory, depth and time. In that of a
  // reduced one a node's steps are its moves, and of steps beyond a bound nothing is said.
  // Requires: the space outlives the graph. `owed`: the eventual properties that count.
  PlatformGraph(const PlatformSpace& space, const std::vector<const Property*>& owed,
                const ExploreOptions& limits);
  // The same of an unreduced space, without its steps that violate a never-property.
  PlatformGraph(const PlatformSpace& space, const ExploreOptions& limits);
  // Goes on where another limit of states was met.
  void grow(const ExploreOptions& limits);

  const GraphSize& size() const { return size_; }
  bool is_complete() const { return size_.ending == Ending::complete; }
  const FairGraph& graph() const { return graph_; }
  StateBytes state(GraphNode node) const { return states_.state(node); }

  std::optional<GraphNode> node_of(StateBytes state) const;
  // By node, whether a bound forbids a step there that somebody must take.
  std::vector<bool> ends_at_bound() const;

  // All that is owed anywhere, by property and whom.
  const std::vector<Debt>& debts() const { return debts_; }
  // Since it was begun.
  std::uint64_t elapsed_us() const;
  // By node, whether the debt of that place is owed there.
  std::vector<bool> owed(std::size_t debt) const;

 private:
  std::uint64_t bytes() const;
  bool met_limit(const ExploreOptions& limits);
  void expand(GraphNode node);
  void expand_reduced(const std::vector<std::byte>& from);
  void note_debts(const World& world);
  void list_debts();
  std::uint32_t process(const ProcessKey& key);

  // Where an edge leads that a bound forbids; one that violates leads nowhere.
  static constexpr GraphNode at_bound = FairGraph::nowhere - 1;
  void begin(const ExploreOptions& limits);

  const PlatformSpace& space_;
  const std::vector<const Property*> properties_;
  std::optional<FairSteps> steps_;  // while it grows
  PlatformSpace::Scratch work_;     // likewise
  StateTable states_;
  FairGraph graph_;
  std::map<ProcessKey, std::uint32_t, std::less<>> processes_;
  std::map<Debt, std::uint32_t> debt_numbers_;
  std::map<std::vector<std::uint32_t>, std::uint32_t> set_numbers_;
  std::vector<std::vector<std::uint32_t>> sets_;  // of debts, by number
  std::vector<std::uint32_t> set_of_;             // by node
  std::vector<Debt> debts_;
  std::vector<Entities> found_;
  bool avoids_violations_ = false;
  GraphSize size_;
  GraphNode level_end_ = 1;  // the first node of the next depth
  std::int64_t began_us_ = 0;
};

}  // namespace holdfast
