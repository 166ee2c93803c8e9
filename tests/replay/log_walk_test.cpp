// Whatever happens in the model has a line, and the line is the event: no field that a step sets is
// lost, in walks with and without time, under every profile and fault.
#include <gtest/gtest.h>

#include <optional>

#include <fmt/format.h>

#include <holdfast/replay/event_json.h>
#include <holdfast/tests/support/random_walk.h>

namespace holdfast {
namespace {

// Writes and reads the events of a walk one by one.
class RoundTrip {
 public:
  void take(const holdfast::Setup& setup, const World& before, const Events& events) {
    if (!names_) names_.emplace(setup, before);
    for (const Event& event : events) {
      take(event);
      names_->note(event);
      ++count_;
    }
  }
  std::uint64_t count() const { return count_; }

 private:
  void take(const Event& event) {
    text_.clear();
    const std::string_view refusal = append_event(event, *names_, 1, 0, "", text_);
    ASSERT_EQ(refusal, "") << info(event.type).name;
    const std::size_t size = text_.size() - 1;
    text_.append(line_padding, ' ');
    const std::string_view line = std::string_view(text_).substr(0, size);
    const LineFault* fault = reader_.read_event(line, *names_, read_);
    ASSERT_EQ(fault, nullptr) << fault->message << '\n' << line;
    ASSERT_EQ(read_.event, event) << line;
  }

  std::optional<EntityNames> names_;
  LineReader reader_;
  LoggedEvent read_;
  std::string text_;
  std::uint64_t count_ = 0;
};

TEST(LogWalk, every_event_of_every_walk_comes_back_equal) {
  std::uint64_t count = 0;
  for (const Profile& profile : profiles()) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      WalkSetup setup = walk_setup(profile.knobs, seed);
      setup.timed = seed % 2 == 0;
      setup.faults = seed > 2 ? ~std::uint32_t{0} : 0;
      RandomWalk walk(setup);
      RoundTrip trip;
      walk.watch = [&](const Step&, const World& before, const Events& events, const World&) {
        trip.take(walk.setup(), before, events);
      };
      EXPECT_TRUE(walk.run(1500)) << walk.problem();
      count += trip.count();
      if (HasFatalFailure() || HasNonfatalFailure()) {
        FAIL() << fmt::format("profile {}, seed {}", profile.name, seed);
      }
    }
  }
  EXPECT_GT(count, 100'000U);
}

}  // namespace
}  // namespace holdfast
