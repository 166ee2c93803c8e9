// What differs between the platform as told, as shipped, as proposed and as it runs: knobs, each
// with its values, and profiles, which are named sets of knob values (specification, platform
// section 5). Values are spelled in YAML, help and logs as the enumerators are here.
//
// Thread safety: values; threads may share what none of them changes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

enum class SlotsKnob : std::uint8_t { none, three, four };
enum class ScaleDown : std::uint8_t { idle_pods_only, deployment_random };
enum class Scaling : std::uint8_t { utilisation, required_slots, deployment };
enum class ColdStart : std::uint8_t { any_pending, first_pending_only, overwritten };
enum class Reconciler : std::uint8_t { in_cycle, own_ticker };
enum class SlotRebuild : std::uint8_t { known_only, from_database };
enum class ScaleDownGuard : std::uint8_t { none, apply_pending, startup_grace };
enum class GuardCounts : std::uint8_t { any_mode, k8s_only };
enum class NeedsAgent : std::uint8_t { no, registered };
enum class LostPod : std::uint8_t { apply_elsewhere, replan, replan_at_once };
enum class FailLostTasks : std::uint8_t { at_once, with_row };
enum class OnConfigSave : std::uint8_t { ensure, rebuild_idle };
enum class HandlerMemory : std::uint8_t { shared, fresh };

// The defaults are the profile `slots`.
struct Knobs {
  SlotsKnob slots = SlotsKnob::three;
  ScaleDown scale_down = ScaleDown::idle_pods_only;
  Scaling scaling = Scaling::utilisation;
  ColdStart cold_start = ColdStart::any_pending;
  Reconciler reconciler = Reconciler::in_cycle;
  SlotRebuild slot_rebuild = SlotRebuild::known_only;
  bool reconcile_on_ensure = false;
  bool ensure_creates = true;
  std::int64_t autoscaler_delay = 0;  // microseconds
  ScaleDownGuard scale_down_guard = ScaleDownGuard::none;
  GuardCounts guard_counts = GuardCounts::any_mode;
  bool freeze_guard = false;
  NeedsAgent needs_agent = NeedsAgent::no;
  LostPod lost_pod = LostPod::apply_elsewhere;
  bool reuse_marks_running = true;
  bool completed_after_plan = false;
  bool release_reserved_on_no_agent = true;
  bool scale_up_on_no_agent = false;
  OnConfigSave on_config_save = OnConfigSave::ensure;
  HandlerMemory handler_memory = HandlerMemory::shared;
  bool unplaced_scale_up = false;
  bool pending_blocks_scale_down = false;
  bool plan_and_apply_scale_up = false;
  bool deployment_busy_guard = false;
  bool unhealthy_restart = false;
  bool recover_apply_pending = false;
  bool agent_reports_slots = false;
  bool agent_refuses_busy = true;
  bool offline_pod_cleanup = false;
  FailLostTasks fail_lost_tasks = FailLostTasks::at_once;
  bool failure_unlocks = false;
  bool lock_after_check = false;
  bool undelivered_taken_back = false;
  bool cancel_announced = false;
  bool sync_skips_terminating = false;
  bool create_waits_for_name = false;
  bool admit_living_agents = false;

  bool operator==(const Knobs&) const = default;
};

// What a knob is for, and how its value is written.
struct KnobInfo {
  std::string_view name;
  std::string_view about;
  // Every value in its spelling; empty for a duration.
  std::span<const std::string_view> values;
  std::string (*get)(const Knobs&);
  // False if the text is no value of this knob; `knobs` is then unchanged.
  bool (*set)(Knobs&, std::string_view text);
};
std::span<const KnobInfo> knob_table();
const KnobInfo* find_knob(std::string_view name);

struct Profile {
  std::string_view name;
  std::string_view about;
  Knobs knobs;
};
std::span<const Profile> profiles();
const Profile* find_profile(std::string_view name);

int slots_each(const Knobs& knobs);  // 3 or 4; 4 under `none`, where nothing is counted

}  // namespace holdfast
