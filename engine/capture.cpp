#include "engine/capture.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <utility>

namespace sotto::engine {
namespace {

// A packet of 20 ms: the first one can leave at once.
constexpr size_t kKeptBlocks = 2;

constexpr std::array<int16_t, kAudioBlockSamples> kSilence{};

struct KeptBlock {
  std::array<int16_t, kAudioBlockSamples> samples;
  Timestamp captured;
  bool muted;
};

}  // namespace

/// Shared with the sources' callbacks, which may be running while the call ends.
struct Capture::Taps {
  std::shared_ptr<MuteSwitch> mute;
  // How often each was opened or closed: what a source hands over that was closed since goes nowhere.
  uint64_t audio_turn = 0;
  uint64_t video_turn = 0;
  std::mutex audio_mutex;
  AudioHandler on_audio;
  std::deque<KeptBlock> kept;
  std::mutex video_mutex;
  VideoHandler on_video;
  VideoFrame newest;

  uint64_t next_audio_turn() {
    const std::lock_guard lock(audio_mutex);
    kept.clear();
    return ++audio_turn;
  }
  uint64_t next_video_turn() {
    VideoFrame old;  // dies after the lock: its pixels may be the application's
    const std::lock_guard lock(video_mutex);
    old = std::exchange(newest, {});
    return ++video_turn;
  }
  void hear(uint64_t turn, AudioBlock block, Timestamp captured) {
    const std::lock_guard lock(audio_mutex);
    if (turn != audio_turn) return;
    const bool muted = !mute->lets_through();
    if (muted) block = kSilence;
    if (on_audio) {
      on_audio(block, captured, muted);
      return;
    }
    if (kept.size() == kKeptBlocks) kept.pop_front();
    std::ranges::copy(block, kept.emplace_back(KeptBlock{{}, captured, muted}).samples.begin());
  }
  void see(uint64_t turn, VideoFrame frame) {
    const std::lock_guard lock(video_mutex);
    if (turn != video_turn) return;
    if (on_video) {
      on_video(std::move(frame));
    } else {
      newest = std::move(frame);
    }
  }
};

Capture::Capture(const LocalConsent& consent, std::shared_ptr<MuteSwitch> mute, EventThread& events)
    : events_(events), taps_(std::make_shared<Taps>()), audio_(consent.media().audio), video_(consent.media().video) {
  taps_->mute = std::move(mute);
  // Each opens by itself, so that a slow camera does not keep the microphone waiting longer than it must.
  open_audio();
  open_video();
}

Capture::~Capture() {
  disconnect();
  if (paused_) return;
  close_audio();
  close_video();
}

void Capture::open_audio() {
  if (!audio_) return;
  events_.post([taps = taps_, source = audio_, turn = taps_->next_audio_turn()] {
    source->start([taps, turn](AudioBlock block, Timestamp captured) { taps->hear(turn, block, captured); });
  });
}

void Capture::open_video() {
  if (!video_) return;
  events_.post([taps = taps_, source = video_, turn = taps_->next_video_turn()] {
    source->start([taps, turn](VideoFrame frame) { taps->see(turn, std::move(frame)); });
  });
}

void Capture::close_audio() {
  taps_->next_audio_turn();
  if (audio_) events_.post([source = audio_] { source->stop(); });
}

void Capture::close_video() {
  taps_->next_video_turn();
  if (video_) events_.post([source = video_] { source->stop(); });
}

void Capture::connect(AudioHandler on_audio, VideoHandler on_video) {
  {
    const std::lock_guard lock(taps_->audio_mutex);
    taps_->on_audio = std::move(on_audio);
    if (taps_->on_audio) {
      for (const KeptBlock& block : taps_->kept) {
        // It may have been muted since.
        const bool muted = block.muted || taps_->mute->muted();
        taps_->on_audio(muted ? kSilence : block.samples, block.captured, muted);
      }
    }
    taps_->kept.clear();
  }
  const std::lock_guard lock(taps_->video_mutex);
  taps_->on_video = std::move(on_video);
  if (taps_->newest.buffer && taps_->on_video) taps_->on_video(std::exchange(taps_->newest, {}));
}

void Capture::disconnect() {
  {
    const std::lock_guard lock(taps_->audio_mutex);
    taps_->on_audio = nullptr;
    taps_->kept.clear();
  }
  const std::lock_guard lock(taps_->video_mutex);
  taps_->on_video = nullptr;
  taps_->newest = {};
}

void Capture::use_camera(const CameraConsent& consent) {
  if (!paused_) close_video();
  video_ = consent.camera();
  if (!paused_) open_video();
}

void Capture::pause() {
  if (std::exchange(paused_, true)) return;
  close_audio();
  close_video();
}

void Capture::resume(const ResumeConsent&) {
  if (!std::exchange(paused_, false)) return;
  open_audio();
  open_video();
}

}  // namespace sotto::engine
