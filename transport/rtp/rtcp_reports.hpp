#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/sequence_number.hpp"
#include "transport/rtp/ntp_time.hpp"
#include "transport/rtp/rtcp_packet.hpp"

namespace sotto::transport {

/// What a receiver says about one stream (RFC 3550 6.4.1).
struct ReportBlock {
  Ssrc source{};
  uint8_t fraction_lost = 0;        ///< in 1/256, since the report before
  int32_t cumulative_lost = 0;      ///< 24 bits; negative if duplicates outnumber losses
  uint32_t extended_highest = 0;    ///< highest sequence number, wraps in the upper half
  uint32_t jitter = 0;              ///< in units of the stream's RTP clock
  uint32_t last_sender_report = 0;  ///< compact NTP; zero: none came yet
  uint32_t delay_since_last = 0;    ///< in 1/65536 s

  bool operator==(const ReportBlock&) const = default;
};

/// The sender's part of a sender report.
struct SenderInfo {
  NtpTime ntp{};
  uint32_t rtp_timestamp = 0;
  uint32_t packets = 0;
  uint32_t payload_bytes = 0;

  bool operator==(const SenderInfo&) const = default;
};

/// A sender report, or a receiver report where `sender_info` is absent.
struct Report {
  static constexpr size_t kMaxBlocks = 31;  ///< The count has five bits.

  Ssrc sender{};
  std::optional<SenderInfo> sender_info;
  std::span<const ReportBlock> blocks() const { return std::span(storage).first(block_count); }

  size_t block_count = 0;
  std::array<ReportBlock, kMaxBlocks> storage;
};

/// Reads a packet of type kSenderReport or kReceiverReport; profile-specific extensions behind it are ignored.
std::optional<Report> parse_report(const RtcpPacketView& packet);

/// Calls `on_source` for each source that a BYE names (RFC 3550 6.6); false if it is malformed.
template <typename OnSource>
bool parse_bye(const RtcpPacketView& packet, OnSource on_source) {
  ByteReader reader(packet.body);
  const ByteView sources = reader.take(4u * packet.count);
  if (!reader.ok()) return false;
  for (ByteReader source(sources); !source.at_end();) on_source(Ssrc(source.u32()));
  return true;
}

/// Writes a sender report if `info` is there, else a receiver report. At most Report::kMaxBlocks blocks.
void write_report(ByteWriter& out, Ssrc sender, const std::optional<SenderInfo>& info,
                  std::span<const ReportBlock> blocks);

/// Writes a source description with the one item CNAME (RFC 3550 6.5.1), which has at most 255 bytes.
void write_cname(ByteWriter& out, Ssrc source, std::string_view cname);

/// Writes a BYE of at most 31 sources without a reason.
void write_bye(ByteWriter& out, std::span<const Ssrc> sources);

}  // namespace sotto::transport
