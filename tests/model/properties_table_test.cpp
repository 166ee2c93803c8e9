// The table itself, and its promises over long walks of the whole model.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include <holdfast/tests/support/property_bench.h>

namespace holdfast {
namespace {

TEST(PropertyTable, has_every_property_of_the_specification) {
  std::vector<std::string_view> names;
  for (const Property& property : properties()) {
    if (property.kind != PropertyKind::sometimes) names.push_back(property.name);
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{
                       "reserved_pod_kept", "running_pod_kept", "apply_only_confirmed",
                       "apply_on_plan_pod", "one_place_per_task", "apply_once", "slot_rules",
                       "workspace_serial", "replica_bounds", "gradual_scaling", "freeze_kept",
                       "secret_kept", "pool_isolated", "idempotent_step", "no_name_collision",
                       "confirmed_apply_runs", "pending_task_runs", "reservation_restored",
                       "belief_converges", "pool_settles", "running_task_executed",
                       "running_task_placed", "waiting_task_placed", "waiting_task_has_pod",
                       "one_slot_per_task", "ended_task_frees_slot", "ended_task_stops",
                       "ended_task_unlocks", "living_agent_admitted"}));
}

TEST(PropertyTable, every_row_is_complete_and_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const Property& p : properties()) {
    SCOPED_TRACE(p.name);
    EXPECT_TRUE(names.insert(p.name).second);
    EXPECT_EQ(find_property(p.name), &p);
    EXPECT_FALSE(p.sentence.empty() || p.antecedent.empty() || p.violation.empty());
    EXPECT_TRUE(p.events.any());
    EXPECT_EQ(p.before != nullptr || p.after != nullptr, p.kind == PropertyKind::never);
    EXPECT_EQ(p.owed != nullptr, p.kind == PropertyKind::eventually);
    EXPECT_EQ(p.reached != nullptr, p.kind == PropertyKind::sometimes);
  }
  EXPECT_EQ(find_property("pod_kept"), nullptr);
}

TEST(PropertyTable, violations_name_only_what_entities_have) {
  const std::set<std::string> known{"pod", "task", "workspace", "pool", "replica", "slot"};
  for (const Property& p : properties()) {
    const std::string text(p.violation);
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
      EXPECT_TRUE(known.contains(text.substr(at + 1, text.find('}', at) - at - 1))) << text;
    }
  }
}

// An event that names nothing that is there: an importer may hand one in.
TEST(PropertyTable, no_property_trips_over_an_event_about_nothing) {
  Drive d;
  d.serve();
  d.pool(1, 3);
  for (int type = 0; type < event_type_count; ++type) {
    Event e = d.event(static_cast<EventType>(type));
    e.action = Action::apply;
    for (const Property& p : properties()) {
      const Transition t{d.world, d.setup, d.clock, e};
      std::vector<Entities> found;
      if (p.kind == PropertyKind::never && p.events.test(static_cast<std::size_t>(type))) {
        p.before(t, found);
      }
      if (p.kind == PropertyKind::sometimes && p.events.test(static_cast<std::size_t>(type))) {
        p.reached(t);
      }
      const bool names_only_the_event =
          e.type == EventType::pod_create_refused || found.empty();
      EXPECT_TRUE(names_only_the_event) << p.name << ' ' << info(e.type).name;
    }
  }
}

// --- walks ---------------------------------------------------------------------------------------

// Takes steps at random, time running on in jumps. Users ask for work more often than they disturb
// it, and now and then they leave the platform alone for long.
class RandomWalk {
 public:
  RandomWalk(std::string_view profile, std::uint64_t seed) : state_(seed) {
    d_.setup.knobs = find_profile(profile)->knobs;
    const PoolIndex first = d_.pool(1, 3);
    const PoolIndex second = d_.pool_without_secret(0, 2);
    for (const PoolIndex pool : {first, first, second}) {
      const WorkspaceIndex ws = d_.workspace(pool);
      d_.setup.tasks.push_back({ws, TaskType::plan_and_apply});
      d_.setup.tasks.push_back({ws, TaskType::plan});
    }
    d_.setup.tasks.push_back({d_.workspace(first, ExecutionMode::local), TaskType::plan_and_apply});
    const FreezeSchedule always{
        .from_minute = 0, .to_minute = minutes_per_day - 1, .weekdays = 0x7f};
    d_.setup.configs = {{first, 0, 2, {}}, {first, 2, 3, {}}, {first, 1, 3, {always}}};
    d_.fold(EventType::server_started, [](Event& e) { e.replica = 0; });
    d_.fold(EventType::server_stopped, [](Event& e) { e.replica = 0; });
    d_.fold(EventType::memory_lost, [](Event& e) { e.memory = 0; });
  }

  const Drive& drive() const { return d_; }

  // Calls `before(event)` for each event before it is folded, `after(event)` when it is.
  template <typename Before, typename After>
  void run(int steps_wanted, Before before, After after) {
    Events events;
    for (int i = 0; i < steps_wanted; ++i) {
      calm_ = i % 2000 > 500;
      d_.wait(draw(1000) == 0 ? 3 * minute : static_cast<std::int64_t>(draw(300)) * millisecond);
      take(d_.world, d_.setup, d_.clock, next_step(), events);
      for (const Event& event : events) {
        before(event);
        const std::string_view refusal = evolve(d_.world, event);
        ASSERT_EQ(refusal, "") << info(event.type).name << " of step " << i;
        after(event);
      }
    }
  }

 private:
  std::uint64_t draw(std::uint64_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % below;
  }

  // One in how many of the steps of that kind that come up is taken.
  std::uint64_t rarity(const Step& step) const {
    if (step.fault != Fault::none) return 40;
    switch (step.kind) {
      case StepKind::submit: return calm_ ? 2000 : 8;
      case StepKind::confirm: return 8;
      case StepKind::cancel:
      case StepKind::sync:
      case StepKind::save_config: return 200;
      case StepKind::unfreeze:
      case StepKind::rotate_token: return 800;
      case StepKind::server_stops:
      case StepKind::pod_crashes:
      case StepKind::pod_evicted:
      case StepKind::pod_lost:
      case StepKind::agent_disconnects:
      case StepKind::agent_falls_silent: return 300;
      default: return 1;
    }
  }
  Step next_step() {
    const std::vector<Step> all = steps(d_.world, d_.setup, d_.clock, ~std::uint32_t{0});
    for (;;) {
      const Step& step = all[draw(all.size())];
      if (draw(rarity(step)) == 0) return step;
    }
  }

  Drive d_;
  std::uint64_t state_;
  bool calm_ = false;
};

struct PropertyWalk : ::testing::TestWithParam<std::string_view> {};

TEST_P(PropertyWalk, what_is_owed_changes_after_the_events_of_its_mask_only) {
  std::map<std::string_view, int> changes;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    RandomWalk walk(GetParam(), seed);
    const Drive& d = walk.drive();
    std::map<std::string_view, std::vector<Entities>> known;
    const auto owed = [&](const Property& p) {
      std::vector<Entities> found;
      p.owed(d.world, d.setup, d.clock, found);
      return found;
    };
    const auto each = [&](auto&& visit) {
      for (const Property& p : properties()) {
        if (p.kind == PropertyKind::eventually) visit(p);
      }
    };
    walk.run(
        10'000, [&](const Event&) { each([&](const Property& p) { known[p.name] = owed(p); }); },
        [&](const Event& event) {
          each([&](const Property& p) {
            if (owed(p) == known[p.name]) return;
            ++changes[p.name];
            EXPECT_TRUE(p.events.test(static_cast<std::size_t>(event.type)))
                << p.name << " changed after " << info(event.type).name;
          });
        });
  }
  const bool slots = find_profile(GetParam())->knobs.slots != SlotsKnob::none;
  // Without slots nothing is owed to those that look at them; some are owed by rare courses only.
  EXPECT_GE(changes.size(), slots ? 10u : 6u);
  for (const std::string_view often : {"pending_task_runs", "pool_settles"}) {
    EXPECT_GT(changes[often], 10) << often;
  }
}

TEST_P(PropertyWalk, the_model_repeats_and_serves_as_it_should) {
  const Property* const unbroken[] = {find_property("idempotent_step"),
                                      find_property("pool_isolated")};
  std::map<std::string_view, int> occurred;
  for (std::uint64_t seed = 11; seed <= 14; ++seed) {
    RandomWalk walk(GetParam(), seed);
    const Drive& d = walk.drive();
    std::vector<Entities> found;
    walk.run(
        10'000,
        [&](const Event& event) {
          for (const Property* p : unbroken) {
            if (!p->events.test(static_cast<std::size_t>(event.type))) continue;
            if (p->before({d.world, d.setup, d.clock, event}, found)) ++occurred[p->name];
            ASSERT_TRUE(found.empty()) << p->name;
          }
        },
        [](const Event&) {});
  }
  for (const Property* p : unbroken) EXPECT_GT(occurred[p->name], 0) << p->name;
}

INSTANTIATE_TEST_SUITE_P(profiles, PropertyWalk,
                         ::testing::Values("slots", "slots+rebuild+guard", "described",
                                           "deployment", "production"),
                         [](const auto& test) {
                           std::string name(test.param);
                           std::replace(name.begin(), name.end(), '+', '_');
                           return name;
                         });

}  // namespace
}  // namespace holdfast
