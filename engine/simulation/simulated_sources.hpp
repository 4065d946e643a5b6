#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include <sotto/media_source.hpp>

#include "engine/simulation/virtual_machine.hpp"

namespace sotto::simulation {

/// Fills block `number` of a microphone.
using BlockMaker = std::function<void(int64_t number, std::span<int16_t, kAudioBlockSamples> block)>;

/// A microphone in virtual time: a tone that comes and goes, so that there is speech and silence, or what a test says.
class SimulatedMicrophone final : public AudioSource {
 public:
  /// `phase` within 10 ms: when its blocks are complete. The machine stays.
  SimulatedMicrophone(VirtualMachine& machine, Duration phase, BlockMaker hears = nullptr);
  ~SimulatedMicrophone() override;
  void start(std::function<void(AudioBlock, Timestamp)> on_block) override;
  void stop() override;
  /// How often it was opened.
  int starts() const { return starts_; }
  bool open() const { return on_block_ != nullptr; }

 private:
  void hand_over();

  VirtualMachine& machine_;
  const Duration phase_;
  const BlockMaker hears_;
  std::array<int16_t, kAudioBlockSamples> tone_;
  std::function<void(AudioBlock, Timestamp)> on_block_;
  std::optional<VirtualMachine::EventId> next_;
  int64_t blocks_ = 0;
  int starts_ = 0;
};

/// A camera in virtual time, 30 pictures a second.
class SimulatedCamera final : public VideoSource {
 public:
  /// `moving`: each picture differs from the one before, which takes the time to draw it; otherwise all are the same
  /// one. `phase` within an interval: when its pictures are taken. The machine stays.
  SimulatedCamera(VirtualMachine& machine, int width, int height, bool moving, Duration phase);
  ~SimulatedCamera() override;
  void start(std::function<void(VideoFrame)> on_frame) override;
  void stop() override;
  /// How often it was opened.
  int starts() const { return starts_; }
  bool open() const { return on_frame_ != nullptr; }

 private:
  void hand_over();
  std::shared_ptr<const VideoBuffer> draw() const;

  VirtualMachine& machine_;
  const int width_;
  const int height_;
  const bool moving_;
  const Duration phase_;
  std::shared_ptr<const VideoBuffer> picture_;
  std::function<void(VideoFrame)> on_frame_;
  std::optional<VirtualMachine::EventId> next_;
  int64_t pictures_ = 0;
  int starts_ = 0;
};

}  // namespace sotto::simulation
