// The model against the recordings of the real platform, which lie beside the checkout or not at
// all. What they taught is kept without them by scenarios/found/.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <zlib.h>

#include <holdfast/tests/conformance/conformance.h>
#include <holdfast/tests/support/scratch_folder.h>

namespace holdfast {
namespace {

namespace fs = std::filesystem;

fs::path recordings() { return fs::path(HOLDFAST_SOURCE_DIR) / ".." / "shared" / "platform"; }

const Knobs& production() { return find_profile("production")->knobs; }

class Recorded : public testing::TestWithParam<const char*> {};

TEST_P(Recorded, the_model_does_what_the_platform_did) {
  const fs::path folder = recordings() / GetParam();
  if (!fs::is_directory(folder)) {
    GTEST_SKIP() << "no recordings beside the checkout: " << folder.lexically_normal();
  }
  const auto scripts = scripts_in(folder);
  EXPECT_FALSE(scripts.empty());
  for (const fs::path& script : scripts) {
    const Recording recording = read_recording(script);
    EXPECT_EQ(describe(recording, compare_with(recording, production())), "");
  }
}

INSTANTIATE_TEST_SUITE_P(of_the_platform, Recorded, testing::Values("hand", "random"),
                         [](const auto& folder) { return std::string(folder.param); });

// Scripts of our own, with many faults; the states are pinned as digests. They were once found
// equal to what an independent reading of the platform's source does.
TEST(Pinned, scripts_lead_where_they_did) {
  const fs::path folder = fs::path(HOLDFAST_SOURCE_DIR) / "tests" / "conformance" / "scripts";
  const auto scripts = scripts_in(folder);
  EXPECT_GE(scripts.size(), 20u);
  for (const fs::path& script : scripts) {
    const Recording recording = read_recording(script);
    if (std::getenv("HOLDFAST_UPDATE_GOLDEN") != nullptr) {
      const Verdict verdict = compare_with(recording, production(), Compare::nothing);
      EXPECT_EQ(describe(recording, verdict), "");
      std::ofstream out(folder / (recording.name + ".digests.txt"), std::ios::binary);
      for (const std::string& digest : verdict.digests) out << digest << '\n';
    }
    EXPECT_EQ(describe(read_recording(script), compare_with(read_recording(script), production())),
              "");
  }
}

// --- without the recordings ----------------------------------------------------------------------

constexpr const char* empty_state =
    R"("agents":[],"anom":[],"k8s":[],"pm":[],"restart":[],"tasks":[],"timers":[],"ws":[])";

Json state(const std::string& op, const std::string& change = "") {
  Json json = Json::parse("{" + std::string(empty_state) + R"(,"t":1767607200,"op":)" + op + "}");
  if (!change.empty()) json.update(Json::parse(change));
  return json;
}

TEST(conformance, says_operation_field_recorded_and_ours) {
  const Recording recording{
      "made-up",
      {state(R"({"op":"config"})"), state(R"({"op":"pool","pool":"p1","min":1,"max":3})"),
       state(R"({"op":"workspace","ws":"w1","pool":"p1"})",
             R"({"ws":[{"id":"w1","pool":"p1","locked":true}],"t":1767607201})")}};
  EXPECT_EQ(describe(recording, compare_with(recording, production())),
            "made-up: operation 2 of 3: {\"op\":\"workspace\",\"pool\":\"p1\",\"ws\":\"w1\"}\n"
            "  t\n    recorded  1767607201\n    ours      1767607200\n"
            "  ws[0].locked\n    recorded  true\n    ours      false\n");
}

TEST(conformance, says_which_operation_it_does_not_know) {
  const Recording recording{"made-up", {state(R"({"op":"jump"})")}};
  EXPECT_EQ(describe(recording, compare_with(recording, production())),
            "made-up: operation 0 of 1: {\"op\":\"jump\"}\n"
            "  the model refuses: no such operation: {\"op\":\"jump\"}\n");
}

TEST(conformance, an_operation_that_was_skipped_changes_nothing) {
  Json skipped = state(R"({"op":"agent_connect","pod":"nobody"})");
  skipped["skip"] = true;
  const Recording recording{"made-up", {state(R"({"op":"config"})"), skipped}};
  EXPECT_EQ(describe(recording, compare_with(recording, production())), "");
}

class Files : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name), std::ios::binary) << text;
  }
  void write_gz(const std::string& name, const std::string& text) const {
    gzFile file = gzopen(folder_.file(name).c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
  }
  std::string refusal(const std::string& script) const {
    try {
      read_recording(folder_.path() / script);
      return {};
    } catch (const std::exception& error) {
      return std::string(error.what()).substr(folder_.path().string().size() + 1);
    }
  }

  const ScratchFolder folder_;
};

TEST_F(Files, are_read_plain_and_packed_and_only_with_their_recording) {
  const std::string op = "{\"op\":\"note\"}\n";
  const std::string golden = state(R"({"op":"note"})").dump() + "\n";
  write("a.script.jsonl", "# a comment\n" + op);
  write("a.golden.jsonl", golden);
  write_gz("b.script.jsonl.gz", op);
  write_gz("b.golden.jsonl.gz", golden);
  write("alone.script.jsonl", op);
  const auto scripts = scripts_in(folder_.path());
  ASSERT_EQ(scripts.size(), 2u);
  for (const fs::path& script : scripts) {
    const Recording recording = read_recording(script);
    EXPECT_EQ(recording.states.size(), 1u);
    EXPECT_EQ(describe(recording, compare_with(recording, production())), "");
  }
}

TEST_F(Files, that_do_not_fit_together_are_refused) {
  write("a.script.jsonl", "{\"op\":\"note\"}\n{\"op\":\"note\"}\n");
  write("a.golden.jsonl", state(R"({"op":"note"})").dump() + "\n");
  EXPECT_EQ(refusal("a.script.jsonl"),
            "a.script.jsonl:2: its recording has another number of lines");
  write("b.script.jsonl", "{\"op\":\"note\"}\n");
  write("b.golden.jsonl", state(R"({"op":"drain"})").dump() + "\n");
  EXPECT_EQ(refusal("b.script.jsonl"),
            "b.script.jsonl:1: is another operation than the recording's");
  write("c.script.jsonl", "{\"op\":\"note\"}\n");
  write("c.golden.jsonl", "no JSON\n");
  EXPECT_EQ(refusal("c.script.jsonl"), "c.golden.jsonl:1: is no JSON object");
}

}  // namespace
}  // namespace holdfast
