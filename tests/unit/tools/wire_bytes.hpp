#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace sotto::tools {

// Datagrams as they look on the wire, for tests.

inline Bytes random_bytes(size_t count, uint64_t seed) {
  Bytes bytes(count);
  SeededRandom(seed).fill(bytes);
  return bytes;
}

/// An Ethernet frame with IPv4 and UDP around `payload`.
inline Bytes ipv4_frame(uint16_t source_port, uint16_t destination_port, ByteView payload) {
  Bytes frame(14 + 20 + 8 + payload.size());
  ByteWriter writer(frame);
  writer.zeros(12);
  writer.u16(0x0800);
  writer.u8(0x45);
  writer.u8(0);
  writer.u16(static_cast<uint16_t>(20 + 8 + payload.size()));
  writer.u16(1);
  writer.u16(0x4000);  // do not fragment
  writer.u8(64);
  writer.u8(17);
  writer.u16(0);
  writer.u32(0x7f000001);
  writer.u32(0x7f000001);
  writer.u16(source_port);
  writer.u16(destination_port);
  writer.u16(static_cast<uint16_t>(8 + payload.size()));
  writer.u16(0);
  writer.bytes(payload);
  return frame;
}

/// The same with IPv6.
inline Bytes ipv6_frame(uint16_t source_port, uint16_t destination_port, ByteView payload) {
  Bytes frame(14 + 40 + 8 + payload.size());
  ByteWriter writer(frame);
  writer.zeros(12);
  writer.u16(0x86dd);
  writer.u32(0x60000000);
  writer.u16(static_cast<uint16_t>(8 + payload.size()));
  writer.u8(17);
  writer.u8(64);
  writer.zeros(32);
  writer.u16(source_port);
  writer.u16(destination_port);
  writer.u16(static_cast<uint16_t>(8 + payload.size()));
  writer.u16(0);
  writer.bytes(payload);
  return frame;
}

/// `size` bytes that look like SRTP of stream `ssrc`.
inline Bytes srtp(uint32_t ssrc, uint16_t sequence, size_t size) {
  Bytes packet = random_bytes(size, uint64_t{ssrc} << 16 | sequence);
  ByteWriter writer(packet);
  writer.u8(0x90);
  writer.u8(96);
  writer.u16(sequence);
  writer.u32(0x12345678);
  writer.u32(ssrc);
  return packet;
}

/// `size` bytes that look like SRTCP.
inline Bytes srtcp(uint32_t ssrc, size_t size) {
  Bytes packet = random_bytes(size, ssrc);
  ByteWriter writer(packet);
  writer.u8(0x80);
  writer.u8(200);
  writer.u16(6);
  writer.u32(ssrc);
  packet[size - 4] |= 0x80;
  return packet;
}

/// A STUN binding request without attributes.
inline Bytes stun() {
  Bytes message(20);
  ByteWriter writer(message);
  writer.u16(0x0001);
  writer.u16(0);
  writer.u32(0x2112a442);
  return message;
}

/// A DTLS 1.2 handshake record with `size` bytes in it.
inline Bytes dtls(size_t size) {
  Bytes record(13 + size);
  ByteWriter writer(record);
  writer.u8(22);
  writer.u16(0xfefd);
  writer.zeros(8);
  writer.u16(static_cast<uint16_t>(size));
  return record;
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) append(all, part);
  return all;
}

}  // namespace sotto::tools
