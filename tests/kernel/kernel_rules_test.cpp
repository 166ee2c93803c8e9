// The kernel a second time, rule by rule as one would write it on paper and searched without any
// art: both must agree for kernels that nobody has counted before.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <holdfast/tests/support/kernel_explore.h>

namespace holdfast {
namespace {

constexpr int none = -1;
constexpr int slots = 3;

enum class Status { pending, planning, apply_pending, applying, done };
enum class Server { up, down, booting };

struct Slot {
  enum class Use { idle, run, res } use = Use::idle;
  int task = none;

  auto operator<=>(const Slot&) const = default;
};
constexpr Slot idle{};

struct Pod {
  bool live = true;
  bool known = true;
  std::array<Slot, slots> slot;

  auto operator<=>(const Pod&) const = default;
};

struct Task {
  Status status = Status::pending;
  int host = none;

  auto operator<=>(const Task&) const = default;
};

struct Paper {
  std::vector<Pod> pods;
  std::vector<Task> tasks;
  Server server = Server::up;
  int restarts = 0;
  int victim = none;

  auto operator<=>(const Paper&) const = default;

  Slot* holder(int task) {
    for (Pod& pod : pods) {
      for (Slot& slot : pod.slot) {
        if (slot != idle && slot.task == task) return &slot;
      }
    }
    return nullptr;
  }
  bool any_task(Status status) const {
    return std::any_of(tasks.begin(), tasks.end(),
                       [status](const Task& task) { return task.status == status; });
  }
};

// The rules in the order of their numbers. `next` takes each state that one of them leads to.
class Rules {
 public:
  explicit Rules(const KernelBounds& bounds) : bounds_{bounds} {}

  Paper initial() const {
    return {std::vector<Pod>(static_cast<std::size_t>(bounds_.pods)),
            std::vector<Task>(static_cast<std::size_t>(bounds_.tasks))};
  }
  std::vector<Paper> successors(const Paper& state) const {
    std::vector<Paper> all;
    for (int task = 0; task < bounds_.tasks; ++task) task_rules(state, task, all);
    server_rules(state, all);
    scale_rules(state, all);
    return all;
  }

 private:
  static Task& task_of(Paper& state, int task) {
    return state.tasks[static_cast<std::size_t>(task)];
  }
  static Pod& pod_of(Paper& state, int pod) { return state.pods[static_cast<std::size_t>(pod)]; }

  static void finish(Paper& next, int task) {
    task_of(next, task) = {Status::done, none};
    if (Slot* slot = next.holder(task)) *slot = idle;
  }

  // Rules 1, 2 and 6: `task` runs in a slot of its choice from now on.
  void start(const Paper& state, int task, int most_slots, Status status,
             std::vector<Paper>& all) const {
    for (int pod = 0; pod < bounds_.pods; ++pod) {
      for (int slot = 0; slot < most_slots; ++slot) {
        Paper next = state;
        Pod& host = pod_of(next, pod);
        Slot& place = host.slot[static_cast<std::size_t>(slot)];
        if (!host.live || !host.known || place != idle) continue;
        place = {Slot::Use::run, task};
        task_of(next, task) = {status, pod};
        all.push_back(next);
      }
    }
  }

  // Rules 1 to 8.
  void task_rules(const Paper& state, int task, std::vector<Paper>& all) const {
    const bool is_pa = task % 2 == 0;
    const bool up = state.server == Server::up;
    Paper next = state;
    Task& own = task_of(next, task);
    Slot* const slot = next.holder(task);
    const bool host_lives = own.host != none && pod_of(next, own.host).live;
    if (up && own.status == Status::pending) {
      start(state, task, is_pa ? 1 : slots, Status::planning, all);
    }
    if (up && own.status == Status::apply_pending && slot == nullptr) {
      start(state, task, 1, Status::applying, all);
    }
    if (is_pa && own.status == Status::planning && host_lives) {
      own.status = Status::apply_pending;
      if (slot != nullptr) slot->use = Slot::Use::res;
      all.push_back(next);
    } else if (!is_pa && own.status == Status::planning && host_lives) {
      finish(next, task);
      all.push_back(next);
    } else if (up && own.status == Status::apply_pending && slot != nullptr) {
      slot->use = Slot::Use::run;
      own.status = Status::applying;
      all.push_back(next);
    } else if (own.status == Status::applying && host_lives) {
      finish(next, task);
      all.push_back(next);
    } else if ((own.status == Status::planning || own.status == Status::applying) && !host_lives) {
      finish(next, task);
      all.push_back(next);
    }
  }

  void restore(Paper& state) const {
    for (int task = 0; task < bounds_.tasks; ++task) {
      const Task own = task_of(state, task);
      if (own.status == Status::pending || own.status == Status::done || own.host == none) continue;
      Pod& host = pod_of(state, own.host);
      if (!host.known || state.holder(task) != nullptr) continue;
      const bool waits = own.status == Status::apply_pending;
      const Slot held{waits ? Slot::Use::res : Slot::Use::run, task};
      const std::size_t most_slots = task % 2 == 0 ? 1 : slots;
      for (std::size_t slot = 0; slot < most_slots; ++slot) {
        if (host.slot[slot] != idle) continue;
        host.slot[slot] = held;
        break;
      }
    }
  }

  // Rules 9 to 11.
  void server_rules(const Paper& state, std::vector<Paper>& all) const {
    Paper next = state;
    if (state.server == Server::up && state.restarts < bounds_.restarts) {
      next.server = Server::down;
      ++next.restarts;
      for (Pod& pod : next.pods) pod = {pod.live, false, {}};
      next.victim = none;
      all.push_back(next);
    } else if (state.server == Server::down) {
      for (Pod& pod : next.pods) pod.known = pod.live;
      if (bounds_.fix2) restore(next);
      next.server = bounds_.fix2 ? Server::up : Server::booting;
      all.push_back(next);
    } else if (state.server == Server::booting) {
      restore(next);
      next.server = Server::up;
      all.push_back(next);
    }
  }

  bool may_pick(const Paper& state) const {
    if (state.server == Server::down || state.victim != none) return false;
    if (bounds_.fix3 && state.any_task(Status::apply_pending)) return false;
    int known = 0;
    for (const Pod& pod : state.pods) {
      if (!pod.known) continue;
      ++known;
      for (const Slot& slot : pod.slot) {
        if (slot.use == Slot::Use::run) return false;
      }
    }
    return known > bounds_.min_replicas;
  }

  // Rules 12 to 14.
  void scale_rules(const Paper& state, std::vector<Paper>& all) const {
    for (int pod = 0; pod < bounds_.pods; ++pod) {
      Paper next = state;
      Pod& own = pod_of(next, pod);
      if (may_pick(state) && own.known && own.slot == std::array<Slot, slots>{}) {
        next.victim = pod;
        all.push_back(next);
      }
    }
    if (state.victim != none) {
      Paper next = state;
      pod_of(next, state.victim) = {false, false, {}};
      next.victim = none;
      all.push_back(next);
    }
    for (int pod = 0; pod < bounds_.pods; ++pod) {
      Paper next = state;
      if (state.server != Server::up || pod_of(next, pod).live) continue;
      if (!state.any_task(Status::pending)) continue;
      pod_of(next, pod) = {true, true, {}};
      all.push_back(next);
    }
  }

  KernelBounds bounds_;
};

// 1: ReservedKept is violated, 2: RunningKept is.
PropertySet violated_in(const Paper& state) {
  PropertySet violated = 0;
  for (const Task& task : state.tasks) {
    if (task.host == none || state.pods[static_cast<std::size_t>(task.host)].live) continue;
    violated |= task.status == Status::apply_pending ? 1U : 2U;
  }
  return violated;
}

struct Counts {
  ExploreCounts counts;
  int depth = 0;
  std::array<int, 2> shortest = {none, none};
  std::array<std::uint64_t, 3> violating = {};  // ReservedKept, RunningKept, both

  bool operator==(const Counts&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Counts& counts) {
  out << counts.counts.states << " states, " << counts.counts.transitions << " transitions, dead "
      << counts.counts.dead << ", depth " << counts.depth << ", shortest " << counts.shortest[0]
      << ' ' << counts.shortest[1] << ", violating";
  for (const std::uint64_t count : counts.violating) out << ' ' << count;
  return out;
}

Counts on_paper(const KernelBounds& bounds) {
  const Rules rules(bounds);
  std::map<Paper, int> depths = {{rules.initial(), 0}};
  std::vector<Paper> queue = {rules.initial()};
  Counts found;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Paper state = queue[i];
    found.depth = depths.at(state);
    const PropertySet violated = violated_in(state);
    for (PropertySet set = 1; set <= 3; ++set) {
      if ((violated & set) == set) ++found.violating[set - 1];
    }
    for (std::size_t property = 0; property < 2; ++property) {
      int& shortest = found.shortest[property];
      if ((violated >> property & 1) != 0 && shortest == none) shortest = found.depth;
    }
    const std::vector<Paper> next = rules.successors(state);
    found.counts.transitions += next.size();
    if (next.empty()) ++found.counts.dead;
    for (const Paper& each : next) {
      if (depths.emplace(each, found.depth + 1).second) queue.push_back(each);
    }
  }
  found.counts.states = queue.size();
  return found;
}

Counts explored(const KernelBounds& bounds, int threads, bool symmetry) {
  ExploreOptions options;
  options.threads = threads;
  options.symmetry = symmetry;
  const Exploration all = explore_kernel(bounds, options);
  Counts found{all.unreduced, all.depth};
  for (const Trace& trace : all.traces) {
    found.shortest[static_cast<std::size_t>(trace.property)] = static_cast<int>(trace.steps.size());
  }
  for (PropertySet set = 1; set <= 3; ++set) {
    found.violating[set - 1] = all.unreduced_violating(set);
  }
  return found;
}

void expect_agreement(const KernelBounds& bounds) {
  SCOPED_TRACE(testing::Message() << bounds.pods << ' ' << bounds.tasks << ' ' << bounds.restarts
                                  << ' ' << bounds.min_replicas << ' ' << bounds.fix2 << ' '
                                  << bounds.fix3);
  const Counts expected = on_paper(bounds);
  for (const int threads : {1, 2}) {
    EXPECT_EQ(explored(bounds, threads, false), expected);
    EXPECT_EQ(explored(bounds, threads, true), expected);
  }
}

TEST(KernelRules, agree_with_the_engine_for_every_very_small_kernel) {
  int kernels = 0;
  for (int code = 0; code < 3 * 3 * 3 * 4 * 4; ++code) {
    const KernelBounds bounds{1 + code % 3,  1 + code / 3 % 3,      code / 9 % 3,
                              code / 27 % 4, (code / 108 & 1) != 0, (code / 216 & 1) != 0};
    if (bounds.pods + bounds.tasks > 4) continue;
    expect_agreement(bounds);
    ++kernels;
  }
  EXPECT_EQ(kernels, 6 * 48);
}

// Of more pods and tasks; none of them has known counts.
TEST(KernelRules, agree_with_the_engine_for_some_larger_kernels) {
  expect_agreement({3, 2, 2, 0, true, false});
  expect_agreement({3, 2, 0, 2, false, true});
  expect_agreement({2, 3, 1, 0, false, false});
  expect_agreement({2, 3, 2, 1, true, true});
  expect_agreement({3, 3, 0, 0, false, false});
  expect_agreement({3, 3, 1, 2, true, true});
  expect_agreement({1, 4, 2, 0, false, true});
  expect_agreement({1, 5, 1, 0, true, false});
  expect_agreement({4, 2, 1, 2, false, false});
  expect_agreement({5, 1, 3, 2, true, false});
}

}  // namespace
}  // namespace holdfast
