#include <sotto/in_process_channel.hpp>

#include <condition_variable>
#include <future>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sotto {
namespace {

constexpr std::array<uint8_t, 32> kAccount{1};
constexpr std::array<uint8_t, 16> kAlice{0xa};
constexpr std::array<uint8_t, 16> kBob{0xb};

Envelope envelope_to(const std::array<uint8_t, 16>& device, uint8_t content) { return {kAccount, device, {content}}; }

/// Collects what arrives, until so many are there.
class Inbox {
 public:
  explicit Inbox(size_t expected) : expected_(expected) {}

  std::function<void(Envelope)> handler() {
    return [this](Envelope envelope) {
      const std::lock_guard lock(mutex_);
      contents_.push_back(envelope.blob.at(0));
      arrived_.notify_all();
    };
  }
  /// The first byte of each, once all are there.
  std::vector<uint8_t> contents() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return contents_.size() >= expected_; });
    return contents_;
  }

 private:
  size_t expected_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<uint8_t> contents_;
};

class InProcessChannel : public testing::Test {
 protected:
  InProcessHub hub_;
  std::unique_ptr<SignalingChannel> alice_ = hub_.connect(kAccount, kAlice);
  std::unique_ptr<SignalingChannel> bob_ = hub_.connect(kAccount, kBob);
};

TEST_F(InProcessChannel, DeliversInTheOrderOfSending) {
  Inbox inbox(50);
  bob_->start(inbox.handler());
  for (uint8_t i = 0; i < 50; ++i) ASSERT_TRUE(alice_->send(envelope_to(kBob, i)).ok());
  std::vector<uint8_t> expected(50);
  std::iota(expected.begin(), expected.end(), uint8_t{0});
  EXPECT_EQ(inbox.contents(), expected);
}

TEST_F(InProcessChannel, KeepsWhatComesBeforeTheStart) {
  Inbox inbox(2);
  ASSERT_TRUE(alice_->send(envelope_to(kBob, 1)).ok());
  ASSERT_TRUE(alice_->send(envelope_to(kBob, 2)).ok());
  bob_->start(inbox.handler());
  EXPECT_EQ(inbox.contents(), (std::vector<uint8_t>{1, 2}));
}

TEST_F(InProcessChannel, RefusesTheSixtyFifthThatWaits) {
  for (uint8_t i = 0; i < 64; ++i) ASSERT_TRUE(alice_->send(envelope_to(kBob, i)).ok());
  const Result<void> sent = alice_->send(envelope_to(kBob, 64));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code, ErrorCode::kUnavailable);
}

TEST_F(InProcessChannel, RefusesAnEnvelopeThatIsTooLarge) {
  Envelope envelope = envelope_to(kBob, 0);
  envelope.blob.resize(kMaxBlobSize);
  EXPECT_TRUE(alice_->send(envelope).ok());
  envelope.blob.resize(kMaxBlobSize + 1);
  EXPECT_EQ(alice_->send(envelope).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(InProcessChannel, TakesWhatIsForAnUnknownDeviceAndDropsIt) {
  EXPECT_TRUE(alice_->send({kAccount, {0xcc}, {1}}).ok());
}

TEST_F(InProcessChannel, AHandlerMayAnswerFromWithin) {
  Inbox inbox(1);
  alice_->start(inbox.handler());
  bob_->start([&](Envelope envelope) {
    EXPECT_TRUE(bob_->send(envelope_to(kAlice, static_cast<uint8_t>(envelope.blob[0] + 1))).ok());
  });
  ASSERT_TRUE(alice_->send(envelope_to(kBob, 1)).ok());
  EXPECT_EQ(inbox.contents(), (std::vector<uint8_t>{2}));
}

TEST_F(InProcessChannel, AHandlerMayStopItsOwnChannelAndIsNotCalledAgain) {
  int calls = 0;
  std::promise<void> stopped;
  bob_->start([&](Envelope) {
    ++calls;
    bob_->stop();
    stopped.set_value();
  });
  Inbox inbox(1);
  alice_->start(inbox.handler());
  ASSERT_TRUE(alice_->send(envelope_to(kBob, 1)).ok());
  stopped.get_future().wait();
  ASSERT_TRUE(alice_->send(envelope_to(kBob, 2)).ok());
  ASSERT_TRUE(alice_->send(envelope_to(kAlice, 3)).ok());  // in order: once this is there, the other would be
  EXPECT_EQ(inbox.contents(), (std::vector<uint8_t>{3}));
  EXPECT_EQ(calls, 1);
}

TEST_F(InProcessChannel, StopWaitsForTheHandlerThatRuns) {
  std::promise<void> entered;
  std::promise<void> release;
  bool finished = false;
  bob_->start([&](Envelope) {
    entered.set_value();
    release.get_future().wait();
    finished = true;
  });
  ASSERT_TRUE(alice_->send(envelope_to(kBob, 1)).ok());
  entered.get_future().wait();
  std::thread stopper([&] {
    bob_->stop();
    EXPECT_TRUE(finished);  // a race, and found by the thread sanitizer, if stop() did not wait
  });
  release.set_value();
  stopper.join();
}

TEST_F(InProcessChannel, ALaterChannelOfTheSameDeviceTakesItsPlace) {
  Inbox inbox(1);
  const std::unique_ptr<SignalingChannel> later = hub_.connect(kAccount, kBob);
  bob_->start([](Envelope) { ADD_FAILURE() << "the earlier channel got it"; });
  later->start(inbox.handler());
  ASSERT_TRUE(alice_->send(envelope_to(kBob, 7)).ok());
  EXPECT_EQ(inbox.contents(), (std::vector<uint8_t>{7}));
}

TEST_F(InProcessChannel, ManySendersAtOnceLoseNothing) {
  constexpr int kSenders = 4;
  constexpr int kEach = 500;
  std::promise<void> all;
  int received = 0;
  bob_->start([&](Envelope) {
    if (++received == kSenders * kEach) all.set_value();
  });
  std::vector<std::thread> senders;
  for (int i = 0; i < kSenders; ++i) {
    senders.emplace_back([&] {
      for (int k = 0; k < kEach; ++k) {
        while (!alice_->send(envelope_to(kBob, 0)).ok()) std::this_thread::yield();
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  all.get_future().wait();
  bob_->stop();
  EXPECT_EQ(received, kSenders * kEach);
}

TEST(InProcessHub, ChannelsOutliveIt) {
  std::unique_ptr<SignalingChannel> channel;
  {
    InProcessHub hub;
    channel = hub.connect(kAccount, kAlice);
    channel->start([](Envelope) {});
  }
  EXPECT_TRUE(channel->send(envelope_to(kAlice, 1)).ok());
  channel->stop();
}

}  // namespace
}  // namespace sotto
