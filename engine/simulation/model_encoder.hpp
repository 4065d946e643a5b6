#pragma once

#include <cstddef>
#include <optional>

#include "base/random.hpp"
#include "base/units.hpp"

namespace sotto::simulation {

/// A video encoder as the network sees one: how many bytes come out, and when none do. It follows its target the way
/// libvpx does: pictures vary, key frames are several times as large, and what was too much is saved later, if need be
/// by leaving out pictures.
class ModelEncoder {
 public:
  static constexpr Duration kInterval{33'333};

  ModelEncoder(DataRate target, uint64_t seed) : target_(target), random_(seed) {}

  void set_target(DataRate target) { target_ = target; }
  void request_key_frame() { key_frame_ = true; }
  /// How many bytes the next picture has; nothing if it is left out, as all are while the target is zero.
  std::optional<size_t> encode(Timestamp now);
  int key_frames() const { return key_frames_; }

 private:
  double variation();

  DataRate target_;
  SeededRandom random_;
  bool key_frame_ = true;
  std::optional<Timestamp> last_key_frame_;
  double debt_ = 0;  // bytes beyond the target so far
  int key_frames_ = 0;
};

}  // namespace sotto::simulation
