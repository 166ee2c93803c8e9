// The kernel: a small closed transition system of pods, tasks, one server and its autoscaler, whose
// counts several model checkers agree on. A model to explore (holdfast/sim/explorable.h) and the
// explorer's yardstick; what the platform does in detail it does not show.
//
// Per pod: is it alive, does the server know it. Per task: its status, its host, and which slot of
// the host the server holds for it. That slot is Reserved while the task waits for its apply and
// Running otherwise, so a slot has no state of its own; a task holds at most one, on its host.
// Even tasks plan and apply, odd ones only plan.
//
// Thread safety: a value that does not change.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

struct KernelBounds {
  int pods = 1;
  int tasks = 1;
  int restarts = 0;
  int min_replicas = 0;
  bool fix2 = false;  // a server is up only when it has restored its slots
  bool fix3 = false;  // no pod is picked while a task waits for its apply

  bool operator==(const KernelBounds&) const = default;
};

enum class KernelRule : std::uint8_t {
  assign_pa,
  assign_plan,
  plan_done_pa,
  plan_done_plan,
  confirm,
  confirm_elsewhere,
  apply_done,
  lost,
  restart,
  boot,
  reconcile,
  scale_pick,
  scale_delete,
  scale_up
};
enum class KernelStatus : std::uint8_t { pending, planning, apply_pending, applying, done };
enum class KernelServer : std::uint8_t { up, down, booting };

// Where things are in a packed state, in bits from the lowest.
struct KernelLayout {
  explicit KernelLayout(const KernelBounds& bounds);

  static constexpr int status_bits = 3;
  static constexpr int slot_bits = 2;  // 0: the task holds no slot, else the slot + 1
  int host_bits;
  int task_bits;
  int live;
  int known;
  int server;
  int restarts;
  int victim;  // 0: none, else the pod + 1
  int victim_bits;
  int all_bits;
};

// Empty, or why these bounds cannot be explored.
std::string kernel_refusal(const KernelBounds& bounds);
// Whether a state fits into 64 bits.
bool kernel_is_small(const KernelBounds& bounds);

__extension__ typedef unsigned __int128 KernelWide;

// `Word`: what a state is packed into. `fixed`: all of its bytes are the packed state; otherwise
// its highest bytes are left out where they are zero, so that states differ in length.
template <class Word, bool fixed = true>
class Kernel {
 public:
  static constexpr std::size_t packed_bytes = fixed ? sizeof(Word) : 0;
  static constexpr int reserved_kept = 0;
  static constexpr int running_kept = 1;
  struct Scratch {};

  explicit Kernel(const KernelBounds& bounds) : bounds_{bounds}, layout_{bounds} {
    for (int i = 0; i < bounds.tasks; ++i) all_slots_ |= slot_of(i);
  }

  std::size_t most_packed_bytes() const { return sizeof(Word); }
  Scratch scratch() const { return {}; }
  int properties() const { return 2; }
  std::string_view property_name(int property) const {
    return property == reserved_kept ? "ReservedKept" : "RunningKept";
  }

  template <class Out>
  void initial(Scratch&, Out& out) const;
  template <class Out>
  std::uint64_t expand(Scratch&, std::span<const std::byte> state, Out& out) const;
  std::size_t canonicalise(Scratch&, std::byte* bytes, std::size_t size) const;
  std::uint64_t orbit(Scratch&, std::span<const std::byte> state) const;
  std::string step_text(std::span<const std::byte> before, std::uint64_t step) const;
  std::string state_text(std::span<const std::byte> state) const;

 private:
  static constexpr int most_pods = 8;
  static constexpr int slots = 3;
  static constexpr unsigned all_slots_of_a_pod = (1 << slots) - 1;

  // What the rules ask of a state.
  struct View {
    unsigned live;
    unsigned known;
    unsigned server;
    unsigned restarts;
    unsigned victim;
    unsigned busy;      // four bits for each pod: the lowest says nothing, then one per slot
    unsigned statuses;  // a bit for each that some task has
    unsigned running;   // whether a slot is; then its pod is known
    std::uint64_t violated;

    bool some_task_is(KernelStatus status) const {
      return (statuses >> static_cast<unsigned>(status) & 1) != 0;
    }
    // A bit per slot of this pod that is not idle.
    unsigned busy_slots(int pod) const { return busy >> (4 * pod + 1) & all_slots_of_a_pod; }
  };
  struct Task {
    KernelStatus status;
    unsigned slot;
    unsigned host;  // 0 also where there is none: no rule asks then
  };

  static Word word_of(std::span<const std::byte> bytes) {
    Word word = 0;
    std::memcpy(&word, bytes.data(), fixed ? sizeof(Word) : bytes.size());
    return word;
  }
  static std::size_t size_of(Word word);
  static unsigned bits(Word word, int from, int count) {
    return static_cast<unsigned>(word >> from) & ((1U << count) - 1);
  }
  static Word with(Word word, int from, int count, unsigned value) {
    const Word mask = static_cast<Word>((1U << count) - 1) << from;
    return (word & ~mask) | static_cast<Word>(value) << from;
  }
  static bool is_pa(int task) { return task % 2 == 0; }
  static bool has_host(KernelStatus status) {
    return status != KernelStatus::pending && status != KernelStatus::done;
  }

  Task task(Word word, int index) const {
    const unsigned all = bits(word, index * layout_.task_bits, layout_.task_bits);
    return {static_cast<KernelStatus>(all & 7), all >> KernelLayout::status_bits & 3,
            all >> (KernelLayout::status_bits + KernelLayout::slot_bits)};
  }
  Word with_task(Word word, int index, Task task) const {
    return with(word, index * layout_.task_bits, layout_.task_bits,
                static_cast<unsigned>(task.status) | task.slot << KernelLayout::status_bits |
                    task.host << (KernelLayout::status_bits + KernelLayout::slot_bits));
  }
  static constexpr Task done{KernelStatus::done, 0, 0};

  // Where a task has its slot.
  Word slot_of(int task) const {
    return static_cast<Word>((1U << KernelLayout::slot_bits) - 1)
           << (task * layout_.task_bits + KernelLayout::status_bits);
  }
  View view(Word word) const;
  Word without_slots_on(Word word, int pod) const;
  Word restored(Word word) const;
  template <class Out>
  static void give(Out& out, KernelRule rule, Word next, int task = 0, int pod = 0, int slot = 0);
  template <class Out>
  void task_rules(Word word, const View& view, int index, Out& out) const;
  template <class Out>
  void assign(Word word, const View& view, int index, Out& out) const;
  template <class Out>
  void server_rules(Word word, const View& view, Out& out) const;
  template <class Out>
  void scale_rules(Word word, const View& view, Out& out) const;
  // By pod: those with equal keys have the same part in the state.
  std::array<unsigned, most_pods> keys(Word word, const View& view) const;

  KernelBounds bounds_;
  KernelLayout layout_;
  Word all_slots_ = 0;
};

template <class Word, bool fixed>
std::size_t Kernel<Word, fixed>::size_of(Word word) {
  if constexpr (fixed) return sizeof(Word);
  std::size_t size = sizeof(Word);
  while (size > 1 && (word >> (8 * (size - 1))) == 0) --size;
  return size;
}

template <class Word, bool fixed>
template <class Out>
void Kernel<Word, fixed>::give(Out& out, KernelRule rule, Word next, int task, int pod, int slot) {
  const auto id = static_cast<std::uint64_t>(rule) | static_cast<std::uint64_t>(task) << 8 |
                  static_cast<std::uint64_t>(pod) << 16 | static_cast<std::uint64_t>(slot) << 24;
  out.successor(id, std::as_bytes(std::span(&next, 1)).first(size_of(next)), 0);
}

template <class Word, bool fixed>
template <class Out>
void Kernel<Word, fixed>::initial(Scratch&, Out& out) const {
  const unsigned pods = (1U << bounds_.pods) - 1;
  Word word = with(0, layout_.live, bounds_.pods, pods);
  word = with(word, layout_.known, bounds_.pods, pods);
  give(out, KernelRule{}, word);
}

template <class Word, bool fixed>
template <class Out>
std::uint64_t Kernel<Word, fixed>::expand(Scratch&, std::span<const std::byte> state,
                                          Out& out) const {
  const Word word = word_of(state);
  const View seen = view(word);
  for (int i = 0; i < bounds_.tasks; ++i) task_rules(word, seen, i, out);
  server_rules(word, seen, out);
  scale_rules(word, seen, out);
  return seen.violated;
}

template <class Word, bool fixed>
template <class Out>
void Kernel<Word, fixed>::task_rules(Word word, const View& view, int index, Out& out) const {
  const Task own = task(word, index);
  const bool host_lives = (view.live >> own.host & 1) != 0;
  const bool up = view.server == static_cast<unsigned>(KernelServer::up);
  switch (own.status) {
    case KernelStatus::pending:
      if (up) assign(word, view, index, out);
      return;
    case KernelStatus::planning:
      if (!host_lives) return give(out, KernelRule::lost, with_task(word, index, done), index);
      if (!is_pa(index)) {
        return give(out, KernelRule::plan_done_plan, with_task(word, index, done), index);
      }
      return give(out, KernelRule::plan_done_pa,
                  with_task(word, index, {KernelStatus::apply_pending, own.slot, own.host}), index);
    case KernelStatus::apply_pending:
      if (!up) return;
      if (own.slot == 0) return assign(word, view, index, out);
      return give(out, KernelRule::confirm,
                  with_task(word, index, {KernelStatus::applying, own.slot, own.host}), index);
    case KernelStatus::applying:
      return give(out, host_lives ? KernelRule::apply_done : KernelRule::lost,
                  with_task(word, index, done), index);
    case KernelStatus::done:
      return;
  }
}

// A plan may take any slot, what applies only slot 0.
template <class Word, bool fixed>
template <class Out>
void Kernel<Word, fixed>::assign(Word word, const View& view, int index, Out& out) const {
  const bool planned = task(word, index).status == KernelStatus::apply_pending;
  const KernelStatus next = planned ? KernelStatus::applying : KernelStatus::planning;
  const KernelRule rule = planned        ? KernelRule::confirm_elsewhere
                          : is_pa(index) ? KernelRule::assign_pa
                                         : KernelRule::assign_plan;
  const unsigned allowed = is_pa(index) ? 1 : all_slots_of_a_pod;
  for (unsigned pods = view.live & view.known; pods != 0; pods &= pods - 1) {
    const int pod = std::countr_zero(pods);
    for (unsigned idle = ~view.busy_slots(pod) & allowed; idle != 0; idle &= idle - 1) {
      const int slot = std::countr_zero(idle);
      const Task given{next, static_cast<unsigned>(slot) + 1, static_cast<unsigned>(pod)};
      give(out, rule, with_task(word, index, given), index, pod, slot);
    }
  }
}

template <class Word, bool fixed>
template <class Out>
void Kernel<Word, fixed>::server_rules(Word word, const View& view, Out& out) const {
  constexpr auto set = [](KernelServer server) { return static_cast<unsigned>(server); };
  switch (static_cast<KernelServer>(view.server)) {
    case KernelServer::up: {
      if (view.restarts >= static_cast<unsigned>(bounds_.restarts)) return;
      Word next = with(word & ~all_slots_, layout_.known, bounds_.pods, 0);
      next = with(next, layout_.server, 2, set(KernelServer::down));
      next = with(next, layout_.restarts, layout_.victim - layout_.restarts, view.restarts + 1);
      return give(out, KernelRule::restart, with(next, layout_.victim, layout_.victim_bits, 0));
    }
    case KernelServer::down: {
      const Word known = with(word, layout_.known, bounds_.pods, view.live);
      return give(out, KernelRule::boot,
                  bounds_.fix2 ? with(restored(known), layout_.server, 2, set(KernelServer::up))
                               : with(known, layout_.server, 2, set(KernelServer::booting)));
    }
    case KernelServer::booting:
      return give(out, KernelRule::reconcile,
                  with(restored(word), layout_.server, 2, set(KernelServer::up)));
  }
}

template <class Word, bool fixed>
template <class Out>
void Kernel<Word, fixed>::scale_rules(Word word, const View& view, Out& out) const {
  const bool picks = view.server != static_cast<unsigned>(KernelServer::down) && view.victim == 0 &&
                     view.running == 0 && std::popcount(view.known) > bounds_.min_replicas &&
                     !(bounds_.fix3 && view.some_task_is(KernelStatus::apply_pending));
  const bool grows = view.server == static_cast<unsigned>(KernelServer::up) &&
                     view.some_task_is(KernelStatus::pending);
  if (view.victim != 0) {
    const int pod = static_cast<int>(view.victim) - 1;
    Word next = without_slots_on(word, pod);
    next = with(next, layout_.live + pod, 1, 0);
    next = with(next, layout_.known + pod, 1, 0);
    next = with(next, layout_.victim, layout_.victim_bits, 0);
    give(out, KernelRule::scale_delete, next, 0, pod);
  }
  for (unsigned pods = picks ? view.known : 0; pods != 0; pods &= pods - 1) {
    const int pod = std::countr_zero(pods);
    if (view.busy_slots(pod) != 0) continue;
    give(out, KernelRule::scale_pick,
         with(word, layout_.victim, layout_.victim_bits, static_cast<unsigned>(pod) + 1), 0, pod);
  }
  const unsigned all_pods = (1U << bounds_.pods) - 1;
  for (unsigned pods = grows ? ~view.live & all_pods : 0; pods != 0; pods &= pods - 1) {
    const int pod = std::countr_zero(pods);
    const Word next = with(without_slots_on(word, pod), layout_.live + pod, 1, 1);
    give(out, KernelRule::scale_up, with(next, layout_.known + pod, 1, 1), 0, pod);
  }
}

extern template class Kernel<std::uint64_t>;
extern template class Kernel<KernelWide>;
extern template class Kernel<std::uint64_t, false>;

}  // namespace holdfast
