#include <holdfast/replay/event_subject.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include <holdfast/replay/event_json.h>
#include <holdfast/replay/json_text.h>

namespace holdfast {
namespace {

constexpr std::string_view pool_part = "/pool/";
constexpr std::string_view replica_part = "/replica/";

void append_numbered(std::string& out, std::string_view kind, std::uint16_t number) {
  if (number == none) return;
  out += kind;
  append_number(out, number);
}

void append_pod_of(const Event& event, const EntityNames& names, std::string& out) {
  if (event.type == EventType::pod_created) {
    names.append_new_pod(out, event.pool, event.time);
  } else {
    names.append_pod(out, event.pod);
  }
}

void append_task_of(const Event& event, const EntityNames& names, std::string& out) {
  if (event.type == EventType::task_submitted) {
    append_number(out, event.n[0]);
  } else {
    names.append_task(out, event.task);
  }
}

// Appends the first of the entities that the event has; false if it has none of them.
class Subject {
 public:
  Subject(const Event& event, const EntityNames& names, std::string& out)
      : event_(event), names_(names), out_(out) {}

  bool pod(std::string_view kind = "pod/") {
    if (event_.pod == none) return false;
    out_ += kind;
    append_pod_of(event_, names_, out_);
    return true;
  }
  bool task() {
    if (event_.task == none) return false;
    out_ += "task/";
    append_task_of(event_, names_, out_);
    return true;
  }
  bool pool() {
    if (event_.pool == none) return false;
    out_ += "pool/";
    names_.append_pool(out_, event_.pool);
    return true;
  }
  bool workspace() {
    if (event_.workspace == none) return false;
    out_ += "workspace/";
    names_.append_workspace(out_, event_.workspace);
    return true;
  }
  bool replica() {
    append_numbered(out_, "replica/", event_.replica);
    return event_.replica != none;
  }
  void memory() { append_numbered(out_, "memory/", event_.memory); }
  void procedure() { append_numbered(out_, "procedure/", event_.procedure); }
  void slot() {
    if (!pod() || event_.slot == no_slot) return;
    out_ += "/slot/";
    append_number(out_, static_cast<unsigned>(event_.slot));
  }

 private:
  const Event& event_;
  const EntityNames& names_;
  std::string& out_;
};

// What the events of a kind are about.
struct SubjectOf {
  std::string_view kind;  // how the type's name begins
  void (*append)(Subject&, const EventInfo&);
};
constexpr SubjectOf subjects[] = {
    {"pod", [](Subject& s, const EventInfo&) { s.pod(); }},
    {"memory", [](Subject& s, const EventInfo&) { s.memory(); }},
    {"slot", [](Subject& s, const EventInfo&) { s.slot(); }},
    {"task", [](Subject& s, const EventInfo&) { s.task(); }},
    {"queue",
     [](Subject& s, const EventInfo& type) {
       if (type.has(Field::task) && s.task()) return;
       if (type.has(Field::workspace) && s.workspace()) return;
       s.replica();
     }},
    {"autoscaler",
     [](Subject& s, const EventInfo& type) {
       if (!type.has(Field::pool) || !s.pool()) s.replica();
     }},
    {"agent", [](Subject& s, const EventInfo&) { s.pod("agent/"); }},
    {"server", [](Subject& s, const EventInfo&) { s.replica(); }},
    {"leader", [](Subject& s, const EventInfo&) { s.replica(); }},
    {"pool", [](Subject& s, const EventInfo&) { s.pool(); }},
    {"workspace", [](Subject& s, const EventInfo&) { s.workspace(); }},
    {"procedure", [](Subject& s, const EventInfo&) { s.procedure(); }},
    {"fault",
     [](Subject& s, const EventInfo&) {
       if (!s.pod()) s.replica();
     }},
    {"property",
     [](Subject& s, const EventInfo&) {
       if (!s.pod() && !s.task()) s.replica();
     }},
};

}  // namespace

void append_source(const EventOrigin& source, EventType type, const EntityNames& names,
                   std::string& out) {
  if (source.pool == none && source.replica == none) {
    out += default_source(type);
    return;
  }
  if (source.pool != none) {
    out += pool_part;
    names.append_pool(out, source.pool);
  }
  append_numbered(out, replica_part, source.replica);
}

bool read_source(std::string_view text, EventType type, const EntityNames& names,
                 EventOrigin& source) {
  source = {};
  if (text == default_source(type)) return true;
  const std::size_t replica = text.rfind(replica_part);
  if (replica != std::string_view::npos) {
    const std::string_view number = text.substr(replica + replica_part.size());
    const char* end = number.data() + number.size();
    const auto [rest, error] = std::from_chars(number.data(), end, source.replica);
    if (error != std::errc{} || rest != end || source.replica == none) return false;
    text = text.substr(0, replica);
    if (text.empty()) return true;
  }
  if (!text.starts_with(pool_part)) return false;
  const auto pool = names.pool_named(text.substr(pool_part.size()));
  if (pool) source.pool = *pool;
  return pool.has_value();
}

void append_subject(const Event& event, const EntityNames& names, std::string& out) {
  const EventInfo& type = info(event.type);
  const std::string_view kind = type.name.substr(0, type.name.find('.'));
  const auto found = std::find_if(std::begin(subjects), std::end(subjects),
                                  [&](const SubjectOf& row) { return row.kind == kind; });
  if (found == std::end(subjects)) return;
  Subject subject(event, names, out);
  found->append(subject, type);
}

void append_correlation(const Event& event, const EntityNames& names, std::string& out) {
  const EventInfo& type = info(event.type);
  Subject subject(event, names, out);
  if (type.has(Field::task) && subject.task()) return;
  if (type.has(Field::after)) {
    if (event.after.task != none) {
      out += "task/";
      return names.append_task(out, event.after.task);
    }
    if (event.after.pool != none) {
      out += "pool/";
      return names.append_pool(out, event.after.pool);
    }
  }
  if (type.has(Field::pod) && subject.pod()) return;
  if (type.has(Field::pool) && subject.pool()) return;
  subject.procedure();
}

void append_freeze(const std::vector<FreezeSchedule>& schedules, std::string& out) {
  out += '[';
  for (const FreezeSchedule& schedule : schedules) {
    if (&schedule != schedules.data()) out += ',';
    fmt::format_to(std::back_inserter(out),
                   FMT_COMPILE(R"({{"from_minute":{},"to_minute":{},"weekdays":[)"),
                   schedule.from_minute, schedule.to_minute);
    bool first = true;
    for (int weekday = 1; weekday <= 7; ++weekday) {
      if ((schedule.weekdays & weekday_bit(weekday)) == 0) continue;
      if (!first) out += ',';
      first = false;
      append_number(out, weekday);
    }
    out += "]}";
  }
  out += ']';
}

}  // namespace holdfast
