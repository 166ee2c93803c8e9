// The starred rows of the catalogue, those of tasks, agents and servers: a line as the
// platform writes it, after the lines that it needs, and every event that it becomes. A "?" stands
// behind what is assumed.
#include <gtest/gtest.h>

#include <holdfast/tests/replay/importer_rows.h>

namespace holdfast {
namespace {

const RowCase cases[] = {
    {"TQ15",
     {},
     "[TaskQueue] Advisory lock for workspace ws-1 held by another replica, skipping",
     ""},
    {"TQ32",
     {"[PodManager] Reserved slot 0 on pod <pod> for task 598 (apply_pending)"},
     "[TaskQueue] Found reserved slot 0 on pod <pod> for apply_pending task 598 (will reuse "
     "for apply)",
     "task.confirmed? task 598 apply_confirmed\n"
     "slot.reused task 598 pod <pod> slot 0\n"},
    {"TQ33",
     {"[PodManager] Reserved slot 0 on pod <pod> for task 598 (apply_pending)"},
     "[TaskQueue] Apply_pending task 598 has no reserved slot (Pod was deleted): task 598 "
     "not found in any pod",
     "task.confirmed? task 598 apply_confirmed\n"
     "queue.slot_sought task 598\n"},
    {"TQ35",
     {},
     "[TaskQueue] No free slot available for task 598: no free slot available in pool "
     "pool-a, will retry",
     "pool.configured? pool pool-a\n"
     "pool.token_rotated? pool pool-a\n"
     "pool.secret_created? pool pool-a\n"
     "workspace.created? workspace #0 pool pool-a\n"
     "task.submitted? task 598 workspace #0\n"
     "server.started?\n"
     "server.recovered?\n"
     "queue.no_free_slot task 598 (no_slot)\n"
     "queue.retry_scheduled workspace #0 in 10 s (no_slot)\n"},
    {"TQ40",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0"},
     "[TaskQueue] Allocated slot 0 on pod <pod> for task 598 (agent: <agent>)",
     "memory.agent_registered pod <pod>\n"},
    {"TQ41",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0"},
     "[TaskQueue] No connected agents found, task 598 will retry",
     "queue.no_agent task 598 (no_agent)\n"
     "queue.retry_scheduled workspace #0 in 15 s (no_agent)\n"},
    {"TQ52",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0"},
     "[TaskQueue] Task 598 status updated to running and agent_id set to <agent> (saved to DB)",
     "task.started task 598 running_planning\n"},
    {"TQ54",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0",
      "[TaskQueue] Task 598 status updated to running and agent_id set to <agent> (saved to "
      "DB)"},
     "[TaskQueue] Successfully pushed task 598 to agent <agent> (action: plan)",
     "pod.running? pod <pod>\n"
     "agent.started? pod <pod>\n"
     "agent.connected? pod <pod>\n"
     "queue.pushed task 598 pod <pod> slot 0 plan\n"
     "agent.slot_taken? task 598 pod <pod> slot 0 plan\n"},
    {"TQ66",
     {},
     "[TaskQueue] Task 598 not found in any slot (may be non-K8s task or already released)",
     ""},
    {"TQ67",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0"},
     "[TaskQueue] Released slot 0 on pod <pod> for completed task 598",
     "slot.released task 598 pod <pod> slot 0 (report)\n"},
    {"TQ80",
     {"[TaskQueue] Found plan pending task 598 for workspace ws-1 (can execute "
      "concurrently, completely independent)",
      "[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0"},
     "[TaskQueue] Marked orphan task 598 (workspace ws-1, type plan, stage planning) as failed",
     "task.started? task 598 running_planning\n"
     "task.orphaned task 598 failed\n"},
    {"RW02",
     {"[PodManager] Created pod <pod> for pool pool-a"},
     "[Raw] Agent <agent> connected to C&C channel",
     "pod.running? pod <pod>\n"
     "agent.started? pod <pod>\n"
     "agent.connected pod <pod>\n"},
    {"RW04",
     {"[PodManager] Created pod <pod> for pool pool-a",
      "[Raw] Agent <agent> connected to C&C channel",
      "[Raw] Agent <agent> disconnected from C&C channel"},
     "[Raw] C&C connection rejected: agent <agent> not found or not authorized for pool pool-a",
     "agent.row_deleted? pod <pod>\n"
     "agent.refused pod <pod> (row_missing)\n"},
    {"RW16",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0",
      "[TaskQueue] Successfully pushed task 598 to agent <agent> (action: plan)"},
     "[Raw] Marked task 598 as failed due to agent <agent> disconnect",
     "task.failed task 598 failed (connection_lost)\n"},
    {"RW18",
     {"[PodManager] Created pod <pod> for pool pool-a",
      "[Raw] Agent <agent> connected to C&C channel"},
     "[Raw] Agent <agent> disconnected from C&C channel",
     "agent.disconnected pod <pod> (connection_lost)\n"
     "agent.marked_offline pod <pod>\n"},
    {"RW20",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0",
      "[TaskQueue] Successfully pushed task 598 to agent <agent> (action: plan)"},
     "[Raw] Agent <agent> reported task 598 completed",
     "agent.slot_freed task 598 pod <pod> slot 0 plan (report)\n"
     "agent.reported task 598 pod <pod> success\n"
     "task.plan_finished task 598 success\n"},
    {"RW21",
     {"[PodManager] Assigned task 598 (type: plan_and_apply) to pod <pod> slot 0",
      "[TaskQueue] Successfully pushed task 598 to agent <agent> (action: apply)"},
     "[Raw] Agent <agent> reported task 598 failed: exit status 1",
     "agent.slot_freed task 598 pod <pod> slot 0 apply (report)\n"
     "agent.reported task 598 pod <pod> failed\n"
     "task.failed task 598 failed (report)\n"},
    {"RW40",
     {"[PodManager] Assigned task 598 (type: plan) to pod <pod> slot 0",
      "[TaskQueue] Task 598 status updated to running and agent_id set to <agent> (saved to "
      "DB)"},
     "[Metrics DEBUG] Agent <agent> heartbeat: cpu=1.25%, mem=40.00%, tasks=[598]",
     "pod.running? pod <pod>\n"
     "agent.started? pod <pod>\n"
     "agent.connected? pod <pod>\n"
     "agent.heartbeat pod <pod>\n"
     "agent.slot_taken task 598 pod <pod> slot 0 plan\n"},
    {"MN01",
     {"[PodManager] Created pod <pod> for pool pool-a",
      "[Raw] Agent <agent> connected to C&C channel"},
     "Timezone set to Asia/Singapore (UTC+8)",
     "server.stopped? (restart)\n"
     "memory.lost? (restart)\n"
     "agent.disconnected? pod <pod> (restart)\n"
     "server.started\n"},
    {"MN07",
     {"Timezone set to Asia/Singapore (UTC+8)"},
     "[Main] This instance is now the leader, starting background services...",
     "leader.elected\n"},
    {"AC02",
     {"[PodManager] Created pod <pod> for pool pool-a",
      "[Raw] Agent <agent> connected to C&C channel",
      "[Raw] Agent <agent> disconnected from C&C channel"},
     "2025/11/08 16:35:01 [AgentCleanup] Deleted 1 old agents (no heartbeat for 5+ minutes)",
     "agent.row_deleted pod <pod>\n"},
    {"CT01",
     {"[PodManager] Reserved slot 0 on pod <pod> for task 598 (apply_pending)"},
     "[ConfirmApply] Task 598 confirmed by user alice at 2025-11-08 16:30:00.123456789 +0800 "
     "+08 m=+60.5",
     "task.confirmed task 598 apply_confirmed\n"},
};

class ImporterTaskRow : public testing::TestWithParam<RowCase> {};

TEST_P(ImporterTaskRow, BecomesItsEvents) { check_row(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Starred, ImporterTaskRow, testing::ValuesIn(cases), name_of_case);

}  // namespace
}  // namespace holdfast
