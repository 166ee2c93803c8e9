// The list of the ways in which steps go on is what random walks without faults take, under every
// profile and under drawn knobs. HOLDFAST_UPDATE_GOLDEN=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include <holdfast/model/procedures/ways.h>
#include <holdfast/tests/support/random_walk.h>

namespace holdfast {
namespace {

using Taken = std::map<std::pair<Program, std::uint8_t>, Ways>;

void collect(const Knobs& knobs, std::uint64_t seed, bool timed, Taken& taken) {
  WalkSetup setup = walk_setup(knobs, seed);
  setup.timed = timed;
  RandomWalk walk(setup);
  walk.watch = [&](const Step& step, const World& before, const Events&, const World&) {
    if (step.kind != StepKind::procedure) return;
    const Frame& top = before.procedures[step.actor].top();
    taken[{top.program, top.at}] |= way_of(before, walk.setup(), walk.clock(), step);
  };
  ASSERT_TRUE(walk.run(1500)) << walk.problem();
}

std::string as_source(const Taken& taken) {
  std::string text = "// Written by tests/model/ways_test.cpp.\n";
  for (const auto& [place, ways] : taken) {
    const auto& [program, at] = place;
    const ProgramInfo& of = info(program);
    text += fmt::format("{{{{Program::{}, {}}}, 0x{:x}}},  // {}: {}\n", of.name, at, ways,
                        of.instructions[at].letter, ways_text({program, at}, ways));
  }
  return text;
}

TEST(Ways, known_are_those_that_walks_take) {
  Taken taken;
  for (const Profile& profile : profiles()) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
      collect(profile.knobs, seed, seed % 2 == 0, taken);
  }
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    collect(drawn_knobs(seed), seed, seed % 3 != 0, taken);
  }
  const std::string path = HOLDFAST_SOURCE_DIR "/model/procedures/known_ways.inc";
  if (std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << as_source(taken);
    return;
  }
  for (const auto& [place, ways] : taken) {
    EXPECT_EQ(known_ways({place.first, place.second}), ways)
        << info(place.first).name << ' ' << info(place.first).instructions[place.second].letter;
  }
}

World world_at(const Frame& frame) {
  World world;
  world.pools.resize(1);
  world.memories.resize(1);
  Procedure& procedure = world.procedures.emplace_back();
  procedure.depth = 2;
  procedure.stack[0] = {Program::rotate_token, 3};
  procedure.stack[1] = frame;
  procedure.memory = 0;
  procedure.pool = 0;
  procedure.pod = 0;
  return world;
}

TEST(Ways, of_a_guard_that_refuses_and_of_one_that_lets_pass) {
  const holdfast::Setup setup;
  World world = world_at({Program::delete_pod, 0});
  const auto way = [&] { return way_of(world, setup, Clock::untimed(), {.actor = 0}); };
  EXPECT_EQ(ways_text({Program::delete_pod, 0}, way()), "ii");
  world.memories[0].pods.resize(1);
  world.memories[0].pods[0].state = ManagedPodState::registered;
  world.memories[0].pods[0].slots[0].state = SlotState::reserved;
  EXPECT_EQ(ways_text({Program::delete_pod, 0}, way()), "ends");
}

}  // namespace
}  // namespace holdfast
