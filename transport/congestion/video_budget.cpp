#include "transport/congestion/video_budget.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

// Payloads of full size.
constexpr double kUsualPayloadPart = 0.95;
constexpr double kLeastPayloadPart = 0.5;

// A picture leaves within its own time; one that is larger than usual soon after. What waits longer is made up for by
// smaller pictures, within about this time.
constexpr Duration kUsualWait = 40ms;
constexpr double kMakeUpSeconds = 0.4;
constexpr double kMostMadeUp = 0.5;

}  // namespace

void VideoBudget::on_sent(PacketPriority priority, DataSize payload, DataSize datagram, Timestamp now) {
  switch (priority) {
    case PacketPriority::kAudio:
      audio_.add(datagram, now);
      return;
    case PacketPriority::kRetransmission:
      repairs_.add(datagram, now);
      return;
    case PacketPriority::kVideo:
      video_payload_.add(payload, now);
      video_datagrams_.add(datagram, now);
      return;
  }
}

DataRate VideoBudget::video(DataRate target, Duration waiting, Timestamp now) {
  const DataRate after_audio = std::max(target - std::max(audio_.rate(now), expected_audio_), DataRate());
  const DataRate after_repairs = std::max(after_audio - repairs_.rate(now), after_audio * (1 - kMostRepairs));
  const DataRate datagrams = video_datagrams_.rate(now);
  const double payload_part = datagrams.bps() == 0
                                  ? kUsualPayloadPart
                                  : std::max(video_payload_.rate(now).kbps() / datagrams.kbps(), kLeastPayloadPart);
  const double late = to_seconds(std::max(waiting - kUsualWait, Duration::zero()));
  const double kept = 1 - std::min(late / kMakeUpSeconds, kMostMadeUp);
  return std::min(after_repairs * (payload_part * kept), most_);
}

}  // namespace sotto::transport
