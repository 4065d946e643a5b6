#include "signaling/identity/contact_store.hpp"

#include <gmock/gmock.h>

#include "base/random.hpp"
#include "signaling/identity/detail/contact_codec.hpp"
#include "tests/support/test_folder.hpp"
#include "tests/unit/identity/test_known_account.hpp"

namespace sotto::signaling {
namespace {

using testing::HasSubstr;

constexpr size_t kHeaderAndTag = 8 + 2 + 32 + 16;

AccountId id_of(uint32_t number) { return test_known_account(number).pinned.account; }

class ContactFile : public testing::Test {
 protected:
  TestFolder folder;
  const std::filesystem::path path = folder / "contacts";
  const Secret<32> key = Secret<32>(system_random().bytes<32>());

  Result<ContactStore> open() const { return ContactStore::open(path, key.clone()); }
};

TEST_F(ContactFile, IsEmptyUntilSomebodyIsPutIntoIt) {
  const auto store = open();
  ASSERT_TRUE(store.ok()) << store.error().message;
  EXPECT_TRUE(store->accounts().empty());
  EXPECT_TRUE(folder.names().empty());
}

TEST_F(ContactFile, KeepsEveryFieldOfEverybody) {
  KnownAccount bob = test_known_account(1, "bob");
  bob.verified = true;
  bob.hide_address = true;
  bob.key_changed = true;
  bob.was_verified = true;
  bob.added_at = WallTime(std::chrono::milliseconds(123456789));
  KnownAccount stranger = test_known_account(2);
  stranger.blocked = true;
  {
    auto store = open();
    ASSERT_TRUE(store->put(bob).ok());
    ASSERT_TRUE(store->put(stranger).ok());
  }
  const auto store = open();
  ASSERT_TRUE(store.ok()) << store.error().message;
  ASSERT_EQ(store->accounts().size(), 2u);
  const KnownAccount* known = store->find("bob");
  ASSERT_NE(known, nullptr);
  EXPECT_TRUE(known->added && known->verified && known->hide_address && known->key_changed && known->was_verified);
  EXPECT_FALSE(known->blocked);
  EXPECT_EQ(known->added_at, bob.added_at);
  EXPECT_EQ(known->last_request, bob.last_request);
  EXPECT_EQ(known->name_hint, "hint");
  EXPECT_EQ(known->pinned.account, bob.pinned.account);
  EXPECT_EQ(known->pinned.root, bob.pinned.root);
  EXPECT_EQ(known->pinned.root_rotations, 1u);
  EXPECT_EQ(known->pinned.list_version, 7u);
  EXPECT_EQ(known->pinned.list_hash, bob.pinned.list_hash);
  EXPECT_EQ(known->pinned.device, bob.pinned.device);
  EXPECT_EQ(known->pinned.device_class, DeviceClass::kBrowser);
  EXPECT_EQ(known->pinned.device_key, bob.pinned.device_key);
  EXPECT_EQ(known->pinned.device_hash, bob.pinned.device_hash);
  EXPECT_EQ(known->pinned.agree_key, bob.pinned.agree_key);
  EXPECT_EQ(known->pinned.agree_key_epoch, 8u);
  EXPECT_EQ(known->pinned.agree_key_not_before, bob.pinned.agree_key_not_before);
  EXPECT_EQ(known->pinned.agree_key_not_after, bob.pinned.agree_key_not_after);
  EXPECT_EQ(known->pinned.suites, bob.pinned.suites);
  EXPECT_EQ(known->pinned.bundle, bob.pinned.bundle);
  EXPECT_TRUE(store->find(id_of(2))->blocked);
}

TEST_F(ContactFile, ForgetsWhoIsRemoved) {
  auto store = open();
  ASSERT_TRUE(store->put(test_known_account(1, "bob")).ok());
  ASSERT_TRUE(store->remove(id_of(1)).ok());
  ASSERT_TRUE(store->remove(id_of(9)).ok()) << "nobody of that id";
  EXPECT_EQ(store->find("bob"), nullptr);
  EXPECT_TRUE(open()->accounts().empty());
}

TEST_F(ContactFile, DoesNotShowWhoOrHowManyAreInIt) {
  auto store = open();
  ASSERT_TRUE(store->put(test_known_account(1, "bob")).ok());
  const Bytes one = TestFolder::read(path);
  EXPECT_EQ((one.size() - kHeaderAndTag) % 4096, 0u);
  for (uint32_t number = 2; number < 8; ++number) ASSERT_TRUE(store->put(test_known_account(number)).ok());
  const Bytes seven = TestFolder::read(path);
  EXPECT_EQ(seven.size(), one.size());
  EXPECT_TRUE(std::ranges::search(one, as_bytes("bob")).empty());
  EXPECT_NE(Bytes(one.begin() + 10, one.begin() + 42), Bytes(seven.begin() + 10, seven.begin() + 42)) << "the salt";
}

TEST_F(ContactFile, OpensForItsIdentityOnlyAndIsNotWrittenOverByAnother) {
  ASSERT_TRUE(open()->put(test_known_account(1, "bob")).ok());
  const Bytes before = TestFolder::read(path);
  const auto other = ContactStore::open(path, Secret<32>(system_random().bytes<32>()));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, ErrorCode::kRefused);
  TestFolder::write(path, as_bytes("bob = sotto1234"));
  EXPECT_EQ(open().error().code, ErrorCode::kMalformed);
  TestFolder::write(path, {});
  EXPECT_EQ(open().error().code, ErrorCode::kMalformed) << "an empty file is not an empty store";
  TestFolder::write(path, before);
  EXPECT_TRUE(open().ok());
}

TEST_F(ContactFile, EveryChangedBitAndEveryCutIsSeen) {
  const Bytes sealed = seal_contacts({{test_known_account(1, "bob")}, {}}, key, system_random());
  ASSERT_TRUE(unseal_contacts(sealed, key).ok());
  for (size_t at = 0; at < sealed.size(); ++at) {
    Bytes changed = sealed;
    changed[at] = static_cast<uint8_t>(changed[at] ^ 1 << at % 8);
    EXPECT_FALSE(unseal_contacts(changed, key).ok()) << at;
    EXPECT_FALSE(unseal_contacts(ByteView(sealed).first(at), key).ok()) << at;
  }
}

TEST_F(ContactFile, ChangesNothingInMemoryThatItCannotWrite) {
  auto store = open();
  ASSERT_TRUE(store->put(test_known_account(1, "bob")).ok());
  std::filesystem::create_directory(folder / "contacts.new");  // in the way
  EXPECT_EQ(store->put(test_known_account(2, "carol")).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(store->remove(id_of(1)).error().code, ErrorCode::kUnavailable);
  ASSERT_EQ(store->accounts().size(), 1u);
  EXPECT_NE(store->find("bob"), nullptr);
}

TEST_F(ContactFile, IsNotReadIfOthersMay) {
  ASSERT_TRUE(open()->put(test_known_account(1, "bob")).ok());
  std::filesystem::permissions(path, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
  EXPECT_EQ(open().error().code, ErrorCode::kRefused);
}

TEST(ContactStore, GivesAUsersNameToOneAccountOnly) {
  ContactStore store;
  ASSERT_TRUE(store.put(test_known_account(1, "bob")).ok());
  const auto second = store.put(test_known_account(2, "bob"));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kRefused);
  EXPECT_THAT(second.error().message, HasSubstr("bob"));
  EXPECT_TRUE(store.put(test_known_account(1, "robert")).ok());
  EXPECT_TRUE(store.put(test_known_account(2, "bob")).ok());
}

TEST(ContactStore, StrangersMayHaveAContactsNameAndAllIsReadBack) {
  ContactStore store;
  KnownAccount stranger = test_known_account(1, "bob");
  stranger.added = false;
  ASSERT_TRUE(store.put(stranger).ok());
  ASSERT_TRUE(store.put(test_known_account(2, "bob")).ok());
  ASSERT_TRUE(store.put(stranger).ok());
  EXPECT_EQ(store.find("bob")->pinned.account, id_of(2));
  ContactStore restored;
  EXPECT_TRUE(restored.restore(store.serialize().view()).ok());
  stranger.added = true;
  EXPECT_EQ(store.put(stranger).error().code, ErrorCode::kRefused);
}

TEST(ContactStore, TakesNothingThatItWouldNotReadBack) {
  ContactStore store;
  std::vector<KnownAccount> bad(4, test_known_account(1, "bob"));
  bad[0].name = "Bob Smith";
  bad[1].name_hint = std::string(65, 'x');
  bad[2].pinned.bundle = Bytes(kMaxBundleSize + 1);
  bad[3].pinned.suites = std::vector<uint16_t>(17, 1);
  for (const KnownAccount& account : bad) {
    EXPECT_EQ(store.put(account).error().code, ErrorCode::kInvalidArgument);
    ContactStore restored;
    EXPECT_EQ(restored.restore(serialize_accounts({account}).view()).error().code, ErrorCode::kMalformed);
  }
  EXPECT_TRUE(store.accounts().empty());
}

TEST(ContactStore, RefusesABackupWithAnAccountOrANameTwiceAndStaysAsItIs) {
  ContactStore store;
  ASSERT_TRUE(store.put(test_known_account(5, "carol")).ok());
  for (const auto& twice : {std::vector{test_known_account(1, "bob"), test_known_account(1, "robert")},
                            std::vector{test_known_account(1, "bob"), test_known_account(2, "bob")}}) {
    EXPECT_EQ(store.restore(serialize_accounts(twice).view()).error().code, ErrorCode::kMalformed);
  }
  EXPECT_FALSE(store.restore(Bytes(10, 0xff)).ok());
  ASSERT_EQ(store.accounts().size(), 1u);
  EXPECT_EQ(store.accounts()[0].name, "carol");
}

TEST(ContactStore, FullOfStrangersForgetsTheOneWhoWasSilentLongest) {
  std::vector<KnownAccount> everybody;
  for (uint32_t number = 0; number < kMaxKnownAccounts; ++number) everybody.push_back(test_known_account(number));
  everybody[0].blocked = true;
  ContactStore store;
  ASSERT_TRUE(store.restore(serialize_accounts(everybody).view()).ok());

  ASSERT_TRUE(store.put(test_known_account(70'000, "bob")).ok());
  EXPECT_EQ(store.accounts().size(), kMaxKnownAccounts);
  EXPECT_NE(store.find(id_of(0)), nullptr) << "blocked: not a stranger to forget";
  EXPECT_EQ(store.find(id_of(1)), nullptr);
  EXPECT_NE(store.find("bob"), nullptr);
}

TEST(ContactStore, FullOfContactsSaysSo) {
  std::vector<KnownAccount> everybody;
  for (uint32_t number = 0; number < kMaxKnownAccounts; ++number) {
    everybody.push_back(test_known_account(number, "name-" + std::to_string(number)));
  }
  ContactStore store;
  ASSERT_TRUE(store.restore(serialize_accounts(everybody).view()).ok());
  EXPECT_EQ(store.put(test_known_account(70'000, "bob")).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(store.put(test_known_account(3, "bob")).ok()) << "a known one still changes";
}

}  // namespace
}  // namespace sotto::signaling
