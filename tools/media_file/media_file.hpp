#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include <sotto/result.hpp>

#include "base/bytes.hpp"
#include "tools/media_file/module.hpp"

namespace sotto::tools {

/// Decodes whatever FFmpeg reads. FFmpeg's libraries are loaded when this is made, and by nothing else. One thread.
class MediaFile {
 public:
  /// Loads the module from ../lib of the running program. An error says which Debian packages are missing.
  static Result<MediaFile> load();
  /// The same from a file.
  static Result<MediaFile> load_from(const std::string& module_path);

  /// Called with each picture or run of samples; false means that it is enough.
  using OnPicture = std::function<bool(ByteView i420)>;
  using OnSamples = std::function<bool(std::span<const int16_t> samples)>;

  /// Pictures of `width` x `height` pixels (both even), `fps` of them a second, cropped to that shape around the
  /// middle.
  Result<void> decode_video(const std::string& path, int width, int height, int fps, const OnPicture& on_picture) const;

  /// Mono samples at 48 kHz.
  Result<void> decode_audio(const std::string& path, const OnSamples& on_samples) const;

 private:
  explicit MediaFile(const MediaFileModule* module) : module_(module) {}

  const MediaFileModule* module_;
};

}  // namespace sotto::tools
