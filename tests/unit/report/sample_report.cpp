#include "tests/unit/report/sample_report.hpp"

#include <cmath>

#include "media/device/test_picture.hpp"
#include "media/device/test_sound.hpp"
#include "tools/report/picture_image.hpp"

namespace sotto::tools {
namespace {

constexpr Timestamp kDialed{100s};
constexpr Timestamp kAccepted = kDialed + 1050ms;

CallTimeline timeline(Duration later) {
  CallTimeline timeline;
  timeline.dialed = kDialed;
  timeline.handshake_done = kDialed + 12ms + later;
  timeline.ringing = kDialed + 16ms + later;
  timeline.path_writable = kDialed + 35ms + later;
  timeline.media_keys_ready = kDialed + 50ms + later;
  timeline.accepted = kAccepted + later;
  timeline.first_audio = kAccepted + 25ms + later;
  timeline.first_video = kAccepted + 40ms + later;
  timeline.ended = kAccepted + 20s;
  return timeline;
}

Bytes image(uint32_t number) {
  media::TestPicture pictures(160, 90, 1);
  return encode_picture(*pictures.frame(number), 640).value();
}

/// Twenty seconds of something like speech; painted once, since it takes a while.
const SoundPicture& sound() {
  static const SoundPicture picture = [] {
    SoundPainter painter;
    media::TestSpeech speech;
    std::array<int16_t, kAudioBlockSamples> block;
    for (int i = 0; i < 2000; ++i) {
      speech.next(block);
      painter.add(block);
    }
    return *painter.paint(0);
  }();
  return picture;
}

ReportDirection direction(const std::string& from, const std::string& to) {
  ReportDirection direction{.from = from, .to = to};
  direction.sender = direction.receiver = steady_samples(kAccepted);
  direction.pictures = {{.seconds = 5, .sent = image(1), .received = image(2), .psnr = 41.5, .ssim = 0.981}};
  for (int i = 0; i < 20; ++i) {
    direction.psnr.push_back({i + 0.5, 40.0 + i % 3});
    direction.ssim.push_back({i + 0.5, 0.98});
    direction.picture_delays.push_back({i + 0.25, 12.0 + i % 4});
    direction.sound_delays.push_back({i + 0.75, 45.0});
  }
  direction.sound_sent = sound();
  direction.sound_received = sound();
  direction.sound_correlation = 0.94;
  return direction;
}

}  // namespace

std::vector<CallSample> steady_samples(Timestamp accepted) {
  std::vector<CallSample> samples;
  for (int64_t i = 0; i < 200; ++i) {
    CallSample sample;
    sample.time_us = (accepted + i * 100ms).time_since_epoch().count();
    sample.audio_bytes_sent = sample.audio_bytes_received = 400 * i;     // 32 kbit/s
    sample.video_bytes_sent = sample.video_bytes_received = 25'000 * i;  // 2 Mbit/s
    sample.bytes_sent = sample.bytes_received = 27'000 * i;
    sample.packets_sent = sample.packets_received = 30 * i;
    sample.send_target_bps = 4'000'000;
    sample.video_target_bps = sample.video_useful_bps = 2'500'000;
    sample.round_trip_us = 20'000;
    sample.frames_captured = sample.frames_encoded = sample.frames_shown = 3 * i;
    sample.encode_us = 5'000 * 3 * i;
    sample.audio_copies = 1;
    sample.samples_played = 4800 * i;
    sample.playout_delay_us = 30'000;
    sample.playout_target_us = 25'000;
    samples.push_back(sample);
  }
  return samples;
}

ReportData whole_report(const std::string& callee) {
  ReportData report{.program = "sotto 0.1.0",
                    .began = WallTime(std::chrono::seconds(1'764'000'000)),
                    .dialed = kDialed,
                    .accepted = kAccepted,
                    .seconds = 20,
                    .end = "hung up"};
  report.parties = {ReportParty{"Alice", timeline(0ms), 0.21, 75.0}, ReportParty{callee, timeline(4ms), 0.23, 76.0}};
  report.security.handshake = "Noise_IK_25519_AESGCM_SHA256";
  report.security.dtls_version = "DTLSv1.2";
  report.security.dtls_cipher = "ECDHE-ECDSA-AES256-GCM-SHA384";
  report.security.srtp_profile = "SRTP_AEAD_AES_256_GCM";
  report.security.keys_mixed = report.security.peer_confirmed = true;
  report.security.peer_class = "sotto";
  report.security.local_fingerprint = "AA:BB";
  report.security.peer_fingerprint = "CC:DD";
  report.security.safety_number = "12345 67890";
  report.security.sas_symbols = {{1, 2, 3, 4}};
  report.path = {"host", "host"};
  report.directions = {direction("Alice", callee), direction(callee, "Alice")};
  report.checks = {{"nothing else is on the wire", true, "0 of 100 datagrams"}};
  report.wire = {{"SRTP", 9000, 5'000'000}, {"STUN", 20, 2000}};
  return report;
}

}  // namespace sotto::tools
