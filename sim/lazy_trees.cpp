#include <holdfast/sim/lazy_moves.h>

#include <algorithm>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/world_change.h>

namespace holdfast {
namespace {

// It remembers a pod that is gone, whose place another could have.
bool keeps_place_of_pod(const World& world, const Procedure& p) {
  for (std::size_t i = 0; i < world.pods.size(); ++i) {
    const auto pod = static_cast<PodIndex>(i);
    if (world.pods[i].state != PodState::gone) continue;
    if (p.pod == pod || p.agent == pod || p.sender == pod || p.row.agent == pod) return true;
    if (p.pods.contains(pod) || p.dead.contains(pod)) return true;
  }
  return false;
}

// The same of a task that is over.
bool keeps_place_of_task(const World& world, const Procedure& p) {
  for (std::size_t i = 0; i < world.tasks.size(); ++i) {
    const auto task = static_cast<TaskIndex>(i);
    if (!world.tasks[i].exists || !is_final(world.tasks[i].row.status)) continue;
    if (p.task == task || p.running.contains(task) || p.waiting.contains(task)) return true;
  }
  return false;
}

}  // namespace

bool LazyMoves::has_own_memory(const World& world, const Procedure& procedure) {
  return procedure.memory != none && procedure.memory >= world.replicas.size();
}

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

// Whether something is offered, or has its place, only once the procedure has ended. That a
// server's start is complete is not (PlatformSpace::list).
bool LazyMoves::is_missed(const PlatformState& from, const Procedure& procedure) const {
  const World& world = from.world;
  if (!space_.puts_off_ends() || has_own_memory(world, procedure)) return true;
  switch (procedure.kind()) {
    case Program::autoscaler_cycle:
    case Program::reconciler_cycle:
    case Program::monitor:
    case Program::check_rows:
    case Program::connect_agent:
    case Program::confirm:
      return true;
    case Program::check_agents:
      return !procedure.flag;
    case Program::try_next:
    case Program::retry_workspace:
    case Program::push:
    case Program::execute_confirmed:
    case Program::run_locally:
      if (space_.bounds().one_push_per_task) return true;
      break;
    default:
      break;
  }
  const Bounds& bounds = space_.bounds();
  const bool more_pods = space_.options().pods_at_a_time || from.used.pods < bounds.pods;
  return (more_pods && keeps_place_of_pod(world, procedure)) ||
         (from.used.tasks < bounds.tasks && keeps_place_of_task(world, procedure));
}

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
    tree.is_missed = true;
    if (root.there) {
      root.procedure = from.world.procedures[place];
      tree.is_missed = is_missed(from, root.procedure);
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
  node.ended = false;
}

void LazyMoves::add_end(std::size_t number, std::size_t parent, const Step& step,
                        const Used& used) {
  Tree& tree = trees_[number];
  for (std::size_t i = 0; i < tree.size; ++i) {
    if (tree.nodes[i].ended && tree.nodes[i].used == used) return;
  }
  if (tree.size == tree.nodes.size()) tree.nodes.emplace_back();
  Node& node = tree.nodes[tree.size++];
  node.procedure = Procedure{};
  node.parent = parent;
  node.step = step;
  node.used = used;
  node.there = false;
  node.ended = true;
}

// Whether what is in a memory may age. Then a memory of a procedure's own changes by itself, and
// what is written into it is an effect: all places of a tree have the memory of its root.
bool LazyMoves::memories_age() const {
  constexpr AgeSet of_memories = age_bit(Age::heartbeat_stale) | age_bit(Age::reservation_expired) |
                                 age_bit(Age::backoff_over);
  return ((*space_.bounds_.ages | space_.grid_.timed) & of_memories) != 0;
}

bool LazyMoves::writes_its_own(const World& before, const World& after, std::uint16_t place) const {
  if (place >= after.procedures.size() || after.procedures[place].depth == 0) return false;
  const Procedure& procedure = after.procedures[place];
  if (!has_own_memory(after, procedure) || !memories_age()) return false;
  return procedure.memory >= before.memories.size() ||
         !(before.memories[procedure.memory] == after.memories[procedure.memory]);
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
      (only_moves(step, place) || differs_only_at(scratch_.world, other_.world, place)) &&
      !(step.kind == StepKind::procedure && writes_its_own(scratch_.world, other_.world, place));
  if (!silent || (!there && tree.place != none && tree.is_missed)) {
    add_effect(number, n, step, other_, violated, silent, place);
  } else if (there) {
    add_node(number, n, step, used, other_.world, place);
  } else if (tree.place != none) {
    add_end(number, n, step, used);
  }
}

void LazyMoves::grow(const PlatformState& from, std::size_t number) {
  scratch_.world = from.world;
  const std::uint16_t place =
      trees_[number].place != none ? trees_[number].place : place_for_procedure(from.world);
  for (std::size_t n = 0; n < trees_[number].size; ++n) {
    const Tree& tree = trees_[number];
    if (tree.nodes[n].ended) continue;
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

}  // namespace holdfast
