// The cycles over all pools that run by themselves, and the clean-up that ends each pool's turn.
#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

enum : std::uint8_t { cycle_a, cycle_b, cycle_c, cycle_d, cycle_e, cycle_f };

// One pool's error is logged and never stops the next pool.
void note_error(Turn& t) {
  if (take_failed(t)) t.self.flag = true;
}

void query_pools(Turn& t) {
  if (t.call_fails()) return t.done();
  read_pools(t);
  t.go(cycle_b);
}

void begin_pool(Turn& t) {
  note_error(t);
  if (!next_read_pool(t)) {
    t.emit(EventType::autoscaler_finished);
    return t.done();
  }
  if (t.knobs.reconciler != Reconciler::in_cycle) return t.go(cycle_c);
  t.call(Program::reconcile, cycle_c);
}

void check_unhealthy(Turn& t) {
  note_error(t);
  if (!t.knobs.unhealthy_restart) return t.go(cycle_d);
  t.call(Program::check_unhealthy, cycle_d);
}

void check_secret(Turn& t) {
  note_error(t);
  t.call(Program::check_secret, cycle_e);
}

void autoscale(Turn& t) {
  note_error(t);
  t.call(Program::autoscale, cycle_f);
}

void clean_up(Turn& t) {
  note_error(t);
  if (!t.knobs.offline_pod_cleanup) return t.go(cycle_b);
  t.call(Program::offline_cleanup, cycle_b);
}

constexpr Instruction cycle_list[] = {
    {"a", Store::database, Verb::query, "the pools with their configuration", query_pools},
    {"b", Store::none, Verb::none, "the next pool; reconcile", begin_pool},
    {"c", Store::none, Verb::none, "the unhealthy-pod check", check_unhealthy},
    {"d", Store::none, Verb::none, "the age of the secret", check_secret},
    {"e", Store::none, Verb::none, "autoscale", autoscale},
    {"f", Store::none, Verb::none, "clean up pods that are offline", clean_up},
};

// --- reconciler_cycle ------------------------------------------------------------------------

void reconcile_next(Turn& t) {
  t.self.failed = false;
  if (!next_pool(t)) return t.done();
  t.call(Program::reconcile, 0);
}

constexpr Instruction reconciler_list[] = {
    {"a", Store::none, Verb::none, "reconcile the next pool", reconcile_next},
};

// --- offline_cleanup -------------------------------------------------------------------------

enum : std::uint8_t { offline_a, offline_b };

void find_offline(Turn& t) {
  managed_pods(t.memory(), t.self.pool).for_each([&](PodIndex pod) {
    if (t.clock.offline_long(*t.managed(pod))) t.self.pods.insert(pod);
  });
  t.go(offline_b);
}

void delete_offline(Turn& t) {
  t.self.failed = false;
  if (t.self.pods.empty()) return t.done();
  t.self.pod = t.self.pods.front();
  t.self.pods.erase(t.self.pod);
  t.call(Program::delete_pod, offline_b);
}

constexpr Instruction offline_list[] = {
    {"a", Store::memory, Verb::read, "managed pods without a heartbeat for 5 min", find_offline},
    {"b", Store::none, Verb::none, "delete each of them", delete_offline},
};

}  // namespace

Instructions autoscaler_cycle_steps() { return cycle_list; }
Instructions reconciler_cycle_steps() { return reconciler_list; }
Instructions offline_cleanup_steps() { return offline_list; }

}  // namespace holdfast
