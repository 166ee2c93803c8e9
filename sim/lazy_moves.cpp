#include <holdfast/sim/lazy_moves.h>

#include <algorithm>

#include <holdfast/sim/world_change.h>

namespace holdfast {
namespace {

// What it does is to start a procedure, and nothing else that anybody could see.
bool only_starts(const Step& step) {
  switch (step.kind) {
    case StepKind::timer:
    case StepKind::agent_connects:
    case StepKind::confirm:
    case StepKind::cancel:
    case StepKind::save_config:
    case StepKind::sync:
    case StepKind::unfreeze:
    case StepKind::rotate_token:
      return true;
    default:
      return false;
  }
}

std::uint16_t free_place(const World& world) {
  std::uint16_t place = 0;
  while (place < world.procedures.size() && world.procedures[place].depth != 0) ++place;
  return place;
}

bool has_own_memory(const World& world, const Procedure& procedure) {
  return procedure.memory != none && procedure.memory >= world.replicas.size();
}

}  // namespace

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
  effect.place = place;
}

// Where time is kept, a timer that fires is due again later.
bool LazyMoves::moves_clock(const Step& step) const {
  return step.kind == StepKind::timer && step.actor != none && space_.grid_.keeps_time();
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
    if (only_starts(step) && !moves_clock(step)) {
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

std::uint16_t LazyMoves::put(PlatformState& state, const Tree& tree, const Node& node) const {
  World& world = state.world;
  std::uint16_t place = tree.place;
  if (place == none) place = free_place(world);
  if (world.procedures.size() <= place) world.procedures.resize(place + 1U);
  world.procedures[place] = node.procedure;
  if (!has_own_memory(world, node.procedure)) return place;
  MemoryIndex memory = node.procedure.memory;
  if (tree.place == none) memory = static_cast<MemoryIndex>(world.memories.size());
  if (world.memories.size() <= memory) world.memories.resize(memory + 1U);
  world.memories[memory] = node.own;
  world.procedures[place].memory = memory;
  return place;
}

void LazyMoves::grow(const PlatformState& from, std::size_t number) {
  Tree& tree = trees_[number];
  for (std::size_t n = 0; n < tree.size; ++n) {
    scratch_.world = from.world;
    scratch_.used = tree.nodes[n].used;
    std::uint16_t place = none;
    std::vector<Step> steps;
    if (tree.nodes[n].there) {
      if (n != 0) {
        place = put(scratch_, tree, tree.nodes[n]);
      } else {
        place = tree.place;
      }
      append_steps(scratch_.world, space_.setup_, space_.clock_, {ActorKind::procedure, place},
                   space_.space_.faults, steps);
    } else {
      place = free_place(scratch_.world);
      steps.push_back(tree.start);
    }
    for (const Step& step : steps) {
      Used used;
      if (!space_.allowed(work_, scratch_, step, used)) continue;
      other_.world = scratch_.world;
      other_.used = used;
      PropertySet violated = 0;
      if (!space_.take_step(work_, other_, step, violated)) continue;
      const bool there =
          place < other_.world.procedures.size() && other_.world.procedures[place].depth != 0;
      // Where time is kept, from when it sleeps is no matter of its own.
      const bool sleeps =
          there && space_.grid_.keeps_time() && other_.world.procedures[place].wake != never;
      const bool silent =
          violated == 0 && !sleeps &&
          (only_moves(step, place) || differs_only_at(scratch_.world, other_.world, place));
      if (!silent || (!there && tree.place != none)) {
        add_effect(number, n, step, other_, violated, silent, place);
        continue;
      }
      if (!there) continue;  // started, saw nothing to do, ended
      Node node;
      node.procedure = other_.world.procedures[place];
      if (has_own_memory(other_.world, node.procedure)) {
        node.own = other_.world.memories[node.procedure.memory];
      }
      const bool known = std::any_of(tree.nodes.begin(),
                                     tree.nodes.begin() + static_cast<std::ptrdiff_t>(tree.size),
                                     [&](const Node& seen) {
                                       return seen.there && seen.procedure == node.procedure &&
                                              seen.own == node.own && seen.used == used;
                                     });
      if (known) continue;
      node.parent = n;
      node.step = step;
      node.used = used;
      if (tree.size == tree.nodes.size()) tree.nodes.emplace_back();
      tree.nodes[tree.size++] = std::move(node);
    }
  }
}

// --- moves ---------------------------------------------------------------------------------------

void LazyMoves::find_starts(const PlatformState& now) {
  space_.list(work_, now);
  starts_.clear();
  for (const Step& step : work_.steps_) {
    if (only_starts(step) && !moves_clock(step)) starts_.push_back(step);
  }
}

// Whether what the tree's start would have started is still there after the effect.
bool LazyMoves::outlives(const Tree& tree, const PlatformState& now) const {
  const Procedure& started = tree.nodes[tree.size - 1].procedure;
  if (started.replica != none) {
    return now.world.replicas[started.replica].state != ReplicaState::down;
  }
  return started.sender == none || now.world.agents[started.sender].state != AgentState::gone;
}

// Whether the tree's place `node` would be come to as well as the world is now, by the same step
// from the same place.
bool LazyMoves::still_there(const PlatformState& now, const Tree& tree, std::size_t node) {
  const Node& wanted = tree.nodes[node];
  const Node& parent = tree.nodes[wanted.parent];
  scratch_.world = now.world;
  scratch_.used = parent.used;
  Step step = wanted.step;
  std::uint16_t place = none;
  if (parent.there) {
    place = put(scratch_, tree, parent);
    step.actor = place;
    std::vector<Step> steps;
    append_steps(scratch_.world, space_.setup_, space_.clock_, {ActorKind::procedure, place},
                 space_.space_.faults, steps);
    if (std::find(steps.begin(), steps.end(), step) == steps.end()) return false;
  } else {
    place = free_place(scratch_.world);
    if (std::find(starts_.begin(), starts_.end(), step) == starts_.end()) return false;
  }
  other_.world = scratch_.world;
  other_.used = parent.used;
  PropertySet violated = 0;
  if (!space_.take_step(work_, other_, step, violated) || violated != 0) return false;
  if (place >= other_.world.procedures.size()) return false;
  Procedure is = other_.world.procedures[place];
  if (has_own_memory(other_.world, is)) {
    if (!(other_.world.memories[is.memory] == wanted.own)) return false;
    is.memory = wanted.procedure.memory;
  }
  return is == wanted.procedure &&
         (only_moves(step, place) || differs_only_at(scratch_.world, other_.world, place));
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

// Makes `now_` the world after the effect with the chosen places; false if the bounds forbid it.
bool LazyMoves::place_chosen(const PlatformState& from, const Effect& effect) {
  now_.world = effect.after.world;
  now_.used = effect.after.used;
  for (std::size_t t = 0; t < tree_count_; ++t) {
    if (chosen_[t] == 0) continue;
    const Tree& tree = trees_[t];
    const Node& node = tree.nodes[chosen_[t]];
    if (tree.place == none && !space_.may_start_too(now_.world, tree.start, node.procedure)) {
      return false;
    }
    if (!space_.add_used(now_.used, from.used, node.used)) return false;
    put(now_, tree, node);
  }
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
