#pragma once

#include <cstdint>
#include <optional>

#include "base/packet_buffer.hpp"
#include "base/sequence_number.hpp"

namespace sotto::transport {

/// What forward error correction sees of an RTP packet (RFC 5109 8.2): a row of bytes that can be added to others by
/// exclusive or, so that a sum of rows with all but one of its packets gives the last. It has the fields of the header
/// that differ from packet to packet, the length, and all that follows the fixed header; sequence number and source are
/// known from elsewhere. Header extensions belong to it as they are in the packet, but for numbers that are given when
/// it leaves: those count as zero.
///
///     0: P, X and CC as in RTP   1: M and PT   2: timestamp   6: length of what follows   8: the packet from byte 12
class FecRow {
 public:
  static constexpr size_t kHeaderSize = 8;

  FecRow() = default;
  /// Of a whole RTP packet, without SRTP. It has at least its fixed header.
  FecRow(ByteView packet, PacketPool& pool);
  /// Of a sum that was received.
  static FecRow received(PacketHandle bytes);

  /// Adds `other`, which may be longer or shorter.
  void add(const FecRow& other);
  /// The RTP packet, if this is the row of one and not a sum: nothing if its length contradicts itself.
  PacketHandle packet(SequenceNumber sequence, Ssrc ssrc, PacketPool& pool) const;

  ByteView view() const { return bytes_->view(); }
  explicit operator bool() const { return bytes_ != nullptr; }
  FecRow copy(PacketPool& pool) const;

 private:
  PacketHandle bytes_;
};

/// Which packets a sum protects: bit `i`, counted from the highest of 48, is the packet with number base + i.
class FecMask {
 public:
  static constexpr int kMostPackets = 48;

  FecMask() = default;
  explicit FecMask(uint64_t bits) : bits_(bits) {}

  void set(int packet) { bits_ |= bit(packet); }
  bool has(int packet) const { return packet >= 0 && packet < kMostPackets && (bits_ & bit(packet)) != 0; }
  bool empty() const { return bits_ == 0; }
  /// In the lower 48 bits.
  uint64_t bits() const { return bits_; }
  bool fits_short() const { return (bits_ & 0xffff'ffff) == 0; }

 private:
  static uint64_t bit(int packet) { return uint64_t{1} << (kMostPackets - 1 - packet); }
  uint64_t bits_ = 0;
};

/// A payload of RFC 5109 with one level of protection, taken apart.
struct UlpfecPayload {
  SequenceNumber base{};
  FecMask mask{};
  FecRow row{};
};

/// Bytes in front of the protected ones, at the most.
inline constexpr size_t kMaxUlpfecOverhead = 10 + 8;

/// Reads a payload of RFC 5109. Levels behind the first are left out: the first protects whole packets, as browsers
/// send them.
std::optional<UlpfecPayload> parse_ulpfec(ByteView payload, PacketPool& pool);
/// Writes one.
PacketHandle write_ulpfec(SequenceNumber base, FecMask mask, const FecRow& row, PacketPool& pool);

}  // namespace sotto::transport
