#include <holdfast/sim/platform_graph.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include <holdfast/sim/seen_set.h>

namespace holdfast {
namespace {

std::int64_t steady_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace

// --- states --------------------------------------------------------------------------------------

// Where the state is, or would be.
std::uint64_t StateTable::place_of(StateBytes wanted) const {
  const std::uint64_t mask = places_.size() - 1;
  std::uint64_t place = hash_of(wanted) & mask;
  while (places_[place] != free_place && !std::ranges::equal(state(places_[place]), wanted)) {
    place = (place + 1) & mask;
  }
  return place;
}

std::optional<std::uint32_t> StateTable::find(StateBytes wanted) const {
  const std::uint32_t number = places_[place_of(wanted)];
  return number == free_place ? std::nullopt : std::optional(number);
}

std::uint32_t StateTable::number(StateBytes wanted) {
  if (std::uint64_t{size()} * 2 >= places_.size()) grow();
  const std::uint64_t place = place_of(wanted);
  if (places_[place] != free_place) return places_[place];
  places_[place] = size();
  bytes_.insert(bytes_.end(), wanted.begin(), wanted.end());
  ends_.push_back(bytes_.size());
  return places_[place];
}

void StateTable::grow() {
  places_.assign(places_.size() * 2, free_place);
  const std::uint64_t mask = places_.size() - 1;
  for (std::uint32_t i = 0; i < size(); ++i) {
    std::uint64_t place = hash_of(state(i)) & mask;
    while (places_[place] != free_place) place = (place + 1) & mask;
    places_[place] = i;
  }
}

// --- graph ---------------------------------------------------------------------------------------

PlatformGraph::PlatformGraph(const PlatformSpace& space, const std::vector<const Property*>& owed,
                             const ExploreOptions& limits)
    : space_(space), properties_(owed) {
  begin(limits);
}

PlatformGraph::PlatformGraph(const PlatformSpace& space, const ExploreOptions& limits)
    : space_(space), avoids_violations_(true) {
  begin(limits);
}

void PlatformGraph::begin(const ExploreOptions& limits) {
  began_us_ = steady_us();
  struct Start {
    StateTable& states;
    void successor(StepId, StateBytes state, PropertySet) { states.number(state); }
  } start{states_};
  PlatformSpace::Scratch work = space_.scratch();
  space_.initial(work, start);
  grow(limits);
}

void PlatformGraph::grow(const ExploreOptions& limits) {
  steps_.emplace(space_);
  work_ = space_.scratch();
  size_.ending = Ending::complete;
  while (graph_.nodes() < states_.size()) {
    if (graph_.nodes() == level_end_) {
      if (size_.depth >= limits.most_depth) {
        size_.ending = Ending::depth_limit;
        break;
      }
      ++size_.depth;
      level_end_ = states_.size();
    }
    if (met_limit(limits)) break;
    expand(graph_.nodes());
  }
  size_.states = states_.size();
  steps_.reset();
  work_.reset();
  list_debts();
}

bool PlatformGraph::met_limit(const ExploreOptions& limits) {
  if (states_.size() >= limits.most_states) size_.ending = Ending::state_limit;
  if (graph_.nodes() % 256 != 0) return size_.ending != Ending::complete;
  const std::uint64_t elapsed_us = this->elapsed_us();
  if (bytes() >= limits.most_bytes) size_.ending = Ending::memory_limit;
  if (elapsed_us >= limits.most_us) size_.ending = Ending::time_limit;
  if (limits.interrupted != nullptr && *limits.interrupted) size_.ending = Ending::interrupted;
  if (limits.progress && graph_.nodes() % 16384 == 0 && elapsed_us != 0) {
    ExploreProgress now;
    now.states = states_.size();
    now.expanded = graph_.nodes();
    now.depth = size_.depth;
    now.frontier = states_.size() - graph_.nodes();
    now.bytes = bytes();
    now.elapsed_us = static_cast<std::int64_t>(elapsed_us);
    now.states_per_s = now.states * 1'000'000 / elapsed_us;
    limits.progress(now);
  }
  return size_.ending != Ending::complete;
}

std::uint64_t PlatformGraph::elapsed_us() const {
  return static_cast<std::uint64_t>(steady_us() - began_us_);
}

std::uint64_t PlatformGraph::bytes() const {
  return states_.bytes() + graph_.edges.capacity() * sizeof(FairGraph::Edge) +
         graph_.first.capacity() * sizeof(std::uint64_t);
}

std::uint32_t PlatformGraph::process(const ProcessKey& key) {
  if (key.empty()) return FairGraph::nobody;
  return processes_.emplace(key, static_cast<std::uint32_t>(processes_.size())).first->second;
}

void PlatformGraph::expand(GraphNode node) {
  // The table may move while states are added.
  const StateBytes at = states_.state(node);
  const std::vector<std::byte> from(at.begin(), at.end());
  if (space_.options().lazy_reads) return expand_reduced(from);
  std::uint32_t number = 0;
  steps_->visit(from, [&](const FairStep& step) {
    GraphNode to = at_bound;
    if (avoids_violations_ && step.violated != 0) {
      to = FairGraph::nowhere;
    } else if (!step.after.empty()) {
      to = states_.number(step.after);
    }
    graph_.add_edge(to, process(step.by), number);
    for (const ProcessKey& also : step.also) graph_.add_edge(to, process(also), number);
    ++number;
    ++(step.after.empty() ? size_.left_out : size_.moves);
  });
  graph_.end_node();
  note_debts(steps_->world());
}

void PlatformGraph::expand_reduced(const std::vector<std::byte>& from) {
  struct Context {
    PlatformGraph& graph;
    PlatformState here;
    std::array<std::byte, WorldPacker::most_bytes> bytes;
    std::uint32_t number;
  } context{*this, {}, {}, 0};
  space_.unpack(from, context.here);
  space_.moves(
      *work_, context.here,
      [](void* to, Move move, const PlatformState& after, PropertySet) {
        auto& [graph, here, bytes, number] = *static_cast<Context*>(to);
        const std::size_t size = graph.space_.pack(*graph.work_, after, bytes.data());
        const std::uint32_t step = number++;
        if (size == 0) return;
        const GraphNode next = graph.states_.number({bytes.data(), size});
        graph.graph_.add_edge(next, graph.process(process_of(here.world, move)), step);
        ++graph.size_.moves;
      },
      &context);
  graph_.end_node();
  note_debts(context.here.world);
}

std::optional<GraphNode> PlatformGraph::node_of(StateBytes state) const {
  const auto node = states_.find(state);
  return node && *node < graph_.nodes() ? node : std::nullopt;
}

std::vector<bool> PlatformGraph::ends_at_bound() const {
  std::vector<bool> ends(graph_.nodes());
  for (GraphNode node = 0; node < graph_.nodes(); ++node) {
    const auto edges = graph_.of(node);
    ends[node] = std::any_of(edges.begin(), edges.end(),
                             [](const FairGraph::Edge& edge) { return edge.to == at_bound; });
  }
  return ends;
}

// --- debts ---------------------------------------------------------------------------------------

void PlatformGraph::note_debts(const World& world) {
  std::vector<std::uint32_t> set;
  for (const Property* property : properties_) {
    found_.clear();
    property->owed(world, space_.scenario().setup, Clock::untimed(), found_);
    for (const Entities& who : found_) {
      const auto number = static_cast<std::uint32_t>(debt_numbers_.size());
      set.push_back(debt_numbers_.emplace(Debt{property, who}, number).first->second);
    }
  }
  std::sort(set.begin(), set.end());
  const auto [place, is_new] = set_numbers_.emplace(set, static_cast<std::uint32_t>(sets_.size()));
  if (is_new) sets_.push_back(set);
  set_of_.push_back(place->second);
}

void PlatformGraph::list_debts() {
  debts_.clear();
  for (const auto& [debt, number] : debt_numbers_) debts_.push_back(debt);
}

std::vector<bool> PlatformGraph::owed(std::size_t debt) const {
  const std::uint32_t wanted = debt_numbers_.at(debts_[debt]);
  std::vector<bool> has(sets_.size());
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    has[i] = std::find(sets_[i].begin(), sets_[i].end(), wanted) != sets_[i].end();
  }
  std::vector<bool> owed(graph_.nodes());
  for (std::size_t node = 0; node < owed.size(); ++node) owed[node] = has[set_of_[node]];
  return owed;
}

}  // namespace holdfast
