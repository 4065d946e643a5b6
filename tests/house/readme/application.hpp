#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <sotto/sotto.hpp>

/// The application that the README's example is embedded in: devices that make a picture and a tone in real time, and a
/// window and a speaker that remember what they were given.
struct Application {
  static constexpr int kWidth = 320;   // pixels
  static constexpr int kHeight = 180;  // pixels

  explicit Application(uint8_t brightness) : brightness_(brightness) {}
  ~Application() { unplug(); }
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // What the example uses.
  std::shared_ptr<sotto::SignalingChannel> channel;
  std::vector<std::string> addresses = {"127.0.0.1"};
  std::shared_ptr<sotto::PushAudioSource> microphone = std::make_shared<sotto::PushAudioSource>();
  std::shared_ptr<sotto::PushVideoSource> camera = std::make_shared<sotto::PushVideoSource>();

  void ring(std::shared_ptr<sotto::Call> call) {
    change([&] { incoming_ = std::move(call); });
  }
  void write(std::string_view state) {
    change([&] { state_ = state; });
  }
  void draw(const sotto::VideoFrame& frame) {
    change([&] { drawn_ = frame; });
  }
  void speaker_wants(std::function<void(std::span<int16_t, sotto::kAudioBlockSamples>)> fill) {
    change([&] { fill_ = std::move(fill); });
  }

  // What the test asks and does. Waiting has no limit of its own: that of the test run ends it.
  std::shared_ptr<sotto::Call> wait_for_ring() {
    wait([&] { return incoming_ != nullptr; });
    return incoming_;
  }
  void wait_for_state(std::string_view state) {
    wait([&] { return state_ == state; });
  }
  sotto::VideoFrame wait_for_picture() {
    wait([&] { return drawn_.buffer != nullptr; });
    return drawn_;
  }
  void wait_for_sound() {
    wait([&] { return loudest_ > 1000; });
  }

  /// Starts the devices.
  void plug_in() { thread_ = std::thread(&Application::run, this); }
  /// Stops them.
  void unplug() {
    unplugged_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void change(const std::function<void()>& what) {
    const std::lock_guard lock(mutex_);
    what();
    changed_.notify_all();
  }

  void wait(const std::function<bool()>& what) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, what);
  }

  // One thread is all devices: each 10 ms a block of sound from the microphone and one to the speaker, and from the
  // camera a picture with every third.
  void run() {
    auto due = std::chrono::steady_clock::now();
    for (int tick = 0; !unplugged_; ++tick, due += std::chrono::milliseconds(10)) {
      std::this_thread::sleep_until(due);
      microphone->push(tone(), sotto::monotonic_now());
      if (tick % 3 == 0) camera->push(picture());
      listen();
    }
  }

  // 480 samples of a tone of 400 Hz, which is four periods of 120 samples; a triangle does.
  sotto::AudioBlock tone() {
    for (size_t i = 0; i < tone_.size(); ++i) {
      const int phase = static_cast<int>(i % 120);
      tone_[i] = static_cast<int16_t>((phase < 60 ? phase - 30 : 90 - phase) * 200);
    }
    return sotto::AudioBlock(tone_);
  }

  sotto::VideoFrame picture() const {
    auto buffer = std::make_shared<sotto::VideoBuffer>(kWidth, kHeight);
    std::fill(buffer->bytes().begin(), buffer->bytes().end(), uint8_t{128});
    std::fill_n(buffer->y(), kWidth * kHeight, brightness_);
    return {std::move(buffer), sotto::monotonic_now()};
  }

  void listen() {
    std::function<void(std::span<int16_t, sotto::kAudioBlockSamples>)> fill;
    change([&] { fill = fill_; });
    if (!fill) return;
    std::array<int16_t, sotto::kAudioBlockSamples> block{};
    fill(block);
    const int loudest = *std::max_element(block.begin(), block.end());
    change([&] { loudest_ = std::max(loudest_, loudest); });
  }

  const uint8_t brightness_;
  std::array<int16_t, sotto::kAudioBlockSamples> tone_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<sotto::Call> incoming_;
  std::string state_;
  sotto::VideoFrame drawn_;
  std::function<void(std::span<int16_t, sotto::kAudioBlockSamples>)> fill_;
  int loudest_ = 0;
  std::atomic<bool> unplugged_ = false;
  std::thread thread_;
};
