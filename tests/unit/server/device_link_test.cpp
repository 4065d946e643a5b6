#include "signaling/server/device_link.hpp"

#include <gtest/gtest.h>

#include "tests/unit/server/test_world.hpp"

namespace sotto::signaling {
namespace {

/// One of each message that a device can send, by its number in server.proto; sound enough to be answered.
wire::ToServer example(const TestDevice& device, const TestAccount& account, int kind) {
  wire::ToServer message;
  switch (static_cast<wire::ToServer::MessageCase>(kind)) {
    case wire::ToServer::kSignIn:
      return device.sign_in_message();
    case wire::ToServer::kRegister:
      return device.register_message("alice");
    case wire::ToServer::kPublish:
      return publish_message(1, account);
    case wire::ToServer::kLookUp:
      return look_up_message(1, "nobody");
    case wire::ToServer::kSend:
      return send_message(1, device.address(), "blob");
    case wire::ToServer::kReceived:
      return received_message(0);
    case wire::ToServer::kRelayRequest:
      message.mutable_relay_request()->set_request(1);
      return message;
    case wire::ToServer::kProfile:
      message.mutable_profile()->set_request(1);
      return message;
    case wire::ToServer::kPing:
      message.mutable_ping();
      return message;
    case wire::ToServer::MESSAGE_NOT_SET:
      break;
  }
  return message;
}
constexpr int kFirst = wire::ToServer::kSignIn;
constexpr int kLast = wire::ToServer::kPing;

class DeviceLinkTest : public testing::Test {
 protected:
  uint64_t ended(LinkEnd end) { return world.core().counts().ended[static_cast<size_t>(end)]; }
  /// Whether the link has ended with Refused{0, refusal} as its last word.
  static bool ends_with(TestDevice& device, wire::Refusal refusal) {
    const std::vector<wire::ToDevice> messages = device.take();
    return !messages.empty() && messages.back().has_refused() && messages.back().refused().request() == 0 &&
           messages.back().refused().refusal() == refusal && device.is_over();
  }

  TestWorld world;
  TestAccount alice{1};
  TestDevice device{world, alice};
};

TEST_F(DeviceLinkTest, TakesASignInAloneBeforeOne) {
  for (int kind = kFirst; kind <= kLast; ++kind) {
    TestWorld fresh;
    TestDevice first(fresh, alice);
    first.join("alice");
    TestDevice link(fresh, alice);
    link.connect();
    link.say(example(link, alice, kind));
    const bool is_sign_in = kind == wire::ToServer::kSignIn || kind == wire::ToServer::kRegister;
    EXPECT_EQ(ends_with(link, wire::REFUSAL_MALFORMED), !is_sign_in) << kind;
    EXPECT_EQ(link.is_over(), !is_sign_in) << kind;
  }
}

TEST_F(DeviceLinkTest, TakesEverythingButASignInAfterOne) {
  for (int kind = kFirst; kind <= kLast; ++kind) {
    TestWorld fresh;
    TestDevice link(fresh, alice);
    link.join("alice");
    link.say(example(link, alice, kind));
    const bool is_sign_in = kind == wire::ToServer::kSignIn || kind == wire::ToServer::kRegister;
    EXPECT_EQ(ends_with(link, wire::REFUSAL_MALFORMED), is_sign_in) << kind;
    EXPECT_EQ(link.is_over(), is_sign_in) << kind;
  }
}

TEST_F(DeviceLinkTest, TakesNothingAfterItsEnd) {
  for (int kind = kFirst; kind <= kLast; ++kind) {
    TestWorld fresh;
    TestDevice link(fresh, alice);
    link.join("alice");
    link.say(example(link, alice, wire::ToServer::kSignIn));
    link.take();
    link.say(example(link, alice, kind));
    EXPECT_TRUE(link.take().empty()) << kind;
  }
}

TEST_F(DeviceLinkTest, TakesNothingBeforeTls) {
  const LinkId id = *world.core().on_connected({}, world.now);
  world.core().on_bytes(id, make_frame(example(device, alice, wire::ToServer::kPing)).value(), world.now);
  EXPECT_TRUE(world.core().output(id).empty());
  EXPECT_FALSE(world.core().is_over(id));
}

TEST_F(DeviceLinkTest, EndsAtAMessageThatItDoesNotKnow) {
  device.join("alice");
  const Bytes unknown{0, 0, 0, 3, 0xfa, 0x06, 0};  // field 111, empty
  world.core().on_bytes(device.link, unknown, world.now);
  EXPECT_TRUE(ends_with(device, wire::REFUSAL_MALFORMED));
}

TEST_F(DeviceLinkTest, EndsAtAFrameThatIsTooLargeOrNoMessage) {
  for (const Bytes& bytes : {Bytes{0, 1, 0, 0}, Bytes{0, 0, 0, 0}, Bytes{0, 0, 0, 2, 0xff, 0xff}}) {
    device.connect();
    world.core().on_bytes(device.link, bytes, world.now);
    EXPECT_TRUE(ends_with(device, wire::REFUSAL_MALFORMED));
  }
  EXPECT_EQ(ended(LinkEnd::kMalformed), 3u);
}

TEST_F(DeviceLinkTest, EndsAtARequestWithoutANumber) {
  for (const int kind : {wire::ToServer::kPublish, wire::ToServer::kLookUp, wire::ToServer::kSend,
                         wire::ToServer::kRelayRequest, wire::ToServer::kProfile}) {
    TestWorld fresh;
    TestDevice link(fresh, alice);
    link.join("alice");
    wire::ToServer message = example(link, alice, kind);
    if (message.has_publish()) message.mutable_publish()->set_request(0);
    if (message.has_look_up()) message.mutable_look_up()->set_request(0);
    if (message.has_send()) message.mutable_send()->set_id(0);
    if (message.has_relay_request()) message.mutable_relay_request()->set_request(0);
    if (message.has_profile()) message.mutable_profile()->set_request(0);
    link.say(message);
    EXPECT_TRUE(ends_with(link, wire::REFUSAL_MALFORMED)) << kind;
  }
}

TEST_F(DeviceLinkTest, EndsAtAnEnvelopeThatIsNone) {
  const DeviceAddress to = device.address();
  wire::ToServer short_account = send_message(1, to, "blob");
  short_account.mutable_send()->set_account_id("short");
  wire::ToServer long_device = send_message(1, to, "blob");
  long_device.mutable_send()->set_device_id(std::string(17, 'd'));
  for (const wire::ToServer& message : {short_account, long_device, send_message(1, to, std::string(8193, 'x')),
                                        send_message(UINT64_MAX, to, "blob")}) {
    TestWorld fresh;
    TestDevice link(fresh, alice);
    link.join("alice");
    link.say(message);
    EXPECT_TRUE(ends_with(link, wire::REFUSAL_MALFORMED));
  }
}

TEST_F(DeviceLinkTest, TellsTheTimeAndWhoMayRegister) {
  const LinkId id = *world.core().on_connected({}, world.now);
  world.core().on_secured(id, {}, world.now);
  wire::ToDevice message;
  ASSERT_TRUE(parse_wire(world.core().output(id).subspan(4), kMaxFrameSize, message));
  EXPECT_EQ(message.welcome().time_ms(), TestAccount::ms(world.now.date));
  EXPECT_EQ(message.welcome().registration(), wire::REGISTRATION_OPEN);
  EXPECT_EQ(message.welcome().nonce().size(), 32u);
}

TEST_F(DeviceLinkTest, ClosesWhoDoesNotSecureItOrSignInWithinTenSeconds) {
  const LinkId never_secured = *world.core().on_connected({}, world.now);
  device.connect();
  world.advance(10s - Duration(1));
  EXPECT_FALSE(world.core().is_over(never_secured));
  EXPECT_FALSE(device.is_over());
  world.advance(Duration(1));
  EXPECT_TRUE(world.core().is_over(never_secured));
  EXPECT_TRUE(device.is_over());
  EXPECT_EQ(ended(LinkEnd::kNoSignIn), 2u);
}

TEST_F(DeviceLinkTest, ClosesWhoSendsItsSignInByteByByte) {
  device.connect();
  const Bytes frame = make_frame(device.register_message("alice")).value();
  for (size_t i = 0; i < 9; ++i) {
    world.core().on_bytes(device.link, ByteView(frame).subspan(i, 1), world.now);
    world.advance(1s);
  }
  EXPECT_FALSE(device.is_over());
  world.advance(1s);
  EXPECT_TRUE(device.is_over());
}

TEST_F(DeviceLinkTest, ClosesWhoIsSilentFor90Seconds) {
  device.join("alice");
  for (int i = 0; i < 100; ++i) {
    world.advance(80s);
    wire::ToServer ping;
    ping.mutable_ping();
    EXPECT_TRUE(device.ask(ping).has_pong());
  }
  world.advance(90s - Duration(1));
  EXPECT_FALSE(device.is_over());
  world.advance(Duration(1));
  EXPECT_TRUE(device.is_over());
  EXPECT_EQ(ended(LinkEnd::kSilent), 1u);
}

TEST_F(DeviceLinkTest, ClosesWhoReadsNothingFor30Seconds) {
  device.join("alice");
  wire::ToServer ping;
  ping.mutable_ping();
  for (int i = 0; i < 30; ++i) {
    EXPECT_FALSE(device.is_over());
    device.say(ping);
    world.advance(1s);
  }
  EXPECT_TRUE(device.is_over());
  EXPECT_EQ(ended(LinkEnd::kStalled), 1u);
}

TEST_F(DeviceLinkTest, KeepsWhoReadsSlowly) {
  device.join("alice");
  wire::ToServer ping;
  ping.mutable_ping();
  for (int i = 0; i < 1000; ++i) {
    device.say(ping);
    world.core().on_written(device.link, 1, world.now);
    world.advance(1s);
  }
  EXPECT_FALSE(device.is_over());
}

TEST_F(DeviceLinkTest, ListensToNothingMoreWhileMuchIsUnread) {
  device.join("alice");
  wire::ToServer ping;
  ping.mutable_ping();
  Bytes pings;
  for (int i = 0; i < 1000; ++i) append(pings, make_frame(ping).value());
  size_t fed = 0;
  while (world.core().wants_bytes(device.link)) {
    world.core().on_bytes(device.link, pings, world.now);
    fed += 1000;
    ASSERT_LT(fed, 100'000u);
  }
  EXPECT_LT(world.core().output(device.link).size(), 32u * 1024);
  const size_t pongs = device.take().size();
  EXPECT_EQ(pongs, fed) << "what was taken is answered, as soon as there is room";
  EXPECT_TRUE(world.core().wants_bytes(device.link));
}

TEST_F(DeviceLinkTest, GivesItsLastWordsFiveSeconds) {
  device.join("alice");
  device.say(device.sign_in_message());
  EXPECT_FALSE(device.is_over());
  world.advance(5s - Duration(1));
  EXPECT_FALSE(device.is_over());
  world.advance(Duration(1));
  EXPECT_TRUE(device.is_over());
}

TEST_F(DeviceLinkTest, RefusesTooManySignInsFromOneNetworkBeforeItChecksThem) {
  world.limits.sign_ins_per_prefix = {3, 1min};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(device.join("alice").has_signed_in());
  device.connect();
  const wire::ToDevice answer = device.ask(device.register_message("alice"));
  EXPECT_EQ(answer.refused().refusal(), wire::REFUSAL_RATE_LIMITED);
  EXPECT_EQ(answer.refused().retry_after_ms(), 20'000u);
  EXPECT_TRUE(device.is_over());
}

TEST_F(DeviceLinkTest, LimitsLookUpsAndGoesOn) {
  device.join("alice");
  for (int i = 1; i <= 30; ++i) EXPECT_TRUE(device.ask(look_up_message(i, "nobody")).has_looked_up());
  const wire::ToDevice refused = device.ask(look_up_message(31, "nobody"));
  EXPECT_EQ(refused.refused().request(), 31u);
  EXPECT_EQ(refused.refused().refusal(), wire::REFUSAL_RATE_LIMITED);
  EXPECT_EQ(refused.refused().retry_after_ms(), 2000u);
  EXPECT_FALSE(device.is_over());
}

TEST_F(DeviceLinkTest, HasNoRelayToGiveWithoutOne) {
  device.join("alice");
  const wire::ToDevice answer = device.ask(example(device, alice, wire::ToServer::kRelayRequest));
  EXPECT_EQ(answer.refused().request(), 1u);
  EXPECT_EQ(answer.refused().refusal(), wire::REFUSAL_NO_RELAY);
}

TEST_F(DeviceLinkTest, GivesRelayCredentialsOfItsOwnToEachCall) {
  world.relays.reset(new RelayIssuer({"turn:192.0.2.1:3478?transport=udp", "stun:192.0.2.1"}, "sixteen characters"));
  device.join("alice");
  const wire::ToServer request = example(device, alice, wire::ToServer::kRelayRequest);
  const wire::RelayCredentials first = device.ask(request).relay_credentials();
  const wire::RelayCredentials second = device.ask(request).relay_credentials();
  EXPECT_EQ(first.uri_size(), 2);
  EXPECT_EQ(first.lifetime_s(), 600u);
  EXPECT_NE(first.username(), second.username());
}

TEST_F(DeviceLinkTest, AnswersASendThatIsSentAgainWithoutSendingIt) {
  device.join("alice");
  const wire::ToServer message = send_message(1, {alice.account, {}}, "blob");
  EXPECT_EQ(device.ask(message).done().request(), 1u);
  EXPECT_EQ(device.ask(message).done().request(), 1u);
  EXPECT_EQ(world.router->blobs_waiting(), 1u);
}

}  // namespace
}  // namespace sotto::signaling
