// Every path through a model at once: breadth first, level by level, so that the first violation
// found is a shortest one. Reading order: explorable.h (what a model offers), exploration.h (what
// comes out), this file, explorer_worker.h (one thread), seen_set.h (the states).
//
//   Exploration all = explore(model, {.threads = 2});
//   if (all.ending == Ending::complete && all.traces.empty()) …  // holds in every reachable state
//
// Invariants
// 1. Counts, depths and traces of an exploration that ended as `complete`, `violation` or
//    `depth_limit` are the same for any number of threads.
// 2. Violations do not end the search unless asked for: the states behind them count too.
// 3. An exploration that met another limit says up to which depth it is complete. Its traces differ
//    from run to run, and one whose last step violates may be one step longer than a shortest one,
//    if they were found in the level that was cut short; the others are as ever.
// 4. A trace to a violating state is preferred to one of the same level that goes on by a violating
//    step, because it is shorter.
//
// Thread safety: explore() uses threads of its own; the model is shared by them.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <thread>

#include <holdfast/sim/explorer_worker.h>

namespace holdfast {

template <Explorable M, Keep keep>
class Explorer {
 public:
  // Requires: model and options outlive the explorer.
  Explorer(const M& model, const ExploreOptions& options);
  // To be called once.
  Exploration run();

 private:
  using Worker = ExploreWorker<M, keep>;
  using Set = typename Worker::Set;
  struct Target {
    FoundViolation violation;
    int property;
  };
  struct Reached;  // looks among successors for the next state of a trace

  void expand_level();
  void end_level();
  // Calls work(i) for each worker, on a thread each.
  template <class Work>
  void on_all(Work work);
  void grow();
  void note_violations();
  void tick();
  void note_bytes();
  Exploration collect();
  Trace trace_to(const Target& target);
  // Whether there was a next state.
  bool go_on(Trace& trace, Reached& reached);

  const M& model_;
  const ExploreOptions& options_;
  ExploreShared shared_;
  Set set_;
  std::deque<Worker> workers_;
  std::vector<Target> targets_;
  std::uint64_t frontier_states_ = 0;
  std::uint64_t expanded_before_ = 0;  // in levels before this one
  std::uint64_t most_bytes_seen_ = 0;
  std::uint64_t ticked_us_ = 0;
  std::uint64_t ticked_states_ = 0;
  int depth_ = 0;
  int complete_depth_ = -1;
};

template <Explorable M>
Exploration explore(const M& model, const ExploreOptions& options) {
  if (options.keep == Keep::hashes) return Explorer<M, Keep::hashes>(model, options).run();
  return Explorer<M, Keep::states>(model, options).run();
}

template <Explorable M, Keep keep>
Explorer<M, keep>::Explorer(const M& model, const ExploreOptions& options)
    : model_{model}, options_{options}, set_{options.most_bytes} {
  const int threads = std::clamp(options.threads, 1, 64);
  for (int i = 0; i < threads; ++i) workers_.emplace_back(model_, options_, shared_, set_, i == 0);
  if (options_.progress) shared_.tick = [this] { tick(); };
}

template <Explorable M, Keep keep>
Exploration Explorer<M, keep>::run() {
  if (!set_.good()) {
    shared_.stop(Ending::memory_limit);
    return collect();
  }
  workers_.front().add_initial();
  end_level();
  while (frontier_states_ != 0 && !shared_.stopping()) {
    if (depth_ >= options_.most_depth) {
      shared_.stop(Ending::depth_limit);
      break;
    }
    expand_level();
    note_violations();
    if (!shared_.stopping()) complete_depth_ = depth_;
    end_level();
    if (frontier_states_ != 0) ++depth_;
    if (options_.until_violation && !targets_.empty()) shared_.stop(Ending::violation);
  }
  return collect();
}

template <Explorable M, Keep keep>
void Explorer<M, keep>::expand_level() {
  shared_.next_chunk = 0;
  for (;;) {
    on_all([this](std::size_t i) { workers_[i].run(); });
    note_bytes();
    if (shared_.stopping()) return;
    if (!set_.full()) return;
    grow();
  }
}

template <Explorable M, Keep keep>
template <class Work>
void Explorer<M, keep>::on_all(Work work) {
  // A level of one chunk is not worth a thread.
  const std::size_t busy = shared_.frontier.size() > 1 ? workers_.size() : 1;
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < busy; ++i) others.emplace_back([work, i] { work(i); });
  work(0);
}

template <Explorable M, Keep keep>
void Explorer<M, keep>::grow() {
  for (Worker& worker : workers_) set_.settle(worker.writer());
  if (!set_.make_room()) return shared_.stop(Ending::memory_limit);
  const auto parts = static_cast<unsigned>(workers_.size());
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < parts; ++i) {
    others.emplace_back([this, i, parts] { set_.rebuild(i, parts); });
  }
  set_.rebuild(0, parts);
}

// The order of the new frontier depends on the threads; nothing that comes out does.
template <Explorable M, Keep keep>
void Explorer<M, keep>::end_level() {
  shared_.frontier.clear();
  frontier_states_ = 0;
  for (Worker& worker : workers_) {
    set_.end_level(worker.writer());
    for (FrontierChunk& chunk : worker.take_new_chunks()) {
      frontier_states_ += chunk.states;
      shared_.frontier.push_back(std::move(chunk));
    }
  }
  expanded_before_ = shared_.expanded;
}

template <Explorable M, Keep keep>
void Explorer<M, keep>::note_violations() {
  for (int property = 0; property < model_.properties(); ++property) {
    const auto place = static_cast<std::size_t>(property);
    FoundViolation first;
    for (Worker& worker : workers_) {
      const FoundViolation& found = worker.found[place];
      if (found.found) worker.keep_first(first, found);
    }
    if (!first.found || (shared_.found >> place & 1) != 0) continue;
    shared_.found |= PropertySet{1} << place;
    targets_.push_back({first, property});
  }
}

template <Explorable M, Keep keep>
void Explorer<M, keep>::note_bytes() {
  most_bytes_seen_ = std::max(most_bytes_seen_, set_.bytes() + shared_.packed_bytes);
  for (const Worker& worker : workers_) {
    most_bytes_seen_ = std::max(most_bytes_seen_, worker.most_bytes_seen);
  }
}

template <Explorable M, Keep keep>
void Explorer<M, keep>::tick() {
  const std::uint64_t now_us = shared_.elapsed_us();
  if (now_us - ticked_us_ < static_cast<std::uint64_t>(options_.progress_every_us)) return;
  ExploreProgress progress;
  progress.states = shared_.states;
  progress.expanded = shared_.expanded;
  progress.depth = depth_;
  progress.frontier = progress.states > progress.expanded ? progress.states - progress.expanded : 0;
  progress.bytes = set_.bytes() + shared_.packed_bytes;
  progress.elapsed_us = static_cast<std::int64_t>(now_us);
  progress.states_per_s = (progress.states - ticked_states_) * 1'000'000 /
                          std::max<std::uint64_t>(now_us - ticked_us_, 1);
  ticked_us_ = now_us;
  ticked_states_ = progress.states;
  options_.progress(progress);
}

template <Explorable M, Keep keep>
Exploration Explorer<M, keep>::collect() {
  note_bytes();
  Exploration all;
  all.ending = shared_.ending;
  all.depth = depth_;
  all.complete_depth = complete_depth_;
  for (const Worker& worker : workers_) {
    all.stored.states += worker.counts.states;
    all.stored.transitions += worker.counts.transitions;
    all.stored.dead += worker.counts.dead;
    all.unreduced.states += worker.unreduced.states;
    all.unreduced.transitions += worker.unreduced.transitions;
    all.unreduced.dead += worker.unreduced.dead;
    for (const auto& each : worker.violating_states) add_violation(all.violating_states, each);
    for (const auto& each : worker.violating_transitions) {
      add_violation(all.violating_transitions, each);
    }
  }
  std::sort(targets_.begin(), targets_.end(),
            [](const Target& a, const Target& b) { return a.property < b.property; });
  for (const Target& target : targets_) all.traces.push_back(trace_to(target));
  all.bytes = most_bytes_seen_;
  all.elapsed_us = static_cast<std::int64_t>(shared_.elapsed_us());
  if (keep == Keep::hashes) all.collision_bound = collision_bound(all.stored.states);
  return all;
}

template <Explorable M, Keep keep>
struct Explorer<M, keep>::Reached {
  const Explorer& explorer;
  typename M::Scratch scratch;
  std::optional<StateBytes> wanted;  // a key of the set; none: a step that violates `property`
  int property = 0;
  bool found = false;
  StepId step = 0;
  std::vector<std::byte> state;

  void successor(StepId id, StateBytes next, PropertySet violated) {
    if (found) return;
    found = wanted ? matches(next) : (violated >> property & 1) != 0;
    if (!found) return;
    step = id;
    state.assign(next.begin(), next.end());
  }

  bool matches(StateBytes next) {
    std::vector<std::byte> bytes(next.begin(), next.end());
    if (explorer.options_.symmetry) {
      bytes.resize(explorer.model_.most_packed_bytes());
      bytes.resize(explorer.model_.canonicalise(scratch, bytes.data(), next.size()));
    }
    const std::uint64_t hash = hash_of(bytes);
    const StateBytes key = keep == Keep::hashes ? std::as_bytes(std::span(&hash, 1)) : bytes;
    return std::equal(key.begin(), key.end(), wanted->begin(), wanted->end());
  }
};

// The set knows canonical states, or only their hashes. The trace is taken anew from an initial
// state, always by the first step that leads to the right one.
template <Explorable M, Keep keep>
Trace Explorer<M, keep>::trace_to(const Target& target) {
  std::vector<StateRef> way;
  for (StateRef ref = target.violation.ref; ref != no_state; ref = set_.parent(ref)) {
    way.push_back(ref);
  }
  std::reverse(way.begin(), way.end());
  Trace trace;
  trace.property = target.property;
  trace.by_transition = target.violation.by_transition;
  for (const StateRef ref : way) {
    Reached reached{*this, model_.scratch(), set_.key(ref), 0, false, 0, {}};
    if (!go_on(trace, reached)) return trace;
  }
  if (trace.by_transition) {
    Reached reached{*this, model_.scratch(), std::nullopt, target.property, false, 0, {}};
    go_on(trace, reached);
  }
  return trace;
}

template <Explorable M, Keep keep>
bool Explorer<M, keep>::go_on(Trace& trace, Reached& reached) {
  typename M::Scratch scratch = model_.scratch();
  if (trace.states.empty()) {
    model_.initial(scratch, reached);
  } else {
    model_.expand(scratch, trace.states.back(), reached);
    if (reached.found) trace.steps.push_back(reached.step);
  }
  if (reached.found) trace.states.push_back(std::move(reached.state));
  return reached.found;
}

}  // namespace holdfast
