#include <algorithm>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/crypto/aes_gcm.hpp"
#include "base/crypto/ed25519.hpp"
#include "base/crypto/hkdf.hpp"
#include "base/crypto/hmac.hpp"
#include "base/crypto/x25519.hpp"
#include "tests/vectors/hex.hpp"

// Project Wycheproof's cases: what implementations of these primitives got wrong before. The files say where they come
// from; AES-GCM is those of 256-bit keys and 128-bit tags.

namespace sotto::test {
namespace {

using nlohmann::json;

json cases_of(const std::string& name) {
  std::ifstream file(std::string(SOTTO_WYCHEPROOF) + "/" + name + ".json");
  json cases = json::parse(file).at("tests");
  EXPECT_FALSE(cases.empty());
  return cases;
}

Bytes field(const json& test, const char* name) { return from_hex(test.at(name).get<std::string>()); }

bool is_valid(const json& test) { return test.at("result") == "valid"; }

bool has_flag(const json& test, const char* flag) {
  return std::ranges::find(test.at("flags"), flag) != test.at("flags").end();
}

std::string named(const json& test) { return "case " + test.at("id").dump() + " " + test.at("flags").dump(); }

TEST(Wycheproof, X25519MatchesAndRefusesEverySecretThatIsZero) {
  for (const json& test : cases_of("x25519")) {
    const auto keys = X25519KeyPair::from_private(array_from_hex<32>(test.at("private").get<std::string>()));
    const auto secret = keys.agree({array_from_hex<32>(test.at("public").get<std::string>())});
    ASSERT_EQ(secret.ok(), !has_flag(test, "ZeroSharedSecret")) << named(test);
    if (!secret) continue;
    EXPECT_EQ(to_hex(secret->view()), test.at("shared").get<std::string>()) << named(test);
  }
}

TEST(Wycheproof, Ed25519TakesValidSignaturesOnly) {
  for (const json& test : cases_of("ed25519")) {
    const Ed25519PublicKey key{array_from_hex<32>(test.at("public").get<std::string>())};
    EXPECT_EQ(ed25519_verify(key, field(test, "msg"), field(test, "sig")), is_valid(test)) << named(test);
  }
}

TEST(Wycheproof, Aes256GcmSealsAlikeAndOpensValidTextOnly) {
  int run = 0;
  for (const json& test : cases_of("aes_256_gcm")) {
    const Bytes nonce = field(test, "iv");
    if (nonce.size() != Aes256Gcm::kNonceSize) continue;  // the type takes no other
    ++run;
    Aes256Gcm cipher{array_from_hex<32>(test.at("key").get<std::string>())};
    const Bytes plaintext = field(test, "msg");
    const Bytes associated_data = field(test, "aad");
    Bytes sealed = field(test, "ct");
    append(sealed, field(test, "tag"));
    Bytes opened(plaintext.size());
    const auto result = cipher.open(Aes256Gcm::Nonce(nonce.data(), 12), associated_data, sealed, opened);
    ASSERT_EQ(result.ok(), is_valid(test)) << named(test);
    EXPECT_EQ(to_hex(opened), to_hex(result ? plaintext : Bytes(plaintext.size()))) << named(test);
    if (!is_valid(test)) continue;
    Bytes again(sealed.size());
    cipher.seal(Aes256Gcm::Nonce(nonce.data(), 12), associated_data, plaintext, again);
    EXPECT_EQ(to_hex(again), to_hex(sealed)) << named(test);
  }
  EXPECT_EQ(run, 66);
}

TEST(Wycheproof, HkdfSha256Matches) {
  constexpr size_t kMaxOutput = 255 * 32;  // what hkdf_expand() asks of its caller
  for (const json& test : cases_of("hkdf_sha256")) {
    const auto size = test.at("size").get<size_t>();
    ASSERT_EQ(size <= kMaxOutput, is_valid(test)) << named(test);
    if (!is_valid(test)) continue;
    Bytes output(size);
    hkdf_expand(hkdf_extract(field(test, "salt"), field(test, "ikm")).view(), field(test, "info"), output);
    EXPECT_EQ(to_hex(output), test.at("okm").get<std::string>()) << named(test);
  }
}

TEST(Wycheproof, HmacSha256MatchesWholeAndCutShort) {
  for (const json& test : cases_of("hmac_sha256")) {
    const std::string tag = test.at("tag").get<std::string>();
    const std::string made = to_hex(hmac_sha256(field(test, "key"), {field(test, "msg")}).view());
    EXPECT_EQ(made.substr(0, tag.size()) == tag, is_valid(test)) << named(test);
  }
}

}  // namespace
}  // namespace sotto::test
