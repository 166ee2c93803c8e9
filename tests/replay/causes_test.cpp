// Why an event happened: the chain of the incident from the delete back to the stop of the server,
// that of a configuration saved by a handler with an empty memory, and none where nothing led to
// it.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <holdfast/replay/causes.h>

namespace holdfast {
namespace {

// One pod on which task 598 waits for its user.
Scenario reserved() {
  Scenario scenario;
  scenario.start = {1'762'617'000 * second};
  scenario.setup.pools = {"pool-a"};
  scenario.setup.workspaces = {"ws-a"};
  scenario.pools = {PoolSpec{.id = "pool-a", .min_replicas = 0, .max_replicas = 3, .freeze = {}}};
  scenario.workspaces = {{"ws-a", 0, ExecutionMode::k8s}};
  scenario.given_pods = {GivenPod{}};
  scenario.given_tasks = {{.number = 598,
                           .workspace = 0,
                           .type = TaskType::plan_and_apply,
                           .status = TaskStatus::apply_pending,
                           .pod = 0,
                           .slot = 0}};
  scenario.behaviour.confirms = false;
  return scenario;
}

// The sequence of the first event of that type after the opening; 0 if there is none.
class Finder : public Observer {
 public:
  explicit Finder(EventType type) : type_(type) {}
  void before(const World&, const Clock&, const Occurrence& o) override {
    if (found == 0 && o.step != nullptr && o.event.type == type_) found = o.sequence;
  }
  void after(const World&, const Clock&, const Occurrence&) override {}
  std::uint64_t found = 0;

 private:
  EventType type_;
};

std::vector<CauseLink> chain_of(const Scenario& scenario, EventType type) {
  Finder finder(type);
  Simulator first(scenario, 1);
  first.add_observer(finder);
  first.run(scenario.until_us);
  EXPECT_NE(finder.found, 0U) << info(type).name << " did not happen";
  CauseTracker tracker(finder.found);
  Simulator again(scenario, 1);
  again.add_observer(tracker);
  again.run(scenario.until_us);
  return tracker.chain();
}

// Without the numbers of the events.
std::string line_of(const std::vector<CauseLink>& chain) {
  std::string line;
  for (const CauseLink& link : chain) line += (line.empty() ? "" : " <- ") + link.text;
  return line;
}

TEST(Causes, a_reserved_pod_is_deleted_because_the_server_stopped) {
  Scenario scenario = reserved();
  Happening restart;
  restart.kind = ActionKind::restart;
  restart.at_us = 10 * second;
  restart.duration_us = 3 * second;
  scenario.when = {restart};
  const std::vector<CauseLink> chain = chain_of(scenario, EventType::pod_delete_requested);
  EXPECT_EQ(line_of(chain),
            "pod delete_requested <- autoscaler decided 0 of 1 (low_utilisation) <- pod "
            "discovered, all slots idle <- memory lost <- server stopped");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    EXPECT_LT(chain[i].sequence, chain[i - 1].sequence);
    EXPECT_LE(chain[i].time, chain[i - 1].time);
  }
}

TEST(Causes, a_saved_configuration_deletes_a_pod_that_its_handler_knows_nothing_of) {
  Scenario scenario = reserved();
  scenario.setup.knobs = find_profile("production")->knobs;
  scenario.pools[0].min_replicas = 1;
  scenario.setup.configs = {{0, 1, 3, {}}};
  Happening save;
  save.kind = ActionKind::save_config;
  save.at_us = 7 * second;
  save.argument = 0;
  scenario.when = {save};
  EXPECT_EQ(line_of(chain_of(scenario, EventType::pod_delete_requested)),
            "pod delete_requested <- pool config_saved <- pod discovered, all slots idle");
}

TEST(Causes, a_line_names_the_events_by_their_numbers) {
  EXPECT_EQ(causes_line({{57, never, "pod delete_requested"}, {40, never, "server stopped"}}),
            "57 pod delete_requested <- 40 server stopped");
}

TEST(Causes, a_stop_that_the_scenario_asked_for_has_no_cause) {
  Scenario scenario = reserved();
  Happening stop;
  stop.kind = ActionKind::stop;
  stop.at_us = 10 * second;
  scenario.when = {stop};
  EXPECT_EQ(line_of(chain_of(scenario, EventType::server_stopped)), "server stopped");
}

TEST(Causes, nothing_is_answered_before_the_event_was_seen) {
  CauseTracker tracker(UINT64_MAX);
  const Scenario scenario = reserved();
  Simulator simulator(scenario, 1);
  simulator.add_observer(tracker);
  simulator.run(minute);
  EXPECT_TRUE(tracker.chain().empty());
  EXPECT_EQ(causes_line(tracker.chain()), "");
}

TEST(Causes, no_chain_is_longer_than_it_may_be) {
  Scenario scenario = reserved();
  scenario.until_us = 20 * minute;
  std::uint64_t last = 0;
  {
    Simulator simulator(scenario, 1);
    simulator.run(scenario.until_us);
    last = simulator.events();
  }
  for (std::uint64_t target = last - 40; target <= last; ++target) {
    CauseTracker tracker(target);
    Simulator simulator(scenario, 1);
    simulator.add_observer(tracker);
    simulator.run(scenario.until_us);
    EXPECT_LE(tracker.chain().size(), CauseTracker::longest_chain);
  }
}

}  // namespace
}  // namespace holdfast
