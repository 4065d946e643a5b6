#pragma once

#include <optional>

#include <sotto/time.hpp>

namespace sotto::media {

/// Decides when the last picture has to be encoded again: when a key frame is wanted and the source, standing still,
/// gives no new picture to make it of. Sans-IO, one thread at a time.
class PictureRepeat {
 public:
  /// A picture of the source, captured at `captured`, goes to the encoder.
  void on_picture(Timestamp captured, Timestamp now);
  /// A key frame is wanted.
  void on_key_frame_wanted(Timestamp now);

  /// Once for each time the last picture is due again: the capture time to give it, later than any before.
  std::optional<Timestamp> take(Timestamp now);
  /// When take() will give one next if nothing else happens.
  std::optional<Timestamp> next_deadline() const { return due_; }

 private:
  struct Picture {
    Timestamp captured;
    Timestamp since;  // when it went to the encoder first
  };
  std::optional<Picture> last_;
  std::optional<Timestamp> due_;
};

}  // namespace sotto::media
