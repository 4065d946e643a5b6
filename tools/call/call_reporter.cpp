#include "tools/call/call_reporter.hpp"

#include <utility>
#include <vector>

#include <sotto/engine.hpp>

#include "tools/report/link_rates.hpp"
#include "tools/report/picture_image.hpp"

namespace sotto::tools {
namespace {

constexpr int kPictureWidth = 640;  // pixels: twice what a page shows of it side by side
constexpr size_t kPicturesEach = 2;
constexpr double kBlockSeconds = static_cast<double>(kAudioBlockSamples) / kAudioSampleRate;

/// A microphone that is listened to.
class WatchedMicrophone final : public AudioSource {
 public:
  WatchedMicrophone(std::shared_ptr<AudioSource> source, std::shared_ptr<CallReporter> reporter)
      : source_(std::move(source)), reporter_(std::move(reporter)) {}
  void start(std::function<void(AudioBlock, Timestamp)> on_block) override {
    source_->start([on_block = std::move(on_block), reporter = reporter_](AudioBlock block, Timestamp captured) {
      on_block(block, captured);
      reporter->said(block);
    });
  }
  void stop() override { source_->stop(); }

 private:
  const std::shared_ptr<AudioSource> source_;
  const std::shared_ptr<CallReporter> reporter_;
};

/// A camera that is looked at.
class WatchedCamera final : public VideoSource {
 public:
  WatchedCamera(std::shared_ptr<VideoSource> source, std::shared_ptr<CallReporter> reporter)
      : source_(std::move(source)), reporter_(std::move(reporter)) {}
  void start(std::function<void(VideoFrame)> on_frame) override {
    source_->start([on_frame = std::move(on_frame), reporter = reporter_](VideoFrame frame) {
      on_frame(frame);
      reporter->showed(frame);
    });
  }
  void stop() override { source_->stop(); }

 private:
  const std::shared_ptr<VideoSource> source_;
  const std::shared_ptr<CallReporter> reporter_;
};

/// Some of what a side showed, as the `side` of pairs that have no other.
std::vector<PicturePair> images_of(const PictureLog& log, Bytes PicturePair::*side) {
  std::vector<PicturePair> pairs;
  for (const PictureLog::Kept& kept : log.some(kPicturesEach)) {
    Result<Bytes> image = encode_picture(*kept.picture, kPictureWidth);
    // A report that lacks a picture is better than none.
    if (!image.ok()) continue;
    pairs.push_back({.seconds = kept.seconds});
    pairs.back().*side = std::move(image).value();
  }
  return pairs;
}

}  // namespace

Result<std::shared_ptr<CallReporter>> CallReporter::open(const std::string& path, std::string own_name,
                                                         std::string network) {
  Result<ReportFile> file = ReportFile::open(path);
  if (!file.ok()) return file.error();
  return std::shared_ptr<CallReporter>(
      new CallReporter(std::move(file).value(), std::move(own_name), std::move(network)));
}

CallMedia CallReporter::watch(CallMedia media) {
  if (media.audio) media.audio = std::make_shared<WatchedMicrophone>(media.audio, shared_from_this());
  if (media.video) media.video = std::make_shared<WatchedCamera>(media.video, shared_from_this());
  return media;
}

void CallReporter::begin(const std::shared_ptr<Call>& call, Timestamp accepted) {
  {
    const std::lock_guard lock(mutex_);
    if (accepted_) return;
    accepted_ = accepted;
  }
  sampler_ = std::make_unique<CallSampler>([call] { return call->statistics(); });
}

std::optional<double> CallReporter::seconds_now() const {
  if (!accepted_) return std::nullopt;
  return to_seconds(monotonic_now() - *accepted_);
}

void CallReporter::said(AudioBlock block) {
  const std::lock_guard lock(mutex_);
  const auto seconds = seconds_now();
  if (!seconds) return;
  // A block is handed over when it is complete.
  if (!said_since_) said_since_ = *seconds - kBlockSeconds;
  said_.add(block);
}

void CallReporter::heard(AudioBlock block) {
  const std::lock_guard lock(mutex_);
  const auto seconds = seconds_now();
  if (!seconds) return;
  if (!heard_since_) heard_since_ = *seconds;
  heard_.add(block);
}

void CallReporter::showed(const VideoFrame& frame) {
  const std::lock_guard lock(mutex_);
  if (const auto seconds = seconds_now(); seconds && frame.buffer) showed_.add(*frame.buffer, *seconds);
}

void CallReporter::saw(const VideoFrame& frame) {
  const std::lock_guard lock(mutex_);
  if (const auto seconds = seconds_now(); seconds && frame.buffer) saw_.add(*frame.buffer, *seconds);
}

Result<void> CallReporter::finish(const Call& call) {
  std::vector<CallSample> samples;
  if (sampler_) samples = sampler_->stop();
  const CallStatistics statistics = call.statistics();
  const CallTimeline& timeline = statistics.timeline;
  const Timestamp now = monotonic_now();

  const std::lock_guard lock(mutex_);
  ReportData report{.program = "sotto " + std::string(version()),
                    .began = began_,
                    .dialed = timeline.dialed.value_or(now),
                    .accepted = accepted_.value_or(now),
                    .end = std::string(to_string(call.end_reason())),
                    .security = statistics.security,
                    .path = {statistics.path.local_candidate_type, statistics.path.remote_candidate_type}};
  if (accepted_) report.seconds = to_seconds(timeline.ended.value_or(now) - *accepted_);
  const std::string peer = call.name();
  report.parties = {ReportParty{.name = own_name_, .timeline = timeline}, ReportParty{.name = peer}};
  report.directions = {ReportDirection{.from = own_name_, .to = peer, .sender = samples},
                       ReportDirection{.from = peer, .to = own_name_, .receiver = samples}};
  report.directions[0].pictures = images_of(showed_, &PicturePair::sent);
  report.directions[1].pictures = images_of(saw_, &PicturePair::received);
  if (said_since_) report.directions[0].sound_sent = said_.paint(*said_since_);
  if (heard_since_) report.directions[1].sound_received = heard_.paint(*heard_since_);
  if (!network_.empty()) {
    // The path, and with it the link, is made as soon as the other side has answered.
    const Timestamp started = timeline.handshake_done.value_or(report.dialed);
    if (Result<void> told = add_link(report, network_, started); !told.ok()) return told;
  }
  return file_.write(report);
}

}  // namespace sotto::tools
