#include <holdfast/sim/scenario_shape.h>

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <holdfast/sim/grid.h>
#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/scenario_formats.h>
#include <holdfast/sim/scenario_names.h>
#include <holdfast/sim/scenario_shape_parts.h>
#include <holdfast/sim/space_bounds.h>

namespace holdfast {
namespace {

Shape with_rule(Shape shape, MappingRule rule) {
  shape.rule = rule;
  return shape;
}

// --- knobs ---------------------------------------------------------------------------------------

Shape knob_shape(const KnobInfo& knob) {
  if (knob.values.empty()) return duration_shape();
  std::vector<std::string> values(knob.values.begin(), knob.values.end());
  Shape words = choice_shape(values);
  return is_switch(knob) ? either_shape({std::move(words), boolean_shape()}) : words;
}

// Of the key `set`, or of another that takes single knobs.
Shape knobs_shape(std::string key) {
  std::vector<ShapeField> fields;
  for (const KnobInfo& knob : knob_table()) {
    // No default is stated: what a knob is left at depends on the profile.
    fields.push_back(
        optional_field(std::string(knob.name), knob_shape(knob), std::string(knob.about)));
  }
  return mapping_shape(std::move(key), std::move(fields));
}

Shape profile_shape() {
  std::vector<Choice> choices;
  for (const Profile& profile : profiles()) {
    choices.push_back({std::string(profile.name), std::string(profile.about)});
  }
  return choice_shape(std::move(choices));
}

// --- pools and workspaces ------------------------------------------------------------------------

void check_pool_replicas(const Node& node, Diagnostics& diagnostics) {
  const std::int64_t low = integer_or(node, "min_replicas", 0);
  const std::int64_t high = integer_or(node, "max_replicas", default_max_replicas);
  if (low <= high) return;
  diagnostics.add(node.at("min_replicas").span(),
                  fmt::format("'min_replicas' is {}, more than 'max_replicas', which is {}{}", low,
                              high, node.find("max_replicas") == nullptr ? " when left out" : ""));
}

Shape pool_shape(bool names_itself) {
  const std::string about = "the pool's id, a part of pod names";
  ShapeField id = names_itself ? required_field("id", pool_id_shape(), about)
                               : optional_field("id", pool_id_shape(), about, "pool-a");
  Shape shape = with_pool_config(mapping_shape(
      "pool", {std::move(id),
               optional_field("secret_age", duration_shape(),
                              "how old the secret with the pool's token is at the start", "1h")}));
  for (ShapeField& field : shape.fields) {
    if (field.key == "max_replicas") field.by_default = fmt::format("{}", default_max_replicas);
  }
  return with_rule(std::move(shape), check_pool_replicas);
}

Shape workspaces_shape() {
  return sequence_shape(
      mapping_shape(
          "workspace",
          {required_field("id", text_shape(workspace_format), "the workspace's name"),
           optional_field("pool", pool_id_shape(),
                          "the pool that serves it; the first one if left out"),
           optional_field("mode", words_shape<ExecutionMode>(),
                          "where its tasks run: in slots of the pool's pods, on any agent of the"
                          " pool, or on the server",
                          "k8s")}),
      0, most_workspaces);
}

// --- given ---------------------------------------------------------------------------------------

Shape given_status_shape() {
  return choice_shape(std::vector<Choice>{
      {"pending", "waits for its plan"},
      {"running", "its plan runs; it takes its whole time from the start on"},
      {"apply_pending",
       "its plan ran, its user has not confirmed it; that takes its whole time from the start on"},
      {"apply_confirmed", "its user has confirmed it, its apply does not run yet"}});
}

Shape given_shape() {
  Shape pod = mapping_shape(
      "given pod",
      {optional_field("pool", pool_id_shape(), "its pool; the first one if left out"),
       optional_field("age", duration_shape(second),
                      "for how long it has run; 60 s less than the one before it if left out"),
       optional_field("connected", boolean_shape(), "whether its agent is connected", "true")});
  Shape task = mapping_shape(
      "given task",
      {required_field("id", integer_shape(1, largest_task_number), "the task's number"),
       required_field("workspace", text_shape(workspace_format), "its workspace"),
       optional_field("type", words_shape<TaskType>(), "what it does", "plan_and_apply"),
       optional_field("status", given_status_shape(), "how far it is", "pending"),
       optional_field("pod", integer_shape(0, most_given_pods - 1),
                      "where its plan runs or ran; pods count from 0, the oldest first"),
       optional_field("slot", integer_shape(0, slots_per_pod - 1),
                      "its slot in the leader's memory; in none if left out"),
       optional_field("waiting", duration_shape(), "for how long it has had its status", "1m")});
  return mapping_shape(
      "given",
      {optional_field("pods",
                      either_shape({integer_shape(0, most_given_pods),
                                    sequence_shape(std::move(pod), 0, most_given_pods)}),
                      "running pods: how many in the first pool, or a list, the oldest first"),
       optional_field("tasks", sequence_shape(std::move(task), 0, most_given_tasks), "tasks")});
}

// --- timings, users, work, faults ----------------------------------------------------------------

// What a step of the simulator adds up may not be never.
bool always_ends(std::string_view timing) {
  return timing == "cluster_call" || timing == "database_call" || timing == "memory_step" ||
         timing == "goroutine_start" || timing.starts_with("apply");
}

Shape timings_shape() {
  std::vector<ShapeField> fields;
  for (const TimingName& timing : timing_names()) {
    if (timing.name == "confirm") continue;
    fields.push_back(
        optional_field(std::string(timing.name),
                       text_shape(always_ends(timing.name) ? latency_format : wait_format),
                       std::string(timing.about), distribution_text(Timings{}.*timing.member)));
  }
  Shape shape = mapping_shape("timings", std::move(fields));
  shape.misplaced.push_back({"confirm", "under 'users'", "users: {confirm: ...}"});
  return shape;
}

Shape users_shape() {
  return mapping_shape(
      "users", {optional_field("confirm", text_shape(wait_format),
                               "from a finished plan to its user's confirmation; `never`: only"
                               " happenings confirm",
                               distribution_text(Timings{}.confirm))});
}

void check_plan_results(const Node& node, Diagnostics& diagnostics) {
  const Node* failure = node.find("plan_failure");
  const Node* no_changes = node.find("no_changes");
  if (failure == nullptr || no_changes == nullptr) return;
  if (fraction_ppm_of(*failure) + fraction_ppm_of(*no_changes) <= 1'000'000) return;
  diagnostics.add(no_changes->span(),
                  "'plan_failure' and 'no_changes' together are more than all plans");
}

Shape work_shape() {
  return with_rule(
      mapping_shape(
          "work",
          {optional_field("plan_failure", fraction_shape(), "plans that fail", "0%"),
           optional_field("no_changes", fraction_shape(),
                          "plans of plan_and_apply tasks that find nothing to change", "0%"),
           optional_field("apply_failure", fraction_shape(), "applies that fail", "0%")}),
      check_plan_results);
}

Shape faults_shape() {
  std::vector<ShapeField> fields;
  for (const CallFault& fault : call_faults()) {
    fields.push_back(optional_field(std::string(name(fault.fault)), fraction_shape(),
                                    fmt::format("how often {}", fault.about), "0%"));
  }
  for (const Breakage& breakage : breakages()) {
    fields.push_back(
        optional_field(std::string(name(breakage.fault)), text_shape(gap_or_never_format),
                       fmt::format("the time until {}, again and again", breakage.about), "never"));
  }
  fields.push_back(optional_field("until", duration_shape(),
                                  "calm from then on; faults to the end if left out"));
  Shape shape = mapping_shape("faults", std::move(fields));
  shape.misplaced.push_back(
      {std::string(name(Fault::clock_step)), "under 'when'", "- {at: 1m, clock_step: {by: 2m}}"});
  return shape;
}

Shape explore_shape() {
  std::vector<ShapeField> fields;
  for (const BoundInfo& bound : bound_table()) {
    fields.push_back(optional_field(std::string(bound.name), integer_shape(0, bound.most),
                                    std::string(bound.about)));
  }
  for (const AbstractionInfo& abstraction : abstraction_table()) {
    fields.push_back(optional_field(std::string(abstraction.name), boolean_shape(),
                                    std::string(abstraction.about), "false"));
  }
  fields.push_back(optional_field(
      "ages", sequence_shape(words_shape<Age>(), 0, static_cast<std::int64_t>(count_of<Age>)),
      "which predicates of the clock may come true; all if left out"));
  // Of an exploration that keeps the time.
  std::vector<ShapeField> longest;
  for (const std::string& program : startable_program_names()) {
    longest.push_back(optional_field(program, duration_shape(), "what one run takes at most"));
  }
  fields.push_back(optional_field(
      "longest", mapping_shape("longest", std::move(longest)),
      "--clock timed: how long one run of a procedure takes; by its calls' latencies if left out"));
  fields.push_back(optional_field("after_start", duration_shape(),
                                  "--clock timed: it ends so long after a server's start"));
  fields.push_back(optional_field(
      "unit", duration_shape(millisecond),
      "--clock timed: a unit of time no larger; the largest that all durations share if left out"));
  return mapping_shape("explore", std::move(fields));
}

TextFault expectation_is_missing(const Node&) {
  return {"a scenario without expect proves nothing", {}};
}

std::vector<ShapeField> scenario_fields() {
  Shape expect = sequence_shape(expectation_shape(), 1, most_expectations);
  expect.explain = expectation_is_missing;
  return {
      required_field("name", text_shape(), "what the scenario shows, in a few words"),
      optional_field("about", text_shape(), "what it shows, at length"),
      optional_field("profile", profile_shape(), "the named set of knob values", "slots"),
      optional_field("set", knobs_shape("set"), "single knobs, over those of the profile"),
      optional_field("seed", integer_shape(0, INT64_MAX), "of all that is drawn", "1"),
      optional_field("start", instant_shape(), "when it begins", "2025-01-01T00:00:00Z"),
      optional_field("zone", text_shape(zone_format),
                     "of the server, in which freeze windows are written", "+08:00"),
      optional_field("until", duration_shape(second),
                     "how long it lasts; 10 min after the last moment it names if left out"),
      optional_field("pool", pool_shape(false), "the only pool"),
      optional_field("pools", sequence_shape(pool_shape(true), 1, most_pools), "several pools"),
      optional_field("replicas", integer_shape(1, most_replicas),
                     "server replicas; replica 0 leads at the start", "1"),
      optional_field("workspaces", workspaces_shape(),
                     "workspaces; one that only a task names is in the first pool, mode k8s"),
      optional_field("given", given_shape(), "what is there at the start"),
      optional_field("timings", timings_shape(), "how long things take"),
      optional_field("users", users_shape(), "what users do by themselves"),
      optional_field("work", work_shape(), "how plans and applies end"),
      optional_field("faults", faults_shape(), "faults that come by chance"),
      optional_field("when", sequence_shape(happening_shape(), 0, most_happenings), "what happens"),
      required_field("expect", std::move(expect),
                     "what must come of it; a scenario without expect proves nothing"),
      optional_field("instead", text_shape(),
                     "of a finding: what the platform should do instead, in a sentence or two"),
      optional_field("repaired_by", knobs_shape("repaired_by"),
                     "of a finding: single knobs, over all others, under which what `violates`"
                     " names holds; left out if there are none"),
      optional_field("schedule", sequence_shape(text_shape(step_format), 1, most_happenings),
                     "a course step by step, as explore saves it; nothing else happens, and `when`"
                     " only says what users may submit and save"),
      optional_field("explore", explore_shape(), "bounds of an exploration"),
  };
}

}  // namespace

bool is_switch(const KnobInfo& knob) {
  return knob.values.size() == 2 && knob.values[0] == "no" && knob.values[1] == "yes";
}

const Shape& scenario_shape() {
  static const Shape shape = [] {
    Shape scenario = mapping_shape("scenario", scenario_fields());
    scenario.about = "A scenario: what is given, what happens and what is expected.";
    scenario.groups.push_back({{"pool", "pools"}, false});
    scenario.groups.push_back({{"faults", "schedule"}, false});
    return scenario;
  }();
  return shape;
}

std::string scenario_schema() { return json_schema(scenario_shape(), "holdfast scenario"); }

}  // namespace holdfast
