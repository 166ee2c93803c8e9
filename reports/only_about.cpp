#include <holdfast/reports/only_about.h>

#include <utility>

#include <holdfast/model/names_of_entities.h>
#include <holdfast/reports/world_view.h>

namespace holdfast {
namespace {

// What happens to all servers and to whatever is on them.
bool is_of_servers(EventType type) {
  switch (type) {
    case EventType::server_stopped:
    case EventType::server_started:
    case EventType::server_recovered:
    case EventType::leader_elected:
    case EventType::leader_lost:
    case EventType::memory_lost: return true;
    default: return false;
  }
}

bool is_decision(EventType type) {
  return type == EventType::autoscaler_decided || type == EventType::autoscaler_skipped ||
         type == EventType::autoscaler_frozen;
}

// What happens to a pod or its agent as a whole, not to one task on it.
bool is_of_pod(EventType type) {
  return type <= EventType::memory_lost ||
         (type >= EventType::agent_started && type <= EventType::agent_gone);
}

}  // namespace

OnlyAbout::OnlyAbout(const Setup& setup, Whom whom, Observer* inner)
    : setup_(setup), whom_(std::move(whom)), inner_(inner) {}

void OnlyAbout::before(const World& world, const Clock& clock, const Occurrence& occurrence) {
  follow(occurrence.event);
  passes_ = inner_ != nullptr && (occurrence.opening || concerns(world, occurrence.event));
  if (passes_) inner_->before(world, clock, occurrence);
}

void OnlyAbout::after(const World& world, const Clock& clock, const Occurrence& occurrence) {
  if (passes_) inner_->after(world, clock, occurrence);
}

// Keeps up with the places of those who are asked for: a place is used again.
void OnlyAbout::follow(const Event& event) {
  if (event.type == EventType::task_submitted && whom_.task) {
    if (event.n[0] == static_cast<std::int64_t>(*whom_.task)) {
      task_ = event.task;
      has_task_ = true;
    } else if (event.task == task_) {
      task_ = none;
    }
  }
  if (event.type != EventType::pod_created) return;
  const bool is_it = whom_.pod_ordinal
                         ? pods_created_ == *whom_.pod_ordinal
                         : whom_.pod && pod_name(pool_id(setup_, event.pool), event.time) ==
                                            *whom_.pod;
  ++pods_created_;
  if (is_it) {
    pod_ = event.pod;
    has_pod_ = true;
  } else if (event.pod == pod_) {
    pod_ = none;
  }
}

bool OnlyAbout::concerns(const World& world, const Event& event) const {
  if (whom_.everybody() || is_of_servers(event.type)) return true;
  if (task_ != none && event.task == task_) return true;
  if (pod_ != none && event.pod == pod_) return true;
  if (is_decision(event.type)) return is_of_pool(world, event.pool);
  if (task_ == none || task_ >= world.tasks.size()) return false;
  if (event.task == none && event.workspace != none) {
    return event.workspace == world.tasks[task_].workspace;
  }
  return is_on_pod(world, event);
}

// Whether the event is about a pod that the task is on.
bool OnlyAbout::is_on_pod(const World& world, const Event& event) const {
  if (!is_of_pod(event.type) || event.task != none || event.pod >= world.pods.size()) return false;
  if (event.type == EventType::pod_created) return false;
  WorldViewOptions options;
  options.task = task_;
  return shows_pod(world, options, event.pod);
}

bool OnlyAbout::is_of_pool(const World& world, PoolIndex pool) const {
  if (pod_ != none && pod_ < world.pods.size() && world.pods[pod_].pool == pool) return true;
  if (task_ == none || task_ >= world.tasks.size()) return false;
  const WorkspaceIndex workspace = world.tasks[task_].workspace;
  return workspace < world.workspaces.size() && world.workspaces[workspace].pool == pool;
}

}  // namespace holdfast
