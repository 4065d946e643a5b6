#include "tools/demo/demo_report.hpp"

#include <algorithm>
#include <utility>

#include "media/device/raw_video_file.hpp"
#include "tools/harness/json_text.hpp"
#include "tools/harness/timeline_steps.hpp"
#include "tools/report/link_rates.hpp"
#include "tools/report/picture_image.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

constexpr int kPictureWidth = 640;  // pixels: twice what a page shows of it side by side
constexpr size_t kPicturesEach = 2;

bool flag(const json& statistics, const char* name) {
  const auto found = statistics.find(name);
  return found != statistics.end() && found->is_boolean() && found->get<bool>();
}

/// The timeline that statistics_report() wrote, in the clock that both processes share.
std::optional<CallTimeline> timeline_of(const json& statistics) {
  const auto dialed = statistics.find("dialed_us");
  const auto steps = statistics.find("timeline_ms");
  if (dialed == statistics.end() || !dialed->is_number_integer() || steps == statistics.end()) return std::nullopt;
  CallTimeline timeline;
  timeline.dialed = Timestamp(Duration(dialed->get<int64_t>()));
  for_each_step(timeline, [&](const char* name, std::optional<Timestamp>& step) {
    const auto found = steps->find(name);
    if (found == steps->end() || !found->is_number()) return;
    step = *timeline.dialed + Duration(static_cast<int64_t>(found->get<double>() * 1000));
  });
  return timeline;
}

CallSecurity security_of(const json& statistics) {
  const auto text = [&](const char* name) { return text_of(statistics, name).value_or(""); };
  CallSecurity security;
  security.handshake = text("handshake");
  security.dtls_version = text("dtls");
  security.dtls_cipher = text("dtls_cipher");
  security.srtp_profile = text("srtp");
  security.local_fingerprint = text("local_fingerprint");
  security.peer_fingerprint = text("peer_fingerprint");
  security.keys_mixed = flag(statistics, "keys_mixed");
  security.peer_confirmed = flag(statistics, "peer_confirmed");
  security.peer_class = text("peer_class");
  security.safety_number = text("safety_number");
  return security;
}

/// Some pictures of a direction, spread over the call, as they were sent and as they arrived.
Result<std::vector<PicturePair>> picture_pairs(const DemoMedia& media, const Direction& direction) {
  const FootageConfig& footage = media.footage;
  Result<media::RawVideoFile> sent_file = media::RawVideoFile::open(footage.file, footage.width, footage.height);
  if (!sent_file.ok()) return sent_file.error();
  const auto& all = direction.pictures;
  const size_t count = std::min(kPicturesEach, all.size());
  std::vector<PicturePair> pairs;
  for (size_t i = 0; i < count; ++i) {
    const Direction::PictureQuality& picture = all[(2 * i + 1) * all.size() / (2 * count)];
    Result<media::RawVideoFile> file = media::RawVideoFile::open(picture.file, footage.width, footage.height);
    if (!file.ok()) return file.error();
    const Result<std::shared_ptr<VideoBuffer>> received = file->frame(0);
    if (!received.ok()) return received.error();
    const Result<std::shared_ptr<VideoBuffer>> sent = sent_picture(*sent_file, footage, picture.number);
    if (!sent.ok()) return sent.error();
    Result<Bytes> sent_image = encode_picture(*sent.value(), kPictureWidth);
    if (!sent_image.ok()) return sent_image.error();
    Result<Bytes> received_image = encode_picture(*received.value(), kPictureWidth);
    if (!received_image.ok()) return received_image.error();
    pairs.push_back({.seconds = picture.seconds,
                     .sent = std::move(sent_image).value(),
                     .received = std::move(received_image).value(),
                     .psnr = picture.psnr,
                     .ssim = picture.ssim});
  }
  return pairs;
}

std::optional<SoundPicture> paint(std::span<const int16_t> samples, Timestamp start, Timestamp accepted) {
  SoundPainter painter;
  painter.add(samples);
  return painter.paint(to_seconds(start - accepted));
}

Result<ReportDirection> direction_of(size_t index, const Summary& summary, const DemoReportSources& sources) {
  const Recording& sender = sources.recordings[index];
  const Recording& receiver = sources.recordings[1 - index];
  const DemoMedia& media = sources.media[index];
  const Direction& measured = summary.directions[index];
  const Timestamp accepted = sources.talk_time.accepted;
  ReportDirection direction{.from = summary.peers[index].name,
                            .to = summary.peers[1 - index].name,
                            .sender = sender.statistics,
                            .receiver = receiver.statistics,
                            .picture_delays = measured.picture_delays,
                            .sound_delays = measured.sound_delays};
  if (measured.sound_windows > 0) direction.sound_correlation = measured.sound_correlation;
  Result<std::vector<PicturePair>> pairs = picture_pairs(media, measured);
  if (!pairs.ok()) return pairs.error();
  direction.pictures = std::move(pairs).value();
  for (const Direction::PictureQuality& picture : measured.pictures) {
    direction.psnr.push_back({picture.seconds, picture.psnr});
    direction.ssim.push_back({picture.seconds, picture.ssim});
  }
  if (!sender.sent_blocks.empty()) {
    const Result<std::vector<int16_t>> sent = sent_sound(media, sender);
    if (!sent.ok()) return sent.error();
    direction.sound_sent = paint(sent.value(), start_of(sender.sent_blocks), accepted);
  }
  if (!receiver.played_blocks.empty()) {
    // A block is asked for when it is about to be heard; start_of() counts back from its end.
    direction.sound_received = paint(receiver.played_samples, receiver.played_blocks.front(), accepted);
  }
  return direction;
}

}  // namespace

Result<ReportData> make_report(const Summary& summary, const std::vector<Check>& checks,
                               const DemoReportSources& sources) {
  const json& caller = summary.peers[0].statistics;
  ReportData report{
      .program = summary.version,
      .began = summary.began,
      .accepted = sources.talk_time.accepted,
      .seconds = summary.seconds,
      .end = summary.peers[0].name + " " + summary.peers[0].end_reason,
      .security = security_of(caller),
      .path = {text_of(caller, "local_candidate").value_or(""), text_of(caller, "remote_candidate").value_or("")}};
  for (size_t i = 0; i < 2; ++i) {
    const Summary::Peer& peer = summary.peers[i];
    report.parties[i] = {.name = peer.name,
                         .timeline = timeline_of(peer.statistics),
                         .cpu_per_second = peer.cpu_per_second,
                         .peak_memory_mb = peer.peak_memory_mb};
    Result<ReportDirection> direction = direction_of(i, summary, sources);
    if (!direction.ok()) return direction.error();
    report.directions.push_back(std::move(direction).value());
  }
  report.dialed = report.parties[0].timeline ? *report.parties[0].timeline->dialed : report.accepted;
  if (!summary.network.empty() && report.parties[0].timeline) {
    const CallTimeline& timeline = *report.parties[0].timeline;
    // Its path, and with it the link, is made as soon as the other side has answered.
    if (Result<void> told = add_link(report, summary.network, timeline.handshake_done.value_or(report.dialed));
        !told.ok()) {
      return told.error();
    }
  }
  for (const Check& entry : checks) report.checks.push_back({entry.what, entry.passed, entry.detail});
  for (size_t i = 0; summary.wire && i < summary.wire->by_class.size(); ++i) {
    const auto& counted = summary.wire->by_class[i];
    report.wire.push_back({std::string(to_string(static_cast<DatagramClass>(i))), counted.datagrams, counted.bytes});
  }
  return report;
}

}  // namespace sotto::tools
