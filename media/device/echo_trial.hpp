#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "media/device/echo_room.hpp"

namespace sotto::media {

/// What is to cancel an echo, as a sound card would use it.
struct EchoSubject {
  /// 10 ms go to the loudspeaker.
  std::function<void(std::span<const int16_t, kAudioBlockSamples> block, Timestamp when)> render;
  /// 10 ms have come from the microphone, and are changed in place into what is sent.
  std::function<void(std::span<int16_t, kAudioBlockSamples> block, Timestamp when)> capture;
};

/// 20 s in a room, in virtual time: the far end speaks throughout, but for a pause at the end; the near end speaks from
/// 8 to 14 s, and in that pause.
struct EchoTrial {
  EchoRoomOptions room;
  uint64_t seed = 1;  ///< of what is said
  /// How loud the near end is at the microphone, beside the far end before it is played.
  double near_db = -10;
  /// Both sound cards tell the time of a block up to so much late.
  Duration jitter = 2ms;
  /// Something changes the way from loudspeaker to microphone at 14 s, to this.
  std::optional<Duration> delay_later;
};

/// How a trial came out, in dB.
struct EchoResult {
  double echo_dbfs = 0;  ///< at the microphone
  /// By how much the echo became quieter (ITU-T G.168: echo return loss enhancement): from 3 to 8 s, and after both
  /// have spoken, from 16 to 18 s.
  double single_talk = 0;
  double single_talk_later = 0;
  /// How much louder the near end is in what is sent than at the microphone, by the part of what is sent that goes
  /// along with it: while both speak, and while the near end speaks alone.
  double near_in_double_talk = 0;
  double near_alone = 0;
  /// By how much what is sent then, less the near end, is quieter than the echo.
  double echo_in_double_talk = 0;
  Duration latency{};  ///< of the near end, from microphone to what is sent
};

/// Carries a trial out. Takes about half a second besides what `subject` takes.
EchoResult run(const EchoTrial& trial, const EchoSubject& subject);

}  // namespace sotto::media
