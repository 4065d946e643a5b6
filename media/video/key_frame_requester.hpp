#pragma once

#include <optional>

#include <sotto/time.hpp>

#include "media/video/frame_assembler.hpp"

namespace sotto::media {

/// Decides when to ask the sender for a key frame (a picture loss indication, RFC 4585 6.3.1). Sans-IO, one thread.
///
/// - Only a key frame helps (what is missing was given up, or a picture did not decode): at once.
/// - No key frame was decoded yet: at once when another picture starts, after 200 ms while payloads tell nothing; but
///   not while a key frame is coming in.
/// - Pictures come in but none could be decoded for longer than repairs take: then.
/// - Still nothing: again, every 200 ms or one and a half round trips, whichever is longer; but not when no payload has
///   come for 5 s, for then nobody is sending.
class KeyFrameRequester {
 public:
  /// A payload came that may bring the next picture.
  void on_payload(PayloadKind kind, Timestamp now);
  /// A picture went to the decoder. `more_waits`: payloads of later pictures are already there.
  void on_progress(Timestamp now, bool more_waits);
  /// From now on only a key frame helps.
  void on_reference_lost(Timestamp now);
  /// How long an answer takes; 100 ms until told.
  void set_round_trip_time(Duration round_trip_time) { round_trip_time_ = round_trip_time; }

  /// True once for each request that is due.
  bool take(Timestamp now);
  /// When take() will be true next if nothing else happens.
  std::optional<Timestamp> next_deadline() const;

 private:
  Duration repeat_interval() const;
  Duration repair_time() const;

  Duration round_trip_time_{100'000};
  bool needs_key_frame_ = true;
  bool key_frame_comes_in_ = false;
  std::optional<Timestamp> due_;  // none while nothing is wrong
  std::optional<Timestamp> last_request_;
  std::optional<Timestamp> last_payload_;
};

}  // namespace sotto::media
