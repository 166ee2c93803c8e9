// The moves of a state under the reduction lazy_reads: a procedure's steps that change nothing but
// the procedure itself are put off until something happens that they would see.
//
// A state keeps each procedure at its checkpoint. Ahead of it lies a tree of places that the
// procedure may reach by steps without effect, as the world stands; a ticker, a trigger or a user
// that only starts a procedure is the root of such a tree too. A move is
//   1. the steps of one procedure along its tree and then one step with an effect (or its end), or
//      an effect of the cluster, an agent, a server, a user;
//   2. with that, for any of the other procedures, the steps along their trees to a place that they
//      would no longer come to afterwards: they have read what has now changed. There is their new
//      checkpoint.
// The end of a procedure is such a place too, if nobody misses it: one that may end stays as long
// as it may, and what it could do besides comes with it. Where a bound leaves no room for another
// procedure or pod, ends are moves of their own.
// Every state of the unreduced space is one of these with some procedures further along their
// trees, so the same steps with an effect are taken in the same worlds; only the order of steps
// that see and change nothing of each other is lost.
//
// Thread safety: one LazyMoves per thread.
#pragma once

#include <vector>

#include <holdfast/sim/platform_space.h>

namespace holdfast {

class LazyMoves {
 public:
  LazyMoves(const PlatformSpace& space, PlatformSpace::Work& work) : space_(space), work_(work) {}

  void visit_all(const PlatformState& from, PlatformSpace::Visit visit, void* context);

 private:
  // What a procedure is ahead of its checkpoint.
  struct Node {
    Procedure procedure;
    Memory own;              // of a handler that has one
    std::size_t parent = 0;  // place in the tree; the root is its own
    Step step;               // that led here from there
    Used used;
    bool there = true;   // false: the root of one that has not started
    bool ended = false;  // it has ended, and nobody has seen it
  };
  struct Tree {
    Step start;  // what starts it; meaningful if place is none
    std::uint16_t place = none;
    bool is_missed = false;  // its end is a move
    std::vector<Node> nodes;
    std::size_t size = 0;
  };
  struct Effect {
    std::size_t tree;  // none_of_them: a step of nobody's
    std::size_t node;
    Step step;
    PlatformState after;
    PropertySet violated;
    bool ends;            // the procedure, and nothing else
    int most_under_way;   // while it is taken, if it starts a procedure
    std::uint16_t place;  // of the procedure
  };
  static constexpr std::size_t none_of_them = static_cast<std::size_t>(-1);

  static bool has_own_memory(const World& world, const Procedure& procedure);

  // lazy_trees.cpp
  bool only_starts(const Step& step) const;
  bool is_missed(const PlatformState& from, const Procedure& procedure) const;
  void find_trees(const PlatformState& from);
  void grow(const PlatformState& from, std::size_t tree);
  void grow_from(std::size_t tree, std::size_t node, const Step& step, std::uint16_t place);
  void add_node(std::size_t tree, std::size_t parent, const Step& step, const Used& used,
                const World& world, std::uint16_t place);
  void add_end(std::size_t tree, std::size_t parent, const Step& step, const Used& used);
  void add_effect(std::size_t tree, std::size_t node, const Step& step, const PlatformState& after,
                  PropertySet violated, bool ends, std::uint16_t place);
  bool memories_age() const;
  bool writes_its_own(const World& before, const World& after, std::uint16_t place) const;
  bool sleeps(const Procedure& procedure) const;
  bool only_moves(const Step& step, std::uint16_t place) const;
  void put(World& world, const Tree& tree, const Node& node, std::uint16_t place,
           std::size_t spare) const;

  // lazy_moves.cpp
  void find_starts(const PlatformState& now);
  bool outlives(const Node& node, const PlatformState& now) const;
  bool is_over(const Tree& tree, const PlatformState& now) const;
  bool is_wanted(const Node& wanted, const World& world, std::uint16_t place);
  bool still_there(const PlatformState& now, const Tree& tree, std::size_t node);
  void share_memory(Tree& tree, const World& after) const;
  void find_stale(const Effect& effect);
  void give_stale(const PlatformState& from, const Effect& effect, std::size_t next);
  bool fits(const PlatformState& from, const Effect& effect);
  bool may_all_start(const PlatformState& from, const Effect& effect, Used& used);
  bool place_chosen(const PlatformState& from, const Effect& effect);
  void say(const Effect& effect);
  void add_path(const Tree& tree, std::size_t node, std::size_t number);
  std::uint64_t bounds_met() const;
  void give_ends(const PlatformState& from);

  const PlatformSpace& space_;
  PlatformSpace::Work& work_;
  std::vector<Tree> trees_;
  std::size_t tree_count_ = 0;
  std::vector<Effect> effects_;
  std::size_t effect_count_ = 0;
  PlatformState scratch_;
  PlatformState other_;
  PlatformState now_;
  Procedure saved_;
  std::vector<Step> next_;    // of one place of a tree
  std::vector<Step> listed_;  // steps that have an effect by themselves
  std::vector<Step> starts_;  // what could be started after an effect
  // While an effect is given: per tree the places that are stale, and the one that is chosen.
  std::vector<std::vector<std::size_t>> stale_;
  std::vector<std::size_t> chosen_;
  std::vector<RawStep> path_;
  PlatformSpace::Visit visit_ = nullptr;
  void* context_ = nullptr;
};

}  // namespace holdfast
