#include <holdfast/reports/seeds.h>

#include <algorithm>

#include <fmt/format.h>

#include <holdfast/reports/expectation_text.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/verdict.h>
#include <holdfast/sim/counted.h>

namespace holdfast {
namespace {

struct Row {
  std::string what;
  std::string in;
  std::string first;
  Tone tone = Tone::plain;
};

std::string share(const SeedCount& count, const SeedsSummary& summary) {
  return fmt::format("{} of {}", count.runs, summary.done);
}

std::string seed_text(const SeedCount& count) {
  return count.runs == 0 ? std::string("-") : fmt::format("{}", count.first_seed);
}

std::string table(std::string_view what, std::string_view in, std::string_view first,
                  const std::vector<Row>& rows, Paint paint) {
  std::size_t wide = what.size();
  std::size_t middle = in.size();
  for (const Row& row : rows) {
    wide = std::max(wide, row.what.size());
    middle = std::max(middle, row.in.size());
  }
  std::string text =
      "  " + paint(Tone::quiet, fmt::format("{:<{}}  {:<{}}  {}", what, wide, in, middle, first)) +
      '\n';
  for (const Row& row : rows) {
    text += "  " + fmt::format("{:<{}}  ", row.what, wide);
    text += paint(row.tone, fmt::format("{:<{}}", row.in, middle));
    text += "  " + row.first + '\n';
  }
  return text + '\n';
}

std::string property_table(const Scenario& scenario, const SeedsSummary& summary,
                           bool knobs_changed, Paint paint) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < summary.properties.size(); ++i) {
    const Property& property = properties()[i];
    const SeedCount& violated = summary.properties[i].violated;
    const bool expected = is_expected(scenario, knobs_changed, property);
    if (violated.runs == 0 && !expected) continue;
    rows.push_back({std::string(property.name), share(violated, summary), seed_text(violated),
                    expected ? Tone::doubtful : Tone::bad});
  }
  if (rows.empty()) return {};
  return table("property", "violated in", "first seed", rows, paint);
}

std::string expectation_table(const Scenario& scenario, const SeedsSummary& summary, Paint paint) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < summary.expectations.size(); ++i) {
    const SeedsSummary::ExpectationCount& count = summary.expectations[i];
    const bool judged = count.met.runs + count.failed.runs > 0;
    rows.push_back({expectation_text(scenario.expect[i]),
                    judged ? share(count.met, summary) : "not judged", seed_text(count.failed),
                    count.failed.runs > 0 ? Tone::bad : judged ? Tone::good : Tone::doubtful});
  }
  return table("expected", "met in", "first seed without", rows, paint);
}

// Properties of which no run met the antecedent.
std::size_t count_untried(const SeedsSummary& summary) {
  return static_cast<std::size_t>(std::count_if(
      summary.properties.begin(), summary.properties.end(),
      [](const auto& property) { return property.judged && property.tried.runs == 0; }));
}

void seed_or_null(JsonWriter& json, std::string_view key, const SeedCount& count) {
  if (count.runs == 0) {
    json.null(key);
  } else {
    json.number(key, count.first_seed);
  }
}

}  // namespace

void SeedCount::add(std::uint64_t seed) { merge({1, seed}); }

void SeedCount::merge(const SeedCount& other) {
  if (other.runs == 0) return;
  first_seed = runs == 0 ? other.first_seed : std::min(first_seed, other.first_seed);
  runs += other.runs;
}

void SeedsSummary::add(const RunResult& result) {
  ++done;
  events += result.events;
  steps += result.steps;
  if (!result.passed) failed.add(result.seed);
  if (!result.missed.empty()) missed.add(result.seed);
  properties.resize(std::max(properties.size(), result.records.size()));
  for (std::size_t i = 0; i < result.records.size(); ++i) {
    const PropertyRecord& record = result.records[i];
    properties[i].judged = record.judged;
    if (record.antecedents != 0 || record.violations != 0) properties[i].tried.add(result.seed);
    if (record.violations != 0) properties[i].violated.add(result.seed);
    if (record.reached != 0) properties[i].reached.add(result.seed);
  }
  expectations.resize(std::max(expectations.size(), result.expectations.size()));
  for (std::size_t i = 0; i < result.expectations.size(); ++i) {
    switch (result.expectations[i].verdict) {
      case Verdict::met: expectations[i].met.add(result.seed); break;
      case Verdict::failed: expectations[i].failed.add(result.seed); break;
      case Verdict::not_judged: expectations[i].not_judged.add(result.seed); break;
    }
  }
}

void SeedsSummary::merge(const SeedsSummary& other) {
  done += other.done;
  events += other.events;
  steps += other.steps;
  failed.merge(other.failed);
  missed.merge(other.missed);
  properties.resize(std::max(properties.size(), other.properties.size()));
  for (std::size_t i = 0; i < other.properties.size(); ++i) {
    properties[i].judged = properties[i].judged || other.properties[i].judged;
    properties[i].tried.merge(other.properties[i].tried);
    properties[i].violated.merge(other.properties[i].violated);
    properties[i].reached.merge(other.properties[i].reached);
  }
  expectations.resize(std::max(expectations.size(), other.expectations.size()));
  for (std::size_t i = 0; i < other.expectations.size(); ++i) {
    expectations[i].met.merge(other.expectations[i].met);
    expectations[i].failed.merge(other.expectations[i].failed);
    expectations[i].not_judged.merge(other.expectations[i].not_judged);
  }
}

std::string seeds_text(const Scenario& scenario, const SeedsSummary& summary, bool knobs_changed,
                       Paint paint) {
  std::string text = fmt::format(
      "scenario  {} ({}, seeds {} to {})\n\n",
      paint(Tone::strong, printable_text(scenario.name)), knobs_text(scenario), summary.first_seed,
      summary.first_seed + (summary.asked - 1));
  text += property_table(scenario, summary, knobs_changed, paint);
  text += expectation_table(scenario, summary, paint);
  const std::size_t untried = count_untried(summary);
  if (untried > 0) {
    text += paint(Tone::quiet, "untried");
    text += fmt::format("   {} {} in every run\n", untried,
                        untried == 1 ? "property" : "properties");
  }
  if (summary.missed.runs > 0) {
    text += paint(Tone::bad, "missed");
    text += fmt::format("    in {} something could not happen, the first seed is {}\n",
                        share(summary.missed, summary), summary.missed.first_seed);
  }
  text += paint(Tone::strong, "verdict") + "   ";
  if (summary.done < summary.asked) {
    text += paint(Tone::doubtful, "interrupted");
    text += fmt::format(" after {} of {} seeds, ", summary.done, summary.asked);
  }
  if (summary.failed.runs == 0) {
    text += paint(Tone::good, "passed");
    text += ": " + counted(static_cast<std::int64_t>(summary.done), "seed");
  } else {
    text += paint(Tone::bad, "failed");
    text += fmt::format(": {} of {} seeds, the first is {}", summary.failed.runs, summary.done,
                        summary.failed.first_seed);
  }
  return text + fmt::format(" ({})\n", work_text(summary.events, summary.steps));
}

void write_seeds(JsonWriter& json, std::string_view key, const Scenario& scenario,
                 const SeedsSummary& summary, bool knobs_changed) {
  json.begin_object(key);
  json.number("first_seed", summary.first_seed);
  json.number("asked", summary.asked);
  json.number("done", summary.done);
  json.number("failed", summary.failed.runs);
  seed_or_null(json, "first_failed_seed", summary.failed);
  json.number("missed_in", summary.missed.runs);
  seed_or_null(json, "first_missed_seed", summary.missed);
  json.number("events", summary.events);
  json.number("steps", summary.steps);
  json.begin_array("properties");
  for (std::size_t i = 0; i < summary.properties.size(); ++i) {
    const SeedsSummary::PropertyCount& count = summary.properties[i];
    const Property& property = properties()[i];
    if (!count.judged && count.reached.runs == 0) continue;
    json.begin_object();
    json.text("name", property.name);
    json.number("tried_in", count.tried.runs);
    json.number("violated_in", count.violated.runs);
    json.number("reached_in", count.reached.runs);
    seed_or_null(json, "first_violated_seed", count.violated);
    json.boolean("expected", is_expected(scenario, knobs_changed, property));
    json.end_object();
  }
  json.end_array();
  json.begin_array("expectations");
  for (std::size_t i = 0; i < summary.expectations.size(); ++i) {
    const SeedsSummary::ExpectationCount& count = summary.expectations[i];
    json.begin_object();
    json.number("line", scenario.expect[i].line);
    json.text("expects", expectation_text(scenario.expect[i]));
    json.number("met_in", count.met.runs);
    json.number("failed_in", count.failed.runs);
    json.number("not_judged_in", count.not_judged.runs);
    seed_or_null(json, "first_failed_seed", count.failed);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace holdfast
