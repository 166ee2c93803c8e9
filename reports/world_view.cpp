#include <holdfast/reports/world_view.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/model/procedures/turn.h>
#include <holdfast/reports/time_text.h>
#include <holdfast/sim/counted.h>

namespace holdfast {
namespace {

constexpr std::size_t label_width = 8;

// Rows of cells as columns, each as wide as its widest cell.
class Columns {
 public:
  explicit Columns(std::string indent) : indent_(std::move(indent)) {}

  void add(std::vector<std::string> cells, Tone tone = Tone::plain) {
    widths_.resize(std::max(widths_.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], cells[i].size());
    }
    rows_.push_back({std::move(cells), tone});
  }

  std::string text(Paint paint) const {
    std::string text;
    for (const Row& row : rows_) {
      std::string line = indent_;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        line += row.cells[i];
        if (i + 1 < row.cells.size()) line.append(widths_[i] - row.cells[i].size() + 2, ' ');
      }
      const std::size_t end = line.find_last_not_of(' ');
      text += paint(row.tone, line.substr(0, end == std::string::npos ? 0 : end + 1)) + '\n';
    }
    return text;
  }
  bool empty() const { return rows_.empty(); }

 private:
  struct Row {
    std::vector<std::string> cells;
    Tone tone;
  };
  std::string indent_;
  std::vector<Row> rows_;
  std::vector<std::size_t> widths_;
};

class Viewer {
 public:
  Viewer(const World& world, const Setup& setup, const WorldViewOptions& options, Paint paint)
      : world_(world), setup_(setup), options_(options), paint_(paint) {}

  std::string servers() const;
  std::string pools(const Clock& clock) const;
  std::string workspaces() const;
  std::string pods() const;
  std::string tasks() const;
  std::string timers(const Clock& clock) const;
  std::string procedures(const Clock& clock) const;
  bool is_narrow() const { return options_.narrow(); }

 private:
  using Memories = std::vector<MemoryIndex>;

  std::string heading(std::string_view text) const { return paint_(Tone::strong, text) + '\n'; }
  std::string moment(Moment at) const;
  std::string pod(PodIndex index) const { return pod_name(world_, setup_, index); }
  Memories memories() const;
  std::string believer(MemoryIndex memory) const;
  const ManagedPod* managed(MemoryIndex memory, PodIndex pod) const;
  std::string one_pod(PodIndex pod, const std::vector<Difference>& found) const;
  std::string true_slot(PodIndex pod, SlotIndex slot) const;
  std::string believed_slot(const Slot& slot) const;
  std::string believed_pod(const ManagedPod* held) const;
  std::string agent(PodIndex pod) const;
  std::string task_line(const Task& task) const;
  std::string procedure_line(const Procedure& procedure, const Clock& clock) const;

  const World& world_;
  const Setup& setup_;
  const WorldViewOptions& options_;
  Paint paint_;
};

// --- truth beside belief -------------------------------------------------------------------------

std::string Viewer::pods() const {
  const std::vector<Difference> found = differences(world_, setup_);
  std::string text;
  for (std::size_t p = 0; p < world_.pods.size(); ++p) {
    const auto index = static_cast<PodIndex>(p);
    if (!shows_pod(world_, options_, index)) continue;
    text += one_pod(index, found);
  }
  return text.empty() ? "  none\n" : text;
}

std::string Viewer::one_pod(PodIndex index, const std::vector<Difference>& found) const {
  const Pod& pod = world_.pods[index];
  std::string text = fmt::format("  {}, created {}\n", this->pod(index), moment(pod.created));
  const Memories all = memories();
  Columns columns("    ");
  std::vector<std::string> head{std::string(label_width, ' '), "truth"};
  std::vector<std::string> state{"pod", std::string(name(pod.state))};
  std::vector<std::string> process{"agent", agent(index)};
  for (const MemoryIndex memory : all) {
    const ManagedPod* held = managed(memory, index);
    head.push_back(believer(memory) + " believes");
    state.push_back(believed_pod(held));
    process.push_back(held == nullptr ? "" : held->agent_known() ? "known" : "not known");
  }
  columns.add(std::move(head), Tone::quiet);
  columns.add(std::move(state));
  columns.add(std::move(process));
  const int slots = setup_.knobs.slots == SlotsKnob::none ? 0 : slots_each(setup_.knobs);
  for (int s = 0; s < slots; ++s) {
    const auto slot = static_cast<SlotIndex>(s);
    std::vector<std::string> row{fmt::format("slot {}", s), true_slot(index, slot)};
    for (const MemoryIndex memory : all) {
      const ManagedPod* held = managed(memory, index);
      row.push_back(held == nullptr ? "" : believed_slot(held->slots[slot]));
    }
    columns.add(std::move(row));
  }
  const std::string elsewhere = true_slot(index, no_slot);
  if (elsewhere != "free") columns.add({"no slot", elsewhere});
  text += columns.text(paint_);
  for (const Difference& difference : found) {
    if (difference.pod != index) continue;
    text += "    " + paint_(Tone::bad, "differs:") + "  " + difference.text + '\n';
  }
  return text;
}

// What is in that slot of the pod: what its agent works on, and who planned there and waits.
std::string Viewer::true_slot(PodIndex pod, SlotIndex slot) const {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (pod < world_.agents.size()) {
    for (const AgentWork& work : world_.agents[pod].work) {
      if (work.slot != slot) continue;
      add(fmt::format("{} of {}", name(work.action), task_name(world_, work.task)));
    }
  }
  for (std::size_t t = 0; t < world_.tasks.size(); ++t) {
    const Task& task = world_.tasks[t];
    if (!reserved_on(task, pod) || task.plan_slot != slot) continue;
    add("reserved for " + task_name(world_, static_cast<TaskIndex>(t)));
  }
  return text.empty() ? "free" : text;
}

std::string Viewer::believed_slot(const Slot& slot) const {
  if (slot.state == SlotState::idle) return "idle";
  return fmt::format("{}: {}", name(slot.state), task_name(world_, slot.task));
}

std::string Viewer::believed_pod(const ManagedPod* held) const {
  if (held == nullptr) return "unknown";
  if (held->heartbeat == never) return std::string(name(held->state));
  return fmt::format("{}, heard of {}", name(held->state), moment(held->heartbeat));
}

std::string Viewer::agent(PodIndex pod) const {
  if (pod >= world_.agents.size()) return "absent";
  const Agent& agent = world_.agents[pod];
  std::string text(name(agent.state));
  if (agent.connected_to != none) text += fmt::format(" to replica {}", agent.connected_to);
  if (agent.silent_since != never) text += ", silent since " + moment(agent.silent_since);
  return text;
}

Viewer::Memories Viewer::memories() const {
  Memories all;
  for (std::size_t m = 0; m < world_.memories.size(); ++m) {
    if (world_.memories[m].exists) all.push_back(static_cast<MemoryIndex>(m));
  }
  return all;
}

std::string Viewer::believer(MemoryIndex memory) const {
  std::string text = believer_text(world_, memory);
  if (world_.replicas.size() > 1 && memory == world_.leader) text += " (leads)";
  return text;
}

const ManagedPod* Viewer::managed(MemoryIndex memory, PodIndex pod) const {
  const std::vector<ManagedPod>& pods = world_.memories[memory].pods;
  return pod < pods.size() && pods[pod].known() ? &pods[pod] : nullptr;
}

// --- the rest ------------------------------------------------------------------------------------

std::string Viewer::moment(Moment at) const {
  if (at == never) return "never";
  if (at == elapsed) return "long ago";
  if (options_.start == never || at.us < 0) return "just now";
  return time_of_day(at, options_.start, options_.zone_us);
}

std::string Viewer::servers() const {
  Columns columns("  ");
  for (std::size_t r = 0; r < world_.replicas.size(); ++r) {
    const Replica& replica = world_.replicas[r];
    std::string state(name(replica.state));
    if (replica.state != ReplicaState::down) state += ", started " + moment(replica.started);
    if (world_.leader == r) state += ", leads";
    columns.add({fmt::format("replica {}", r), state});
  }
  std::string text = heading("servers") + columns.text(paint_);
  if (world_.leader == none) text += "  " + paint_(Tone::doubtful, "no replica leads") + '\n';
  return text;
}

std::string Viewer::pools(const Clock& clock) const {
  Columns columns("  ");
  for (std::size_t p = 0; p < world_.pools.size(); ++p) {
    const auto index = static_cast<PoolIndex>(p);
    const Pool& pool = world_.pools[p];
    const auto living = std::count_if(world_.pods.begin(), world_.pods.end(), [&](const Pod& pod) {
      return pod.pool == index && lives(pod);
    });
    std::vector<std::string> row{pool_id(setup_, index),
                                 fmt::format("{} to {} pods{}", pool.min_replicas,
                                             pool.max_replicas,
                                             clock.frozen(pool) ? ", frozen" : ""),
                                 fmt::format("truth: {} live", living)};
    for (const MemoryIndex memory : memories()) {
      const SlotStatistics held =
          slot_statistics(world_.memories[memory], index, slots_each(setup_.knobs));
      row.push_back(fmt::format("{} believes: {}, {} running, {} reserved", believer(memory),
                                counted(held.pods, "pod"), held.used, held.reserved));
    }
    columns.add(std::move(row));
  }
  return columns.empty() ? "" : heading("pools") + columns.text(paint_);
}

std::string Viewer::workspaces() const {
  Columns columns("  ");
  for (std::size_t w = 0; w < world_.workspaces.size(); ++w) {
    const Workspace& workspace = world_.workspaces[w];
    if (!workspace.locked) continue;
    std::string lock = "locked";
    if (workspace.locked_by != none) lock += " by " + task_name(world_, workspace.locked_by);
    columns.add({workspace_id(setup_, static_cast<WorkspaceIndex>(w)), lock});
  }
  return columns.empty() ? "" : heading("workspaces") + columns.text(paint_);
}

std::string Viewer::task_line(const Task& task) const {
  std::string text;
  if (is_running(task.row.status)) {
    text = task.row.agent == none ? "given to no agent" : "given to " + pod(task.row.agent);
  } else if (is_waiting(task.row.status)) {
    text = task.row.confirmed ? "confirmed" : "not confirmed";
  }
  if (task.plan_pod == none) return text;
  if (!text.empty()) text += ", ";
  text += "planned on " + pod(task.plan_pod);
  if (task.plan_slot != no_slot) text += fmt::format(" slot {}", task.plan_slot);
  return text;
}

std::string Viewer::tasks() const {
  Columns columns("  ");
  int ended = 0;
  for (std::size_t t = 0; t < world_.tasks.size(); ++t) {
    const Task& task = world_.tasks[t];
    if (task.exists && is_final(task.row.status)) ++ended;
    if (!shows_task(world_, options_, static_cast<TaskIndex>(t))) continue;
    columns.add({fmt::format("task {}", task.number), std::string(name(task.row.status)),
                 fmt::format("{} of {}", name(task.type), workspace_id(setup_, task.workspace)),
                 task_line(task)});
  }
  std::string text = columns.text(paint_);
  if (!is_narrow() && ended > 0) {
    text += "  " + paint_(Tone::quiet, fmt::format("{} ended", ended)) + '\n';
  }
  return heading("tasks") + (text.empty() ? "  none\n" : text);
}

std::string Viewer::timers(const Clock& clock) const {
  Columns columns("  ");
  for (const Timer& timer : world_.timers) {
    if (timer.kind == TimerKind::none) continue;
    std::string what(name(timer.kind));
    if (timer.workspace != none) what += " of " + workspace_id(setup_, timer.workspace);
    std::string due = "due " + moment(timer.due);
    if (clock.timed() && timer.due >= clock.now()) {
      due += fmt::format(", in {}", length_text(timer.due.us - clock.now().us));
    }
    columns.add({what, fmt::format("replica {}", timer.replica), due});
  }
  return columns.empty() ? "" : heading("timers") + columns.text(paint_);
}

std::string Viewer::procedure_line(const Procedure& procedure, const Clock& clock) const {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (procedure.pool != none) add(pool_id(setup_, procedure.pool));
  if (procedure.workspace != none) add(workspace_id(setup_, procedure.workspace));
  if (procedure.task != none) add(task_name(world_, procedure.task));
  if (procedure.pod != none) add(pod(procedure.pod));
  if (clock.timed() && procedure.wake != never && procedure.wake > clock.now()) {
    add("asleep until " + moment(procedure.wake));
  }
  return text;
}

std::string Viewer::procedures(const Clock& clock) const {
  Columns columns("  ");
  for (const Procedure& procedure : world_.procedures) {
    if (!shows_procedure(options_, procedure)) continue;
    const ProgramInfo& top = info(procedure.top().program);
    const std::size_t at = procedure.top().at;
    std::string step(top.name);
    std::string_view about = "ends";
    if (at < top.instructions.size()) {
      step += fmt::format(".{}", top.instructions[at].letter);
      about = top.instructions[at].about;
    }
    const std::string who = procedure.replica == none
                                ? "on its way from " + pod(procedure.sender)
                                : fmt::format("replica {}", procedure.replica);
    columns.add({fmt::format("{} of {}", info(procedure.kind()).name, who),
                 fmt::format("next {}: {}", step, about), procedure_line(procedure, clock)});
  }
  return columns.empty() ? "" : heading("under way") + columns.text(paint_);
}

}  // namespace

std::string world_text(const World& world, const Setup& setup, const Clock& clock,
                       const WorldViewOptions& options, Paint paint) {
  const Viewer viewer(world, setup, options, paint);
  std::string text = viewer.servers();
  if (!viewer.is_narrow()) text += viewer.pools(clock) + viewer.workspaces();
  text += paint(Tone::strong, "pods") + '\n' + viewer.pods() + viewer.tasks();
  if (!viewer.is_narrow()) text += viewer.timers(clock);
  return text + viewer.procedures(clock);
}

std::string pods_text(const World& world, const Setup& setup, const WorldViewOptions& options,
                      Paint paint) {
  return Viewer(world, setup, options, paint).pods();
}

}  // namespace holdfast
