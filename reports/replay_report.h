// What a log shows, for people and tools: which properties it violates and, of each, what, where,
// why, and truth against belief at the decision. Found out by looking on while the log is folded.
//
//   Judge judge(setup);                       // first time: what is violated
//   Findings findings(judge.records(), …);    // second time: why
//   findings.watch_decisions();               // third time: how things stood when it was decided
//
// Not for use from several threads.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include <holdfast/reports/explanation.h>
#include <holdfast/reports/json_writer.h>
#include <holdfast/reports/tone.h>
#include <holdfast/sim/judge.h>

namespace holdfast {

// A violated property of a log.
struct Finding {
  const PropertyRecord* record = nullptr;
  Explanation explanation;
  std::vector<CauseLink> causes;    // from the violating event back to its root
  // The event before which truth and belief are shown: the decision that led to the violation, else
  // the violating event. 0: nothing happened, and they are shown as they were then.
  std::uint64_t decision = 0;
  std::string decided;              // "autoscaler decided 0 of 1 (bounds)"; empty: there was none
  std::string text;                 // of the pods
  std::string json;                 // write_world()'s object
  std::string repeat;               // the command that shows it again; empty: there is none
  // Of what the log was made from: the line that tells the violating event. 0: none is known.
  std::int64_t source_line = 0;
};

// Finds out about every violation of one log.
class Findings : public Observer {
 public:
  // Requires: the records are of the log that is folded next and outlive this, like the setup.
  // Times are shown in a zone so far ahead of UTC.
  Findings(const std::vector<PropertyRecord>& records, const Setup& setup, Moment start,
           Paint paint, std::int64_t zone_us = 0);

  // From now on looks for the decisions. Requires: the log was folded since the construction.
  void watch_decisions();

  void before(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  void after(const World& world, const Clock& clock, const Occurrence& occurrence) override;
  // The log is over: shows what was still to be shown.
  void finish(const World& world, const Clock& clock);

  // Earliest first.
  const std::vector<Finding>& findings() const { return findings_; }
  std::vector<Finding>& findings() { return findings_; }

 private:
  void show(Finding& finding, const World& world, const Clock& clock) const;

  const Setup& setup_;
  Moment start_;
  Paint paint_;
  std::int64_t zone_us_;
  std::vector<Finding> findings_;
  std::list<Explainer> explainers_;  // of the finding in the same place
  bool watches_decisions_ = false;
};

// violated, at, because, truth and belief when it was decided, repeat.
std::string finding_text(const Finding& finding, Moment start, Paint paint,
                         std::int64_t zone_us = 0);

// Writes an object: property, kind, sentence, violations, time, event (or null), source_line (or
// null), by, believed (texts or null), believed_at, learnt_at (events or null), because (text or
// null), causes: event, time, text; decision: event, text, and before it the world (or null);
// repeat (or null).
void write_finding(JsonWriter& json, const Finding& finding);

struct ReplayVerdict {
  std::string doubt;            // why a log without a violation is not a clean one; empty: it is
  bool counts_unjudged = false; // say how many eventual properties have no bound to be judged by
};

// "verdict   violated: reserved_pod_kept (tried 11 of 14 properties)"
std::string replay_verdict_text(const std::vector<PropertyRecord>& records,
                                const ReplayVerdict& verdict, Paint paint);

}  // namespace holdfast
