#pragma once

#include <functional>
#include <memory>

#include <sotto/audio_processing.hpp>

#include "media/device/echo_trial.hpp"
#include "tools/bench/interleaved.hpp"

namespace sotto::tools {

/// Cancels an echo by what sotto ships.
media::EchoSubject shipped_canceller();
/// The same, but by the canceller and the residual suppressor of speexdsp in the place of webrtc-audio-processing's.
media::EchoSubject speex_canceller();

/// A second of sound through AudioProcessor, far end and near end. An operation is a block of 10 ms.
Contestant audio_processing(const AudioProcessing& wanted);
/// Opus encoding of a second of the same sound, by the block of 10 ms.
Contestant opus_encoding_of_blocks();

}  // namespace sotto::tools
