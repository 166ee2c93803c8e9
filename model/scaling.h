// How many pods a pool should have: the rules of the autoscaler as functions of numbers
// (specification, platform section 3.6, 4.4). The procedure `autoscale` asks them one after the
// other, as it learns the numbers.
//
// Thread safety: all functions are pure.
#pragma once

#include <optional>

#include <holdfast/model/events.h>
#include <holdfast/model/knobs.h>

namespace holdfast {

struct ScalingDecision {
  int desired = 0;
  Reason reason = Reason::steady;

  bool operator==(const ScalingDecision&) const = default;
};

// What the task table says of a pool's tasks, for the rule `deployment`.
struct ActiveTasks {
  int running_plans = 0;
  int applies = 0;              // plan_and_apply, Running or ApplyPending
  bool unblocked_pending = false;

  // How many pods they need: three plans share one, a plan_and_apply has its own.
  int pods() const;
  bool operator==(const ActiveTasks&) const = default;
};

// `scaling: required_slots`: as many pods as the taken slots fill, three to a pod.
ScalingDecision by_required_slots(const SlotStatistics& slots);

// `scaling: utilisation` with pods: what the slots alone say. A Reserved slot keeps what there
// is; above 80 % one more; below 20 % and nothing Running one less.
ScalingDecision by_utilisation(const SlotStatistics& slots);

// `scaling: utilisation` without pods. `pending`: a task waits that the knob cold_start counts.
// Under `overwritten` it makes no difference: the rule of low utilisation has the last word.
ScalingDecision at_cold_start(ColdStart knob, bool pending, int min_replicas);

// `plan_and_apply_scale_up`: each of `waiting` unblocked Pending plan_and_apply tasks wants a pod
// beside the `busy` pods that have a Running slot. Nothing if `pods` are enough.
std::optional<ScalingDecision> for_waiting_applies(int waiting, int busy, int pods);

// `unplaced_scale_up`, of a decision for reserved slots: one more pod than `pods` if an
// ApplyPending task is in no slot.
ScalingDecision for_unplaced(ScalingDecision decision, bool unplaced, int pods);

// `pending_blocks_scale_down`, of a decision for low utilisation: stay at `pods` if an unblocked
// task waits.
ScalingDecision for_pending(ScalingDecision decision, bool unblocked_pending, int pods);

// `scaling: deployment`. `idle_long`: the pool was first seen without active tasks over a minute
// ago.
ScalingDecision by_active_tasks(const ActiveTasks& tasks, int pods, bool idle_long);

// At least `min_replicas`, and above all at most `max_replicas`.
ScalingDecision clamped(ScalingDecision decision, int min_replicas, int max_replicas);

}  // namespace holdfast
