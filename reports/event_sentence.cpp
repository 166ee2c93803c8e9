#include <holdfast/reports/event_sentence.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <holdfast/model/duration_text.h>
#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/sim/counted.h>

namespace holdfast {
namespace {

using enum EventType;

// Writes the sentences of one event.
class Teller {
 public:
  Teller(const Event& event, const World& world, const Setup& setup, bool type_known)
      : event_(event), world_(world), setup_(setup), type_known_(type_known) {}

  std::string pods_and_memory() const;
  std::string slots() const;
  std::string tasks() const;
  std::string queue() const;
  std::string autoscaler() const;
  std::string agents() const;
  std::string servers() const;
  std::string pools() const;

 private:
  // "pod iac-agent-pool-a-1762590434"
  std::string pod() const { return "pod " + pod_name(world_, setup_, event_.pod); }
  std::string new_pod() const {
    return "pod " + pod_name(pool_id(setup_, event_.pool), event_.time);
  }
  std::string pool() const { return pool_id(setup_, event_.pool); }
  bool has_named_workspace() const {
    return event_.workspace < setup_.workspaces.size() &&
           !setup_.workspaces[event_.workspace].empty();
  }
  // One that a log of others does not name is that of its task.
  std::string workspace() const {
    if (has_named_workspace()) return workspace_id(setup_, event_.workspace);
    const auto of = std::find_if(
        world_.tasks.begin(), world_.tasks.end(),
        [&](const Task& task) { return task.exists && task.workspace == event_.workspace; });
    if (of == world_.tasks.end()) return workspace_id(setup_, event_.workspace);
    return fmt::format("the workspace of task {}", of->number);
  }
  std::string submission() const {
    std::string text = fmt::format("task {}", event_.n[0]);
    if (type_known_) text += fmt::format(" ({})", name(event_.task_type));
    text += " is submitted";
    return has_named_workspace() ? text + " in " + workspace() : text;
  }
  std::string task() const { return task_name(world_, event_.task); }
  std::string slot() const { return fmt::format("slot {} of {}", event_.slot, pod()); }
  std::string replica() const { return fmt::format("replica {}", event_.replica); }
  // " (low_utilisation)"; nothing without a reason.
  std::string why() const {
    if (event_.reason == Reason::none) return {};
    return fmt::format(" ({})", name(event_.reason));
  }
  // Whose belief changes.
  std::string believer() const {
    if (event_.memory < world_.replicas.size()) return fmt::format("replica {}", event_.memory);
    return "a request's own memory";
  }
  // "replica 1: " where there is more than one belief.
  std::string belief() const {
    const bool plain = world_.replicas.size() == 1 && event_.memory == 0;
    return plain ? std::string() : believer() + ": ";
  }
  // A row that was changed since it was read, and is saved all the same.
  std::string overwriting() const { return event_.flag ? ", over a change made meanwhile" : ""; }
  std::string bounds() const { return fmt::format("{} to {} pods", event_.n[0], event_.n[1]); }

  const Event& event_;
  const World& world_;
  const Setup& setup_;
  bool type_known_;
};

std::string Teller::pods_and_memory() const {
  switch (event_.type) {
    case pod_created: return new_pod() + " is created";
    case pod_create_refused: return fmt::format("{} is refused a new pod{}", pool(), why());
    case pod_pending: return pod() + " is Pending again";
    case pod_running: return pod() + " runs";
    case pod_succeeded: return pod() + " ends well";
    case pod_failed: return pod() + " fails" + why();
    case pod_delete_requested: return pod() + " is deleted" + why();
    case pod_gone: return pod() + " is gone" + why();
    case memory_pods_listed:
      return fmt::format("{} lists the pods of {}: {}", believer(), pool(), event_.pods.size());
    case memory_pod_discovered:
      return fmt::format("{} discovers {}, all slots idle", believer(), pod());
    case memory_pod_managed: return fmt::format("{} manages {}", believer(), pod());
    case memory_pod_forgotten: return fmt::format("{} forgets {}{}", believer(), pod(), why());
    case memory_pods_synced: return fmt::format("{} has synced the pods of {}", believer(), pool());
    case memory_pod_offline: return fmt::format("{} takes {} for offline", believer(), pod());
    case memory_slots_reconciled:
      return fmt::format("{} compares the slots of {} with the task table", believer(), pool());
    case memory_agent_registered: return fmt::format("{} knows the agent of {}", believer(), pod());
    case memory_restart_counted: return fmt::format("{} counts a restart of {}", believer(), pod());
    case memory_idle_noted:
      return fmt::format("{} sees {} {}", believer(), pool(), event_.flag ? "idle" : "busy again");
    case memory_lost: return fmt::format("the memory of {} is lost{}", believer(), why());
    default: return {};
  }
}

std::string Teller::slots() const {
  switch (event_.type) {
    case slot_assigned: return fmt::format("{}{} is given to {}", belief(), slot(), task());
    case slot_assign_refused:
      return fmt::format("{}{} is no longer idle for {}{}", belief(), slot(), task(), why());
    case slot_reserved:
      return fmt::format("{}{} is reserved for {}{}", belief(), slot(), task(), why());
    case slot_reused: return fmt::format("{}{} serves the apply of {}", belief(), slot(), task());
    case slot_released: return fmt::format("{}{} is released{}", belief(), slot(), why());
    case slot_expired:
      return fmt::format("{}the reservation of {} for {} expires", belief(), slot(), task());
    default: return {};
  }
}

std::string Teller::tasks() const {
  const std::string end = why() + overwriting();
  switch (event_.type) {
    case task_submitted: return submission();
    case task_started: return task() + " is running its plan" + end;
    case task_plan_finished:
      return fmt::format("{} ends: {}{}", task(), name(event_.row.status), end);
    case task_apply_pending: return task() + " waits for its user to confirm the apply" + end;
    case task_confirmed: return task() + " is confirmed" + end;
    case task_apply_started: return task() + " is running its apply" + end;
    case task_applied: return task() + " ends: applied" + end;
    case task_failed: return task() + " ends: failed" + end;
    case task_cancelled: return task() + " ends: cancelled" + end;
    case task_orphaned:
      return fmt::format("{} is found running by a restarted server: {}{}", task(),
                         name(event_.row.status), end);
    case task_reset: return fmt::format("{} is {} again{}", task(), name(event_.row.status), end);
    default: return {};
  }
}

std::string Teller::queue() const {
  switch (event_.type) {
    case queue_slot_sought: return "a slot is sought for " + task();
    case queue_no_free_slot: return "no slot is free for " + task() + why();
    case queue_no_agent: return "no agent can take " + task() + why();
    case queue_pushed:
      return fmt::format("{} is sent to {} ({})", task(), pod(), name(event_.action));
    case queue_push_failed: return fmt::format("{} could not be sent{}", task(), why());
    case queue_retry_scheduled:
      return fmt::format("{} is tried again in {}{}", workspace(), duration_text(event_.n[0]),
                         why());
    case queue_retry_fired: return workspace() + " is tried again now";
    case queue_monitor_ticked: return fmt::format("{} looks for pending tasks", replica());
    default: return {};
  }
}

std::string Teller::autoscaler() const {
  switch (event_.type) {
    case autoscaler_ticked: return fmt::format("an autoscaler cycle of {} begins", replica());
    case autoscaler_measured:
      return fmt::format("autoscaler believes of {}: {}, {}, {} running, {} reserved", pool(),
                         counted(event_.n[0], "pod"), counted(event_.n[1], "slot"), event_.n[2],
                         event_.n[3]);
    case autoscaler_decided:
      return fmt::format("autoscaler wants {} of {} pods of {}{}", event_.n[1], event_.n[0], pool(),
                         why());
    case autoscaler_skipped:
      return fmt::format("autoscaler holds back a scale-down of {}{}", pool(), why());
    case autoscaler_frozen: return fmt::format("autoscaler finds {} in a freeze window", pool());
    case autoscaler_finished: return fmt::format("the autoscaler cycle of {} is over", replica());
    default: return {};
  }
}

std::string Teller::agents() const {
  switch (event_.type) {
    case agent_started: return "the agent of " + pod() + " starts";
    case agent_connected: return fmt::format("the agent of {} connects to {}", pod(), replica());
    case agent_disconnected:
      return fmt::format("the agent of {} {}{}", pod(),
                         event_.flag ? "falls silent" : "loses its connection", why());
    case agent_refused:
      return fmt::format("the agent of {} is refused by {}{}", pod(), replica(), why());
    case agent_slot_taken:
      return fmt::format("{} begins to {} {}", pod(), name(event_.action), task());
    case agent_slot_refused: return fmt::format("{} has no room for {}", pod(), task());
    case agent_slot_freed:
      return fmt::format("{} no longer works on {}{}", pod(), task(), why());
    case agent_reported:
      return fmt::format("{} reports {}: {}", pod(), task(), name(event_.status));
    case agent_message_lost:
      return event_.task == none ? fmt::format("a message of {} is lost", pod())
                                 : fmt::format("a message of {} on {} is lost", pod(), task());
    case agent_marked_offline: return "the row of the agent of " + pod() + " says offline";
    case agent_row_deleted: return "the row of the agent of " + pod() + " is deleted";
    case agent_gone: return "the agent of " + pod() + " ends";
    default: return {};
  }
}

std::string Teller::servers() const {
  switch (event_.type) {
    case server_stopped: return replica() + " stops" + why();
    case server_started: return replica() + " starts with an empty memory";
    case server_recovered: return replica() + " is ready";
    case server_reconciler_ticked: return fmt::format("a reconciler cycle of {} begins", replica());
    case server_agents_checked: return replica() + " looks for silent agents";
    case server_rows_checked: return replica() + " looks for old agent rows";
    case leader_elected: return replica() + " leads";
    case leader_lost: return "no replica leads";
    default: return {};
  }
}

std::string Teller::pools() const {
  switch (event_.type) {
    case pool_configured: return fmt::format("{} keeps {}", pool(), bounds());
    case pool_config_saved: return fmt::format("{} is saved: {}", pool(), bounds());
    case pool_secret_created: return "the secret of " + pool() + " is created";
    case pool_secret_labelled:
      return "the secret of " + pool() + " names its oldest active token";
    case pool_secret_rotated: return "the secret of " + pool() + " gets the newest token";
    case pool_token_rotated:
      return pool() + (event_.flag ? " loses all its tokens" : " gets a new token");
    case pool_unfrozen: return pool() + " is unfrozen for a while";
    case pool_window_changed:
      return fmt::format("a freeze window of {} {}", pool(), event_.flag ? "begins" : "ends");
    case workspace_created: return workspace() + " exists";
    case workspace_locked: return fmt::format("{} is locked by {}", workspace(), task());
    case workspace_unlocked: return workspace() + " is unlocked";
    case fault_injected: {
      std::string text = fmt::format("fault: {}", name(event_.fault));
      if (event_.pod != none) text += " of " + pod();
      if (event_.replica != none) text += " of " + replica();
      return text;
    }
    default: return {};
  }
}

constexpr std::array bookkeeping{
    agent_heartbeat,    autoscaler_finished,      memory_restarts_cleared,
    procedure_started,  procedure_advanced,       procedure_ended,
    property_violated,  server_timer_armed,       workspace_dispatch_locked,
    workspace_dispatch_unlocked};

constexpr std::array milestones{
    pod_created,         pod_create_refused,    pod_succeeded,        pod_failed,
    pod_delete_requested, memory_pod_discovered, memory_pod_forgotten, memory_pod_offline,
    slot_assigned,       slot_assign_refused,   slot_reserved,        slot_reused,
    slot_released,       slot_expired,          task_submitted,       task_plan_finished,
    task_apply_pending,  task_confirmed,        task_applied,         task_failed,
    task_cancelled,      task_orphaned,         task_reset,           queue_no_free_slot,
    queue_no_agent,      queue_push_failed,     queue_retry_scheduled,
    autoscaler_skipped,    autoscaler_frozen,    agent_connected,
    agent_disconnected,  agent_refused,         agent_slot_taken,     agent_slot_refused,
    server_stopped,      server_started,        server_recovered,     leader_elected,
    leader_lost,         pool_config_saved,     pool_token_rotated,   pool_unfrozen,
    pool_window_changed, fault_injected};

template <std::size_t N>
bool is_listed(const std::array<EventType, N>& types, EventType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool is_between(EventType type, EventType first, EventType last) {
  return first <= type && type <= last;
}

}  // namespace

Weight weight_of(const Event& event) {
  switch (event.type) {
    case autoscaler_decided:
      return event.n[0] == event.n[1] ? Weight::detail : Weight::milestone;
    // The end of a deleted pod or of one that ended is no news.
    case pod_gone:
      return event.reason == Reason::node_lost || event.reason == Reason::evicted
                 ? Weight::milestone
                 : Weight::detail;
    default: break;
  }
  if (is_listed(bookkeeping, event.type)) return Weight::bookkeeping;
  return is_listed(milestones, event.type) ? Weight::milestone : Weight::detail;
}

std::string sentence_of(const Event& event, const World& before, const Setup& setup,
                        bool type_known) {
  if (weight_of(event) == Weight::bookkeeping) return {};
  const Teller teller(event, before, setup, type_known);
  if (event.type <= memory_lost) return teller.pods_and_memory();
  if (is_between(event.type, slot_assigned, slot_expired)) return teller.slots();
  if (is_between(event.type, task_submitted, task_reset)) return teller.tasks();
  if (is_between(event.type, queue_slot_sought, queue_monitor_ticked)) return teller.queue();
  if (is_between(event.type, autoscaler_ticked, autoscaler_finished)) return teller.autoscaler();
  if (is_between(event.type, agent_started, agent_gone)) return teller.agents();
  if (is_between(event.type, server_stopped, leader_lost)) return teller.servers();
  return teller.pools();
}

}  // namespace holdfast
