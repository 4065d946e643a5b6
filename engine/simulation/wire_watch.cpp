#include "engine/simulation/wire_watch.hpp"

#include <algorithm>
#include <cinttypes>
#include <utility>

#include "base/packet_buffer.hpp"
#include "transport/datagram_kind.hpp"

namespace sotto::simulation {
namespace {

using transport::DatagramKind;
using transport::MediaKind;

// As make_offer() numbers them: sound, alone and with copies. Every other payload type is of pictures.
constexpr uint8_t kOpusPayloadType = 111;
constexpr uint8_t kRedPayloadType = 63;

// The network thread takes sound up in the moment in which it is encoded, but other events may fall on that moment.
constexpr Duration kLongestWait = 1ms;

constexpr size_t kMostFaults = 20;
constexpr size_t kMostMissing = 4096;
constexpr size_t kRtpHeader = 12;
// SRTCP ends with the E flag and the index (RFC 7714 9.2: behind the tag).
constexpr size_t kSrtcpTrailer = 4;
constexpr size_t kLeastSrtcp = 8 + 16 + kSrtcpTrailer;

uint32_t u32_at(ByteView bytes, size_t position) { return ByteReader(bytes.subspan(position)).u32(); }

const char* name_of(DatagramKind kind) {
  switch (kind) {
    case DatagramKind::kStun:
      return "stun";
    case DatagramKind::kDtls:
      return "dtls";
    case DatagramKind::kSrtp:
      return "srtp";
    case DatagramKind::kSrtcp:
      return "srtcp";
    case DatagramKind::kUnknown:
      return "?";
  }
  return "?";
}

}  // namespace

WireWatch::WireWatch(const VirtualMachine& machine, std::function<bool()> both_agreed, std::FILE* trace)
    : machine_(machine), both_agreed_(std::move(both_agreed)), trace_(trace) {}

void WireWatch::fault(const std::string& what) {
  if (faults_.size() == kMostFaults) return;
  faults_.push_back("at " + std::to_string(to_seconds(machine_.now().time_since_epoch())) + " s: " + what);
  if (trace_ != nullptr) std::fprintf(trace_, "FAULT %s\n", faults_.back().c_str());
}

void WireWatch::on_payload(int device, MediaKind kind, ByteView payload) {
  check_consent(device);
  mix(payload);
  if (kind == MediaKind::kAudio) ends_.at(device).sound_waiting.push_back(machine_.now());
}

void WireWatch::on_sent(int device, ByteView datagram) {
  End& end = ends_.at(device);
  ++end.counts.datagrams;
  end.counts.bytes += datagram.size();
  mix(static_cast<uint64_t>(machine_.now().time_since_epoch().count()));
  mix(static_cast<uint64_t>(device) << 32 | datagram.size());
  const DatagramKind kind = transport::datagram_kind(datagram);
  if (trace_ != nullptr) {
    std::fprintf(trace_, "%.6f %s %s %zu", to_seconds(machine_.now().time_since_epoch()), device == 0 ? "alice" : "bob",
                 name_of(kind), datagram.size());
  }
  if (datagram.size() > kMaxDatagramSize) fault("a datagram of " + std::to_string(datagram.size()) + " bytes");
  switch (kind) {
    case DatagramKind::kSrtp:
      on_rtp(device, datagram);
      break;
    case DatagramKind::kSrtcp:
      on_rtcp(device, datagram);
      break;
    case DatagramKind::kUnknown:
      fault("a datagram of no kind");
      break;
    case DatagramKind::kStun:
    case DatagramKind::kDtls:
      break;
  }
  if (trace_ != nullptr) std::fprintf(trace_, " %016" PRIx64 "\n", hash_);
}

void WireWatch::on_arrived(int device, ByteView datagram) {
  const DatagramKind kind = transport::datagram_kind(datagram);
  if (kind != DatagramKind::kStun && kind != DatagramKind::kDtls) ++ends_.at(1 - device).counts.media_arrived;
}

void WireWatch::check_consent(int device) {
  if (!both_agreed_()) fault("media of device " + std::to_string(device) + " before both have agreed");
}

void WireWatch::on_rtp(int device, ByteView datagram) {
  check_consent(device);
  End& end = ends_.at(device);
  ++end.counts.rtp;
  if (datagram.size() < kRtpHeader) return fault("an RTP packet without a whole header");
  mix(datagram.first(kRtpHeader));

  const uint8_t payload_type = datagram[1] & 0x7f;
  const uint16_t sequence = ByteReader(datagram.subspan(2)).u16();
  const uint32_t ssrc = u32_at(datagram, 8);
  if (trace_ != nullptr) std::fprintf(trace_, " pt=%u ssrc=%08" PRIx32 " seq=%u", payload_type, ssrc, sequence);
  if (payload_type == kOpusPayloadType || payload_type == kRedPayloadType) {
    ++end.counts.audio;
    if (!end.sound_waiting.empty()) end.sound_waiting.pop_front();
  } else if (!end.sound_waiting.empty() && machine_.now() - end.sound_waiting.front() > kLongestWait) {
    fault("sound waits behind pictures");
  }

  // What libsrtp makes of a sequence number (RFC 3711 3.3.1): the index nearest to the highest.
  Indices& indices = end.rtp[ssrc];
  int64_t index = sequence;
  if (indices.highest >= 0) index = indices.highest + static_cast<int16_t>(sequence - (indices.highest & 0xffff));
  if (!use(indices, index)) fault("SRTP index " + std::to_string(index) + " twice");
}

void WireWatch::on_rtcp(int device, ByteView datagram) {
  check_consent(device);
  End& end = ends_.at(device);
  ++end.counts.rtcp;
  if (datagram.size() < kLeastSrtcp) return fault("an SRTCP packet too short");
  const int64_t index = u32_at(datagram, datagram.size() - kSrtcpTrailer) & 0x7fffffff;
  if (!use(end.rtcp[u32_at(datagram, 4)], index)) fault("SRTCP index " + std::to_string(index) + " twice");
}

bool WireWatch::use(Indices& indices, int64_t index) {
  if (index <= indices.highest) return indices.missing.erase(index) > 0;
  if (indices.highest >= 0) {  // what lies before the first one is nobody's
    for (int64_t skipped = indices.highest + 1; skipped < index; ++skipped) indices.missing.insert(skipped);
  }
  while (indices.missing.size() > kMostMissing) indices.missing.erase(indices.missing.begin());
  indices.highest = index;
  return true;
}

// FNV-1a, eight bytes at a time.
void WireWatch::mix(uint64_t number) { hash_ = (hash_ ^ number) * 0x100000001b3; }

void WireWatch::mix(ByteView bytes) {
  ByteReader reader(bytes);
  while (reader.remaining() >= 8) mix(reader.u64());
  while (!reader.at_end()) mix(uint64_t{reader.u8()});
}

}  // namespace sotto::simulation
