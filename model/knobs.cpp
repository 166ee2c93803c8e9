#include <holdfast/model/knobs.h>

#include <algorithm>
#include <array>

#include <holdfast/model/duration_text.h>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 2> no_yes{"no", "yes"};
constexpr std::array<std::string_view, 3> slots_values{"none", "three", "four"};
constexpr std::array<std::string_view, 2> scale_down_values{"idle_pods_only", "deployment_random"};
constexpr std::array<std::string_view, 3> scaling_values{"utilisation", "required_slots",
                                                         "deployment"};
constexpr std::array<std::string_view, 3> cold_start_values{"any_pending", "first_pending_only",
                                                            "overwritten"};
constexpr std::array<std::string_view, 2> reconciler_values{"in_cycle", "own_ticker"};
constexpr std::array<std::string_view, 2> slot_rebuild_values{"known_only", "from_database"};
constexpr std::array<std::string_view, 3> guard_values{"none", "apply_pending", "startup_grace"};
constexpr std::array<std::string_view, 2> guard_counts_values{"any_mode", "k8s_only"};
constexpr std::array<std::string_view, 2> needs_agent_values{"no", "registered"};
constexpr std::array<std::string_view, 3> lost_pod_values{"apply_elsewhere", "replan",
                                                          "replan_at_once"};
constexpr std::array<std::string_view, 2> fail_lost_values{"at_once", "with_row"};
constexpr std::array<std::string_view, 2> config_save_values{"ensure", "rebuild_idle"};
constexpr std::array<std::string_view, 2> handler_values{"shared", "fresh"};

template <auto Member>
std::string get_word(const Knobs& knobs, std::span<const std::string_view> values) {
  return std::string(values[static_cast<std::size_t>(knobs.*Member)]);
}

template <auto Member>
bool set_word(Knobs& knobs, std::span<const std::string_view> values, std::string_view text) {
  const auto found = std::find(values.begin(), values.end(), text);
  if (found == values.end()) return false;
  using Value = std::remove_reference_t<decltype(knobs.*Member)>;
  knobs.*Member = static_cast<Value>(found - values.begin());
  return true;
}

// A knob whose values are words.
template <auto Member, const auto& Values>
constexpr KnobInfo word(std::string_view name, std::string_view about) {
  return {name, about, Values,
          [](const Knobs& knobs) { return get_word<Member>(knobs, Values); },
          [](Knobs& knobs, std::string_view text) {
            return set_word<Member>(knobs, Values, text);
          }};
}

// A switch. YAML's true and false are taken as well.
template <auto Member>
constexpr KnobInfo toggle(std::string_view name, std::string_view about) {
  return {name, about, no_yes,
          [](const Knobs& knobs) { return get_word<Member>(knobs, no_yes); },
          [](Knobs& knobs, std::string_view text) {
            if (text == "true") text = "yes";
            if (text == "false") text = "no";
            return set_word<Member>(knobs, no_yes, text);
          }};
}

// At most a year: a longer one is a mistake.
constexpr std::int64_t longest_delay_us = std::int64_t{365} * 24 * 3'600'000'000;

constexpr KnobInfo delay_knob{
    "autoscaler_delay", "How long after a start the autoscaler's ticker begins (fix 1: 10s).", {},
    [](const Knobs& knobs) { return duration_text(knobs.autoscaler_delay); },
    [](Knobs& knobs, std::string_view text) {
      const TextResult<std::int64_t> delay = parse_duration(text);
      if (!delay.value || *delay.value > longest_delay_us) return false;
      knobs.autoscaler_delay = *delay.value;
      return true;
    }};

constexpr std::array table{
    word<&Knobs::slots, slots_values>(
        "slots", "Slots of a pod: none; three, of which slot 0 takes any task and is the only one"
                 " that is reserved; four that take any task, one plan_and_apply a pod."),
    word<&Knobs::scale_down, scale_down_values>(
        "scale_down", "Which pods a scale-down removes: idle ones only, or any, as the Deployment"
                      " did."),
    word<&Knobs::scaling, scaling_values>(
        "scaling", "The rule for the desired number of pods."),
    word<&Knobs::cold_start, cold_start_values>(
        "cold_start", "Without pods: what starts the first one. overwritten: nothing does."),
    word<&Knobs::reconciler, reconciler_values>(
        "reconciler", "Whether reconciling is part of the autoscaler's cycle or has a 5 s ticker of"
                      " its own."),
    word<&Knobs::slot_rebuild, slot_rebuild_values>(
        "slot_rebuild", "Whether a reconcile corrects known slots only or restores slots from the"
                        " task table."),
    toggle<&Knobs::reconcile_on_ensure>(
        "reconcile_on_ensure", "Fix 2: ensuring pods reconciles after its sync."),
    toggle<&Knobs::ensure_creates>(
        "ensure_creates", "Ensuring pods creates up to min_replicas."),
    delay_knob,
    word<&Knobs::scale_down_guard, guard_values>(
        "scale_down_guard", "Fix 3: what holds back a scale-down: nothing, any ApplyPending task of"
                            " the pool, or the first 30 s after a start."),
    word<&Knobs::guard_counts, guard_counts_values>(
        "guard_counts", "Which ApplyPending tasks a guard counts: of any execution mode, or only"
                        " those that wait on a pod."),
    toggle<&Knobs::freeze_guard>(
        "freeze_guard",
        "A freeze window deletes no pods while a task of the pool is ApplyPending."),
    word<&Knobs::needs_agent, needs_agent_values>(
        "needs_agent", "Whether a slot is free only on a pod whose agent has registered."),
    word<&Knobs::lost_pod, lost_pod_values>(
        "lost_pod", "A confirmed apply that no slot holds: applied on another pod, or planned"
                    " again; replan_at_once: any, as soon as the pod of its plan is gone."),
    toggle<&Knobs::reuse_marks_running>(
        "reuse_marks_running", "A reserved slot that serves its apply becomes Running."),
    toggle<&Knobs::completed_after_plan>(
        "completed_after_plan", "Agents send \"task completed\" after the plan phase too."),
    toggle<&Knobs::release_reserved_on_no_agent>(
        "release_reserved_on_no_agent",
        "A push that finds no agent gives up even a Reserved slot."),
    toggle<&Knobs::scale_up_on_no_agent>(
        "scale_up_on_no_agent", "A push that finds no agent ensures and autoscales at once."),
    word<&Knobs::on_config_save, config_save_values>(
        "on_config_save", "What saving a configuration does to the pods."),
    word<&Knobs::handler_memory, handler_values>(
        "handler_memory", "Whether a request that builds its own service shares the server's memory"
                          " or starts with an empty one."),
    toggle<&Knobs::unplaced_scale_up>(
        "unplaced_scale_up", "One pod more while an ApplyPending task is in no slot."),
    toggle<&Knobs::pending_blocks_scale_down>(
        "pending_blocks_scale_down", "No scale-down while an unblocked task is Pending."),
    toggle<&Knobs::plan_and_apply_scale_up>(
        "plan_and_apply_scale_up", "Pods for unblocked Pending plan_and_apply tasks at once."),
    toggle<&Knobs::deployment_busy_guard>(
        "deployment_busy_guard", "The legacy rule does not scale down while a task runs."),
    toggle<&Knobs::unhealthy_restart>(
        "unhealthy_restart", "Running pods without an online agent are deleted."),
    toggle<&Knobs::recover_apply_pending>(
        "recover_apply_pending", "The old bug: a start dispatches every ApplyPending task."),
    toggle<&Knobs::agent_reports_slots>(
        "agent_reports_slots", "An agent reports its own slot table when it connects."),
    toggle<&Knobs::agent_refuses_busy>(
        "agent_refuses_busy", "An agent refuses a task for a slot that is busy or one too many."),
    toggle<&Knobs::offline_pod_cleanup>(
        "offline_pod_cleanup", "Managed pods that were not synced for 5 min are deleted."),
    word<&Knobs::fail_lost_tasks, fail_lost_values>(
        "fail_lost_tasks", "When Running tasks fail whose agent is out of sight: at once, after a"
                           " restart or a lost connection, or when its row is given up."),
    toggle<&Knobs::failure_unlocks>(
        "failure_unlocks", "A task that fails with its agent gives its workspace back."),
    toggle<&Knobs::lock_after_check>(
        "lock_after_check", "A finished plan locks its workspace only if its report is accepted."),
    toggle<&Knobs::undelivered_taken_back>(
        "undelivered_taken_back", "A push that no server delivers is taken back and retried."),
    toggle<&Knobs::cancel_announced>(
        "cancel_announced", "A cancel reaches an agent that another server has connected."),
    toggle<&Knobs::sync_skips_terminating>(
        "sync_skips_terminating", "A sync takes a pod that is being deleted for one that is gone."),
    toggle<&Knobs::create_waits_for_name>(
        "create_waits_for_name", "A creation whose name is taken waits for the next second."),
    toggle<&Knobs::admit_living_agents>(
        "admit_living_agents", "The agent of a living pod may connect without a row or with a"
                               " revoked token."),
};

Knobs with_reconcile(Knobs knobs) {
  knobs.reconcile_on_ensure = true;
  return knobs;
}

Knobs with_guard(Knobs knobs) {
  knobs.scale_down_guard = ScaleDownGuard::apply_pending;
  return knobs;
}

Knobs with_delay(Knobs knobs) {
  knobs.autoscaler_delay = 10'000'000;
  return knobs;
}

Knobs with_rebuild(Knobs knobs) {
  knobs.slot_rebuild = SlotRebuild::from_database;
  return with_reconcile(knobs);
}

Knobs described() {
  Knobs knobs;
  knobs.reconciler = Reconciler::own_ticker;
  knobs.slot_rebuild = SlotRebuild::from_database;
  return knobs;
}

Knobs unplaced() {
  Knobs knobs = with_guard(with_reconcile({}));
  knobs.unplaced_scale_up = true;
  return knobs;
}

Knobs required_slots() {
  Knobs knobs = with_reconcile({});
  knobs.scaling = Scaling::required_slots;
  knobs.ensure_creates = false;
  return knobs;
}

Knobs deployment() {
  Knobs knobs;
  knobs.slots = SlotsKnob::none;
  knobs.scale_down = ScaleDown::deployment_random;
  knobs.scaling = Scaling::deployment;
  return knobs;
}

Knobs production() {
  Knobs knobs = with_guard(with_reconcile({}));
  knobs.slots = SlotsKnob::four;
  knobs.guard_counts = GuardCounts::k8s_only;
  knobs.unhealthy_restart = true;
  knobs.pending_blocks_scale_down = true;
  knobs.plan_and_apply_scale_up = true;
  knobs.cold_start = ColdStart::overwritten;
  knobs.reuse_marks_running = false;
  knobs.completed_after_plan = true;
  knobs.scale_up_on_no_agent = true;
  knobs.on_config_save = OnConfigSave::rebuild_idle;
  knobs.handler_memory = HandlerMemory::fresh;
  knobs.agent_refuses_busy = false;
  return knobs;
}

const std::array profile_table{
    Profile{"slots", "Pod slots as shipped on 2025-11-08; incident 598.", {}},
    Profile{"slots+delay", "Fix 1 as shipped: the autoscaler starts late.", with_delay({})},
    Profile{"slots+reconcile", "Fix 2 as shipped: reconcile on ensure, known slots only.",
            with_reconcile({})},
    Profile{"slots+guard", "Fix 3: no scale-down while a task is ApplyPending.", with_guard({})},
    Profile{"slots+reconcile+guard", "The recommended combination as shipped.",
            with_guard(with_reconcile({}))},
    Profile{"slots+rebuild", "Fix 2 with the effect that the document ascribes to it.",
            with_rebuild({})},
    Profile{"slots+rebuild+guard", "The recommended combination with that effect.",
            with_guard(with_rebuild({}))},
    Profile{"slots+unplaced", "The scale-up proposal for ApplyPending tasks without a slot.",
            unplaced()},
    Profile{"described", "The platform as the restart document tells it.", described()},
    Profile{"described+delay", "described with fix 1.", with_delay(described())},
    Profile{"described+reconcile", "described with fix 2.", with_reconcile(described())},
    Profile{"described+guard", "described with fix 3.", with_guard(described())},
    Profile{"described+reconcile+guard", "described with fixes 2 and 3.",
            with_guard(with_reconcile(described()))},
    Profile{"required-slots", "The design of the step 2.3 guide.", required_slots()},
    Profile{"deployment", "The Deployment era: no slots, any pod may go.", deployment()},
    Profile{"production", "The platform as it runs today.", production()},
};

}  // namespace

std::span<const KnobInfo> knob_table() { return table; }

const KnobInfo* find_knob(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const KnobInfo& knob) { return knob.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::span<const Profile> profiles() { return profile_table; }

const Profile* find_profile(std::string_view name) {
  const auto found =
      std::find_if(profile_table.begin(), profile_table.end(),
                   [&](const Profile& profile) { return profile.name == name; });
  return found == profile_table.end() ? nullptr : &*found;
}

int slots_each(const Knobs& knobs) { return knobs.slots == SlotsKnob::three ? 3 : 4; }

}  // namespace holdfast
