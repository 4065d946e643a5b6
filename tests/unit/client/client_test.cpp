#include "signaling/client/client.hpp"

#include <gmock/gmock.h>

#include <future>

#include "base/random.hpp"
#include "signaling/link/frame.hpp"
#include "tests/unit/client/client_world.hpp"
#include "tests/unit/client/test_server.hpp"

namespace sotto::signaling {
namespace {

using testing::HasSubstr;

class ClientTest : public ClientWorld {
 protected:
  static wire::ToDevice deliver(uint64_t id, const std::string& blob) {
    wire::ToDevice message;
    message.mutable_deliver()->set_id(id);
    message.mutable_deliver()->set_blob(blob);
    return message;
  }
  static wire::ToDevice done(uint64_t request) {
    wire::ToDevice message;
    message.mutable_done()->set_request(request);
    return message;
  }

  TestServer server;
};

TEST_F(ClientTest, SignsInAndSaysSo) {
  const std::shared_ptr<Client> client = start_at(server.address());

  EXPECT_EQ(wait_for(ServerState::kConnecting).explanation, "");
  const ServerStatus status = wait_for(ServerState::kSignedIn);
  EXPECT_EQ(status.name, "alice");
  EXPECT_EQ(status.problem, ServerProblem::kNone);
  EXPECT_EQ(client->status().state, ServerState::kSignedIn);
  EXPECT_LT(std::chrono::abs(client->clock_offset().value()), 10s);
  EXPECT_EQ(server.sign_ins(), 1);
}

TEST_F(ClientTest, CarriesEnvelopesBothWays) {
  const std::shared_ptr<Client> client = start_at(server.address());
  ASSERT_TRUE(client->send(envelope("before the sign-in")).ok());

  EXPECT_EQ(server.next().send().blob(), "before the sign-in");
  server.say(deliver(1, "to you"));
  EXPECT_EQ(envelopes.wait(), "to you");
  EXPECT_EQ(server.next().received().id(), 1u);
}

TEST_F(ClientTest, SaysAgainWhatALostLinkSwallowed) {
  const std::shared_ptr<Client> client = start_at(server.address());
  ASSERT_TRUE(client->send(envelope("taken")).ok());
  ASSERT_TRUE(client->send(envelope("swallowed")).ok());
  EXPECT_EQ(server.next().send().id(), 1u);
  EXPECT_EQ(server.next().send().id(), 2u);

  server.drop_link(/*sent_id=*/1);

  EXPECT_EQ(wait_for(ServerState::kWaiting).problem, ServerProblem::kLost);
  wait_for(ServerState::kSignedIn);
  const wire::Send again = server.next().send();
  EXPECT_EQ(again.id(), 2u);
  EXPECT_EQ(again.blob(), "swallowed");
  EXPECT_EQ(server.sign_ins(), 2);
}

TEST_F(ClientTest, BringsAnswersToTheirQuestions) {
  const std::shared_ptr<Client> client = start_at(server.address());
  Inbox<std::string> answers;
  client->look_up("bob", [&](const Result<std::optional<DirectoryEntry>>& entry) {
    answers.put(entry.ok() && !*entry ? "nobody" : "somebody");
  });
  client->request_relays([&](const Result<std::vector<RelayServer>>& relays) {
    answers.put(relays.ok() ? std::to_string(relays->size()) + " relays" : "no answer");
  });
  client->publish([&](const Result<void>& published) { answers.put(published.ok() ? "published" : "not published"); });

  wire::ToDevice looked_up;
  looked_up.mutable_looked_up()->set_request(server.next().look_up().request());
  wire::ToDevice relays;
  relays.mutable_relay_credentials()->set_request(server.next().relay_request().request());
  relays.mutable_relay_credentials()->add_uri("stun:192.0.2.1");
  server.say(relays);
  server.say(looked_up);
  server.say(done(server.next().publish().request()));

  EXPECT_EQ(answers.wait(), "1 relays");
  EXPECT_EQ(answers.wait(), "nobody");
  EXPECT_EQ(answers.wait(), "published");
}

TEST_F(ClientTest, AnswersAtOnceWhatCannotBeAsked) {
  const std::shared_ptr<Client> client = start_at(server.address());
  Inbox<ErrorCode> answers;

  client->look_up("Not A Name",
                  [&](const Result<std::optional<DirectoryEntry>>& entry) { answers.put(entry.error().code); });

  EXPECT_EQ(answers.wait(), ErrorCode::kInvalidArgument);
}

TEST_F(ClientTest, AnswersEveryQuestionWhenItStops) {
  const std::shared_ptr<Client> client = start_at(server.address());
  wait_for(ServerState::kSignedIn);
  Inbox<ErrorCode> answers;
  for (int i = 0; i < 3; ++i) {
    client->look_up("bob",
                    [&](const Result<std::optional<DirectoryEntry>>& entry) { answers.put(entry.error().code); });
  }
  (void)server.next();

  client->stop();

  EXPECT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers.wait(), ErrorCode::kUnavailable);
  EXPECT_EQ(client->status().state, ServerState::kStopped);
  client->publish([&](const Result<void>& published) { answers.put(published.error().code); });
  EXPECT_EQ(answers.size(), 3u) << "what is asked after that is answered at once";
  EXPECT_EQ(client->send(envelope("late")).error().code, ErrorCode::kUnavailable);
}

TEST_F(ClientTest, SendsWhatItTookBeforeItStops) {
  const std::shared_ptr<Client> client = start_at(server.address());
  wait_for(ServerState::kSignedIn);
  ASSERT_TRUE(client->send(envelope("good-bye")).ok());

  client->stop();

  EXPECT_EQ(server.next().send().blob(), "good-bye");
}

TEST_F(ClientTest, StopsWithinAnEnvelopeWhichIsTheLastThen) {
  std::shared_ptr<Client> client = Client::create(options(server.address())).value();
  std::atomic<int> calls = 0;
  client->start([&](const Envelope&) {
    ++calls;
    client->stop();
  });
  wait_for(ServerState::kSignedIn);
  Bytes three;
  for (uint64_t id = 1; id <= 3; ++id) append(three, make_frame(deliver(id, "x")).value());

  server.say_raw(three);

  wait_for(ServerState::kStopped);
  client->stop();
  EXPECT_EQ(calls, 1);
}

TEST_F(ClientTest, MayGoAwayWithinAnyOfItsCallbacks) {
  std::shared_ptr<Client> client = Client::create(options(server.address())).value();
  std::promise<void> gone;
  client->start([&](const Envelope&) {
    client.reset();
    gone.set_value();
  });
  wait_for(ServerState::kSignedIn);

  server.say(deliver(1, "x"));

  EXPECT_EQ(gone.get_future().wait_for(20s), std::future_status::ready);
  wait_for(ServerState::kStopped);
}

TEST_F(ClientTest, StopsWhateverItIsDoing) {
  const std::vector<ServerAddress> servers = {
      server.address(), {"192.0.2.1", 7443, std::nullopt}, {"no-such-name.invalid", 7443, std::nullopt}};
  for (const ServerAddress& address : servers) {
    const std::shared_ptr<Client> client = start_at(address);
    client->stop();
    wait_for(ServerState::kStopped);
  }
  Client::create(options(server.address())).value()->stop();
}

TEST_F(ClientTest, MayBeStoppedByManyThreadsAtOnce) {
  const std::shared_ptr<Client> client = start_at(server.address());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      (void)client->send(envelope("x"));
      client->stop();
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(client->status().state, ServerState::kStopped);
}

TEST_F(ClientTest, ComesBackFromThousandsOfMutatedFrames) {
  const std::shared_ptr<Client> client = start_at(server.address());
  SeededRandom random(7);
  Bytes noise = make_frame(deliver(1, "noise")).value();
  for (int round = 0; round < 20; ++round) {
    wait_for(ServerState::kSignedIn);
    Bytes burst;
    for (int i = 0; i < 200; ++i) {
      Bytes frame = noise;
      frame[4 + random.u32() % (frame.size() - 4)] = static_cast<uint8_t>(random.u32());
      append(burst, frame);
    }
    server.say_raw(burst);
    EXPECT_EQ(wait_for(ServerState::kWaiting).problem, ServerProblem::kProtocol);
    client->network_changed();
  }
  wait_for(ServerState::kSignedIn);
}

TEST_F(ClientTest, SaysWhyTheServerRefused) {
  TestServer::Options refusing;
  refusing.refusal = wire::REFUSAL_REVOKED;
  TestServer other(refusing);

  const ServerStatus status = problem_at(other.address());

  EXPECT_EQ(status.state, ServerState::kRefused);
  EXPECT_EQ(status.problem, ServerProblem::kRevoked);
  EXPECT_THAT(status.explanation, HasSubstr("removed"));
}

TEST_F(ClientTest, AnswersWithTheReasonWhileItIsRefused) {
  TestServer::Options refusing;
  refusing.refusal = wire::REFUSAL_NOT_REGISTERED;
  TestServer other(refusing);
  const std::shared_ptr<Client> client = start_at(other.address());
  wait_for(ServerState::kRefused);
  Inbox<std::string> answers;

  client->look_up("bob",
                  [&](const Result<std::optional<DirectoryEntry>>& entry) { answers.put(entry.error().message); });

  EXPECT_THAT(answers.wait(), HasSubstr("register"));
}

TEST(ClientOptionsTest, AreCheckedBeforeAnythingBegins) {
  const auto keeper = std::make_shared<IdentityKeeper>(DeviceIdentity::create(system_random(), wall_now()));
  const ServerAddress server{"a", 1, std::nullopt};
  EXPECT_EQ(Client::create({server, {}, nullptr, {}, {}, {}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Client::create({{}, {}, keeper, {}, {}, {}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Client::create({server, {}, keeper, {}, "Not A Name", {}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Client::create({server, {}, keeper, {}, {}, std::string(129, 'x')}).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::signaling
