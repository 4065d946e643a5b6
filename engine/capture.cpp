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
  void take(AudioBlock block, Timestamp captured) {
    const std::lock_guard lock(audio_mutex);
    const bool muted = !mute->lets_through();
    if (muted) block = kSilence;
    if (on_audio) {
      on_audio(block, captured, muted);
      return;
    }
    if (kept.size() == kKeptBlocks) kept.pop_front();
    std::ranges::copy(block, kept.emplace_back(KeptBlock{{}, captured, muted}).samples.begin());
  }

  std::shared_ptr<MuteSwitch> mute;
  std::shared_ptr<AudioSource> audio;
  std::shared_ptr<VideoSource> video;
  std::mutex audio_mutex;
  AudioHandler on_audio;
  std::deque<KeptBlock> kept;
  std::mutex video_mutex;
  VideoHandler on_video;
  VideoFrame newest;
};

Capture::Capture(const LocalConsent& consent, std::shared_ptr<MuteSwitch> mute, EventThread& events)
    : events_(events), taps_(std::make_shared<Taps>()) {
  taps_->mute = std::move(mute);
  taps_->audio = consent.media().audio;
  taps_->video = consent.media().video;
  // Each opens by itself, so that a slow camera does not keep the microphone waiting longer than it must.
  if (taps_->audio) {
    events_.post([taps = taps_] {
      taps->audio->start([taps](AudioBlock block, Timestamp captured) { taps->take(block, captured); });
    });
  }
  if (taps_->video) {
    events_.post([taps = taps_] {
      taps->video->start([taps](VideoFrame frame) {
        const std::lock_guard lock(taps->video_mutex);
        if (taps->on_video) {
          taps->on_video(std::move(frame));
        } else {
          taps->newest = std::move(frame);
        }
      });
    });
  }
}

Capture::~Capture() {
  disconnect();
  events_.post([taps = taps_] {
    if (taps->audio) taps->audio->stop();
    if (taps->video) taps->video->stop();
  });
}

bool Capture::has_audio() const { return taps_->audio != nullptr; }
bool Capture::has_video() const { return taps_->video != nullptr; }

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

}  // namespace sotto::engine
