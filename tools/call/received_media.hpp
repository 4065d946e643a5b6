#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <sotto/call.hpp>

#include "media/device/raw_sound_file.hpp"
#include "tools/call/call_reporter.hpp"
#include "tools/call/echo.hpp"
#include "tools/harness/playout.hpp"

namespace sotto::tools {

/// Takes what a call plays and shows: a loudspeaker and a window for nobody. Keeps it in files, and gives it to an
/// echo and a reporter, if asked to.
class ReceivedMedia {
 public:
  struct Options {
    std::string record;                    ///< folder for sound.s16 and picture-WxH.y4m; empty: nothing is kept
    std::shared_ptr<Echo> echo = nullptr;  ///< null: none
    std::shared_ptr<CallReporter> reporter = nullptr;  ///< null: none
  };
  static Result<std::unique_ptr<ReceivedMedia>> begin(std::shared_ptr<Call> call, Options options);
  /// Ends the play-out.
  ~ReceivedMedia();
  ReceivedMedia(const ReceivedMedia&) = delete;
  ReceivedMedia& operator=(const ReceivedMedia&) = delete;

  /// What went wrong with the files, if anything did: told once, recording then ends.
  std::optional<Error> take_error();

 private:
  class Pictures;
  ReceivedMedia(std::shared_ptr<Call> call, Options options, std::optional<media::RawSoundWriter> sound);

  const std::shared_ptr<Call> call_;
  const Options options_;
  std::optional<media::RawSoundWriter> sound_;  // playing thread
  std::shared_ptr<Pictures> pictures_;
  std::mutex mutex_;
  std::optional<Error> error_;
  std::optional<Playout> playout_;
};

}  // namespace sotto::tools
