// Whatever happens in the model has a line, and the line is the event, in walks with and without
// time, under every profile and fault. And no step sets a field that the event table does not give
// to the type: such a field would not be in the log.
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include <holdfast/replay/event_json.h>
#include <holdfast/tests/support/random_walk.h>

namespace holdfast {
namespace {

// Sets the fields back that the event's type does not have; found(name) hears of each that was set.
template <typename Found>
void clear_beyond_row(Event& event, const Found& found) {
  static const Event defaults;
  const auto clear = [&](Field field, std::string_view name, auto Event::*member) {
    if (info(event.type).has(field) || event.*member == defaults.*member) return;
    event.*member = defaults.*member;
    found(name);
  };
  clear(Field::reason, "reason", &Event::reason);
  clear(Field::task_type, "task_type", &Event::task_type);
  clear(Field::status, "status", &Event::status);
  clear(Field::action, "action", &Event::action);
  clear(Field::fault, "fault", &Event::fault);
  clear(Field::mode, "mode", &Event::mode);
  clear(Field::timer, "timer", &Event::timer);
  clear(Field::slot, "slot", &Event::slot);
  clear(Field::flag, "flag", &Event::flag);
  clear(Field::workspace, "workspace", &Event::workspace);
  clear(Field::task, "task", &Event::task);
  clear(Field::pod, "pod", &Event::pod);
  clear(Field::place, "place", &Event::place);
  clear(Field::at, "at", &Event::at);
  clear(Field::pods, "pods", &Event::pods);
  clear(Field::others, "others", &Event::others);
  clear(Field::row, "row", &Event::row);
  clear(Field::freeze, "freeze", &Event::freeze);
  clear(Field::after, "after", &Event::after);
  constexpr std::array numbers{Field::n0, Field::n1, Field::n2, Field::n3};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (info(event.type).has(numbers[i]) || event.n[i] == 0) continue;
    event.n[i] = 0;
    found("n" + std::to_string(i));
  }
}

// Writes and reads the events of a walk one by one.
class RoundTrip {
 public:
  void take(const holdfast::Setup& setup, const World& before, const Events& events) {
    if (!names_) names_.emplace(setup, before);
    for (Event event : events) {
      clear_beyond_row(event, [&](std::string_view field) {
        beyond_.insert(fmt::format("{}.{}", info(event.type).name, field));
      });
      take(event);
      names_->note(event);
      ++count_;
    }
  }
  std::uint64_t count() const { return count_; }
  // "agent.gone.reason": what was set and is in no row.
  const std::set<std::string>& beyond() const { return beyond_; }

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
  std::set<std::string> beyond_;
};

struct Walked {
  std::uint64_t events = 0;
  std::set<std::string> beyond;
};

// Walks under every profile, timed and untimed, with and without faults.
Walked walk_all() {
  Walked walked;
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
      walked.events += trip.count();
      walked.beyond.insert(trip.beyond().begin(), trip.beyond().end());
      if (testing::Test::HasFailure()) {
        ADD_FAILURE() << fmt::format("profile {}, seed {}", profile.name, seed);
        return walked;
      }
    }
  }
  return walked;
}

TEST(LogWalk, every_event_of_every_walk_comes_back_equal) {
  EXPECT_GT(walk_all().events, 100'000U);
}

TEST(LogWalk, no_step_sets_a_field_that_its_type_does_not_have) {
  EXPECT_EQ(fmt::format("{}", fmt::join(walk_all().beyond, " ")), "")
      << "give these to the types in model/events.cpp, or do not set them";
}

}  // namespace
}  // namespace holdfast
