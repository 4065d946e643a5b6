#pragma once

#include <sotto/result.hpp>

#include "base/random.hpp"
#include "signaling/handshake/call_message.hpp"
#include "transport/peer_transport_types.hpp"

namespace sotto::engine {

/// Which media one side may send or take.
struct MediaChoice {
  bool send_audio = false;
  bool send_video = false;
  bool receive_audio = false;
  bool receive_video = false;
};

/// What a caller offers: payload types, extension ids, and fresh SSRCs and a CNAME for this call alone.
signaling::MediaDescription make_offer(const MediaChoice& choice, RandomSource& random);

/// What a callee answers to `offer`: the offer's numbers for the streams that it understands, with SSRCs of its own.
/// kRefused if nothing is in common.
Result<signaling::MediaDescription> make_answer(const signaling::MediaDescription& offer, const MediaChoice& choice,
                                                RandomSource& random);

/// Whether a description from outside can be used at all: known codecs, numbers in range, nothing twice.
Result<void> check_description(const signaling::MediaDescription& description);

/// What is really sent and received: what one side sends and the other takes.
MediaChoice agree(const signaling::MediaDescription& local, const signaling::MediaDescription& remote);

/// Joins both descriptions for the transport: we send with the numbers that the peer gave, and receive with ours.
/// kRefused if the peer uses one of our SSRCs.
Result<transport::PeerTransportOptions> transport_options(const signaling::MediaDescription& local,
                                                          const signaling::MediaDescription& remote,
                                                          const MediaChoice& choice);

}  // namespace sotto::engine
