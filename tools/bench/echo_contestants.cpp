#include "tools/bench/echo_contestants.hpp"

#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/assert.hpp"
#include "media/audio/audio_sender.hpp"
#include "media/audio/opus_encoder.hpp"
#include "media/audio/processing/audio_processor.hpp"
#include "media/audio/processing/echo_reference.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::tools {
namespace {

using Block = std::array<int16_t, kAudioBlockSamples>;

constexpr size_t kBlocks = 100;  // a second
constexpr auto kBlockSize = static_cast<int>(kAudioBlockSamples);

// What speexdsp's manual recommends: a third of the reverberation or more. More of it learns more slowly.
constexpr int kSpeexFilter = 48 * 200;  // samples
constexpr Duration kSpeexLead = 12ms;

class SpeexCanceller {
 public:
  SpeexCanceller()
      : echo_(speex_echo_state_init(kBlockSize, kSpeexFilter), speex_echo_state_destroy),
        residual_(speex_preprocess_state_init(kBlockSize, kAudioSampleRate), speex_preprocess_state_destroy) {
    int rate = kAudioSampleRate;
    SOTTO_ASSERT(speex_echo_ctl(echo_.get(), SPEEX_ECHO_SET_SAMPLING_RATE, &rate) == 0);
    // It suppresses echoes only along with noise: none of that.
    int on = 1, noise = 0;
    SOTTO_ASSERT(speex_preprocess_ctl(residual_.get(), SPEEX_PREPROCESS_SET_DENOISE, &on) == 0);
    SOTTO_ASSERT(speex_preprocess_ctl(residual_.get(), SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, &noise) == 0);
    SOTTO_ASSERT(speex_preprocess_ctl(residual_.get(), SPEEX_PREPROCESS_SET_ECHO_STATE, echo_.get()) == 0);
  }

  void render(std::span<const int16_t, kAudioBlockSamples> block, Timestamp when) { reference_.render(block, when); }
  void capture(std::span<int16_t, kAudioBlockSamples> block, Timestamp when) {
    Block far, out;
    reference_.align(block, when, far);
    speex_echo_cancellation(echo_.get(), block.data(), far.data(), out.data());
    speex_preprocess_run(residual_.get(), out.data());
    std::ranges::copy(out, block.begin());
  }

 private:
  media::EchoReference reference_{kSpeexLead};
  std::unique_ptr<SpeexEchoState, decltype(&speex_echo_state_destroy)> echo_;
  std::unique_ptr<SpeexPreprocessState, decltype(&speex_preprocess_state_destroy)> residual_;
};

template <typename Canceller>
media::EchoSubject subject(std::shared_ptr<Canceller> canceller) {
  return {[canceller](auto block, Timestamp when) { canceller->render(block, when); },
          [canceller](auto block, Timestamp when) { canceller->capture(block, when); }};
}

/// The voice of the other benchmarks, or another one.
std::vector<Block> voice(uint64_t seed = 1) {
  media::TestSpeech speech(seed);
  std::vector<Block> blocks(kBlocks);
  for (Block& block : blocks) speech.next(block);
  return blocks;
}

}  // namespace

media::EchoSubject shipped_canceller() {
  AudioProcessing wanted = AudioProcessing::none();
  wanted.echo_cancellation = true;
  return subject(std::make_shared<media::AudioProcessor>(wanted));
}

media::EchoSubject speex_canceller() { return subject(std::make_shared<SpeexCanceller>()); }

Contestant audio_processing(const AudioProcessing& wanted) {
  struct State {
    explicit State(const AudioProcessing& processing) : processor(processing) {}
    media::AudioProcessor processor;
    std::vector<Block> near = voice(), far = voice(2);
    Timestamp now{1000s};
  };
  const auto state = std::make_shared<State>(wanted);
  return {kBlocks, {}, [state] {
            for (size_t i = 0; i < kBlocks; ++i) {
              state->now += 10ms;
              state->processor.render(state->far[i], state->now);
              // A little of what is played comes back.
              Block block = state->near[i];
              const Block& echo = state->far[(i + kBlocks - 3) % kBlocks];
              for (size_t k = 0; k < block.size(); ++k) block[k] = static_cast<int16_t>((block[k] + echo[k] / 4) / 2);
              state->processor.capture(block, state->now);
            }
          }};
}

Contestant opus_encoding_of_blocks() {
  struct State {
    media::OpusEncoder encoder{media::AudioSenderOptions{}.bitrate};
    std::vector<Block> near = voice();
  };
  const auto state = std::make_shared<State>();
  return {kBlocks, {}, [state] {
            std::array<int16_t, media::AudioEncoder::kFrameSamples> frame;
            std::array<uint8_t, media::AudioEncoder::kMaxPacketSize> packet;
            for (size_t i = 0; i < kBlocks; i += 2) {
              std::ranges::copy(state->near[i], frame.begin());
              std::ranges::copy(state->near[i + 1], frame.begin() + kBlockSize);
              SOTTO_ASSERT(state->encoder.encode(frame, packet) > 0);
            }
          }};
}

}  // namespace sotto::tools
