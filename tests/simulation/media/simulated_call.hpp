#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/simulation/cross_flow.hpp"
#include "engine/simulation/model_encoder.hpp"
#include "sound_path.hpp"
#include "transport/emulation/link_model.hpp"
#include "transport/peer_transport.hpp"

namespace sotto::simulation {

struct MediaScenario {
  std::string network;  ///< see parse_link_profile; the same both ways
  Duration length = 30s;
  uint64_t seed = 1;
  std::optional<Duration> download_at{};     ///< From then on a CrossFlow has the link from Alice to Bob as well.
  std::optional<Duration> second_call_at{};  ///< From then on another call has the same links as well.
  bool fixed_rate = false;
  bool sums = false;  ///< Sums protect pictures (RFC 5109), as between two of us; otherwise as with a peer without.
  double demand = 1;  ///< the part of its target that the encoder uses
  bool pictures = true;
  /// Alice's sound is real and heard by Bob, whose sound card ticks so much after hers; otherwise all sound is a model.
  std::optional<Duration> hears{};
};

/// What went through the link from Alice to Bob in one tenth of a second, and how it was for Bob.
struct Sample {
  DataRate target{};
  DataRate video_target{};
  DataRate delivered{};  ///< all of Alice's, IP and UDP headers included
  DataRate sound{};      ///< what she sent of each, payloads alone
  DataRate video{};
  DataRate repairs{};
  Duration waiting{};                 ///< how long what her pacer holds will take
  Duration longest_queue{};           ///< that one of her datagrams found
  std::optional<Duration> latency{};  ///< of the last picture that was complete, with all it depends on
};

/// A picture of Alice's, from capture to the moment when Bob can show it.
struct Picture {
  Timestamp captured{};
  size_t size = 0;
  bool key_frame = false;
  size_t packets = 0;
  size_t arrived = 0;
  size_t repaired = 0;  ///< of those, by a retransmission or from sums
  std::optional<Timestamp> complete{};
};

/// A stand-still that is seen, and the picture that ended it.
struct Freeze {
  Duration from{};
  Duration to{};
  size_t picture = 0;  ///< its number in `pictures`
};

/// What became of one call, seen in the direction from Alice to Bob. All times are counted from its start.
class CallRecord {
 public:
  static constexpr Duration kSampleInterval = 100ms;

  std::vector<Sample> samples;
  std::vector<Duration> queue;     ///< that each datagram found
  std::vector<Duration> queue_at;  ///< when
  std::vector<Picture> pictures;
  std::vector<Duration> audio_delays;
  std::vector<Duration> audio_at;
  transport::LinkCounts link;
  transport::PeerTransportStatistics alice;
  uint64_t download_bytes = 0;
  uint64_t second_call_bytes = 0;
  int key_frames = 0;
  int key_frame_requests = 0;  ///< of both
  SoundRecord sound;           ///< if Bob hears
  /// Of each picture shown, if Bob hears: by how much its sound is heard after it; negative, before it.
  std::vector<Duration> sound_behind;
  std::vector<Duration> sound_behind_at;
  std::vector<int> audio_copies;  ///< that Alice's packets carried, each second
  Timestamp start{};

  DataRate delivered(Duration from, Duration to) const;
  Duration queue_percentile(double part, Duration from, Duration to) const;
  Duration longest_queue(Duration from, Duration to) const;
  /// When the queue was last longer than this; `from` if it was not.
  Duration queue_above_until(Duration limit, Duration from, Duration to) const;
  Duration audio_percentile(double part, Duration from, Duration to) const;
  /// Sound and picture apart, either way.
  Duration apart_percentile(double part, Duration from, Duration to) const;
  double mean_audio_copies() const;
  DataRate mean_target(Duration from, Duration to) const;
  DataRate mean_video_target(Duration from, Duration to) const;
  /// When the target was first at least this; nothing if never.
  std::optional<Duration> reached(DataRate target, Duration from = {}) const;
  /// Capture to show, of pictures captured in this time; those never shown are left out.
  Duration latency_percentile(double part, Duration from, Duration to) const;
  double pictures_per_second(Duration from, Duration to) const;
  /// The times without a new picture for more than 183 ms.
  std::vector<Freeze> freezes(Duration from, Duration to) const;
  Duration frozen(Duration from, Duration to) const;  ///< those together

 private:
  struct Shown {
    Duration captured;
    Duration when;
    size_t picture;
  };
  DataRate mean(DataRate Sample::*of, Duration from, Duration to) const;
  /// When each picture was shown: complete, and all since the last key frame as well.
  std::vector<Shown> shown() const;
};

/// Runs a call between two PeerTransports with modelled encoders over emulated links, in virtual time.
CallRecord simulate(const MediaScenario& scenario);

}  // namespace sotto::simulation
