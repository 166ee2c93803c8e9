#include <holdfast/sim/scenario_shape_parts.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <holdfast/model/properties.h>
#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_formats.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_shape.h>

namespace holdfast {
namespace {

constexpr std::int64_t most_ordinal = none - 1;
constexpr std::int64_t most_counted = 100'000;

// --- when ----------------------------------------------------------------------------------------

ShapeField replica_field() {
  return optional_field("replica", integer_shape(0, most_replicas - 1),
                        "which replica takes the request; any that is up if left out");
}

ShapeField pool_field() {
  return optional_field("pool", pool_id_shape(), "which pool; the first one if left out");
}

Shape server_shape(std::string_view action, std::vector<ShapeField> more = {}) {
  more.push_back(
      optional_field("replica", integer_shape(0, most_replicas - 1), "which replica", "0"));
  return or_null(mapping_shape(std::string(action), std::move(more)));
}

Shape task_shape(std::string_view action) {
  return mapping_shape(
      std::string(action),
      {required_field("task", integer_shape(1, largest_task_number), "the task's number"),
       replica_field()});
}

Shape pool_shape(std::string_view action) {
  return or_null(mapping_shape(std::string(action), {pool_field(), replica_field()}));
}

Shape pod_shape(std::string_view action) {
  return mapping_shape(std::string(action),
                       {required_field("pod", integer_shape(0, most_ordinal),
                                       "which pod, counted from 0 in order of creation")});
}

Shape submit_shape() {
  return mapping_shape(
      "submit",
      {required_field("workspace", text_shape(workspace_format), "the workspace of the new task"),
       optional_field("type", words_shape<TaskType>(), "what the task does", "plan_and_apply"),
       replica_field()});
}

// What is left out stays as the pool has it at the start.
Shape save_config_shape() {
  Shape shape = with_pool_config(mapping_shape("save_config", {pool_field(), replica_field()}));
  for (ShapeField& field : shape.fields) field.by_default.clear();
  shape.rule = nullptr;
  return or_null(std::move(shape));
}

// The verb must be one of a call that can fail so.
void check_failing_calls(const Node& node, Diagnostics& diagnostics) {
  const Node* verb = node.find("verb");
  if (verb == nullptr) return;
  const std::string& fault = node.at("fault").text();
  for (const CallFault& row : call_faults()) {
    if (name(row.fault) != fault) continue;
    std::vector<std::string_view> words;
    for (const Verb able : row.verbs) words.push_back(name(able));
    if (std::find(words.begin(), words.end(), verb->text()) != words.end()) return;
    diagnostics.add(verb->span(),
                    fmt::format("a call of the verb '{}' never ends with {}; those that may are {}",
                                verb->text(), fault, fmt::join(words, ", ")));
  }
}

Shape fail_calls_shape() {
  std::vector<Choice> faults;
  std::vector<bool> used(count_of<Verb>);
  for (const CallFault& fault : call_faults()) {
    faults.push_back({std::string(name(fault.fault)), std::string(fault.about)});
    for (const Verb verb : fault.verbs) used[static_cast<std::size_t>(verb)] = true;
  }
  std::vector<std::string> verbs;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) verbs.emplace_back(names_of<Verb>[i]);
  }
  Shape shape = mapping_shape(
      "fail_calls",
      {required_field("fault", choice_shape(std::move(faults)), "how the calls fail"),
       optional_field("verb", choice_shape(verbs), "which calls; any that can fail so if left out"),
       optional_field("count", integer_shape(1, most_counted), "how many of them", "1")});
  shape.rule = check_failing_calls;
  return shape;
}

struct ActionField {
  Shape shape;
  std::string_view about;
};

ActionField action_field(ActionKind kind) {
  const std::string_view action = name(kind);
  switch (kind) {
    case ActionKind::restart:
      return {server_shape(action, {optional_field("down_for", duration_shape(),
                                                   "drawn from 'server_down' if left out")}),
              "a server stops and starts again"};
    case ActionKind::stop:
      return {server_shape(action), "a server stops and stays down"};
    case ActionKind::start:
      return {server_shape(action), "a server that is down starts"};
    case ActionKind::submit:
      return {submit_shape(), "a user submits a task"};
    case ActionKind::confirm:
      return {task_shape(action), "a user confirms an apply"};
    case ActionKind::cancel:
      return {task_shape(action), "a user cancels a task"};
    case ActionKind::save_config:
      return {save_config_shape(),
              "a user saves a pool's configuration; what is left out is as at"
              " the start"};
    case ActionKind::sync:
      return {pool_shape(action), "a user asks for a sync of a pool's pods"};
    case ActionKind::unfreeze:
      return {pool_shape(action), "a user suspends freezing for today"};
    case ActionKind::rotate_token:
      return {pool_shape(action), "a user rotates a pool's token"};
    case ActionKind::crash_pod:
      return {pod_shape(action), "a pod's container ends with an error"};
    case ActionKind::evict_pod:
      return {pod_shape(action), "a pod is evicted"};
    case ActionKind::lose_node:
      return {pod_shape(action), "a pod is lost with its node"};
    case ActionKind::succeed_pod:
      return {pod_shape(action), "a pod's container ends well"};
    case ActionKind::disconnect_agent:
      return {pod_shape(action), "an agent's connection breaks"};
    case ActionKind::silence_agent:
      return {pod_shape(action), "an agent falls silent on a connection that stays open"};
    case ActionKind::fail_calls:
      return {fail_calls_shape(), "the next calls of a kind fail"};
    case ActionKind::clock_step:
      return {mapping_shape("clock_step", {required_field("by", duration_shape(microsecond),
                                                          "how far it jumps")}),
              "the clock jumps ahead"};
    case ActionKind::lose_leader:
      return {or_null(mapping_shape("lose_leader", {})), "the replica that leads stops"};
  }
  return {};
}

// `from` and `until` belong to what is repeated.
void check_happening(const Node& node, Diagnostics& diagnostics) {
  for (const std::string_view key : {"from", "until"}) {
    const Entry* entry = node.find_entry(key);
    if (entry == nullptr || node.find("at") == nullptr) continue;
    diagnostics.add(entry->key_span,
                    fmt::format("'{}' goes with 'every' or 'arrivals', not with 'at'", key));
  }
  const Node* until = node.find("until");
  if (until == nullptr || node.find("at") != nullptr) return;
  const std::int64_t from_us = duration_us_or(node, "from", 0);
  if (duration_us_of(*until) >= from_us) return;
  diagnostics.add(until->span(),
                  fmt::format("'until' is {}, before 'from', which is {}",
                              duration_text(duration_us_of(*until)), duration_text(from_us)));
}

// --- expect --------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 7> state_keys{"pods", "managed", "reserved", "running",
                                                     "task", "tasks",   "pod"};

bool has_state(const Node& node) {
  return std::any_of(state_keys.begin(), state_keys.end(),
                     [&node](std::string_view key) { return node.find(key) != nullptr; });
}

void check_state(const Node& node, Diagnostics& diagnostics) {
  if (has_state(node)) return;
  diagnostics.add(node.span(), fmt::format("a state test says something of the state: one of {}",
                                           fmt::join(state_keys, ", ")));
}

void check_task_test(const Node& node, Diagnostics& diagnostics) {
  if (node.entries().size() > 1) return;
  diagnostics.add(node.span(), fmt::format("nothing is said about task {}; add one of status, pod, "
                                           "in_slot",
                                           node.at("id").text()));
}

std::vector<ShapeField> state_fields() {
  const auto count = [](std::string key, std::string about) {
    return optional_field(std::move(key), integer_shape(0, most_counted), std::move(about));
  };
  Shape task = mapping_shape(
      "task test",
      {required_field("id", integer_shape(1, largest_task_number), "the task's number"),
       optional_field("status", words_shape<TaskStatus>(),
                      "its status; apply_pending is that of a confirmed task too"),
       optional_field("pod", integer_shape(0, most_ordinal), "where its plan ran"),
       optional_field("in_slot", boolean_shape(), "whether the leader's memory has it in a slot")});
  task.rule = check_task_test;
  Shape pod = mapping_shape(
      "pod test", {required_field("index", integer_shape(0, most_ordinal),
                                  "which pod, counted from 0 in order of creation"),
                   required_field("lives", boolean_shape(), "whether it is Pending or Running")});
  Shape tasks = sequence_shape(task, 1, most_given_tasks);
  Shape pod_or_pods = either_shape({pod, sequence_shape(pod, 1, most_given_pods)});
  return {count("pods", "living pods, of all pools"),
          count("managed", "pods in the leader's memory"),
          count("reserved", "Reserved slots in the leader's memory"),
          count("running", "Running slots in the leader's memory"),
          optional_field("task", std::move(task), "a task"),
          optional_field("tasks", std::move(tasks), "several tasks"),
          optional_field("pod", std::move(pod_or_pods), "whether a pod lives, or a list of such")};
}

Shape state_shape() {
  Shape shape = mapping_shape("state test", state_fields());
  shape.rule = check_state;
  return shape;
}

TextFault explain_property(const Node& node) {
  const Property* property = find_property(node.text());
  if (property == nullptr || property->kind != PropertyKind::sometimes) return {};
  return {fmt::format("{} is a goal: write 'reaches: {}'", in_quotes(node.text()), node.text()),
          {}};
}

TextFault explain_goal(const Node& node) {
  const Property* property = find_property(node.text());
  if (property == nullptr || property->kind == PropertyKind::sometimes) return {};
  return {fmt::format("{} is no goal: write 'holds: {}' or 'violates: {}'", in_quotes(node.text()),
                      node.text(), node.text()),
          {}};
}

Shape property_shape(bool goals) {
  std::vector<Choice> choices;
  for (const Property& property : properties()) {
    if ((property.kind == PropertyKind::sometimes) != goals) continue;
    choices.push_back({std::string(property.name), std::string(property.sentence)});
  }
  Shape shape = choice_shape(std::move(choices));
  shape.explain = goals ? explain_goal : explain_property;
  return shape;
}

// `within` is the bound of an eventual property; what stands beside `at` is a state test.
void check_expectation(const Node& node, Diagnostics& diagnostics) {
  const bool is_at = node.find("at") != nullptr;
  if (is_at && !has_state(node)) check_state(node, diagnostics);
  for (const std::string_view key : state_keys) {
    const Entry* entry = node.find_entry(key);
    if (entry == nullptr || is_at) continue;
    diagnostics.add(entry->key_span,
                    fmt::format("'{}' goes with 'at', or inside 'never' or 'eventually'", key));
  }
  const Node* holds = node.find("holds");
  const Node* named = holds != nullptr ? holds : node.find("violates");
  const Property* property = named == nullptr ? nullptr : find_property(named->text());
  const Entry* within = node.find_entry("within");
  if (property != nullptr && property->kind == PropertyKind::eventually) {
    if (holds == nullptr || within != nullptr) return;
    diagnostics.add(
        holds->span(),
        fmt::format("'{}' is to come about at last: say by when, 'within: 5m'", property->name));
  } else if (within != nullptr && property != nullptr) {
    diagnostics.add(within->key_span,
                    fmt::format("'within' is for what is to come about at last; '{}' is to hold all"
                                " the time",
                                property->name));
  } else if (within != nullptr) {
    diagnostics.add(within->key_span, "'within' goes with 'holds' or 'violates'");
  }
}

}  // namespace

Shape happening_shape() {
  Shape shape = mapping_shape(
      "happening",
      {optional_field("at", duration_shape(), "once, so long after the start"),
       optional_field("every", duration_shape(smallest_gap_us), "again and again, so far apart"),
       optional_field("arrivals", text_shape(gap_format),
                      "again and again, the time between two drawn from this"),
       optional_field("from", duration_shape(), "when the repetition begins", "0s"),
       optional_field("until", duration_shape(), "when it ends; with the scenario if left out")});
  shape.groups.push_back({{"at", "every", "arrivals"}});
  KeyGroup actions;
  for (std::size_t i = 0; i < count_of<ActionKind>; ++i) {
    ActionField field = action_field(static_cast<ActionKind>(i));
    actions.keys.emplace_back(names_of<ActionKind>[i]);
    shape.fields.push_back(
        optional_field(actions.keys.back(), std::move(field.shape), std::string(field.about)));
  }
  shape.groups.push_back(std::move(actions));
  shape.rule = check_happening;
  return shape;
}

Shape expectation_shape() {
  Shape shape = mapping_shape(
      "expectation",
      {optional_field("violates", property_shape(false), "this property is violated"),
       optional_field("holds", property_shape(false), "this property holds"),
       optional_field("within", duration_shape(microsecond),
                      "by when an eventual property comes about, once it is owed"),
       optional_field("reaches", property_shape(true), "this goal is reached"),
       optional_field("never", state_shape(), "no state is like this"),
       optional_field("eventually", state_shape(), "some state is like this"),
       optional_field("at", duration_shape(), "so long after the start the state is like this")});
  for (ShapeField& field : state_fields()) shape.fields.push_back(std::move(field));
  KeyGroup kinds;
  for (const std::string_view word : names_of<ExpectationKind>) kinds.keys.emplace_back(word);
  shape.groups.push_back(std::move(kinds));
  shape.rule = check_expectation;
  return shape;
}

}  // namespace holdfast
