#include <algorithm>

#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

enum : std::uint8_t { at_a, at_b, at_c, at_d, at_f, at_g, at_g_deleted, at_h, at_i };

// From here on `wanted` is how many pods are missing, or `count` how many are too many.
void compare_counts(Turn& t) {
  const int missing = t.self.wanted - managed_count(t.memory(), t.self.pool);
  t.self.wanted = 0;
  if (missing == 0) return t.done();
  if (missing > 0) {
    t.self.wanted = static_cast<std::int16_t>(missing);
    return t.go(at_b);
  }
  t.self.count = static_cast<std::int16_t>(-missing);
  t.go(t.knobs.scale_down == ScaleDown::deployment_random ? at_h : at_f);
}

void fail_up(Turn& t) {
  t.self.wanted = 0;
  t.fail();
}

void query_config(Turn& t) {
  if (t.call_fails()) return fail_up(t);
  t.go(at_c);
}

void ensure_secret(Turn& t) { t.call(Program::ensure_secret, at_d); }

void create_missing(Turn& t) {
  if (take_failed(t)) return fail_up(t);
  if (t.self.wanted == 0) return t.done();
  --t.self.wanted;
  t.call(Program::create_pod, at_d);
}

void find_idle(Turn& t) {
  t.self.pods = idle_pods(t.memory(), t.self.pool);
  t.self.count = static_cast<std::int16_t>(std::min<int>(t.self.count, t.self.pods.size()));
  if (t.self.count == 0) return t.done();
  t.go(at_g);
}

void delete_idle(Turn& t) {
  take_chosen_pod(t);
  --t.self.count;
  if (t.self.count == 0) t.self.pods.clear();
  t.call(Program::delete_pod, at_g_deleted);
}

void go_on_deleting(Turn& t) {
  if (take_failed(t)) {
    t.self.count = 0;
    t.self.pods.clear();
    return t.fail();
  }
  if (t.self.count == 0) return t.done();
  t.go(at_g);
}

// Choices: each living pod of the pool; `none` when the Deployment has no pod left to remove.
void any_living_pod(const Turn& t, std::vector<std::uint16_t>& out) {
  for (std::size_t i = 0; i < t.world.pods.size(); ++i) {
    if (t.world.pods[i].pool == t.self.pool && lives(t.world.pods[i])) {
      out.push_back(static_cast<PodIndex>(i));
    }
  }
  if (out.empty()) out.push_back(none);
}

void remove_any(Turn& t) {
  const PodIndex pod = t.step.choice;
  const bool deleted = pod == none || delete_in_cluster(t, pod, Reason::none);
  if (!deleted) {
    t.self.count = 0;
    t.self.pods.clear();
    return t.fail();
  }
  t.self.count = static_cast<std::int16_t>(pod == none ? 0 : t.self.count - 1);
  if (pod != none) {
    t.self.pods.insert(pod);
    ++t.self.removed;
  }
  t.go(t.self.count == 0 ? at_i : at_h);
}

void forget_removed(Turn& t) {
  t.self.pods.for_each([&](PodIndex pod) {
    if (t.managed(pod) == nullptr) return;
    t.emit(EventType::memory_pod_forgotten, pod).reason = Reason::deleted;
  });
  t.self.pods.clear();
  t.done();
}

constexpr Instruction instructions[] = {
    {"a", Store::memory, Verb::read, "count the managed pods", compare_counts},
    {"b", Store::database, Verb::query, "the pool's configuration as it is now", query_config},
    {"c", Store::none, Verb::none, "ensure the secret", ensure_secret},
    {"d", Store::none, Verb::none, "create the pods that are missing", create_missing},
    {"f", Store::memory, Verb::read, "the pods whose slots are all idle", find_idle},
    {"g", Store::memory, Verb::read, "one of them is deleted", delete_idle, one_of_pods},
    {"g", Store::none, Verb::none, "deleted or not", go_on_deleting},
    {"h", Store::cluster, Verb::remove, "remove any pod of the pool", remove_any, any_living_pod},
    {"i", Store::memory, Verb::write, "forget the pods that were removed", forget_removed},
};

}  // namespace

Instructions scale_steps() { return instructions; }

}  // namespace holdfast
