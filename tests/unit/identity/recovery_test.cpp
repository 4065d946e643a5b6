#include <gtest/gtest.h>

#include "signaling/identity/backup.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/detail/sealed_form.hpp"
#include "signaling/identity/recovery_key.hpp"

namespace sotto::signaling {
namespace {

const WallTime kNow{std::chrono::days(20000)};

std::string without_hyphens(std::string text) {
  std::erase(text, '-');
  return text;
}

TEST(RecoveryKey, IsNineGroupsOfFourAndReadsBack) {
  const RecoveryKey key = RecoveryKey::generate(system_random());
  const std::string text = key.to_text();
  EXPECT_EQ(text.size(), 9u * 4 + 8);
  EXPECT_EQ(text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), std::string::npos);
  const auto read = RecoveryKey::parse(text);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->to_text(), text);
  EXPECT_EQ(read->signing_key().public_key(), key.signing_key().public_key());
}

TEST(RecoveryKey, ReadsWhatPeopleMakeOfIt) {
  const RecoveryKey key = RecoveryKey::generate(system_random());
  std::string typed = without_hyphens(key.to_text());
  for (char& c : typed) {
    if (c == '0') c = 'o';
    if (c == '1') c = 'l';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  typed.insert(7, " \n ");
  const auto read = RecoveryKey::parse(typed);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->to_text(), key.to_text());
}

TEST(RecoveryKey, FindsEveryMistypedSymbol) {
  const std::string text = without_hyphens(RecoveryKey::generate(system_random()).to_text());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string typed = text;
    typed[i] = typed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(RecoveryKey::parse(typed).ok()) << i;
  }
  EXPECT_NE(RecoveryKey::parse(text.substr(1)).error().message.find("short"), std::string::npos);
  EXPECT_NE(RecoveryKey::parse(text + "A").error().message.find("long"), std::string::npos);
  EXPECT_NE(RecoveryKey::parse("U" + text.substr(1)).error().message.find("letters"), std::string::npos);
}

TEST(RecoveryKey, SignsAndSealsWithDifferentKeys) {
  const RecoveryKey key = RecoveryKey::generate(system_random());
  const Ed25519KeyPair signing = key.signing_key();
  EXPECT_FALSE(equal_constant_time(key.backup_key().view(), signing.seed().view()));
}

class Recovery : public testing::Test {
 protected:
  /// As they were made before settings were kept.
  Bytes backup_without_settings(const Bytes& contacts) {
    const SealedForm form{.magic = {"SOTTOBK\0", 8},
                          .key_label = "sotto backup key v1",
                          .step = 64 * 1024,
                          .not_ours = "",
                          .newer = "",
                          .refused = ""};
    const SecretBytes secret = identity.serialize();
    Bytes content(4 + secret.size() + 4 + contacts.size());
    ByteWriter writer(content);
    writer.u32(static_cast<uint32_t>(secret.size()));
    writer.bytes(secret.view());
    writer.u32(static_cast<uint32_t>(contacts.size()));
    writer.bytes(contacts);
    return seal(form, key.backup_key(), content, system_random());
  }

  RecoveryKey key = RecoveryKey::generate(system_random());
  DeviceIdentity identity = DeviceIdentity::create(system_random(), kNow, key.signing_key().public_key());
};

TEST_F(Recovery, FromABackupKeepsTheAccountAndReplacesRootAndDevice) {
  const Bytes contacts{1, 2, 3};
  const Bytes settings{4, 5};
  const auto sealed = seal_backup(identity, contacts, settings, key, system_random());
  ASSERT_TRUE(sealed.ok());
  auto opened = open_backup(*sealed, key);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(Bytes(opened->contacts.view().begin(), opened->contacts.view().end()), contacts);
  EXPECT_EQ(Bytes(opened->settings.view().begin(), opened->settings.view().end()), settings);

  const auto known = verify_bundle(identity.bundle(), kNow);
  ASSERT_TRUE(known.ok());
  const WallTime later = kNow + std::chrono::days(200);
  ASSERT_TRUE(opened->identity.recover(key.signing_key(), later, system_random()).ok());
  const auto seen = verify_bundle(opened->identity.bundle(), later, &*known);
  ASSERT_TRUE(seen.ok()) << seen.error().message;
  EXPECT_EQ(seen->account, known->account);
  EXPECT_NE(seen->root, known->root);
  EXPECT_NE(seen->device, known->device);
  EXPECT_FALSE(verify_bundle(identity.bundle(), kNow, &*seen).ok()) << "the lost device still counts";
}

TEST_F(Recovery, WorksThoughTheListWasSignedAnewSinceTheBackup) {
  const auto sealed = seal_backup(identity, {}, {}, key, system_random());
  const WallTime later = kNow + std::chrono::days(31);
  ASSERT_TRUE(identity.renew(later, system_random()));
  const auto known = verify_bundle(identity.bundle(), later);
  auto opened = open_backup(*sealed, key);
  ASSERT_TRUE(opened.ok());
  ASSERT_TRUE(opened->identity.recover(key.signing_key(), later, system_random()).ok());
  EXPECT_TRUE(verify_bundle(opened->identity.bundle(), later, &*known).ok());
}

TEST_F(Recovery, BackupOpensWithItsKeyOnlyAndUnchangedOnly) {
  const auto sealed = seal_backup(identity, {}, {}, key, system_random());
  EXPECT_EQ(open_backup(*sealed, RecoveryKey::generate(system_random())).error().code, ErrorCode::kRefused);
  for (const size_t at : {0u, 8u, 9u, 10u, 41u, 42u, 1000u, 65000u}) {
    Bytes changed = *sealed;
    changed[at] ^= 1;
    EXPECT_FALSE(open_backup(changed, key).ok()) << at;
  }
  EXPECT_FALSE(open_backup(ByteView(*sealed).first(50), key).ok());
  EXPECT_FALSE(seal_backup(identity, {}, {}, RecoveryKey::generate(system_random()), system_random()).ok());
}

TEST_F(Recovery, BackupOfAnEarlierVersionHasNoSettings) {
  // Exactly full, with no zeros behind the contacts, and with some.
  const size_t whole_step = 64 * 1024 - 8 - identity.serialize().size();
  for (const size_t size : {whole_step, whole_step - 1, whole_step - 5, size_t{0}}) {
    const auto opened = open_backup(backup_without_settings(Bytes(size, 0xcc)), key);
    ASSERT_TRUE(opened.ok()) << size << ": " << opened.error().message;
    EXPECT_EQ(opened->contacts.size(), size);
    EXPECT_TRUE(opened->settings.empty());
  }
}

TEST_F(Recovery, BackupDoesNotShowHowManyContactsThereAre) {
  EXPECT_EQ(seal_backup(identity, {}, {}, key, system_random())->size(),
            seal_backup(identity, Bytes(50000), Bytes(100), key, system_random())->size());
}

}  // namespace
}  // namespace sotto::signaling
