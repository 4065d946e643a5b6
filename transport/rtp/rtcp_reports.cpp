#include "transport/rtp/rtcp_reports.hpp"

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

constexpr size_t kSenderInfoSize = 20;
constexpr size_t kReportBlockSize = 24;
constexpr uint8_t kCnameItem = 1;  // RFC 3550 12.2
constexpr size_t kMaxItemLength = 255;
constexpr int32_t kMaxCumulativeLost = 0x7fffff;
constexpr int32_t kMinCumulativeLost = -0x800000;

int32_t sign_extend_24(uint32_t value) { return static_cast<int32_t>(value << 8) >> 8; }

ReportBlock read_block(ByteReader& reader) {
  ReportBlock block;
  block.source = Ssrc(reader.u32());
  block.fraction_lost = reader.u8();
  block.cumulative_lost = sign_extend_24(reader.u24());
  block.extended_highest = reader.u32();
  block.jitter = reader.u32();
  block.last_sender_report = reader.u32();
  block.delay_since_last = reader.u32();
  return block;
}

void write_block(ByteWriter& out, const ReportBlock& block) {
  const int32_t lost = std::clamp(block.cumulative_lost, kMinCumulativeLost, kMaxCumulativeLost);
  out.u32(block.source.value());
  out.u8(block.fraction_lost);
  out.u24(static_cast<uint32_t>(lost) & 0xffffff);
  out.u32(block.extended_highest);
  out.u32(block.jitter);
  out.u32(block.last_sender_report);
  out.u32(block.delay_since_last);
}

}  // namespace

std::optional<Report> parse_report(const RtcpPacketView& packet) {
  ByteReader reader(packet.body);
  Report report;
  report.sender = Ssrc(reader.u32());
  if (packet.type == RtcpType::kSenderReport) {
    SenderInfo& info = report.sender_info.emplace();
    info.ntp = NtpTime(reader.u64());
    info.rtp_timestamp = reader.u32();
    info.packets = reader.u32();
    info.payload_bytes = reader.u32();
  }
  report.block_count = std::min<size_t>(packet.count, Report::kMaxBlocks);
  for (size_t i = 0; i < report.block_count; ++i) report.storage[i] = read_block(reader);
  if (!reader.ok()) return std::nullopt;
  return report;
}

void write_report(ByteWriter& out, Ssrc sender, const std::optional<SenderInfo>& info,
                  std::span<const ReportBlock> blocks) {
  SOTTO_ASSERT(blocks.size() <= Report::kMaxBlocks);
  const RtcpType type = info ? RtcpType::kSenderReport : RtcpType::kReceiverReport;
  write_rtcp_header(out, type, static_cast<uint8_t>(blocks.size()),
                    4 + (info ? kSenderInfoSize : 0) + blocks.size() * kReportBlockSize);
  out.u32(sender.value());
  if (info) {
    out.u64(info->ntp.value());
    out.u32(info->rtp_timestamp);
    out.u32(info->packets);
    out.u32(info->payload_bytes);
  }
  for (const ReportBlock& block : blocks) write_block(out, block);
}

void write_cname(ByteWriter& out, Ssrc source, std::string_view cname) {
  SOTTO_ASSERT(cname.size() <= kMaxItemLength);
  // A chunk ends with at least one zero and at a multiple of four.
  const size_t unpadded = 4 + 2 + cname.size() + 1;
  const size_t padding = (4 - unpadded % 4) % 4;
  write_rtcp_header(out, RtcpType::kSourceDescription, 1, unpadded + padding);
  out.u32(source.value());
  out.u8(kCnameItem);
  out.u8(static_cast<uint8_t>(cname.size()));
  out.bytes(as_bytes(cname));
  out.zeros(1 + padding);
}

void write_bye(ByteWriter& out, std::span<const Ssrc> sources) {
  write_rtcp_header(out, RtcpType::kBye, static_cast<uint8_t>(sources.size()), 4 * sources.size());
  for (const Ssrc source : sources) out.u32(source.value());
}

}  // namespace sotto::transport
