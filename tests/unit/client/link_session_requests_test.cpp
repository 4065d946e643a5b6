#include <gmock/gmock.h>

#include "signaling/identity/contact.hpp"
#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/identity/name.hpp"
#include "tests/unit/client/session_world.hpp"

namespace sotto::signaling {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Asks the session, as a device does, and the directory's answers about Bob.
class LinkSessionRequests : public SessionWorld {
 protected:
  LinkSessionRequests() { sign_in(); }

  /// The record of an account with one device, as a directory keeps it.
  static wire::AccountRecord record_of(const DeviceIdentity& identity, const std::string& name) {
    wire::Bundle bundle;
    EXPECT_TRUE(parse_wire(identity.bundle(), kMaxBundleSize, bundle));
    wire::AccountRecord record;
    write_record(make_name_claim(identity, name), *record.mutable_name_claim());
    record.set_genesis(bundle.genesis());
    *record.mutable_rotation() = bundle.rotation();
    *record.mutable_device_list() = bundle.device_list();
    *record.add_device()->mutable_device_certificate() = bundle.device_certificate();
    *record.mutable_device(0)->mutable_agree_key() = bundle.agree_key();
    return record;
  }
  static wire::ToDevice looked_up(RequestId request, const std::optional<wire::AccountRecord>& record) {
    wire::ToDevice message;
    message.mutable_looked_up()->set_request(request);
    if (record) *message.mutable_looked_up()->mutable_account() = *record;
    return message;
  }

  /// What came back for this request, which must be exactly one thing.
  Result<Answer> answer_to(RequestId request) {
    const std::vector<LinkAnswered> answers = take<LinkAnswered>();
    EXPECT_EQ(answers.size(), 1u);
    if (answers.size() != 1) return Error{ErrorCode::kInternal, "no answer"};
    EXPECT_EQ(answers[0].request, request);
    return answers[0].answer;
  }
  Result<std::optional<DirectoryEntry>> entry_for(RequestId request) {
    Result<Answer> answer = answer_to(request);
    if (!answer) return answer.error();
    return answer->entry;
  }

  DeviceIdentity bob = DeviceIdentity::create(random, kWallNow);
};

TEST_F(LinkSessionRequests, LookUpAName) {
  const RequestId request = session.look_up("Bob", now).value();
  EXPECT_EQ(heard().back().look_up().name(), "bob");

  say(looked_up(request, record_of(bob, "bob")));

  const DirectoryEntry entry = entry_for(request).value().value();
  EXPECT_EQ(entry.name, "bob");
  ASSERT_EQ(entry.bundles.size(), 1u);
  EXPECT_EQ(verify_bundle(entry.bundles[0], kWallNow).value().account, bob.account());
}

TEST_F(LinkSessionRequests, LookUpAnAccountWithItsToken) {
  LookUpToken token;
  token.fill(3);
  const RequestId request = session.look_up(bob.account(), token, now).value();
  const wire::LookUp asked = heard().back().look_up();
  EXPECT_EQ(asked.account_id(), wire_string(bob.account().bytes));
  EXPECT_EQ(asked.token(), std::string(16, 3));

  say(looked_up(request, record_of(bob, "robert")));

  EXPECT_EQ(entry_for(request).value().value().name, "robert");
}

TEST_F(LinkSessionRequests, HearThatThereIsNoSuchAccount) {
  const RequestId request = session.look_up("bob", now).value();

  say(looked_up(request, std::nullopt));

  EXPECT_FALSE(entry_for(request).value());
}

TEST_F(LinkSessionRequests, RefuseAnotherAccountThanTheOneAskedFor) {
  const DeviceIdentity mallory = DeviceIdentity::create(random, kWallNow);
  wire::AccountRecord forged = record_of(mallory, "mallory");
  write_record(make_name_claim(bob, "bob"), *forged.mutable_name_claim());
  const RequestId by_name = session.look_up("bob", now).value();
  const RequestId by_account = session.look_up(bob.account(), std::nullopt, now).value();
  const RequestId by_claim = session.look_up("bob", now).value();

  say(looked_up(by_name, record_of(mallory, "mallory")));
  EXPECT_EQ(entry_for(by_name).error().code, ErrorCode::kRefused);
  say(looked_up(by_account, record_of(mallory, "bob")));
  EXPECT_EQ(entry_for(by_account).error().code, ErrorCode::kRefused);
  say(looked_up(by_claim, forged));
  EXPECT_EQ(entry_for(by_claim).error().code, ErrorCode::kRefused) << "a name that another root has signed";
}

TEST_F(LinkSessionRequests, BelieveANameThatAnEarlierRootHasClaimed) {
  const Ed25519KeyPair recovery = Ed25519KeyPair::generate(random);
  DeviceIdentity carol = DeviceIdentity::create(random, kWallNow, recovery.public_key());
  const SignedRecord claim = make_name_claim(carol, "carol");
  ASSERT_TRUE(carol.replace_root(recovery, kWallNow, random).ok());
  wire::AccountRecord record = record_of(carol, "carol");
  write_record(claim, *record.mutable_name_claim());
  const RequestId request = session.look_up("carol", now).value();

  say(looked_up(request, record));

  EXPECT_EQ(entry_for(request).value().value().name, "carol");
}

TEST_F(LinkSessionRequests, RefuseARotationThatTheRecoveryKeyHasNotSigned) {
  const Ed25519KeyPair recovery = Ed25519KeyPair::generate(random);
  DeviceIdentity carol = DeviceIdentity::create(random, kWallNow, recovery.public_key());
  ASSERT_TRUE(carol.replace_root(recovery, kWallNow, random).ok());
  wire::AccountRecord record = record_of(carol, "carol");
  record.mutable_rotation(0)->mutable_signature()->back() ^= 1;
  const RequestId request = session.look_up("carol", now).value();

  say(looked_up(request, record));

  EXPECT_EQ(entry_for(request).error().code, ErrorCode::kRefused);
}

TEST_F(LinkSessionRequests, RefuseAnAnswerOutOfShape) {
  std::vector<wire::AccountRecord> records(6, record_of(bob, "bob"));
  records[0].clear_device();
  for (int i = 0; i < 8; ++i) *records[1].add_device() = wire::DeviceRecord(records[2].device(0));
  records[2].clear_name_claim();
  records[3].set_genesis("not a genesis");
  records[4].mutable_device(0)->clear_agree_key();
  records[5].mutable_device(0)->clear_device_certificate();
  for (const wire::AccountRecord& record : records) {
    const RequestId request = session.look_up("bob", now).value();
    say(looked_up(request, record));
    EXPECT_FALSE(entry_for(request).ok());
  }
  EXPECT_EQ(problem(), ServerProblem::kNone) << "one bad answer is no reason to lose the link";
}

TEST_F(LinkSessionRequests, AreNotMadeForANameThatNobodyCanHave) {
  EXPECT_EQ(session.look_up("Not A Name", now).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(LinkSessionRequests, PublishTheIdentityAsItIs) {
  const RequestId request = session.publish(now).value();
  EXPECT_EQ(heard().back().publish().bundle(), wire_string(keeper->current()->bundle()));

  say(done(request));

  EXPECT_TRUE(answer_to(request).ok());
}

TEST_F(LinkSessionRequests, SetWhoMayFindTheAccount) {
  const RequestId request = session.set_profile(true, LookUpToken{5}, {bob.account()}, now).value();
  const wire::Profile profile = heard().back().profile();
  EXPECT_TRUE(profile.hidden());
  EXPECT_EQ(profile.token().size(), 16u);
  EXPECT_THAT(profile.denied(), ElementsAre(wire_string(bob.account().bytes)));

  say(refused(request, wire::REFUSAL_STORAGE));

  EXPECT_EQ(answer_to(request).error().code, ErrorCode::kUnavailable);
}

TEST_F(LinkSessionRequests, DenyAtMost64Accounts) {
  EXPECT_EQ(session.set_profile(false, std::nullopt, std::vector<AccountId>(65), now).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(LinkSessionRequests, BringRelays) {
  const RequestId request = session.request_relays(now).value();
  wire::ToDevice message;
  wire::RelayCredentials& credentials = *message.mutable_relay_credentials();
  credentials.set_request(request);
  credentials.set_username("u");
  credentials.set_password("p");
  credentials.add_uri("turn:192.0.2.1:3478?transport=udp");

  say(message);

  const auto relays = answer_to(request).value().relays;
  ASSERT_EQ(relays.size(), 1u);
  EXPECT_EQ(relays[0].uri, "turn:192.0.2.1:3478?transport=udp");
  EXPECT_EQ(relays[0].username, "u");
  EXPECT_EQ(relays[0].password, "p");
}

TEST_F(LinkSessionRequests, HearThatThereIsNoRelay) {
  const RequestId request = session.request_relays(now).value();

  say(refused(request, wire::REFUSAL_NO_RELAY));

  EXPECT_THAT(answer_to(request).value().relays, IsEmpty());
}

TEST_F(LinkSessionRequests, RefuseARelayOfAnotherKind) {
  for (const char* uri : {"http://192.0.2.1", "turn:a b", "", "turn:\n"}) {
    const RequestId request = session.request_relays(now).value();
    wire::ToDevice message;
    message.mutable_relay_credentials()->set_request(request);
    message.mutable_relay_credentials()->add_uri(uri);
    say(message);
    EXPECT_EQ(answer_to(request).error().code, ErrorCode::kMalformed);
  }
}

TEST_F(LinkSessionRequests, AreGivenUpAfter10Seconds) {
  const RequestId request = session.look_up("bob", now).value();
  for (int i = 0; i < 4; ++i) {
    pass(2500ms);
    say(pong());
  }

  EXPECT_EQ(answer_to(request).error().code, ErrorCode::kTimeout);
  say(looked_up(request, std::nullopt));
  EXPECT_EQ(problem(), ServerProblem::kNone) << "an answer may come too late";
}

TEST_F(LinkSessionRequests, WaitForALinkAsLong) {
  lose_link();
  const RequestId request = session.look_up("bob", now).value();
  pass(10s);

  EXPECT_EQ(answer_to(request).error().code, ErrorCode::kUnavailable);
}

TEST_F(LinkSessionRequests, AreAskedAgainOverTheNextLink) {
  const RequestId request = session.look_up("bob", now).value();
  lose_link();
  EXPECT_THAT(take<LinkAnswered>(), IsEmpty());

  sign_in();

  const std::vector<wire::ToServer> messages = heard();
  EXPECT_EQ(messages.back().look_up().request(), request);
}

TEST_F(LinkSessionRequests, AreBounded) {
  for (int i = 0; i < 64; ++i) EXPECT_TRUE(session.request_relays(now).ok());

  EXPECT_EQ(session.request_relays(now).error().code, ErrorCode::kUnavailable);
}

TEST_F(LinkSessionRequests, NeverShareANumberWithASend) {
  const RequestId request = session.publish(now).value();
  ASSERT_TRUE(session.send(envelope("x"), now).ok());
  const uint64_t send = heard().back().send().id();
  ASSERT_NE(send, request);

  say(done(send));

  EXPECT_THAT(take<LinkAnswered>(), IsEmpty());
  EXPECT_THAT(session.sends().waiting(), IsEmpty());
}

TEST_F(LinkSessionRequests, EndTheLinkOverAnAnswerOfAnotherKind) {
  const RequestId request = session.publish(now).value();

  say(looked_up(request, std::nullopt));

  EXPECT_EQ(problem(), ServerProblem::kProtocol);
  EXPECT_FALSE(answer_to(request).ok());
}

}  // namespace
}  // namespace sotto::signaling
