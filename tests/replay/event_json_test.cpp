// One event as one line, both ways.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include <holdfast/replay/event_fields.h>
#include <holdfast/replay/event_json.h>
#include <holdfast/tests/replay/random_events.h>

namespace holdfast {
namespace {

// The line of an event, without its line break and with what a reader needs behind it.
struct Line {
  std::string text;
  std::size_t size = 0;

  explicit Line(std::string line) : text(std::move(line)), size(text.size()) {
    text.append(line_padding, '#');
  }
  std::string_view view() const { return std::string_view(text).substr(0, size); }
};

EntityNames small_names() { return {small_setup(), named_world()}; }

std::string written(const Event& event, std::uint64_t sequence = 42,
                    std::uint64_t causation = 41, std::string_view correlation = "task/598") {
  std::string text;
  const std::string_view refusal =
      append_event(event, small_names(), sequence, causation, correlation, text);
  EXPECT_EQ(refusal, "");
  if (!text.empty()) text.pop_back();
  return text;
}

// "[what the place marks] message (hint)" for a line that is refused.
std::string fault_of(const std::string& text) {
  const Line line(text);
  LoggedEvent event;
  LineReader reader;
  const LineFault* fault = reader.read_event(line.view(), small_names(), event);
  if (fault == nullptr) return "read";
  std::string result =
      "[" + std::string(line.view().substr(fault->offset, fault->length)) + "] " + fault->message;
  if (!fault->hint.empty()) result += " (" + fault->hint + ")";
  return result;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " in " << text;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

Event slot_reserved() {
  Event e;
  e.type = EventType::slot_reserved;
  e.time = {1762617188'123456};
  e.pool = 0;
  e.replica = e.memory = 0;
  e.procedure = 3;
  e.pod = 0;
  e.slot = 0;
  e.task = 1;
  e.task_type = TaskType::plan_and_apply;
  e.reason = Reason::report;
  return e;
}

Event advanced() {
  Event e;
  e.type = EventType::procedure_advanced;
  e.time = {1762617188'000001};
  e.procedure = 12;
  e.after.depth = 2;
  e.after.stack[0] = *[] { return std::optional<Frame>{{Program{12}, 1}}; }();
  e.after.stack[1] = {Program{1}, 0};
  e.after.replica = e.after.memory = 0;
  e.after.pool = 1;
  e.after.pods.insert(0);
  return e;
}

TEST(EventJson, an_event_is_a_cloud_event_on_one_line) {
  EXPECT_EQ(written(slot_reserved()),
            R"({"specversion":"1.0","id":"42","source":"/pool/pool-a/replica/0",)"
            R"("type":"holdfast.slot.reserved",)"
            R"("subject":"pod/iac-agent-pool-a-1762590434/slot/0",)"
            R"("time":"2025-11-08T15:53:08.123456Z","sequence":"42","causationid":"41",)"
            R"("correlationid":"task/598","data":{"memory":0,"task":599,)"
            R"("pod":"iac-agent-pool-a-1762590434","slot":0,"task_type":"plan_and_apply",)"
            R"("reason":"report","procedure":3}})");
}

TEST(EventJson, an_event_that_is_assumed_says_so_and_no_other_does) {
  std::string text;
  ASSERT_EQ(append_event(slot_reserved(), small_names(), 42, 41, "task/598", text, true), "");
  EXPECT_NE(text.find(R"("correlationid":"task/598","assumed":true,"data":)"), std::string::npos)
      << text;
  EXPECT_EQ(written(slot_reserved()).find("assumed"), std::string::npos);
}

TEST(EventJson, an_event_that_was_imported_names_its_line) {
  const auto with_line = [](std::int64_t source_line) {
    std::string text;
    EXPECT_EQ(append_event(slot_reserved(), small_names(), 42, 41, "task/598", text, true,
                           source_line),
              "");
    return text;
  };
  EXPECT_NE(with_line(8).find(R"("assumed":true,"sourceline":8,"data":)"), std::string::npos);
  // What CloudEvents has no number for.
  EXPECT_EQ(with_line(std::int64_t{1} << 31U).find("sourceline"), std::string::npos);
  EXPECT_EQ(with_line(0).find("sourceline"), std::string::npos);
}

TEST(EventJson, a_procedure_is_its_stack_and_what_it_carries) {
  EXPECT_EQ(written(advanced(), 7, no_causation, ""),
            R"({"specversion":"1.0","id":"7","source":"/pool/pool-b/replica/0",)"
            R"("type":"holdfast.procedure.advanced","subject":"procedure/12",)"
            R"("time":"2025-11-08T15:53:08.000001Z","sequence":"7","data":{"procedure":12,)"
            R"("after":{"stack":["autoscaler_cycle.b","sync_pods.a"],"replica":0,"memory":0,)"
            R"("pool":"pool-b","pods":["iac-agent-pool-a-1762590434"]}}})");
}

RC_GTEST_PROP(EventJson, every_type_with_any_fields_comes_back_equal, ()) {
  const EntityNames names = small_names();
  LineReader reader;
  for (const EventInfo& type : event_table()) {
    LoggedEvent logged;
    logged.event = random_event(type.type);
    logged.sequence = *rc::gen::inRange<std::uint64_t>(1, UINT64_MAX);
    logged.causation = *rc::gen::inRange<std::uint64_t>(0, logged.sequence);
    logged.assumed = *rc::gen::arbitrary<bool>();
    logged.source_line = *rc::gen::inRange<std::int64_t>(0, most_source_line);
    std::string text;
    append_correlation(logged.event, names, logged.correlation);
    const std::string_view refusal =
        append_event(logged.event, names, logged.sequence, logged.causation, logged.correlation,
                     text, logged.assumed, logged.source_line);
    RC_ASSERT(refusal == "");
    RC_ASSERT(std::count(text.begin(), text.end(), '\n') == 1);
    text.pop_back();
    const Line line(text);
    LoggedEvent read;
    const LineFault* fault = reader.read_event(line.view(), names, read);
    if (fault != nullptr) RC_FAIL(fault->message + "\n" + text);
    if (!(read == logged)) RC_FAIL("not equal: " + text);
  }
}

TEST(EventJson, the_keys_may_stand_in_any_order) {
  const Line line(R"({"data":{"slot":0,"reason":"report","procedure":3,)"
                  R"("task_type":"plan_and_apply","task":599,)"
                  R"("pod":"iac-agent-pool-a-1762590434","memory":0},"sequence":"42",)"
                  R"("correlationid":"task/598","causationid":"41",)"
                  R"("time":"2025-11-08T15:53:08.123456Z","source":"/pool/pool-a/replica/0",)"
                  R"("subject":"pod/iac-agent-pool-a-1762590434/slot/0",)"
                  R"("datacontenttype":"application/json",)"
                  R"("type":"holdfast.slot.reserved" , "id":"42","specversion":"1.0"} )");
  LoggedEvent read;
  LineReader reader;
  const LineFault* fault = reader.read_event(line.view(), small_names(), read);
  ASSERT_EQ(fault, nullptr) << fault->message;
  EXPECT_EQ(read.event, slot_reserved());
  EXPECT_EQ(read.sequence, 42U);
  EXPECT_EQ(read.causation, 41U);
}

TEST(EventJson, says_what_is_wrong_with_a_line) {
  const std::string good = written(slot_reserved());
  EXPECT_EQ(fault_of(good), "read");
  EXPECT_EQ(fault_of(""), "[] expected an event, found an empty line");
  EXPECT_EQ(fault_of("[1]"), "[[] expected an event, a JSON object, found '[1]'");
  EXPECT_EQ(fault_of(good + "}"), "[}] expected the end of the line after the event");
  EXPECT_EQ(fault_of(replaced(good, "slot.reserved", "slot.resreved")),
            "[\"holdfast.slot.resreved\"] type: unknown event type 'holdfast.slot.resreved' "
            "(did you mean 'holdfast.slot.reserved'?)");
  EXPECT_EQ(fault_of(replaced(good, R"("slot":0,)", "")), "[{] data has no field 'slot'");
  EXPECT_EQ(fault_of(replaced(good, R"("id":"42",)", "")), "[{] the event has no field 'id'");
  EXPECT_EQ(fault_of(replaced(good, R"("memory":0,)", R"("memroy":0,)")),
            "[memroy] data has an unknown field 'memroy' (did you mean 'memory'?)");
  EXPECT_EQ(fault_of(replaced(good, R"("subject":)", R"("subjects":)")),
            "[subjects] the event has an unknown field 'subjects' (did you mean 'subject'?)");
  EXPECT_EQ(fault_of(replaced(good, R"("slot":0,)", R"("slot":0,"slot":0,)")),
            "[slot] data.slot is given twice");
}

// --- extension attributes ---

std::string with_attribute(const std::string& attribute) {
  return replaced(written(slot_reserved()), R"("id":)", attribute + R"(,"id":)");
}

TEST(EventJson, attributes_that_a_broker_adds_are_accepted_and_ignored) {
  LineReader reader;
  LoggedEvent without;
  const Line plain(written(slot_reserved()));
  ASSERT_EQ(reader.read_event(plain.view(), small_names(), without), nullptr);
  for (const char* attribute :
       {R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01")",
        R"("tracestate":"")", R"("partitionkey":"pod/7")", R"("sequencetype":"Integer")",
        R"("sampledrate":2147483647)", R"("retries":-2147483648)", R"("redelivered":true)",
        R"("dlq":false)", R"("expirytime":null)", R"("uid":"7")", R"("date":"today")",
        R"("x1":"\u4e2d")", R"("subjects":"a")", R"("dataschema":"https://example.com/schema")",
        R"("anamethatislongerthantwentycharacters":1)"}) {
    const Line line(with_attribute(attribute));
    LoggedEvent read;
    const LineFault* fault = reader.read_event(line.view(), small_names(), read);
    ASSERT_EQ(fault, nullptr) << attribute << ": " << fault->message;
    EXPECT_EQ(read, without) << attribute;
  }
}

TEST(EventJson, an_attribute_that_cloud_events_does_not_allow_is_refused) {
  constexpr const char* rule =
      " (an extension attribute has only small letters and digits in its name)";
  EXPECT_EQ(fault_of(with_attribute(R"("trace_parent":"00")")),
            std::string("[trace_parent] the event has an unknown field 'trace_parent'") + rule);
  EXPECT_EQ(fault_of(with_attribute(R"("Key":"00")")),
            std::string("[Key] the event has an unknown field 'Key'") + rule);
  EXPECT_EQ(fault_of(with_attribute(R"("":"00")")),
            std::string("[] the event has an unknown field ''") + rule);
  constexpr const char* expected = "expected text, a whole number of 32 bits, true, false or null";
  EXPECT_EQ(fault_of(with_attribute(R"("trace":{"parent":"00"})")),
            std::string("[{] trace: ") + expected + ", found an object");
  EXPECT_EQ(fault_of(with_attribute(R"("keys":["a"])")),
            std::string("[[] keys: ") + expected + ", found a list");
  EXPECT_EQ(fault_of(with_attribute(R"("rate":0.5)")),
            std::string("[0.5] rate: ") + expected + ", found 0.5");
  EXPECT_EQ(fault_of(with_attribute(R"("rate":2147483648)")),
            std::string("[2147483648] rate: ") + expected + ", found 2147483648");
  EXPECT_EQ(fault_of(with_attribute(R"("key":"a","key":"a")")), "[key] key is given twice");
}

TEST(EventJson, a_misspelt_attribute_is_no_extension) {
  const std::string good = written(slot_reserved());
  const auto misspelt = [&](const std::string& name, const std::string& as) {
    return fault_of(replaced(good, '"' + name + "\":", '"' + as + "\":"));
  };
  const auto told = [](const std::string& as, const std::string& name) {
    return '[' + as + "] the event has an unknown field '" + as + "' (did you mean '" + name +
           "'?)";
  };
  EXPECT_EQ(misspelt("sequence", "sequnce"), told("sequnce", "sequence"));
  EXPECT_EQ(misspelt("causationid", "causatonid"), told("causatonid", "causationid"));
  EXPECT_EQ(misspelt("causationid", "causationId"), told("causationId", "causationid"));
  EXPECT_EQ(misspelt("correlationid", "correlation"), told("correlation", "correlationid"));
  EXPECT_EQ(misspelt("time", "tiem"), told("tiem", "time"));
  EXPECT_EQ(misspelt("data", "dat"), told("dat", "data"));
  EXPECT_EQ(misspelt("type", "typ"), told("typ", "type"));
  EXPECT_EQ(fault_of(with_attribute(R"("asumed":true)")), told("asumed", "assumed"));
}

TEST(EventJson, an_attribute_that_is_null_is_not_there) {
  const std::string good = written(slot_reserved());
  const Line line(replaced(replaced(good, R"("causationid":"41")", R"("causationid":null)"),
                           R"("correlationid":"task/598")",
                           R"("correlationid":null,"assumed":null,"dataschema":null)"));
  LoggedEvent read;
  LineReader reader;
  const LineFault* fault = reader.read_event(line.view(), small_names(), read);
  ASSERT_EQ(fault, nullptr) << fault->message;
  EXPECT_EQ(read.causation, no_causation);
  EXPECT_EQ(read.correlation, "");
  EXPECT_FALSE(read.assumed);
  EXPECT_EQ(fault_of(replaced(good, R"("id":"42")", R"("id":null)")),
            "[{] the event has no field 'id'");
  EXPECT_EQ(fault_of(with_attribute(R"("assumed":1)")),
            "[1] assumed: expected true or false, found 1");
  EXPECT_EQ(fault_of(with_attribute(R"("sourceline":0)")),
            "[0] sourceline: expected a whole number from 1 to 2147483647, found 0");
}

TEST(EventJson, says_which_value_is_wrong) {
  const std::string good = written(slot_reserved());
  EXPECT_EQ(fault_of(replaced(good, R"("slot":0,)", R"("slot":"x",)")),
            "[\"x\"] data.slot: expected a slot number from 0 to 3, found 'x'");
  EXPECT_EQ(fault_of(replaced(good, R"("slot":0,)", R"("slot":4,)")),
            "[4] data.slot: expected a slot number from 0 to 3, found 4");
  EXPECT_EQ(fault_of(replaced(good, R"("report")", R"("reprot")")),
            "[\"reprot\"] data.reason: expected a known name, found 'reprot' "
            "(did you mean 'report'?)");
  EXPECT_EQ(fault_of(replaced(good, R"("plan_and_apply")", R"("apply")")),
            "[\"apply\"] data.task_type: expected plan, plan_and_apply or drift_check, "
            "found 'apply'");
  EXPECT_EQ(fault_of(replaced(good, R"("task":599)", R"("task":600)")),
            "[600] data.task: there is no task '600'");
  EXPECT_EQ(fault_of(replaced(good, R"("pod":"iac-agent-pool-a-1762590434")",
                              R"("pod":"iac-agent-pool-a-1762590435")")),
            "[\"iac-agent-pool-a-1762590435\"] data.pod: there is no pod "
            "'iac-agent-pool-a-1762590435' "
            "(did you mean 'iac-agent-pool-a-1762590439'?)");
  EXPECT_EQ(fault_of(replaced(good, "T15:53:08.123456Z", "T15:53:08Z")),
            "[\"2025-11-08T15:53:08Z\"] time: expected an instant such as "
            "'2025-11-08T15:53:08.123456Z', found '2025-11-08T15:53:08Z'");
  EXPECT_EQ(fault_of(replaced(good, "2025-11-08T", "2025-02-30T")),
            "[\"2025-02-30T15:53:08.123456Z\"] time: expected an instant such as "
            "'2025-11-08T15:53:08.123456Z', found '2025-02-30T15:53:08.123456Z'");
  EXPECT_EQ(fault_of(replaced(good, "1.0", "0.3")),
            "[\"0.3\"] specversion: expected '1.0', found '0.3'");
  EXPECT_EQ(fault_of(replaced(good, R"("id":"42")", R"("id":"43")")),
            "[\"43\"] id: expected '42' as in sequence, found '43'");
  EXPECT_EQ(fault_of(replaced(good, R"("causationid":"41")", R"("causationid":"42")")),
            "[\"42\"] causationid: expected the id of an earlier event, found '42'");
  EXPECT_EQ(fault_of(replaced(good, "/slot/0", "/slot/1")),
            "[\"pod/iac-agent-pool-a-1762590434/slot/1\"] subject: expected "
            "'pod/iac-agent-pool-a-1762590434/slot/0', "
            "found 'pod/iac-agent-pool-a-1762590434/slot/1'");
  EXPECT_EQ(fault_of(replaced(good, "/pool/pool-a/replica/0", "/pool/pool-c")),
            "[\"/pool/pool-c\"] source: expected '/cluster', found '/pool/pool-c'");
}

TEST(EventJson, says_what_is_wrong_in_a_procedure) {
  const std::string good = written(advanced(), 7, no_causation, "");
  EXPECT_EQ(fault_of(good), "read");
  EXPECT_EQ(fault_of(replaced(good, "sync_pods.a", "sync_pod.a")),
            "[\"sync_pod.a\"] data.after.stack: expected a step such as \"sync_pods.a\", "
            "found 'sync_pod.a' "
            "(did you mean 'sync_pods.a'?)");
  EXPECT_EQ(fault_of(replaced(good, R"("autoscaler_cycle.b","sync_pods.a")", "")),
            "[{] data.after has no field 'stack'");
  EXPECT_EQ(fault_of(replaced(good, R"("memory":0)", R"("wanted":40000)")),
            "[40000] data.after.wanted: expected a whole number from -32768 to 32767, found 40000");
  EXPECT_EQ(fault_of(replaced(good, R"("memory":0)", R"("row":{"stage":"none"})")),
            "[{] data.after.row has no field 'status'");
}

TEST(EventJson, what_has_no_line_is_refused_and_leaves_the_text_alone) {
  const auto refusal_of = [](const auto& change) {
    Event e = slot_reserved();
    change(e);
    std::string text = "before";
    const std::string refusal(append_event(e, small_names(), 1, 0, "", text));
    EXPECT_EQ(text, "before");
    return refusal;
  };
  EXPECT_EQ(refusal_of([](Event& e) { e.time = {INT64_MAX}; }),
            "a moment is outside the years 1 to 9999");
  EXPECT_EQ(refusal_of([](Event& e) { e.pool = 2; }),
            "the setup does not have its pool or workspace");
  EXPECT_EQ(refusal_of([](Event& e) { e.slot = 4; }), "a slot number is not below 4");
  EXPECT_EQ(refusal_of([](Event& e) { e.type = EventType::procedure_started; }),
            "a procedure stands at no step of its program");
  EXPECT_EQ(refusal_of([](Event& e) {
              e.type = EventType::pod_created;
              e.pod = none;
            }),
            "what it makes has no place, no pool or no workspace");
}

TEST(EventJson, the_header_comes_back_equal) {
  std::string text;
  ASSERT_EQ(append_header(full_header(), text), "");
  text.pop_back();
  const Line line(text);
  LogHeader header;
  LineReader reader;
  const LineFault* fault = reader.read_header(line.view(), header);
  ASSERT_EQ(fault, nullptr) << fault->message << '\n' << text;
  EXPECT_EQ(header, full_header());
}

// Leaving out what is not there, so that the log of a run has no trace of what imports have.
TEST(EventJson, what_a_header_does_not_know_is_not_in_it) {
  LogHeader header = full_header();
  header.imported.clear();
  header.within.clear();
  header.end = never;
  header.events = 0;
  std::string text;
  ASSERT_EQ(append_header(header, text), "");
  for (const char* key : {"imported", "within", "\"end\"", "\"events\""}) {
    EXPECT_EQ(text.find(key), std::string::npos) << key;
  }
  text.pop_back();
  const Line line(text);
  LogHeader read = full_header();
  LineReader reader;
  ASSERT_EQ(reader.read_header(line.view(), read), nullptr);
  EXPECT_EQ(read, header);
}

TEST(EventJson, a_header_that_contradicts_itself_is_not_written) {
  const auto refusal_of = [](const auto& change) {
    LogHeader header = full_header();
    change(header);
    std::string text = "before";
    const std::string refusal(append_header(header, text));
    EXPECT_EQ(text, "before");
    return refusal;
  };
  EXPECT_EQ(refusal_of([](LogHeader& h) { h.end = {h.start.us - 1}; }),
            "its end lies before its start");
  EXPECT_EQ(refusal_of([](LogHeader& h) { h.start = never; }), "its end lies before its start");
  EXPECT_EQ(refusal_of([](LogHeader& h) { h.within["slot_rules"] = 1; }),
            "a bound is of no eventual property, or no duration");
  EXPECT_EQ(refusal_of([](LogHeader& h) { h.within["pool_settles"] = -1; }),
            "a bound is of no eventual property, or no duration");
}

TEST(EventJson, says_what_is_wrong_with_a_header) {
  std::string good;
  ASSERT_EQ(append_header(full_header(), good), "");
  good.pop_back();
  const auto message = [&](std::string_view from, std::string_view to) -> std::string {
    const Line line(replaced(good, from, to));
    LogHeader header;
    LineReader reader;
    const LineFault* fault = reader.read_header(line.view(), header);
    if (fault == nullptr) return "read";
    return fault->message + (fault->hint.empty() ? "" : " (" + fault->hint + ")");
  };
  EXPECT_EQ(message("log.opened", "log.opened"), "read");
  EXPECT_EQ(message("log.opened", "log.closed"),
            "type: a log begins with 'holdfast.log.opened', found 'holdfast.log.closed'");
  EXPECT_EQ(message(R"("format":1)", R"("format":2)"),
            "data.format: expected format 1, the one that this version reads, found 2");
  EXPECT_EQ(message(R"("slots":"four",)", ""), "read");  // from before there was that knob
  EXPECT_EQ(message(R"("slots":"four")", R"("slots":"for")"),
            "data.knobs.slots: expected none, three or four, found 'for' "
            "(did you mean 'four'?)");
  EXPECT_EQ(message(R"("freeze_guard")", R"("freezeguard")"),
            "data.knobs has an unknown field 'freezeguard' (did you mean 'freeze_guard'?)");
  EXPECT_EQ(message(R"("workspace":"billing")", R"("workspace":"biling")"),
            "data: there is no workspace 'biling' (did you mean 'billing'?)");
  EXPECT_EQ(message(R"("pool_settles":"90s")", R"("pool_settle":"90s")"),
            "data.within has an unknown field 'pool_settle' (did you mean 'pool_settles'?)");
  EXPECT_EQ(message(R"("pool_settles":"90s")", R"("slot_rules":"90s")"),
            "data.within has an unknown field 'slot_rules'");
  EXPECT_EQ(message(R"("pool_settles":"90s")", R"("pool_settles":90)"),
            "data.within.pool_settles: expected a duration such as \"10s\", found 90");
  EXPECT_EQ(message(R"("pool_settles":"90s")", R"("pool_settles":"soon")"),
            "data.within.pool_settles: expected a duration such as \"10s\", found 'soon'");
  EXPECT_EQ(message(R"("imported":"platform")", R"("imported":"")"),
            "data.imported: expected a kind of log, found ''");
  EXPECT_EQ(message(R"("end":"2025)", R"("end":"2024)"),
            "data.end: expected an instant that is not before data.start");
  EXPECT_EQ(message(R"("end":")", R"("end":null,"x":")"),
            "data.end: expected an instant such as \"2025-11-08T15:53:08.123456Z\", found null");
  EXPECT_EQ(message(R"("sequence":"0")", R"("sequence":"0","assumed":true)"),
            "assumed: expected none, found true");
  EXPECT_EQ(message(R"("sequence":"0")", R"("sequence":"0","sourceline":7)"),
            "sourceline: expected none, found 7");
  EXPECT_EQ(message(R"("sequence":"0")", R"("sequence":"0","traceparent":"00-1")"), "read");
}

TEST(EventJson, the_keys_of_every_type_differ) {
  for (const EventInfo& type : event_table()) {
    std::vector<std::string> keys;
    for (const DataField& field : data_fields(type.type)) {
      EXPECT_NE(field.key, "") << type.name;
      keys.push_back(field.key);
    }
    std::sort(keys.begin(), keys.end());
    EXPECT_EQ(std::adjacent_find(keys.begin(), keys.end()), keys.end()) << type.name;
  }
}

}  // namespace
}  // namespace holdfast
