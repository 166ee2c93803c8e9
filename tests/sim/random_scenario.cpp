#include <holdfast/tests/sim/random_scenario.h>

#include <holdfast/sim/random.h>

namespace holdfast {
namespace {

constexpr int pools = 2;
constexpr int workspaces = 5;

class Drawer {
 public:
  Drawer(std::uint64_t number, const Profile& profile) : draws_(number, "scenario") {
    s_.profile = std::string(profile.name);
    s_.setup.knobs = profile.knobs;
    s_.start = {1'762'617'000 * second};
    s_.until_us = hour;
    s_.replicas = 1 + below(2);
  }

  Scenario draw(bool faults) {
    places();
    given();
    tasks();
    requests();
    breakages();
    if (faults) rates();
    return s_;
  }

 private:
  int below(int end) {
    return static_cast<int>(draws_.below(static_cast<std::uint64_t>(end)));
  }
  std::int64_t any_time() { return draws_.between(0, s_.until_us); }

  void places() {
    for (int p = 0; p < pools; ++p) {
      const std::string id = "pool-" + std::to_string(p);
      s_.setup.pools.push_back(id);
      PoolSpec pool{.id = id, .min_replicas = below(2), .max_replicas = 2 + below(3), .freeze = {}};
      if (below(4) == 0) {
        pool.freeze.push_back({.from_minute = 30, .to_minute = 60, .weekdays = 0x7f});
      }
      pool.secret_age_us = below(6) == 0 ? 31 * day : hour;
      s_.pools.push_back(pool);
      for (const int max : {2, 4}) {
        s_.setup.configs.push_back({static_cast<PoolIndex>(p), below(2), max, pool.freeze});
      }
    }
    for (int w = 0; w < workspaces; ++w) {
      const std::string id = "ws-" + std::to_string(w);
      s_.setup.workspaces.push_back(id);
      s_.workspaces.push_back({id, static_cast<PoolIndex>(w % pools),
                               w == workspaces - 1 ? ExecutionMode::local : ExecutionMode::k8s});
    }
  }
  void given() {
    for (int p = 0; p < 3; ++p) {
      s_.given_pods.push_back({.pool = static_cast<PoolIndex>(p % pools),
                               .age_us = hour - p,
                               .connected = below(5) != 0});
    }
    // A task that waits on the first pod, and one that runs on the second.
    s_.given_tasks.push_back({.number = 11,
                              .workspace = 0,
                              .type = TaskType::plan_and_apply,
                              .status = TaskStatus::apply_pending,
                              .pod = 0,
                              .slot = 0});
    s_.given_tasks.push_back({.number = 12,
                              .workspace = 1,
                              .type = TaskType::plan,
                              .status = TaskStatus::running_planning,
                              .pod = 1,
                              .slot = static_cast<SlotIndex>(below(3))});
  }
  void tasks() {
    for (int w = 0; w < workspaces; ++w) {
      for (const TaskType type :
           {TaskType::plan_and_apply, TaskType::plan, TaskType::drift_check}) {
        Happening arrivals;
        arrivals.kind = ActionKind::submit;
        arrivals.argument = static_cast<std::uint16_t>(s_.setup.tasks.size());
        arrivals.drawn = true;
        arrivals.gap = Distribution::exponential((20 + below(70)) * minute);
        s_.setup.tasks.push_back({static_cast<WorkspaceIndex>(w), type});
        s_.when.push_back(arrivals);
      }
    }
    s_.timings.confirm = Distribution::exponential(5 * minute);
    s_.behaviour.plan_failure_ppm = 100'000;
    s_.behaviour.no_changes_ppm = 200'000;
    s_.behaviour.apply_failure_ppm = 100'000;
    s_.timings.pod_termination = Distribution::uniform(0, 40 * second);
  }
  void add(ActionKind kind, int times) {
    for (int i = 0; i < times; ++i) {
      Happening happening;
      happening.kind = kind;
      happening.at_us = any_time();
      happening.pool = static_cast<PoolIndex>(below(pools));
      happening.pod = static_cast<std::uint16_t>(below(6));
      happening.task = static_cast<std::uint32_t>(11 + below(10));
      happening.argument = static_cast<std::uint16_t>(below(4));
      if (kind == ActionKind::clock_step) happening.duration_us = 3 * minute;
      if (kind == ActionKind::fail_calls) {
        happening.fault = static_cast<Fault>(1 + below(4));
        happening.count = 1 + below(4);
      }
      s_.when.push_back(happening);
    }
  }
  void requests() {
    for (const ActionKind kind : {ActionKind::confirm, ActionKind::cancel, ActionKind::save_config,
                                  ActionKind::sync}) {
      add(kind, 3);
    }
    add(ActionKind::unfreeze, 1);
    add(ActionKind::rotate_token, 1);
  }
  void breakages() {
    for (const ActionKind kind :
         {ActionKind::restart, ActionKind::crash_pod, ActionKind::evict_pod, ActionKind::lose_node,
          ActionKind::succeed_pod, ActionKind::disconnect_agent, ActionKind::silence_agent,
          ActionKind::fail_calls, ActionKind::lose_leader}) {
      add(kind, 1 + below(2));
    }
    if (below(4) == 0) add(ActionKind::clock_step, 1);
  }
  void rates() {
    FaultRates& rates = s_.faults;
    rates.cluster_error_ppm = 20'000;
    rates.cluster_timeout_ppm = 20'000;
    rates.stale_list_ppm = 20'000;
    rates.database_error_ppm = 20'000;
    rates.message_lost_ppm = 50'000;
    rates.message_duplicated_ppm = 50'000;
    rates.pod_crash = Distribution::exponential(20 * minute);
    rates.eviction = Distribution::exponential(40 * minute);
    rates.node_loss = Distribution::exponential(60 * minute);
    rates.agent_disconnect = Distribution::exponential(15 * minute);
    rates.agent_silence = Distribution::exponential(20 * minute);
    rates.replica_crash = Distribution::exponential(15 * minute);
  }

  RandomStream draws_;
  Scenario s_;
};

}  // namespace

Scenario random_scenario(std::uint64_t number, const Profile& profile, bool faults) {
  return Drawer(number, profile).draw(faults);
}

Scenario quiet_scenario() {
  Scenario scenario;
  scenario.start = {1'762'617'000 * second};
  scenario.setup.pools = {"pool-a"};
  scenario.setup.workspaces = {"ws-a"};
  scenario.setup.tasks = {{0, TaskType::plan_and_apply}, {0, TaskType::plan}};
  scenario.pools = {PoolSpec{.id = "pool-a", .min_replicas = 0, .max_replicas = 3, .freeze = {}}};
  scenario.workspaces = {{"ws-a", 0, ExecutionMode::k8s}};
  scenario.given_pods = {GivenPod{}};
  scenario.behaviour.confirms = false;
  return scenario;
}

}  // namespace holdfast
