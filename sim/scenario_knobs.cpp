#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/knobs.h>
#include <holdfast/model/slot_rules.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_reader.h>
#include <holdfast/sim/scenario_reader_parts.h>

namespace holdfast {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  for (const Profile& profile : profiles()) names.emplace_back(profile.name);
  return names;
}

std::vector<std::string> knob_names() {
  std::vector<std::string> names;
  for (const KnobInfo& knob : knob_table()) names.emplace_back(knob.name);
  return names;
}

TextFault set_duration(Knobs& knobs, const KnobInfo& knob, std::string_view value) {
  const TextResult<std::int64_t> duration = parse_duration(value);
  if (!duration.value) {
    return {fmt::format("{} is no value of {}; it takes a duration such as 10s", in_quotes(value),
                        knob.name),
            {}};
  }
  if (knob.set(knobs, fmt::format("{}us", *duration.value))) return {};
  return {fmt::format("{} is no value of {}; it takes at most a year", in_quotes(value), knob.name),
          {}};
}

// The knobs of a profile with settings over them. Requires: all of them are right.
Knobs knobs_of(std::string_view profile, const Settings& settings) {
  Knobs knobs = find_profile(profile)->knobs;
  for (const auto& [knob, value] : settings) set_knob(knobs, knob, value);
  return knobs;
}

// Takes the changed scenario over unless a given task lies where no slot is then.
TextFault take_over(Scenario& scenario, std::string profile, Settings settings) {
  const Knobs knobs = knobs_of(profile, settings);
  for (std::size_t i = 0; i < scenario.given_tasks.size(); ++i) {
    const std::string fault = slot_fault(knobs, scenario.given_tasks, i);
    if (!fault.empty()) return {fault, {}};
  }
  scenario.profile = std::move(profile);
  scenario.set = std::move(settings);
  scenario.setup.knobs = knobs;
  return {};
}

}  // namespace

TextFault apply_profile(Scenario& scenario, std::string_view profile) {
  if (find_profile(profile) == nullptr) {
    const std::vector<std::string> names = profile_names();
    return {fmt::format("there is no profile {}; there are {}", in_quotes(profile),
                        fmt::join(names, ", ")),
            did_you_mean(profile, names)};
  }
  return take_over(scenario, std::string(profile), scenario.set);
}

TextFault apply_set(Scenario& scenario, std::string_view knob, std::string_view value) {
  Knobs knobs = scenario.setup.knobs;
  TextFault fault = set_knob(knobs, knob, value);
  if (!fault.message.empty()) return fault;
  Settings settings = scenario.set;
  std::erase_if(settings, [knob](const auto& setting) { return setting.first == knob; });
  settings.emplace_back(knob, knob_text(knobs, knob));
  return take_over(scenario, scenario.profile, std::move(settings));
}

Scenario repaired(Scenario scenario) {
  // The reader has tried them all.
  const Settings repair = scenario.repaired_by;
  for (const auto& [knob, value] : repair) apply_set(scenario, knob, value);
  return scenario;
}

TextFault set_knob(Knobs& knobs, std::string_view knob, std::string_view value) {
  const KnobInfo* info = find_knob(knob);
  if (info == nullptr) {
    return {fmt::format("there is no knob {}", in_quotes(knob)), did_you_mean(knob, knob_names())};
  }
  if (info->values.empty()) return set_duration(knobs, *info, value);
  if (info->set(knobs, value)) return {};
  const std::vector<std::string> values(info->values.begin(), info->values.end());
  return {fmt::format("{} is no value of {}; it takes {}", in_quotes(value), knob,
                      fmt::join(values, ", ")),
          did_you_mean(value, values)};
}

std::string knob_text(const Knobs& knobs, std::string_view knob) {
  return find_knob(knob)->get(knobs);
}

std::string slot_fault(const Knobs& knobs, std::span<const GivenTask> tasks, std::size_t i) {
  const GivenTask& task = tasks[i];
  if (task.pod == none || task.slot == no_slot) return {};
  const std::string slots = knob_text(knobs, "slots");
  const int slot = task.slot;
  if (slot >= slots_each(knobs)) {
    return fmt::format("task {} is in slot {}, but a pod has slots 0 to {} (slots: {})",
                       task.number, slot, slots_each(knobs) - 1, slots);
  }
  if (!kind_allows(knobs, task.slot, task.type)) {
    return fmt::format(
        "task {} is a plan_and_apply in slot {}, but only slot 0 takes one "
        "(slots: {})",
        task.number, slot, slots);
  }
  if (knobs.slots != SlotsKnob::four || task.type != TaskType::plan_and_apply) return {};
  const auto before = tasks.first(i);
  const auto other = std::find_if(before.begin(), before.end(), [&task](const GivenTask& given) {
    return given.pod == task.pod && given.slot != no_slot && given.type == TaskType::plan_and_apply;
  });
  if (other == before.end()) return {};
  return fmt::format(
      "tasks {} and {} are both plan_and_apply in slots of pod {}, and a pod has "
      "room for one (slots: {})",
      other->number, task.number, task.pod, slots);
}

}  // namespace holdfast
