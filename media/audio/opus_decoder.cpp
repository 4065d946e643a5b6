#include "media/audio/opus_decoder.hpp"

#include <opus/opus.h>

#include <algorithm>
#include <cstring>

#include <sotto/audio_format.hpp>

#include "base/assert.hpp"
#include "media/audio/opus_packet.hpp"

namespace sotto::media {

OpusDecoder::OpusDecoder() {
  int error = OPUS_OK;
  decoder_.reset(opus_decoder_create(kAudioSampleRate, 1, &error));
  SOTTO_ASSERT(error == OPUS_OK);
}

std::optional<size_t> OpusDecoder::decode(ByteView packet, std::span<int16_t> out) {
  const std::optional<int> samples = opus_packet_samples(packet);
  if (!samples || static_cast<size_t>(*samples) > out.size()) return std::nullopt;
  const int decoded =
      opus_decode(decoder_.get(), packet.data(), static_cast<opus_int32>(packet.size()), out.data(), *samples, 0);
  if (decoded != *samples) return std::nullopt;
  return static_cast<size_t>(decoded);
}

bool OpusDecoder::decode_copy(ByteView packet, std::span<int16_t> out) {
  const int samples = static_cast<int>(out.size());
  if (samples == 0 || opus_packet_copy_samples(packet) != samples) return false;
  return opus_decode(decoder_.get(), packet.data(), static_cast<opus_int32>(packet.size()), out.data(), samples, 1) ==
         samples;
}

void OpusDecoder::conceal(std::span<int16_t, 480> out) {
  const int made = opus_decode(decoder_.get(), nullptr, 0, out.data(), static_cast<int>(out.size()), 0);
  if (made != static_cast<int>(out.size())) std::fill(out.begin(), out.end(), int16_t{0});
}

void OpusDecoder::copy_state_from(const AudioDecoder& other) {
  const auto& opus = static_cast<const OpusDecoder&>(other);
  // A libopus state is one block of memory without pointers into itself: its documentation allows the plain copy.
  std::memcpy(static_cast<void*>(decoder_.get()), static_cast<const void*>(opus.decoder_.get()),
              static_cast<size_t>(opus_decoder_get_size(1)));
}

void OpusDecoder::reset() { SOTTO_ASSERT(opus_decoder_ctl(decoder_.get(), OPUS_RESET_STATE) == OPUS_OK); }

void OpusDecoder::Destroy::operator()(::OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }

}  // namespace sotto::media
