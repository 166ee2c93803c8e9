// The two records that an event may carry whole, member by member: a task's row and a procedure.
// One list for writer, reader and schema. A member at its default is left out, but for a row's
// status. Constant data.
#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>

#include <holdfast/model/names.h>
#include <holdfast/model/world.h>

namespace holdfast {

// What a number or a set of numbers stands for. `plain`: itself.
enum class Names : std::uint8_t { plain, pool, workspace, task, pod, slot };

template <typename Record, typename Value, Names Kind>
struct Member {
  std::string_view key;
  Value Record::*value;

  static constexpr Names names = Kind;
  using Type = Value;
};

template <Names Kind = Names::plain, typename Record, typename Value>
constexpr Member<Record, Value, Kind> member(std::string_view key, Value Record::*value) {
  return {key, value};
}

// The members of Record. A procedure's stack is not among them: it is a list of steps.
template <typename Record>
inline constexpr std::tuple<> members_of{};

template <>
inline constexpr auto members_of<TaskRow> = std::tuple{
    member("status", &TaskRow::status),
    member("stage", &TaskRow::stage),
    member("confirmed", &TaskRow::confirmed),
    member<Names::pod>("agent", &TaskRow::agent),
    member("retry_count", &TaskRow::retry_count),
    member("started", &TaskRow::started),
    member("completed", &TaskRow::completed),
};

template <>
inline constexpr auto members_of<Procedure> = std::tuple{
    member("replica", &Procedure::replica),
    member("memory", &Procedure::memory),
    member<Names::pod>("sender", &Procedure::sender),
    member<Names::pool>("pool", &Procedure::pool),
    member<Names::workspace>("workspace", &Procedure::workspace),
    member<Names::task>("task", &Procedure::task),
    member<Names::pod>("pod", &Procedure::pod),
    member<Names::slot>("slot", &Procedure::slot),
    member<Names::pod>("agent", &Procedure::agent),
    member("action", &Procedure::action),
    member("outcome", &Procedure::outcome),
    member("failed", &Procedure::failed),
    member("flag", &Procedure::flag),
    member("count", &Procedure::count),
    member("wanted", &Procedure::wanted),
    member("removed", &Procedure::removed),
    member("reason", &Procedure::reason),
    member("min_replicas", &Procedure::min_replicas),
    member("max_replicas", &Procedure::max_replicas),
    member("later", &Procedure::later),
    member("wake", &Procedure::wake),
    member("row", &Procedure::row),
    member<Names::pod>("pods", &Procedure::pods),
    member<Names::pod>("dead", &Procedure::dead),
    member<Names::task>("running", &Procedure::running),
    member<Names::task>("waiting", &Procedure::waiting),
};

// Does not compile when a member was added that is not written: see the two lists above.
inline void all_members_are_listed(const TaskRow& row, const Procedure& procedure) {
  [[maybe_unused]] const auto& [a, b, c, d, e, f, g] = row;
  static_assert(std::tuple_size_v<std::remove_cvref_t<decltype(members_of<TaskRow>)>> == 7);
  [[maybe_unused]] const auto& [depth, stack, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12,
                                p13, p14, p15, p16, p17, p18, p19, p20, p21, p22, p23, p24, p25,
                                p26] =
      procedure;
  static_assert(std::tuple_size_v<std::remove_cvref_t<decltype(members_of<Procedure>)>> == 26);
}

// Calls visit(member) for every member of Record.
template <typename Record, typename Visit>
constexpr void for_each_member(Visit&& visit) {
  std::apply([&](const auto&... members) { (visit(members), ...); }, members_of<Record>);
}

}  // namespace holdfast
