#pragma once

#include <string>

#include <sotto/result.hpp>

#include "tools/media_file/module.hpp"

namespace sotto::tools::ffmpeg {

/// See MediaFileModule.
Result<void> decode_audio(const std::string& path, MediaFileModule::AudioSink sink, void* context);

}  // namespace sotto::tools::ffmpeg
