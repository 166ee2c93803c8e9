// The reduction lazy_reads leaves nothing out: from the states that it stores, the steps that it
// puts off lead to every state that there is, and to no other.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include <holdfast/sim/platform_space.h>
#include <holdfast/sim/world_change.h>
#include <holdfast/tests/explore/explore_support.h>
#include <holdfast/tests/support/scenario_files.h>

namespace holdfast {
namespace {

using Bytes = std::vector<std::byte>;
using States = std::set<Bytes>;

// Nothing but one procedure has changed, or what no step reads.
bool is_unseen(const World& before, const World& after, Move move) {
  if (move.back().step.kind == StepKind::server_ready) return true;
  const std::size_t most = std::max(before.procedures.size(), after.procedures.size());
  for (std::size_t i = 0; i <= most; ++i) {
    if (differs_only_at(before, after, static_cast<ProcedureIndex>(i))) return true;
  }
  return false;
}

class Reached {
 public:
  explicit Reached(const PlatformSpace& space, bool only_unseen = false)
      : space_(space),
        work_(space.scratch()),
        packing_(space.scratch()),
        only_unseen_(only_unseen) {}

  // All of them, or at least `most`.
  States from(const States& start, std::size_t most = 1'000'000) {
    all_ = start;
    open_.assign(start.begin(), start.end());
    while (!open_.empty() && all_.size() < most) {
      space_.unpack(open_.front(), here_);
      open_.pop_front();
      space_.moves(
          *work_, here_,
          [](void* self, Move move, const PlatformState& after, PropertySet violated) {
            static_cast<Reached*>(self)->add(move, after, violated);
          },
          this);
    }
    return std::move(all_);
  }
  Bytes packed(const PlatformState& state) {
    Bytes bytes(space_.most_packed_bytes());
    bytes.resize(space_.pack(*packing_, state, bytes.data()));
    return bytes;
  }

 private:
  void add(Move move, const PlatformState& after, PropertySet violated) {
    if (only_unseen_ && (violated != 0 || !is_unseen(here_.world, after.world, move))) return;
    Bytes bytes = packed(after);
    if (!bytes.empty() && all_.insert(bytes).second) open_.push_back(std::move(bytes));
  }

  const PlatformSpace& space_;
  PlatformSpace::Scratch work_;
  PlatformSpace::Scratch packing_;
  bool only_unseen_;
  PlatformState here_;
  States all_;
  std::deque<Bytes> open_;
};

bool uses_no_more(const Used& a, const Used& b) {
  return a.pods <= b.pods && a.tasks <= b.tasks && a.restarts <= b.restarts &&
         a.faults <= b.faults && a.user_actions <= b.user_actions;
}

// How many states there are; as many as `most` are too many to look at.
std::size_t expect_nothing_is_left_out(const Scenario& scenario, std::size_t most = 1'000'000) {
  const PlatformSpace eager(scenario, {.lazy_reads = false});
  const PlatformSpace lazy(scenario, {.lazy_reads = true, .drop_the_done = false});
  Reached steps(eager);
  const States start = {steps.packed(eager.start())};
  const States all = steps.from(start, most);
  if (all.size() >= most) return most;
  const States stored = Reached(lazy).from(start);
  const States closure = Reached(eager, true).from(stored);
  EXPECT_LT(stored.size(), all.size()) << scenario.name;
  // What was used in vain need not have been used.
  std::map<Bytes, std::vector<Used>> by_world;
  const auto world_of = [&](const Bytes& bytes, Used& used) {
    PlatformState state;
    eager.unpack(bytes, state);
    used = state.used;
    state.used = {};
    return steps.packed(state);
  };
  std::size_t beyond = 0;
  for (const Bytes& bytes : closure) {
    Used used;
    by_world[world_of(bytes, used)].push_back(used);
    beyond += all.contains(bytes) ? 0 : 1;
  }
  std::size_t missing = 0;
  for (const Bytes& bytes : all) {
    Used used;
    const auto same = by_world.find(world_of(bytes, used));
    const bool found = same != by_world.end() &&
                       std::any_of(same->second.begin(), same->second.end(),
                                   [&](const Used& one) { return uses_no_more(one, used); });
    missing += found ? 0 : 1;
  }
  EXPECT_EQ(missing, 0) << scenario.name << ": of " << all.size();
  EXPECT_EQ(beyond, 0) << scenario.name << ": of " << closure.size();
  return all.size();
}

Scenario two_at_a_time(const std::string& file) {
  Scenario scenario = scenario_file(file);
  scenario.explore.procedures = 2;
  scenario.explore.ages = AgeSet{0};
  return scenario;
}

// What is taken for done has no effect any more, and stays so. How many were looked at.
int expect_the_done_are_done(const Scenario& scenario, std::size_t most) {
  const PlatformSpace eager(scenario, {.lazy_reads = false});
  const PlatformSpace::Scratch work = eager.scratch();
  struct Context {
    const PlatformSpace& space;
    PlatformState here;
    ProcedureIndex place;
    int wrong;
  } context{eager, {}, 0, 0};
  const auto look = [](void* to, Move move, const PlatformState& after, PropertySet violated) {
    auto& [space, here, place, wrong] = *static_cast<Context*>(to);
    const Step& step = move.back().step;
    const bool is_its_own = step.kind == StepKind::procedure && step.actor == place;
    const bool over =
        place >= after.world.procedures.size() || after.world.procedures[place].depth == 0;
    const bool unseen = violated == 0 && differs_only_at(here.world, after.world, place);
    if (is_its_own && !unseen) ++wrong;
    if (!over && !space.is_done(after.world, after.world.procedures[place])) ++wrong;
  };
  Reached steps(eager);
  int looked_at = 0;
  for (const Bytes& state : steps.from({steps.packed(eager.start())}, most)) {
    eager.unpack(state, context.here);
    const std::vector<Procedure>& procedures = context.here.world.procedures;
    for (std::size_t i = 0; i < procedures.size(); ++i) {
      if (!eager.is_done(context.here.world, procedures[i])) continue;
      context.place = static_cast<ProcedureIndex>(i);
      eager.moves(*work, context.here, look, &context);
      ++looked_at;
    }
  }
  EXPECT_EQ(context.wrong, 0) << scenario.name;
  return looked_at;
}

TEST(LazyReads, drop_only_what_is_done) {
  int looked_at = 0;
  for (const std::string& file : scenario_files()) {
    const Scenario scenario = two_at_a_time(file);
    if (space_refusal(scenario).empty()) looked_at += expect_the_done_are_done(scenario, 1000);
  }
  EXPECT_GT(looked_at, 1000);
}

// A report that is on its way outlives the server, and one that has arrived goes with it.
TEST(LazyReads, leave_out_nothing_of_a_restart) {
  expect_nothing_is_left_out(scenario_with(R"(name: a restart
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given:
  pods: 1
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply, status: running, pod: 0, slot: 0}]
expect: [{holds: apply_once}]
explore: {restarts: 1, pods: 1, procedures: 2, ages: [], triggers_any_time: true,
          one_push_per_task: true, delete_immediate: true}
)",
                                           "slots"));
}

// A report that has arrived outlives its agent.
TEST(LazyReads, leave_out_nothing_of_two_servers) {
  expect_nothing_is_left_out(scenario_with(R"(name: two servers
replicas: 2
pool: {id: pool-a, min_replicas: 0, max_replicas: 1}
given:
  pods: 1
  tasks: [{id: 1, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}]
expect: [{holds: apply_once}]
explore: {pods: 1, procedures: 4, ages: [], triggers_any_time: true, one_push_per_task: true,
          delete_immediate: true}
)",
                                           "slots"));
}

// An unhealthy check may have listed a pod that is gone by now.
TEST(LazyReads, leave_out_nothing_of_an_unhealthy_check) {
  expect_nothing_is_left_out(
      two_at_a_time("found/production-stale-list-creates-a-pod-too-many.yaml"));
}

// A rotation that waits for its pods gives up at last.
TEST(LazyReads, leave_out_nothing_of_a_rotation) {
  expect_nothing_is_left_out(two_at_a_time("found/rotation-meets-refused-push.yaml"));
}

// What a handler has put into a memory of its own ages as well.
TEST(LazyReads, leave_out_nothing_of_a_memory_of_its_own) {
  Scenario scenario = scenario_file("known-results/04-config-save-fresh-handler-repaired.yaml");
  scenario.explore.procedures = 1;
  expect_nothing_is_left_out(scenario);
}

TEST(LazyReads, leave_out_nothing_of_what_is_small_in_the_library) {
  constexpr std::size_t most = 3000;
  int looked_at = 0;
  for (const std::string& file : scenario_files()) {
    for (const bool ages : {false, true}) {
      Scenario scenario = two_at_a_time(file);
      if (ages) scenario.explore.ages.reset();
      if (!space_refusal(scenario).empty()) continue;
      if (expect_nothing_is_left_out(scenario, most) < most) ++looked_at;
    }
  }
  EXPECT_GT(looked_at, 120);
}

}  // namespace
}  // namespace holdfast
