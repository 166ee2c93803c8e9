#include <algorithm>

#include <fmt/format.h>

#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/scenario_formats.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_reader_parts.h>

namespace holdfast {
namespace {

// The place of `value` among `values`, where it is added if there is none like it.
template <typename Value>
std::uint16_t place_among(std::vector<Value>& values, Value value) {
  const auto found = std::find(values.begin(), values.end(), value);
  const auto place = static_cast<std::uint16_t>(found - values.begin());
  if (found == values.end()) values.push_back(std::move(value));
  return place;
}

// --- when ----------------------------------------------------------------------------------------

void read_moments(ScenarioReading& reading, const Node& node, Happening& happening) {
  const Node* at = node.find("at");
  const Node* first = at != nullptr ? at : node.find("from");
  if (first != nullptr) {
    happening.at_us = duration_us_of(*first);
    reading.moments_us.push_back({happening.at_us, first->span()});
  }
  if (const Node* every = node.find("every")) happening.every_us = duration_us_of(*every);
  if (const Node* arrivals = node.find("arrivals")) {
    happening.gap = distribution_of(*arrivals);
    happening.drawn = true;
  }
  if (const Node* until = node.find("until")) {
    happening.until_us = duration_us_of(*until);
    reading.moments_us.push_back({happening.until_us, until->span()});
  }
}

void read_submit(ScenarioReading& reading, const Node& action, Happening& happening) {
  TaskTemplate task;
  task.workspace = reading.workspace_of(action.at("workspace").text());
  task.type = value_named<TaskType>(text_or(action, "type", name(task.type))).value_or(task.type);
  happening.argument = place_among(reading.scenario.setup.tasks, task);
  const bool repeated = happening.drawn || happening.every_us > 0;
  reading.submits_go_on = reading.submits_go_on || repeated;
  if (!repeated) ++reading.single_submits;
}

void read_save_config(ScenarioReading& reading, const Node& action, Happening& happening) {
  if (happening.pool == none) return;
  const PoolSpec& pool = reading.scenario.pools[happening.pool];
  ConfigTemplate config;
  config.pool = happening.pool;
  config.min_replicas = static_cast<int>(integer_or(action, "min_replicas", pool.min_replicas));
  config.max_replicas = static_cast<int>(integer_or(action, "max_replicas", pool.max_replicas));
  config.freeze = action.find("freeze_schedules") == nullptr
                      ? pool.freeze
                      : pool_config_of(action).freeze_schedules;
  if (config.min_replicas > config.max_replicas) {
    const Node* low = action.find("min_replicas");
    const Node* high = action.find("max_replicas");
    const std::string_view as_at_start = " as at the start";
    reading.diagnostics.add(
        (low != nullptr ? low : high)->span(),
        fmt::format("'min_replicas' is {}{}, more than 'max_replicas', which is {}{}",
                    config.min_replicas, low == nullptr ? as_at_start : "", config.max_replicas,
                    high == nullptr ? as_at_start : ""));
  }
  happening.argument = place_among(reading.scenario.setup.configs, std::move(config));
}

void read_task_number(ScenarioReading& reading, const Node& number, std::uint32_t& task) {
  task = static_cast<std::uint32_t>(integer_of(number));
  reading.task_numbers.push_back({integer_of(number), number.span()});
}

void read_fail_calls(const Node& action, Happening& happening) {
  happening.fault = value_named<Fault>(action.at("fault").text()).value_or(Fault::none);
  happening.verb = value_named<Verb>(text_or(action, "verb", "none")).value_or(Verb::none);
  happening.count = static_cast<int>(integer_or(action, "count", 1));
}

// Each is a duration as any other; together they could lead beyond all time.
void read_clock_step(ScenarioReading& reading, const Node& by, Happening& happening) {
  happening.duration_us = duration_us_of(by);
  const bool fitted = reading.clock_steps_us <= longest_duration_us;
  reading.clock_steps_us = sum_us(reading.clock_steps_us, happening.duration_us);
  if (!fitted || reading.clock_steps_us <= longest_duration_us) return;
  reading.diagnostics.add(by.span(), fmt::format("the clock steps add up to more than {}",
                                                 duration_text(longest_duration_us)));
}

void read_action(ScenarioReading& reading, const Node& action, Happening& happening) {
  happening.replica = reading.replica_of(action);
  switch (happening.kind) {
    case ActionKind::restart:
      happening.duration_us = duration_us_or(action, "down_for", -1);
      [[fallthrough]];
    case ActionKind::stop:
    case ActionKind::start:
      if (happening.replica == none) happening.replica = 0;
      break;
    case ActionKind::submit:
      read_submit(reading, action, happening);
      break;
    case ActionKind::confirm:
    case ActionKind::cancel:
      read_task_number(reading, action.at("task"), happening.task);
      break;
    case ActionKind::save_config:
      happening.pool = reading.pool_of(action.find("pool"));
      read_save_config(reading, action, happening);
      break;
    case ActionKind::sync:
    case ActionKind::unfreeze:
    case ActionKind::rotate_token:
      happening.pool = reading.pool_of(action.find("pool"));
      break;
    case ActionKind::crash_pod:
    case ActionKind::evict_pod:
    case ActionKind::lose_node:
    case ActionKind::succeed_pod:
    case ActionKind::disconnect_agent:
    case ActionKind::silence_agent:
      happening.pod = static_cast<std::uint16_t>(integer_of(action.at("pod")));
      break;
    case ActionKind::fail_calls:
      read_fail_calls(action, happening);
      break;
    case ActionKind::clock_step:
      read_clock_step(reading, action.at("by"), happening);
      break;
    case ActionKind::lose_leader:
      break;
  }
}

// --- expect --------------------------------------------------------------------------------------

StateTest::TaskPart task_part_of(ScenarioReading& reading, const Node& node) {
  StateTest::TaskPart part;
  read_task_number(reading, node.at("id"), part.number);
  if (const Node* status = node.find("status"))
    part.status = value_named<TaskStatus>(status->text());
  if (const Node* pod = node.find("pod")) part.pod = static_cast<std::uint16_t>(integer_of(*pod));
  if (const Node* in_slot = node.find("in_slot")) part.in_slot = boolean_of(*in_slot);
  return part;
}

// Whatever stands under the key: nothing, one value, or a list of them.
std::vector<const Node*> one_or_more(const Node& mapping, std::string_view key) {
  const Node* node = mapping.find(key);
  if (node == nullptr) return {};
  if (!node->is_sequence()) return {node};
  std::vector<const Node*> nodes;
  for (const Node& item : node->items()) nodes.push_back(&item);
  return nodes;
}

StateTest test_of(ScenarioReading& reading, const Node& node) {
  StateTest test;
  const auto count = [&node](std::string_view key) -> std::optional<int> {
    if (node.find(key) == nullptr) return std::nullopt;
    return static_cast<int>(integer_of(node.at(key)));
  };
  test.pods = count("pods");
  test.managed = count("managed");
  test.reserved = count("reserved");
  test.running = count("running");
  for (const std::string_view key : {"task", "tasks"}) {
    for (const Node* part : one_or_more(node, key)) {
      test.tasks.push_back(task_part_of(reading, *part));
    }
  }
  for (const Node* part : one_or_more(node, "pod")) {
    test.pod_lives.emplace_back(static_cast<std::uint16_t>(integer_of(part->at("index"))),
                                boolean_of(part->at("lives")));
  }
  return test;
}

Expectation expectation_of(ScenarioReading& reading, const Node& node) {
  Expectation expectation;
  expectation.line = node.span().start.line;
  for (std::size_t i = 0; i < count_of<ExpectationKind>; ++i) {
    if (node.find(names_of<ExpectationKind>[i]) == nullptr) continue;
    expectation.kind = static_cast<ExpectationKind>(i);
  }
  const Node& value = node.at(name(expectation.kind));
  switch (expectation.kind) {
    case ExpectationKind::violates:
    case ExpectationKind::holds:
    case ExpectationKind::reaches:
      expectation.property = value.text();
      break;
    case ExpectationKind::at:
      expectation.at_us = duration_us_of(value);
      reading.moments_us.push_back({expectation.at_us, value.span()});
      expectation.test = test_of(reading, node);
      break;
    case ExpectationKind::never:
    case ExpectationKind::eventually:
      expectation.test = test_of(reading, value);
      break;
  }
  expectation.within_us = duration_us_or(node, "within", -1);
  return expectation;
}

// A run judges each property once, by one bound. Whether the two do not go together.
bool contradicts(ScenarioReading& reading, const Node& node, const Expectation& expectation,
                 const Expectation& other) {
  const auto judges = [](const Expectation& e) {
    return e.kind == ExpectationKind::holds || e.kind == ExpectationKind::violates;
  };
  if (!judges(expectation) || !judges(other) || expectation.property != other.property) {
    return false;
  }
  const std::string of_other = fmt::format("line {}", other.line);
  const bool have_bounds = expectation.within_us >= 0 && other.within_us >= 0;
  if (have_bounds && expectation.within_us != other.within_us) {
    reading.diagnostics.add(
        node.at("within").span(),
        fmt::format("a run judges '{}' by one bound: this is {}, that of {} is {}",
                    expectation.property, duration_text(expectation.within_us), of_other,
                    duration_text(other.within_us)));
    return true;
  }
  if (expectation.kind == other.kind) return false;
  reading.diagnostics.add(node.at(name(expectation.kind)).span(),
                          fmt::format("'{}: {}' contradicts '{}' of {}", name(expectation.kind),
                                      expectation.property, name(other.kind), of_other));
  return true;
}

}  // namespace

void read_happenings(ScenarioReading& reading) {
  const Node* when = reading.root.find("when");
  if (when == nullptr) return;
  for (const Node& node : when->items()) {
    Happening happening;
    happening.line = node.span().start.line;
    read_moments(reading, node, happening);
    for (std::size_t i = 0; i < count_of<ActionKind>; ++i) {
      const Entry* entry = node.find_entry(names_of<ActionKind>[i]);
      if (entry == nullptr) continue;
      happening.kind = static_cast<ActionKind>(i);
      read_action(reading, entry->value, happening);
    }
    reading.scenario.when.push_back(std::move(happening));
  }
}

void read_expectations(ScenarioReading& reading) {
  std::vector<Expectation>& read = reading.scenario.expect;
  for (const Node& node : reading.root.at("expect").items()) {
    Expectation expectation = expectation_of(reading, node);
    for (const Expectation& other : read) {
      if (contradicts(reading, node, expectation, other)) break;
    }
    read.push_back(std::move(expectation));
  }
}

}  // namespace holdfast
