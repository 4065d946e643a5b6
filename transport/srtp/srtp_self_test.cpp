#include <algorithm>
#include <numeric>
#include <string_view>

#include "transport/srtp/srtp_session.hpp"

namespace sotto::transport {
namespace {

constexpr std::string_view kSalt = "sotto tests!";
constexpr std::array<uint8_t, 12> kHeader{0x80, 0x60, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x50, 0x77, 0xe5, 0x70};
constexpr std::string_view kPayload = "sotto voce";
// Computed by an independent implementation of RFC 3711 4.3 and RFC 7714, with the master key 00 01 .. 1f.
constexpr std::array<uint8_t, 38> kProtected{
    0x80, 0x60, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x50, 0x77, 0xe5, 0x70, 0x39, 0x85, 0x1f, 0x9e, 0x6e, 0xa9, 0x52,
    0x25, 0xc8, 0x39, 0x0b, 0x13, 0x71, 0x49, 0x10, 0xad, 0x1e, 0xc2, 0xa5, 0xf7, 0x34, 0xe1, 0x02, 0x29, 0x75, 0x91};

SrtpKeys known_keys() {
  Secret<88> material;
  const std::span<uint8_t, 88> bytes = material.mutable_view();
  std::iota(bytes.begin(), bytes.begin() + 32, uint8_t{0});
  std::copy(kSalt.begin(), kSalt.end(), bytes.begin() + 64);
  return SrtpKeys(std::move(material));
}

Error failure(const char* what) {
  return {ErrorCode::kUnavailable,
          std::string("libsrtp on this system does not do AEAD_AES_256_GCM properly: ") + what};
}

}  // namespace

Result<void> srtp_self_test() {
  auto client = SrtpSession::create(known_keys(), DtlsRole::kClient);
  auto server = SrtpSession::create(known_keys(), DtlsRole::kServer);
  if (!client) return client.error();
  if (!server) return server.error();

  PacketBuffer packet;
  packet.append_bytes(kHeader);
  packet.append_bytes(as_bytes(kPayload));
  if (!client->protect_rtp(packet) || !std::ranges::equal(packet.view(), kProtected)) {
    return failure("a known packet came out differently");
  }

  PacketBuffer forged;
  forged.append_bytes(kProtected);
  forged.view().back() ^= 1;
  if (server->unprotect_rtp(forged)) return failure("a forged packet was accepted");

  if (!server->unprotect_rtp(packet) ||
      !std::ranges::equal(packet.view().subspan(kHeader.size()), as_bytes(kPayload))) {
    return failure("a good packet could not be opened");
  }
  return {};
}

}  // namespace sotto::transport
