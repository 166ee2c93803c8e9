// The instruction lists of all programs, one function each, named after the program. What each step
// does is told by README.md in this folder; info(Program) in turn.h finds a list by its program.
//
// Thread safety: all functions are pure.
#pragma once

#include <holdfast/model/procedures/turn.h>

namespace holdfast {

using Instructions = std::span<const Instruction>;

// pods
Instructions sync_pods_steps();
Instructions reconcile_steps();
Instructions ensure_secret_steps();
Instructions rotate_secret_steps();
Instructions ensure_pods_steps();
Instructions create_pod_steps();
Instructions scale_steps();
Instructions delete_pod_steps();
Instructions check_unhealthy_steps();
Instructions check_secret_steps();
Instructions autoscale_steps();
Instructions autoscaler_cycle_steps();
Instructions reconciler_cycle_steps();
Instructions rebuild_idle_steps();
Instructions offline_cleanup_steps();

// server
Instructions start_up_steps();
Instructions recover_steps();

// queue
Instructions try_next_steps();
Instructions push_steps();
Instructions monitor_steps();
Instructions execute_confirmed_steps();
Instructions scale_up_now_steps();
Instructions run_locally_steps();

// reports
Instructions report_status_steps();
Instructions report_message_steps();
Instructions reserve_slot_steps();
Instructions release_slot_steps();
Instructions retry_workspace_steps();

// users
Instructions confirm_steps();
Instructions cancel_steps();
Instructions save_config_steps();
Instructions sync_pool_steps();
Instructions rotate_token_steps();
Instructions unfreeze_steps();

// agents
Instructions connect_agent_steps();
Instructions check_agents_steps();
Instructions check_rows_steps();

}  // namespace holdfast
