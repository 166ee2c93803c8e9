// The platform as a space to be explored: every step of the model within the bounds that a scenario
// states, without a clock or, with Options::timed, within the durations of a Grid (grid.h). The
// model is the one that everything else walks; what is said here is only what may happen at all,
// how often, and how a state is kept.
//
// Reductions, each of which can be switched off:
//   lazy_reads  steps that change nothing but the procedure that takes them are put off until
//               something happens that they would see (lazy_moves.h)
//   symmetry    states that differ by the naming of pods, tasks or workspaces are one, where no
//               step reads their order (ExploreOptions::symmetry, namings_of())
//
// Thread safety: as explorable.h asks; the counters of coverage() are read after the exploration.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <holdfast/model/procedures/ways.h>
#include <holdfast/model/properties.h>
#include <holdfast/sim/causes.h>
#include <holdfast/sim/explorable.h>
#include <holdfast/sim/space_bounds.h>
#include <holdfast/sim/world_packer.h>

namespace holdfast {

// What a walk has used of what it may.
struct Used {
  std::uint8_t pods = 0;
  std::uint8_t tasks = 0;
  std::uint8_t restarts = 0;
  std::uint8_t faults = 0;
  std::uint8_t user_actions = 0;
  // Units since a server started last; Grid::after_start bounds them.
  std::uint32_t since_start = Grid::unlimited;

  bool operator==(const Used&) const = default;
};
struct PlatformState {
  World world;
  Used used;
};

enum class Bound : std::uint8_t {
  pods,
  tasks,
  restarts,
  faults,
  user_actions,
  retries,
  procedures,
  numbers  // that a packed state has room for: nobody sets it
};
template <>
inline constexpr auto names_of<Bound> = std::to_array<std::string_view>(
    {"pods", "tasks", "restarts", "faults", "user_actions", "retries", "procedures", "numbers"});

// A step within a move. `who` numbers the procedures of one move: all steps of kind procedure with
// the same number are taken by the procedure at `step.actor`, or, if that is none, by the one that
// the step with this number and another kind has started.
struct RawStep {
  Step step;
  std::uint16_t who = none;

  bool operator==(const RawStep&) const = default;
};
using Move = std::span<const RawStep>;

// How a step that accesses a store went on; never taken if in no way.
struct StepCoverage {
  Frame frame;
  Ways ways = 0;

  bool is_taken() const { return ways != 0; }
};

// What an exploration met on its way.
struct Coverage {
  std::array<std::uint64_t, count_of<Bound>> hits{};  // steps left out because of a bound
  std::vector<bool> antecedents;                      // by place in properties()
  std::vector<bool> reached;                          // goals, likewise
  std::vector<StepCoverage> steps;                    // of every program, in their order

  // Steps were left out because of a bound.
  bool met_bounds() const;
};

class LazyMoves;

class PlatformSpace {
 public:
  struct Options {
    bool lazy_reads = true;
    bool by_cause = false;  // a bit of its own for every cause of a violation
    bool timed = false;
    // With lazy_reads: what can only end, whatever else happens, has ended.
    bool drop_the_done = true;
    // With lazy_reads and without a clock: an end that nobody misses is put off as well.
    bool put_off_ends = true;
    // The bound of pods is for those of which a state knows, not for all that were ever created:
    // what creates and deletes for ever goes round.
    bool pods_at_a_time = false;
  };
  // Requires: space_refusal(scenario) is empty, and grid_refusal(scenario) too if timed; the
  // scenario outlives the space.
  // `only`: the one never-property that is looked for; empty: all.
  PlatformSpace(const Scenario& scenario, const Options& options, std::string_view only = {});
  explicit PlatformSpace(const Scenario& scenario);
  ~PlatformSpace();
  PlatformSpace(const PlatformSpace&) = delete;
  PlatformSpace& operator=(const PlatformSpace&) = delete;

  // The bounds as they apply: those that the scenario states, and the others as follows from it.
  const Bounds& bounds() const { return bounds_; }
  const Scenario& scenario() const { return scenario_; }
  const Clock& clock() const { return clock_; }
  const Grid& grid() const { return grid_; }
  const Options& options() const { return options_; }
  const PlatformState& start() const { return start_; }

  // --- Explorable ---
  static constexpr std::size_t packed_bytes = 0;
  std::size_t most_packed_bytes() const { return WorldPacker::most_bytes; }
  class Work;
  using Scratch = std::unique_ptr<Work>;
  Scratch scratch() const;
  template <class Out>
  void initial(Scratch& scratch, Out& out) const;
  template <class Out>
  PropertySet expand(Scratch& scratch, StateBytes state, Out& out) const;
  std::size_t canonicalise(Scratch& scratch, std::byte* bytes, std::size_t size) const;
  std::uint64_t orbit(Scratch& scratch, StateBytes state) const;
  int properties() const;
  std::string_view property_name(int property) const;
  std::string step_text(StateBytes state, StepId step) const;
  std::string state_text(StateBytes state) const;

  // --- for those who walk one path ---
  // Calls visit(move, state after it, properties violated by it) for every move.
  using Visit = void (*)(void* context, Move, const PlatformState&, PropertySet);
  void moves(Work& work, const PlatformState& from, Visit visit, void* context) const;
  // Takes one step of the kind that moves consist of; false if a bound forbids it.
  bool walk(Work& work, PlatformState& state, const Step& step) const;
  bool walk(Work& work, PlatformState& state, const Step& step, PropertySet& violated) const;
  // Whether the bounds let an event of a step happen: an event that is left out does not, a step
  // with one beyond them is not taken. Counts what is used.
  enum class Fate : std::uint8_t { folded, left_out, beyond };
  Fate fate_of(Work& work, PlatformState& state, const Event& event) const;
  // The steps that may be taken, bounds not asked.
  const std::vector<Step>& steps(Work& work, const PlatformState& from) const;
  // Whether the step is a trigger whose push is under way already (Bounds::one_push_per_task).
  bool has_nothing_to_do(const World& world, const Step& step) const;
  // The state as bytes; 0 if it is beyond what can be packed.
  std::size_t pack(Work& work, const PlatformState& state, std::byte* out) const;

  void unpack(StateBytes bytes, PlatformState& state) const;

  // Whether the procedure can only end, whatever else happens (Options::drop_the_done).
  bool is_done(const World& world, const Procedure& procedure) const;

  Coverage coverage() const;
  // By cause: what the bits met so far stand for.
  const Causes& causes() const { return *causes_; }

 private:
  friend class LazyMoves;
  struct Counters;

  std::size_t pack_as(Work& work, const PlatformState& state, const Renaming& renaming,
                      std::byte* out) const;
  void find_renamings();
  void list(Work& work, const PlatformState& from) const;
  void list_triggers(Work& work, const PlatformState& from) const;
  bool allowed(Work& work, const PlatformState& from, const Step& step, Used& used) const;
  bool take_step(Work& work, PlatformState& state, const Step& step, PropertySet& violated) const;
  // Its two halves: what the step decides, and what comes of it.
  void decide(Work& work, const World& world, const Step& step) const;
  bool fold_all(Work& work, PlatformState& state, PropertySet& violated) const;
  // Takes a step of a procedure if it does nothing but move the procedure on: then that alone has
  // changed. False: it does more, and is decided but not folded.
  bool advance(Work& work, PlatformState& state, const Step& step, PropertySet& violated) const;
  void note_way(const World& world, const Step& step) const;
  // What a trigger starts.
  static Procedure triggered_by(const World& world, const Step& step);
  bool take_trigger(PlatformState& state, const Step& step) const;
  bool fold(Work& work, PlatformState& state, const Event& event, PropertySet& violated) const;
  // It has nothing left to do but to look at what starts without it.
  bool comes_to_nothing(const Procedure& procedure) const;
  bool finds_nothing(const World& world, const Procedure& procedure) const;
  // Adds to `used` what `more` has used beyond `from`; false if that is beyond a bound.
  bool add_used(Used& used, const Used& from, const Used& more) const;
  bool is_pushed_already(const World& world, const Procedure& starts) const;
  bool end_pods(Work& work, PlatformState& state, PropertySet& violated) const;
  bool puts_off_ends() const;
  void drop_the_done(World& world) const;
  template <class Out>
  void give(Work& work, StepId move, const PlatformState& state, PropertySet violated,
            Out& out) const;

  const Scenario& scenario_;
  const Setup& setup_;
  Options options_;
  Clock clock_ = Clock::untimed();
  SpaceBounds space_;
  Bounds& bounds_ = space_.bounds;
  Grid grid_;
  PlatformState start_;
  std::unique_ptr<WorldPacker> packer_;
  Namings namings_;
  std::vector<Renaming> renamings_;
  std::vector<const Property*> never_;
  std::array<std::vector<std::uint16_t>, 128> by_event_;  // places in properties()
  std::vector<int> bit_of_;                               // by place in properties(); -1: none
  std::unique_ptr<Counters> counters_;
  std::unique_ptr<Causes> causes_;
};

// One thread's own.
class PlatformSpace::Work {
 public:
  explicit Work(const PlatformSpace& space);
  ~Work();
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

 private:
  friend class PlatformSpace;
  friend class LazyMoves;

  const PlatformSpace& space_;
  PlatformState here_;
  PlatformState next_;
  PlatformState then_;
  std::unique_ptr<LazyMoves> lazy_;
  Events events_;
  Events more_;
  std::vector<Step> steps_;
  std::vector<Entities> findings_;
  std::string cause_;
  int most_under_way_ = 0;  // when the step that was folded last started one; 0: it did not
  WorldPacker::Scratch packing_;
  std::array<std::byte, WorldPacker::most_bytes + 8> bytes_;
  std::array<std::byte, WorldPacker::most_bytes + 8> best_;
  std::array<std::uint64_t, count_of<Bound>> hits_{};
};

template <class Out>
void PlatformSpace::give(Work& work, StepId move, const PlatformState& state, PropertySet violated,
                         Out& out) const {
  const std::size_t size = pack_as(work, state, renamings_.front(), work.bytes_.data());
  if (size == 0) {
    const bool too_many = count_under_way(state.world) > bounds_.procedures;
    ++work.hits_[static_cast<std::size_t>(too_many ? Bound::procedures : Bound::numbers)];
    return;
  }
  out.successor(move, {work.bytes_.data(), size}, violated);
}

template <class Out>
void PlatformSpace::initial(Scratch& scratch, Out& out) const {
  give(*scratch, 0, start_, 0, out);
}

template <class Out>
PropertySet PlatformSpace::expand(Scratch& scratch, StateBytes state, Out& out) const {
  struct Context {
    const PlatformSpace& space;
    Work& work;
    Out& out;
    StepId moves;
  } context{*this, *scratch, out, 0};
  unpack(state, scratch->here_);
  moves(
      *scratch, scratch->here_,
      [](void* to, Move, const PlatformState& after, PropertySet violated) {
        auto& c = *static_cast<Context*>(to);
        c.space.give(c.work, c.moves++, after, violated, c.out);
      },
      &context);
  return 0;
}

}  // namespace holdfast
