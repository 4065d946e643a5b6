#include <gtest/gtest.h>

#include <utility>

#include "media/video/video_receiver.hpp"
#include "media/video/video_sender.hpp"
#include "tests/support/allocation_counter.hpp"
#include "video_test_support.hpp"

namespace sotto::media {
namespace {

constexpr Duration kInterval = 33ms;
constexpr size_t kPictures = 600;
constexpr size_t kWarmAfter = 200;

/// Has one worker, which works when the test says so, on the test's thread.
class SteppedMachine final : public Machine {
 public:
  Timestamp now() const override { return now_; }
  std::unique_ptr<Worker> start_worker(const char*, Worker::Work work) override {
    work_ = std::move(work);
    return std::make_unique<SteppedWorker>(woken_);
  }
  void work(Timestamp now) {
    now_ = now;
    if (!std::exchange(woken_, false)) return;
    for (std::optional<Timestamp> next = now; next && *next <= now;) next = work_(now);
  }

 private:
  class SteppedWorker final : public Worker {
   public:
    explicit SteppedWorker(bool& woken) : woken_(woken) {}
    void wake() override { woken_ = true; }

   private:
    bool& woken_;
  };

  Timestamp now_{};
  Worker::Work work_;
  bool woken_ = false;
};

/// What `step` took from operator new, over all pictures once it is warm.
template <typename Step>
size_t allocations_once_warm(Step step) {
  const size_t before = AllocationCounter::count();
  for (size_t picture = 0; picture < kPictures; ++picture) {
    AllocationCounter::enable(picture >= kWarmAfter);
    step(picture, Timestamp(1s) + static_cast<int>(picture) * kInterval);
  }
  AllocationCounter::enable(false);
  return AllocationCounter::count() - before;
}

TEST(VideoMemory, ASenderAllocatesNothingOnceItIsWarmKeyFramesIncluded) {
  const auto pictures = moving_pictures(30);
  SteppedMachine machine;
  uint64_t payloads = 0;
  VideoSender sender(
      {.target = DataRate::kbps(600)}, PacketPool::create(),
      [&](EncodedVideoFrame& frame) {
        for (PacketHandle& payload : frame.payloads) {
          const PacketHandle sent = std::move(payload);
          ++payloads;
        }
      },
      machine);
  const size_t allocations = allocations_once_warm([&](size_t number, Timestamp now) {
    if (number % 70 == 69) sender.request_key_frame();
    if (number % 30 == 0) sender.set_target(DataRate::kbps(number % 60 == 0 ? 600 : 500));
    sender.push({pictures[number % pictures.size()].buffer, now});
    machine.work(now);
  });
  EXPECT_EQ(allocations, 0u);
  EXPECT_GT(sender.statistics().encoder.key_frames, 6u);
  EXPECT_GT(payloads, kPictures);
}

TEST(VideoMemory, AReceiverAllocatesNothingOnceItIsWarmLossesIncluded) {
  PayloadSource source(1100);
  std::vector<std::vector<SentPayload>> stream;
  for (const EncodedVideoFrame& frame : encoded_pictures(kPictures, 50)) stream.push_back(source.next(frame));
  ASSERT_EQ(stream.size(), kPictures);
  SteppedMachine machine;
  VideoFrame shown;
  VideoReceiver receiver(
      {}, [&](VideoFrame frame) { shown = std::move(frame); }, machine);
  const auto receive = [&](const SentPayload& payload, Timestamp now) {
    receiver.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data, now);
  };
  const size_t allocations = allocations_once_warm([&](size_t number, Timestamp now) {
    // Of each twentieth picture a payload is lost and comes late, by six pictures; of each fiftieth it never comes, and
    // ten pictures later a key frame does.
    for (size_t i = 0; i < stream[number].size(); ++i) {
      const bool lost = i == 0 && (number % 20 == 5 || number % 50 == 40);
      if (!lost) receive(stream[number][i], now);
    }
    if (number % 20 == 11) receive(stream[number - 6][0], now);
    if (number % 50 == 45) receiver.on_packets_given_up(now);
    (void)receiver.take_key_frame_request(now);
    machine.work(now);
  });
  EXPECT_EQ(allocations, 0u);
  EXPECT_GT(receiver.statistics().frames_dropped, 20u);
  EXPECT_GT(receiver.statistics().frames_shown, kPictures / 2);
  EXPECT_EQ(receiver.statistics().frames_failed, 0u);
}

}  // namespace
}  // namespace sotto::media
