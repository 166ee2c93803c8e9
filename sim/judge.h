// Watches a course of events (a run, a log) and says which properties it violated, which goals it
// reached, and whether anything was there to be violated. The same for every walk.
//
// Of what tells how things stood at the start only what is owed from then on counts: nobody did it.
//
// Memory does not grow with the length of the run: of each property the first violation is kept
// whole, the others are counted.
//
// Thread safety: one Judge per thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <holdfast/model/properties.h>
#include <holdfast/sim/simulator.h>

namespace holdfast {

struct Violation {
  const Property* property = nullptr;
  Entities who;
  std::string sentence;         // with the names that the entities had
  std::uint64_t sequence = 0;   // of the event; 0: nothing happened, which was the violation
  Moment time = never;
  ProcedureIndex procedure = none;
  std::string by;               // who did it: "autoscaler_cycle of replica 0"
  // what that procedure held of the pod when it decided, if one is named
  std::string believed;
  // Where its memory held something else by the time of the violation: the event of the decision,
  // and the last one before the violation that changed what was held. 0: it did not.
  std::uint64_t believed_at = 0;
  std::uint64_t learnt_at = 0;
};

// How one property fared.
struct PropertyRecord {
  const Property* property = nullptr;
  bool judged = false;          // eventual properties are judged where a bound is given
  std::int64_t within_us = -1;
  std::uint64_t antecedents = 0;
  std::uint64_t violations = 0;
  Violation first;
  std::uint64_t reached = 0;    // goals: how often, what was given at the start not counted
  Moment first_reached = never;
};

class Judge : public Observer {
 public:
  explicit Judge(const Setup& setup);

  // Judges the eventual property `name`: what is owed must be given within `within_us`.
  // Requires: there is such a property, and the run has not begun.
  void judge_within(std::string_view name, std::int64_t within_us);
  // What is owed before `start` is owed since `start`: the course begins there, and the events
  // before it only tell how things came to stand as they do.
  // Requires: the run has not begun.
  void begin_at(Moment start) { start_ = start; }

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  // The run is at `clock`: debts that came due since the last event are violations.
  void finish(const World& world, const Clock& clock);

  const std::vector<PropertyRecord>& records() const { return records_; }
  const PropertyRecord& record(std::string_view name) const;
  bool violated(std::string_view name) const { return record(name).violations != 0; }

 private:
  struct Debt {
    Entities who;
    Moment since;
    std::uint64_t sequence;
    bool called_in;
    bool seen;
  };
  // What a procedure that gives up pods believed when it decided.
  struct Belief {
    std::uint64_t sequence = 0;
    MemoryIndex of = none;
    Memory memory;
    std::map<PodIndex, std::uint64_t> learnt;   // the last change of its slots since, by pod
  };
  void keep_belief(const World& world, const Occurrence& occurrence);
  void describe_belief(Violation& violation, const World& world, const Procedure& procedure) const;
  void note(PropertyRecord& record, const World& world, const Clock& clock,
            const Entities& who, const Occurrence* occurrence);
  void update_debts(std::size_t index, const World& world, const Clock& clock,
                    std::uint64_t sequence);
  void call_in(const World& world, const Clock& clock);
  Violation describe_violation(const PropertyRecord& record, const World& world,
                               const Clock& clock, const Entities& who,
                               const Occurrence* occurrence) const;

  const Setup& setup_;
  std::vector<PropertyRecord> records_;
  std::vector<std::vector<Debt>> debts_;               // by property
  std::map<ProcedureIndex, Belief> decided_on_;
  std::array<std::vector<std::uint16_t>, 128> by_event_;  // properties that look at an event type
  std::vector<Entities> findings_;
  Moment next_due_{INT64_MAX};
  Moment start_{INT64_MIN};
};

// The sentence of a violation with its placeholders filled in.
std::string fill_sentence(std::string_view sentence, const World& world, const Setup& setup,
                          const Entities& who);

}  // namespace holdfast
