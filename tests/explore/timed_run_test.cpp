// Every course of the simulator, whose latencies are whole units, is one of those that an
// exploration with a clock goes through.
#include <gtest/gtest.h>

#include <holdfast/sim/grid.h>
#include <holdfast/sim/platform_space.h>
#include <holdfast/sim/simulator.h>
#include <holdfast/sim/step_text.h>
#include <holdfast/sim/world_packer.h>
#include <holdfast/tests/explore/explore_support.h>

namespace holdfast {
namespace {

constexpr std::string_view restart = R"(name: a restart
pool: {id: pool-a, min_replicas: 0, max_replicas: 2}
given:
  pods: 1
  tasks:
    - {id: 598, workspace: ws-1, type: plan_and_apply, status: apply_pending, pod: 0, slot: 0}
when: [{at: 17s, restart: {}}, {at: 40s, submit: {workspace: ws-2, type: plan}}]
expect: [{holds: reserved_pod_kept}]
explore: {restarts: 1, pods: 12, tasks: 2, retries: 3, procedures: 20, unit: 1s}
)";

struct Taken {
  std::int64_t at_us;
  std::string text;
  bool is_kept;  // false: of a ticker that the exploration leaves out
};

// Of a run, each step with the moment and with the name that it has, until as many retries are
// pending as an exploration keeps.
class Recorder : public Observer {
 public:
  Recorder(const Scenario& scenario, const Grid& grid, const Simulator& simulator)
      : scenario_(scenario), grid_(grid), simulator_(simulator) {}

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override {
    if (occurrence.step == nullptr || simulator_.steps() == seen_) return;
    seen_ = simulator_.steps();
    is_over_ = is_over_ || pending_retries(world) >= WorldPacker::most_retries;
    if (is_over_) return;
    const Step& step = *occurrence.step;
    taken.push_back({clock.now().us - scenario_.start.us, step_text(world, scenario_.setup, step),
                     is_kept(world, step)});
  }
  void after(const World&, const Clock&, const Occurrence&) override {}

  std::vector<Taken> taken;

 private:
  static int pending_retries(const World& world) {
    return static_cast<int>(
        std::count_if(world.timers.begin(), world.timers.end(),
                      [](const Timer& timer) { return timer.kind == TimerKind::retry; }));
  }
  bool is_kept(const World& world, const Step& step) const {
    if (step.kind == StepKind::timer) {
      const TimerKind kind = world.timers[step.actor].kind;
      return kind == TimerKind::retry || grid_.keeps(kind);
    }
    if (step.kind != StepKind::procedure) return true;
    const Procedure& procedure = world.procedures[step.actor];
    if (procedure.kind() == Program::check_rows) return grid_.keeps(TimerKind::agent_cleanup);
    const bool round = procedure.kind() == Program::check_agents && !procedure.flag;
    return !round || grid_.keeps(TimerKind::agent_health);
  }

  const Scenario& scenario_;
  const Grid& grid_;
  const Simulator& simulator_;
  std::uint64_t seen_ = 0;
  bool is_over_ = false;
};

// Takes the same steps at the same moments; answers with the first that may not be, or nothing.
std::string follow(const PlatformSpace& space, const std::vector<Taken>& course) {
  PlatformSpace::Scratch work = space.scratch();
  PlatformState state = space.start();
  std::int64_t now_us = 0;
  for (const Taken& taken : course) {
    if (!taken.is_kept) continue;
    const std::string place = fmt::format("{} at {} s", taken.text, taken.at_us / second);
    for (; now_us < taken.at_us; now_us += space.grid().unit_us) {
      const std::vector<Step> steps = space.steps(*work, state);
      const bool may = std::find(steps.begin(), steps.end(), unit_step()) != steps.end();
      if (!may || !space.walk(*work, state, unit_step())) {
        return fmt::format("no unit may pass at {} s, before {}", now_us / second, place);
      }
    }
    if (now_us != taken.at_us) return place + ": between two units";
    const std::vector<Step> steps = space.steps(*work, state);
    const auto same = std::find_if(steps.begin(), steps.end(), [&](const Step& step) {
      return step_text(state.world, space.scenario().setup, step) == taken.text;
    });
    if (same == steps.end()) return place + ": not among the steps";
    if (!space.walk(*work, state, *same)) return place + ": beyond a bound";
  }
  return {};
}

// Latencies of whole seconds, others for every seed.
void draw_timings(Scenario& scenario, std::uint64_t seed) {
  std::uint64_t word = seed * 2862933555777941757U + 3037000493U;
  const auto draw = [&](std::int64_t least, std::int64_t most) {
    word = word * 6364136223846793005U + 1442695040888963407U;
    const auto range = static_cast<std::uint64_t>(most - least + 1);
    return Distribution::fixed((least + static_cast<std::int64_t>((word >> 33) % range)) * second);
  };
  Timings& timings = scenario.timings;
  timings.cluster_call = draw(0, 2);
  timings.database_call = draw(0, 1);
  timings.goroutine_start = draw(0, 1);
  timings.pod_start = draw(1, 20);
  timings.agent_connect = draw(1, 5);
  timings.agent_reconnect = draw(1, 9);
  timings.server_down = draw(1, 30);
  timings.plan = draw(1, 60);
  timings.apply = draw(1, 60);
  timings.apply_cold_start = draw(1, 20);
  timings.apply_warm_start = draw(1, 4);
  timings.confirm = draw(1, 90);
}

class TimedRun : public testing::TestWithParam<std::string> {};

TEST_P(TimedRun, is_among_the_courses_of_the_exploration) {
  std::size_t followed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Scenario scenario = scenario_with(restart, GetParam());
    draw_timings(scenario, seed);
    ASSERT_EQ(grid_refusal(scenario), "");
    PlatformSpace::Options options;
    options.timed = true;
    options.lazy_reads = false;
    const PlatformSpace space(scenario, options);
    ASSERT_EQ(space.grid().unit_us, second);
    Simulator simulator(scenario, seed);
    Recorder recorder(scenario, space.grid(), simulator);
    simulator.add_observer(recorder);
    simulator.run(3 * minute);
    ASSERT_EQ(follow(space, recorder.taken), "") << "seed " << seed;
    followed += recorder.taken.size();
  }
  EXPECT_GT(followed, 4000U);
}

std::string title(const testing::TestParamInfo<std::string>& info) {
  std::string text = info.param;
  for (char& c : text) c = c == '+' ? '_' : c;
  return text;
}

INSTANTIATE_TEST_SUITE_P(Profile, TimedRun,
                         testing::Values("slots", "slots+delay", "described+delay",
                                         "slots+rebuild+guard"),
                         title);

}  // namespace
}  // namespace holdfast
