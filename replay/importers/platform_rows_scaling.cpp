#include <algorithm>
#include <array>
#include <charconv>

#include <holdfast/model/procedures/turn.h>
#include <holdfast/replay/importers/platform_rows.h>

namespace holdfast {
namespace {

constexpr std::string_view secret_prefix = "iac-agent-token-";

std::optional<int> minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  std::array<int, 2> part{};
  for (std::size_t i = 0; i < 2; ++i) {
    const char* begin = text.data() + i * 3;
    const auto [rest, error] = std::from_chars(begin, begin + 2, part[i]);
    if (error != std::errc{} || rest != begin + 2) return std::nullopt;
  }
  if (part[0] < 0 || part[0] > 23 || part[1] < 0 || part[1] > 59) return std::nullopt;
  return part[0] * 60 + part[1];
}

// "Freeze window: 22:00 - 06:00 on Mon, Tue"
std::optional<FreezeSchedule> window_of(std::string_view text) {
  constexpr std::string_view form = "Freeze window: 00:00 - 00:00 on ";
  if (text.size() < form.size() || !text.starts_with("Freeze window: ")) return std::nullopt;
  const auto from = minute_of_day(text.substr(15, 5));
  const auto to = minute_of_day(text.substr(23, 5));
  if (!from || !to) return std::nullopt;
  FreezeSchedule schedule{*from, *to, 0};
  constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  for (int i = 0; i < 7; ++i) {
    const std::string_view day = days[static_cast<std::size_t>(i)];
    if (text.find(day, form.size()) != text.npos) schedule.weekdays |= weekday_bit(i + 1);
  }
  return schedule;
}

// The name of a pod in what a cluster answers: pods "iac-agent-p1-1767607200" already exists
std::string_view quoted_pod(std::string_view text) {
  const std::size_t begin = text.find("\"iac-agent-");
  if (begin == text.npos) return {};
  const std::size_t end = text.find('"', begin + 1);
  return end == text.npos ? std::string_view() : text.substr(begin + 1, end - begin - 1);
}

}  // namespace

std::span<const PlatformRows::Entry> PlatformRows::entries_of_scaling() {
  static constexpr Entry entries[] = {
      {"KS01", &PlatformRows::status},
      {"KS03", &PlatformRows::healthy},
      {"KS05", &PlatformRows::restarted},
      {"KS06", &PlatformRows::unhealthy_deleted},
      {"KS16", &PlatformRows::wants_for_plans},
      {"KS17", &PlatformRows::wants_for_reserved},
      {"KS20", &PlatformRows::wants_more},
      {"KS21", &PlatformRows::wants_less},
      {"KS22", &PlatformRows::holds},
      {"KS23", &PlatformRows::guarded},
      {"KS24", &PlatformRows::scaling},
      {"KS27", &PlatformRows::create_refused},
      {"KS35", &PlatformRows::frozen},
      {"KS44", &PlatformRows::not_ensured},
      {"KS45", &PlatformRows::ensured},
      {"KS52", &PlatformRows::rebuilds},
      {"KS53", &PlatformRows::handler_ended},
      {"KS57", &PlatformRows::handler_ended},
      {"KS59", &PlatformRows::create_refused},
      {"KS60", &PlatformRows::handler_ended},
      {"KS61", &PlatformRows::rotates},
      {"KS68", &PlatformRows::handler_ended},
      {"KD03", &PlatformRows::pools_begun},
      {"KD04", &PlatformRows::service_redirected},
      {"KD05", &PlatformRows::ensured},
      {"KD06", &PlatformRows::ensured},
      {"KD07", &PlatformRows::pools_done},
      {"KD08", &PlatformRows::service_built},
      {"KD15", &PlatformRows::secret_rotated},
  };
  return entries;
}

// --- a cycle ---

bool PlatformRows::status(const LineFields& f) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  if (pool == none) return false;
  Event measured = w_.event(EventType::autoscaler_measured);
  measured.pool = pool;
  for (int i = 0; i < 4; ++i) {
    const auto number = f.number(Placeholder::n, i);
    if (!number) return false;
    measured.n[static_cast<std::size_t>(i)] = *number;
  }
  w_.need_server(true);
  w_.say(measured);
  pods_measured_[pool] = measured.n[0];
  wishes_.erase(pool);
  ++measured_;
  const SlotStatistics known = slot_statistics(w_.world().memories[0], pool, slots_per_pod);
  if (known.pods != measured.n[0] || known.used != measured.n[2] ||
      known.reserved != measured.n[3]) {
    ++measured_otherwise_;
  }
  return true;
}

bool PlatformRows::healthy(const LineFields&) {
  const auto& memories = w_.world().memories;
  if (!memories.empty() && memories[0].exists && !memories[0].restarts.empty()) {
    w_.say(w_.event(EventType::memory_restarts_cleared));
  }
  return true;
}

bool PlatformRows::restarted(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  if (pod == none) return false;
  w_.need_server(true);
  w_.say(w_.about_pod(EventType::memory_restart_counted, pod));
  return true;
}

bool PlatformRows::unhealthy_deleted(const LineFields& f) {
  const PodIndex pod = w_.pod(f.get(Placeholder::pod));
  if (pod == none) return false;
  w_.need_server(true);
  delete_pod(pod, 0, Reason::unhealthy, Reason::restarted);
  return true;
}

// What a cycle wants is decided once it is known what comes of it.
bool PlatformRows::wish(const LineFields& f, Reason reason, int nth) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  const auto desired = f.number(Placeholder::n, nth);
  if (pool == none || !desired) return false;
  wishes_[pool] = {reason, *desired};
  return true;
}

bool PlatformRows::wants_for_plans(const LineFields& f) {
  return wish(f, Reason::pending_plan_and_apply, 4);
}
bool PlatformRows::wants_for_reserved(const LineFields& f) {
  return wish(f, Reason::reserved_slots, 1);
}
bool PlatformRows::wants_more(const LineFields& f) { return wish(f, Reason::high_utilisation, 0); }
bool PlatformRows::wants_less(const LineFields& f) { return wish(f, Reason::low_utilisation, 0); }

std::uint64_t PlatformRows::decide(PoolIndex pool, std::int64_t pods, std::int64_t desired,
                                   Reason reason) {
  Event decided = w_.event(EventType::autoscaler_decided);
  decided.pool = pool;
  decided.n = {pods, desired};
  decided.reason = reason;
  return w_.say(decided);
}

bool PlatformRows::holds(const LineFields& f) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  const auto desired = f.number(Placeholder::n, 1);
  if (pool == none || !desired) return false;
  const auto measured = pods_measured_.find(pool);
  const std::int64_t pods = measured == pods_measured_.end() ? *desired : measured->second;
  w_.need_server(true);
  decide(pool, pods, *desired, Reason::pending_task);
  return true;
}

bool PlatformRows::guarded(const LineFields& f) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  if (pool == none) return false;
  w_.need_server(true);
  const auto wished = wishes_.find(pool);
  const auto measured = pods_measured_.find(pool);
  std::uint64_t cause = 0;
  if (wished != wishes_.end() && measured != pods_measured_.end()) {
    cause = decide(pool, measured->second, wished->second.desired, wished->second.reason);
  }
  Event skipped = w_.event(EventType::autoscaler_skipped);
  skipped.pool = pool;
  skipped.reason = Reason::apply_pending;
  w_.say(skipped, cause);
  return true;
}

bool PlatformRows::scaling(const LineFields& f) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  const auto from = f.number(Placeholder::n, 0);
  const auto to = f.number(Placeholder::n, 1);
  if (pool == none || !from || !to) return false;
  w_.need_server(true);
  const auto wished = wishes_.find(pool);
  // What a cycle does not wish is what the bounds ask for. It calls it scaling down, too, when low
  // utilisation leaves the least number of pods and there are fewer.
  const bool as_wished = wished != wishes_.end() && wished->second.desired == *to &&
                         !(wished->second.reason == Reason::low_utilisation && *to > *from);
  decide(pool, *from, *to, as_wished ? wished->second.reason : Reason::bounds);
  return true;
}

// The cluster names the pod only if it has one of that name.
bool PlatformRows::create_refused(const LineFields& f) {
  const std::string_view why = f.get(Placeholder::text);
  const std::string_view name = quoted_pod(why);
  const bool exists = why.find("already exists") != why.npos && !name.empty();
  const PodIndex pod = exists ? w_.pod(name) : PodIndex{none};
  PoolIndex pool = pod == none ? PoolIndex{none} : w_.world().pods[pod].pool;
  const std::string_view of = f.get(Placeholder::pool);
  if (!of.empty()) pool = w_.pool(of);
  if (pool == none && handlers_.size() == 1) pool = handlers_.begin()->first;
  if (pool == none) {
    is_placed_ = false;
    return true;
  }
  Event refused = w_.event(EventType::pod_create_refused);
  refused.pod = pod;
  refused.pool = pool;
  refused.reason = pod == none ? Reason::cluster_error : Reason::name_exists;
  w_.say(refused);
  return true;
}

bool PlatformRows::frozen(const LineFields& f) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  if (pool == none) return false;
  const auto window = window_of(f.get(Placeholder::text));
  const Pool& known = w_.world().pools[pool];
  const bool is_new =
      window && std::find(known.freeze.begin(), known.freeze.end(), *window) == known.freeze.end();
  if (is_new) {
    Event configured = w_.event(EventType::pool_configured);
    configured.pool = pool;
    configured.n = {known.min_replicas, known.max_replicas};
    configured.freeze = known.freeze;
    configured.freeze.push_back(*window);
    w_.assume(configured);
  }
  w_.need_server(true);
  Event frozen = w_.event(EventType::autoscaler_frozen);
  frozen.pool = pool;
  w_.say(frozen);
  frozen_pool_ = pool;
  return true;
}

// --- requests with a service of their own ---

bool PlatformRows::handler_begins(const LineFields& f, Program program, Reason reason) {
  const PoolIndex pool = w_.pool(f.get(Placeholder::pool));
  if (pool == none) return false;
  // A request builds its own service, so with an empty memory. A log that says when a service is
  // built shows where one did not.
  const bool fresh = service_built_ || !says_service_built_;
  service_built_ = false;
  const MemoryIndex memory = fresh ? MemoryIndex{none} : MemoryIndex{0};
  open_handler(pool, program, {none, memory, reason, false, never});
  return true;
}

bool PlatformRows::rebuilds(const LineFields& f) {
  return handler_begins(f, Program::rebuild_idle, Reason::rebuild);
}

bool PlatformRows::rotates(const LineFields& f) {
  return handler_begins(f, Program::rotate_token, Reason::token_revoked);
}

bool PlatformRows::handler_ended(const LineFields& f) {
  const PoolIndex pool = w_.find_pool(f.get(Placeholder::pool));
  if (pool != none) close_handler(pool, false);
  // One of these names no pool: then all that rebuild are over.
  while (pool == none && !handlers_.empty()) close_handler(handlers_.begin()->first, false);
  return true;
}

bool PlatformRows::ensured(const LineFields& f) {
  const PoolIndex pool = w_.find_pool(f.get(Placeholder::pool));
  const auto found = handlers_.find(pool);
  if (found != handlers_.end() && found->second.ensures) close_handler(pool, true);
  return true;
}

// A pod that cannot be created ends a rotation too, without another line.
bool PlatformRows::not_ensured(const LineFields& f) {
  create_refused(f);
  close_handler(w_.find_pool(f.get(Placeholder::pool)), true);
  return true;
}

bool PlatformRows::service_built(const LineFields&) {
  service_built_ = true;
  says_service_built_ = true;
  return true;
}

bool PlatformRows::service_redirected(const LineFields&) {
  if (!in_pool_setup_) service_built_ = true;
  return true;
}

bool PlatformRows::pools_begun(const LineFields&) {
  in_pool_setup_ = true;
  service_built_ = false;
  return true;
}

bool PlatformRows::pools_done(const LineFields&) {
  in_pool_setup_ = false;
  return true;
}

bool PlatformRows::secret_rotated(const LineFields& f) {
  const std::string_view secret = f.get(Placeholder::text);
  if (!secret.starts_with(secret_prefix)) return false;
  const PoolIndex pool = w_.pool(secret.substr(secret_prefix.size()));
  if (pool == none) return false;
  Event revoked = w_.event(EventType::pool_token_rotated);
  revoked.pool = pool;
  revoked.flag = true;
  std::uint64_t cause = w_.say(revoked);
  revoked.flag = false;
  cause = w_.say(revoked, cause);
  revoked.type = EventType::pool_secret_rotated;
  w_.say(revoked, cause);
  return true;
}

}  // namespace holdfast
