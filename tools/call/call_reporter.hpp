#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <sotto/call.hpp>

#include "tools/harness/call_sampler.hpp"
#include "tools/report/picture_log.hpp"
#include "tools/report/report_file.hpp"
#include "tools/report/sound_picture.hpp"

namespace sotto::tools {

/// Watches one call from this end, for its report: what is captured, what is played and shown, and the statistics over
/// time. All in bounded memory, however long the call is.
class CallReporter : public std::enable_shared_from_this<CallReporter> {
 public:
  /// `own_name`: how this side is called in the report. `network`: what is emulated, as `--network` takes it; empty:
  /// nothing. Fails if the report could not be written after the call.
  static Result<std::shared_ptr<CallReporter>> open(const std::string& path, std::string own_name, std::string network);

  /// The same media, which tell the reporter what is captured.
  CallMedia watch(CallMedia media);
  /// The call has been accepted. From now on things are kept; what comes before goes unseen.
  void begin(const std::shared_ptr<Call>& call, Timestamp accepted);

  // Any thread.
  void said(AudioBlock block);
  void showed(const VideoFrame& frame);
  void heard(AudioBlock block);
  void saw(const VideoFrame& frame);

  /// Ends the sampling and writes the report of a call that is over. Once; nothing is said or heard any more.
  Result<void> finish(const Call& call);
  const std::string& page_path() const { return file_.page_path(); }

 private:
  CallReporter(ReportFile file, std::string own_name, std::string network)
      : file_(std::move(file)), own_name_(std::move(own_name)), network_(std::move(network)) {}
  std::optional<double> seconds_now() const;

  ReportFile file_;
  const std::string own_name_;
  const std::string network_;
  const WallTime began_ = wall_now();

  std::mutex mutex_;  // guards what follows
  std::optional<Timestamp> accepted_;
  std::optional<double> said_since_;   ///< seconds
  std::optional<double> heard_since_;  ///< seconds
  SoundPainter said_;
  SoundPainter heard_;
  PictureLog showed_;
  PictureLog saw_;

  std::unique_ptr<CallSampler> sampler_;
};

}  // namespace sotto::tools
