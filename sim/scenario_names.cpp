#include <holdfast/sim/scenario_names.h>

namespace holdfast {
namespace {

constexpr std::array cluster_verbs{Verb::list,       Verb::create,        Verb::remove,
                                   Verb::get_secret, Verb::create_secret, Verb::update_secret};
// A call that changes nothing and times out is one that fails.
constexpr std::array changing_verbs{Verb::create, Verb::remove, Verb::create_secret,
                                    Verb::update_secret};
constexpr std::array list_verb{Verb::list};
constexpr std::array database_verbs{Verb::query, Verb::save, Verb::send, Verb::lock, Verb::unlock};
constexpr std::array channel_verbs{Verb::send, Verb::receive};

constexpr std::array<CallFault, 6> call_table{{
    {Fault::cluster_error, "a call of the cluster API fails and changes nothing",
     &FaultRates::cluster_error_ppm, cluster_verbs},
    {Fault::cluster_timeout, "a call of the cluster API takes effect and its answer is lost",
     &FaultRates::cluster_timeout_ppm, changing_verbs},
    {Fault::stale_list, "a list call answers with what was true before",
     &FaultRates::stale_list_ppm, list_verb},
    {Fault::database_error, "a query or write of the database fails",
     &FaultRates::database_error_ppm, database_verbs},
    {Fault::message_lost, "a message between server and agent is lost",
     &FaultRates::message_lost_ppm, channel_verbs},
    {Fault::message_duplicated, "a message between server and agent comes twice",
     &FaultRates::message_duplicated_ppm, channel_verbs},
}};

constexpr std::array<Breakage, 6> breakage_table{{
    {Fault::pod_crash, "the container of some pod ends with an error", &FaultRates::pod_crash},
    {Fault::eviction, "some pod is evicted from its node", &FaultRates::eviction},
    {Fault::node_loss, "some pod is lost with its node", &FaultRates::node_loss},
    {Fault::agent_disconnect, "some agent's connection breaks", &FaultRates::agent_disconnect},
    {Fault::agent_silence, "some agent falls silent on a connection that stays open",
     &FaultRates::agent_silence},
    {Fault::replica_crash, "some server replica crashes", &FaultRates::replica_crash},
}};

// A member without a row could not be set by any scenario.
static_assert(sizeof(FaultRates) == call_table.size() * sizeof(std::int64_t) +
                                        breakage_table.size() * sizeof(Distribution) +
                                        sizeof(FaultRates::until_us));
static_assert(count_of<ActionKind> == static_cast<std::size_t>(ActionKind::lose_leader) + 1);
static_assert(count_of<ExpectationKind> ==
              static_cast<std::size_t>(ExpectationKind::eventually) + 1);

}  // namespace

std::span<const CallFault> call_faults() { return call_table; }

std::span<const Breakage> breakages() { return breakage_table; }

}  // namespace holdfast
