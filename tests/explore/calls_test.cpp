// How long a run may take at most, where nothing is said of it, follows from how many calls it
// makes at most: no walk makes more.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include <holdfast/sim/grid.h>
#include <holdfast/tests/support/drive.h>
#include <holdfast/tests/support/random_walk.h>

namespace holdfast {
namespace {

struct Made {
  std::int64_t cluster = 0;
  std::int64_t database = 0;
  std::int64_t memory = 0;
  std::size_t pods = 0;   // that there were while it ran
  std::size_t tasks = 0;  // likewise
};

std::size_t living(const World& world) {
  return static_cast<std::size_t>(std::count_if(world.pods.begin(), world.pods.end(), listed));
}

std::size_t existing(const World& world) {
  return static_cast<std::size_t>(std::count_if(world.tasks.begin(), world.tasks.end(),
                                                [](const Task& task) { return task.exists; }));
}

void count(Made& run, const Procedure& procedure) {
  switch (info(procedure.top().program).instructions[procedure.top().at].store) {
    case Store::cluster:
      ++run.cluster;
      break;
    case Store::database:
    case Store::channel:
      ++run.database;
      break;
    default:
      ++run.memory;
  }
}

void expect_counted(Program program, const Made& run, const World& world) {
  const Calls calls = calls_of(program);
  const auto pools = static_cast<std::int64_t>(world.pools.size());
  const auto pods = static_cast<std::int64_t>(run.pods);
  const auto tasks = static_cast<std::int64_t>(run.tasks);
  const std::int64_t cluster = calls.cluster * pools + calls.cluster_per_pod * pods;
  const std::int64_t database = calls.database * pools + calls.database_per_task * tasks;
  EXPECT_LE(run.cluster, cluster) << info(program).name << ", pods " << pods;
  EXPECT_LE(run.database, database) << info(program).name << ", tasks " << tasks;
  EXPECT_LE(run.memory, 2 * (cluster + database)) << info(program).name;
}

// Of all that runs in a walk.
class Runs {
 public:
  void take(const Step& step, const World& before, const Events& events, const World& after) {
    if (step.kind == StepKind::procedure) count(runs_[step.actor], before.procedures[step.actor]);
    for (const Event& event : events) note(event);
    for (std::size_t i = 0; i < before.procedures.size(); ++i) {
      const bool there = i < after.procedures.size() && after.procedures[i].depth != 0;
      if (before.procedures[i].depth != 0 && !there) {
        ++judged[before.procedures[i].kind()];
        expect_counted(before.procedures[i].kind(), runs_[static_cast<std::uint16_t>(i)], before);
      }
    }
    for (std::size_t i = 0; i < after.procedures.size(); ++i) {
      const bool was = i < before.procedures.size() && before.procedures[i].depth != 0;
      if (!was && after.procedures[i].depth != 0) {
        runs_[static_cast<std::uint16_t>(i)] = {0, 0, 0, living(after), existing(after)};
      }
    }
  }
  std::map<Program, int> judged;

 private:
  void note(const Event& event) {
    for (auto& [place, run] : runs_) {
      if (event.type == EventType::pod_created) ++run.pods;
      if (event.type == EventType::task_submitted) ++run.tasks;
    }
  }
  std::map<std::uint16_t, Made> runs_;
};

TEST(Calls, of_one_run_are_at_most_those_that_a_clock_counts_on) {
  std::map<Program, int> judged;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    WalkSetup setup = walk_setup(drawn_knobs(seed), seed);
    setup.timed = seed % 2 == 0;
    RandomWalk walk(setup);
    Runs runs;
    walk.watch = [&](const Step& step, const World& before, const Events& events,
                     const World& after) { runs.take(step, before, events, after); };
    ASSERT_TRUE(walk.run(1500)) << walk.problem();
    for (const auto& [program, count] : runs.judged) judged[program] += count;
  }
  for (const std::string& name : startable_program_names()) {
    if (name == "push") continue;  // by itself it is started by one profile's recovery alone
    EXPECT_GT(judged[startable_program(name)], 20) << name;
  }
}

// Which no random walk does: its pods stay.
TEST(Calls, of_the_longest_rotation_are_counted) {
  Drive d;
  d.serve();
  const PoolIndex pool = d.pool(1, 3);
  const PodIndex busy = d.pod(pool, PodState::running);
  d.connect(busy);
  d.manage(busy);
  d.assign(busy, 0, d.task(d.workspace(pool)));
  const ProcedureIndex place = d.start(Program::rotate_token, [&](Procedure& p) { p.pool = pool; });
  Made made{.pods = 1, .tasks = 1};
  while (d.runs(place)) {
    count(made, d.world.procedures[place]);
    ASSERT_TRUE(d.step(place));
  }
  EXPECT_GT(made.cluster, 30);
  expect_counted(Program::rotate_token, made, d.world);
}

}  // namespace
}  // namespace holdfast
