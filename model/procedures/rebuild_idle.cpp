#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

constexpr std::int64_t wait_for_names_us = 2 * second;

enum : std::uint8_t { at_a, at_b, at_c, at_d, at_d_ensured, at_e, at_e_deleted, at_f, at_g };

void sync(Turn& t) { t.call(Program::sync_pods, at_b); }

void reconcile(Turn& t) {
  t.self.failed = false;  // a failed sync is logged
  t.call(Program::reconcile, at_c);
}

void find_idle(Turn& t) {
  t.self.failed = false;  // a failed reconcile is logged
  t.self.pods = idle_pods(t.memory(), t.self.pool);
  if (t.self.pods.empty()) return t.done();
  t.go(at_d);
}

void ensure_secret(Turn& t) { t.call(Program::ensure_secret, at_d_ensured); }

void leave_without_secret(Turn& t) {
  if (take_failed(t)) {
    t.self.pods.clear();
    return t.fail();
  }
  t.go(at_e);
}

void delete_idle(Turn& t) {
  take_chosen_pod(t);
  t.call(Program::delete_pod, at_e_deleted);
}

// delete_pod counts its successes in `removed`.
void go_on_deleting(Turn& t) {
  t.self.failed = false;
  if (!t.self.pods.empty()) return t.go(at_e);
  if (t.self.removed == 0) return t.done();
  t.sleep(wait_for_names_us);
  t.go(at_f);
}

void wake(Turn& t) { t.next(); }

void create_again(Turn& t) {
  t.self.failed = false;
  if (t.self.removed == 0) return t.done();
  --t.self.removed;
  t.call(Program::create_pod, at_g);
}

constexpr Instruction instructions[] = {
    {"a", Store::none, Verb::none, "sync the pods", sync},
    {"b", Store::none, Verb::none, "reconcile", reconcile},
    {"c", Store::memory, Verb::read, "the pods whose slots are all idle", find_idle},
    {"d", Store::none, Verb::none, "ensure the secret", ensure_secret},
    {"d", Store::none, Verb::none, "ensured or not", leave_without_secret},
    {"e", Store::memory, Verb::read, "one of them is deleted", delete_idle, one_of_pods},
    {"e", Store::none, Verb::none, "deleted or not", go_on_deleting},
    {"f", Store::none, Verb::sleep, "2 s", wake},
    {"g", Store::none, Verb::none, "create as many as were deleted", create_again},
};

}  // namespace

Instructions rebuild_idle_steps() { return instructions; }

}  // namespace holdfast
