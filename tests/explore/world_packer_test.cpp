#include <gtest/gtest.h>

#include <algorithm>

#include <holdfast/sim/ages.h>
#include <holdfast/sim/step_text.h>
#include <holdfast/sim/world_packer.h>
#include <holdfast/tests/explore/explore_support.h>
#include <holdfast/tests/support/random_walk.h>

namespace holdfast {
namespace {

using Bytes = std::vector<std::byte>;

class Packing {
 public:
  explicit Packing(const RandomWalk& walk)
      : walk_(walk), packer_(walk.world(), walk.setup(), limits()) {}

  // Empty: the world has more than can be packed.
  Bytes pack(const World& world) {
    Bytes bytes(WorldPacker::most_bytes + 8);
    bytes.resize(packer_.pack(world, Renaming::identity(), scratch_, bytes.data()));
    return bytes;
  }
  World unpack(const Bytes& bytes) {
    World world;
    EXPECT_EQ(packer_.unpack(bytes, world), bytes.size());
    return world;
  }
  // The worlds that one step leads to, packed, each with its step; sorted, for their order depends
  // on places.
  Successors<Bytes> after_one_step(const World& world) {
    Successors<Bytes> all;
    Events events;
    for (const Step& step : steps(world, walk_.setup(), walk_.clock(), walk_.faults())) {
      take(world, walk_.setup(), walk_.clock(), step, events);
      World next = world;
      for (const Event& event : events) EXPECT_EQ(evolve(next, event), "");
      all.emplace_back(pack(next), step_text(world, walk_.setup(), step));
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  static PackLimits limits() {
    PackLimits most;
    most.pods = most.tasks = WorldPacker::most_entities;
    most.procedures = WorldPacker::most_procedures;
    return most;
  }

  const RandomWalk& walk_;
  WorldPacker packer_;
  WorldPacker::Scratch scratch_;
};

class ProfileWalk : public testing::TestWithParam<std::string> {};

// A register that is not packed, or is packed wrongly, changes what the steps behind it do.
TEST_P(ProfileWalk, a_world_that_was_packed_goes_on_as_it_would_have) {
  int packed = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    WalkSetup setup = walk_setup(find_profile(GetParam())->knobs, seed);
    setup.timed = false;
    setup.setup.keep_everything = false;
    setup.faults = fault_bit(Fault::cluster_error) | fault_bit(Fault::database_error) |
                   fault_bit(Fault::pod_crash) | fault_bit(Fault::replica_crash);
    RandomWalk walk(setup);
    Packing packing(walk);
    for (int i = 0; i < 400; ++i) {
      ASSERT_TRUE(walk.step()) << walk.problem();
      if (i % 8 != 0) continue;
      const Bytes bytes = packing.pack(walk.world());
      if (bytes.empty()) continue;
      const World again = packing.unpack(bytes);
      ASSERT_TRUE(packing.pack(again) == bytes) << "seed " << seed << ", step " << i;
      ASSERT_EQ(difference(packing.after_one_step(again), packing.after_one_step(walk.world())), "")
          << "seed " << seed << ", step " << i;
      ++packed;
    }
  }
  EXPECT_GT(packed, 100);
}

std::string profile_title(const testing::TestParamInfo<std::string>& info) {
  std::string title = info.param;
  for (char& c : title) c = c == '+' || c == '-' ? '_' : c;
  return title;
}

INSTANTIATE_TEST_SUITE_P(Profile, ProfileWalk,
                         testing::Values("slots", "described+reconcile+guard", "deployment",
                                         "production", "slots+unplaced"),
                         profile_title);

TEST(WorldPacker, a_world_beyond_the_limits_is_not_packed) {
  RandomWalk walk(walk_setup(find_profile("slots")->knobs, 1));
  World world = walk.world();
  PackLimits limits;
  limits.pods = 1;
  const WorldPacker packer(world, walk.setup(), limits);
  world.pods.resize(2);
  world.agents.resize(2);
  world.pods[1].state = PodState::running;
  WorldPacker::Scratch scratch;
  Bytes bytes(WorldPacker::most_bytes + 8);
  EXPECT_EQ(packer.pack(world, Renaming::identity(), scratch, bytes.data()), 0U);
}

}  // namespace
}  // namespace holdfast
