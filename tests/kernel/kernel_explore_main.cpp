// Explores the kernel and prints what a model checker would: for comparing with others, and for
// measuring. Its memory is that of the process, from before the exploration to its peak.
#include <sys/resource.h>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <holdfast/cli/exit_status.h>
#include <holdfast/cli/interrupt.h>
#include <holdfast/tests/support/kernel_explore.h>

namespace holdfast {
namespace {

struct Request {
  KernelBounds bounds;
  ExploreOptions options;
  std::string format = "text";
  std::string keep = "states";
  double most_seconds = 0;
  std::uint64_t most_megabytes = 0;
  bool progress = false;
};

struct Usage {
  double user_s;
  std::uint64_t peak_bytes;
};

Usage usage_now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {static_cast<double>(usage.ru_utime.tv_sec) +
              static_cast<double>(usage.ru_utime.tv_usec) / 1e6,
          static_cast<std::uint64_t>(usage.ru_maxrss) * 1024};
}

void show(const ExploreProgress& progress) {
  fmt::print(stderr, "{} states  depth {}  {} states/s  frontier {}  {} MB\n", progress.states,
             progress.depth, progress.states_per_s, progress.frontier, progress.bytes >> 20);
}

template <class K>
std::string traces_text(const K& kernel, const Exploration& all) {
  std::string text;
  for (int property = 0; property < kernel.properties(); ++property) {
    const Trace* trace = all.trace_of(property);
    text += fmt::format("\n{}: ", kernel.property_name(property));
    if (trace == nullptr) {
      text += all.ending == Ending::complete ? "holds\n" : "no violation found\n";
      continue;
    }
    text += fmt::format("violated after {} transitions\n", trace->steps.size());
    for (std::size_t i = 0; i < trace->steps.size(); ++i) {
      text += fmt::format("  {:<22} {}\n", kernel.step_text(trace->states[i], trace->steps[i]),
                          kernel.state_text(trace->states[i + 1]));
    }
  }
  return text;
}

struct Measured {
  double seconds;
  double user_s;
  double bytes_per_state;
};

std::string text_of(const Request& request, const Exploration& all, const Measured& measured) {
  std::string text = fmt::format("ending       {}\n", name_of(all.ending));
  if (all.ending != Ending::complete) {
    text += fmt::format("             every state up to depth {} was expanded, no further claim\n",
                        all.complete_depth);
  }
  const auto count = [&](std::string_view name, std::uint64_t stored, std::uint64_t unreduced) {
    text += fmt::format("{:<12} {}", name, stored);
    if (request.options.symmetry) text += fmt::format("   unreduced {}", unreduced);
    text += '\n';
  };
  count("states", all.stored.states, all.unreduced.states);
  count("transitions", all.stored.transitions, all.unreduced.transitions);
  text += fmt::format("depth        {}\n", all.depth);
  count("dead", all.stored.dead, all.unreduced.dead);
  constexpr std::array<std::string_view, 3> names = {"reserved", "running", "both"};
  for (PropertySet set = 1; set <= 3; ++set) {
    count(names[set - 1], all.states_violating(set), all.unreduced_violating(set));
  }
  text += fmt::format("seconds      {:.3f}   user {:.3f}   states/s {:.0f}\n", measured.seconds,
                      measured.user_s, static_cast<double>(all.stored.states) / measured.seconds);
  text += fmt::format("bytes        {:.1f} per state, process; {} in the set\n",
                      measured.bytes_per_state, all.bytes);
  if (request.options.keep == Keep::hashes) {
    text += fmt::format("hashes       a state was missed with a probability of at most {:.2g}\n",
                        all.collision_bound);
  }
  return text;
}

template <class K>
std::string json_of(const K& kernel, const Exploration& all, const Measured& measured) {
  std::string text = fmt::format(
      "{{\"ending\": \"{}\", \"complete_depth\": {}, \"states\": {}, \"transitions\": {}, "
      "\"depth\": {}, \"dead\": {}, \"unreduced_states\": {}, \"unreduced_transitions\": {}, "
      "\"unreduced_dead\": {}, \"invariants\": [",
      name_of(all.ending), all.complete_depth, all.stored.states, all.stored.transitions, all.depth,
      all.stored.dead, all.unreduced.states, all.unreduced.transitions, all.unreduced.dead);
  for (int property = 0; property < kernel.properties(); ++property) {
    const PropertySet set = PropertySet{1} << property;
    const Trace* trace = all.trace_of(property);
    text += fmt::format(
        "{}{{\"name\": \"{}\", \"violating\": {}, \"unreduced_violating\": {}, \"shortest\": {}, "
        "\"trace\": [",
        property == 0 ? "" : ", ", kernel.property_name(property), all.states_violating(set),
        all.unreduced_violating(set),
        trace == nullptr ? "null" : fmt::to_string(trace->steps.size()));
    for (std::size_t i = 0; trace != nullptr && i < trace->steps.size(); ++i) {
      text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ",
                          kernel.step_text(trace->states[i], trace->steps[i]));
    }
    text += "]}";
  }
  text += fmt::format(
      "], \"both\": {}, \"unreduced_both\": {}, \"seconds\": {:.3f}, \"user_seconds\": {:.3f}, "
      "\"bytes_per_state\": {:.1f}, \"collision_bound\": {:.3g}}}\n",
      all.states_violating(3), all.unreduced_violating(3), measured.seconds, measured.user_s,
      measured.bytes_per_state, all.collision_bound);
  return text;
}

ExitStatus explore_and_print(const Request& request) {
  const Usage before = usage_now();
  return with_kernel(request.bounds, [&](const auto& kernel) {
    const Exploration all = explore(kernel, request.options);
    const Usage after = usage_now();
    const auto states = static_cast<double>(std::max<std::uint64_t>(all.stored.states, 1));
    const Measured measured{static_cast<double>(all.elapsed_us) / 1e6, after.user_s - before.user_s,
                            static_cast<double>(after.peak_bytes - before.peak_bytes) / states};
    if (request.format == "json") {
      fmt::print("{}", json_of(kernel, all, measured));
    } else {
      fmt::print("{}{}", text_of(request, all, measured), traces_text(kernel, all));
    }
    if (all.ending == Ending::interrupted) return ExitStatus::interrupted;
    return all.ending == Ending::complete ? ExitStatus::good : ExitStatus::inconclusive;
  });
}

ExitStatus run(int argc, char** argv) {
  Request request;
  CLI::App app{"Explores the kernel: every state, shortest violations, counts."};
  app.add_option("P", request.bounds.pods, "pods")->required();
  app.add_option("T", request.bounds.tasks, "tasks")->required();
  app.add_option("R", request.bounds.restarts, "most restarts")->required();
  app.add_option("M", request.bounds.min_replicas, "min replicas")->required();
  app.add_option("fix2", request.bounds.fix2, "0 or 1")->required();
  app.add_option("fix3", request.bounds.fix3, "0 or 1")->required();
  app.add_option("--threads", request.options.threads, "1 to 64")->check(CLI::Range(1, 64));
  app.add_flag("--symmetry", request.options.symmetry, "take pods as interchangeable");
  app.add_option("--format", request.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option("--keep", request.keep, "states (exact) or hashes (states their risk)")
      ->check(CLI::IsMember({"states", "hashes"}));
  app.add_option("--max-states", request.options.most_states, "stop after so many states");
  app.add_option("--max-mb", request.most_megabytes, "stop when the set needs more memory");
  app.add_option("--max-seconds", request.most_seconds, "stop after so long");
  app.add_flag("--progress", request.progress, "a line a second on standard error");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::good : ExitStatus::refused;
  }
  const std::string refusal = kernel_refusal(request.bounds);
  if (!refusal.empty()) {
    fmt::print(stderr, "kernel_explore: {}\n", refusal);
    return ExitStatus::refused;
  }
  if (request.keep == "hashes") request.options.keep = Keep::hashes;
  if (request.most_megabytes != 0) request.options.most_bytes = request.most_megabytes << 20;
  if (request.most_seconds > 0) {
    request.options.most_us = static_cast<std::uint64_t>(request.most_seconds * 1e6);
  }
  if (request.progress) request.options.progress = show;
  catch_interrupts();
  request.options.interrupted = &interrupted();
  return explore_and_print(request);
}

}  // namespace
}  // namespace holdfast

int main(int argc, char** argv) { return static_cast<int>(holdfast::run(argc, argv)); }
