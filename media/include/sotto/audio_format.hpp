#pragma once

#include <cstddef>

namespace sotto {

/// Sound enters and leaves the engine as mono 16-bit samples at 48 kHz, in blocks of 10 ms.
inline constexpr int kAudioSampleRate = 48000;  ///< Hz
inline constexpr size_t kAudioBlockSamples = 480;

}  // namespace sotto
