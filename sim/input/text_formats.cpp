#include <holdfast/sim/input/text_formats.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include <holdfast/sim/input/nearest_name.h>

namespace holdfast {

namespace {

constexpr std::size_t max_pool_name = 42;
constexpr std::size_t max_image_name = 500;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z'); }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

bool is_quantity_suffix(std::string_view suffix) {
  constexpr std::array<std::string_view, 16> suffixes{"",  "n", "u",  "m",  "k",  "M",  "G",  "T",
                                                      "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  if (std::find(suffixes.begin(), suffixes.end(), suffix) != suffixes.end()) return true;
  if (suffix.empty() || (suffix[0] != 'e' && suffix[0] != 'E')) return false;
  suffix.remove_prefix(1);
  if (suffix.starts_with('+') || suffix.starts_with('-')) suffix.remove_prefix(1);
  return !suffix.empty() && skip_digits(suffix, 0) == suffix.size();
}

// Suffixes that people write and Kubernetes does not know.
std::string quantity_hint(std::string_view number, std::string_view suffix) {
  struct Slip {
    std::string_view wrong;
    std::string_view right;
  };
  constexpr std::array<Slip, 14> slips{{{"MB", "M"},
                                        {"GB", "G"},
                                        {"TB", "T"},
                                        {"KB", "k"},
                                        {"kB", "k"},
                                        {"MiB", "Mi"},
                                        {"GiB", "Gi"},
                                        {"KiB", "Ki"},
                                        {"TiB", "Ti"},
                                        {"K", "k"},
                                        {"mi", "Mi"},
                                        {"gi", "Gi"},
                                        {"g", "G"},
                                        {"ki", "Ki"}}};
  for (const Slip& slip : slips) {
    if (suffix != slip.wrong) continue;
    return "did you mean '" + std::string(number) + std::string(slip.right) + "'?";
  }
  return {};
}

TextFault quantity_fault(std::string_view text) {
  if (text.starts_with('-')) return {"it cannot be negative", {}};
  std::string_view number = text;
  if (number.starts_with('+')) number.remove_prefix(1);
  const std::size_t before = skip_digits(number, 0);
  std::size_t end = before;
  std::size_t after = 0;
  if (end < number.size() && number[end] == '.') {
    after = skip_digits(number, end + 1) - (end + 1);
    end += 1 + after;
  }
  if (before + after == 0) return {"it must start with a number", {}};
  const std::string_view suffix = number.substr(end);
  if (is_quantity_suffix(suffix)) return {};
  return {"the suffixes are m, k, M, G, T, P, E and Ki, Mi, Gi, Ti, Pi, Ei",
          suffix.size() < 4 ? quantity_hint(number.substr(0, end), suffix) : ""};
}

// Letters, digits and '-', '_', '.' inside, at most 63 of them.
bool is_qualified_name(std::string_view text) {
  if (text.empty() || text.size() > 63) return false;
  if (!is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  });
}

bool is_domain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  char previous = '.';
  for (const char c : text) {
    if (!is_lower(c) && !is_digit(c) && c != '-' && c != '.') return false;
    const bool label_starts_wrong = previous == '.' && (c == '.' || c == '-');
    const bool label_ends_wrong = previous == '-' && c == '.';
    if (label_starts_wrong || label_ends_wrong) return false;
    previous = c;
  }
  return previous != '.' && previous != '-';
}

TextFault resource_fault(std::string_view text) {
  const std::vector<std::string> standard{"cpu", "memory", "ephemeral-storage"};
  if (std::find(standard.begin(), standard.end(), text) != standard.end()) return {};
  constexpr std::string_view pages = "hugepages-";
  if (text.starts_with(pages) && quantity_fault(text.substr(pages.size())).message.empty()) {
    return {};
  }
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const bool domain = is_domain(text.substr(0, slash));
    const bool right = domain && is_qualified_name(text.substr(slash + 1));
    return right ? TextFault{} : TextFault{"it is not <domain>/<name>", {}};
  }
  return {"without a domain only cpu, memory, ephemeral-storage and hugepages-<size> are known",
          did_you_mean(text, standard)};
}

TextFault environment_fault(std::string_view text) {
  if (text.empty()) return {"it must not be empty", {}};
  if (is_digit(text.front())) return {"it cannot start with a digit", {}};
  const bool right = std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  });
  return right ? TextFault{} : TextFault{"only letters, digits, '_', '-' and '.' are allowed", {}};
}

TextFault image_fault(std::string_view text) {
  if (text.empty()) return {"it must not be empty", {}};
  if (text.size() > max_image_name) return {"it is too long", {}};
  const bool right = std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("-_./:@").find(c) != std::string_view::npos;
  });
  if (!right) return {"only letters, digits and - _ . / : @ are allowed", {}};
  return is_alphanumeric(text.front()) ? TextFault{}
                                       : TextFault{"it must start with a letter or digit", {}};
}

TextFault pool_name_fault(std::string_view text) {
  if (text.empty()) return {"it must not be empty", {}};
  if (text.size() > max_pool_name) return {"at most 42 characters", {}};
  const bool letters = std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || is_digit(c) || c == '-';
  });
  if (!letters) return {"only lower case letters, digits and '-' are allowed", {}};
  const bool ends = text.front() != '-' && text.back() != '-';
  return ends ? TextFault{} : TextFault{"it must start and end with a letter or digit", {}};
}

}  // namespace

const TextFormat kubernetes_quantity{
    "a quantity such as 500m or 2Gi",
    "^\\+?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$", quantity_fault};

const TextFormat resource_name{
    "a resource such as cpu or memory",
    "^(cpu|memory|ephemeral-storage|hugepages-.+|[a-z0-9.-]+/[A-Za-z0-9._-]+)$", resource_fault};

const TextFormat environment_name{"the name of an environment variable",
                                  "^[A-Za-z_.-][A-Za-z0-9_.-]*$", environment_fault};

const TextFormat image_name{"the name of an image", "^[A-Za-z0-9][A-Za-z0-9_./:@-]{0,499}$",
                            image_fault};

const TextFormat pool_name{"the name of a pool", "^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$",
                           pool_name_fault};

}  // namespace holdfast
