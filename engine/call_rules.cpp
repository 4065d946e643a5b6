#include "engine/call_rules.hpp"

#include <string_view>

namespace sotto::engine {
namespace {

// A row that is short of a cell does not compile, for no rule is a default; nor does a table that is short of a row.
template <typename State, size_t kStates>
struct RuleRow {
  CallInput input;
  std::array<CallRule<State>, kStates> in_state;
};
using CallerRow = RuleRow<CallerState, kCallerStates>;
using CalleeRow = RuleRow<CalleeState, kCalleeStates>;

template <typename Row, size_t kRows>
constexpr bool in_order(const std::array<Row, kRows>& table) {
  for (size_t i = 0; i < kRows; ++i) {
    if (table[i].input != static_cast<CallInput>(i)) return false;
  }
  return kRows == kCallInputs;
}

namespace caller {

using Rule = CallRule<CallerState>;
constexpr Rule no = Rule::ignored();
constexpr Rule ok = Rule::taken();
constexpr Rule await = Rule::leads_to(CallerState::kAwaitResponse);
constexpr Rule prep = Rule::leads_to(CallerState::kPreparing);
constexpr Rule offer = Rule::leads_to(CallerState::kOffered);
constexpr Rule ring = Rule::leads_to(CallerState::kRemoteRinging);
constexpr Rule talk = Rule::leads_to(CallerState::kActive);
constexpr Rule end = Rule::leads_to(CallerState::kEnded);

// clang-format off
constexpr std::array kRules = {
    //                                           AwaitResponse Preparing Offered RemoteRinging Active Ended
    CallerRow{CallInput::kOffer,             {{  no,           no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kRinging,           {{  no,           no,       ring,   no,           no,    no}}},
    CallerRow{CallInput::kCandidates,        {{  no,           no,       ok,     ok,           ok,    no}}},
    CallerRow{CallInput::kEndOfCandidates,   {{  no,           no,       ok,     ok,           ok,    no}}},
    CallerRow{CallInput::kAccept,            {{  no,           no,       no,     talk,         no,    no}}},
    CallerRow{CallInput::kAccepted,          {{  no,           no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kAnsweredElsewhere, {{  no,           no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kMediaReady,        {{  no,           no,       no,     no,           ok,    no}}},
    CallerRow{CallInput::kMediaRemove,       {{  no,           no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kMediaState,        {{  no,           no,       no,     no,           ok,    no}}},
    CallerRow{CallInput::kIceRestart,        {{  no,           no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kHangup,            {{  no,           end,      end,    end,          end,   no}}},
    CallerRow{CallInput::kAck,               {{  ok,           ok,       ok,     ok,           ok,    no}}},
    CallerRow{CallInput::kResponse,          {{  prep,         no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kRefusal,           {{  end,          no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kLocalAccept,       {{  no,           no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kLocalHangUp,       {{  end,          end,      end,    end,          end,   no}}},
    CallerRow{CallInput::kLocalMedia,        {{  ok,           ok,       ok,     ok,           ok,    no}}},
    CallerRow{CallInput::kLocalHold,         {{  no,           no,       no,     no,           ok,    no}}},
    CallerRow{CallInput::kLocalResume,       {{  no,           no,       no,     no,           ok,    no}}},
    CallerRow{CallInput::kLocalDial,         {{  no,           no,       no,     no,           no,    no}}},
    CallerRow{CallInput::kGiveWay,           {{  end,          end,      end,    end,          no,    no}}},
    CallerRow{CallInput::kPrepared,          {{  ok,           offer,    ok,     ok,           ok,    no}}},
    CallerRow{CallInput::kRedial,            {{  await,        await,    no,     no,           no,    no}}},
    CallerRow{CallInput::kReplaced,          {{  no,           no,       no,     no,           end,   no}}},
    CallerRow{CallInput::kTimeout,           {{  end,          end,      end,    end,          end,   no}}},
    CallerRow{CallInput::kPeerGone,          {{  no,           no,       no,     no,           end,   no}}},
};
// clang-format on
static_assert(in_order(kRules));

constexpr std::array<std::string_view, kCallerStates> kNames = {"AwaitResponse", "Preparing", "Offered",
                                                                "RemoteRinging", "Active",    "Ended"};

}  // namespace caller

namespace callee {

using Rule = CallRule<CalleeState>;
constexpr Rule no = Rule::ignored();
constexpr Rule ok = Rule::taken();
constexpr Rule tap = Rule::leads_to(CalleeState::kStrangerAccepted);
constexpr Rule prep = Rule::leads_to(CalleeState::kPreparing);
constexpr Rule ring = Rule::leads_to(CalleeState::kRinging);
constexpr Rule yes = Rule::leads_to(CalleeState::kLocalAccepted);
constexpr Rule talk = Rule::leads_to(CalleeState::kActive);
constexpr Rule end = Rule::leads_to(CalleeState::kEnded);

// clang-format off
constexpr std::array kRules = {
    //                                           StrangerRinging StrangerAccepted AwaitOffer Preparing Ringing LocalAccepted Active Ended
    CalleeRow{CallInput::kOffer,             {{  no,             prep,            prep,      no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kRinging,           {{  no,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kCandidates,        {{  no,             no,              no,        ok,       ok,     ok,           ok,    no}}},
    CalleeRow{CallInput::kEndOfCandidates,   {{  no,             no,              no,        ok,       ok,     ok,           ok,    no}}},
    CalleeRow{CallInput::kAccept,            {{  no,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kAccepted,          {{  no,             no,              no,        no,       no,     talk,         no,    no}}},
    CalleeRow{CallInput::kAnsweredElsewhere, {{  no,             no,              no,        no,       end,    end,          no,    no}}},
    CalleeRow{CallInput::kMediaReady,        {{  no,             no,              no,        no,       no,     ok,           ok,    no}}},
    CalleeRow{CallInput::kMediaRemove,       {{  no,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kMediaState,        {{  no,             no,              no,        no,       no,     no,           ok,    no}}},
    CalleeRow{CallInput::kIceRestart,        {{  no,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kHangup,            {{  no,             end,             end,       end,      end,    end,          end,   no}}},
    CalleeRow{CallInput::kAck,               {{  no,             ok,              ok,        ok,       ok,     ok,           ok,    no}}},
    CalleeRow{CallInput::kResponse,          {{  no,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kRefusal,           {{  no,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kLocalAccept,       {{  tap,            no,              no,        no,       yes,    no,           no,    no}}},
    CalleeRow{CallInput::kLocalHangUp,       {{  end,            end,             end,       end,      end,    end,          end,   no}}},
    CalleeRow{CallInput::kLocalMedia,        {{  no,             no,              no,        no,       no,     ok,           ok,    no}}},
    CalleeRow{CallInput::kLocalHold,         {{  no,             no,              no,        no,       no,     ok,           ok,    no}}},
    CalleeRow{CallInput::kLocalResume,       {{  no,             no,              no,        no,       no,     ok,           ok,    no}}},
    CalleeRow{CallInput::kLocalDial,         {{  no,             no,              no,        ok,       yes,    no,           no,    no}}},
    CalleeRow{CallInput::kGiveWay,           {{  no,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kPrepared,          {{  ok,             ok,              ok,        ring,     ok,     ok,           ok,    no}}},
    CalleeRow{CallInput::kRedial,            {{  ok,             no,              no,        no,       no,     no,           no,    no}}},
    CalleeRow{CallInput::kReplaced,          {{  end,            end,             end,       end,      end,    end,          end,   no}}},
    CalleeRow{CallInput::kTimeout,           {{  end,            end,             end,       end,      end,    end,          end,   no}}},
    CalleeRow{CallInput::kPeerGone,          {{  no,             no,              no,        no,       no,     end,          end,   no}}},
};
// clang-format on
static_assert(in_order(kRules));

constexpr std::array<std::string_view, kCalleeStates> kNames = {
    "StrangerRinging", "StrangerAccepted", "AwaitOffer", "Preparing", "Ringing", "LocalAccepted", "Active", "Ended"};

}  // namespace callee

constexpr std::array<std::string_view, kCallInputs> kInputNames = {
    "Offer",
    "Ringing",
    "Candidates",
    "EndOfCandidates",
    "Accept",
    "Accepted",
    "AnsweredElsewhere",
    "MediaReady",
    "MediaRemove",
    "MediaState",
    "IceRestart",
    "Hangup",
    "Ack",
    "RESP: proceed",
    "RESP: busy, incompatible",
    "*accept*",
    "*hang up, decline, cancel*",
    "*camera, mute*",
    "*hold*",
    "*resume*",
    "*call the device that calls here*",
    "the device that is called calls here",
    "relays and device list known",
    "no RESP, or a newer device list",
    "the other device begins another call",
    "time is up",
    "BYE, or silence",
};

template <typename Row, size_t kStates>
std::string draw(const std::array<Row, kCallInputs>& rules, const std::array<std::string_view, kStates>& names) {
  std::string text = "| |";
  for (const std::string_view name : names) text.append(" ").append(name).append(" |");
  text += "\n|---|";
  for (size_t i = 0; i < kStates; ++i) text += "---|";
  text += "\n";
  for (const Row& row : rules) {
    text.append("| ").append(kInputNames[static_cast<size_t>(row.input)]).append(" |");
    for (const auto& rule : row.in_state) {
      if (rule.next()) {
        text.append(" **").append(names[static_cast<size_t>(*rule.next())]).append("** |");
      } else {
        text += rule.takes() ? " taken |" : " - |";
      }
    }
    text += "\n";
  }
  return text;
}

}  // namespace

CallRule<CallerState> caller_rule(CallerState state, CallInput input) {
  return caller::kRules[static_cast<size_t>(input)].in_state[static_cast<size_t>(state)];
}

CallRule<CalleeState> callee_rule(CalleeState state, CallInput input) {
  return callee::kRules[static_cast<size_t>(input)].in_state[static_cast<size_t>(state)];
}

std::string draw_caller_rules() { return draw(caller::kRules, caller::kNames); }
std::string draw_callee_rules() { return draw(callee::kRules, callee::kNames); }

}  // namespace sotto::engine
