#include "signaling/server/directory.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/server/directory_world.hpp"

namespace sotto::signaling {
namespace {

constexpr std::chrono::days kDay{1};

TEST_F(DirectoryTest, RegistersAndFindsAgain) {
  TestDevice device(world, alice);
  EXPECT_EQ(device.join("alice").signed_in().name(), "alice");
  TestDevice other(world, bob);
  other.join("bob");
  const wire::LookedUp found = other.ask(look_up_message(5, "alice")).looked_up();
  EXPECT_EQ(found.request(), 5u);
  ASSERT_EQ(found.account().device_size(), 1);
  IdentityBundle parts = alice.parts();
  SignedRecord list;
  EXPECT_TRUE(read_record(found.account().device_list(), list));
  EXPECT_EQ(list, *parts.device_list);
  EXPECT_EQ(found.account().genesis(), wire_string(parts.genesis));
  SignedRecord claim;
  EXPECT_TRUE(read_record(found.account().name_claim(), claim));
  EXPECT_EQ(claim, claim_name(alice, "alice"));
}

TEST_F(DirectoryTest, SignsInWhomItKnows) {
  TestDevice(world, alice).join("alice");
  EXPECT_EQ(TestDevice(world, alice).come_back().signed_in().name(), "alice");
  TestDevice stranger(world, bob);
  EXPECT_EQ(refusal(stranger.come_back()), wire::REFUSAL_NOT_REGISTERED);
  EXPECT_TRUE(stranger.is_over());
}

TEST_F(DirectoryTest, SignsInWhoRegistersAgainBecauseTheAnswerWasLost) {
  TestDevice(world, alice).join("alice");
  EXPECT_EQ(TestDevice(world, alice).join("alice").signed_in().name(), "alice");
  EXPECT_EQ(refusal(TestDevice(world, alice).join("alicia")), wire::REFUSAL_ALREADY_REGISTERED);
}

TEST_F(DirectoryTest, GivesANameToWhoComesFirst) {
  TestDevice(world, alice).join("alice");
  EXPECT_EQ(refusal(TestDevice(world, bob).join("alice")), wire::REFUSAL_NAME_TAKEN);
}

TEST_F(DirectoryTest, RefusesWhatIsNoName) {
  for (const char* name : {"", "ab", "Alice", "1abc", "al ice", "a.very.long.name.of.thirty.three.x"}) {
    TestDevice device(world, alice, NetworkPrefix::of_ipv4({10, 0, static_cast<uint8_t>(name[0]), 1}));
    EXPECT_EQ(refusal(device.join(name)), wire::REFUSAL_NAME_INVALID) << name;
  }
}

TEST_F(DirectoryTest, RefusesANameThatSomebodyElseHasSigned) {
  TestDevice device(world, alice);
  device.connect();
  wire::ToServer message = device.register_message("alice");
  write_record(claim_name(bob, "alice"), *message.mutable_register_()->mutable_name_claim());
  EXPECT_EQ(refusal(device.ask(message)), wire::REFUSAL_FORGED);
}

TEST_F(DirectoryTest, RefusesAProofByAnotherKey) {
  TestDevice device(world, alice);
  device.connect();
  wire::ToServer message = device.register_message("alice");
  message.mutable_register_()->set_proof(wire_string(device.proof(alice.stranger)));
  EXPECT_EQ(refusal(device.ask(message)), wire::REFUSAL_BAD_PROOF);
  EXPECT_TRUE(device.is_over());
}

TEST_F(DirectoryTest, RefusesAProofOfAnotherLinkAnotherServerOrAnotherTime) {
  TestDevice(world, alice).join("alice");
  const auto refused = [&](auto change) {
    TestDevice device(world, alice);
    device.connect();
    const LinkSecurity security = device.security;
    change(device);
    const wire::ToServer message = device.sign_in_message();
    device.security = security;
    return refusal(device.ask(message));
  };
  EXPECT_EQ(refused([](TestDevice& device) { device.security.channel[3] ^= 1; }), wire::REFUSAL_BAD_PROOF);
  EXPECT_EQ(refused([](TestDevice& device) { device.security.server_key[3] ^= 1; }), wire::REFUSAL_BAD_PROOF);
  EXPECT_EQ(refused([](TestDevice& device) { device.nonce[3] ^= 1; }), wire::REFUSAL_BAD_PROOF);
  EXPECT_EQ(refused([](TestDevice&) {}), wire::REFUSAL_UNKNOWN) << "unchanged, it is signed in";
}

TEST_F(DirectoryTest, TellsNothingOfAnAccountToWhoCannotProveToBeIt) {
  TestDevice(world, alice).join("alice");
  const auto answer = [&](const TestAccount& account) {
    TestDevice device(world, account);
    device.connect();
    wire::ToServer message = device.sign_in_message();
    message.mutable_sign_in()->set_proof(std::string(64, 'x'));
    return device.ask(message).SerializeAsString();
  };
  EXPECT_EQ(answer(alice), answer(bob));
}

TEST_F(DirectoryTest, RefusesAnExpiredListAndAnExpiredCertificate) {
  TestDevice(world, alice).join("alice");
  alice.list.set_expires_ms(TestAccount::ms(world.now.date) - 1);
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_EXPIRED);
  bob.certificate.set_expires_ms(TestAccount::ms(world.now.date));
  EXPECT_EQ(refusal(TestDevice(world, bob).join("bob")), wire::REFUSAL_EXPIRED);
}

TEST_F(DirectoryTest, RefusesAListThatWasRolledBack) {
  alice.list.set_version(2);
  TestDevice(world, alice).join("alice");
  alice.list.set_version(1);
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_ROLLED_BACK);
}

TEST_F(DirectoryTest, RefusesASecondListOfOneVersion) {
  TestDevice(world, alice).join("alice");
  alice.list.set_expires_ms(alice.list.expires_ms() - 1);
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_ROLLED_BACK);
}

TEST_F(DirectoryTest, RefusesAListThatDoesNotFollowFromTheKnownOne) {
  TestDevice(world, alice).join("alice");
  alice.list.set_version(2);
  alice.list.set_previous_hash(std::string(32, 'x'));
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_FORGED);
}

TEST_F(DirectoryTest, RefusesAForgedCertificate) {
  alice.certificate_signer = &alice.stranger;
  EXPECT_EQ(refusal(TestDevice(world, alice).join("alice")), wire::REFUSAL_FORGED);
}

TEST_F(DirectoryTest, RefusesTheOldRootAfterItWasReplaced) {
  TestDevice(world, alice).join("alice");
  TestAccount old = TestAccount(1);
  alice.rotate(alice.second_root);
  EXPECT_EQ(TestDevice(world, alice).come_back().signed_in().name(), "alice");
  EXPECT_EQ(refusal(TestDevice(world, old).come_back()), wire::REFUSAL_ROLLED_BACK);
}

TEST_F(DirectoryTest, RefusesAnOldCopyOfAnIdentityByItsAgreeKey) {
  alice.agree_key.set_epoch(2);
  TestDevice(world, alice).join("alice");
  alice.agree_key.set_epoch(1);
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_ROLLED_BACK);
  alice.agree_key.set_epoch(2);
  alice.agree_key.set_x25519(std::string(32, 'y'));
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_ROLLED_BACK);
  alice.agree_key.set_epoch(3);
  EXPECT_EQ(TestDevice(world, alice).come_back().signed_in().name(), "alice");
}

/// A second device of an account, and a list that names the devices of the test's choice.
struct SecondDevice : TestAccount {
  explicit SecondDevice(const TestAccount& first, bool names_the_first) : TestAccount(1) {
    certificate.set_device_id(std::string(16, 'e'));
    list.set_version(2);
    list.set_previous_hash(wire_string(sha256({as_bytes(kDeviceListLabel), first.signed_list().body})));
    if (names_the_first) {
      list.add_device(wire_string(sha256({as_bytes(kDeviceLabel), first.signed_certificate().body})));
    }
  }
};

TEST_F(DirectoryTest, ShowsAllDevicesThatTheListNames) {
  TestDevice(world, alice).join("alice");
  const SecondDevice second(alice, true);
  EXPECT_EQ(TestDevice(world, second).come_back().signed_in().name(), "alice");
  TestDevice other(world, bob);
  other.join("bob");
  EXPECT_EQ(other.ask(look_up_message(1, "alice")).looked_up().account().device_size(), 2);
}

TEST_F(DirectoryTest, RefusesADeviceThatWasRevoked) {
  TestDevice(world, alice).join("alice");
  const SecondDevice second(alice, false);
  EXPECT_EQ(TestDevice(world, second).come_back().signed_in().name(), "alice");
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_REVOKED);
  TestDevice other(world, bob);
  other.join("bob");
  EXPECT_EQ(other.ask(look_up_message(1, "alice")).looked_up().account().device_size(), 1);
}

TEST_F(DirectoryTest, TakesOverWhatIsPublished) {
  TestDevice device(world, alice);
  device.join("alice");
  alice.agree_key.set_epoch(2);
  EXPECT_EQ(device.ask(publish_message(9, alice)).done().request(), 9u);
  TestDevice other(world, bob);
  other.join("bob");
  const auto found = other.ask(look_up_message(1, "alice")).looked_up().account();
  wire::AgreeKey key;
  ASSERT_TRUE(key.ParseFromString(found.device(0).agree_key(0).body()));
  EXPECT_EQ(key.epoch(), 2u);
}

TEST_F(DirectoryTest, LetsADevicePublishItselfAlone) {
  TestDevice(world, bob).join("bob");
  TestDevice device(world, alice);
  device.join("alice");
  EXPECT_EQ(refusal(device.ask(publish_message(9, bob))), wire::REFUSAL_FORGED);
  EXPECT_FALSE(device.is_over());
}

/// A bundle of an account with eight devices, whose certificates say more than anybody understands.
IdentityBundle large_bundle(const TestAccount& account, size_t number) {
  const std::string unknown = "\x7a\xa0\x06" + std::string(800, 'x');  // field 15, 800 bytes
  IdentityBundle bundle = account.parts();
  wire::DeviceList list = account.list;
  for (size_t i = 0; i < 8; ++i) {
    wire::DeviceCertificate certificate = account.certificate;
    certificate.set_device_id(std::string(16, static_cast<char>('a' + i)));
    Bytes body = serialize_wire(certificate);
    append(body, as_bytes(unknown));
    list.add_device(wire_string(sha256({as_bytes(kDeviceLabel), body})));
    if (i == number) bundle.device_certificate = sign_record(account.root, kDeviceLabel, body);
  }
  bundle.device_list = sign_record(account.root, kDeviceListLabel, serialize_wire(list));
  return bundle;
}

TEST_F(DirectoryTest, RefusesTheDeviceWithWhichAnAccountWouldNotFitIntoAnAnswer) {
  bool was_refused = false;
  for (size_t i = 0; i < 8 && !was_refused; ++i) {
    alice.certificate.set_device_id(std::string(16, static_cast<char>('a' + i)));
    TestDevice device(world, alice);
    device.connect();
    wire::ToServer message = i == 0 ? device.register_message("alice") : device.sign_in_message();
    std::string& bundle =
        *(i == 0 ? message.mutable_register_()->mutable_bundle() : message.mutable_sign_in()->mutable_bundle());
    bundle = wire_string(serialize_bundle(large_bundle(alice, i)));
    const wire::ToDevice answer = device.ask(message);
    was_refused = !answer.has_signed_in();
    if (was_refused) {
      EXPECT_EQ(refusal(answer), wire::REFUSAL_MALFORMED);
      EXPECT_GT(i, 3u);
    }
  }
  EXPECT_TRUE(was_refused);
  TestDevice other(world, bob);
  other.join("bob");
  EXPECT_GT(other.ask(look_up_message(1, "alice")).looked_up().account().device_size(), 3);
}

TEST_F(DirectoryTest, SaysWhenItCannotWrite) {
  TestDevice device(world, alice);
  device.join("alice");
  store->is_full = true;
  EXPECT_EQ(refusal(TestDevice(world, bob).join("bob")), wire::REFUSAL_STORAGE);
  alice.agree_key.set_epoch(2);
  EXPECT_EQ(refusal(device.ask(publish_message(1, alice))), wire::REFUSAL_STORAGE);
  EXPECT_FALSE(device.is_over());
  alice.agree_key.set_epoch(1);
  EXPECT_TRUE(TestDevice(world, alice).come_back().has_signed_in()) << "signing in writes nothing";
}

TEST_F(DirectoryTest, RegistersByInviteOnce) {
  world.core().set_registration(RegistrationMode::kByInvite, Invites::parse("an-invite-code").value());
  const auto register_with = [&](const TestAccount& account, const std::string& name, const std::string& invite) {
    TestDevice device(world, account);
    device.connect();
    return device.ask(device.register_message(name, invite));
  };
  EXPECT_EQ(refusal(register_with(alice, "alice", "")), wire::REFUSAL_INVITE_INVALID);
  EXPECT_EQ(refusal(register_with(alice, "alice", "another-code")), wire::REFUSAL_INVITE_INVALID);
  EXPECT_TRUE(register_with(alice, "alice", "an-invite-code").has_signed_in());
  EXPECT_EQ(refusal(register_with(bob, "bob", "an-invite-code")), wire::REFUSAL_INVITE_INVALID);
  EXPECT_TRUE(TestDevice(world, alice).come_back().has_signed_in());
}

TEST_F(DirectoryTest, RegistersNobodyWhenItIsClosed) {
  TestDevice(world, alice).join("alice");
  world.core().set_registration(RegistrationMode::kClosed, Invites());
  EXPECT_EQ(refusal(TestDevice(world, bob).join("bob")), wire::REFUSAL_REGISTRATION_CLOSED);
  EXPECT_TRUE(TestDevice(world, alice).come_back().has_signed_in());
}

TEST_F(DirectoryTest, KeepsAnAccountWhoseRecordsHaveExpired) {
  TestDevice(world, alice).join("alice");
  world.advance(30 * 24h);
  EXPECT_EQ(refusal(TestDevice(world, alice).come_back()), wire::REFUSAL_EXPIRED);
  alice.agree_key.set_epoch(2);
  alice.agree_key.set_not_before_ms(TestAccount::ms(world.now.date));
  alice.agree_key.set_not_after_ms(TestAccount::ms(world.now.date + 14 * kDay));
  EXPECT_TRUE(TestDevice(world, alice).come_back().has_signed_in());
}

}  // namespace
}  // namespace sotto::signaling
