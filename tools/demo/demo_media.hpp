#pragma once

#include <functional>
#include <string>

#include <sotto/result.hpp>

#include "tools/harness/config.hpp"

namespace sotto::tools {

/// What one peer plays as its camera and microphone: raw files, decoded once, so that the call itself decodes nothing
/// but the other side's.
struct DemoMedia {
  FootageConfig footage;
  std::string audio_file;
};

struct DemoMediaRequest {
  std::string video = {};   ///< a file that FFmpeg reads; empty: test pictures
  std::string audio = {};   ///< likewise; empty: a test voice
  uint32_t seed = 1;        ///< of test pictures and voice
  int width = 1280;         ///< pixels
  int height = 720;         ///< pixels
  int seconds = 15;         ///< how long the call takes; longer media is cut, shorter repeated
  std::string folder = {};  ///< where the raw files go; exists
};

/// Makes both files. `on_progress` is told in words how far it is, now and then.
Result<DemoMedia> prepare_media(const DemoMediaRequest& request,
                                const std::function<void(const std::string&)>& on_progress);

}  // namespace sotto::tools
