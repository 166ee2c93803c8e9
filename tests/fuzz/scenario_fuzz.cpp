// Any bytes as a scenario and as a pool configuration: read, or refused with a message.
#include <cstddef>
#include <cstdint>
#include <string>

#include <holdfast/sim/input/pool_config_reader.h>
#include <holdfast/sim/scenario_reader.h>

namespace holdfast {
namespace {

// Says that a rule of the readers does not hold.
void require(bool holds) {
  if (!holds) __builtin_trap();
}

void read_text(const std::string& text) {
  const auto made = make_source("fuzz", text);
  const auto* source = std::get_if<Source>(&made);
  if (source == nullptr) {
    require(!render(std::get<Diagnostic>(made)).empty());
    return;
  }
  Diagnostics of_scenario(*source);
  const bool is_scenario = read_scenario(*source, of_scenario).has_value();
  require(is_scenario || !of_scenario.render().empty());
  Diagnostics of_pool(*source);
  const bool is_pool = read_pool_config(*source, of_pool).has_value();
  require(is_pool || !of_pool.render().empty());
}

}  // namespace
}  // namespace holdfast

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::read_text({reinterpret_cast<const char*>(data), size});
  return 0;
}
