// What is owed changes only after events that its property looks at: asked before and after every
// other event of random runs under every profile, it is the same. The judge asks after the events
// of the mask only, so this is what makes it right.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include <holdfast/model/properties.h>
#include <holdfast/sim/simulator.h>
#include <holdfast/tests/sim/random_scenario.h>

namespace holdfast {
namespace {

using Findings = std::vector<Entities>;

class Auditor : public Observer {
 public:
  explicit Auditor(const Setup& setup) : setup_(setup) {
    for (const Property& property : properties()) {
      if (property.kind == PropertyKind::eventually) owed_.push_back({&property, {}, false});
    }
  }

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override {
    for (Owed& item : owed_) {
      item.asked = !item.property->events.test(static_cast<std::size_t>(occurrence.event.type));
      item.before = ask(item, world, clock);
    }
  }
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override {
    for (const Owed& item : owed_) {
      const Findings now = ask(item, world, clock);
      if (!item.asked) {
        looked_at += now != item.before ? 1 : 0;
        continue;
      }
      ++questions;
      if (!now.empty()) ++debts[std::string(item.property->name)];
      if (now == item.before) continue;
      ++changed[std::string(item.property->name) + " by " +
                std::string(info(occurrence.event.type).name)];
    }
  }

  std::uint64_t questions = 0;
  std::uint64_t looked_at = 0;         // changes by events that are looked at
  std::map<std::string, int> changed;  // what changed without being looked at, how often
  std::map<std::string, int> debts;    // how often something was owed at all

 private:
  struct Owed {
    const Property* property;
    Findings before;
    bool asked;
  };
  Findings ask(const Owed& item, const World& world, const Clock& clock) const {
    Findings found;
    item.property->owed(world, setup_, clock, found);
    return found;
  }

  const Setup& setup_;
  std::vector<Owed> owed_;
};

TEST(PropertyMasks, what_is_owed_changes_by_no_event_that_its_property_does_not_look_at) {
  std::map<std::string, int> changed;
  std::map<std::string, int> debts;
  std::uint64_t questions = 0;
  std::uint64_t looked_at = 0;
  std::uint64_t number = 0;
  for (const Profile& profile : profiles()) {
    ++number;
    const Scenario scenario = random_scenario(number, profile, number % 2 == 0);
    Simulator simulator(scenario, number);
    Auditor auditor(scenario.setup);
    simulator.add_observer(auditor);
    simulator.run(scenario.until_us);
    for (const auto& [what, times] : auditor.changed) changed[what] += times;
    for (const auto& [what, times] : auditor.debts) debts[what] += times;
    questions += auditor.questions;
    looked_at += auditor.looked_at;
  }
  for (const auto& [what, times] : changed) ADD_FAILURE() << what << ", " << times << " times";
  EXPECT_GT(questions, 500'000U);
  EXPECT_GT(looked_at, 1'000U);
  for (const Property& property : properties()) {
    if (property.kind != PropertyKind::eventually) continue;
    if (property.name == "living_agent_admitted") continue;  // nobody rotates a token here
    EXPECT_GT(debts[std::string(property.name)], 0) << property.name << " was never owed";
  }
}

}  // namespace
}  // namespace holdfast
