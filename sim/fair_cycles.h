// What a graph of steps may do for ever while something is owed: stop, or go round, with every
// process treated fairly. Weak fairness: a process that could take a step all the time at last
// takes one. Who could only now and then may starve.
//
// The graph is any: that of the platform (eventually.h), or a toy with a known answer.
//
// Invariants of a lasso
// 1. Its stem leads from node 0 to the node where its loop begins and ends.
// 2. Something is owed in every node of the loop. A loop without edges is a dead end: no process
//    could take a step there.
// 3. Every process takes an edge of the loop or cannot take any in some node of it.
//
// Thread safety: the functions are pure but for what they are given.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace holdfast {

using GraphNode = std::uint32_t;

struct FairGraph {
  // A step that several processes take part in is several edges with one `step`, one behind the
  // other; any other has a number of its own among those of its node.
  struct Edge {
    GraphNode to;
    std::uint32_t process;
    std::uint32_t step;
  };
  // An edge to somewhere beyond the graph. Its process could take a step, and nobody follows it.
  static constexpr GraphNode nowhere = UINT32_MAX;
  // Takes its edges when it likes, or never.
  static constexpr std::uint32_t nobody = UINT32_MAX;

  std::vector<std::uint64_t> first{0};  // edges[first[n]] is the first of node n
  std::vector<Edge> edges;              // by node

  void add_edge(GraphNode to, std::uint32_t process, std::uint32_t step) {
    edges.push_back({to, process, step});
  }
  // The edges that were added since the last node are those of the next one.
  void end_node() { first.push_back(edges.size()); }

  GraphNode nodes() const { return static_cast<GraphNode>(first.size() - 1); }
  std::span<const Edge> of(GraphNode node) const {
    return std::span(edges).subspan(first[node], first[node + 1] - first[node]);
  }
};

struct LassoStep {
  GraphNode from;
  std::uint32_t step;
  GraphNode to;

  bool operator==(const LassoStep&) const = default;
};
struct Lasso {
  GraphNode begin = 0;          // of the loop
  std::vector<LassoStep> stem;  // from node 0 to there
  std::vector<LassoStep> loop;  // from there back to there; empty: a dead end

  bool operator==(const Lasso&) const = default;
};

class FairCycles {
 public:
  // Requires: the graph outlives this and does not change.
  explicit FairCycles(const FairGraph& graph);

  // The one whose stem is shortest, or nothing. `owed`: by node.
  std::optional<Lasso> find(const std::vector<bool>& owed);
  // The nodes from which a fair course leads that never leaves the `allowed` ones, or that leads
  // through them to one of `as_good` (by node; empty: none).
  std::vector<bool> with_fair_course(const std::vector<bool>& allowed,
                                     const std::vector<bool>& as_good = {});

 private:
  struct Visit {
    GraphNode node;
    std::uint64_t edge;
  };
  bool is_dead_end(GraphNode node) const;
  // Calls `found(members)` for every strongly connected part of the owed nodes with an edge inside.
  template <class Found>
  void for_each_part(const std::vector<bool>& owed, Found found);
  template <class Found>
  void leave(GraphNode node, Found found);
  bool goes_on(GraphNode node) const;
  bool is_fair(const std::vector<GraphNode>& part);
  void mark(const std::vector<GraphNode>& part);
  bool is_inside(GraphNode node) const { return node < graph_.nodes() && part_of_[node] == parts_; }
  Lasso lasso_through(const std::vector<GraphNode>& part);
  std::vector<LassoStep> stem_to(GraphNode node) const;
  template <class Wanted>
  void go(GraphNode from, std::vector<LassoStep>& loop, Wanted wanted) const;
  std::vector<std::uint32_t> enabled(GraphNode node) const;
  void settle(std::vector<std::uint32_t>& open, GraphNode node) const;
  void settle(std::vector<std::uint32_t>& open, const LassoStep& step) const;

  const FairGraph& graph_;
  std::vector<GraphNode> parent_;      // on a shortest way; of node 0 it is itself
  std::vector<std::uint32_t> depth_;   // nowhere: not to be reached
  std::vector<std::uint32_t> number_;  // in the order of the search, from 1; 0: not seen
  std::vector<std::uint32_t> low_;
  std::vector<bool> open_;  // still in `path_`
  std::vector<GraphNode> path_;
  std::vector<Visit> visits_;
  std::vector<std::uint32_t> part_of_;  // number of the part that is looked at
  std::uint32_t parts_ = 0;
};

}  // namespace holdfast
