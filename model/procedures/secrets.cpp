// The token of a pool in the database and the secret in the cluster that carries it to new pods.
#include <holdfast/model/procedures/pods.h>
#include <holdfast/model/procedures/programs.h>

namespace holdfast {
namespace {

void make_token(Turn& t) { t.emit(EventType::pool_token_rotated); }

// --- ensure_secret ---------------------------------------------------------------------------

enum : std::uint8_t { ensure_a, ensure_b, ensure_c, ensure_d, ensure_e, ensure_f, ensure_g };

// The register `count` is 1 from b on if no active token was found.
bool lacked_token(const Turn& t) { return t.self.count != 0; }

void leave_ensure(Turn& t, bool well) {
  t.self.count = 0;
  if (well) return t.done();
  t.fail();
}

void find_token(Turn& t) {
  // An error reads like a pool without a token.
  const bool found = !t.call_fails() && t.pool().has_active_token();
  t.go(found ? ensure_c : ensure_b);
}

void save_missing_token(Turn& t) {
  if (t.call_fails()) return t.fail();
  make_token(t);
  t.self.count = 1;
  t.go(ensure_c);
}

void look_for_secret(Turn& t) {
  if (t.call_fails()) return leave_ensure(t, false);
  if (!t.pool().secret_exists) return t.go(lacked_token(t) ? ensure_e : ensure_d);
  if (!lacked_token(t)) {
    if (t.pool().secret_label == t.pool().first_active_token) return t.done();
    return t.go(ensure_g);
  }
  t.self.count = 0;
  t.go(ensure_f);
}

void save_readable_token(Turn& t) {
  if (t.call_fails()) return t.fail();
  make_token(t);
  t.go(ensure_e);
}

void create_secret(Turn& t) {
  if (t.pool().secret_exists) {
    // Another procedure was faster. Only who had a token takes that well.
    return leave_ensure(t, !t.call_fails() && !lacked_token(t));
  }
  if (t.call_takes_effect()) t.emit(EventType::pool_secret_created);
  leave_ensure(t, !t.call_fails());
}

// The last call of a program that puts the newest token into the secret.
void update_secret(Turn& t) {
  if (t.call_takes_effect()) t.emit(EventType::pool_secret_rotated);
  if (t.call_fails()) return t.fail();
  t.done();
}

// An error is logged: only the label is at stake.
void label_secret(Turn& t) {
  if (t.call_takes_effect()) t.emit(EventType::pool_secret_labelled);
  t.done();
}

constexpr Instruction ensure_steps[] = {
    {"a", Store::database, Verb::query, "the pool's active token", find_token},
    {"b", Store::database, Verb::save, "a new token, for there is none", save_missing_token},
    {"c", Store::cluster, Verb::get_secret, "look for the secret", look_for_secret},
    {"d", Store::database, Verb::save, "a new token, for a stored one cannot be read",
     save_readable_token},
    {"e", Store::cluster, Verb::create_secret, "create it with the newest token", create_secret},
    {"f", Store::cluster, Verb::update_secret, "the newest token into it", update_secret},
    {"g", Store::cluster, Verb::update_secret, "its label names another token", label_secret},
};

// --- rotate_secret ---------------------------------------------------------------------------

void revoke_tokens(Turn& t) {
  if (!t.call_fails() && t.pool().has_active_token()) {
    t.emit(EventType::pool_token_rotated).flag = true;
  }
  t.next();
}

void save_rotated_token(Turn& t) {
  if (t.call_fails()) return t.fail();
  make_token(t);
  t.next();
}

void find_secret(Turn& t) {
  if (t.call_fails() || !t.pool().secret_exists) return t.fail();
  t.next();
}

constexpr Instruction rotate_steps[] = {
    {"a", Store::database, Verb::save, "revoke every active token", revoke_tokens},
    {"b", Store::database, Verb::save, "a new token", save_rotated_token},
    {"c", Store::cluster, Verb::get_secret, "look for the secret", find_secret},
    {"d", Store::cluster, Verb::update_secret, "the new token into it", update_secret},
};

// --- check_secret ----------------------------------------------------------------------------

enum : std::uint8_t { check_a, check_b, check_c, check_c2, check_d, check_d_rotated };

void ask_age(Turn& t) {
  if (t.call_fails()) return t.fail();
  if (!t.pool().secret_exists || !t.clock.secret_old(t.pool())) return t.done();
  t.go(check_b);
}

void sync_before_rotation(Turn& t) { t.call(Program::sync_pods, check_c); }

void look_for_pods(Turn& t) {
  t.self.failed = false;  // a failed sync is logged
  if (managed_count(t.memory(), t.self.pool) > 0) return t.done();
  t.go(check_c2);
}

// Its answer is not needed, but without one nothing is rotated.
void read_pool(Turn& t) {
  if (t.call_fails()) return t.fail();
  t.go(check_d);
}

void rotate_old(Turn& t) { t.call(Program::rotate_secret, check_d_rotated); }

void leave_rotated(Turn& t) {
  if (take_failed(t)) return t.fail();
  t.done();
}

constexpr Instruction check_steps[] = {
    {"a", Store::cluster, Verb::get_secret, "its age", ask_age},
    {"b", Store::none, Verb::none, "sync the pods", sync_before_rotation},
    {"c", Store::memory, Verb::read, "whether the pool has pods", look_for_pods},
    {"c2", Store::database, Verb::query, "the pool", read_pool},
    {"d", Store::none, Verb::none, "rotate the old secret", rotate_old},
    {"d", Store::none, Verb::none, "rotated or not", leave_rotated},
};

}  // namespace

Instructions ensure_secret_steps() { return ensure_steps; }
Instructions rotate_secret_steps() { return rotate_steps; }
Instructions check_secret_steps() { return check_steps; }

}  // namespace holdfast
