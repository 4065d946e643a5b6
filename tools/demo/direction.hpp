#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "media/device/raw_video_file.hpp"
#include "tools/demo/demo_media.hpp"
#include "tools/demo/recording.hpp"
#include "tools/report/report_data.hpp"

namespace sotto::tools {

/// When two peers talked.
struct TalkTime {
  Timestamp accepted{};
  Timestamp hung_up{};
};

/// How well what one peer sent came out at the other.
struct Direction {
  /// One received picture held against the same one as it was sent.
  struct PictureQuality {
    int64_t number = 0;
    std::string file;    ///< the received one
    double psnr = 0;     ///< luma, dB
    double ssim = 0;     ///< luma
    double seconds = 0;  ///< since the accept, when it was shown
  };

  int64_t frames_sent = 0;   ///< captured while they talked
  int64_t frames_shown = 0;  ///< those that could be read and did not jump back
  double frames_per_second = 0;
  double picture_delay_ms_p50 = 0;  ///< from capture to the application
  double picture_delay_ms_p95 = 0;
  std::optional<double> first_picture_ms;  ///< after the accept
  std::optional<double> first_sound_ms;    ///< after the accept
  std::vector<PictureQuality> pictures;
  double psnr = 0;                ///< mean of pictures
  double psnr_min = 0;            ///< worst of pictures
  double ssim = 0;                ///< mean of pictures
  double sound_delay_ms_p50 = 0;  ///< mouth to ear
  double sound_delay_ms_p95 = 0;
  double sound_correlation = 0;  ///< mean over windows of 320 ms
  double sound_matched = 0;      ///< share of windows that are found in what was sent
  size_t sound_windows = 0;
  std::vector<TimedValue> picture_delays;  ///< from capture to the application, ms; at the time it was shown
  std::vector<TimedValue> sound_delays;    ///< mouth to ear, ms; at the time it was heard
};

/// Compares what `sender` recorded as sent, from `media`, with what `receiver` recorded as shown and played.
Result<Direction> compare(const DemoMedia& media, const Recording& sender, const Recording& receiver,
                          const TalkTime& talk_time);

/// The picture with this number as it was sent.
Result<std::shared_ptr<VideoBuffer>> sent_picture(media::RawVideoFile& footage, const FootageConfig& config,
                                                  int64_t number);

/// All that was captured of the sound of `media`: 480 samples for each of the sender's blocks.
Result<std::vector<int16_t>> sent_sound(const DemoMedia& media, const Recording& sender);

/// When the first sample of blocks of captured sound was taken.
Timestamp start_of(const std::vector<Timestamp>& blocks);

}  // namespace sotto::tools
