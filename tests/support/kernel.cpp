#include <holdfast/tests/support/kernel.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace holdfast {
namespace {

constexpr std::array<std::string_view, 14> rule_names = {
    "AssignPA",         "AssignPlan", "PlanDonePA",  "PlanDonePlan", "Confirm",
    "ConfirmElsewhere", "ApplyDone",  "Lost",        "Restart",      "Boot",
    "Reconcile",        "ScalePick",  "ScaleDelete", "ScaleUp"};
constexpr std::array<std::string_view, 5> status_names = {"Pending", "Planning", "ApplyPending",
                                                          "Applying", "Done"};
constexpr std::array<std::string_view, 3> server_names = {"Up", "Down", "Booting"};

int bits_for(int most) { return static_cast<int>(std::bit_width(static_cast<unsigned>(most))); }

}  // namespace

KernelLayout::KernelLayout(const KernelBounds& bounds)
    : host_bits{bits_for(bounds.pods - 1)},
      task_bits{status_bits + slot_bits + host_bits},
      live{bounds.tasks * task_bits},
      known{live + bounds.pods},
      server{known + bounds.pods},
      restarts{server + 2},
      victim{restarts + bits_for(bounds.restarts)},
      victim_bits{bits_for(bounds.pods)},
      all_bits{victim + victim_bits} {}

std::string kernel_refusal(const KernelBounds& bounds) {
  const auto outside = [](std::string_view what, int value, int least, int most) {
    if (least <= value && value <= most) return std::string();
    return fmt::format("{} is {}: give {} to {}", what, value, least, most);
  };
  for (const std::string& refusal :
       {outside("P", bounds.pods, 1, 8), outside("T", bounds.tasks, 1, 12),
        outside("R", bounds.restarts, 0, 255), outside("M", bounds.min_replicas, 0, 255)}) {
    if (!refusal.empty()) return refusal;
  }
  const int bits = KernelLayout(bounds).all_bits;
  if (bits > 128) return fmt::format("a state has {} bits: at most 128 are possible", bits);
  return {};
}

bool kernel_is_small(const KernelBounds& bounds) { return KernelLayout(bounds).all_bits <= 64; }

template <class Word, bool fixed>
auto Kernel<Word, fixed>::view(Word word) const -> View {
  View seen{};
  seen.live = bits(word, layout_.live, bounds_.pods);
  seen.known = bits(word, layout_.known, bounds_.pods);
  seen.server = bits(word, layout_.server, 2);
  seen.restarts = bits(word, layout_.restarts, layout_.victim - layout_.restarts);
  seen.victim = bits(word, layout_.victim, layout_.victim_bits);
  // Without jumps: what a task does is as good as chance.
  constexpr unsigned with_host = 0b01110;  // by status
  constexpr unsigned with_run = 0b01010;
  for (int i = 0; i < bounds_.tasks; ++i) {
    const Task own = task(word, i);
    const auto status = static_cast<unsigned>(own.status);
    const unsigned homeless = with_host >> status & ~(seen.live >> own.host) & 1;
    const unsigned runs = with_run >> status & 1;
    seen.statuses |= 1U << status;
    seen.busy |= 1U << (4 * own.host + own.slot);
    seen.running |= runs & static_cast<unsigned>(own.slot != 0);
    seen.violated |= homeless << (runs != 0 ? running_kept : reserved_kept);
  }
  return seen;
}

template <class Word, bool fixed>
Word Kernel<Word, fixed>::without_slots_on(Word word, int pod) const {
  for (int i = 0; i < bounds_.tasks; ++i) {
    const Task own = task(word, i);
    const bool here = has_host(own.status) && own.host == static_cast<unsigned>(pod);
    if (here) word &= ~slot_of(i);
  }
  return word;
}

// Task by task: each sees the slots that those before it got.
template <class Word, bool fixed>
Word Kernel<Word, fixed>::restored(Word word) const {
  const View before = view(word);
  unsigned busy = before.busy;
  for (int i = 0; i < bounds_.tasks; ++i) {
    Task own = task(word, i);
    if (!has_host(own.status) || own.slot != 0) continue;
    if ((before.known >> own.host & 1) == 0) continue;
    const unsigned first = 4 * own.host + 1;
    const auto slot = static_cast<unsigned>(std::countr_one(busy >> first));
    const bool idle = is_pa(i) ? slot == 0 : slot < static_cast<unsigned>(slots);
    if (!idle) continue;
    busy |= 1U << (first + slot);
    own.slot = slot + 1;
    word = with_task(word, i, own);
  }
  return word;
}

template <class Word, bool fixed>
auto Kernel<Word, fixed>::keys(Word word, const View& view) const
    -> std::array<unsigned, most_pods> {
  std::array<unsigned, most_pods> keys{};
  for (int i = 0; i < bounds_.tasks; ++i) {
    const Task own = task(word, i);
    keys[own.host] |= static_cast<unsigned>(has_host(own.status)) << (i + 3);
  }
  if (view.victim != 0) keys[view.victim - 1] |= 4;
  for (int pod = 0; pod < bounds_.pods; ++pod) {
    keys[static_cast<std::size_t>(pod)] |= (view.known >> pod & 1) << 1 | (view.live >> pod & 1);
  }
  return keys;
}

// Pods are sorted by their keys. Pods of one key host nothing, so their order does not matter.
template <class Word, bool fixed>
std::size_t Kernel<Word, fixed>::canonicalise(Scratch&, std::byte* bytes, std::size_t size) const {
  Word word = word_of({bytes, size});
  const View seen = view(word);
  std::array<unsigned, most_pods> order = keys(word, seen);
  for (int pod = 0; pod < bounds_.pods; ++pod) {
    const unsigned entry = order[static_cast<std::size_t>(pod)] << 3 | static_cast<unsigned>(pod);
    int at = pod;
    for (; at > 0 && order[static_cast<std::size_t>(at) - 1] > entry; --at) {
      order[static_cast<std::size_t>(at)] = order[static_cast<std::size_t>(at) - 1];
    }
    order[static_cast<std::size_t>(at)] = entry;
  }
  std::array<unsigned, most_pods> place{};
  for (int pod = 0; pod < bounds_.pods; ++pod) {
    const unsigned entry = order[static_cast<std::size_t>(pod)];
    place[entry & 7] = static_cast<unsigned>(pod);
    word = with(word, layout_.live + pod, 1, entry >> 3 & 1);
    word = with(word, layout_.known + pod, 1, entry >> 4 & 1);
  }
  if (seen.victim != 0) {
    word = with(word, layout_.victim, layout_.victim_bits, place[seen.victim - 1] + 1);
  }
  for (int i = 0; i < bounds_.tasks; ++i) {
    Task own = task(word, i);
    if (!has_host(own.status)) continue;
    own.host = place[own.host];
    word = with_task(word, i, own);
  }
  std::memcpy(bytes, &word, size_of(word));
  return size_of(word);
}

template <class Word, bool fixed>
std::uint64_t Kernel<Word, fixed>::orbit(Scratch&, std::span<const std::byte> state) const {
  const Word word = word_of(state);
  const std::array<unsigned, most_pods> key = keys(word, view(word));
  // n! over the factorials of how often each key is there. Keys are sorted.
  std::uint64_t states = 1;
  std::uint64_t equal = 0;
  for (std::size_t pod = 0; pod < static_cast<std::size_t>(bounds_.pods); ++pod) {
    equal = pod > 0 && key[pod] == key[pod - 1] ? equal + 1 : 1;
    states = states * (pod + 1) / equal;
  }
  return states;
}

template <class Word, bool fixed>
std::string Kernel<Word, fixed>::step_text(std::span<const std::byte>, std::uint64_t step) const {
  const auto rule = static_cast<KernelRule>(step & 0xff);
  const std::uint64_t task = step >> 8 & 0xff;
  const std::uint64_t pod = step >> 16 & 0xff;
  const std::string_view name = rule_names[static_cast<std::size_t>(rule)];
  switch (rule) {
    case KernelRule::assign_plan:
      return fmt::format("{}({},{},{})", name, task, pod, step >> 24);
    case KernelRule::assign_pa:
    case KernelRule::confirm_elsewhere:
      return fmt::format("{}({},{})", name, task, pod);
    case KernelRule::scale_pick:
    case KernelRule::scale_up:
      return fmt::format("{}({})", name, pod);
    case KernelRule::restart:
    case KernelRule::boot:
    case KernelRule::reconcile:
    case KernelRule::scale_delete:
      return std::string(name);
    default:
      return fmt::format("{}({})", name, task);
  }
}

template <class Word, bool fixed>
std::string Kernel<Word, fixed>::state_text(std::span<const std::byte> state) const {
  const Word word = word_of(state);
  const View seen = view(word);
  std::string text = fmt::format("server {} restarts {}", server_names[seen.server], seen.restarts);
  for (int pod = 0; pod < bounds_.pods; ++pod) {
    text += fmt::format(", pod {} {} {}{}", pod, (seen.live >> pod & 1) != 0 ? "lives" : "is gone",
                        (seen.known >> pod & 1) != 0 ? "known" : "unknown",
                        seen.victim == static_cast<unsigned>(pod) + 1 ? " picked" : "");
  }
  for (int i = 0; i < bounds_.tasks; ++i) {
    const Task own = task(word, i);
    text += fmt::format(", task {} {}", i, status_names[static_cast<std::size_t>(own.status)]);
    if (has_host(own.status)) text += fmt::format(" on {}", own.host);
    if (own.slot != 0) text += fmt::format(" slot {}", own.slot - 1);
  }
  return text;
}

template class Kernel<std::uint64_t>;
template class Kernel<KernelWide>;
template class Kernel<std::uint64_t, false>;

}  // namespace holdfast
