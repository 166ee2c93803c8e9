#include <gtest/gtest.h>

#include <algorithm>

#include <rapidcheck/gtest.h>

#include <holdfast/model/names.h>

#include "desired_pods.h"

namespace holdfast {

void PrintTo(const ScalingDecision& decision, std::ostream* out) {
  *out << decision.desired << " pods, " << name(decision.reason);
}

namespace {

SlotStatistics slots(int pods, int used, int reserved, int each = 3) {
  return {.pods = pods, .total = pods * each, .used = used, .reserved = reserved};
}

// --- required_slots --------------------------------------------------------------------------

TEST(ScalingRequiredSlots, nothing_taken_needs_no_pod) {
  EXPECT_EQ(by_required_slots(slots(3, 0, 0)), (ScalingDecision{0, Reason::required_slots}));
}

TEST(ScalingRequiredSlots, used_and_reserved_slots_fill_pods_by_three_rounded_up) {
  EXPECT_EQ(by_required_slots(slots(3, 2, 1)).desired, 1);
  EXPECT_EQ(by_required_slots(slots(3, 3, 1)).desired, 2);
  EXPECT_EQ(by_required_slots(slots(3, 0, 7)).desired, 3);
}

// --- utilisation -----------------------------------------------------------------------------

TEST(ScalingUtilisation, a_reserved_slot_keeps_what_there_is) {
  EXPECT_EQ(by_utilisation(slots(3, 0, 1)), (ScalingDecision{3, Reason::reserved_slots}));
}

TEST(ScalingUtilisation, a_reserved_slot_comes_before_high_utilisation) {
  EXPECT_EQ(by_utilisation(slots(1, 2, 1)), (ScalingDecision{1, Reason::reserved_slots}));
}

TEST(ScalingUtilisation, four_reservations_on_one_pod_ask_for_two) {
  EXPECT_EQ(by_utilisation(slots(1, 0, 4, 4)), (ScalingDecision{2, Reason::reserved_slots}));
}

TEST(ScalingUtilisation, exactly_eighty_percent_is_not_high) {
  EXPECT_EQ(by_utilisation(slots(5, 12, 0)), (ScalingDecision{5, Reason::steady}));
  EXPECT_EQ(by_utilisation(slots(5, 16, 0, 4)), (ScalingDecision{5, Reason::steady}));
}

TEST(ScalingUtilisation, above_eighty_percent_asks_for_one_more) {
  EXPECT_EQ(by_utilisation(slots(5, 13, 0)), (ScalingDecision{6, Reason::high_utilisation}));
  EXPECT_EQ(by_utilisation(slots(1, 3, 0)), (ScalingDecision{2, Reason::high_utilisation}));
}

TEST(ScalingUtilisation, idle_pods_lose_one_at_a_time) {
  EXPECT_EQ(by_utilisation(slots(4, 0, 0)), (ScalingDecision{3, Reason::low_utilisation}));
  EXPECT_EQ(by_utilisation(slots(1, 0, 0)), (ScalingDecision{0, Reason::low_utilisation}));
}

TEST(ScalingUtilisation, one_running_slot_below_twenty_percent_keeps_all_pods) {
  EXPECT_EQ(by_utilisation(slots(5, 1, 0)), (ScalingDecision{5, Reason::steady}));
}

// --- cold start ------------------------------------------------------------------------------

TEST(ScalingColdStart, a_pending_task_starts_the_first_pod_even_with_min_zero) {
  EXPECT_EQ(at_cold_start(ColdStart::any_pending, true, 0),
            (ScalingDecision{1, Reason::cold_start}));
  EXPECT_EQ(at_cold_start(ColdStart::first_pending_only, true, 2),
            (ScalingDecision{2, Reason::cold_start}));
}

TEST(ScalingColdStart, without_a_pending_task_it_is_min) {
  EXPECT_EQ(at_cold_start(ColdStart::any_pending, false, 0),
            (ScalingDecision{0, Reason::cold_start}));
  EXPECT_EQ(at_cold_start(ColdStart::any_pending, false, 2),
            (ScalingDecision{2, Reason::cold_start}));
}

TEST(ScalingColdStart, overwritten_never_starts_a_pod_with_min_zero) {
  const Knobs knobs{.cold_start = ColdStart::overwritten};
  ScalingNumbers n{.slots = slots(0, 0, 0), .max_replicas = 3, .pending = true};
  EXPECT_EQ(desired_pods(n, knobs), (ScalingDecision{0, Reason::bounds}));
  n.min_replicas = 2;
  EXPECT_EQ(desired_pods(n, knobs), (ScalingDecision{2, Reason::bounds}));
}

// --- switches of utilisation -----------------------------------------------------------------

TEST(ScalingWaitingApplies, waiting_and_busy_pods_together_are_wanted) {
  EXPECT_EQ(for_waiting_applies(2, 1, 2), (ScalingDecision{3, Reason::pending_plan_and_apply}));
}

TEST(ScalingWaitingApplies, enough_pods_or_nothing_waiting_says_nothing) {
  EXPECT_EQ(for_waiting_applies(1, 1, 2), std::nullopt);
  EXPECT_EQ(for_waiting_applies(0, 3, 2), std::nullopt);
}

TEST(ScalingWaitingApplies, they_come_before_reserved_slots_but_not_before_cold_start) {
  const Knobs knobs{.plan_and_apply_scale_up = true};
  ScalingNumbers n{.slots = slots(2, 1, 1), .max_replicas = 9, .waiting_applies = 2,
                   .busy_pods = 1};
  EXPECT_EQ(desired_pods(n, knobs), (ScalingDecision{3, Reason::pending_plan_and_apply}));
  n.slots = slots(0, 0, 0);
  EXPECT_EQ(desired_pods(n, knobs), (ScalingDecision{0, Reason::cold_start}));
}

TEST(ScalingUnplaced, an_unplaced_task_asks_for_exactly_one_more) {
  const ScalingDecision reserved{4, Reason::reserved_slots};
  EXPECT_EQ(for_unplaced(reserved, true, 2), (ScalingDecision{3, Reason::unplaced_task}));
  EXPECT_EQ(for_unplaced(reserved, false, 2), reserved);
}

TEST(ScalingUnplaced, without_a_reserved_slot_nobody_asks) {
  const Knobs knobs{.unplaced_scale_up = true};
  ScalingNumbers n{.slots = slots(2, 0, 0), .max_replicas = 9, .unplaced = true};
  EXPECT_EQ(desired_pods(n, knobs), (ScalingDecision{1, Reason::low_utilisation}));
  n.slots = slots(2, 0, 1);
  EXPECT_EQ(desired_pods(n, knobs), (ScalingDecision{3, Reason::unplaced_task}));
}

TEST(ScalingPending, an_unblocked_task_holds_the_pods) {
  const ScalingDecision lower{1, Reason::low_utilisation};
  EXPECT_EQ(for_pending(lower, true, 2), (ScalingDecision{2, Reason::pending_task}));
  EXPECT_EQ(for_pending(lower, false, 2), lower);
}

TEST(ScalingPending, the_switch_decides_whether_it_is_asked) {
  const ScalingNumbers n{.slots = slots(2, 0, 0), .max_replicas = 9, .unblocked_pending = true};
  EXPECT_EQ(desired_pods(n, Knobs{}), (ScalingDecision{1, Reason::low_utilisation}));
  EXPECT_EQ(desired_pods(n, Knobs{.pending_blocks_scale_down = true}),
            (ScalingDecision{2, Reason::pending_task}));
}

// --- deployment ------------------------------------------------------------------------------

TEST(ScalingDeployment, three_plans_share_a_pod_and_an_apply_has_its_own) {
  EXPECT_EQ((ActiveTasks{.running_plans = 4}).pods(), 2);
  EXPECT_EQ((ActiveTasks{.running_plans = 4, .applies = 3}).pods(), 3);
  EXPECT_EQ(by_active_tasks({.running_plans = 1}, 5, true),
            (ScalingDecision{1, Reason::active_tasks}));
}

TEST(ScalingDeployment, an_idle_pool_keeps_one_pod_for_a_minute) {
  EXPECT_EQ(by_active_tasks({}, 3, false), (ScalingDecision{1, Reason::idle_pool}));
  EXPECT_EQ(by_active_tasks({}, 3, true), (ScalingDecision{0, Reason::idle_pool}));
}

TEST(ScalingDeployment, a_waiting_task_gets_the_first_pod_and_keeps_those_there_are) {
  EXPECT_EQ(by_active_tasks({.unblocked_pending = true}, 0, true),
            (ScalingDecision{1, Reason::cold_start}));
  EXPECT_EQ(by_active_tasks({.unblocked_pending = true}, 3, true),
            (ScalingDecision{3, Reason::cold_start}));
}

// --- bounds ----------------------------------------------------------------------------------

TEST(ScalingBounds, a_decision_within_bounds_keeps_its_reason) {
  const ScalingDecision two{2, Reason::steady};
  EXPECT_EQ(clamped(two, 2, 2), two);
  EXPECT_EQ(clamped(two, 0, 3), two);
}

TEST(ScalingBounds, a_decision_outside_is_moved_and_says_so) {
  EXPECT_EQ(clamped({0, Reason::low_utilisation}, 1, 3), (ScalingDecision{1, Reason::bounds}));
  EXPECT_EQ(clamped({4, Reason::high_utilisation}, 1, 3), (ScalingDecision{3, Reason::bounds}));
}

TEST(ScalingBounds, max_has_the_last_word) {
  EXPECT_EQ(clamped({1, Reason::steady}, 2, 0), (ScalingDecision{0, Reason::bounds}));
}

Knobs any_knobs() {
  Knobs knobs;
  knobs.scaling = *rc::gen::element(Scaling::utilisation, Scaling::required_slots,
                                    Scaling::deployment);
  knobs.cold_start = *rc::gen::element(ColdStart::any_pending, ColdStart::overwritten);
  knobs.unplaced_scale_up = *rc::gen::arbitrary<bool>();
  knobs.pending_blocks_scale_down = *rc::gen::arbitrary<bool>();
  knobs.plan_and_apply_scale_up = *rc::gen::arbitrary<bool>();
  return knobs;
}

ScalingNumbers any_numbers() {
  ScalingNumbers n;
  const int pods = *rc::gen::inRange(0, 6);
  const int used = *rc::gen::inRange(0, 3 * pods + 1);
  n.slots = slots(pods, used, *rc::gen::inRange(0, 3 * pods - used + 1));
  n.min_replicas = *rc::gen::inRange(0, 4);
  n.max_replicas = n.min_replicas + *rc::gen::inRange(0, 4);
  n.pending = *rc::gen::arbitrary<bool>();
  n.unblocked_pending = *rc::gen::arbitrary<bool>();
  n.waiting_applies = *rc::gen::inRange(0, 3);
  n.busy_pods = *rc::gen::inRange(0, pods + 1);
  n.unplaced = *rc::gen::arbitrary<bool>();
  n.active = {*rc::gen::inRange(0, 5), *rc::gen::inRange(0, 3), *rc::gen::arbitrary<bool>()};
  n.idle_long = *rc::gen::arbitrary<bool>();
  return n;
}

RC_GTEST_PROP(Scaling, every_decision_is_within_bounds, ()) {
  const Knobs knobs = any_knobs();
  const ScalingNumbers n = any_numbers();
  const int desired = desired_pods(n, knobs).desired;
  RC_ASSERT(desired >= n.min_replicas);
  RC_ASSERT(desired <= n.max_replicas);
}

// Scaled by utilisation, with room for the pods there are.
RC_GTEST_PROP(Scaling, utilisation_goes_down_one_pod_at_a_time, ()) {
  Knobs knobs = any_knobs();
  knobs.scaling = Scaling::utilisation;
  ScalingNumbers n = any_numbers();
  n.max_replicas = std::max(n.max_replicas, n.slots.pods);
  RC_ASSERT(desired_pods(n, knobs).desired >= n.slots.pods - 1);
}

RC_GTEST_PROP(Scaling, utilisation_keeps_every_pod_while_a_slot_is_taken, ()) {
  Knobs knobs = any_knobs();
  knobs.scaling = Scaling::utilisation;
  ScalingNumbers n = any_numbers();
  const int pods = *rc::gen::inRange(1, 6);
  n.slots = slots(pods, 0, 0);
  (*rc::gen::arbitrary<bool>() ? n.slots.used : n.slots.reserved) =
      *rc::gen::inRange(1, 3 * pods + 1);
  n.max_replicas = std::max(n.max_replicas, pods);
  RC_ASSERT(desired_pods(n, knobs).desired >= pods);
}

}  // namespace
}  // namespace holdfast
