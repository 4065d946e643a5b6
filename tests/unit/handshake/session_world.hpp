#pragma once

#include <utility>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "signaling/handshake/call_session.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/device_identity.hpp"

namespace sotto::signaling {

constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'000)};

inline SessionDescription some_description() {
  SessionDescription description;
  description.ice = {"ufrg", "passwordpasswordpasswd"};
  description.fingerprint.fill(0xf1);
  description.media.cname = "Zm9vYmFyYmF6cXV4";
  description.media.mid_extension_id = 1;
  description.media.transport_sequence_extension_id = 2;
  StreamDescription audio;
  audio.kind = StreamKind::kAudio;
  audio.mid = "a";
  audio.codec = "opus";
  audio.payload_type = 111;
  audio.red_payload_type = 63;
  audio.clock_rate = 48000;
  audio.channels = 2;
  audio.ssrc = 0xdeadbeef;
  audio.receive = audio.send = true;
  StreamDescription video;
  video.kind = StreamKind::kVideo;
  video.mid = "v";
  video.codec = "VP8";
  video.payload_type = 96;
  video.rtx_payload_type = 97;
  video.clock_rate = 90000;
  video.ssrc = 1;
  video.rtx_ssrc = 2;
  video.max_bitrate_bps = 2'500'000;
  video.max_width = 1280;
  video.max_height = 720;
  video.receive = video.send = true;
  description.media.streams = {audio, video};
  description.candidates = {"candidate:1 1 UDP 2130706431 192.0.2.1 50000 typ host"};
  return description;
}

inline Offer some_offer() { return {some_description(), {}}; }
inline Ringing some_ringing() { return {some_description()}; }

/// Alice, who calls, and Bob, who is called; they know each other.
class SessionWorld : public testing::Test {
 protected:
  CallSession dial() {
    return CallSession::dial(alice_, bobs_contact_, call_id_, CallKind::kVideo, kNow, random_).value();
  }
  Result<CallSession> answer(ByteView init) { return CallSession::answer(bob_, init, guard_, kNow); }

  /// Both ends of a session that is open both ways.
  struct Pair {
    CallSession caller;
    CallSession callee;
  };
  Pair established() {
    CallSession caller = dial();
    CallSession callee = answer(caller.init()).value();
    const Bytes response = callee.respond(ResponseStatus::kProceed, kNow, random_).value();
    EXPECT_TRUE(caller.on_response(response).ok());
    return {std::move(caller), std::move(callee)};
  }

  SeededRandom random_{1};
  DeviceIdentity alice_ = DeviceIdentity::create(random_, kNow);
  DeviceIdentity bob_ = DeviceIdentity::create(random_, kNow);
  Contact alices_contact_ = verify_bundle(alice_.bundle(), kNow).value();
  Contact bobs_contact_ = verify_bundle(bob_.bundle(), kNow).value();
  CallId call_id_{{1, 2, 3}};
  InitReplayGuard guard_{kNow};
};

}  // namespace sotto::signaling
