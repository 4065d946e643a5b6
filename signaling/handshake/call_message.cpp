#include "signaling/handshake/call_message.hpp"

#include <array>

namespace sotto::signaling {

std::string_view message_name(const CallMessage& message) {
  static constexpr std::array<std::string_view, std::variant_size_v<CallMessage>> kNames = {
      "Offer",      "Ringing",     "Candidates", "EndOfCandidates", "Accept", "Accepted", "AnsweredElsewhere",
      "MediaReady", "MediaRemove", "MediaState", "IceRestart",      "Hangup", "Ack"};
  return kNames[message.index()];
}

}  // namespace sotto::signaling
