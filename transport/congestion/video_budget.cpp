#include "transport/congestion/video_budget.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

// Payloads of full size.
constexpr double kUsualPayloadPart = 0.94;
constexpr double kLeastPayloadPart = 0.5;

// A picture leaves within its own time; one that is larger than usual soon after. What waits longer is made up for by
// smaller pictures, within about this time.
constexpr Duration kUsualWait = 40ms;
constexpr double kMakeUpSeconds = 0.4;
constexpr double kMostMadeUp = 0.5;
// Longer than a key frame takes, which is as large as 200 ms of the rate: what is made now would only wait.
constexpr Duration kTooLong = 250ms;
// Less than this makes no pictures.
constexpr DataRate kLeast = DataRate::kbps(20);

}  // namespace

void VideoBudget::on_sent(PacketPriority priority, DataSize payload, DataSize on_path, Timestamp now) {
  switch (priority) {
    case PacketPriority::kAudio:
      audio_.add(on_path, now);
      return;
    case PacketPriority::kRepair:
      repairs_.add(on_path, now);
      return;
    case PacketPriority::kVideo:
      video_payload_.add(payload, now);
      video_on_path_.add(on_path, now);
      return;
  }
}

DataRate VideoBudget::video(DataRate target, Duration waiting, Timestamp now) {
  if (waiting > kTooLong) return DataRate();
  const DataRate before_video = std::max(audio_.rate(now), expected_audio_) + rtcp_.rate(now);
  const DataRate after_audio = std::max(target - before_video, DataRate());
  const DataRate after_repairs = std::max(after_audio - repairs_.rate(now), after_audio * (1 - kMostRepairs));
  const DataRate on_path = video_on_path_.rate(now);
  const double payload_part = on_path.bps() == 0
                                  ? kUsualPayloadPart
                                  : std::max(video_payload_.rate(now).kbps() / on_path.kbps(), kLeastPayloadPart);
  const double late = to_seconds(std::max(waiting - kUsualWait, Duration::zero()));
  const double kept = 1 - std::min(late / kMakeUpSeconds, kMostMadeUp);
  const DataRate video = std::min(after_repairs * (payload_part * kept), most_);
  return video < kLeast ? DataRate() : video;
}

}  // namespace sotto::transport
