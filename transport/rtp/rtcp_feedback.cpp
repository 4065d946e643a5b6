#include "transport/rtp/rtcp_feedback.hpp"

namespace sotto::transport {
namespace {

constexpr size_t kSourcesSize = 8;
constexpr int kFollowingBits = 16;

struct NackWord {
  SequenceNumber first;
  uint16_t following = 0;  // bit i: first + 1 + i is lost too
  size_t consumed = 0;     // of the list
};

NackWord first_word(std::span<const SequenceNumber> lost) {
  NackWord word{.first = lost.front(), .consumed = 1};
  for (; word.consumed < lost.size(); ++word.consumed) {
    const int distance = word.first.distance_to(lost[word.consumed]);
    if (distance < 1 || distance > kFollowingBits) break;
    word.following = static_cast<uint16_t>(word.following | 1u << (distance - 1));
  }
  return word;
}

}  // namespace

std::optional<FeedbackMessage> parse_feedback(const RtcpPacketView& packet) {
  ByteReader reader(packet.body);
  FeedbackMessage message;
  message.sender = Ssrc(reader.u32());
  message.media = Ssrc(reader.u32());
  message.control = reader.rest();
  if (!reader.ok()) return std::nullopt;
  return message;
}

size_t write_nack(ByteWriter& out, Ssrc sender, Ssrc media, std::span<const SequenceNumber> lost) {
  if (out.remaining() < kRtcpHeaderSize + kSourcesSize) return 0;
  const size_t most_words = (out.remaining() - kRtcpHeaderSize - kSourcesSize) / 4;

  // The header holds the length, so the words are counted before they are written.
  size_t words = 0;
  size_t taken = 0;
  for (; words < most_words && taken < lost.size(); ++words) taken += first_word(lost.subspan(taken)).consumed;
  if (words == 0) return 0;

  write_rtcp_header(out, RtcpType::kTransportFeedback, kNackFormat, kSourcesSize + 4 * words);
  out.u32(sender.value());
  out.u32(media.value());
  for (auto rest = lost.first(taken); !rest.empty();) {
    const NackWord word = first_word(rest);
    out.u16(word.first.value());
    out.u16(word.following);
    rest = rest.subspan(word.consumed);
  }
  return taken;
}

void write_pli(ByteWriter& out, Ssrc sender, Ssrc media) {
  write_rtcp_header(out, RtcpType::kPayloadFeedback, kPliFormat, kSourcesSize);
  out.u32(sender.value());
  out.u32(media.value());
}

}  // namespace sotto::transport
