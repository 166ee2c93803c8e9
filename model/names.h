// Names of the enums that events, steps and knobs are made of, spelled as in YAML, logs and help.
// name(value) and value_named<E>(text) of states.h read them.
//
// Thread safety: the tables never change.
#pragma once

#include <holdfast/model/steps.h>

namespace holdfast {

template <>
inline constexpr auto names_of<TaskType> = std::to_array<std::string_view>(
    {"plan", "plan_and_apply", "drift_check"});
template <>
inline constexpr auto names_of<TaskStage> = std::to_array<std::string_view>(
    {"pending", "none", "planning", "apply_pending", "applying", "completed",
     "planned_and_finished", "applied"});
template <>
inline constexpr auto names_of<ExecutionMode> = std::to_array<std::string_view>(
    {"k8s", "local", "agent"});
template <>
inline constexpr auto names_of<Action> = std::to_array<std::string_view>(
    {"plan", "apply"});
template <>
inline constexpr auto names_of<TimerKind> = std::to_array<std::string_view>(
    {"none", "autoscaler", "reconciler", "monitor", "retry", "agent_health", "agent_cleanup"});
template <>
inline constexpr auto names_of<Reason> = std::to_array<std::string_view>(
    {"none", "reconcile", "rebuild", "report", "no_agent", "push_failed", "agent_reports",
     "sync", "cleanup", "deleted", "restarted", "restart", "handler_ended", "cold_start",
     "idle_pool", "reserved_slots", "unplaced_task", "high_utilisation", "low_utilisation",
     "pending_task", "pending_plan_and_apply", "required_slots", "active_tasks", "steady",
     "bounds", "apply_pending", "startup_grace", "busy_agents", "freeze_window", "locked",
     "blocked", "no_slot", "slot_taken", "agent_busy", "agent_unknown", "agent_elsewhere",
     "send_failed", "database_error", "not_confirmed", "lost_pod", "name_exists",
     "cluster_error", "timeout", "not_found", "unhealthy", "offline", "finished", "node_lost",
     "evicted", "crashed", "silent", "row_missing", "token_revoked", "row_old", "user",
     "cancelled", "connection_lost"});
template <>
inline constexpr auto names_of<Fault> = std::to_array<std::string_view>(
    {"none", "cluster_error", "cluster_timeout", "stale_list", "database_error", "pod_crash",
     "eviction", "node_loss", "agent_disconnect", "agent_silence", "message_lost",
     "message_duplicated", "clock_step", "replica_crash"});
template <>
inline constexpr auto names_of<StepKind> = std::to_array<std::string_view>(
    {"procedure", "timer", "pod_runs", "pod_ends", "agent_starts", "agent_connects",
     "agent_finishes", "agent_stops", "server_starts", "server_ready", "leader_takes_over",
     "task_finishes_locally", "submit", "confirm", "cancel", "save_config", "sync", "unfreeze",
     "rotate_token", "server_stops", "pod_crashes", "pod_succeeds", "pod_evicted", "pod_lost",
     "agent_disconnects", "agent_falls_silent", "time_passes"});
template <>
inline constexpr auto names_of<Store> = std::to_array<std::string_view>(
    {"none", "memory", "cluster", "database", "channel"});
template <>
inline constexpr auto names_of<Verb> = std::to_array<std::string_view>(
    {"none", "read", "write", "list", "create", "remove", "get_secret", "create_secret",
     "update_secret", "query", "save", "send", "receive", "lock", "unlock", "sleep"});
template <>
inline constexpr auto names_of<WorkResult> = std::to_array<std::string_view>(
    {"success", "no_changes", "failure"});

}  // namespace holdfast
