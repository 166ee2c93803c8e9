#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

enum : std::uint8_t { at_a, at_b };

void query_pools(Turn& t) {
  if (t.call_fails()) return t.done();
  read_pools(t);
  for (PoolBounds& bounds : t.self.later) bounds.max_replicas = 0;  // nobody asks for it
  t.go(at_b);
}

void ensure_next(Turn& t) {
  t.self.failed = false;  // one pool's error does not keep the next from being served
  if (!next_read_pool(t)) return t.done();
  t.call(Program::ensure_pods, at_b);
}

constexpr Instruction instructions[] = {
    {"a", Store::database, Verb::query, "the pools with their configuration", query_pools},
    {"b", Store::none, Verb::none, "ensure the next pool's pods", ensure_next},
};

}  // namespace

Instructions start_up_steps() { return instructions; }

}  // namespace holdfast
