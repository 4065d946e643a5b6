#include <gtest/gtest.h>

#include "signaling/identity/contact.hpp"
#include "tests/unit/identity/test_account.hpp"

namespace sotto::signaling {
namespace {

constexpr WallTime kNow = TestAccount::kNow;
constexpr std::chrono::days kDay{1};

TEST(VerifyBundle, TellsWhatWasProven) {
  const TestAccount account;
  const Contact contact = verify_bundle(account.bundle(), kNow).value();
  EXPECT_EQ(contact.account, account.account);
  EXPECT_EQ(contact.root, account.root.public_key());
  EXPECT_EQ(contact.root_rotations, 0u);
  EXPECT_EQ(contact.device.bytes[0], 'd');
  EXPECT_EQ(contact.device_class, DeviceClass::kSotto);
  EXPECT_EQ(contact.device_key, account.device_key.public_key());
  EXPECT_EQ(contact.agree_key, account.agree.public_key());
  EXPECT_EQ(contact.agree_key_epoch, 1u);
  EXPECT_EQ(contact.agree_key_not_after, kNow + 13 * kDay);
  EXPECT_EQ(contact.suites, std::vector<uint16_t>{1});
  EXPECT_EQ(contact.list_version, 1u);
  EXPECT_EQ(contact.bundle, account.bundle());
}

TEST(VerifyBundle, RefusesAnyFlippedBit) {
  const Bytes genuine = TestAccount().bundle();
  for (size_t bit = 0; bit < genuine.size() * 8; ++bit) {
    Bytes flipped = genuine;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(verify_bundle(flipped, kNow).ok()) << "bit " << bit;
  }
}

TEST(VerifyBundle, RefusesAnyTruncation) {
  const Bytes genuine = TestAccount().bundle();
  for (size_t size = 0; size < genuine.size(); ++size) {
    EXPECT_FALSE(verify_bundle(ByteView(genuine).first(size), kNow).ok()) << size << " bytes";
  }
}

TEST(VerifyBundle, RefusesWhatIsTooLarge) {
  Bytes bundle = TestAccount().bundle();
  // An unknown field of 4 KiB.
  append(bundle, Bytes{0xfa, 0x01, 0x80, 0x20});
  bundle.resize(bundle.size() + 4096);
  EXPECT_EQ(verify_bundle(bundle, kNow).error().code, ErrorCode::kMalformed);
}

struct Flaw {
  std::string name;
  ErrorCode code;
  std::function<void(TestAccount&)> make;
};

class FlawedBundle : public testing::TestWithParam<Flaw> {};

TEST_P(FlawedBundle, IsRefused) {
  TestAccount account;
  GetParam().make(account);
  const Result<Contact> verified = verify_bundle(account.bundle(), kNow);
  ASSERT_FALSE(verified.ok());
  EXPECT_EQ(verified.error().code, GetParam().code) << verified.error().message;
}

uint64_t ms(WallTime time) { return TestAccount::ms(time); }
const std::string kOtherAccount(32, 'x');

const std::vector<Flaw> kFlaws = {
    {"RootOfAnotherSize", ErrorCode::kMalformed, [](TestAccount& a) { a.genesis.set_root(std::string(31, 'r')); }},
    {"NoRecoveryKey", ErrorCode::kMalformed, [](TestAccount& a) { a.genesis.clear_recovery(); }},
    {"AnotherRoot", ErrorCode::kRefused,
     [](TestAccount& a) { a.genesis.set_root(wire_string(a.stranger.public_key().bytes)); }},
    {"AnotherRecoveryKeyIsAnotherAccount", ErrorCode::kRefused,
     [](TestAccount& a) { a.genesis.set_recovery(wire_string(a.stranger.public_key().bytes)); }},

    {"CertificateSignedByAStranger", ErrorCode::kRefused, [](TestAccount& a) { a.certificate_signer = &a.stranger; }},
    {"CertificateSignedByTheDevice", ErrorCode::kRefused, [](TestAccount& a) { a.certificate_signer = &a.device_key; }},
    {"CertificateWithALabelOfALists", ErrorCode::kRefused,
     [](TestAccount& a) { a.certificate_label = kDeviceListLabel; }},
    {"CertificateWithoutALabel", ErrorCode::kRefused, [](TestAccount& a) { a.certificate_label = ""; }},
    {"CertificateOfAnotherAccount", ErrorCode::kRefused,
     [](TestAccount& a) { a.certificate.set_account_id(kOtherAccount); }},
    {"CertificateWithALongDeviceId", ErrorCode::kMalformed,
     [](TestAccount& a) { a.certificate.set_device_id(std::string(17, 'd')); }},
    {"CertificateWithAShortKey", ErrorCode::kMalformed,
     [](TestAccount& a) { a.certificate.set_ed25519(std::string(31, 'k')); }},
    {"CertificateOfNoClass", ErrorCode::kMalformed,
     [](TestAccount& a) { a.certificate.set_device_class(wire::DEVICE_CLASS_UNKNOWN); }},
    {"CertificateOfAFutureClass", ErrorCode::kMalformed,
     [](TestAccount& a) { a.certificate.set_device_class(static_cast<wire::DeviceClass>(3)); }},
    {"CertificateExpired", ErrorCode::kExpired, [](TestAccount& a) { a.certificate.set_expires_ms(ms(kNow)); }},
    {"CertificateThatLivesTooLong", ErrorCode::kRefused,
     [](TestAccount& a) { a.certificate.set_expires_ms(ms(kNow + 91 * kDay)); }},
    {"CertificateBeyondAllCalendars", ErrorCode::kMalformed,
     [](TestAccount& a) { a.certificate.set_expires_ms(UINT64_MAX); }},

    {"AgreeKeySignedByTheRoot", ErrorCode::kRefused, [](TestAccount& a) { a.agree_key_signer = &a.root; }},
    {"AgreeKeyWithALabelOfACertificates", ErrorCode::kRefused,
     [](TestAccount& a) { a.agree_key_label = kDeviceLabel; }},
    {"AgreeKeyOfAnotherSize", ErrorCode::kMalformed,
     [](TestAccount& a) { a.agree_key.set_x25519(std::string(33, 'x')); }},
    {"AgreeKeyWithoutAnEpoch", ErrorCode::kMalformed, [](TestAccount& a) { a.agree_key.set_epoch(0); }},
    {"AgreeKeyExpired", ErrorCode::kExpired, [](TestAccount& a) { a.agree_key.set_not_after_ms(ms(kNow)); }},
    {"AgreeKeyNotYetValid", ErrorCode::kExpired,
     [](TestAccount& a) { a.agree_key.set_not_before_ms(ms(kNow + std::chrono::seconds(121))); }},
    {"AgreeKeyThatLivesTooLong", ErrorCode::kRefused,
     [](TestAccount& a) { a.agree_key.set_not_after_ms(ms(kNow + 14 * kDay)); }},
    {"AgreeKeyThatEndsBeforeItBegins", ErrorCode::kRefused,
     [](TestAccount& a) { a.agree_key.set_not_after_ms(a.agree_key.not_before_ms()); }},
    {"AgreeKeyForNothing", ErrorCode::kMalformed, [](TestAccount& a) { a.agree_key.clear_suites(); }},
    {"AgreeKeyForTooMuch", ErrorCode::kMalformed,
     [](TestAccount& a) {
       for (uint32_t i = 0; i < 16; ++i) a.agree_key.add_suites(i);
     }},
    {"AgreeKeyForASuiteOutOfRange", ErrorCode::kMalformed, [](TestAccount& a) { a.agree_key.add_suites(0x10000); }},

    {"ListSignedByTheDevice", ErrorCode::kRefused, [](TestAccount& a) { a.list_signer = &a.device_key; }},
    {"ListWithALabelOfACertificates", ErrorCode::kRefused, [](TestAccount& a) { a.list_label = kDeviceLabel; }},
    {"ListOfAnotherAccount", ErrorCode::kRefused, [](TestAccount& a) { a.list.set_account_id(kOtherAccount); }},
    {"ListWithoutAVersion", ErrorCode::kMalformed, [](TestAccount& a) { a.list.set_version(0); }},
    {"ListWithAShortPreviousHash", ErrorCode::kMalformed,
     [](TestAccount& a) { a.list.set_previous_hash(std::string(31, '\0')); }},
    {"FirstListWithAPredecessor", ErrorCode::kRefused,
     [](TestAccount& a) { a.list.set_previous_hash(std::string(32, 'p')); }},
    {"ListWithoutTheDevice", ErrorCode::kRefused, [](TestAccount& a) { a.names_the_device = false; }},
    {"ListOfNineDevices", ErrorCode::kMalformed,
     [](TestAccount& a) {
       for (int i = 0; i < 8; ++i) a.list.add_device(std::string(32, 'o'));
     }},
    {"ListExpired", ErrorCode::kExpired, [](TestAccount& a) { a.list.set_expires_ms(ms(kNow)); }},
    {"ListFromTheFuture", ErrorCode::kRefused,
     [](TestAccount& a) { a.list.set_issued_ms(ms(kNow + std::chrono::seconds(121))); }},
    {"ListThatLivesTooLong", ErrorCode::kRefused, [](TestAccount& a) { a.list.set_expires_ms(ms(kNow + 90 * kDay)); }},
    {"ListThatEndsBeforeItBegins", ErrorCode::kRefused,
     [](TestAccount& a) { a.list.set_expires_ms(a.list.issued_ms()); }},

    {"RotationNotByTheRecoveryKey", ErrorCode::kRefused,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.rotation_signer = &a.root;
     }},
    {"RotationWithALabelOfACertificates", ErrorCode::kRefused,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.rotation_label = kDeviceLabel;
     }},
    {"RotationOfAnotherAccount", ErrorCode::kRefused,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.rotations[0].set_account_id(kOtherAccount);
     }},
    {"RotationsOutOfOrder", ErrorCode::kRefused,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.rotate(a.third_root);
       std::swap(a.rotations[0], a.rotations[1]);
     }},
    {"RotationLeftOut", ErrorCode::kRefused,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.rotate(a.third_root);
       a.rotations.erase(a.rotations.begin());
     }},
    {"RotationTakenBack", ErrorCode::kRefused,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.rotations.clear();
     }},
    {"CertificateByTheOldRootAfterARotation", ErrorCode::kRefused,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.certificate_signer = &a.root;
     }},
    {"ThreeRotations", ErrorCode::kMalformed,
     [](TestAccount& a) {
       a.rotate(a.second_root);
       a.rotate(a.third_root);
       a.rotate(a.second_root);
     }},
};

INSTANTIATE_TEST_SUITE_P(Every, FlawedBundle, testing::ValuesIn(kFlaws),
                         [](const auto& flaw) { return flaw.param.name; });

TEST(VerifyBundle, RefusesOneWithoutADeviceList) {
  IdentityBundle parts = TestAccount().parts();
  parts.device_list.reset();
  EXPECT_EQ(verify_bundle(serialize_bundle(parts), kNow).error().code, ErrorCode::kMalformed);
}

TEST(VerifyBundle, FollowsTwoRotations) {
  TestAccount account;
  account.rotate(account.second_root);
  account.rotate(account.third_root);
  const Contact contact = verify_bundle(account.bundle(), kNow).value();
  EXPECT_EQ(contact.account, account.account);
  EXPECT_EQ(contact.root, account.third_root.public_key());
  EXPECT_EQ(contact.root_rotations, 2u);
}

TEST(VerifyBundle, TakesTheNewestAgreeKeyThatIsValid) {
  TestAccount account;
  IdentityBundle parts = account.parts();
  const X25519KeyPair newer = X25519KeyPair::generate(account.random);
  account.agree_key.set_x25519(wire_string(newer.public_key().bytes));
  account.agree_key.set_epoch(2);
  account.agree_key.set_not_before_ms(TestAccount::ms(kNow + kDay));
  parts.agree_keys.push_back(account.parts().agree_keys.front());
  const Bytes bundle = serialize_bundle(parts);

  EXPECT_EQ(verify_bundle(bundle, kNow).value().agree_key, account.agree.public_key());
  EXPECT_EQ(verify_bundle(bundle, kNow + kDay).value().agree_key, newer.public_key());
}

TEST(VerifyBundle, ToleratesClocksThatDisagreeByTwoMinutes) {
  TestAccount account;
  account.agree_key.set_not_before_ms(TestAccount::ms(kNow + std::chrono::seconds(120)));
  account.list.set_issued_ms(TestAccount::ms(kNow + std::chrono::seconds(120)));
  EXPECT_TRUE(verify_bundle(account.bundle(), kNow).ok());
}

class KnownAccount : public testing::Test {
 protected:
  /// The list that follows the one there, with the same devices.
  void next_list() {
    account_.list.set_previous_hash(wire_string(verify_bundle(account_.bundle(), kNow).value().list_hash));
    account_.list.set_version(account_.list.version() + 1);
  }
  Result<Contact> verify_known() const { return verify_bundle(account_.bundle(), kNow, &known_); }

  TestAccount account_;
  Contact known_ = verify_bundle(account_.bundle(), kNow).value();
};

TEST_F(KnownAccount, ShowsTheSameAgain) { EXPECT_TRUE(verify_known().ok()); }

TEST_F(KnownAccount, ShowsTheNextList) {
  next_list();
  EXPECT_EQ(verify_known().value().list_version, 2u);
}

TEST_F(KnownAccount, ShowsALaterList) {
  account_.list.set_version(5);
  account_.list.set_previous_hash(std::string(32, 'p'));
  EXPECT_EQ(verify_known().value().list_version, 5u);
}

TEST_F(KnownAccount, MayNotRollItsListBack) {
  const Bytes old = account_.bundle();
  known_.list_version = 2;
  EXPECT_EQ(verify_bundle(old, kNow, &known_).error().code, ErrorCode::kRefused);
}

TEST_F(KnownAccount, MayNotShowTwoListsOfOneVersion) {
  account_.list.set_issued_ms(account_.list.issued_ms() + 1);
  EXPECT_EQ(verify_known().error().code, ErrorCode::kRefused);
}

TEST_F(KnownAccount, MayNotShowANextListThatFollowsFromAnother) {
  next_list();
  account_.list.set_previous_hash(std::string(32, 'p'));
  EXPECT_EQ(verify_known().error().code, ErrorCode::kRefused);
}

TEST_F(KnownAccount, MayRotateItsRoot) {
  next_list();
  account_.rotate(account_.second_root);
  EXPECT_EQ(verify_known().value().root_rotations, 1u);
}

TEST_F(KnownAccount, MayNotGoBackToAnOldRoot) {
  account_.rotate(account_.second_root);
  known_ = verify_bundle(account_.bundle(), kNow).value();
  const TestAccount before;
  EXPECT_EQ(verify_bundle(before.bundle(), kNow, &known_).error().code, ErrorCode::kRefused);
}

TEST_F(KnownAccount, IsNoOtherAccount) {
  EXPECT_EQ(verify_bundle(TestAccount(2).bundle(), kNow, &known_).error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace sotto::signaling
