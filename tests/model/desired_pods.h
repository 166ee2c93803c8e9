// The rules of the autoscaler asked all at once, of numbers that are known beforehand: what the
// procedure `autoscale` must come to.
//
// Thread safety: the function is pure.
#pragma once

#include <holdfast/model/scaling.h>

namespace holdfast {

// All numbers that any rule may ask for.
struct ScalingNumbers {
  SlotStatistics slots = {};
  int min_replicas = 0;
  int max_replicas = 0;
  bool pending = false;            // a task that the knob cold_start counts
  bool unblocked_pending = false;
  int waiting_applies = 0;         // unblocked Pending plan_and_apply tasks
  int busy_pods = 0;               // with a Running slot
  bool unplaced = false;           // an ApplyPending task is in no slot
  ActiveTasks active = {};
  bool idle_long = false;
};
ScalingDecision desired_pods(const ScalingNumbers& numbers, const Knobs& knobs);

}  // namespace holdfast
