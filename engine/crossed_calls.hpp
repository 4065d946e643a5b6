#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <sotto/time.hpp>

#include "engine/call_record.hpp"
#include "engine/capture.hpp"
#include "engine/consent.hpp"
#include "signaling/handshake/call_payload.hpp"

namespace sotto::engine {

/// Two people call each other at the same moment, and one call comes of it (HANDSHAKE 2.6). Whether the call that was
/// dialled here goes on, or else the one that arrived: of the two ids the larger one wins, unless the call that has it
/// was not answered yet when the other one's offer came. `answered`: the other device has answered our handshake.
///
/// Both devices come to the same: the one with the larger id says so, by its offer, only while it has not taken the
/// other's; the one with the smaller id takes whatever offer comes.
inline bool own_call_goes_on(const signaling::CallId& own, const signaling::CallId& arrived, bool answered) {
  // Ids are random: one that is the same was copied, and its caller gets nothing for it.
  return own == arrived || (answered && own > arrived);
}

/// A call that was dialled here and goes on as the one that arrived from the device which was dialled: what the
/// application holds of it, what its user agreed to, and what is open already.
struct CrossedDial {
  std::shared_ptr<CallRecord> record;
  DialConsent consent;
  std::unique_ptr<Capture> capture;  ///< Null: nothing is open yet.
  Timestamp dialed{};
  bool direct = false;  ///< As DialOptions.
};

}  // namespace sotto::engine
