// The starred rows of the catalogue, those of pods, slots and the autoscaler: a line as the
// platform writes it, after the lines that it needs, and every event that it becomes. A "?" stands
// behind what is assumed.
#include <gtest/gtest.h>

#include <holdfast/tests/replay/importer_rows.h>

namespace holdfast {
namespace {

const RowCase cases[] = {
    {"PM01",
     {},
     "[PodManager] Created pod <pod> for pool pool-a",
     "pool.configured? pool pool-a\n"
     "pool.token_rotated? pool pool-a\n"
     "pool.secret_created? pool pool-a\n"
     "pod.created pod <pod>\n"
     "server.started?\n"
     "server.recovered?\n"
     "memory.pod_managed pod <pod>\n"},
    {"PM03",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[PodManager] Deleted pod <pod>",
     "pod.delete_requested pod <pod>\n"
     "memory.pod_forgotten pod <pod> (deleted)\n"},
    {"PM04",
     {"[PodManager] Registered agent <agent> to pod <pod>"},
     "[PodManager] Pod <pod> is offline (last heartbeat: 2m13.4s ago), skipping",
     "memory.pod_offline pod <pod>\n"},
    {"PM05",
     {},
     "[PodManager] Pod <pod> already has a plan+apply task, cannot accept another",
     ""},
    {"PM06",
     {},
     "[PodManager] Assigned task 598 (type: plan_and_apply) to pod <pod> slot 0",
     "pool.configured? pool pool-a\n"
     "pool.token_rotated? pool pool-a\n"
     "pool.secret_created? pool pool-a\n"
     "pod.created? pod <pod>\n"
     "workspace.created? workspace #0 pool pool-a\n"
     "task.submitted? task 598 workspace #0\n"
     "server.started?\n"
     "server.recovered?\n"
     "memory.pod_discovered? pod <pod>\n"
     "slot.assigned task 598 pod <pod> slot 0\n"},
    {"PM07",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0"},
     "[PodManager] Released slot 0 on pod <pod> (task 598 completed)",
     "slot.released task 598 pod <pod> slot 0\n"},
    {"PM08",
     {"[PodManager] Assigned task 598 (type: plan_and_apply) to pod <pod> slot 0"},
     "[PodManager] Reserved slot 0 on pod <pod> for task 598 (apply_pending)",
     "task.started? task 598 running_planning\n"
     "workspace.locked? task 598 workspace #0\n"
     "task.apply_pending? task 598 apply_pending\n"
     "pod.running? pod <pod>\n"
     "agent.started? pod <pod>\n"
     "agent.connected? pod <pod>\n"
     "agent.slot_taken? task 598 pod <pod> slot 0 plan\n"
     "agent.slot_freed? task 598 pod <pod> slot 0 plan\n"
     "slot.reserved task 598 pod <pod> slot 0 (report)\n"},
    {"PM09",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[PodManager] Syncing 1 pods from K8s for pool pool-a",
     "leader.elected?\n"
     "memory.pods_synced pool pool-a\n"},
    {"PM10",
     {},
     "[PodManager] Discovered new pod <pod> in K8s (phase: Running)",
     "pool.configured? pool pool-a\n"
     "pool.token_rotated? pool pool-a\n"
     "pool.secret_created? pool pool-a\n"
     "pod.created? pod <pod>\n"
     "pod.running? pod <pod>\n"
     "server.started?\n"
     "server.recovered?\n"
     "leader.elected?\n"
     "memory.pod_discovered pod <pod>\n"},
    {"PM15",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[PodManager] Pod <pod> no longer exists in K8s, removing from management",
     "pod.gone? pod <pod>\n"
     "memory.pod_forgotten pod <pod> (sync)\n"},
    {"PM16",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 2"},
     "[PodManager] Task 598 no longer active, releasing slot 2 on pod <pod>",
     "slot.released task 598 pod <pod> slot 2 (reconcile)\n"},
    {"PM17",
     {"[PodManager] Assigned task 598 (type: plan_and_apply) to pod <pod> slot 0"},
     "[PodManager] Updated slot 0 on pod <pod> to reserved (task 598 is apply_pending)",
     "task.started? task 598 running_planning\n"
     "workspace.locked? task 598 workspace #0\n"
     "task.apply_pending? task 598 apply_pending\n"
     "pod.running? pod <pod>\n"
     "agent.started? pod <pod>\n"
     "agent.connected? pod <pod>\n"
     "agent.slot_taken? task 598 pod <pod> slot 0 plan\n"
     "agent.slot_freed? task 598 pod <pod> slot 0 plan\n"
     "slot.reserved task 598 pod <pod> slot 0 (reconcile)\n"},
    {"KS01",
     {},
     "[K8sPodService] Pool pool-a status: pods=2, slots(total=8, used=1, reserved=1, idle=6)",
     "pool.configured? pool pool-a\n"
     "pool.token_rotated? pool pool-a\n"
     "pool.secret_created? pool pool-a\n"
     "server.started?\n"
     "server.recovered?\n"
     "leader.elected?\n"
     "autoscaler.measured pool pool-a 2 8 1 1\n"},
    {"KS02",
     {},
     "[K8sPodService] Pool pool-a has 3 running tasks, skipping unhealthy pod check",
     ""},
    {"KS05",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[K8sPodService] Restarting unhealthy pod <pod> (restart #1, backoff was 0s)",
     "leader.elected?\n"
     "memory.restart_counted pod <pod>\n"},
    {"KS22",
     {"[K8sPodService] Pool pool-a status: pods=2, slots(total=8, used=0, reserved=0, idle=8)"},
     "[K8sPodService] Pool pool-a has low utilization but 1 unblocked pending tasks, "
     "maintaining 2 pods",
     "autoscaler.decided pool pool-a 2 2 0 0 (pending_task)\n"},
    {"KS23",
     {"[K8sPodService] Pool pool-a status: pods=2, slots(total=8, used=0, reserved=0, idle=8)",
      "[K8sPodService] Pool pool-a low utilization (0.0%) and no pending tasks, scaling "
      "down to 1 pods"},
     "[K8sPodService] Pool pool-a has 1 apply_pending tasks, skipping scale-down to protect "
     "reserved slots",
     "autoscaler.decided pool pool-a 2 1 0 0 (low_utilisation)\n"
     "autoscaler.skipped pool pool-a (apply_pending)\n"},
    {"KS24",
     {"[K8sPodService] Pool pool-a status: pods=2, slots(total=8, used=0, reserved=0, idle=8)",
      "[K8sPodService] Pool pool-a low utilization (0.0%) and no pending tasks, scaling "
      "down to 1 pods"},
     "[K8sPodService] Scaling pool pool-a from 2 to 1 pods (utilization: 0.0%)",
     "autoscaler.decided pool pool-a 2 1 0 0 (low_utilisation)\n"},
    {"KS24",
     {"[K8sPodService] Pool pool-a status: pods=1, slots(total=4, used=0, reserved=0, idle=4)",
      "[K8sPodService] Pool pool-a low utilization (0.0%) and no pending tasks, scaling "
      "down to 0 pods"},
     "[K8sPodService] Scaling pool pool-a from 1 to 3 pods (utilization: 0.0%)",
     "autoscaler.decided pool pool-a 1 3 0 0 (bounds)\n"},
    {"KS24",
     {"[K8sPodService] Pool pool-a status: pods=1, slots(total=4, used=0, reserved=0, idle=4)",
      "[K8sPodService] Pool pool-a low utilization (0.0%) and no pending tasks, scaling "
      "down to 3 pods"},
     "[K8sPodService] Scaling pool pool-a from 1 to 3 pods (utilization: 0.0%)",
     "autoscaler.decided pool pool-a 1 3 0 0 (bounds)\n"},
    {"KS27",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[K8sPodService] Failed to create pod 1/2 for pool pool-a: failed to create pod: pods "
     "\"<pod>\" already exists",
     "pod.create_refused pod <pod> (name_exists)\n"},
    {"KS27",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[K8sPodService] Failed to create pod 1/2 for pool pool-a: context deadline exceeded",
     "pod.create_refused pool pool-a (cluster_error)\n"},
    {"KS44",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[K8sPodService] Failed to create pod for pool pool-a: pods \"<pod>\" already exists",
     "pod.create_refused pod <pod> (name_exists)\n"},
    {"KS59",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[K8sPodService] Warning: failed to create replacement pod 1/2: pods \"<pod>\" already exists",
     "pod.create_refused pod <pod> (name_exists)\n"},
    {"KS35",
     {},
     "[K8sPodService] Pool pool-a is in freeze window: Freeze window: 22:00 - 06:00 on Sat, "
     "Sun, scaling down to 0",
     "pool.configured? pool pool-a\n"
     "pool.token_rotated? pool pool-a\n"
     "pool.secret_created? pool pool-a\n"
     "pool.configured? pool pool-a\n"
     "server.started?\n"
     "server.recovered?\n"
     "leader.elected?\n"
     "autoscaler.frozen pool pool-a\n"},
    {"KS52",
     {},
     "[K8sPodService] Rebuilding idle pods for pool pool-a after config update",
     "pool.configured? pool pool-a\n"
     "pool.token_rotated? pool pool-a\n"
     "pool.secret_created? pool pool-a\n"
     "server.started?\n"
     "server.recovered?\n"
     "procedure.started\n"},
};

class ImporterPodRow : public testing::TestWithParam<RowCase> {};

TEST_P(ImporterPodRow, BecomesItsEvents) { check_row(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Starred, ImporterPodRow, testing::ValuesIn(cases), name_of_case);

}  // namespace
}  // namespace holdfast
