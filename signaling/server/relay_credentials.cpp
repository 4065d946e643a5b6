#include "signaling/server/relay_credentials.hpp"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include "base/assert.hpp"
#include "base/secret.hpp"
#include "signaling/link/base64.hpp"

namespace sotto::signaling {
namespace {

// HANDSHAKE 6.6. An allocation that stands outlives them: they are asked for again at a restart only.
constexpr std::chrono::seconds kLifetime = std::chrono::minutes(10);

using Sha1Digest = std::array<uint8_t, 20>;

// SHA-1 is what the form is made of; for HMAC it is sound.
Sha1Digest hmac_sha1(ByteView key, ByteView message) {
  Sha1Digest digest{};
  size_t size = 0;
  SOTTO_ASSERT(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA1", nullptr, key.data(), key.size(), message.data(),
                         message.size(), digest.data(), digest.size(), &size) != nullptr);
  SOTTO_ASSERT(size == digest.size());
  return digest;
}

}  // namespace

RelayIssuer::RelayIssuer(std::vector<std::string> uris, std::string_view secret)
    : uris_(std::move(uris)), secret_(as_bytes(secret).begin(), as_bytes(secret).end()) {}

RelayIssuer::~RelayIssuer() { wipe(secret_); }

IssuedRelay RelayIssuer::issue(WallTime now, RandomSource& random) const {
  if (secret_.empty()) return {};
  const auto end = std::chrono::floor<std::chrono::seconds>(now) + kLifetime;
  IssuedRelay relay;
  relay.username = std::to_string(end.time_since_epoch().count()) + ":" + encode_base64url(random.bytes<12>());
  relay.password = encode_base64(hmac_sha1(secret_, as_bytes(relay.username)));
  relay.lifetime = kLifetime;
  return relay;
}

}  // namespace sotto::signaling
