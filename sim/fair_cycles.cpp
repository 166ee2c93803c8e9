#include <holdfast/sim/fair_cycles.h>

#include <algorithm>
#include <deque>
#include <map>

namespace holdfast {

// Breadth first: a shortest way to every node.
FairCycles::FairCycles(const FairGraph& graph) : graph_(graph) {
  const GraphNode nodes = graph.nodes();
  parent_.assign(nodes, 0);
  depth_.assign(nodes, FairGraph::nowhere);
  part_of_.assign(nodes, 0);
  if (nodes == 0) return;
  depth_[0] = 0;
  std::deque<GraphNode> waiting{0};
  while (!waiting.empty()) {
    const GraphNode node = waiting.front();
    waiting.pop_front();
    for (const FairGraph::Edge& edge : graph.of(node)) {
      if (edge.to >= nodes || depth_[edge.to] != FairGraph::nowhere) continue;
      depth_[edge.to] = depth_[node] + 1;
      parent_[edge.to] = node;
      waiting.push_back(edge.to);
    }
  }
}

std::optional<Lasso> FairCycles::find(const std::vector<bool>& owed) {
  std::uint32_t best = FairGraph::nowhere;
  std::vector<GraphNode> found;
  for (GraphNode node = 0; node < graph_.nodes(); ++node) {
    if (!owed[node] || depth_[node] >= best || !is_dead_end(node)) continue;
    best = depth_[node];
    found = {node};
  }
  const bool ends = !found.empty();
  const std::uint32_t end_depth = best;
  for_each_part(owed, [&](const std::vector<GraphNode>& part) {
    std::uint32_t depth = FairGraph::nowhere;
    for (const GraphNode node : part) depth = std::min(depth, depth_[node]);
    if (depth >= best || !is_fair(part)) return;
    best = depth;
    found = part;
  });
  if (found.empty()) return std::nullopt;
  if (ends && best == end_depth) return Lasso{found.front(), stem_to(found.front()), {}};
  return lasso_through(found);
}

std::vector<bool> FairCycles::with_fair_course(const std::vector<bool>& allowed,
                                               const std::vector<bool>& as_good) {
  std::vector<bool> good(graph_.nodes());
  std::vector<GraphNode> waiting;
  const auto add = [&](GraphNode node) {
    if (good[node]) return;
    good[node] = true;
    waiting.push_back(node);
  };
  for (GraphNode node = 0; node < graph_.nodes(); ++node) {
    if (!allowed[node]) continue;
    if (is_dead_end(node) || (!as_good.empty() && as_good[node])) add(node);
  }
  for_each_part(allowed, [&](const std::vector<GraphNode>& part) {
    if (is_fair(part)) std::for_each(part.begin(), part.end(), add);
  });
  // The edges the other way round: those into a node lie one behind the other.
  std::vector<std::uint64_t> first(graph_.nodes() + std::size_t{1}, 0);
  const auto inside = [&](const FairGraph::Edge& edge) { return edge.to < graph_.nodes(); };
  for (const FairGraph::Edge& edge : graph_.edges) {
    if (inside(edge)) ++first[edge.to + std::size_t{1}];
  }
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<GraphNode> from(first.back());
  std::vector<std::uint64_t> next(first.begin(), first.end() - 1);
  for (GraphNode node = 0; node < graph_.nodes(); ++node) {
    for (const FairGraph::Edge& edge : graph_.of(node)) {
      if (inside(edge)) from[next[edge.to]++] = node;
    }
  }
  while (!waiting.empty()) {
    const GraphNode node = waiting.back();
    waiting.pop_back();
    for (std::uint64_t i = first[node]; i < first[node + std::size_t{1}]; ++i) {
      if (allowed[from[i]]) add(from[i]);
    }
  }
  return good;
}

bool FairCycles::is_dead_end(GraphNode node) const {
  const auto edges = graph_.of(node);
  return std::all_of(edges.begin(), edges.end(),
                     [](const FairGraph::Edge& edge) { return edge.process == FairGraph::nobody; });
}

// --- strongly connected parts --------------------------------------------------------------------

// Tarjan's algorithm with a stack of its own.
template <class Found>
void FairCycles::for_each_part(const std::vector<bool>& owed, Found found) {
  number_.assign(graph_.nodes(), 0);
  low_.assign(graph_.nodes(), 0);
  open_.assign(graph_.nodes(), false);
  std::uint32_t count = 0;
  const auto enter = [&](GraphNode node) {
    number_[node] = low_[node] = ++count;
    open_[node] = true;
    path_.push_back(node);
    visits_.push_back({node, graph_.first[node]});
  };
  for (GraphNode root = 0; root < graph_.nodes(); ++root) {
    if (!owed[root] || depth_[root] == FairGraph::nowhere || number_[root] != 0) continue;
    enter(root);
    while (!visits_.empty()) {
      Visit& visit = visits_.back();
      const GraphNode node = visit.node;
      if (visit.edge == graph_.first[node + 1]) {
        visits_.pop_back();
        if (!visits_.empty()) {
          const GraphNode above = visits_.back().node;
          low_[above] = std::min(low_[above], low_[node]);
        }
        if (low_[node] == number_[node]) leave(node, found);
        continue;
      }
      const GraphNode to = graph_.edges[visit.edge++].to;
      if (to >= graph_.nodes() || !owed[to]) continue;
      if (number_[to] == 0) {
        enter(to);
      } else if (open_[to]) {
        low_[node] = std::min(low_[node], number_[to]);
      }
    }
  }
}

// The part whose first node this is has been seen whole.
template <class Found>
void FairCycles::leave(GraphNode node, Found found) {
  const auto first = std::find(path_.rbegin(), path_.rend(), node).base() - 1;
  std::vector<GraphNode> part(first, path_.end());
  path_.erase(first, path_.end());
  for (const GraphNode member : part) open_[member] = false;
  if (part.size() == 1 && !goes_on(node)) return;
  std::sort(part.begin(), part.end());
  found(part);
}

// It has an edge to itself.
bool FairCycles::goes_on(GraphNode node) const {
  const auto edges = graph_.of(node);
  return std::any_of(edges.begin(), edges.end(),
                     [&](const FairGraph::Edge& edge) { return edge.to == node; });
}

// --- fairness ------------------------------------------------------------------------------------

std::vector<std::uint32_t> FairCycles::enabled(GraphNode node) const {
  std::vector<std::uint32_t> processes;
  for (const FairGraph::Edge& edge : graph_.of(node)) {
    if (edge.process != FairGraph::nobody) processes.push_back(edge.process);
  }
  std::sort(processes.begin(), processes.end());
  processes.erase(std::unique(processes.begin(), processes.end()), processes.end());
  return processes;
}

// Takes out of `open` who cannot take a step in this node.
void FairCycles::settle(std::vector<std::uint32_t>& open, GraphNode node) const {
  const std::vector<std::uint32_t> here = enabled(node);
  std::erase_if(open, [&](std::uint32_t process) {
    return !std::binary_search(here.begin(), here.end(), process);
  });
}

// Takes out of `open` who takes part in the step, or cannot take one after it.
void FairCycles::settle(std::vector<std::uint32_t>& open, const LassoStep& step) const {
  for (const FairGraph::Edge& edge : graph_.of(step.from)) {
    if (edge.step == step.step) std::erase(open, edge.process);
  }
  settle(open, step.to);
}

void FairCycles::mark(const std::vector<GraphNode>& part) {
  ++parts_;
  for (const GraphNode node : part) part_of_[node] = parts_;
}

bool FairCycles::is_fair(const std::vector<GraphNode>& part) {
  std::vector<std::uint32_t> always = enabled(part.front());
  for (const GraphNode node : part) {
    if (always.empty()) return true;
    settle(always, node);
  }
  mark(part);
  for (const GraphNode node : part) {
    for (const FairGraph::Edge& edge : graph_.of(node)) {
      if (is_inside(edge.to)) std::erase(always, edge.process);
    }
  }
  return always.empty();
}

// --- the course ----------------------------------------------------------------------------------

std::vector<LassoStep> FairCycles::stem_to(GraphNode node) const {
  std::vector<LassoStep> stem;
  for (; node != 0; node = parent_[node]) {
    const GraphNode from = parent_[node];
    const auto edges = graph_.of(from);
    const auto edge = std::find_if(edges.begin(), edges.end(),
                                   [&](const FairGraph::Edge& one) { return one.to == node; });
    stem.push_back({from, edge->step, node});
  }
  std::reverse(stem.begin(), stem.end());
  return stem;
}

// Appends a shortest way inside the part that ends with a step that is wanted.
template <class Wanted>
void FairCycles::go(GraphNode from, std::vector<LassoStep>& loop, Wanted wanted) const {
  std::map<GraphNode, LassoStep> last;  // on the way to a node
  std::deque<GraphNode> waiting{from};
  while (!waiting.empty()) {
    const GraphNode node = waiting.front();
    waiting.pop_front();
    for (const FairGraph::Edge& edge : graph_.of(node)) {
      if (!is_inside(edge.to)) continue;
      const LassoStep step{node, edge.step, edge.to};
      if (wanted(step)) {
        std::vector<LassoStep> way{step};
        while (way.back().from != from) way.push_back(last.at(way.back().from));
        loop.insert(loop.end(), way.rbegin(), way.rend());
        return;
      }
      if (edge.to != from && last.emplace(edge.to, step).second) waiting.push_back(edge.to);
    }
  }
}

// From the node that is nearest to the start, always by a shortest way to something that settles
// one more of the processes, and back.
Lasso FairCycles::lasso_through(const std::vector<GraphNode>& part) {
  mark(part);
  Lasso lasso;
  lasso.begin = *std::min_element(part.begin(), part.end(),
                                  [&](GraphNode a, GraphNode b) { return depth_[a] < depth_[b]; });
  lasso.stem = stem_to(lasso.begin);
  GraphNode at = lasso.begin;
  std::vector<std::uint32_t> open = enabled(at);
  while (!open.empty()) {
    const std::size_t known = lasso.loop.size();
    go(at, lasso.loop, [&](const LassoStep& step) {
      std::vector<std::uint32_t> left = open;
      settle(left, step);
      return left.size() != open.size();
    });
    for (std::size_t i = known; i < lasso.loop.size(); ++i) settle(open, lasso.loop[i]);
    at = lasso.loop.back().to;
  }
  if (lasso.loop.empty() || at != lasso.begin) {
    go(at, lasso.loop, [&](const LassoStep& step) { return step.to == lasso.begin; });
  }
  return lasso;
}

}  // namespace holdfast
