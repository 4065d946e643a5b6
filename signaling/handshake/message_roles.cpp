#include "signaling/handshake/message_roles.hpp"

namespace sotto::signaling {
namespace {

enum class Speaker { kCaller, kCallee, kBoth };

struct SpeakerOf {
  Speaker operator()(const Offer&) const { return Speaker::kCaller; }
  Speaker operator()(const Accepted&) const { return Speaker::kCaller; }
  Speaker operator()(const AnsweredElsewhere&) const { return Speaker::kCaller; }
  Speaker operator()(const Ringing&) const { return Speaker::kCallee; }
  Speaker operator()(const Accept&) const { return Speaker::kCallee; }
  Speaker operator()(const Candidates&) const { return Speaker::kBoth; }
  Speaker operator()(const EndOfCandidates&) const { return Speaker::kBoth; }
  Speaker operator()(const MediaReady&) const { return Speaker::kBoth; }
  Speaker operator()(const MediaRemove&) const { return Speaker::kBoth; }
  Speaker operator()(const MediaState&) const { return Speaker::kBoth; }
  Speaker operator()(const IceRestart&) const { return Speaker::kBoth; }
  Speaker operator()(const Hangup&) const { return Speaker::kBoth; }
  Speaker operator()(const Ack&) const { return Speaker::kBoth; }
};

}  // namespace

bool may_say(bool is_caller, const CallMessage& message) {
  const Speaker speaker = std::visit(SpeakerOf{}, message);
  return speaker == Speaker::kBoth || speaker == (is_caller ? Speaker::kCaller : Speaker::kCallee);
}

}  // namespace sotto::signaling
