#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <sotto/engine.hpp>

#include "base/bytes.hpp"
#include "base/machine.hpp"
#include "engine/attempt_limiter.hpp"
#include "engine/call_timeouts.hpp"
#include "engine/directory.hpp"
#include "engine/network_thread.hpp"
#include "engine/redial_schedule.hpp"
#include "media/audio/audio_codec.hpp"
#include "media/video/video_codec.hpp"
#include "transport/emulation/link_profile.hpp"
#include "transport/peer_transport_types.hpp"

namespace sotto::engine {

/// What tests and checks from outside may change; an application gets the defaults.
struct InternalOptions {
  /// Called with each encoded payload before it is encrypted, so that a check can look for it on the wire. Any thread.
  std::function<void(transport::MediaKind kind, ByteView payload)> payload_probe;
  /// Silence of the other side that ends a call.
  Duration peer_gone_after = 30s;
  /// See AttemptLimiter.
  size_t attempts_a_minute = AttemptLimiter::kAttempts;
  /// How long a callee waits for the offer after its answer.
  Duration offer_timeout = kOfferTimeout;
  /// When a caller that got no response dials again.
  RedialSchedule::Delays redial_delays = RedialSchedule::kDelays;
  /// What the engine runs on.
  Machine* machine = &this_machine();
  std::function<std::unique_ptr<NetworkThread>()> start_network = start_network_thread;
  /// The codecs of its calls.
  const media::AudioCodec* audio_codec = &media::opus();
  const media::VideoCodec* video_codec = &media::vp8();
  /// This machine's date.
  std::function<WallTime()> clock = wall_now;
  /// How often the identity's records are looked at. They last for days; the clock of a machine that sleeps does not
  /// run.
  Duration renewal_interval = std::chrono::hours(1);
  /// In the place of the server's, beside a signalling channel of one's own.
  std::shared_ptr<Directory> directory;
  /// What EngineOptions::emulated_network says.
  std::optional<transport::LinkProfile> emulated_network;
};

/// As Engine::create.
Result<std::unique_ptr<Engine>> create_engine(EngineOptions options, InternalOptions internal);

}  // namespace sotto::engine
