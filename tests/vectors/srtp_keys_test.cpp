#include "transport/srtp/srtp_keys.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "base/crypto/hkdf.hpp"
#include "tests/vectors/hex.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAreArray;

// Computed by an independent script on top of cacophony's vector of Noise_IK_25519_AESGCM_SHA256, whose handshake hash
// this is, and the exporter secret that follows from it.
constexpr const char* kHandshakeHash = "669c8640d9e42a3cda2f232f78597ceefb01daa6e3df81181ccce6fc6b5026bf";
constexpr const char* kExporterSecret = "d806d2ebf1c7a48ca0b6bfc013a40915e4d94041363191468371a7ff8060819c";
constexpr const char* kNoiseSecret = "be0183ecd7c9c49ddb5ecdb9df9a9c227dd71489eee3ea1ae7d53c82a9a9f2d8";

class MixMediaKeys : public ::testing::Test {
 protected:
  MixMediaKeys() {
    const Bytes noise_secret = test::from_hex(kNoiseSecret);
    inputs_.noise_secret = Secret<32>(std::span<const uint8_t, 32>(noise_secret));
    hkdf_expand(test::from_hex(kExporterSecret), as_bytes("sotto confirm v1"), inputs_.confirmation_key.mutable_view());
    inputs_.suite = 1;
    inputs_.media_epoch = 0;
    inputs_.call_id.fill(0xca);
    const Bytes hash = test::from_hex(kHandshakeHash);
    std::copy(hash.begin(), hash.end(), inputs_.handshake_hash.begin());
    client_fingerprint_.fill(0xc1);
    server_fingerprint_.fill(0x5e);
    const std::span<uint8_t, 88> exporter = exporter_.mutable_view();
    std::iota(exporter.begin(), exporter.end(), uint8_t{0});
  }

  MixedKeys mix() const {
    return mix_media_keys(inputs_, exporter_, client_fingerprint_, server_fingerprint_, kSrtpAeadAes256Gcm);
  }
  Bytes material() const {
    const MixedKeys mixed = mix();
    return {mixed.keys.material().view().begin(), mixed.keys.material().view().end()};
  }

  MediaKeyInputs inputs_;
  Secret<88> exporter_;
  Sha256Digest client_fingerprint_{};
  Sha256Digest server_fingerprint_{};
};

TEST_F(MixMediaKeys, GivesTheKeysOfTheVector) {
  EXPECT_EQ(
      material(),
      test::from_hex("4a8f8fb8416796f93d0c565ad3010fbdbdc76d1f212f1c1d2a3154661f596335455dffc4a929ef2c652855cb0fc9c4bf"
                     "ac51745f93c44ae25054b7863335a86a017340947d38483d8a38ea73aae83c9eded46f167fa11bca"));
}

TEST_F(MixMediaKeys, GivesTheConfirmationsOfTheVector) {
  const MixedKeys mixed = mix();
  EXPECT_THAT(mixed.client_confirmation, ElementsAreArray(test::from_hex("5dd9a02181d663083e46bf920ecdfd9a")));
  EXPECT_THAT(mixed.server_confirmation, ElementsAreArray(test::from_hex("f6cf8c18c0eafd62643636d56e2bfce8")));
}

TEST_F(MixMediaKeys, GivesOtherKeysForEveryOtherInput) {
  const Bytes original = material();
  const auto differs = [&](auto change, auto restore) {
    change();
    const Bytes changed = material();
    restore();
    return changed != original;
  };
  EXPECT_TRUE(differs([&] { inputs_.noise_secret.mutable_view()[31] ^= 1; },
                      [&] { inputs_.noise_secret.mutable_view()[31] ^= 1; }));
  EXPECT_TRUE(differs([&] { exporter_.mutable_view()[87] ^= 1; }, [&] { exporter_.mutable_view()[87] ^= 1; }));
  EXPECT_TRUE(differs([&] { inputs_.suite = 2; }, [&] { inputs_.suite = 1; }));
  EXPECT_TRUE(differs([&] { inputs_.media_epoch = 1; }, [&] { inputs_.media_epoch = 0; }));
  EXPECT_TRUE(differs([&] { inputs_.call_id[0] ^= 1; }, [&] { inputs_.call_id[0] ^= 1; }));
  EXPECT_TRUE(differs([&] { inputs_.handshake_hash[0] ^= 1; }, [&] { inputs_.handshake_hash[0] ^= 1; }));
  EXPECT_TRUE(differs([&] { client_fingerprint_[0] ^= 1; }, [&] { client_fingerprint_[0] ^= 1; }));
  EXPECT_TRUE(differs([&] { std::swap(client_fingerprint_, server_fingerprint_); },
                      [&] { std::swap(client_fingerprint_, server_fingerprint_); }));
  EXPECT_EQ(material(), original);
}

TEST(SrtpKeys, HandOutTheKeyAndTheSaltOfEachSender) {
  Secret<88> material;
  const std::span<uint8_t, 88> bytes = material.mutable_view();
  std::fill(bytes.begin(), bytes.begin() + 32, uint8_t{1});
  std::fill(bytes.begin() + 32, bytes.begin() + 64, uint8_t{2});
  std::fill(bytes.begin() + 64, bytes.begin() + 76, uint8_t{3});
  std::fill(bytes.begin() + 76, bytes.end(), uint8_t{4});
  const SrtpKeys keys(std::move(material));
  const auto expected = [](uint8_t key, uint8_t salt) {
    Bytes master(44, key);
    std::fill(master.begin() + 32, master.end(), salt);
    return master;
  };
  EXPECT_THAT(keys.master_of(DtlsRole::kClient).view(), ElementsAreArray(expected(1, 3)));
  EXPECT_THAT(keys.master_of(DtlsRole::kServer).view(), ElementsAreArray(expected(2, 4)));
}

static_assert(!std::is_copy_constructible_v<SrtpKeys> && !std::is_copy_assignable_v<SrtpKeys>);
static_assert(std::is_move_constructible_v<SrtpKeys>);

}  // namespace
}  // namespace sotto::transport
