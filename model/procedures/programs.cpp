#include <holdfast/model/procedures/programs.h>

#include <array>

namespace holdfast {
namespace {

using enum Program;

const std::array<ProgramInfo, program_count> table = {{
    {none, "none", "", "No program.", {}},

    {sync_pods, "sync_pods", "3.1", "A memory takes over which pods the cluster lists.",
     sync_pods_steps()},
    {reconcile, "reconcile", "3.2", "A sync, then the slots are compared with the task table.",
     reconcile_steps()},
    {ensure_secret, "ensure_secret", "3.3", "The pool has a token and a secret that carries it.",
     ensure_secret_steps()},
    {rotate_secret, "rotate_secret", "3.6", "The pool gets a new token, old ones are revoked.",
     rotate_secret_steps()},
    {ensure_pods, "ensure_pods", "3.3", "The pool has at least min_replicas pods.",
     ensure_pods_steps()},
    {create_pod, "create_pod", "3.3", "One pod is created and managed.", create_pod_steps()},
    {scale, "scale", "3.4", "The pool gets a number of pods.", scale_steps()},
    {delete_pod, "delete_pod", "3.5", "One pod is deleted unless a slot of it is taken.",
     delete_pod_steps()},
    {check_unhealthy, "check_unhealthy", "3.6", "Running pods without an agent are deleted.",
     check_unhealthy_steps()},
    {check_secret, "check_secret", "3.6", "An old secret is rotated if the pool has no pods.",
     check_secret_steps()},
    {autoscale, "autoscale", "3.6", "The pool is scaled by what its slots and tasks ask for.",
     autoscale_steps()},
    {autoscaler_cycle, "autoscaler_cycle", "3.6", "Every pool in turn is checked and scaled.",
     autoscaler_cycle_steps()},
    {reconciler_cycle, "reconciler_cycle", "3.6", "Every pool in turn is reconciled.",
     reconciler_cycle_steps()},
    {rebuild_idle, "rebuild_idle", "3.13", "Idle pods are replaced by new ones.",
     rebuild_idle_steps()},
    {offline_cleanup, "offline_cleanup", "3.15", "Pods that are offline for long are deleted.",
     offline_cleanup_steps()},

    {start_up, "start_up", "3.7", "A started server ensures the pods of every pool.",
     start_up_steps()},
    {recover, "recover", "3.7", "A started server looks after tasks of its predecessor.",
     recover_steps()},

    {try_next, "try_next", "3.8", "The workspace's next task is pushed if none is before it.",
     try_next_steps()},
    {push, "push", "3.9", "A task gets a slot and goes to an agent.", push_steps()},
    {monitor, "monitor", "3.12", "Pending and confirmed tasks are tried again.", monitor_steps()},
    {execute_confirmed, "execute_confirmed", "3.11", "A confirmed task is pushed.",
     execute_confirmed_steps()},
    {scale_up_now, "scale_up_now", "3.9", "Ensure and autoscale outside the cycle.",
     scale_up_now_steps()},
    {run_locally, "run_locally", "3.8", "The server's own executor takes a task.",
     run_locally_steps()},

    {report_status, "report_status", "3.10", "An agent reports a task's new status over HTTP.",
     report_status_steps()},
    {report_message, "report_message", "3.10", "An agent says over its channel that it is done.",
     report_message_steps()},
    {reserve_slot, "reserve_slot", "3.10", "The slot that holds the task is reserved.",
     reserve_slot_steps()},
    {release_slot, "release_slot", "3.10", "The slot that holds the task is released.",
     release_slot_steps()},
    {retry_workspace, "retry_workspace", "3.9", "A retry came due: the workspace is tried again.",
     retry_workspace_steps()},

    {confirm, "confirm", "3.11", "A user confirms an apply.", confirm_steps()},
    {cancel, "cancel", "3.16", "A user cancels a task.", cancel_steps()},
    {save_config, "save_config", "3.13", "A user saves a pool's configuration.",
     save_config_steps()},
    {sync_pool, "sync_pool", "3.13", "A user asks for the pool's pods to be ensured.",
     sync_pool_steps()},
    {rotate_token, "rotate_token", "3.13", "A user rotates the pool's token; its pods go.",
     rotate_token_steps()},
    {unfreeze, "unfreeze", "3.13", "A user suspends freezing until the end of the day.",
     unfreeze_steps()},

    {connect_agent, "connect_agent", "3.14", "An agent connects to a replica.",
     connect_agent_steps()},
    {check_agents, "check_agents", "3.15", "Agents whose connection is lost are written off.",
     check_agents_steps()},
    {check_rows, "check_rows", "3.15", "Agent rows without pings go offline, then away.",
     check_rows_steps()},
}};

}  // namespace

const ProgramInfo& info(Program program) { return table[static_cast<std::size_t>(program)]; }

Program program_named(std::string_view name) {
  for (const ProgramInfo& one : table) {
    if (one.name == name) return one.program;
  }
  return Program::none;
}

}  // namespace holdfast
