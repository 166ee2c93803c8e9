// Passes on to another observer only what concerns one task or one pod: what happens to it, to the
// pods that the task is on, to the servers, and what the autoscaler decides for its pool.
// Not for use from several threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <holdfast/sim/simulator.h>

namespace holdfast {

// A task by its number; a pod by its name, or by its place in the order of creation, from 0.
struct Whom {
  std::optional<std::uint32_t> task;
  std::optional<std::string> pod;
  std::optional<std::uint64_t> pod_ordinal;

  bool everybody() const { return !task && !pod && !pod_ordinal; }
};

class OnlyAbout : public Observer {
 public:
  // Requires: `setup` and `inner` outlive this.
  OnlyAbout(const Setup& setup, Whom whom, Observer* inner);

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override;

  // Where they are now, or were last; `none` if there was none of that number or name yet. Of
  // several pods with one name the newest.
  TaskIndex task() const { return task_; }
  PodIndex pod() const { return pod_; }
  // Whether all who were asked for were there at some time.
  bool found_task() const { return !whom_.task || has_task_; }
  bool found_pod() const { return (!whom_.pod && !whom_.pod_ordinal) || has_pod_; }

 private:
  void follow(const Event& event);
  bool concerns(const World& world, const Event& event) const;
  bool is_on_pod(const World& world, const Event& event) const;
  bool is_of_pool(const World& world, PoolIndex pool) const;

  const Setup& setup_;
  Whom whom_;
  Observer* inner_;
  std::uint64_t pods_created_ = 0;
  TaskIndex task_ = none;
  PodIndex pod_ = none;
  bool has_task_ = false;
  bool has_pod_ = false;
  bool passes_ = true;    // the event under way
};

}  // namespace holdfast
