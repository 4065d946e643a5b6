#include "signaling/identity/identity_file.hpp"

#include <gmock/gmock.h>

#include "base/crypto/aes_gcm.hpp"
#include "base/crypto/hkdf.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/detail/identity_seal.hpp"
#include "tests/support/test_folder.hpp"

namespace sotto::signaling {
namespace {

using testing::HasSubstr;

const WallTime kNow{std::chrono::days(20000)};
constexpr std::string_view kPassphrase = "correct horse battery staple";
constexpr PassphraseCost kCheap = kMinPassphraseCost;
// Where HANDSHAKE 8 puts things.
constexpr size_t kKdfAt = 10;
constexpr size_t kPassesAt = 12;
constexpr size_t kMemoryAt = 16;
constexpr size_t kSaltAt = 21;
constexpr size_t kNonceAt = 37;
constexpr size_t kCheckAt = 49;
constexpr size_t kLengthAt = 65;
constexpr size_t kSealedAt = 69;

class IdentityFile : public testing::Test {
 protected:
  TestFolder folder;
  const std::filesystem::path path = folder / "identity";
  DeviceIdentity identity = DeviceIdentity::create(system_random(), kNow);

  Result<OpenedIdentity> create(std::string_view passphrase = kPassphrase, bool insecure = false) {
    return create_identity_file(path, passphrase, identity.clone(), system_random(), kCheap, insecure);
  }
  Error open_error(std::string_view passphrase = kPassphrase) const {
    return open_identity_file(path, passphrase).error();
  }
};

TEST_F(IdentityFile, OpensWithItsPassphraseAsTheIdentityThatWasCreated) {
  Secret<32> store_key;
  {
    const auto created = create();
    ASSERT_TRUE(created.ok()) << created.error().message;
    store_key = created->store_key.clone();
  }
  const auto opened = open_identity_file(path, kPassphrase);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened->keeper->current()->account(), identity.account());
  EXPECT_EQ(opened->keeper->current()->bundle(), identity.bundle());
  EXPECT_TRUE(equal_constant_time(opened->store_key.view(), store_key.view()));
}

TEST_F(IdentityFile, IsLaidOutAndSealedAsDocumented) {
  ASSERT_TRUE(create().ok());
  const Bytes file = TestFolder::read(path);
  ByteReader reader(file);
  EXPECT_TRUE(std::ranges::equal(reader.take(8), as_bytes({"SOTTOID\0", 8})));
  EXPECT_EQ(reader.u16(), 1u);
  EXPECT_EQ(reader.u8(), 1u) << "Argon2id";
  EXPECT_EQ(reader.u8(), 1u) << "AES-256-GCM";
  EXPECT_EQ(reader.u32(), kCheap.passes);
  EXPECT_EQ(reader.u32(), kCheap.memory_kib);
  EXPECT_EQ(reader.u8(), 1u) << "lanes";
  std::array<uint8_t, 16> salt{};
  reader.copy_to(salt);
  std::array<uint8_t, 12> nonce{};
  reader.copy_to(nonce);
  const ByteView check = reader.take(16);
  const uint32_t length = reader.u32();
  EXPECT_EQ(reader.remaining(), length + 16u);

  const auto master = argon2id(kPassphrase, salt, kCheap);
  ASSERT_TRUE(master.ok());
  Bytes expected_check(16);
  hkdf_expand(master->view(), as_bytes("file check"), expected_check);
  EXPECT_TRUE(std::ranges::equal(check, expected_check));
  Secret<32> key;
  hkdf_expand(master->view(), as_bytes("file key"), key.mutable_view());
  Bytes body(reader.remaining() - 16);
  ASSERT_TRUE(Aes256Gcm(key.view()).open(nonce, ByteView(file).first(kSealedAt), reader.rest(), body).ok());
  const auto parsed = parse_identity_body(body);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->identity.account(), identity.account());
}

TEST_F(IdentityFile, HidesWhoseItIs) {
  ASSERT_TRUE(create().ok());
  const Bytes file = TestFolder::read(path);
  EXPECT_TRUE(std::ranges::search(file, identity.account().bytes).empty());
  EXPECT_TRUE(std::ranges::search(file, identity.root_key().bytes).empty());
}

TEST_F(IdentityFile, NeedsAPassphraseUnlessTheUserInsists) {
  const auto refused = create("");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_TRUE(folder.names().empty());

  ASSERT_TRUE(create("", true).ok());
  EXPECT_EQ(TestFolder::read(path)[kKdfAt], 0u) << "the file does not say that its key is in it";
  const auto opened = open_identity_file(path, "");
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened->keeper->current()->account(), identity.account());
}

TEST_F(IdentityFile, IsNeverSealedCheaply) {
  for (const PassphraseCost cost : {PassphraseCost{0, 64 * 1024}, PassphraseCost{3, 64 * 1024 - 1}}) {
    const auto created = create_identity_file(path, kPassphrase, identity.clone(), system_random(), cost);
    ASSERT_FALSE(created.ok());
    EXPECT_EQ(created.error().code, ErrorCode::kRefused);
  }
}

TEST_F(IdentityFile, IsNotCreatedOverAnother) {
  ASSERT_TRUE(create("", true).ok());
  const Bytes before = TestFolder::read(path);
  EXPECT_EQ(create("", true).error().code, ErrorCode::kRefused);
  EXPECT_EQ(TestFolder::read(path), before);
}

TEST_F(IdentityFile, TellsAWrongPassphraseFromADamagedFile) {
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(open_error("Correct horse battery staple").code, ErrorCode::kRefused);
  EXPECT_THAT(open_error("").message, HasSubstr("passphrase is wrong"));

  Bytes file = TestFolder::read(path);
  file.back() ^= 1;
  TestFolder::write(path, file);
  EXPECT_EQ(open_error().code, ErrorCode::kMalformed);
  EXPECT_THAT(open_error().message, HasSubstr("damaged"));
}

TEST_F(IdentityFile, EveryChangedBitAndEveryCutIsSeen) {
  const auto sealed = seal_identity(identity, Secret<32>(), "", {{}, true}, system_random());
  ASSERT_TRUE(sealed.ok());
  ASSERT_TRUE(unseal_identity(*sealed, "").ok());
  for (size_t at = 0; at < sealed->size(); ++at) {
    if (at == kKdfAt) continue;  // one bit makes it a file with a passphrase, which costs what it says
    Bytes changed = *sealed;
    changed[at] = static_cast<uint8_t>(changed[at] ^ 1 << at % 8);
    EXPECT_FALSE(unseal_identity(changed, "").ok()) << at;
    EXPECT_FALSE(unseal_identity(ByteView(*sealed).first(at), "").ok()) << at;
  }
  Bytes longer = *sealed;
  longer.push_back(0);
  EXPECT_FALSE(unseal_identity(longer, "").ok());
}

TEST_F(IdentityFile, DoesNotMakeThisMachineHashForHoursOrWithoutMemory) {
  ASSERT_TRUE(create("", true).ok());
  const Bytes file = TestFolder::read(path);
  for (const size_t at : {kPassesAt, kMemoryAt}) {
    Bytes changed = file;
    changed[kKdfAt] = 1;
    changed[at] = 0x7f;
    TestFolder::write(path, changed);
    EXPECT_EQ(open_error().code, ErrorCode::kRefused);
    EXPECT_THAT(open_error().message, HasSubstr("cost"));
  }
}

TEST_F(IdentityFile, SaysWhatIsWrongWithWhatIsNone) {
  EXPECT_EQ(open_error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(open_error().message, HasSubstr("no file"));
  EXPECT_TRUE(folder.names().empty()) << "looking for an identity leaves something behind";

  TestFolder::write(path, as_bytes("-----BEGIN OPENSSH PRIVATE KEY-----"));
  EXPECT_THAT(open_error().message, HasSubstr("not an identity file"));
  TestFolder::write(path, {});
  EXPECT_EQ(open_error().code, ErrorCode::kMalformed);

  std::filesystem::remove(path);
  ASSERT_TRUE(create("", true).ok());
  Bytes newer = TestFolder::read(path);
  newer[9] = 2;
  TestFolder::write(path, newer);
  EXPECT_THAT(open_error().message, HasSubstr("newer version"));
}

TEST_F(IdentityFile, IsOneProcessesAtATime) {
  const auto created = create("", true);
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(open_error("").code, ErrorCode::kUnavailable);
  EXPECT_THAT(open_error("").message, HasSubstr("in use"));
  EXPECT_EQ(change_passphrase(path, "", "new", kCheap).error().code, ErrorCode::kUnavailable);
}

TEST_F(IdentityFile, KeepsWhatItsKeeperChangedUnderAKeyThatNeverSealedBefore) {
  const WallTime later = kNow + std::chrono::days(8);
  Bytes bundle;
  Bytes before;
  {
    const auto created = create();
    ASSERT_TRUE(created.ok());
    before = TestFolder::read(path);
    const auto renewed = created->keeper->renew(later, system_random());
    ASSERT_TRUE(renewed.ok());
    ASSERT_TRUE(*renewed);
    bundle = created->keeper->current()->bundle();
  }
  const Bytes after = TestFolder::read(path);
  const auto same = [&](size_t from, size_t to) {
    return std::ranges::equal(ByteView(before).subspan(from, to - from), ByteView(after).subspan(from, to - from));
  };
  EXPECT_FALSE(same(kSaltAt, kNonceAt));
  EXPECT_FALSE(same(kNonceAt, kCheckAt));
  EXPECT_FALSE(same(kCheckAt, kLengthAt));

  const auto opened = open_identity_file(path, kPassphrase);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->keeper->current()->bundle(), bundle);
  EXPECT_EQ(opened->keeper->current()->agree_keys().size(), 2u);
}

TEST_F(IdentityFile, StaysAsItIsIfItCannotBeWritten) {
  const auto created = create("", true);
  ASSERT_TRUE(created.ok());
  const Bytes before = TestFolder::read(path);
  // In the way of the temporary file, and not to be unlinked.
  std::filesystem::create_directory(folder / "identity.new");
  const Bytes bundle = created->keeper->current()->bundle();
  const auto renewed = created->keeper->renew(kNow + std::chrono::days(8), system_random());
  ASSERT_FALSE(renewed.ok());
  EXPECT_EQ(renewed.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(created->keeper->current()->bundle(), bundle);
  EXPECT_EQ(TestFolder::read(path), before);
}

TEST_F(IdentityFile, OpensWithTheNewPassphraseAloneOnceItIsChanged) {
  Secret<32> store_key;
  {
    const auto created = create();
    ASSERT_TRUE(created.ok());
    store_key = created->store_key.clone();
  }
  EXPECT_EQ(change_passphrase(path, "wrong", "new", kCheap).error().code, ErrorCode::kRefused);
  EXPECT_EQ(change_passphrase(path, kPassphrase, "", kCheap).error().code, ErrorCode::kRefused);
  ASSERT_TRUE(open_identity_file(path, kPassphrase).ok());

  ASSERT_TRUE(change_passphrase(path, kPassphrase, "new", {2, 64 * 1024}).ok());
  EXPECT_EQ(open_error().code, ErrorCode::kRefused);
  const auto opened = open_identity_file(path, "new");
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->keeper->current()->account(), identity.account());
  EXPECT_TRUE(equal_constant_time(opened->store_key.view(), store_key.view())) << "the contacts would be lost";
}

TEST_F(IdentityFile, OpensAfterAllItsDatesHavePassed) {
  ASSERT_TRUE(create("", true).ok());
  const auto opened = open_identity_file(path, "");
  ASSERT_TRUE(opened.ok());
  const WallTime later = kNow + std::chrono::days(400);
  const auto renewed = opened->keeper->renew(later, system_random());
  ASSERT_TRUE(renewed.ok() && *renewed);
  EXPECT_TRUE(verify_bundle(opened->keeper->current()->bundle(), later).ok());
}

}  // namespace
}  // namespace sotto::signaling
