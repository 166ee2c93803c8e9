#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

enum : std::uint8_t { at_a, at_b, at_c1, at_c2, at_d };

void go_past_dead(Turn& t) { t.go(t.self.dead.empty() ? at_d : at_c1); }

void list_pods(Turn& t) {
  if (t.call_fails()) return t.fail();
  list_cluster(t).for_each([&](PodIndex pod) {
    const PodState phase = phase_of(t.world.pods[pod]);
    const bool ended = phase == PodState::succeeded || phase == PodState::failed;
    if (t.knobs.sync_skips_terminating && !ended && !lives(t.world.pods[pod])) return;
    (ended ? t.self.dead : t.self.pods).insert(pod);
  });
  Event& listed = t.emit(EventType::memory_pods_listed);
  listed.pods = t.self.pods;
  listed.others = t.self.dead;
  t.go(at_b);
}

void manage_listed(Turn& t) {
  t.self.pods.for_each([&](PodIndex pod) {
    if (t.managed(pod) != nullptr) return;
    // A memory knows pods by their names: one that is new under an old name is not new to it.
    const PodIndex namesake = managed_namesake(t, pod);
    Event& seen = t.emit(EventType::memory_pod_discovered, pod);
    if (namesake != none) seen.pods.insert(namesake);
  });
  t.emit(EventType::memory_pods_synced).pods = t.self.pods;
  go_past_dead(t);
}

void forget_dead(Turn& t) {
  const PodIndex pod = oldest(t.world, t.self.dead);
  if (const PodIndex known = managed_under_name(t, pod); known != none) {
    t.emit(EventType::memory_pod_forgotten, known).reason = Reason::cleanup;
  }
  t.go(at_c2);
}

void delete_dead(Turn& t) {
  const PodIndex pod = oldest(t.world, t.self.dead);
  delete_in_cluster(t, pod, Reason::finished);
  t.self.dead.erase(pod);
  go_past_dead(t);
}

void forget_unlisted(Turn& t) {
  managed_pods(t.memory(), t.self.pool).for_each([&](PodIndex pod) {
    if (t.self.pods.contains(pod)) return;
    t.emit(EventType::memory_pod_forgotten, pod).reason = Reason::sync;
  });
  t.self.pods.clear();
  t.done();
}

constexpr Instruction instructions[] = {
    {"a", Store::cluster, Verb::list, "list the pool's pods", list_pods},
    {"b", Store::memory, Verb::write, "manage the listed pods, refresh their heartbeats",
     manage_listed},
    {"c1", Store::memory, Verb::write, "forget the oldest pod that ended", forget_dead},
    {"c2", Store::cluster, Verb::remove, "delete it", delete_dead},
    {"d", Store::memory, Verb::write, "forget the pods that were not listed", forget_unlisted},
};

}  // namespace

Instructions sync_pods_steps() { return instructions; }

}  // namespace holdfast
