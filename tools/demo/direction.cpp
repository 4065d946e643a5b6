#include "tools/demo/direction.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <sotto/audio_format.hpp>

#include "media/device/frame_stamp.hpp"
#include "media/device/picture_quality.hpp"
#include "media/device/raw_sound_file.hpp"
#include "media/device/raw_video_file.hpp"
#include "media/device/sound_quality.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kBlock = 10ms;
constexpr double kAudible = 32768 * 0.000316;  // -70 dBFS
constexpr double kFound = 0.5;                 // a correlation by which a window was found again

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<size_t>(std::lround(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

double mean(const std::vector<Direction::PictureQuality>& pictures, double Direction::PictureQuality::*value) {
  double sum = 0;
  for (const Direction::PictureQuality& picture : pictures) sum += picture.*value;
  return pictures.empty() ? 0 : sum / static_cast<double>(pictures.size());
}

void compare_times(const Recording& sender, const Recording& receiver, const TalkTime& talk_time,
                   Direction& direction) {
  direction.frames_sent = std::count_if(sender.sent_frames.begin(), sender.sent_frames.end(), [&](const auto& frame) {
    return frame.second >= talk_time.accepted && frame.second < talk_time.hung_up;
  });
  std::vector<double> delays;
  std::vector<Timestamp> shown;
  int64_t newest = -1;
  for (const Recording::ShownFrame& frame : receiver.shown_frames) {
    const auto sent = sender.sent_frames.find(frame.number);
    if (sent == sender.sent_frames.end() || frame.number <= newest) continue;
    newest = frame.number;
    delays.push_back(to_milliseconds(frame.time - sent->second));
    direction.picture_delays.push_back({to_seconds(frame.time - talk_time.accepted), delays.back()});
    shown.push_back(frame.time);
  }
  direction.frames_shown = static_cast<int64_t>(shown.size());
  if (shown.empty()) return;
  direction.first_picture_ms = to_milliseconds(shown.front() - talk_time.accepted);
  direction.picture_delay_ms_p50 = percentile(delays, 0.5);
  direction.picture_delay_ms_p95 = percentile(delays, 0.95);
  const double seconds = to_seconds(shown.back() - shown.front());
  if (seconds > 0) direction.frames_per_second = static_cast<double>(shown.size() - 1) / seconds;
}

/// When each picture was first shown, in seconds since the accept.
std::map<int64_t, double> times_shown(const Recording& receiver, const TalkTime& talk_time) {
  std::map<int64_t, double> times;
  for (const Recording::ShownFrame& frame : receiver.shown_frames) {
    times.emplace(frame.number, to_seconds(frame.time - talk_time.accepted));
  }
  return times;
}

Result<void> compare_pictures(const DemoMedia& media, const Recording& receiver, const TalkTime& talk_time,
                              Direction& direction) {
  const std::map<int64_t, double> times = times_shown(receiver, talk_time);
  const FootageConfig& config = media.footage;
  Result<media::RawVideoFile> footage = media::RawVideoFile::open(config.file, config.width, config.height);
  if (!footage.ok()) return footage.error();
  for (const auto& [number, kept] : receiver.kept_frames) {
    if (kept.width != config.width || kept.height != config.height) continue;
    Result<media::RawVideoFile> file = media::RawVideoFile::open(kept.file, kept.width, kept.height);
    if (!file.ok()) return file.error();
    const Result<std::shared_ptr<VideoBuffer>> received = file->frame(0);
    if (!received.ok()) return received.error();
    const Result<std::shared_ptr<VideoBuffer>> sent = sent_picture(*footage, config, number);
    if (!sent.ok()) return sent.error();
    const auto shown = times.find(number);
    direction.pictures.push_back({number, kept.file, media::luma_psnr(*sent.value(), *received.value()),
                                  media::luma_ssim(*sent.value(), *received.value()),
                                  shown == times.end() ? 0 : shown->second});
  }
  direction.psnr = mean(direction.pictures, &Direction::PictureQuality::psnr);
  direction.ssim = mean(direction.pictures, &Direction::PictureQuality::ssim);
  for (const Direction::PictureQuality& picture : direction.pictures) {
    if (direction.psnr_min == 0 || picture.psnr < direction.psnr_min) direction.psnr_min = picture.psnr;
  }
  return {};
}

Result<void> compare_sound(const DemoMedia& media, const Recording& sender, const Recording& receiver,
                           const TalkTime& talk_time, Direction& direction) {
  for (size_t i = 0; i < receiver.played_blocks.size() && !direction.first_sound_ms; ++i) {
    double energy = 0;
    for (size_t k = i * kAudioBlockSamples; k < (i + 1) * kAudioBlockSamples; ++k) {
      energy += static_cast<double>(receiver.played_samples[k]) * receiver.played_samples[k];
    }
    if (std::sqrt(energy / kAudioBlockSamples) < kAudible) continue;
    direction.first_sound_ms = to_milliseconds(receiver.played_blocks[i] - talk_time.accepted);
  }
  if (sender.sent_blocks.empty() || receiver.played_blocks.empty()) return {};

  const Result<std::vector<int16_t>> sent = sent_sound(media, sender);
  if (!sent.ok()) return sent.error();
  Result<media::RawSoundFile> file = media::RawSoundFile::open(media.audio_file);
  if (!file.ok()) return file.error();
  media::SoundMatchOptions options{.received_start =
                                       start_of(receiver.played_blocks) + kBlock - start_of(sender.sent_blocks)};
  // Sound that is repeated within the longest delay would be found twice.
  options.max_delay = std::min(options.max_delay, file->samples() * Duration(1s) / kAudioSampleRate);
  const std::vector<media::SoundMatch> matches = media::match_sound(sent.value(), receiver.played_samples, options);
  const media::SoundQuality quality = media::summarize(matches, options);
  direction.sound_delay_ms_p50 = to_milliseconds(quality.delay_p50);
  direction.sound_delay_ms_p95 = to_milliseconds(quality.delay_p95);
  direction.sound_correlation = quality.score;
  direction.sound_matched = quality.matched;
  direction.sound_windows = quality.windows;
  for (const media::SoundMatch& match : matches) {
    if (match.correlation <= kFound) continue;
    const double heard = static_cast<double>(match.received_at) / kAudioSampleRate;
    const double captured = static_cast<double>(match.sent_at) / kAudioSampleRate;
    direction.sound_delays.push_back({to_seconds(receiver.played_blocks.front() - talk_time.accepted) + heard,
                                      to_milliseconds(options.received_start) + 1000 * (heard - captured)});
  }
  return {};
}

}  // namespace

// Blocks are handed over late, never early, so the earliest tells.
Timestamp start_of(const std::vector<Timestamp>& blocks) {
  Timestamp start = Timestamp::max();
  for (size_t i = 0; i < blocks.size(); ++i) start = std::min(start, blocks[i] - static_cast<int64_t>(i + 1) * kBlock);
  return start;
}

Result<std::vector<int16_t>> sent_sound(const DemoMedia& media, const Recording& sender) {
  Result<media::RawSoundFile> file = media::RawSoundFile::open(media.audio_file);
  if (!file.ok()) return file.error();
  std::vector<int16_t> sent(sender.sent_blocks.size() * kAudioBlockSamples);
  for (size_t i = 0; i < sender.sent_blocks.size(); ++i) {
    const std::span<int16_t, kAudioBlockSamples> block(sent.data() + i * kAudioBlockSamples, kAudioBlockSamples);
    if (const Result<void> read = file->read_block(static_cast<int64_t>(i), block); !read.ok()) return read.error();
  }
  return sent;
}

Result<std::shared_ptr<VideoBuffer>> sent_picture(media::RawVideoFile& footage, const FootageConfig& config,
                                                  int64_t number) {
  Result<std::shared_ptr<VideoBuffer>> picture = footage.frame(media::ping_pong_index(number, config.frames));
  if (picture.ok()) media::stamp_frame(**picture, static_cast<uint16_t>(number & 0xffff));
  return picture;
}

Result<Direction> compare(const DemoMedia& media, const Recording& sender, const Recording& receiver,
                          const TalkTime& talk_time) {
  Direction direction;
  compare_times(sender, receiver, talk_time, direction);
  if (const Result<void> done = compare_pictures(media, receiver, talk_time, direction); !done.ok())
    return done.error();
  if (const Result<void> done = compare_sound(media, sender, receiver, talk_time, direction); !done.ok()) {
    return done.error();
  }
  return direction;
}

}  // namespace sotto::tools
