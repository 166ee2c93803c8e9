// holdfast replay: what a log shows, event by event, how things stood, and what went wrong and why.
//
// A log is folded up to three times: for what it violates; if it does, for the causes; then for the
// timeline and for how things stood when it was decided. No more than one event of it is kept.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include <holdfast/cli/find_log.h>
#include <holdfast/cli/imported_log.h>
#include <holdfast/cli/log_times.h>
#include <holdfast/cli/options.h>
#include <holdfast/reports/labelled.h>
#include <holdfast/reports/only_about.h>
#include <holdfast/reports/plain_text.h>
#include <holdfast/reports/replay_report.h>
#include <holdfast/reports/time_text.h>
#include <holdfast/reports/timeline.h>
#include <holdfast/reports/verdict.h>
#include <holdfast/reports/world_view.h>
#include <holdfast/sim/input/nearest_name.h>
#include <holdfast/sim/input/scalar.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/scenario_reader_parts.h>

namespace holdfast {

extern const Command replay_command;

namespace {

// An eventual property that is to be judged.
struct Within {
  std::string_view property;
  std::int64_t us = 0;
};

struct ReplayRequest {
  std::string path;
  Whom whom;
  std::string at;                // as given; empty: the log's end
  std::vector<Within> within;
  TimelineForm timeline = TimelineForm::brief;
  Format format = Format::text;
  bool quiet = false;
  bool lenient = false;
  ImportOptions import;          // of a text log
  std::string zone;              // as given; empty: the log's own
  std::string start;
};

// Carries out one request.
class Replay {
 public:
  Replay(const ReplayRequest& request, FoundLog found, Terminal& terminal)
      : request_(request),
        found_(std::move(found)),
        terminal_(terminal),
        replayer_(found_.input, {.lenient = request.lenient}) {}

  ExitStatus run();

 private:
  std::string point_fault();
  std::string whom_fault(const OnlyAbout& whom) const;
  bool judge(Judge& judge, OnlyAbout& whom);
  bool explain();
  bool tell();
  void print_text(const Judge& judge, const OnlyAbout& whom);
  void print_json(const Judge& judge, const OnlyAbout& whom);
  ExitStatus refuse_log();

  Moment start() const {
    const Moment start = replayer_.header().start;
    return start == never ? Moment{0} : start;
  }
  // In which times are given and shown: for a log of others its own, for that of a run UTC.
  std::int64_t zone_us() const {
    if (!request_.zone.empty()) return request_.import.zone_us;
    return replayer_.header().imported.empty() ? 0 : replayer_.header().zone_us;
  }
  WorldViewOptions view_of(const OnlyAbout& whom) const {
    return {replayer_.header().start, whom.pod(), whom.task(), !request_.whom.everybody(),
            zone_us()};
  }
  std::string doubt() const;
  bool as_text() const { return request_.format == Format::text; }
  // Whether the bound of an eventual property is given as an option.
  bool is_given(std::string_view property) const {
    return std::any_of(request_.within.begin(), request_.within.end(),
                       [&](const Within& within) { return within.property == property; });
  }
  std::string log_line() const;
  std::string state_line() const;
  std::string repeat_command(const Violation& violation) const;
  void print_part(const std::string& text);

  const ReplayRequest& request_;
  FoundLog found_;
  Terminal& terminal_;
  Replayer replayer_;
  ReplayPoint until_;
  EarliestMoment earliest_;
  std::optional<Findings> findings_;
  bool printed_ = false;
};

ExitStatus Replay::run() {
  if (!replayer_.open()) return refuse_log();
  const std::string bad_point = point_fault();
  if (!bad_point.empty()) return refuse(replay_command, terminal_, bad_point);
  const Setup setup = replayer_.header().setup;
  Judge judge(setup);
  OnlyAbout whom(setup, request_.whom, nullptr);
  if (!this->judge(judge, whom)) return refuse_log();
  const std::string nobody = whom_fault(whom);
  if (!nobody.empty()) return refuse(replay_command, terminal_, nobody);
  findings_.emplace(judge.records(), setup, start(), terminal_.paint(), zone_us());
  if (!explain() || !tell()) return refuse_log();
  if (as_text()) {
    print_text(judge, whom);
  } else {
    print_json(judge, whom);
  }
  if (!findings_->findings().empty()) return ExitStatus::failed;
  return doubt().empty() ? ExitStatus::good : ExitStatus::inconclusive;
}

// Why a log that shows no violation may all the same have had one.
std::string Replay::doubt() const {
  if (!replayer_.passed_over().empty()) return replayer_.passed_over().text();
  return nothing_told(found_, replayer_);
}

ExitStatus Replay::refuse_log() {
  for (const Diagnostic& note : replayer_.notes()) terminal_.complain(render(note));
  if (replayer_.error()) terminal_.complain(render(*replayer_.error()));
  return ExitStatus::refused;
}

// --- the three times -----------------------------------------------------------------------------

bool Replay::judge(Judge& judge, OnlyAbout& whom) {
  if (replayer_.header().start != never) judge.begin_at(replayer_.header().start);
  for (const Within& within : request_.within) judge.judge_within(within.property, within.us);
  for (const auto& [property, us] : replayer_.header().within) {
    if (!is_given(property)) judge.judge_within(property, us);
  }
  Observer* const observers[] = {&judge, &whom, &earliest_};
  if (!replayer_.run(observers, until_)) return false;
  judge.finish(replayer_.world(), replayer_.clock());
  return true;
}

bool Replay::explain() {
  if (findings_->findings().empty()) return true;
  Observer* const observers[] = {&*findings_};
  if (!replayer_.run(observers, until_)) return false;
  findings_->watch_decisions();
  return true;
}

// Prints the timeline while the log is folded.
bool Replay::tell() {
  const bool tells = as_text() && !request_.quiet && request_.timeline != TimelineForm::none;
  if (as_text() && !request_.quiet) {
    print_part(log_line() + imported_line(found_, replayer_, tells, terminal_.paint()));
  }
  if (!tells && findings_->findings().empty()) return true;
  const Violation* violation =
      findings_->findings().empty() ? nullptr : &findings_->findings().front().record->first;
  const Setup setup = replayer_.header().setup;
  AssumedMarks marks(replayer_);
  const std::int64_t length_us =
      std::max<std::int64_t>(replayer_.clock().now().us - start().us, 0);
  Timeline::Options options{tells ? request_.timeline : TimelineForm::none, start(), length_us,
                            violation, terminal_.paint()};
  options.tells_given = replayer_.header().imported.empty();
  options.before_us = options.tells_given ? 0 : earliest_.before_us(start());
  options.source_line = [&] { return replayer_.source_line(); };
  options.type_known = [&](std::uint64_t sequence) {
    return !std::binary_search(found_.guessed_types.begin(), found_.guessed_types.end(), sequence);
  };
  Timeline timeline(setup, std::move(options),
                    [&, is_first = true](std::string_view line) mutable {
                      terminal_.print(is_first ? "\n" : "");
                      is_first = false;
                      terminal_.print(marks.marked(line));
                    });
  OnlyAbout narrowed(setup, request_.whom, &timeline);
  const std::vector<ImportNote> nothing;
  ImportedLines lines(replayer_, request_.whom.everybody() ? found_.notes : nothing, timeline,
                      findings_->findings());
  Observer* const observers[] = {&marks, &lines, &narrowed, &*findings_};
  if (!replayer_.run(observers, until_)) return false;
  lines.finish();
  timeline.finish();
  findings_->finish(replayer_.world(), replayer_.clock());
  for (Finding& finding : findings_->findings()) {
    finding.repeat = repeat_command(finding.record->first);
  }
  return true;
}

// --- what is printed -----------------------------------------------------------------------------

std::string Replay::log_line() const {
  const LogHeader& header = replayer_.header();
  std::string text = printable_text(found_.input.path);
  if (!found_.imported) {
    text += fmt::format(" ({}profile {}, seed {})",
                        header.scenario.empty() ? "" : printable_text(header.scenario) + ", ",
                        printable_text(header.profile), header.seed);
  }
  text += ": " + counted(static_cast<std::int64_t>(replayer_.folded()), "event");
  if (header.start != never) {
    const Moment now = replayer_.clock().now();
    text += now < header.start
                ? fmt::format(" up to {}", date_and_time(now, zone_us()))
                : fmt::format(" from {} to {}", date_and_time(header.start, zone_us()),
                              time_of_day(now, header.start, zone_us()));
  }
  return labelled("log", text, Tone::strong, terminal_.paint());
}

std::string Replay::state_line() const {
  std::string text = replayer_.sequence() == log_opened_sequence
                         ? std::string("before the first event")
                         : fmt::format("after event {}", replayer_.sequence());
  if (replayer_.clock().timed()) {
    text += ", at " + time_of_day(replayer_.clock().now(), start(), zone_us());
  }
  if (!replayer_.stopped()) text += ", the last of the log";
  return labelled("state", text, Tone::strong, terminal_.paint());
}

// The command that shows the violation again, as the last thing that it shows.
std::string Replay::repeat_command(const Violation& violation) const {
  if (request_.path == "-") return {};
  std::string command = "holdfast replay " + shell_quoted(request_.path);
  if (violation.sequence != 0) {
    command += fmt::format(" --at {}", violation.sequence);
  } else {
    command += " --at " + instant_text({violation.time.us + 1});
    for (const Within& within : request_.within) {
      if (within.property != violation.property->name) continue;
      command += fmt::format(" --within {}={}", within.property, duration_text(within.us));
    }
  }
  if (!request_.zone.empty()) command += " --zone " + shell_quoted(request_.zone);
  if (!request_.start.empty()) command += " --start " + shell_quoted(request_.start);
  return request_.lenient ? command + " --lenient" : command;
}

// Parts have an empty line between them.
void Replay::print_part(const std::string& text) {
  if (printed_) terminal_.print("\n");
  printed_ = true;
  terminal_.print(text);
}

void Replay::print_text(const Judge& judge, const OnlyAbout& whom) {
  const Paint paint = terminal_.paint();
  if (!request_.at.empty()) {
    print_part(state_line() + world_text(replayer_.world(), replayer_.header().setup,
                                         replayer_.clock(), view_of(whom), paint));
  }
  for (const Finding& finding : findings_->findings()) {
    print_part(finding_text(finding, start(), paint, zone_us()));
  }
  const ReplayVerdict verdict{doubt(), !replayer_.header().imported.empty()};
  if (!request_.quiet) print_part(replay_verdict_text(judge.records(), verdict, paint));
  for (const Diagnostic& note : replayer_.notes()) terminal_.complain(render(note));
  if (!replayer_.passed_over().empty()) {
    terminal_.print(labelled("lenient", replayer_.passed_over().text(), Tone::doubtful, paint));
  }
  if (replayer_.warning()) terminal_.complain(render(*replayer_.warning()));
}

void Replay::print_json(const Judge& judge, const OnlyAbout& whom) {
  const LogHeader& header = replayer_.header();
  JsonWriter json;
  json.begin_object();
  json.text("command", "replay");
  json.text("file", found_.input.path);
  json.text("scenario", header.scenario);
  json.text("profile", header.profile);
  json.number("seed", header.seed);
  if (header.start == never) {
    json.null("start");
  } else {
    json.text("start", instant_text(header.start));
  }
  write_imported(json, found_, replayer_);
  json.number("events", replayer_.folded());
  json.number("last_event", replayer_.sequence());
  json.boolean("stopped", replayer_.stopped());
  if (replayer_.warning()) {
    json.text("warning", replayer_.warning()->message);
  } else {
    json.null("warning");
  }
  json.number("passed_over", replayer_.passed_over().total());
  json.number("gaps", replayer_.passed_over().gaps);
  if (request_.at.empty()) {
    json.null("state");
  } else {
    write_world(json, "state", replayer_.world(), header.setup, replayer_.clock(), view_of(whom));
  }
  json.begin_array("violations");
  for (const Finding& finding : findings_->findings()) write_finding(json, finding);
  json.end_array();
  json.begin_array("tried");
  for (const PropertyRecord& record : judge.records()) {
    if (record.judged && record.antecedents != 0) json.text(record.property->name);
  }
  json.end_array();
  json.boolean("violated", !findings_->findings().empty());
  if (doubt().empty()) {
    json.null("doubt");
  } else {
    json.text("doubt", doubt());
  }
  json.end_object();
  terminal_.print(json.finish());
}

// --- the request ---------------------------------------------------------------------------------

std::string Replay::point_fault() {
  if (request_.at.empty()) return {};
  const auto read = read_replay_point(request_.at, replayer_.header().start, zone_us());
  if (const auto* fault = std::get_if<std::string>(&read)) return "--at: " + *fault;
  until_ = std::get<ReplayPoint>(read);
  return {};
}

std::string Replay::whom_fault(const OnlyAbout& whom) const {
  const std::string where = until_.is_end() ? "in this log" : "in this log so far";
  if (until_.sequence && replayer_.sequence() < *until_.sequence && !replayer_.stopped()) {
    return fmt::format("--at {}: the log ends with event {}", request_.at, replayer_.sequence());
  }
  if (!whom.found_task()) {
    return fmt::format("--task {}: there is no such task {}", *request_.whom.task, where);
  }
  if (whom.found_pod()) return {};
  if (request_.whom.pod) {
    return fmt::format("--pod: there is no pod {} {}", in_quotes(*request_.whom.pod), where);
  }
  return fmt::format("--pod {}: there are not so many pods {}; they count from 0",
                     *request_.whom.pod_ordinal, where);
}

// Empty, or why it is refused.
std::string read_within(const std::string& text, std::vector<Within>& out) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string name = text.substr(0, equals);
  const Property* property = find_property(name);
  if (property == nullptr || property->kind != PropertyKind::eventually) {
    std::vector<std::string> names;
    for (const Property& one : properties()) {
      if (one.kind == PropertyKind::eventually) names.emplace_back(one.name);
    }
    const std::string hint = did_you_mean(name, names);
    return fmt::format("--within: there is no eventual property {}{}{}", in_quotes(name),
                       hint.empty() ? "" : "; ", hint);
  }
  const auto length = parse_duration(equals == text.size() ? "" : text.substr(equals + 1));
  if (!length.value) {
    return fmt::format("--within: expected PROPERTY=DURATION, found {}", in_quotes(text));
  }
  out.push_back({property->name, *length.value});
  return {};
}

// Empty, or why the arguments are refused.
std::string read_request(const Arguments& arguments, ReplayRequest& request) {
  request.path = arguments.operands().front();
  request.at = arguments.text("--at");
  request.format = format_of(arguments);
  request.quiet = is_quiet(arguments);
  request.lenient = arguments.has("--lenient");
  const std::string form = arguments.text("--timeline");
  if (form == "all") request.timeline = TimelineForm::all;
  if (form == "none") request.timeline = TimelineForm::none;
  if (arguments.has("--task")) {
    request.whom.task = static_cast<std::uint32_t>(arguments.count("--task", 0));
  }
  if (arguments.has("--pod")) {
    const std::string pod = arguments.text("--pod");
    const auto ordinal = parse_integer(pod);
    if (ordinal.value && *ordinal.value >= 0) {
      request.whom.pod_ordinal = static_cast<std::uint64_t>(*ordinal.value);
    } else {
      request.whom.pod = pod;
    }
  }
  request.zone = arguments.has("--zone") ? arguments.text("--zone") : "";
  request.start = arguments.has("--start") ? arguments.text("--start") : "";
  request.import.keep_notes = true;
  const std::string bad_times = read_log_times(arguments, request.import);
  if (!bad_times.empty()) return bad_times;
  for (const std::string& within : arguments.all("--within")) {
    const std::string fault = read_within(within, request.within);
    if (!fault.empty()) return fault;
  }
  return {};
}

ExitStatus run_replay(const Arguments& arguments, Terminal& terminal) {
  ReplayRequest request;
  const std::string bad_request = read_request(arguments, request);
  if (!bad_request.empty()) return refuse(replay_command, terminal, bad_request);
  FoundLog found = find_log(request.path, request.import);
  if (!found.fault.empty()) {
    terminal.complain(found.fault + '\n');
    return ExitStatus::refused;
  }
  if (!request.start.empty() && !found.imported) {
    return refuse(replay_command, terminal, "--start goes with a text log of the platform");
  }
  return Replay(request, std::move(found), terminal).run();
}

constexpr std::array options{
    OptionInfo{.name = "--at",
               .value = "POINT",
               .about = "fold no further than this and print how things stand there: a sequence "
                        "(57), an instant (2025-11-08T15:50:18Z), a time of the log's day "
                        "(15:50:18.104233) or a duration after its start (+18s)",
               .takes = Takes::text},
    OptionInfo{.name = "--task",
               .value = "N",
               .about = "tell only what concerns this task",
               .takes = Takes::count,
               .high = 0xFFFF'FFFF},
    OptionInfo{.name = "--pod",
               .value = "POD",
               .about = "tell only what concerns this pod: its name, or its place in the order of "
                        "creation, from 0",
               .takes = Takes::text},
    OptionInfo{.name = "--within",
               .value = "PROPERTY=DURATION",
               .about = "judge this eventual property by this bound: what is owed must be given "
                        "so soon; the log of a run has the bounds of its scenario",
               .takes = Takes::text,
               .repeatable = true},
    OptionInfo{.name = "--lenient",
               .value = {},
               .about = "pass over lines that are wrong, and say at the end how many"},
    OptionInfo{.name = "--zone",
               .value = "OFFSET",
               .about = "the zone in which times are given and shown, and in which a text log was "
                        "written, as an offset from UTC; +08:00 for a log of the platform, Z for "
                        "the log of a run",
               .takes = Takes::text},
    start_option,
    timeline_option,
};

constexpr Example examples[] = {
    {"holdfast replay restart.jsonl", "what happened, what was violated, and why"},
    {"holdfast replay restart.jsonl --at 15:50:18 --task 598",
     "how things stood, truth beside belief, for one task"},
    {"holdfast replay server.log --at 14:02:40 --timeline all",
     "the platform's own log, imported on the spot, up to a time of the server's clock"},
};

}  // namespace

const Command replay_command{
    .name = "replay",
    .about = "fold a log and print what happened, what was violated and why",
    .description =
        "Folds an event log (.jsonl, .jsonl.zst), or the platform's own text log, which is "
        "imported on the spot, and prints its timeline and every property that it violates: what, "
        "where, the chain of causes, and truth against belief before the decision. Of a text log "
        "the lines are told that stand behind the events, and those that matter although there is "
        "no event for them; with --timeline all every line without an event. With --at the log is "
        "read up to there only. A line that is wrong ends the reading; a log that was cut off is "
        "read up to its last whole event. Exit status: 0 nothing was violated, 1 something was, 2 "
        "the log cannot be read, 3 nothing was violated in what could be read, but lines were "
        "passed over by --lenient, or none tells an event. As JSON: an object with `violations` "
        "and, with --at, `state`.",
    .operand = {.name = "LOG",
                .about = "an event log or a text log of the platform; - is standard input",
                .takes = Takes::file,
                .least = 1,
                .most = 1},
    .options = options,
    .examples = examples,
    .run = run_replay,
};

}  // namespace holdfast
