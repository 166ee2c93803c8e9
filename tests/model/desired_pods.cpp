#include "desired_pods.h"

namespace holdfast {

ScalingDecision desired_pods(const ScalingNumbers& n, const Knobs& knobs) {
  const int pods = n.slots.pods;
  const auto within = [&](ScalingDecision decision) {
    return clamped(decision, n.min_replicas, n.max_replicas);
  };
  if (knobs.scaling == Scaling::required_slots) return within(by_required_slots(n.slots));
  if (knobs.scaling == Scaling::deployment) {
    return within(by_active_tasks(n.active, pods, n.idle_long));
  }
  ScalingDecision decision;
  if (pods == 0) {
    decision = at_cold_start(knobs.cold_start, n.pending, n.min_replicas);
  } else {
    if (knobs.plan_and_apply_scale_up) {
      const auto more = for_waiting_applies(n.waiting_applies, n.busy_pods, pods);
      if (more) return within(*more);
    }
    decision = by_utilisation(n.slots);
  }
  if (decision.reason == Reason::reserved_slots && knobs.unplaced_scale_up) {
    decision = for_unplaced(decision, n.unplaced, pods);
  }
  if (decision.reason == Reason::low_utilisation && knobs.pending_blocks_scale_down) {
    decision = for_pending(decision, n.unblocked_pending, pods);
  }
  return within(decision);
}

}  // namespace holdfast
