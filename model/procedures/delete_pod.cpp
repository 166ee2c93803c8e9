#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

enum : std::uint8_t { at_i, at_ii, at_iii };

Program caller(const Turn& t) {
  return t.self.depth < 2 ? Program::none : t.self.stack[t.self.depth - 2u].program;
}

Reason why(const Turn& t) {
  switch (caller(t)) {
    case Program::autoscale: return Reason::freeze_window;
    case Program::rebuild_idle: return Reason::rebuild;
    case Program::offline_cleanup: return Reason::offline;
    case Program::rotate_token: return Reason::token_revoked;
    default: return Reason::none;
  }
}

void fail(Turn& t) {
  t.self.pod = none;
  t.fail();
}

void ask_slots(Turn& t) {
  const ManagedPod* pod = t.managed(t.self.pod);
  if (pod != nullptr && !all_idle(*pod)) return fail(t);
  t.go(at_ii);
}

void delete_it(Turn& t) {
  if (!delete_in_cluster(t, t.self.pod, why(t))) return fail(t);
  // Only scaling and rebuilding count: elsewhere no step and no property reads it.
  if (caller(t) == Program::scale || caller(t) == Program::rebuild_idle) ++t.self.removed;
  t.go(at_iii);
}

void forget_it(Turn& t) {
  if (t.managed(t.self.pod) != nullptr) {
    t.emit(EventType::memory_pod_forgotten, t.self.pod).reason = Reason::deleted;
  }
  t.self.pod = none;
  t.done();
}

constexpr Instruction instructions[] = {
    {"i", Store::memory, Verb::read, "refuse if a slot is Running or Reserved", ask_slots},
    {"ii", Store::cluster, Verb::remove, "delete the pod", delete_it},
    {"iii", Store::memory, Verb::write, "forget it", forget_it},
};

}  // namespace

Instructions delete_pod_steps() { return instructions; }

}  // namespace holdfast
