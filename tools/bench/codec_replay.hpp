#pragma once

#include "tools/bench/loopback_call.hpp"

namespace sotto::tools {

/// CPU time in codecs and nothing else.
struct CodecCost {
  CpuTime picture_encode{};
  CpuTime picture_decode{};
  CpuTime sound_encode{};
  CpuTime sound_decode{};
  uint64_t pictures = 0;  ///< encoded

  CpuTime total() const { return picture_encode + picture_decode + sound_encode + sound_decode; }
};

/// Runs what both ends of a call captured through the codecs alone, as fast as it goes: the same pictures and sound,
/// with the encoder's targets of the call. All from the accept on, so that the codecs are where they were; what was
/// captured while the call was looked at counts. Pictures that the call left out for want of time count for nothing:
/// the cost is that of as many as it encoded. Nothing else may run in this process meanwhile: it is the process's time
/// that counts, since libvpx has threads of its own for large pictures.
CodecCost replay_codecs(const LoopbackCallOptions& options, const CallObservation& call);

}  // namespace sotto::tools
