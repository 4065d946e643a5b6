#include "media/audio/opus_encoder.hpp"

#include <opus/opus.h>

#include <algorithm>

#include <sotto/audio_format.hpp>

#include "base/assert.hpp"

namespace sotto::media {
namespace {

constexpr int64_t kLowestBitrate = 6'000;     // RFC 6716 2.1.1
constexpr int64_t kHighestBitrate = 510'000;  // RFC 6716 2.1.1

// 9 sounds as 10 does in the speech modes, which use no more of it; 5 would take half the time (measured: 135 against
// 250 us a frame).
constexpr int kComplexity = 9;

}  // namespace

OpusEncoder::OpusEncoder(DataRate bitrate) {
  int error = OPUS_OK;
  encoder_.reset(opus_encoder_create(kAudioSampleRate, 1, OPUS_APPLICATION_VOIP, &error));
  SOTTO_ASSERT(error == OPUS_OK);
  const auto rate = static_cast<opus_int32>(std::clamp(bitrate.bps(), kLowestBitrate, kHighestBitrate));
  // These cannot fail: every value is within the documented range.
  SOTTO_ASSERT(opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(rate)) == OPUS_OK);
  SOTTO_ASSERT(opus_encoder_ctl(encoder_.get(), OPUS_SET_VBR(0)) == OPUS_OK);
  SOTTO_ASSERT(opus_encoder_ctl(encoder_.get(), OPUS_SET_COMPLEXITY(kComplexity)) == OPUS_OK);
  SOTTO_ASSERT(opus_encoder_ctl(encoder_.get(), OPUS_SET_INBAND_FEC(0)) == OPUS_OK);
  SOTTO_ASSERT(opus_encoder_ctl(encoder_.get(), OPUS_SET_DTX(0)) == OPUS_OK);
}

size_t OpusEncoder::encode(std::span<const int16_t, kFrameSamples> frame, MutableByteView out) {
  const opus_int32 size = opus_encode(encoder_.get(), frame.data(), static_cast<int>(frame.size()), out.data(),
                                      static_cast<opus_int32>(out.size()));
  SOTTO_ASSERT(size > 0);
  return static_cast<size_t>(size);
}

void OpusEncoder::Destroy::operator()(::OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }

}  // namespace sotto::media
