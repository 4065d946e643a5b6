#include "tools/media_file/ffmpeg/decode_audio.hpp"

#include <vector>

#include "tools/media_file/ffmpeg/input.hpp"

namespace sotto::tools::ffmpeg {
namespace {

constexpr int kRate = 48000;  // Hz

/// Brings frames of any rate, layout and sample format to mono s16 at 48 kHz. Begins anew when the format changes.
class Resampler {
 public:
  /// `frame` is null to take what is left. The samples are valid until the next call.
  Result<std::vector<int16_t>*> convert(const AVFrame* frame) {
    if (frame != nullptr) {
      if (const Result<void> ready = prepare(*frame); !ready.ok()) return ready.error();
    }
    samples_.clear();
    if (!resampler_) return &samples_;
    const int count = frame != nullptr ? frame->nb_samples : 0;
    const int room = swr_get_out_samples(resampler_.get(), count);
    if (room < 0) return error_of("cannot convert the sound", room);
    samples_.resize(static_cast<size_t>(room));
    auto* out = reinterpret_cast<uint8_t*>(samples_.data());
    const uint8_t** in = frame != nullptr ? const_cast<const uint8_t**>(frame->extended_data) : nullptr;
    const int made = swr_convert(resampler_.get(), &out, room, in, count);
    if (made < 0) return error_of("cannot convert the sound", made);
    samples_.resize(static_cast<size_t>(made));
    return &samples_;
  }

 private:
  Result<void> prepare(const AVFrame& frame) {
    if (resampler_ && frame.sample_rate == rate_ && frame.format == format_ &&
        frame.ch_layout.nb_channels == channels_) {
      return {};
    }
    AVChannelLayout mono;
    av_channel_layout_default(&mono, 1);
    AVChannelLayout layout = frame.ch_layout;
    if (layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      // Files often do not say where their channels belong.
      av_channel_layout_default(&layout, frame.ch_layout.nb_channels);
    }
    SwrContext* made = nullptr;
    int code = swr_alloc_set_opts2(&made, &mono, AV_SAMPLE_FMT_S16, kRate, &layout,
                                   static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    resampler_.reset(made);
    if (code >= 0) code = swr_init(made);
    if (code < 0) return error_of("cannot convert the sound", code);
    rate_ = frame.sample_rate, format_ = frame.format, channels_ = frame.ch_layout.nb_channels;
    return {};
  }

  Owned<SwrContext> resampler_;
  int rate_ = 0, format_ = 0, channels_ = 0;
  std::vector<int16_t> samples_;
};

}  // namespace

Result<void> decode_audio(const std::string& path, MediaFileModule::AudioSink sink, void* context) {
  Result<Input> input = Input::open(path, AVMEDIA_TYPE_AUDIO);
  if (!input.ok()) return input.error();
  Resampler resampler;
  while (true) {
    const Result<AVFrame*> frame = input->next();
    if (!frame.ok()) return frame.error();
    const Result<std::vector<int16_t>*> samples = resampler.convert(frame.value());
    if (!samples.ok()) return Error{samples.error().code, path + ": " + samples.error().message};
    const std::vector<int16_t>& made = *samples.value();
    if (!made.empty() && !sink(context, made.data(), made.size())) return {};
    if (frame.value() == nullptr) return {};
  }
}

}  // namespace sotto::tools::ffmpeg
