#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <holdfast/reports/pod_manifest.h>
#include <holdfast/sim/input/diagnostics.h>
#include <holdfast/sim/input/utf8.h>
#include <holdfast/sim/input/yaml.h>

namespace holdfast {
namespace {

TEST(PodManifest, OfTheSmallestConfig) {
  PoolConfig config;
  config.image = "agent";
  EXPECT_EQ(pod_manifest(config, "pool-a", {1762590434 * second}),
            "apiVersion: v1\n"
            "kind: Pod\n"
            "metadata:\n"
            "  name: iac-agent-pool-a-1762590434\n"
            "  namespace: terraform\n"
            "  labels:\n"
            "    app: iac-platform\n"
            "    component: agent\n"
            "    pool-id: pool-a\n"
            "spec:\n"
            "  restartPolicy: Never\n"
            "  containers:\n"
            "    - name: agent\n"
            "      image: agent\n"
            "      env:\n"
            "        - name: POOL_ID\n"
            "          value: pool-a\n"
            "        - name: POOL_TYPE\n"
            "          value: k8s\n"
            "        - name: IAC_AGENT_NAME\n"
            "          value: iac-agent-pool-a-1762590434\n"
            "        - name: IAC_AGENT_TOKEN\n"
            "          valueFrom:\n"
            "            secretKeyRef:\n"
            "              name: iac-agent-token-pool-a\n"
            "              key: token\n");
}

TEST(PodManifest, OfAFullConfig) {
  PoolConfig config;
  config.image = "registry.example.com:5000/agent:1.2";
  config.image_pull_policy = ImagePullPolicy::always;
  config.command = {"/bin/sh", "-c"};
  config.args = {"exec agent # now", "yes"};
  config.env = {{"ZED", "1"}, {"ALPHA", "a: b"}};
  config.resources.requests = {{"cpu", "250m"}};
  config.resources.limits = {{"memory", "2Gi"}, {"cpu", "1"}, {"nvidia.com/gpu", "1"}};
  const std::string manifest = pod_manifest(config, "42", {7 * second});
  EXPECT_EQ(manifest,
            "apiVersion: v1\n"
            "kind: Pod\n"
            "metadata:\n"
            "  name: iac-agent-42-7\n"
            "  namespace: terraform\n"
            "  labels:\n"
            "    app: iac-platform\n"
            "    component: agent\n"
            "    pool-id: \"42\"\n"
            "spec:\n"
            "  restartPolicy: Never\n"
            "  containers:\n"
            "    - name: agent\n"
            "      image: registry.example.com:5000/agent:1.2\n"
            "      imagePullPolicy: Always\n"
            "      command:\n"
            "        - /bin/sh\n"
            "        - \"-c\"\n"
            "      args:\n"
            "        - \"exec agent # now\"\n"
            "        - \"yes\"\n"
            "      env:\n"
            "        - name: POOL_ID\n"
            "          value: \"42\"\n"
            "        - name: POOL_TYPE\n"
            "          value: k8s\n"
            "        - name: IAC_AGENT_NAME\n"
            "          value: iac-agent-42-7\n"
            "        - name: IAC_AGENT_TOKEN\n"
            "          valueFrom:\n"
            "            secretKeyRef:\n"
            "              name: iac-agent-token-42\n"
            "              key: token\n"
            "        - name: ALPHA\n"
            "          value: \"a: b\"\n"
            "        - name: ZED\n"
            "          value: \"1\"\n"
            "      resources:\n"
            "        requests:\n"
            "          cpu: \"250m\"\n"
            "        limits:\n"
            "          cpu: \"1\"\n"
            "          memory: \"2Gi\"\n"
            "          nvidia.com/gpu: \"1\"\n");
}

TEST(YamlScalar, IsQuotedWhereYamlWouldReadSomethingElse) {
  for (const char* text : {"a", "pool-a", "/bin/sh", "a:1.2", "KEY=value", "a@b", "e1"}) {
    EXPECT_EQ(yaml_scalar(text), text);
  }
  for (const std::string text : {"", "1", "1.5", "-", "-a", "true", "Yes", "NO", "null", "~", "a:",
                                 "a: b", "a #b", " a", "a ", "@a", "*a", "&a", "!a", "[a]", ".5",
                                 "y", "0x1", "2025-11-08", "22:00"}) {
    EXPECT_EQ(yaml_scalar(text), '"' + text + '"');
  }
  EXPECT_EQ(yaml_scalar("a\"b\\c\n\t\x01"), "\"a\\\"b\\\\c\\n\\t\\x01\"");
  EXPECT_EQ(yaml_scalar("\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF"), "\"\\x85\\u2028\\uFEFF\"");
}

// Written as a value and read by a YAML parser, any text comes back.
RC_GTEST_PROP(YamlScalar, AnyTextComesBack, ()) {
  const auto codes = *rc::gen::container<std::vector<int>>(rc::gen::oneOf(
      rc::gen::inRange(1, 0x100), rc::gen::inRange(0x2020, 0x2030),
      rc::gen::element(0x4E2D, 0xFEFF, 0xFFFE, 0xFFFF, 0x1F600)));
  std::string text;
  for (const int code : codes) {
    const auto byte = [&text](int value) { text += static_cast<char>(value); };
    if (code < 0x80) {
      byte(code);
    } else if (code < 0x800) {
      byte(0xC0 | (code >> 6)), byte(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      byte(0xE0 | (code >> 12)), byte(0x80 | ((code >> 6) & 0x3F)), byte(0x80 | (code & 0x3F));
    } else {
      byte(0xF0 | (code >> 18)), byte(0x80 | ((code >> 12) & 0x3F));
      byte(0x80 | ((code >> 6) & 0x3F)), byte(0x80 | (code & 0x3F));
    }
  }
  const auto made = make_source("x.yaml", "v:\n  - " + yaml_scalar(text) + "\n");
  RC_ASSERT(std::holds_alternative<Source>(made));
  const Source& source = std::get<Source>(made);
  Diagnostics diagnostics(source);
  const std::optional<Node> node = parse_yaml(source, diagnostics);
  RC_LOG() << diagnostics.render();
  RC_ASSERT(node.has_value());
  RC_ASSERT(node->at("v").items().at(0).text() == text);
  RC_ASSERT(node->at("v").items().at(0).scalar_type() == ScalarType::text);
}

}  // namespace
}  // namespace holdfast
