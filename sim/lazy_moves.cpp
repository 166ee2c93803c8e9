#include <holdfast/sim/lazy_moves.h>

#include <algorithm>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/world_change.h>

namespace holdfast {

void LazyMoves::find_starts(const PlatformState& now) {
  space_.list(work_, now);
  starts_.clear();
  for (const Step& step : work_.steps_) {
    if (only_starts(step)) starts_.push_back(step);
  }
}

// Whether a procedure that stood at the node before the effect is still there after it.
bool LazyMoves::outlives(const Node& node, const PlatformState& now) const {
  const Procedure& procedure = node.procedure;
  if (node.ended || space_.is_done(now.world, procedure)) return false;
  if (procedure.replica != none) {
    return now.world.replicas[procedure.replica].state != ReplicaState::down;
  }
  return procedure.sender == none || now.world.agents[procedure.sender].state != AgentState::gone;
}

// Whether the effect has ended the procedure where it was kept.
bool LazyMoves::is_over(const Tree& tree, const PlatformState& now) const {
  const auto& procedures = now.world.procedures;
  return tree.place != none &&
         (tree.place >= procedures.size() || !(procedures[tree.place] == tree.nodes[0].procedure));
}

// Whether the tree's place `node` would be come to as well as the world is now, by the same step
// from the same place. Requires: scratch_ is `now`, but for what an earlier call for this tree put.
bool LazyMoves::still_there(const PlatformState& now, const Tree& tree, std::size_t node) {
  const Node& wanted = tree.nodes[node];
  const Node& parent = tree.nodes[wanted.parent];
  scratch_.used = parent.used;
  Step step = wanted.step;
  PropertySet violated = 0;
  const std::uint16_t place = tree.place != none ? tree.place : place_for_procedure(now.world);
  if (!parent.there) {
    if (std::find(starts_.begin(), starts_.end(), step) == starts_.end()) return false;
    scratch_.world = now.world;
    other_.world = now.world;
    other_.used = parent.used;
    if (!space_.take_step(work_, other_, step, violated) || violated != 0) return false;
    return is_wanted(wanted, other_.world, place) &&
           differs_only_at(scratch_.world, other_.world, place);
  }
  put(scratch_.world, tree, parent, place, now.world.memories.size());
  step.actor = place;
  next_.clear();
  append_steps(scratch_.world, space_.setup_, space_.clock_, {ActorKind::procedure, place},
               space_.space_.faults, next_);
  if (std::find(next_.begin(), next_.end(), step) == next_.end()) return false;
  if (space_.advance(work_, scratch_, step, violated)) {
    return violated == 0 && is_wanted(wanted, scratch_.world, place);
  }
  violated = 0;
  other_.world = scratch_.world;
  other_.used = parent.used;
  if (!space_.fold_all(work_, other_, violated) || violated != 0) return false;
  return is_wanted(wanted, other_.world, place) &&
         (only_moves(step, place) || differs_only_at(scratch_.world, other_.world, place));
}

// The procedure there is that of the node, wherever the memory of its own lies.
bool LazyMoves::is_wanted(const Node& wanted, const World& world, std::uint16_t place) {
  const bool is_there = place < world.procedures.size() && world.procedures[place].depth != 0;
  if (!is_there || wanted.ended) return wanted.ended && !is_there;
  const Procedure& is = world.procedures[place];
  if (!has_own_memory(world, is)) return is == wanted.procedure;
  if (!(world.memories[is.memory] == wanted.own)) return false;
  saved_ = is;
  saved_.memory = wanted.procedure.memory;
  return saved_ == wanted.procedure;
}

// The steps from the root of the tree to the node.
void LazyMoves::add_path(const Tree& tree, std::size_t node, std::size_t number) {
  const std::size_t begin = path_.size();
  while (node != 0) {
    RawStep raw{tree.nodes[node].step, static_cast<std::uint16_t>(number)};
    if (raw.step.kind == StepKind::procedure) raw.step.actor = tree.place;
    path_.push_back(raw);
    node = tree.nodes[node].parent;
  }
  std::reverse(path_.begin() + static_cast<std::ptrdiff_t>(begin), path_.end());
}

void LazyMoves::say(const Effect& effect) {
  path_.clear();
  for (std::size_t t = 0; t < tree_count_; ++t) {
    if (chosen_[t] != 0) add_path(trees_[t], chosen_[t], t);
  }
  if (effect.tree != none_of_them) add_path(trees_[effect.tree], effect.node, effect.tree);
  RawStep last{effect.step, none};
  if (effect.tree != none_of_them) {
    last.who = static_cast<std::uint16_t>(effect.tree);
    if (last.step.kind == StepKind::procedure) last.step.actor = trees_[effect.tree].place;
  }
  path_.push_back(last);
  visit_(context_, path_, now_, effect.violated);
}

// Whether all that start with the effect may start one after another, and what they use.
bool LazyMoves::may_all_start(const PlatformState& from, const Effect& effect, Used& used) {
  other_.world = from.world;
  other_.used = from.used;
  const auto starts = [&](std::size_t t, std::size_t node) {
    const Tree& tree = trees_[t];
    if (tree.place != none) return true;
    space_.list(work_, other_);
    const auto& listed = work_.steps_;
    if (std::find(listed.begin(), listed.end(), tree.start) == listed.end()) return false;
    Used with;
    if (!space_.allowed(work_, other_, tree.start, with)) return false;
    other_.used = with;
    if (node == 0) return true;
    const Node& at = tree.nodes[node];
    if (space_.is_pushed_already(other_.world, at.procedure)) return false;
    put(other_.world, tree, at, place_for_procedure(other_.world), other_.world.memories.size());
    return true;
  };
  for (std::size_t t = 0; t < tree_count_; ++t) {
    if (chosen_[t] != 0 && !starts(t, chosen_[t])) return false;
  }
  if (effect.tree != none_of_them && !starts(effect.tree, effect.node)) return false;
  used = other_.used;
  return true;
}

// Whether no more procedures are under way than may be, once all that start with the effect have
// and until it is taken.
bool LazyMoves::fits(const PlatformState& from, const Effect& effect) {
  int starting = 0;
  for (std::size_t t = 0; t < tree_count_; ++t) {
    if (chosen_[t] != 0 && trees_[t].place == none) ++starting;
  }
  if (starting == 0) return true;
  const bool starts_too = effect.tree != none_of_them && trees_[effect.tree].place == none;
  const int before = count_under_way(from.world) + (starts_too ? 1 : 0);
  if (starting + std::max(before, effect.most_under_way) <= space_.bounds_.procedures) return true;
  ++work_.hits_[static_cast<std::size_t>(Bound::procedures)];
  return false;
}

// Makes `now_` the world after the effect with the chosen places; false if the bounds forbid it.
bool LazyMoves::place_chosen(const PlatformState& from, const Effect& effect) {
  if (!fits(from, effect)) return false;
  now_.world = effect.after.world;
  now_.used = effect.after.used;
  int starting = effect.tree != none_of_them && trees_[effect.tree].place == none ? 1 : 0;
  for (std::size_t t = 0; t < tree_count_; ++t) {
    if (chosen_[t] == 0) continue;
    const Tree& tree = trees_[t];
    const Node& node = tree.nodes[chosen_[t]];
    if (!space_.add_used(now_.used, from.used, node.used)) return false;
    if (tree.place != none && !is_over(tree, effect.after)) {
      put(now_.world, tree, node, tree.place, now_.world.memories.size());
      if (!outlives(node, effect.after)) now_.world.procedures[tree.place] = Procedure{};
    } else {
      put(now_.world, tree, node, place_for_procedure(now_.world), now_.world.memories.size());
    }
    starting += tree.place == none ? 1 : 0;
  }
  if (starting < 2) return true;
  Used together;
  if (!may_all_start(from, effect, together)) return false;
  // A second confirmation uses what the first alone does not.
  now_.used.user_actions = std::max(now_.used.user_actions, together.user_actions);
  return true;
}

// All ways in which the trees from `next` on may stand at one of their stale places.
void LazyMoves::give_stale(const PlatformState& from, const Effect& effect, std::size_t next) {
  while (next < tree_count_ && stale_[next].empty()) ++next;
  if (next == tree_count_) {
    if (place_chosen(from, effect)) say(effect);
    return;
  }
  give_stale(from, effect, next + 1);
  for (const std::size_t node : stale_[next]) {
    chosen_[next] = node;
    give_stale(from, effect, next + 1);
  }
  chosen_[next] = 0;
}

// What the effect has let age in a memory of its own has aged wherever the procedure stands.
void LazyMoves::share_memory(Tree& tree, const World& after) const {
  const Procedure& root = tree.nodes[0].procedure;
  if (tree.place == none || !has_own_memory(after, root) || !memories_age()) return;
  for (std::size_t n = 0; n < tree.size; ++n) tree.nodes[n].own = after.memories[root.memory];
}

void LazyMoves::find_stale(const Effect& effect) {
  if (stale_.size() < tree_count_) stale_.resize(tree_count_);
  for (std::size_t t = 0; t < tree_count_; ++t) stale_[t].clear();
  // A unit of time that passes changes nothing that a step reads: an age comes true by its own
  // step.
  if (effect.ends || is_unit_step(effect.step)) return;
  find_starts(effect.after);
  for (std::size_t t = 0; t < tree_count_; ++t) {
    Tree& tree = trees_[t];
    if (t == effect.tree || tree.size == 1) continue;
    const bool over = is_over(tree, effect.after);
    if (!over) share_memory(tree, effect.after.world);
    scratch_.world = effect.after.world;
    bool goes_with_it = over || tree.place == none;
    // Whoever stands beyond a stale place comes there from it as well as before.
    for (std::size_t n = 1; n < tree.size; ++n) {
      if (outlives(tree.nodes[n], effect.after)) {
        if (over || !still_there(effect.after, tree, n)) stale_[t].push_back(n);
      } else if (tree.nodes[n].ended) {
        if (!over && !still_there(effect.after, tree, n)) stale_[t].push_back(n);
      } else if (!goes_with_it) {
        stale_[t].push_back(n);
        goes_with_it = true;
      }
    }
  }
}

// How often a bound was met that leaves more room once a procedure has ended.
std::uint64_t LazyMoves::bounds_met() const {
  const auto hits = [&](Bound bound) { return work_.hits_[static_cast<std::size_t>(bound)]; };
  return hits(Bound::procedures) + hits(Bound::pods) + hits(Bound::tasks);
}

// Each of the ends that were put off, alone.
void LazyMoves::give_ends(const PlatformState& from) {
  chosen_.assign(tree_count_, 0);
  now_.world = from.world;
  for (std::size_t t = 0; t < tree_count_; ++t) {
    const Tree& tree = trees_[t];
    for (std::size_t n = 1; n < tree.size; ++n) {
      if (!tree.nodes[n].ended) continue;
      put(now_.world, tree, tree.nodes[n], tree.place, 0);
      now_.used = tree.nodes[n].used;
      path_.clear();
      add_path(tree, n, t);
      visit_(context_, path_, now_, 0);
      now_.world.procedures[tree.place] = tree.nodes[0].procedure;
    }
  }
}

void LazyMoves::visit_all(const PlatformState& from, PlatformSpace::Visit visit, void* context) {
  visit_ = visit;
  context_ = context;
  effect_count_ = 0;
  const std::uint64_t before = bounds_met();
  find_trees(from);
  for (std::size_t t = 0; t < tree_count_; ++t) grow(from, t);
  for (const Step& step : listed_) {
    Used used;
    if (!space_.allowed(work_, from, step, used)) continue;
    other_.world = from.world;
    other_.used = used;
    PropertySet violated = 0;
    if (!space_.take_step(work_, other_, step, violated)) continue;
    add_effect(none_of_them, 0, step, other_, violated, false, none);
  }
  for (std::size_t e = 0; e < effect_count_; ++e) {
    chosen_.assign(tree_count_, 0);
    find_stale(effects_[e]);
    give_stale(from, effects_[e], 0);
  }
  if (bounds_met() != before) give_ends(from);
}

}  // namespace holdfast
