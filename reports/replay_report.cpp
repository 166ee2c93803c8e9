#include <holdfast/reports/replay_report.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/reports/labelled.h>
#include <holdfast/reports/time_text.h>
#include <holdfast/reports/verdict.h>
#include <holdfast/reports/world_view.h>

namespace holdfast {
namespace {

bool is_earlier(const Finding& a, const Finding& b) {
  const Violation& first = a.record->first;
  const Violation& second = b.record->first;
  if (first.time != second.time) return first.time < second.time;
  return first.sequence < second.sequence;
}

void text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
  if (text.empty()) {
    json.null(key);
  } else {
    json.text(key, text);
  }
}

void number_or_null(JsonWriter& json, std::string_view key, std::uint64_t number) {
  if (number == 0) {
    json.null(key);
  } else {
    json.number(key, number);
  }
}

}  // namespace

Findings::Findings(const std::vector<PropertyRecord>& records, const Setup& setup, Moment start,
                   Paint paint, std::int64_t zone_us)
    : setup_(setup), start_(start), paint_(paint), zone_us_(zone_us) {
  for (const PropertyRecord& record : records) {
    if (record.violations != 0) findings_.emplace_back().record = &record;
  }
  std::stable_sort(findings_.begin(), findings_.end(), is_earlier);
  for (const Finding& finding : findings_) explainers_.emplace_back(finding.record->first);
}

void Findings::watch_decisions() {
  watches_decisions_ = true;
  auto explainer = explainers_.begin();
  for (Finding& finding : findings_) {
    finding.explanation = explainer->explanation();
    finding.causes = explainer->causes();
    ++explainer;
    finding.decision = finding.record->first.sequence;
    const auto decided =
        std::find_if(finding.causes.begin(), finding.causes.end(),
                     [](const CauseLink& link) { return link.decides; });
    if (decided == finding.causes.end()) continue;
    finding.decision = decided->sequence;
    finding.decided = decided->text;
  }
}

void Findings::before(const World& world, const Clock& clock, const Occurrence& occurrence) {
  if (!watches_decisions_) {
    for (Explainer& explainer : explainers_) explainer.before(world, clock, occurrence);
    return;
  }
  for (Finding& finding : findings_) {
    if (!finding.json.empty()) continue;
    const bool is_now = finding.decision != 0 ? occurrence.sequence == finding.decision
                                              : clock.now() > finding.record->first.time;
    if (is_now) show(finding, world, clock);
  }
}

void Findings::after(const World& world, const Clock& clock, const Occurrence& occurrence) {
  if (watches_decisions_) return;
  for (Explainer& explainer : explainers_) explainer.after(world, clock, occurrence);
}

void Findings::finish(const World& world, const Clock& clock) {
  for (Finding& finding : findings_) {
    if (watches_decisions_ && finding.json.empty()) show(finding, world, clock);
  }
}

void Findings::show(Finding& finding, const World& world, const Clock& clock) const {
  WorldViewOptions options;
  options.start = start_;
  options.zone_us = zone_us_;
  const Entities& who = finding.record->first.who;
  options.pod = who.pod;
  options.task = who.task;
  finding.text = pods_text(world, setup_, options, paint_);
  JsonWriter json;
  write_world(json, {}, world, setup_, clock, options);
  finding.json = json.finish();
}

std::string finding_text(const Finding& finding, Moment start, Paint paint, std::int64_t zone_us) {
  const Violation& violation = finding.record->first;
  std::string text =
      violation_text(*finding.record, violation, finding.explanation, start, Tone::bad, paint,
                     zone_us);
  if (finding.source_line != 0) {
    text += labelled("line", fmt::format("{}", finding.source_line), Tone::plain, paint);
  }
  if (finding.record->violations > 1) {
    text += labelled("times", fmt::format("{}, this was the first", finding.record->violations),
                     Tone::plain, paint);
  }
  std::string when = "when it was overdue";
  if (!finding.decided.empty()) {
    when = fmt::format("before event {}, {}", finding.decision, finding.decided);
  } else if (finding.decision != 0) {
    when = fmt::format("before event {}", finding.decision);
  }
  text += labelled("truth", "and belief " + when + ":", Tone::plain, paint);
  text += finding.text;
  if (!finding.repeat.empty()) text += labelled("repeat", finding.repeat, Tone::plain, paint);
  return text;
}

void write_finding(JsonWriter& json, const Finding& finding) {
  const Violation& violation = finding.record->first;
  json.begin_object();
  json.text("property", violation.property->name);
  json.text("kind", violation.property->kind == PropertyKind::never ? "never" : "eventually");
  json.text("sentence", violation.sentence);
  json.number("violations", finding.record->violations);
  json.text("time", instant_text(violation.time));
  number_or_null(json, "event", violation.sequence);
  number_or_null(json, "source_line", static_cast<std::uint64_t>(finding.source_line));
  text_or_null(json, "by", finding.explanation.by);
  text_or_null(json, "believed", violation.believed);
  number_or_null(json, "believed_at", violation.believed_at);
  number_or_null(json, "learnt_at", violation.learnt_at);
  text_or_null(json, "because", finding.explanation.because);
  json.begin_array("causes");
  for (const CauseLink& link : finding.causes) {
    json.begin_object();
    json.number("event", link.sequence);
    json.text("time", instant_text(link.time));
    json.text("text", link.text);
    json.end_object();
  }
  json.end_array();
  json.begin_object("decision");
  number_or_null(json, "event", finding.decision);
  text_or_null(json, "text", finding.decided);
  if (finding.json.empty()) {
    json.null("world");
  } else {
    json.json("world", finding.json);
  }
  json.end_object();
  text_or_null(json, "repeat", finding.repeat);
  json.end_object();
}

std::string replay_verdict_text(const std::vector<PropertyRecord>& records,
                                const ReplayVerdict& verdict, Paint paint) {
  std::size_t judged = 0;
  std::size_t unjudged = 0;
  std::size_t tried = 0;
  std::vector<std::string_view> violated;
  for (const PropertyRecord& record : records) {
    const bool is_eventual = record.property->kind == PropertyKind::eventually;
    if (!record.judged && is_eventual) ++unjudged;
    if (!record.judged) continue;
    ++judged;
    if (record.antecedents != 0 || record.violations != 0) ++tried;
    if (record.violations != 0) violated.push_back(record.property->name);
  }
  std::string text = paint(Tone::good, "nothing violated");
  if (!violated.empty()) {
    text = paint(Tone::bad, "violated: ") + fmt::format("{}", fmt::join(violated, ", "));
  } else if (!verdict.doubt.empty()) {
    text = paint(Tone::doubtful, "cannot tell: ") + verdict.doubt;
  }
  text += fmt::format(" ({} of {} properties were put to the test", tried, judged);
  if (verdict.counts_unjudged && unjudged != 0) {
    text += fmt::format("; {} eventual ones were not judged, see --within", unjudged);
  }
  text += ')';
  return labelled("verdict", text, Tone::strong, paint);
}

}  // namespace holdfast
