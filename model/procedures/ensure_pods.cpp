// ensure_pods and the creation of one pod.
#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

enum : std::uint8_t { at_a, at_b, at_c, at_d, at_e };

void ensure_secret(Turn& t) { t.call(Program::ensure_secret, at_b); }

void sync(Turn& t) {
  if (take_failed(t)) return t.fail();
  t.call(Program::sync_pods, at_c);
}

void reconcile(Turn& t) {
  t.self.failed = false;  // a failed sync is logged
  if (!t.knobs.reconcile_on_ensure) return t.go(at_d);
  t.call(Program::reconcile, at_d);
}

void count_pods(Turn& t) {
  t.self.failed = false;  // a failed reconcile is logged
  const int missing = t.self.min_replicas - managed_count(t.memory(), t.self.pool);
  if (!t.knobs.ensure_creates || missing <= 0) return t.done();
  t.self.wanted = static_cast<std::int16_t>(missing);
  t.go(at_e);
}

void create_missing(Turn& t) {
  if (take_failed(t)) {
    t.self.wanted = 0;
    return t.fail();
  }
  if (t.self.wanted == 0) return t.done();
  --t.self.wanted;
  t.call(Program::create_pod, at_e);
}

constexpr Instruction ensure_list[] = {
    {"a", Store::none, Verb::none, "ensure the secret", ensure_secret},
    {"b", Store::none, Verb::none, "sync the pods", sync},
    {"c", Store::none, Verb::none, "reconcile", reconcile},
    {"d", Store::memory, Verb::read, "count the managed pods", count_pods},
    {"e", Store::none, Verb::none, "create those that are missing", create_missing},
};

// --- create_pod ------------------------------------------------------------------------------

enum : std::uint8_t { create_a };

// A pod of the pool that has the name that a pod created now would get, or none.
PodIndex namesake(const Turn& t) {
  for (std::size_t i = 0; i < t.world.pods.size(); ++i) {
    const Pod& pod = t.world.pods[i];
    if (pod.pool == t.self.pool && listed(pod) && t.clock.same_second(pod)) {
      return static_cast<PodIndex>(i);
    }
  }
  return none;
}

void create_in_cluster(Turn& t) {
  if (!t.call_takes_effect()) return t.fail();
  if (const PodIndex existing = namesake(t); existing != none) {
    if (t.knobs.create_waits_for_name) {
      t.sleep(second);
      return t.go(create_a);
    }
    t.emit(EventType::pod_create_refused, existing).reason = Reason::name_exists;
    return t.fail();
  }
  const PodIndex place = t.place_for_pod();
  Event& created = t.emit(EventType::pod_created, place);
  created.n = {t.pool().config_revision, t.pool().secret_token};
  if (t.call_fails()) return t.fail();
  t.self.pod = place;
  t.next();
}

void manage_created(Turn& t) {
  if (const PodIndex namesake = managed_namesake(t, t.self.pod); namesake != none) {
    t.emit(EventType::memory_pod_forgotten, namesake).reason = Reason::name_exists;
  }
  t.emit(EventType::memory_pod_managed, t.self.pod);
  t.self.pod = none;
  t.done();
}

constexpr Instruction create_list[] = {
    {"a", Store::cluster, Verb::create, "create a pod with the pool's configuration",
     create_in_cluster},
    {"b", Store::memory, Verb::write, "manage it with all slots idle", manage_created},
};

}  // namespace

Instructions ensure_pods_steps() { return ensure_list; }
Instructions create_pod_steps() { return create_list; }

}  // namespace holdfast
