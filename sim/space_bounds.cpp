#include <holdfast/sim/space_bounds.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/sim/world_packer.h>

namespace holdfast {
namespace {

// The user's action that a happening stands for; `procedure`: none.
StepKind step_of(ActionKind action) {
  switch (action) {
    case ActionKind::cancel:
      return StepKind::cancel;
    case ActionKind::save_config:
      return StepKind::save_config;
    case ActionKind::sync:
      return StepKind::sync;
    case ActionKind::unfreeze:
      return StepKind::unfreeze;
    case ActionKind::rotate_token:
      return StepKind::rotate_token;
    default:
      return StepKind::procedure;
  }
}

Fault fault_of(const Happening& happening) {
  switch (happening.kind) {
    case ActionKind::crash_pod:
      return Fault::pod_crash;
    case ActionKind::evict_pod:
      return Fault::eviction;
    case ActionKind::lose_node:
      return Fault::node_loss;
    case ActionKind::disconnect_agent:
      return Fault::agent_disconnect;
    case ActionKind::silence_agent:
      return Fault::agent_silence;
    case ActionKind::fail_calls:
      return happening.fault;
    default:
      return Fault::none;
  }
}

std::uint32_t faults_of(const Scenario& scenario) {
  const FaultRates& rates = scenario.faults;
  std::uint32_t faults = 0;
  const auto add_if = [&](bool given, Fault fault) { faults |= given ? fault_bit(fault) : 0; };
  add_if(rates.cluster_error_ppm != 0, Fault::cluster_error);
  add_if(rates.cluster_timeout_ppm != 0, Fault::cluster_timeout);
  add_if(rates.stale_list_ppm != 0, Fault::stale_list);
  add_if(rates.database_error_ppm != 0, Fault::database_error);
  add_if(rates.message_lost_ppm != 0, Fault::message_lost);
  add_if(rates.message_duplicated_ppm != 0, Fault::message_duplicated);
  add_if(rates.pod_crash != Distribution::never(), Fault::pod_crash);
  add_if(rates.eviction != Distribution::never(), Fault::eviction);
  add_if(rates.node_loss != Distribution::never(), Fault::node_loss);
  add_if(rates.agent_disconnect != Distribution::never(), Fault::agent_disconnect);
  add_if(rates.agent_silence != Distribution::never(), Fault::agent_silence);
  for (const Happening& happening : scenario.when) {
    const Fault fault = fault_of(happening);
    add_if(fault != Fault::none, fault);
  }
  return faults;
}

constexpr std::uint32_t every_fault =
    ((std::uint32_t{1} << (static_cast<unsigned>(Fault::replica_crash) + 1)) - 1) &
    ~(fault_bit(Fault::none) | fault_bit(Fault::clock_step) | fault_bit(Fault::replica_crash));

int count_of_kind(const Scenario& scenario, auto matches) {
  return static_cast<int>(std::count_if(scenario.when.begin(), scenario.when.end(), matches));
}

}  // namespace

int count_under_way(const World& world) {
  return static_cast<int>(std::count_if(world.procedures.begin(), world.procedures.end(),
                                        [](const Procedure& p) { return p.depth != 0; }));
}

std::span<const BoundInfo> bound_table() {
  static constexpr std::array<BoundInfo, 7> table{{
      {"pods", "pods ever created, the given ones among them", &Bounds::pods,
       WorldPacker::most_entities},
      {"tasks", "tasks ever submitted, the given ones among them", &Bounds::tasks,
       WorldPacker::most_entities},
      {"restarts", "restarts of a server", &Bounds::restarts, 100},
      {"faults", "faults", &Bounds::faults, 100},
      {"user_actions", "what users do beyond submitting, and confirming once",
       &Bounds::user_actions, 100},
      {"retries", "retries that are pending, for each workspace", &Bounds::retries,
       WorldPacker::most_retries},
      {"procedures", "procedures that are under way at a time", &Bounds::procedures,
       WorldPacker::most_procedures},
  }};
  return table;
}

std::span<const AbstractionInfo> abstraction_table() {
  static constexpr std::array<AbstractionInfo, 3> table{{
      {"triggers_any_time",
       "a push may start whenever a task waits for one: no monitor, no retries",
       &Bounds::triggers_any_time},
      {"one_push_per_task", "no push starts while another for the same task is under way",
       &Bounds::one_push_per_task},
      {"delete_immediate", "a deleted pod is gone at once", &Bounds::delete_immediate},
  }};
  return table;
}

SpaceBounds space_bounds(const Scenario& scenario) {
  SpaceBounds space;
  Bounds& bounds = space.bounds;
  bounds = scenario.explore;
  const auto unless_stated = [](int& bound, int otherwise) {
    if (bound < 0) bound = otherwise;
  };
  int most_pods = 0;
  for (const PoolSpec& pool : scenario.pools) most_pods += pool.max_replicas;
  const int given_pods = static_cast<int>(scenario.given_pods.size());
  const int given_tasks = static_cast<int>(scenario.given_tasks.size());
  unless_stated(bounds.pods,
                std::min(std::max(given_pods, most_pods) + 1, WorldPacker::most_entities));
  bounds.pods = std::max(bounds.pods, given_pods);
  unless_stated(bounds.tasks, given_tasks + count_of_kind(scenario, [](const Happening& h) {
                                return h.kind == ActionKind::submit;
                              }));
  bounds.tasks = std::min(std::max(bounds.tasks, given_tasks), WorldPacker::most_entities);
  unless_stated(bounds.restarts, count_of_kind(scenario, [](const Happening& h) {
                  return h.kind == ActionKind::restart || h.kind == ActionKind::stop;
                }));
  space.faults = faults_of(scenario);
  unless_stated(bounds.faults, count_of_kind(scenario, [](const Happening& h) {
                  return fault_of(h) != Fault::none;
                }));
  if (space.faults == 0) space.faults = every_fault;
  if (bounds.faults == 0) space.faults = 0;
  if (bounds.restarts != 0) space.faults |= fault_bit(Fault::replica_crash);
  for (const Happening& happening : scenario.when) {
    const StepKind kind = step_of(happening.kind);
    if (kind != StepKind::procedure) space.users |= kind_bit(kind);
  }
  unless_stated(bounds.user_actions, count_of_kind(scenario, [](const Happening& h) {
                  return step_of(h.kind) != StepKind::procedure;
                }));
  if (space.users == 0) {
    for (const StepKind kind : user_kinds) space.users |= kind_bit(kind);
  }
  const bool confirms = count_of_kind(scenario, [](const Happening& h) {
                          return h.kind == ActionKind::confirm;
                        }) != 0;
  if (confirms || scenario.behaviour.confirms) space.users |= kind_bit(StepKind::confirm);
  unless_stated(bounds.retries, 1);
  bounds.retries = std::min(bounds.retries, WorldPacker::most_retries);
  unless_stated(bounds.procedures, 8);
  bounds.procedures = std::min(bounds.procedures, WorldPacker::most_procedures);
  bounds.ages = bounds.ages.value_or(all_ages) & ages_read(scenario.setup);
  return space;
}

std::string space_refusal(const Scenario& scenario) {
  const auto too_many = [](std::string_view what, std::size_t count, int most) {
    if (count <= static_cast<std::size_t>(most)) return std::string();
    return fmt::format("{} {} are too many to be explored: at most {}", count, what, most);
  };
  for (const std::string& refusal :
       {too_many("given pods", scenario.given_pods.size(), WorldPacker::most_entities),
        too_many("given tasks", scenario.given_tasks.size(), WorldPacker::most_entities),
        too_many("workspaces", scenario.workspaces.size(), WorldPacker::most_entities),
        too_many("pools", scenario.pools.size(), 4),
        too_many("replicas", static_cast<std::size_t>(scenario.replicas), 3)}) {
    if (!refusal.empty()) return refusal;
  }
  return {};
}

Namings namings_of(const Scenario& scenario) {
  const Knobs& knobs = scenario.setup.knobs;
  const Bounds bounds = space_bounds(scenario).bounds;
  Namings free;
  free.pods = bounds.faults == 0 && !knobs.unhealthy_restart && !knobs.offline_pod_cleanup;
  free.tasks = bounds.restarts == 0 && scenario.replicas == 1 &&
               knobs.slot_rebuild != SlotRebuild::from_database &&
               knobs.fail_lost_tasks != FailLostTasks::at_once &&
               knobs.lost_pod != LostPod::replan_at_once;
  return free;
}

std::uint64_t count_of_namings(const Scenario& scenario) {
  const Bounds bounds = space_bounds(scenario).bounds;
  std::uint64_t namings = 1;
  const auto multiply = [&](int count) {
    for (int i = 2; i <= count; ++i) {
      namings = std::min<std::uint64_t>(namings * static_cast<std::uint64_t>(i), 1'000'000'000);
    }
  };
  const Namings free = namings_of(scenario);
  if (free.pods) multiply(bounds.pods);
  if (free.tasks) {
    multiply(bounds.tasks);
    multiply(static_cast<int>(scenario.workspaces.size()));
  }
  return namings;
}

std::string symmetry_refusal(const Scenario& scenario) {
  const std::uint64_t namings = count_of_namings(scenario);
  if (namings <= most_namings) return {};
  const Bounds bounds = space_bounds(scenario).bounds;
  return fmt::format(
      "{} pods, {} tasks and {} workspaces have {} {} namings, which --symmetry would try at every "
      "state: at most {}; `explore: {{pods: …, tasks: …}}` sets lower bounds",
      bounds.pods, bounds.tasks, scenario.workspaces.size(),
      namings == 1'000'000'000 ? "more than" : "up to", namings, most_namings);
}

}  // namespace holdfast
