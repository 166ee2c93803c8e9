#include <holdfast/sim/lazy_moves.h>

#include <algorithm>

#include <holdfast/sim/world_change.h>

namespace holdfast {
namespace {

std::uint16_t free_place(const World& world) {
  std::uint16_t place = 0;
  while (place < world.procedures.size() && world.procedures[place].depth != 0) ++place;
  return place;
}

bool has_own_memory(const World& world, const Procedure& procedure) {
  return procedure.memory != none && procedure.memory >= world.replicas.size();
}

}  // namespace

// What it does is to start a procedure, and nothing else that anybody could see. What may be
// started again while it is under way is not put off: a tree stands for one procedure.
bool LazyMoves::only_starts(const Step& step) const {
  const Bounds& bounds = space_.bounds();
  switch (step.kind) {
    case StepKind::timer:
      // A trigger has no actor. Where time is kept, a timer that fires is due again later.
      if (step.actor == none) return bounds.one_push_per_task;
      return !space_.grid_.keeps_time();
    case StepKind::agent_connects:
      return true;
    case StepKind::confirm:
      return bounds.user_actions == 0;
    case StepKind::cancel:
    case StepKind::save_config:
    case StepKind::sync:
    case StepKind::unfreeze:
    case StepKind::rotate_token:
      return bounds.user_actions == 1;
    default:
      return false;
  }
}

// --- trees ---------------------------------------------------------------------------------------

void LazyMoves::add_effect(std::size_t tree, std::size_t node, const Step& step,
                           const PlatformState& after, PropertySet violated, bool ends,
                           std::uint16_t place) {
  if (effect_count_ == effects_.size()) effects_.emplace_back();
  Effect& effect = effects_[effect_count_++];
  effect.tree = tree;
  effect.node = node;
  effect.step = step;
  effect.after.world = after.world;
  effect.after.used = after.used;
  effect.violated = violated;
  effect.ends = ends;
  effect.most_under_way = work_.most_under_way_;
  effect.place = place;
}

void LazyMoves::find_trees(const PlatformState& from) {
  tree_count_ = 0;
  const auto add = [&](const Step& start, std::uint16_t place) -> Tree& {
    if (tree_count_ == trees_.size()) trees_.emplace_back();
    Tree& tree = trees_[tree_count_++];
    tree.start = start;
    tree.place = place;
    if (tree.nodes.empty()) tree.nodes.emplace_back();
    tree.size = 1;
    Node& root = tree.nodes.front();
    root.there = place != none;
    root.parent = 0;
    root.used = from.used;
    if (root.there) {
      root.procedure = from.world.procedures[place];
      if (has_own_memory(from.world, root.procedure)) {
        root.own = from.world.memories[root.procedure.memory];
      }
    }
    return tree;
  };
  for (std::size_t i = 0; i < from.world.procedures.size(); ++i) {
    if (from.world.procedures[i].depth != 0) add({}, static_cast<std::uint16_t>(i));
  }
  listed_.clear();
  space_.list(work_, from);
  for (const Step& step : work_.steps_) {
    if (step.kind == StepKind::procedure) continue;
    if (only_starts(step)) {
      add(step, none);
    } else {
      listed_.push_back(step);
    }
  }
}

// The events of the step change its procedure and no more. Cheap to see: there are no others.
bool LazyMoves::only_moves(const Step& step, std::uint16_t place) const {
  if (step.kind != StepKind::procedure) return false;
  return std::all_of(work_.events_.begin(), work_.events_.end(), [&](const Event& event) {
    switch (event.type) {
      case EventType::procedure_advanced:
      case EventType::procedure_ended:
        return event.procedure == place;
      case EventType::memory_pods_listed:
      case EventType::memory_slots_reconciled:
      case EventType::slot_assign_refused:
      case EventType::queue_slot_sought:
      case EventType::queue_no_free_slot:
      case EventType::queue_no_agent:
      case EventType::autoscaler_measured:
      case EventType::autoscaler_decided:
      case EventType::autoscaler_skipped:
      case EventType::autoscaler_frozen:
      case EventType::autoscaler_finished:
        return true;
      default:
        return false;
    }
  });
}

// Puts the procedure of the node at `place`; a memory of its own, if it was not there yet, at
// `spare`.
void LazyMoves::put(World& world, const Tree& tree, const Node& node, std::uint16_t place,
                    std::size_t spare) const {
  if (world.procedures.size() <= place) world.procedures.resize(place + 1U);
  world.procedures[place] = node.procedure;
  if (!has_own_memory(world, node.procedure)) return;
  MemoryIndex memory = node.procedure.memory;
  if (tree.place == none) memory = static_cast<MemoryIndex>(spare);
  if (world.memories.size() <= memory) world.memories.resize(memory + 1U);
  world.memories[memory] = node.own;
  world.procedures[place].memory = memory;
}

// Where the step leads when it does nothing but move its procedure on: to one more place of the
// tree. The tree's places all stand at the same place of scratch_, one after another.
void LazyMoves::add_node(std::size_t number, std::size_t parent, const Step& step, const Used& used,
                         const World& world, std::uint16_t place) {
  Tree& tree = trees_[number];
  const Procedure& procedure = world.procedures[place];
  static const Memory none_of_its_own;
  const Memory& own =
      has_own_memory(world, procedure) ? world.memories[procedure.memory] : none_of_its_own;
  for (std::size_t i = 0; i < tree.size; ++i) {
    const Node& seen = tree.nodes[i];
    if (seen.there && seen.procedure == procedure && seen.own == own && seen.used == used) return;
  }
  if (tree.size == tree.nodes.size()) tree.nodes.emplace_back();
  Node& node = tree.nodes[tree.size++];
  node.procedure = procedure;
  node.own = own;
  node.parent = parent;
  node.step = step;
  node.used = used;
  node.there = true;
}

// Where time is kept, from when a procedure sleeps is no matter of its own.
bool LazyMoves::sleeps(const Procedure& procedure) const {
  return procedure.wake != never && space_.grid_.keeps_time();
}

void LazyMoves::grow_from(std::size_t number, std::size_t n, const Step& step,
                          std::uint16_t place) {
  Tree& tree = trees_[number];
  Used used;
  if (!space_.allowed(work_, scratch_, step, used)) return;
  PropertySet violated = 0;
  if (step.kind == StepKind::procedure) {
    saved_ = scratch_.world.procedures[place];
    if (space_.advance(work_, scratch_, step, violated)) {
      if (violated == 0 && !sleeps(scratch_.world.procedures[place])) {
        add_node(number, n, step, used, scratch_.world, place);
      } else {
        other_.world = scratch_.world;
        other_.used = used;
        add_effect(number, n, step, other_, violated, false, place);
      }
      scratch_.world.procedures[place] = saved_;
      return;
    }
    violated = 0;
    other_.world = scratch_.world;
    other_.used = used;
    if (!space_.fold_all(work_, other_, violated)) return;
  } else {
    other_.world = scratch_.world;
    other_.used = used;
    if (!space_.take_step(work_, other_, step, violated)) return;
  }
  const bool there =
      place < other_.world.procedures.size() && other_.world.procedures[place].depth != 0;
  const bool silent =
      violated == 0 && !(there && sleeps(other_.world.procedures[place])) &&
      (only_moves(step, place) || differs_only_at(scratch_.world, other_.world, place));
  if (!silent || (!there && tree.place != none)) {
    add_effect(number, n, step, other_, violated, silent, place);
  } else if (there) {
    add_node(number, n, step, used, other_.world, place);
  }
}

void LazyMoves::grow(const PlatformState& from, std::size_t number) {
  scratch_.world = from.world;
  const std::uint16_t place =
      trees_[number].place != none ? trees_[number].place : free_place(from.world);
  for (std::size_t n = 0; n < trees_[number].size; ++n) {
    const Tree& tree = trees_[number];
    scratch_.used = tree.nodes[n].used;
    next_.clear();
    if (tree.nodes[n].there) {
      if (n != 0) put(scratch_.world, tree, tree.nodes[n], place, from.world.memories.size());
      append_steps(scratch_.world, space_.setup_, space_.clock_, {ActorKind::procedure, place},
                   space_.space_.faults, next_);
    } else {
      next_.push_back(tree.start);
    }
    for (const Step& step : next_) grow_from(number, n, step, place);
  }
}

// --- moves ---------------------------------------------------------------------------------------

void LazyMoves::find_starts(const PlatformState& now) {
  space_.list(work_, now);
  starts_.clear();
  for (const Step& step : work_.steps_) {
    if (only_starts(step)) starts_.push_back(step);
  }
}

// Whether what the tree's start would have started is still there after the effect.
bool LazyMoves::outlives(const Tree& tree, const PlatformState& now) const {
  const Procedure& started = tree.nodes[tree.size - 1].procedure;
  if (space_.is_done(now.world, started)) return false;
  if (started.replica != none) {
    return now.world.replicas[started.replica].state != ReplicaState::down;
  }
  return started.sender == none || now.world.agents[started.sender].state != AgentState::gone;
}

// Whether the tree's place `node` would be come to as well as the world is now, by the same step
// from the same place. Requires: scratch_ is `now`, but for what an earlier call for this tree put.
bool LazyMoves::still_there(const PlatformState& now, const Tree& tree, std::size_t node) {
  const Node& wanted = tree.nodes[node];
  const Node& parent = tree.nodes[wanted.parent];
  scratch_.used = parent.used;
  Step step = wanted.step;
  PropertySet violated = 0;
  const std::uint16_t place = tree.place != none ? tree.place : free_place(now.world);
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
  if (place >= world.procedures.size()) return false;
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
    put(other_.world, tree, at, free_place(other_.world), other_.world.memories.size());
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
    const std::uint16_t place = tree.place != none ? tree.place : free_place(now_.world);
    put(now_.world, tree, node, place, now_.world.memories.size());
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

void LazyMoves::find_stale(const Effect& effect) {
  if (stale_.size() < tree_count_) stale_.resize(tree_count_);
  for (std::size_t t = 0; t < tree_count_; ++t) stale_[t].clear();
  // A unit of time that passes changes nothing that a step reads: an age comes true by its own
  // step.
  if (effect.ends || is_unit_step(effect.step)) return;
  find_starts(effect.after);
  const World& after = effect.after.world;
  for (std::size_t t = 0; t < tree_count_; ++t) {
    const Tree& tree = trees_[t];
    if (t == effect.tree || tree.size == 1) continue;
    if (tree.place == none) {
      if (!outlives(tree, effect.after)) continue;
    } else if (tree.place >= after.procedures.size() ||
               !(after.procedures[tree.place] == tree.nodes[0].procedure)) {
      continue;  // the effect has ended it
    }
    scratch_.world = after;
    // Whoever stands beyond a stale place comes there from it as well as before.
    for (std::size_t n = 1; n < tree.size; ++n) {
      if (!still_there(effect.after, tree, n)) stale_[t].push_back(n);
    }
  }
}

void LazyMoves::visit_all(const PlatformState& from, PlatformSpace::Visit visit, void* context) {
  visit_ = visit;
  context_ = context;
  effect_count_ = 0;
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
}

}  // namespace holdfast
