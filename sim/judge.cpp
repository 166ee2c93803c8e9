#include <holdfast/sim/judge.h>

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include <holdfast/model/names.h>
#include <holdfast/model/names_of_entities.h>
#include <holdfast/model/procedures/turn.h>

namespace holdfast {
namespace {

std::string slots_text(const ManagedPod& pod, const World& world, int slots) {
  std::string text;
  for (int s = 0; s < slots; ++s) {
    const Slot& slot = pod.slots[static_cast<std::size_t>(s)];
    if (s != 0) text += ", ";
    text += name(slot.state);
    if (slot.state != SlotState::idle && slot.task < world.tasks.size()) {
      text += fmt::format(" (task {})", world.tasks[slot.task].number);
    }
  }
  return text;
}

// What a memory holds of a pod; empty if it never held anything.
std::string held_text(const Memory& memory, PodIndex pod, const World& world, int slots) {
  if (pod >= memory.pods.size()) return {};
  const ManagedPod& held = memory.pods[pod];
  return held.known() ? "slots " + slots_text(held, world, slots) : "the pod is unknown";
}

std::string placeholder(std::string_view key, const World& world, const Setup& setup,
                        const Entities& who) {
  if (key == "pod") return who.pod == none ? "?" : pod_name(world, setup, who.pod);
  if (key == "task") {
    return who.task < world.tasks.size() ? fmt::format("{}", world.tasks[who.task].number) : "?";
  }
  if (key == "workspace") {
    return who.workspace < setup.workspaces.size() ? setup.workspaces[who.workspace] : "?";
  }
  if (key == "pool") return who.pool < setup.pools.size() ? setup.pools[who.pool] : "?";
  if (key == "replica") return fmt::format("{}", who.replica);
  if (key == "slot") return fmt::format("{}", who.slot);
  return "?";
}

}  // namespace

std::string fill_sentence(std::string_view sentence, const World& world, const Setup& setup,
                          const Entities& who) {
  std::string out;
  while (!sentence.empty()) {
    const std::size_t open = sentence.find('{');
    const std::size_t close = sentence.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    out += sentence.substr(0, open);
    out += placeholder(sentence.substr(open + 1, close - open - 1), world, setup, who);
    sentence.remove_prefix(close + 1);
  }
  out += sentence;
  return out;
}

Judge::Judge(const Setup& setup) : setup_(setup) {
  for (const Property& property : properties()) {
    PropertyRecord record;
    record.property = &property;
    record.judged = property.kind == PropertyKind::never;
    const auto index = static_cast<std::uint16_t>(records_.size());
    records_.push_back(std::move(record));
    if (property.kind == PropertyKind::eventually) continue;  // joins when it gets its bound
    for (std::size_t e = 0; e < by_event_.size(); ++e) {
      if (property.events.test(e)) by_event_[e].push_back(index);
    }
  }
  debts_.resize(records_.size());
}

void Judge::judge_within(std::string_view name, std::int64_t within_us) {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    PropertyRecord& record = records_[i];
    if (record.property->name != name) continue;
    if (record.judged) {
      record.within_us = std::min(record.within_us, within_us);
      return;
    }
    record.judged = true;
    record.within_us = within_us;
    for (std::size_t e = 0; e < by_event_.size(); ++e) {
      if (record.property->events.test(e)) by_event_[e].push_back(static_cast<std::uint16_t>(i));
    }
  }
}

// What a procedure believed when it decided to give up pods: by the time of the deletion its memory
// may have learnt better.
void Judge::keep_belief(const World& world, const Occurrence& occurrence) {
  const Event& event = occurrence.event;
  if (EventType::slot_assigned <= event.type && event.type <= EventType::slot_expired) {
    for (auto& [procedure, belief] : decided_on_) {
      if (belief.of == event.memory) belief.learnt[event.pod] = occurrence.sequence;
    }
  }
  const bool gives_up =
      event.type == EventType::autoscaler_frozen ||
      (event.type == EventType::autoscaler_decided && event.n[1] < event.n[0]);
  if (gives_up && event.memory < world.memories.size()) {
    decided_on_[event.procedure] = {occurrence.sequence, event.memory,
                                    world.memories[event.memory], {}};
  } else if (event.type == EventType::procedure_started && !decided_on_.empty()) {
    decided_on_.erase(event.procedure);
  }
}

void Judge::before(const World& world, const Clock& clock, const Occurrence& occurrence) {
  keep_belief(world, occurrence);
  if (clock.now() > next_due_) call_in(world, clock);
  // What a course is given it has neither done nor reached.
  if (occurrence.opening) return;
  const Transition transition{world, setup_, clock, occurrence.event};
  for (const std::uint16_t index : by_event_[static_cast<std::size_t>(occurrence.event.type)]) {
    PropertyRecord& record = records_[index];
    const Property& property = *record.property;
    if (property.before != nullptr) {
      findings_.clear();
      if (property.before(transition, findings_)) ++record.antecedents;
      for (const Entities& who : findings_) note(record, world, clock, who, &occurrence);
    }
    if (property.reached != nullptr && property.reached(transition)) {
      if (record.reached++ == 0) record.first_reached = clock.now();
    }
  }
}

void Judge::after(const World& world, const Clock& clock, const Occurrence& occurrence) {
  const Transition transition{world, setup_, clock, occurrence.event};
  for (const std::uint16_t index : by_event_[static_cast<std::size_t>(occurrence.event.type)]) {
    PropertyRecord& record = records_[index];
    if (record.property->after != nullptr && !occurrence.opening) {
      findings_.clear();
      if (record.property->after(transition, findings_)) ++record.antecedents;
      for (const Entities& who : findings_) note(record, world, clock, who, &occurrence);
    }
    if (record.property->owed != nullptr) update_debts(index, world, clock, occurrence.sequence);
  }
}

void Judge::update_debts(std::size_t index, const World& world, const Clock& clock,
                         std::uint64_t sequence) {
  std::vector<Debt>& debts = debts_[index];
  findings_.clear();
  records_[index].property->owed(world, setup_, clock, findings_);
  if (findings_.empty() && debts.empty()) return;
  for (Debt& debt : debts) debt.seen = false;
  for (const Entities& who : findings_) {
    const auto found = std::find_if(debts.begin(), debts.end(),
                                    [&](const Debt& debt) { return debt.who == who; });
    if (found != debts.end()) {
      found->seen = true;
      continue;
    }
    const Moment since = std::max(clock.now(), start_);
    debts.push_back({who, since, sequence, false, true});
    ++records_[index].antecedents;
    next_due_ = std::min(next_due_, later(since, records_[index].within_us));
  }
  std::erase_if(debts, [](const Debt& debt) { return !debt.seen; });
}

// What is still owed after its bound is a violation, once for each debt.
void Judge::call_in(const World& world, const Clock& clock) {
  next_due_ = {INT64_MAX};
  for (std::size_t i = 0; i < debts_.size(); ++i) {
    PropertyRecord& record = records_[i];
    for (Debt& debt : debts_[i]) {
      if (debt.called_in) continue;
      const Moment due = later(debt.since, record.within_us);
      if (due < clock.now()) {
        debt.called_in = true;
        note(record, world, Clock::at(due, clock.zone_us()), debt.who, nullptr);
      } else {
        next_due_ = std::min(next_due_, due);
      }
    }
  }
}

void Judge::finish(const World& world, const Clock& clock) {
  if (clock.now() > next_due_) call_in(world, clock);
}

void Judge::note(PropertyRecord& record, const World& world, const Clock& clock,
                 const Entities& who, const Occurrence* occurrence) {
  if (record.violations++ == 0) {
    record.first = describe_violation(record, world, clock, who, occurrence);
  }
}

Violation Judge::describe_violation(const PropertyRecord& record, const World& world,
                                    const Clock& clock, const Entities& who,
                                    const Occurrence* occurrence) const {
  Violation violation;
  violation.property = record.property;
  violation.who = who;
  violation.sentence = fill_sentence(record.property->violation, world, setup_, who);
  violation.time = clock.now();
  if (occurrence == nullptr) return violation;
  violation.sequence = occurrence->sequence;
  violation.procedure = occurrence->event.procedure;
  if (violation.procedure >= world.procedures.size()) return violation;
  const Procedure& procedure = world.procedures[violation.procedure];
  if (procedure.depth == 0) return violation;
  violation.by = fmt::format("{} of replica {}", info(procedure.kind()).name, procedure.replica);
  describe_belief(violation, world, procedure);
  return violation;
}

void Judge::describe_belief(Violation& violation, const World& world,
                            const Procedure& procedure) const {
  const PodIndex pod = violation.who.pod;
  const int slots = slots_each(setup_.knobs);
  const std::string now = procedure.memory < world.memories.size()
                              ? held_text(world.memories[procedure.memory], pod, world, slots)
                              : std::string();
  violation.believed = now;
  const auto decided = decided_on_.find(violation.procedure);
  if (decided == decided_on_.end()) return;
  const Belief& belief = decided->second;
  violation.believed = held_text(belief.memory, pod, world, slots);
  const auto learnt = belief.learnt.find(pod);
  if (violation.believed == now || learnt == belief.learnt.end()) return;
  violation.believed_at = belief.sequence;
  violation.learnt_at = learnt->second;
}

const PropertyRecord& Judge::record(std::string_view name) const {
  const auto found =
      std::find_if(records_.begin(), records_.end(),
                   [&](const PropertyRecord& record) { return record.property->name == name; });
  assert(found != records_.end());
  return *found;
}

}  // namespace holdfast
