#include <holdfast/tests/conformance/operations.h>

namespace holdfast {
namespace {

std::int64_t minute_of(const Json& text) {
  const auto value = text.get<std::string>();
  return std::stoi(value.substr(0, 2)) * 60 + std::stoi(value.substr(3, 2));
}

}  // namespace

std::vector<FreezeSchedule> freeze_of(const Json& op) {
  std::vector<FreezeSchedule> result;
  if (!op.contains("freeze") || !op["freeze"].is_array()) return result;
  for (const Json& window : op["freeze"]) {
    FreezeSchedule schedule;
    schedule.from_minute = static_cast<std::int16_t>(minute_of(window.at("from")));
    schedule.to_minute = static_cast<std::int16_t>(minute_of(window.at("to")));
    schedule.weekdays = 0;
    for (const Json& day : window.at("days")) {
      const int bit = (day.get<int>() + 6) % 7;
      schedule.weekdays = static_cast<std::uint8_t>(schedule.weekdays | 1 << bit);
    }
    result.push_back(schedule);
  }
  return result;
}

WalkOptions options_of(const Json& config) {
  WalkOptions options;
  if (config.contains("start")) options.start_s = config["start"].get<std::int64_t>();
  options.grace_s = config.value("k8s_grace", options.grace_s);
  options.pods_run_at_once = config.value("k8s_autorun", true);
  options.timers_fire = config.value("timers", "auto") == "auto";
  options.last_first = config.value("goroutines", "fifo") == "lifo";
  options.queue_waits = config.value("goroutines", "fifo") == "manual";
  options.agents_follow_pods = config.value("follow_pod", true);
  return options;
}

void start_servers(Walker& walker) {
  for (const ReplicaIndex replica : {ReplicaIndex{0}, ReplicaIndex{1}}) {
    const auto of_it = [&](Event& e) { e.replica = replica; };
    walker.fold(EventType::server_started, of_it);
    if (replica == 0) walker.fold(EventType::leader_elected, of_it);
    walker.fold(EventType::server_recovered, of_it);
  }
}

}  // namespace holdfast
