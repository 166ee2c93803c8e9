#include <holdfast/replay/causes.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

bool is_bookkeeping(EventType type) {
  return type == EventType::procedure_started || type == EventType::procedure_advanced ||
         type == EventType::procedure_ended;
}

// Reads of a store say nothing by themselves; a chain goes past them.
bool is_reading(EventType type) {
  switch (type) {
    case EventType::memory_pods_listed:
    case EventType::memory_pods_synced:
    case EventType::memory_slots_reconciled:
    case EventType::autoscaler_measured:
    case EventType::queue_slot_sought:
    case EventType::server_timer_armed:
    case EventType::autoscaler_ticked: return true;
    default: return false;
  }
}

bool is_decision(EventType type) {
  switch (type) {
    case EventType::autoscaler_decided:
    case EventType::autoscaler_frozen:
    case EventType::pool_config_saved:
    case EventType::pool_token_rotated:
    case EventType::memory_restart_counted:
    case EventType::task_confirmed: return true;
    default: return false;
  }
}

std::string text_of(const World& world, const Event& event) {
  std::string text(info(event.type).name);
  const std::size_t dot = text.find('.');
  if (dot != std::string::npos) text[dot] = ' ';
  switch (event.type) {
    case EventType::autoscaler_decided:
      return fmt::format("autoscaler decided {} of {} ({})", event.n[1], event.n[0],
                         name(event.reason));
    case EventType::memory_pod_discovered: return "pod discovered, all slots idle";
    case EventType::memory_pod_managed: return "pod created, all slots idle";
    default: break;
  }
  if (event.task != none && event.task < world.tasks.size()) {
    text += " (" + task_name(world, event.task) + ")";
  }
  return text;
}

}  // namespace

CauseTracker::CauseTracker(std::uint64_t target) : target_(target) {}

void CauseTracker::before(const World& world, const Clock& clock, const Occurrence& occurrence) {
  const Event& event = occurrence.event;
  if (event.type == EventType::procedure_started) {
    if (event.procedure >= procedures_.size()) procedures_.resize(event.procedure + 1u);
    NodePointer parent = parent_of(world, occurrence);
    procedures_[event.procedure] = std::move(parent);
    return;
  }
  if (is_bookkeeping(event.type)) return;
  auto node = std::make_shared<Node>();
  node->link = {occurrence.sequence, clock.now(), text_of(world, event),
                is_decision(event.type)};
  node->reads = is_reading(event.type);
  node->parent = parent_of(world, occurrence);
  if (event.type == EventType::pod_delete_requested) {
    // A deletion rests on what its procedure held of the pod: behind the decision is the belief.
    NodePointer decision = node->parent;
    while (decision && !decision->link.decides) decision = decision->parent;
    const NodePointer belief =
        belief_of(event, decision ? decision->link.sequence : occurrence.sequence);
    if (decision && belief) {
      auto based = std::make_shared<Node>(*decision);
      based->parent = belief;
      based->depth = belief->depth + 1;
      node->parent = based;
    } else if (belief) {
      node->parent = belief;
    }
  }
  if (node->parent && node->parent->depth >= 2 * longest_chain) {
    node->parent = newest_links(node->parent);
  }
  if (node->parent) node->depth = node->parent->depth + 1;
  remember(event, occurrence.sequence, node->reads ? node->parent : node);
  if (occurrence.sequence == target_) answer(node);
}

void CauseTracker::after(const World&, const Clock&, const Occurrence&) {}

CauseTracker::NodePointer CauseTracker::parent_of(const World& world,
                                                  const Occurrence& occurrence) const {
  const Event& event = occurrence.event;
  if (event.type == EventType::memory_pod_discovered) {
    const auto lost = losses_.find(event.memory);
    if (lost != losses_.end()) return lost->second;
  }
  if (event.type == EventType::queue_retry_fired) {
    const auto scheduled = retries_.find(event.place);
    if (scheduled != retries_.end()) return scheduled->second;
  }
  const auto found = recent_.find(occurrence.cause);
  if (found != recent_.end() && found->second) return found->second;
  if (event.procedure < procedures_.size() && event.procedure < world.procedures.size()) {
    return procedures_[event.procedure];
  }
  return nullptr;
}

// What the memory held of the pod when the decision fell; while the call to delete it was under way
// the memory may have learnt better.
CauseTracker::NodePointer CauseTracker::belief_of(const Event& event,
                                                  std::uint64_t decided) const {
  const auto found = beliefs_.find({event.memory, event.pod});
  if (found == beliefs_.end()) return nullptr;
  for (auto at = found->second.rbegin(); at != found->second.rend(); ++at) {
    if (*at && (*at)->link.sequence < decided) return *at;
  }
  return found->second.front();
}

// `node`: the event's own link, or where it only reads the one that led to it, if there is any.
void CauseTracker::remember(const Event& event, std::uint64_t sequence, const NodePointer& node) {
  // Only the links of the step under way are looked up by number.
  if (recent_.size() > longest_chain) recent_.erase(recent_.begin());
  recent_[sequence] = node;
  if (event.procedure != none && node) {
    if (event.procedure >= procedures_.size()) procedures_.resize(event.procedure + 1u);
    procedures_[event.procedure] = node;
  }
  switch (event.type) {
    case EventType::memory_pod_discovered:
    case EventType::memory_pod_managed:
    case EventType::slot_assigned:
    case EventType::slot_reserved:
    case EventType::slot_reused:
    case EventType::slot_released:
    case EventType::slot_expired: {
      std::vector<NodePointer>& held = beliefs_[{event.memory, event.pod}];
      if (held.size() == beliefs_kept) held.erase(held.begin());
      held.push_back(node);
      break;
    }
    case EventType::memory_pod_forgotten: beliefs_.erase({event.memory, event.pod}); break;
    case EventType::memory_lost: losses_[event.memory] = node; break;
    case EventType::queue_retry_scheduled: retries_[event.place] = node; break;
    default: break;
  }
}

// A copy of the newest links of a chain: what is behind them is let go.
CauseTracker::NodePointer CauseTracker::newest_links(const NodePointer& node) {
  std::vector<NodePointer> newest;
  for (NodePointer at = node; at && newest.size() < longest_chain; at = at->parent) {
    newest.push_back(at);
  }
  NodePointer chain;
  for (auto at = newest.rbegin(); at != newest.rend(); ++at) {
    auto copy = std::make_shared<Node>(**at);
    copy->parent = chain;
    copy->depth = chain ? chain->depth + 1 : 0;
    chain = copy;
  }
  return chain;
}

void CauseTracker::answer(const NodePointer& node) {
  chain_.clear();
  for (NodePointer at = node; at && chain_.size() < longest_chain; at = at->parent) {
    // A user's request both decides and is the root of what its handler believes.
    const bool again = std::any_of(chain_.begin(), chain_.end(), [&](const CauseLink& link) {
      return link.sequence == at->link.sequence;
    });
    if (chain_.empty() || (!at->reads && !again)) chain_.push_back(at->link);
  }
}

std::string causes_line(const std::vector<CauseLink>& chain) {
  std::string line;
  for (const CauseLink& link : chain) {
    if (!line.empty()) line += " <- ";
    line += fmt::format("{} {}", link.sequence, link.text);
  }
  return line;
}

}  // namespace holdfast
