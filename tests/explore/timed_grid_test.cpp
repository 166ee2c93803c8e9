// Time in whole units: what may pass, in which order timers fire, and how a state is kept.
#include <gtest/gtest.h>

#include <algorithm>

#include <holdfast/sim/platform_space.h>
#include <holdfast/sim/step_text.h>
#include <holdfast/tests/explore/explore_support.h>

namespace holdfast {
namespace {

// --- two tickers ---------------------------------------------------------------------------------

// A toy: tickers of two kinds and nothing else. Their rounds end at once.
class Tickers {
 public:
  Tickers() {
    grid_.unit_us = 5 * second;
    grid_.longest.fill(Grid::unlimited);
    world_.replicas.resize(1);
    world_.replicas[0].state = ReplicaState::serving;
    world_.memories.resize(1);
  }
  void arm(TimerKind kind, std::int64_t due_us) {
    world_.timers.push_back({.kind = kind, .replica = 0, .due = {due_us}});
  }
  std::vector<Step> due() const {
    std::vector<Step> all = steps(world_, setup_, clock_, 0);
    std::erase_if(all, [](const Step& step) { return step.kind != StepKind::timer; });
    return all;
  }
  void fire(const Step& step, bool round_ends = true) {
    Events events;
    take(world_, setup_, clock_, step, events);
    for (const Event& event : events) EXPECT_EQ(evolve(world_, event), "");
    if (round_ends) end_rounds();
  }
  void end_rounds() { world_.procedures.clear(); }
  bool pass() {
    if (!may_pass(world_, grid_, steps(world_, setup_, clock_, 0))) return false;
    pass_unit(world_, grid_);
    now_us_ += grid_.unit_us;
    return true;
  }
  std::int64_t now_us() const { return now_us_; }
  TimerKind kind(const Step& step) const { return world_.timers[step.actor].kind; }

 private:
  Grid grid_;
  World world_;
  Setup setup_;
  Clock clock_ = Clock::on_a_grid();
  std::int64_t now_us_ = 0;
};

// All orders in which they fire until then, "m10" for the monitor at 10 s.
void add_orders(Tickers tickers, std::int64_t until_us, std::string so_far,
                std::vector<std::string>& orders) {
  const std::vector<Step> due = tickers.due();
  for (const Step& step : due) {
    Tickers next = tickers;
    const char letter = tickers.kind(step) == TimerKind::monitor ? 'm' : 'h';
    next.fire(step);
    add_orders(next, until_us, so_far + letter + std::to_string(tickers.now_us() / second) + ' ',
               orders);
  }
  if (!due.empty()) {
    EXPECT_FALSE(tickers.pass());  // not while one is due
    return;
  }
  if (tickers.now_us() == until_us) {
    orders.push_back(so_far);
    return;
  }
  ASSERT_TRUE(tickers.pass());
  add_orders(tickers, until_us, std::move(so_far), orders);
}

TEST(Tickers, fire_in_every_order_that_their_beats_leave_and_no_other) {
  // Beats of 10 s and of 30 s, the second armed to come first after 15 s.
  Tickers tickers;
  tickers.arm(TimerKind::monitor, 10 * second);
  tickers.arm(TimerKind::agent_health, 15 * second);
  std::vector<std::string> orders;
  add_orders(tickers, 50 * second, "", orders);
  EXPECT_EQ(orders, std::vector<std::string>{"m10 h15 m20 m30 m40 h45 m50 "});

  Tickers together;
  together.arm(TimerKind::monitor, 10 * second);
  together.arm(TimerKind::agent_health, 30 * second);
  orders.clear();
  add_orders(together, 30 * second, "", orders);
  EXPECT_EQ(orders, (std::vector<std::string>{"m10 m20 m30 h30 ", "m10 m20 h30 m30 "}));
}

TEST(Tickers, that_wait_for_their_last_round_keep_their_beat) {
  Tickers tickers;
  tickers.arm(TimerKind::monitor, 10 * second);
  while (tickers.due().empty()) ASSERT_TRUE(tickers.pass());
  EXPECT_EQ(tickers.now_us(), 10 * second);
  tickers.fire(tickers.due().front(), false);
  while (tickers.now_us() < 45 * second) ASSERT_TRUE(tickers.pass());  // its round still runs
  EXPECT_TRUE(tickers.due().empty());
  tickers.end_rounds();
  EXPECT_FALSE(tickers.pass());  // overdue
  tickers.fire(tickers.due().front());
  ASSERT_TRUE(tickers.due().empty());
  ASSERT_TRUE(tickers.pass());
  EXPECT_EQ(tickers.now_us(), 50 * second);
  EXPECT_FALSE(tickers.due().empty());
}

// --- a unit passes -------------------------------------------------------------------------------

Procedure running(Program program, std::int64_t since_us) {
  Procedure procedure;
  procedure.depth = 1;
  procedure.stack[0] = {program, 0};
  procedure.replica = 0;
  procedure.memory = 0;
  procedure.began = {-since_us};
  return procedure;
}

// gtest has a Setup of its own.
using NoSetup = holdfast::Setup;

class OneProcedure : public testing::Test {
 protected:
  OneProcedure() {
    grid_.unit_us = second;
    grid_.longest.fill(3);
    world_.replicas.resize(1);
    world_.replicas[0].state = ReplicaState::serving;
    world_.memories.resize(1);
    world_.pools.resize(1);
  }
  bool may() const { return may_pass(world_, grid_, steps(world_, setup_, Clock::on_a_grid(), 0)); }
  Grid grid_;
  World world_;
  NoSetup setup_;
};

TEST_F(OneProcedure, runs_for_its_longest_duration_and_no_longer) {
  world_.procedures = {running(Program::monitor, 0)};
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(may()) << i;
    pass_unit(world_, grid_);
  }
  EXPECT_EQ(world_.procedures[0].began, Moment{-3 * second});
  EXPECT_FALSE(may());
  grid_.longest[static_cast<std::size_t>(Program::monitor)] = Grid::unlimited;
  EXPECT_TRUE(may());
}

TEST_F(OneProcedure, does_not_grow_older_while_it_sleeps) {
  world_.procedures = {running(Program::monitor, second)};
  world_.procedures[0].wake = {2 * second};
  pass_unit(world_, grid_);
  EXPECT_EQ(world_.procedures[0].wake, Moment{second});
  pass_unit(world_, grid_);
  EXPECT_EQ(world_.procedures[0].wake, never);
  EXPECT_EQ(world_.procedures[0].began, Moment{-second});
}

TEST_F(OneProcedure, an_age_comes_true_at_its_duration_before_more_time_passes) {
  grid_.timed = age_bit(Age::startup_over);
  world_.replicas[0].started = just_now;
  std::vector<Step> ages;
  for (int i = 0; i < 30; ++i) {
    append_timed_ages(world_, grid_, ages);
    ASSERT_TRUE(ages.empty() && may()) << i;
    pass_unit(world_, grid_);
  }
  EXPECT_FALSE(may());
  EXPECT_TRUE(Clock::on_a_grid().just_started(world_.replicas[0]));
  append_timed_ages(world_, grid_, ages);
  ASSERT_EQ(ages.size(), 1U);
  let_time_pass(world_, ages[0]);
  EXPECT_FALSE(Clock::on_a_grid().just_started(world_.replicas[0]));
  EXPECT_TRUE(may());
}

// --- states as bytes -----------------------------------------------------------------------------

constexpr std::string_view busy = R"(name: busy
pool: {id: pool-a, min_replicas: 0, max_replicas: 2}
given:
  pods: 1
  tasks:
    - {id: 1, workspace: ws-1, type: plan, status: running, pod: 0, slot: 1}
    - {id: 2, workspace: ws-2, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}
when:
  - at: 1m
    submit: {workspace: ws-1, type: plan}
  - at: 2m
    save_config: {min_replicas: 1}
  - at: 2m
    rotate_token:
expect: [{holds: reserved_pod_kept}]
faults: {cluster_error: 1%, database_error: 1%, agent_silence: exponential 1h}
explore: {pods: 4, tasks: 3, restarts: 2, faults: 4, user_actions: 3, retries: 2, after_start: 10m}
)";

using Bytes = std::vector<std::byte>;

class TimedWalk {
 public:
  explicit TimedWalk(const PlatformSpace& space)
      : space_(space), work_(space.scratch()), state_(space.start()) {}

  Bytes pack(const PlatformState& state) {
    Bytes bytes(WorldPacker::most_bytes + 16);
    bytes.resize(space_.pack(*work_, state, bytes.data()));
    return bytes;
  }
  // Every step that may be taken, with the packed state that it leads to; sorted.
  Successors<Bytes> after_one_step(const PlatformState& from) {
    Successors<Bytes> all;
    for (const Step& step : std::vector<Step>(space_.steps(*work_, from))) {
      PlatformState next = from;
      if (!space_.walk(*work_, next, step)) continue;
      all.emplace_back(pack(next), step_text(from.world, space_.scenario().setup, step));
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  // One of the steps, by a stream of numbers. False: there is none.
  bool go_on() {
    const std::vector<Step> steps = space_.steps(*work_, state_);
    for (std::size_t tries = 0; tries < 4 * steps.size(); ++tries) {
      word_ = word_ * 6364136223846793005U + 1442695040888963407U;
      PlatformState next = state_;
      if (!space_.walk(*work_, next, steps[(word_ >> 33) % steps.size()])) continue;
      state_ = std::move(next);
      return true;
    }
    return false;
  }
  void begin_again(std::uint64_t seed) {
    state_ = space_.start();
    word_ = seed;
  }
  const PlatformState& state() const { return state_; }

 private:
  const PlatformSpace& space_;
  PlatformSpace::Scratch work_;
  PlatformState state_;
  std::uint64_t word_ = 1;
};

class TimedPacking : public testing::TestWithParam<std::string> {};

// A moment that is not packed, or is packed wrongly, changes what may happen behind it.
TEST_P(TimedPacking, a_state_that_was_packed_goes_on_as_it_would_have) {
  const Scenario scenario = scenario_with(busy, GetParam());
  PlatformSpace::Options options;
  options.timed = true;
  options.lazy_reads = false;
  const PlatformSpace space(scenario, options);
  TimedWalk walk(space);
  int packed = 0;
  bool aged = false;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    walk.begin_again(seed);
    for (int i = 0; i < 500 && walk.go_on(); ++i) {
      const World& world = walk.state().world;
      for (const Procedure& procedure : world.procedures) {
        if (procedure.depth == 0 || procedure.replica == none) continue;
        const std::uint32_t most = space.grid().longest[static_cast<std::size_t>(procedure.kind())];
        ASSERT_LE(-procedure.began.us, space.grid().us(most));
        aged = aged || procedure.began.us < 0;
      }
      if (i % 10 != 0) continue;
      const Bytes bytes = walk.pack(walk.state());
      if (bytes.empty()) continue;
      PlatformState again;
      space.unpack(bytes, again);
      ASSERT_TRUE(walk.pack(again) == bytes) << "seed " << seed << ", step " << i;
      ASSERT_EQ(difference(walk.after_one_step(again), walk.after_one_step(walk.state())), "")
          << "seed " << seed << ", step " << i;
      ++packed;
    }
  }
  EXPECT_GT(packed, 100);
  EXPECT_TRUE(aged);
}

std::string title(const testing::TestParamInfo<std::string>& info) {
  std::string text = info.param;
  for (char& c : text) c = c == '+' ? '_' : c;
  return text;
}

INSTANTIATE_TEST_SUITE_P(Profile, TimedPacking,
                         testing::Values("slots", "described+delay", "deployment", "production"),
                         title);

TEST(TimedState, keeps_moments_apart_that_an_untimed_state_takes_for_one) {
  const Scenario scenario = scenario_of_whole(std::string(busy));
  PlatformSpace::Options options;
  options.timed = true;
  const PlatformSpace timed(scenario, options);
  const PlatformSpace untimed(scenario);
  PlatformState one = timed.start();
  ASSERT_FALSE(one.world.timers.empty());
  PlatformState other = one;
  other.world.timers.back().due.us -= timed.grid().unit_us;
  TimedWalk with(timed);
  TimedWalk without(untimed);
  EXPECT_TRUE(with.pack(one) != with.pack(other));
  EXPECT_TRUE(without.pack(one) == without.pack(other));
}

}  // namespace
}  // namespace holdfast
