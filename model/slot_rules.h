// Which slot may hold which task (specification, platform section 2, "Slot capability").
//
// Thread safety: all functions are pure.
#pragma once

#include <algorithm>

#include <holdfast/model/knobs.h>
#include <holdfast/model/world.h>

namespace holdfast {

// Slot number `slot` may hold a task of that type. Under `three` slot 0 takes any task, 1 and 2
// all but plan_and_apply; under `four` and `none` every slot takes any task.
inline bool kind_allows(const Knobs& knobs, SlotIndex slot, TaskType type) {
  if (slot >= slots_each(knobs)) return false;
  return knobs.slots != SlotsKnob::three || slot == 0 || type != TaskType::plan_and_apply;
}

// A slot of the pod holds a plan_and_apply task, Running or Reserved.
inline bool holds_plan_and_apply(const ManagedPod& pod) {
  return std::any_of(pod.slots.begin(), pod.slots.end(), [](const Slot& slot) {
    return slot.state != SlotState::idle && slot.type == TaskType::plan_and_apply;
  });
}

// Slot `slot` of the pod is Idle and may take a task of that type now: a pod holds at most one
// plan_and_apply.
inline bool may_take(const Knobs& knobs, const ManagedPod& pod, SlotIndex slot, TaskType type) {
  if (pod.slots[slot].state != SlotState::idle || !kind_allows(knobs, slot, type)) return false;
  return type != TaskType::plan_and_apply || !holds_plan_and_apply(pod);
}

}  // namespace holdfast
