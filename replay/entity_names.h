// Names of entities as they stand in a log, and back. What a name means depends on the events
// before it: places are used again, and two pods may have one name after each other. Writer and
// reader keep the same EntityNames by noting the same events, so every place comes back as it was.
//
// pool, workspace  its id; "#<place>" if that is empty, begins with '#', or is given twice
// task             its number; "#<place>" if no task, or one whose number another place took over
// pod, agent       iac-agent-<pool>-<unix second>; followed by "#<place>" if that name alone means
//                  another pod or none: of several pods with one name it means the only one that is
//                  listed, or the only one there is. "#<place>" for a place without a pod, or a
//                  pod of before 1970
//
// Not for use from several threads while it changes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <holdfast/model/model.h>

namespace holdfast {

class EntityNames {
 public:
  EntityNames() = default;
  // Nothing exists yet.
  explicit EntityNames(const Setup& setup);
  // The names that the entities of `world` have.
  EntityNames(const Setup& setup, const World& world);

  // Takes over what `event` changes in the names. To be called after its fold accepted it.
  void note(const Event& event);

  // Appends a name.
  void append_pool(std::string& out, PoolIndex pool) const;
  void append_workspace(std::string& out, WorkspaceIndex workspace) const;
  void append_task(std::string& out, TaskIndex task) const;
  void append_pod(std::string& out, PodIndex pod) const;
  // The name that a pod gets which is created in `pool` at that moment.
  void append_new_pod(std::string& out, PoolIndex pool, Moment created) const;

  // Whether the setup has the pool or workspace; true for none.
  bool has_pool(PoolIndex pool) const { return pool == none || pool < pools_.texts.size(); }
  bool has_workspace(WorkspaceIndex workspace) const {
    return workspace == none || workspace < workspaces_.texts.size();
  }

  // Whether a name may have characters that a JSON string escapes.
  bool need_escapes() const { return need_escapes_; }

  // Whether the task's name is its number, which stands in data as a number.
  bool has_number(TaskIndex task) const;

  // The places of names; nothing if the name means nobody.
  std::optional<PoolIndex> pool_named(std::string_view text) const;
  std::optional<WorkspaceIndex> workspace_named(std::string_view text) const;
  std::optional<TaskIndex> task_named(std::string_view text) const;
  std::optional<TaskIndex> task_numbered(std::int64_t number) const;
  std::optional<PodIndex> pod_named(std::string_view text) const;

  // Candidates for "did you mean": the ids, and the names of the newest pods and tasks.
  std::vector<std::string> pools() const;
  std::vector<std::string> workspaces() const;
  std::vector<std::string> pods() const;

 private:
  using PodKey = std::pair<PoolIndex, std::int64_t>;  // who shares it shares a name
  struct PodEntry {
    bool known = false;
    bool listed = false;
    bool plain = false;      // its name needs no place
    PodKey key;
    std::string base;        // its name; empty for a second before 1970
  };
  struct TaskEntry {
    bool known = false;
    std::int64_t number = 0;
  };
  // The ids of one kind.
  struct Ids {
    std::vector<std::string> texts;
    std::vector<std::string> names;  // the ids, or "#<place>"
    std::map<std::string, std::uint16_t, std::less<>> places;

    explicit Ids(const std::vector<std::string>& ids = {});
    void append(std::string& out, std::uint16_t place) const;
    std::optional<std::uint16_t> named(std::string_view text) const;
  };

  void add_pod(PodIndex pod, PoolIndex pool, Moment created, bool listed);
  void set_listed(PodIndex pod, bool listed);
  void choose_plain(const std::vector<PodIndex>& of_one_name);
  void add_task(TaskIndex task, std::int64_t number);

  bool need_escapes_ = false;
  Ids pools_;
  Ids workspaces_;
  std::vector<PodEntry> pods_;
  std::vector<TaskEntry> tasks_;
  std::map<PodKey, std::vector<PodIndex>> places_of_pods_;
  std::map<std::int64_t, TaskIndex> places_of_tasks_;
};

}  // namespace holdfast
