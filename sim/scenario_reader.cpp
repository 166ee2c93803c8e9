#include <holdfast/sim/scenario_reader.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/input/yaml.h>
#include <holdfast/sim/scenario_formats.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_reader_parts.h>
#include <holdfast/sim/scenario_shape.h>
#include <holdfast/sim/space_bounds.h>

namespace holdfast {
namespace {

constexpr std::int64_t earliest_start_us = 946'684'800 * second;   // 2000-01-01T00:00:00Z
constexpr std::int64_t latest_start_us = 32'503'680'000 * second;  // 3000-01-01T00:00:00Z

void read_head(ScenarioReading& reading) {
  const Node& root = reading.root;
  Scenario& scenario = reading.scenario;
  scenario.name = root.at("name").text();
  scenario.about = text_or(root, "about", "");
  scenario.seed = static_cast<std::uint64_t>(integer_or(root, "seed", 1));
  scenario.start = default_start;
  if (const Node* start = root.find("start")) {
    scenario.start = {instant_us_of(*start)};
    if (scenario.start.us < earliest_start_us || scenario.start.us >= latest_start_us) {
      reading.diagnostics.add(start->span(), "'start' must lie in the years 2000 to 2999");
    }
  }
  if (const Node* zone = root.find("zone")) scenario.zone_us = zone_us_of(*zone);
  scenario.replicas = static_cast<int>(integer_or(root, "replicas", 1));
}

void read_knobs(ScenarioReading& reading) {
  Scenario& scenario = reading.scenario;
  scenario.profile = text_or(reading.root, "profile", "slots");
  Knobs& knobs = scenario.setup.knobs;
  knobs = find_profile(scenario.profile)->knobs;
  const Node* set = reading.root.find("set");
  if (set == nullptr) return;
  for (const Entry& entry : set->entries()) {
    const TextFault fault = set_knob(knobs, entry.key, entry.value.text());
    if (!fault.message.empty()) {
      reading.diagnostics.add(entry.value.span(), fault.message, fault.hint);
    } else {
      scenario.set.emplace_back(entry.key, knob_text(knobs, entry.key));
    }
  }
}

void read_pool(ScenarioReading& reading, const Node& node) {
  const PoolConfig config = pool_config_of(node);
  PoolSpec pool;
  pool.id = text_or(node, "id", pool.id);
  pool.min_replicas = config.min_replicas;
  pool.max_replicas = static_cast<int>(integer_or(node, "max_replicas", default_max_replicas));
  pool.freeze = config.freeze_schedules;
  pool.secret_age_us = duration_us_or(node, "secret_age", pool.secret_age_us);
  if (pool.secret_age_us > longest_age_us) {
    reading.diagnostics.add(
        node.at("secret_age").span(),
        fmt::format("'secret_age' is more than {}", duration_text(longest_age_us)));
  }
  std::vector<std::string>& known = reading.scenario.setup.pools;
  if (std::find(known.begin(), known.end(), pool.id) != known.end()) {
    reading.diagnostics.add(node.at("id").span(),
                            fmt::format("the pool {} is stated twice", in_quotes(pool.id)));
  }
  known.push_back(pool.id);
  reading.scenario.pools.push_back(std::move(pool));
}

void read_pools(ScenarioReading& reading) {
  if (const Node* pools = reading.root.find("pools")) {
    for (const Node& node : pools->items()) read_pool(reading, node);
    return;
  }
  const Node* pool = reading.root.find("pool");
  read_pool(reading, pool == nullptr ? Node() : *pool);
}

void read_workspaces(ScenarioReading& reading) {
  const Node* list = reading.root.find("workspaces");
  if (list == nullptr) return;
  std::vector<std::string>& known = reading.scenario.setup.workspaces;
  for (const Node& node : list->items()) {
    const std::string& id = node.at("id").text();
    if (std::find(known.begin(), known.end(), id) != known.end()) {
      reading.diagnostics.add(node.at("id").span(),
                              fmt::format("the workspace {} is stated twice", in_quotes(id)));
      continue;
    }
    const PoolIndex pool = reading.pool_of(node.find("pool"));
    const auto mode = value_named<ExecutionMode>(text_or(node, "mode", "k8s"));
    known.push_back(id);
    reading.scenario.workspaces.push_back({id, pool, mode.value_or(ExecutionMode::k8s)});
  }
}

void read_chances(ScenarioReading& reading) {
  const Node& root = reading.root;
  Scenario& scenario = reading.scenario;
  if (const Node* timings = root.find("timings")) {
    for (const Entry& entry : timings->entries()) {
      scenario.timings.*find_timing(entry.key)->member = distribution_of(entry.value);
    }
  }
  const Node* users = root.find("users");
  if (const Node* confirm = users == nullptr ? nullptr : users->find("confirm")) {
    const Distribution wait = distribution_of(*confirm);
    scenario.behaviour.confirms = !wait.is_never();
    if (scenario.behaviour.confirms) scenario.timings.confirm = wait;
  }
  const Node* work = root.find("work");
  const auto ppm = [](const Node* mapping, std::string_view key) {
    const Node* value = mapping == nullptr ? nullptr : mapping->find(key);
    return value == nullptr ? 0 : fraction_ppm_of(*value);
  };
  scenario.behaviour.plan_failure_ppm = ppm(work, "plan_failure");
  scenario.behaviour.no_changes_ppm = ppm(work, "no_changes");
  scenario.behaviour.apply_failure_ppm = ppm(work, "apply_failure");
  const Node* faults = root.find("faults");
  if (faults == nullptr) return;
  for (const CallFault& fault : call_faults()) {
    scenario.faults.*fault.ppm = ppm(faults, name(fault.fault));
  }
  for (const Breakage& breakage : breakages()) {
    const Node* gap = faults->find(name(breakage.fault));
    if (gap != nullptr) scenario.faults.*breakage.gap = distribution_of(*gap);
  }
  scenario.faults.until_us = duration_us_or(*faults, "until", -1);
}

void read_bounds(ScenarioReading& reading) {
  const Node* explore = reading.root.find("explore");
  if (explore == nullptr) return;
  Bounds& bounds = reading.scenario.explore;
  for (const BoundInfo& bound : bound_table()) {
    bounds.*bound.value = static_cast<int>(integer_or(*explore, bound.name, -1));
  }
  for (const AbstractionInfo& abstraction : abstraction_table()) {
    bounds.*abstraction.value = boolean_or(*explore, abstraction.name, false);
  }
  if (const Node* longest = explore->find("longest")) {
    for (const Entry& run : longest->entries()) {
      bounds.longest.push_back({run.key, duration_us_of(run.value)});
    }
  }
  bounds.after_start_us = duration_us_or(*explore, "after_start", -1);
  bounds.unit_us = duration_us_or(*explore, "unit", -1);
  const Node* ages = explore->find("ages");
  if (ages == nullptr) return;
  std::uint32_t set = 0;
  for (const Node& age : ages->items()) {
    set |= age_bit(value_named<Age>(age.text()).value_or(Age::heartbeat_stale));
  }
  bounds.ages = set;
}

void read_schedule(ScenarioReading& reading) {
  const Node* schedule = reading.root.find("schedule");
  if (schedule == nullptr) return;
  for (const Node& step : schedule->items()) {
    reading.scenario.schedule.push_back({step.text(), step.span().start.line});
  }
  const Node* when = reading.root.find("when");
  if (when == nullptr) return;
  // What users ask for is named by its place in `when`; all else would be dropped unsaid.
  for (const Node& happening : when->items()) {
    for (const Entry& entry : happening.entries()) {
      const std::optional<ActionKind> kind = value_named<ActionKind>(entry.key);
      if (!kind || *kind == ActionKind::submit || *kind == ActionKind::save_config) continue;
      reading.diagnostics.add(entry.key_span,
                              fmt::format("'{}' does not happen: beside 'schedule', 'when' only "
                                          "says what users may submit and save",
                                          entry.key));
    }
  }
}

// What repairs it must be there with what should happen, and must leave the course as it is given.
// A finding that no knob repairs says only what should happen.
void read_repair(ScenarioReading& reading) {
  Scenario& scenario = reading.scenario;
  const Node* instead = reading.root.find("instead");
  const Node* repair = reading.root.find("repaired_by");
  if (instead != nullptr) scenario.instead = instead->text();
  if (instead == nullptr && repair == nullptr) return;
  if (instead == nullptr) {
    reading.diagnostics.add(repair->span(),
                            "'repaired_by' without 'instead': a finding says what should happen");
  }
  const bool violates = std::any_of(
      scenario.expect.begin(), scenario.expect.end(),
      [](const Expectation& e) { return e.kind == ExpectationKind::violates; });
  if (!violates) {
    reading.diagnostics.add((repair == nullptr ? instead : repair)->span(),
                            "there is nothing to repair: no expectation 'violates' a property");
  }
  if (repair == nullptr) return;
  if (repair->entries().empty()) {
    reading.diagnostics.add(repair->span(), "'repaired_by' names no knob");
  }
  Scenario changed = scenario;
  for (const Entry& entry : repair->entries()) {
    const TextFault fault = apply_set(changed, entry.key, entry.value.text());
    if (!fault.message.empty()) {
      reading.diagnostics.add(entry.value.span(), fault.message, fault.hint);
    } else {
      scenario.repaired_by.emplace_back(entry.key, knob_text(changed.setup.knobs, entry.key));
    }
  }
}

void read_until(ScenarioReading& reading) {
  Scenario& scenario = reading.scenario;
  const Node* until = reading.root.find("until");
  if (until == nullptr) {
    scenario.until_us = default_until_us(scenario);
    return;
  }
  scenario.until_us = duration_us_of(*until);
  for (const auto& moment : reading.moments_us) {
    if (moment.value <= scenario.until_us) continue;
    reading.diagnostics.add(
        moment.where, fmt::format("this is {} after the start, but the scenario ends after {}",
                                  duration_text(moment.value), duration_text(scenario.until_us)));
  }
}

// "given is 598, and submitted ones count from 599"
std::string existing_tasks(const ScenarioReading& reading, std::uint32_t largest) {
  constexpr std::size_t most_named = 8;
  const std::vector<GivenTask>& given = reading.scenario.given_tasks;
  std::vector<std::uint32_t> numbers;
  for (const GivenTask& task : given) numbers.push_back(task.number);
  std::string text = "none is given";
  if (!given.empty()) {
    const std::size_t more = given.size() > most_named ? given.size() - most_named : 0;
    numbers.resize(given.size() - more);
    text = fmt::format("given {} {}", given.size() == 1 ? "is" : "are", fmt::join(numbers, ", "));
    if (more > 0) text += fmt::format(" and {} more", more);
  }
  if (!reading.submits_go_on && reading.single_submits == 0) return text + ", none is submitted";
  const std::int64_t first = std::int64_t{largest} + 1;
  const std::int64_t last = std::int64_t{largest} + reading.single_submits;
  if (reading.submits_go_on) return text + fmt::format(", submitted ones count from {}", first);
  if (first == last) return text + fmt::format(", submitted is {}", first);
  return text + fmt::format(", submitted are {} to {}", first, last);
}

void check_task_numbers(ScenarioReading& reading) {
  const std::vector<GivenTask>& given = reading.scenario.given_tasks;
  std::uint32_t largest = 0;
  for (const GivenTask& task : given) largest = std::max(largest, task.number);
  for (const auto& reference : reading.task_numbers) {
    const std::int64_t submitted = reference.value - largest;
    const bool known = submitted > 0
                           ? reading.submits_go_on || submitted <= reading.single_submits
                           : std::any_of(given.begin(), given.end(), [&](const GivenTask& task) {
                               return task.number == reference.value;
                             });
    if (known) continue;
    reading.diagnostics.add(reference.where, fmt::format("there is no task {}: {}", reference.value,
                                                         existing_tasks(reading, largest)));
  }
}

}  // namespace

std::int64_t default_until_us(const Scenario& scenario) {
  std::int64_t last_us = 0;
  std::int64_t more_us = shortest_run_us;
  for (const Happening& happening : scenario.when) {
    last_us = std::max({last_us, happening.at_us, happening.until_us});
  }
  for (const Expectation& expectation : scenario.expect) {
    last_us = std::max(last_us, expectation.at_us);
    more_us = std::max(more_us, expectation.within_us);
  }
  return last_us + more_us;
}

PoolIndex ScenarioReading::pool_of(const Node* id) {
  if (id == nullptr) return 0;
  const std::vector<std::string>& known = scenario.setup.pools;
  const auto found = std::find(known.begin(), known.end(), id->text());
  if (found != known.end()) return static_cast<PoolIndex>(found - known.begin());
  diagnostics.add(id->span(),
                  fmt::format("there is no pool {}; there {} {}", in_quotes(id->text()),
                              known.size() == 1 ? "is" : "are", fmt::join(known, ", ")),
                  did_you_mean(id->text(), known));
  return none;
}

WorkspaceIndex ScenarioReading::workspace_of(const std::string& id) {
  std::vector<std::string>& known = scenario.setup.workspaces;
  const auto found = std::find(known.begin(), known.end(), id);
  if (found != known.end()) return static_cast<WorkspaceIndex>(found - known.begin());
  known.push_back(id);
  scenario.workspaces.push_back({id, 0, ExecutionMode::k8s});
  return static_cast<WorkspaceIndex>(known.size() - 1);
}

ReplicaIndex ScenarioReading::replica_of(const Node& mapping) {
  const Node* node = mapping.find("replica");
  if (node == nullptr) return none;
  const std::int64_t replica = integer_of(*node);
  if (replica >= scenario.replicas) {
    diagnostics.add(
        node->span(),
        fmt::format("there is no replica {}: there {} {} (replicas count from 0)", replica,
                    scenario.replicas == 1 ? "is" : "are", counted(scenario.replicas, "replica")));
  }
  return static_cast<ReplicaIndex>(replica);
}

std::optional<Scenario> read_scenario(const Source& source, Diagnostics& diagnostics) {
  const std::optional<Node> root = parse_yaml(source, diagnostics);
  if (!root || !check(scenario_shape(), *root, diagnostics)) return std::nullopt;
  const std::size_t before = diagnostics.count();
  ScenarioReading reading{*root, diagnostics, {}, {}, {}, false, 0, 0};
  reading.scenario.file = source.file();
  read_head(reading);
  read_knobs(reading);
  read_pools(reading);
  read_workspaces(reading);
  read_given(reading);
  read_chances(reading);
  read_happenings(reading);
  read_expectations(reading);
  check_task_numbers(reading);
  read_repair(reading);
  read_until(reading);
  read_bounds(reading);
  read_schedule(reading);
  if (diagnostics.count() > before) return std::nullopt;
  return std::move(reading.scenario);
}

}  // namespace holdfast
