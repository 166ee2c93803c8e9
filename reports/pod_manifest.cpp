#include <holdfast/reports/pod_manifest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <vector>

#include <fmt/format.h>

#include <holdfast/model/names_of_entities.h>

namespace holdfast {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Words that YAML 1.1 or 1.2 reads as null or a boolean, in lower case.
bool is_reserved_word(std::string_view text) {
  constexpr std::array<std::string_view, 9> words{"null", "true", "false", "yes", "no",
                                                  "on",   "off",  "y",     "n"};
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(words.begin(), words.end(), lower) != words.end();
}

// Starts with a letter or a path's slash, so it is no number and no marker of YAML, and holds only
// characters without a meaning there; a colon has one before a blank or at the end.
bool is_safe_plain(std::string_view text) {
  if (text.empty() || (!is_letter(text.front()) && text.front() != '/')) return false;
  if (text.back() == ':' || is_reserved_word(text)) return false;
  constexpr std::string_view harmless = "-_./:@=";
  return std::all_of(text.begin(), text.end(), [harmless](char c) {
    return is_letter(c) || is_digit(c) || harmless.find(c) != std::string_view::npos;
  });
}

std::string double_quoted(std::string_view text) {
  std::string result = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::string_view rest = text.substr(i);
    if (byte == '"' || byte == '\\') {
      result += '\\';
      result += text[i];
    } else if (byte == '\n') {
      result += "\\n";
    } else if (byte == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else if (byte == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(rest[1]));  // U+0080 to U+009F
      ++i;
    } else if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
      result += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (rest.starts_with("\xEF\xBB\xBF")) {
      result += "\\uFEFF";
      i += 2;
    } else if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      result += rest[2] == '\xBE' ? "\\uFFFE" : "\\uFFFF";
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result + "\"";
}

void add_list(std::string& yaml, std::string_view key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  yaml += fmt::format("      {}:\n", key);
  for (const std::string& text : texts) yaml += fmt::format("        - {}\n", yaml_scalar(text));
}

void add_variable(std::string& yaml, std::string_view name, std::string_view value) {
  yaml += fmt::format("        - name: {}\n          value: {}\n", yaml_scalar(name),
                      yaml_scalar(value));
}

void add_environment(std::string& yaml, const PoolConfig& config, std::string_view pool_id,
                     std::string_view name) {
  yaml += "      env:\n";
  add_variable(yaml, "POOL_ID", pool_id);
  add_variable(yaml, "POOL_TYPE", "k8s");
  add_variable(yaml, "IAC_AGENT_NAME", name);
  yaml += "        - name: IAC_AGENT_TOKEN\n          valueFrom:\n            secretKeyRef:\n";
  yaml += fmt::format("              name: {}\n              key: token\n",
                      yaml_scalar(fmt::format("iac-agent-token-{}", pool_id)));
  for (const auto& [variable, value] : config.env) add_variable(yaml, variable, value);
}

void add_quantities(std::string& yaml, std::string_view key,
                    const std::map<std::string, std::string>& quantities) {
  if (quantities.empty()) return;
  yaml += fmt::format("        {}:\n", key);
  for (const auto& [resource, quantity] : quantities) {
    yaml += fmt::format("          {}: {}\n", yaml_scalar(resource), yaml_scalar(quantity));
  }
}

}  // namespace

std::string pod_manifest(const PoolConfig& config, std::string_view pool_id, Moment created) {
  const std::string name = pod_name(pool_id, created);
  std::string yaml = "apiVersion: v1\nkind: Pod\nmetadata:\n";
  yaml += fmt::format("  name: {}\n  namespace: terraform\n", yaml_scalar(name));
  yaml += "  labels:\n    app: iac-platform\n    component: agent\n";
  yaml += fmt::format("    pool-id: {}\n", yaml_scalar(pool_id));
  yaml += "spec:\n  restartPolicy: Never\n  containers:\n    - name: agent\n";
  yaml += fmt::format("      image: {}\n", yaml_scalar(config.image));
  if (config.image_pull_policy != ImagePullPolicy::cluster_default) {
    yaml += fmt::format("      imagePullPolicy: {}\n", name_of(config.image_pull_policy));
  }
  add_list(yaml, "command", config.command);
  add_list(yaml, "args", config.args);
  add_environment(yaml, config, pool_id, name);
  const PoolResources& resources = config.resources;
  if (!resources.requests.empty() || !resources.limits.empty()) yaml += "      resources:\n";
  add_quantities(yaml, "requests", resources.requests);
  add_quantities(yaml, "limits", resources.limits);
  return yaml;
}

std::string yaml_scalar(std::string_view text) {
  return is_safe_plain(text) ? std::string(text) : double_quoted(text);
}

}  // namespace holdfast
