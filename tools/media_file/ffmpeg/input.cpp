#include "tools/media_file/ffmpeg/input.hpp"

#include <array>
#include <utility>

namespace sotto::tools::ffmpeg {

Error error_of(const std::string& what, int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  (void)av_strerror(code, text.data(), text.size());
  return {ErrorCode::kUnavailable, what + ": " + text.data()};
}

Result<Input> Input::open(const std::string& path, AVMediaType type) {
  Input input;
  input.path_ = path;
  // Only files of this machine: a list that names others must not reach out.
  AVDictionary* options = nullptr;
  (void)av_dict_set(&options, "protocol_whitelist", "file,crypto,data", 0);
  AVFormatContext* format = nullptr;
  int code = avformat_open_input(&format, path.c_str(), nullptr, &options);
  av_dict_free(&options);
  if (code < 0) return error_of("cannot open " + path, code);
  input.format_.reset(format);
  code = avformat_find_stream_info(format, nullptr);
  if (code < 0) return error_of("cannot read " + path, code);

  const AVCodec* decoder = nullptr;
  const int track = av_find_best_stream(format, type, -1, -1, &decoder, 0);
  if (track < 0) return error_of(path + " holds no " + av_get_media_type_string(type) + " that can be decoded", track);
  input.track_ = static_cast<unsigned>(track);

  input.codec_.reset(avcodec_alloc_context3(decoder));
  input.packet_.reset(av_packet_alloc());
  input.frame_.reset(av_frame_alloc());
  if (!input.codec_ || !input.packet_ || !input.frame_) return Error{ErrorCode::kInternal, "out of memory"};
  code = avcodec_parameters_to_context(input.codec_.get(), input.stream().codecpar);
  if (code >= 0) {
    input.codec_->thread_count = 0;  // as many as there are processors
    code = avcodec_open2(input.codec_.get(), decoder, nullptr);
  }
  if (code < 0) return error_of("cannot decode " + path, code);
  return input;
}

Result<AVFrame*> Input::next() {
  while (true) {
    const int received = avcodec_receive_frame(codec_.get(), frame_.get());
    if (received >= 0) return frame_.get();
    if (received == AVERROR_EOF) return static_cast<AVFrame*>(nullptr);
    if (received != AVERROR(EAGAIN)) return error_of("cannot decode " + path_, received);
    if (draining_) return static_cast<AVFrame*>(nullptr);

    const int read = av_read_frame(format_.get(), packet_.get());
    if (read < 0) {
      // A file that is cut off counts as far as it goes.
      draining_ = true;
      (void)avcodec_send_packet(codec_.get(), nullptr);
      continue;
    }
    if (packet_->stream_index == static_cast<int>(track_)) {
      // The decoder is empty here, so it takes the packet, unless the packet is damaged.
      (void)avcodec_send_packet(codec_.get(), packet_.get());
    }
    av_packet_unref(packet_.get());
  }
}

}  // namespace sotto::tools::ffmpeg
