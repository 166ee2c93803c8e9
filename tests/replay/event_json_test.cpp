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
    std::string text;
    append_correlation(logged.event, names, logged.correlation);
    const std::string_view refusal = append_event(logged.event, names, logged.sequence,
                                                  logged.causation, logged.correlation, text);
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
  EXPECT_EQ(fault_of(replaced(good, R"("id":)", R"("subjects":"a","id":)")),
            "[subjects] the event has an unknown field 'subjects' (did you mean 'subject'?)");
  EXPECT_EQ(fault_of(replaced(good, R"("slot":0,)", R"("slot":0,"slot":0,)")),
            "[slot] data.slot is given twice");
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
  EXPECT_EQ(message("log.opened", "log.closed"),
            "type: a log begins with 'holdfast.log.opened', found 'holdfast.log.closed'");
  EXPECT_EQ(message(R"("format":1)", R"("format":2)"),
            "data.format: expected format 1, the one that this version reads, found 2");
  EXPECT_EQ(message(R"("slots":"four",)", ""), "data.knobs has no field 'slots'");
  EXPECT_EQ(message(R"("slots":"four")", R"("slots":"for")"),
            "data.knobs.slots: expected none, three or four, found 'for' "
            "(did you mean 'four'?)");
  EXPECT_EQ(message(R"("freeze_guard")", R"("freezeguard")"),
            "data.knobs has an unknown field 'freezeguard' (did you mean 'freeze_guard'?)");
  EXPECT_EQ(message(R"("workspace":"billing")", R"("workspace":"biling")"),
            "data: there is no workspace 'biling' (did you mean 'billing'?)");
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
