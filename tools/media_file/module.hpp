#pragma once

#include <cstddef>
#include <cstdint>

namespace sotto::tools {

/// The face of libsotto-media-file.so. Only plain C types pass it, and no exception does.
struct MediaFileModule {
  /// Takes what was decoded; false ends the decoding, which then succeeds.
  using VideoSink = bool (*)(void* context, const uint8_t* i420, size_t size);
  using AudioSink = bool (*)(void* context, const int16_t* samples, size_t count);

  /// kMediaFileModuleVersion of the build that made the module.
  uint32_t version;

  /// Decodes the file's first picture track: I420 of `width` x `height` pixels (both even), cropped to that shape
  /// around the middle and then scaled, `fps` pictures a second. Returns 0, or fills `error` with a text and returns
  /// -1.
  int (*decode_video)(const char* path, int width, int height, int fps, VideoSink sink, void* context, char* error,
                      size_t error_size);

  /// Decodes the file's first sound track to mono at 48 kHz.
  int (*decode_audio)(const char* path, AudioSink sink, void* context, char* error, size_t error_size);
};

inline constexpr uint32_t kMediaFileModuleVersion = 1;

/// The one symbol that the module exports.
inline constexpr char kMediaFileModuleSymbol[] = "sotto_media_file_module";
using MediaFileModuleEntry = const MediaFileModule* (*)();

}  // namespace sotto::tools
