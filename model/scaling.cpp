#include <holdfast/model/scaling.h>

#include <algorithm>

namespace holdfast {
namespace {

// The rules count three slots to a pod, however many it has.
constexpr int slots_to_fill = 3;

int pods_for(int slots) { return (slots + slots_to_fill - 1) / slots_to_fill; }

}  // namespace

ScalingDecision by_required_slots(const SlotStatistics& slots) {
  return {pods_for(slots.used + slots.reserved), Reason::required_slots};
}

ScalingDecision by_utilisation(const SlotStatistics& slots) {
  if (slots.reserved > 0) {
    return {std::max(slots.pods, pods_for(slots.reserved)), Reason::reserved_slots};
  }
  // In integers: used / total above 4/5. With none used it is below 1/5 as well.
  if (5 * slots.used > 4 * slots.total) return {slots.pods + 1, Reason::high_utilisation};
  if (slots.used == 0 && slots.total > 0) return {slots.pods - 1, Reason::low_utilisation};
  return {slots.pods, Reason::steady};
}

ScalingDecision at_cold_start(ColdStart knob, bool pending, int min_replicas) {
  if (knob == ColdStart::overwritten) return {-1, Reason::low_utilisation};
  return {pending ? std::max(min_replicas, 1) : min_replicas, Reason::cold_start};
}

std::optional<ScalingDecision> for_waiting_applies(int waiting, int busy, int pods) {
  if (waiting == 0 || waiting + busy <= pods) return std::nullopt;
  return ScalingDecision{waiting + busy, Reason::pending_plan_and_apply};
}

ScalingDecision for_unplaced(ScalingDecision decision, bool unplaced, int pods) {
  if (unplaced) return {pods + 1, Reason::unplaced_task};
  return decision;
}

ScalingDecision for_pending(ScalingDecision decision, bool unblocked_pending, int pods) {
  if (unblocked_pending) return {pods, Reason::pending_task};
  return decision;
}

int ActiveTasks::pods() const { return std::max(pods_for(running_plans), applies); }

ScalingDecision by_active_tasks(const ActiveTasks& tasks, int pods, bool idle_long) {
  if (tasks.pods() > 0) return {tasks.pods(), Reason::active_tasks};
  // A task that could start finds the pods that are there; without one it gets the first.
  if (tasks.unblocked_pending) return {std::max(pods, 1), Reason::cold_start};
  return {idle_long ? 0 : 1, Reason::idle_pool};
}

ScalingDecision clamped(ScalingDecision decision, int min_replicas, int max_replicas) {
  const int desired = std::min(std::max(decision.desired, min_replicas), max_replicas);
  if (desired == decision.desired) return decision;
  return {desired, Reason::bounds};
}

}  // namespace holdfast
