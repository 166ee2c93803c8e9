// The run behind the front of the simulator: its state and its parts. Internal to simulator*.cpp.
#pragma once

#include <holdfast/model/procedures/turn.h>
#include <holdfast/sim/agenda.h>
#include <holdfast/sim/faults.h>
#include <holdfast/sim/happenings.h>
#include <holdfast/sim/simulator.h>

namespace holdfast {

class Simulator::Run {
 public:
  Run(const Scenario& scenario, std::uint64_t seed)
      : scenario_(scenario), streams_(seed), faults_(scenario, streams_), now_(scenario.start) {
    schedule_happenings();
  }

  void run(std::int64_t until_us);

  const Scenario& scenario_;
  World world_;
  std::vector<Observer*> observers_;
  std::vector<Missed> missed_;
  std::vector<std::pair<PodIndex, Moment>> ordinals_;
  std::uint64_t events_ = 0;
  std::uint64_t steps_ = 0;
  RandomStreams streams_;

  Clock clock() const { return Clock::at(now_, scenario_.zone_us); }

 private:
  // --- a course that is given ---
  void follow_schedule();
  bool take_given(const std::string& text);

  // --- folding and scheduling ---
  void open();
  void fold(const Event& event, const Step* step);
  void take_step(const Step& step);
  void schedule(const Event& event, Program ended);
  void schedule_pod(const Event& event);
  void schedule_agent(const Event& event);
  void schedule_server(const Event& event);
  void schedule_procedure(ProcedureIndex place, bool started);
  void schedule_overdue(Program ended, ReplicaIndex replica);
  void connect_later(PodIndex pod);
  std::uint64_t cause_of(const Event& event, const Step* step) const;

  // --- what an alarm does ---
  void ring(const Alarm& alarm);
  void ring_procedure(std::uint16_t place);
  void ring_work(const Alarm& alarm);
  void ring_happening(std::uint16_t index);
  void ring_random_fault(std::uint16_t index);
  void ring_plain(Actor actor, StepKind kind);
  void schedule_happenings();
  WorkResult draw_result(const Task& task, Action action);

  std::int64_t draw(const Distribution& distribution, std::string_view name,
                    std::uint64_t entity = 0) {
    return distribution.draw_us(streams_.stream(name, entity));
  }
  // How long something takes for one task: its own first draw, so that a task takes as long under
  // every profile, and nothing is kept for the tasks of a year.
  std::int64_t draw_for_task(const Distribution& distribution, std::string_view name,
                             TaskIndex task) {
    RandomStream stream(streams_.seed(), name, world_.tasks[task].number);
    return distribution.draw_us(stream);
  }
  void set(AlarmKind kind, std::uint16_t index, std::int64_t delay_us, std::uint32_t detail = 0) {
    if (delay_us == Distribution::never_us) return;
    agenda_.set(kind, index, later(now_, delay_us).us, detail);
  }

  Faults faults_;
  Moment now_;
  Agenda agenda_;
  Events step_events_;
  std::vector<Step> alternatives_;
  std::vector<std::uint64_t> last_of_procedure_;  // sequence of its last event that is no note
  std::uint64_t last_ = 0;
  std::uint64_t step_cause_ = 0;
  bool opened_ = false;
  std::size_t followed_ = 0;  // steps of the schedule

  RandomStream& cluster_stream_ = streams_.stream("cluster_call");
  RandomStream& database_stream_ = streams_.stream("database_call");
  RandomStream& memory_stream_ = streams_.stream("memory_step");
  RandomStream& start_stream_ = streams_.stream("goroutine_start");
  RandomStream& choice_stream_ = streams_.stream("choice");
};

}  // namespace holdfast
