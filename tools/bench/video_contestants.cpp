#include <memory>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/packet_buffer.hpp"
#include "media/video/frame_assembler.hpp"
#include "media/video/vp8_packetizer.hpp"
#include "tools/bench/media_contestants.hpp"
#include "transport/peer_transport.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kPayloadsOfPicture = 9;  // 2.5 Mbit/s at 30 pictures a second
constexpr size_t kPictures = 7;

class Assembly {
 public:
  Assembly() {
    // What an assembler reads of a picture is its first byte: not a key frame, to be shown (RFC 6386 9.1).
    Bytes picture(kPayloadsOfPicture * (video_payload_size() - media::Vp8Packetizer::kDescriptorSize), 0x55);
    picture[0] = 0x11;
    media::Vp8Packetizer packetizer(video_payload_size(), 0, PacketPool::create());
    packetizer.packetize(picture, payloads_);
    SOTTO_ASSERT(payloads_.size() == kPayloadsOfPicture);
  }

  void run() {
    for (size_t i = 0; i < kPictures; ++i, rtp_timestamp_ += 3000) {
      for (size_t k = 0; k < kPayloadsOfPicture; ++k) {
        const bool last = k + 1 == kPayloadsOfPicture;
        const auto outcome = assembler_.on_payload(sequence_++, rtp_timestamp_, last, payloads_[k]->view());
        SOTTO_ASSERT(outcome == (last ? media::PayloadOutcome::kCompleted : media::PayloadOutcome::kStored));
      }
      media::AssembledFrame frame = assembler_.take_frame();
      assembler_.forget_before(sequence_);
      assembler_.recycle(std::move(frame.data));
    }
  }

 private:
  media::FrameAssembler assembler_;
  std::vector<PacketHandle> payloads_;
  int64_t sequence_ = 0;
  uint32_t rtp_timestamp_ = 0;
};

}  // namespace

size_t video_payload_size() { return transport::PeerTransport::max_payload_size(); }

Contestant frame_assembly() {
  const auto assembly = std::make_shared<Assembly>();
  return {kPictures * kPayloadsOfPicture, {}, [assembly] { assembly->run(); }};
}

}  // namespace sotto::tools
