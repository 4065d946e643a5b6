#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <sotto/time.hpp>

namespace sotto::media {

/// Two names of one moment at the sender, from a sender report (RFC 3550 6.4.1).
struct SenderMoment {
  uint32_t rtp_timestamp = 0;
  Duration sender_time{};  ///< By the sender's clock, from any origin: comparable between its streams only.
};

/// When some sound is played.
struct HeardSound {
  uint32_t rtp_timestamp = 0;  ///< 48 kHz (RFC 7587)
  Timestamp played{};
  Duration delay{};      ///< How long packets that come as fast as any wait to be played.
  Duration own_delay{};  ///< How long they would if there were no pictures.
};

/// Brings sound and pictures of one sender together, by its sender reports alone: when packets came says nothing about
/// when they were captured.
///
/// Both streams are held against the sender's clock. Of the two the faster one waits, and only as far as needed:
/// pictures may be ahead of their sound by kMostAhead and wait for it beyond that, one by one; sound waits where
/// pictures are late second after second, not for those of a moment's trouble, and never for longer than its own bound.
/// Where reports are missing, or say what no call could be like, nobody waits. Sans-IO, one thread.
class LipSync {
 public:
  /// By how much a picture may come before its sound: too little to be noticed (ITU-R BT.1359: 125 ms).
  static constexpr Duration kMostAhead = 36ms;

  /// `most_sound_delay`: the most that play-out may hold sound back, whatever the reason.
  explicit LipSync(Duration most_sound_delay);

  void on_sound_report(SenderMoment moment) { sound_.report = moment; }
  void on_picture_report(SenderMoment moment) { pictures_.report = moment; }

  void on_sound(const HeardSound& sound);

  /// A picture (90 kHz, RFC 7741) could be shown from `now` on. Returns when it should be: `now`, or later.
  Timestamp on_picture(uint32_t rtp_timestamp, Timestamp now);

  /// How long play-out should hold back the fastest packets at the least, for the sake of pictures.
  Duration least_sound_delay() const { return least_sound_delay_; }
  /// By how much sound is heard after the picture that belongs to it, in the middle of the last pictures, which have
  /// waited by then; negative: before it. Nothing until it is known.
  std::optional<Duration> sound_behind() const { return sound_behind_; }

 private:
  struct Stream {
    int64_t clock_rate;
    std::optional<SenderMoment> report{};

    /// How long after its capture something happens at `when`, from an origin that both streams have in common.
    std::optional<Duration> lateness(uint32_t rtp_timestamp, Timestamp when) const;
  };
  static constexpr size_t kPicturesASecond = 64;  ///< the most that are looked at
  static constexpr size_t kSeconds = 9;

  void note_picture(Duration lateness, Timestamp now);
  void close_second();
  Duration needed_by(Duration middle, Duration late) const;

  const Duration most_sound_delay_;
  Stream sound_{.clock_rate = 48'000};
  Stream pictures_{.clock_rate = 90'000};
  std::optional<Duration> sound_lateness_;
  HeardSound heard_;
  std::optional<Timestamp> second_ends_;
  std::vector<Duration> this_second_;            // lateness of its pictures
  std::array<Duration, kSeconds> last_seconds_;  // a ring: the lateness of sound that each needed
  size_t seconds_ = 0;                           // written to it in all
  Duration least_sound_delay_{};
  std::optional<Duration> sound_behind_;
};

}  // namespace sotto::media
