#pragma once

#include <string>

#include <sotto/result.hpp>

#include "tools/media_file/module.hpp"

namespace sotto::tools::ffmpeg {

/// See MediaFileModule.
Result<void> decode_video(const std::string& path, int width, int height, int fps, MediaFileModule::VideoSink sink,
                          void* context);

}  // namespace sotto::tools::ffmpeg
