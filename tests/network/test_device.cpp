#include "tests/network/test_device.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "signaling/identity/contact.hpp"

namespace sotto::test {

class FakeCapture::Audio : public AudioSource {
 public:
  explicit Audio(FakeCapture& owner) : owner_(owner) {}
  void start(std::function<void(AudioBlock, Timestamp)> on_block) override {
    ++owner_.starts_;
    ++owner_.open_;
    owner_.audio_push_->start(std::move(on_block));
  }
  void stop() override {
    owner_.audio_push_->stop();
    --owner_.open_;
  }

 private:
  FakeCapture& owner_;
};

class FakeCapture::Video : public VideoSource {
 public:
  explicit Video(FakeCapture& owner) : owner_(owner) {}
  void start(std::function<void(VideoFrame)> on_frame) override {
    ++owner_.starts_;
    ++owner_.open_;
    owner_.video_push_->start(std::move(on_frame));
  }
  void stop() override {
    owner_.video_push_->stop();
    --owner_.open_;
  }

 private:
  FakeCapture& owner_;
};

FakeCapture::FakeCapture()
    : audio_(std::make_shared<Audio>(*this)), video_(std::make_shared<Video>(*this)), thread_([this] { run(); }) {}

FakeCapture::~FakeCapture() {
  stopping_ = true;
  thread_.join();
}

void FakeCapture::run() {
  constexpr int kWidth = 160;
  constexpr int kHeight = 96;
  auto due = std::chrono::steady_clock::now();
  for (int tick = 0; !stopping_; ++tick) {
    due += std::chrono::milliseconds(10);
    std::this_thread::sleep_until(due);
    std::array<int16_t, kAudioBlockSamples> block;
    for (size_t i = 0; i < block.size(); ++i) {
      const double t = static_cast<double>(static_cast<size_t>(tick) * block.size() + i) / kAudioSampleRate;
      block[i] = static_cast<int16_t>(8000 * std::sin(2 * 3.14159265358979 * 440 * t));
    }
    audio_push_->push(block, monotonic_now());
    if (tick % 3 != 0) continue;
    auto buffer = std::make_shared<VideoBuffer>(kWidth, kHeight);
    std::fill(buffer->bytes().begin(), buffer->bytes().end(), uint8_t{128});
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        buffer->y()[y * kWidth + x] = static_cast<uint8_t>((x + y + tick) * 2);
      }
    }
    video_push_->push({std::move(buffer), monotonic_now()});
  }
}

namespace {

std::shared_ptr<SignalingChannel> join(InProcessHub& hub, const Identity& identity) {
  const auto contact = signaling::verify_bundle(identity.bundle(), wall_now());
  return hub.connect(contact->account.bytes, contact->device.bytes);
}

}  // namespace

TestDevice::TestDevice(InProcessHub& hub, const Adjust& adjust) : TestDevice(Identity::create(), hub, adjust) {}

TestDevice::TestDevice(std::shared_ptr<SignalingChannel> channel, Duration peer_gone_after)
    : TestDevice(Identity::create(), std::move(channel),
                 [peer_gone_after](EngineOptions&, engine::InternalOptions& internal) {
                   internal.peer_gone_after = peer_gone_after;
                 }) {}

TestDevice::TestDevice(Identity identity, InProcessHub& hub, const Adjust& adjust)
    : TestDevice(identity, join(hub, identity), adjust) {}

TestDevice::TestDevice(Identity identity, std::shared_ptr<SignalingChannel> channel, const Adjust& adjust)
    : identity_(std::move(identity)) {
  EngineOptions options{
      .identity = identity_, .signaling = std::move(channel), .ice_servers = {}, .local_addresses = {"127.0.0.1"}};
  engine::InternalOptions internal;
  internal.attempts_a_minute = 100'000;  // tests call more often than people
  adjust(options, internal);
  engine_ = engine::create_engine(std::move(options), std::move(internal)).value();
  engine_->on_incoming_call([this](std::shared_ptr<Call> call) {
    const std::lock_guard lock(mutex_);
    incoming_ = std::move(call);
    changed_.notify_all();
  });
}

TestDevice::~TestDevice() { engine_.reset(); }

void TestDevice::know(TestDevice& other) {
  const auto added = engine_->add_contact(other.identity_.bundle());
  const auto other_added = other.engine_->add_contact(identity_.bundle());
  if (!added || !other_added) std::abort();
}

Result<std::shared_ptr<Call>> TestDevice::dial(const TestDevice& other) { return dial(other, media()); }

Result<std::shared_ptr<Call>> TestDevice::dial(const TestDevice& other, CallMedia media) {
  return engine_->call(other.identity_.account(), std::move(media));
}

std::shared_ptr<Call> TestDevice::wait_for_incoming() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kGuard, [this] { return incoming_ != nullptr; });
  return incoming_;
}

void TestDevice::reset() {
  const std::lock_guard lock(mutex_);
  incoming_ = nullptr;
}

CallWatch::CallWatch(std::shared_ptr<Call> call) : call_(std::move(call)) {
  call_->on_state([seen = seen_](CallState state) {
    const std::lock_guard lock(seen->mutex);
    seen->state = std::max(seen->state, state);
    seen->changed.notify_all();
  });
  call_->on_video([seen = seen_](const VideoFrame&) {
    const std::lock_guard lock(seen->mutex);
    ++seen->frames;
    seen->changed.notify_all();
  });
  const std::lock_guard lock(seen_->mutex);
  seen_->state = std::max(seen_->state, call_->state());
}

bool CallWatch::wait_for(CallState state) {
  std::unique_lock lock(seen_->mutex);
  return seen_->changed.wait_for(lock, kGuard, [&] { return seen_->state >= state; });
}

bool CallWatch::wait_for_frames(int count) {
  std::unique_lock lock(seen_->mutex);
  return seen_->changed.wait_for(lock, kGuard, [&] { return seen_->frames >= count; });
}

int CallWatch::frames() const {
  const std::lock_guard lock(seen_->mutex);
  return seen_->frames;
}

bool hear(Call& call) {
  const auto end = std::chrono::steady_clock::now() + kGuard;
  std::array<int16_t, kAudioBlockSamples> block;
  int loud = 0;
  for (auto due = std::chrono::steady_clock::now(); due < end && loud < 10; due += std::chrono::milliseconds(10)) {
    std::this_thread::sleep_until(due);
    call.play(block);
    loud += std::any_of(block.begin(), block.end(), [](int16_t sample) { return std::abs(sample) > 2000; });
  }
  return loud >= 10;
}

}  // namespace sotto::test
