#pragma once

#include <optional>
#include <span>
#include <vector>

#include <sotto/time.hpp>

#include "base/sequence_number.hpp"

namespace sotto::transport {

/// Finds out which packets of one stream are missing, and says when to ask for each (RFC 4585 6.2.1).
///
/// A gap is not yet a loss: a missing packet is asked for after a short wait, which grows to what reordering was seen
/// on the path. A request is echoed, since one lost request would cost a whole round trip, and more often where much is
/// lost on its way. It is asked for again each round trip, and given up after ten requests, or once the sender has
/// surely forgotten it. What is outstanding is bounded: when it is more than a thousand packets, all are given up.
///
/// Nobody can tell whether the first packet that came is the first of the stream, so a few numbers before it are asked
/// for as well, on a guess: a sender that never sent them refuses, and they are never counted as given up.
class NackTracker {
 public:
  /// What to ask for, oldest first.
  struct Requests {
    std::span<const SequenceNumber> asked;
    /// Said once more, shortly after the request, and in another datagram than that. Counts as no request.
    std::span<const SequenceNumber> echoed;
  };

  /// Where in a video stream a packet is.
  struct PicturePart {
    uint32_t rtp_timestamp = 0;
    bool last = false;  ///< No packet of the picture itself comes behind it.
    bool sum = false;   ///< It protects others (RFC 5109), and has nothing of its own.
  };

  /// `round_trip_time` is a guess, and holds until set_round_trip_time knows better; requests are repeated as if it
  /// were no more than 100 ms.
  explicit NackTracker(Duration round_trip_time);

  /// Takes a measured round trip time. A shorter one also brings forward what was asked for already.
  void set_round_trip_time(Duration round_trip_time);
  Duration round_trip_time() const { return round_trip_time_; }

  /// Says which part of the requests is lost on their way.
  void set_request_loss(double loss) { request_loss_ = loss; }

  /// Notes that the packet `sequence` (unwrapped) came at `now`; `recovered`: as a retransmission. While sums come,
  /// what is missing may come back from them: its first request waits for as long as sums are seen to come behind the
  /// beginning of their picture, until the next picture shows that they have passed.
  void on_packet(int64_t sequence, Timestamp now, bool recovered, std::optional<PicturePart> part = std::nullopt);

  /// What to ask for now. The views hold until the next call.
  Requests take_requests(Timestamp now);
  /// How many packets were given up since the last call.
  size_t take_given_up();

  /// What is missing before `sequence` is of no use any more; it does not count as given up.
  void forget_before(int64_t sequence);

  /// The next moment that take_requests has work, if any.
  std::optional<Timestamp> next_deadline() const { return deadline_; }

  /// What is missing and not given up, guesses included.
  size_t outstanding() const { return missing_.size(); }
  /// How long a missing packet is now held to be merely late.
  Duration reorder_wait() const { return reorder_wait_; }

 private:
  struct Missing {
    int64_t sequence;
    Timestamp noticed;
    Timestamp ask_at;
    bool guessed = false;
    int requests = 0;
    Timestamp asked{};  // last
    std::optional<Timestamp> echo_at{};
    int echoes = 0;  // still to be said
    Duration echo_delay{};
  };

  void on_first_packet(int64_t sequence, Timestamp now);
  void on_newer_packet(int64_t sequence, Timestamp now, std::optional<PicturePart> part);
  void on_late_packet(int64_t sequence, Timestamp now, bool recovered);
  /// Notes the packets from `first` to before `end` as missing, first to be asked for after `wait`.
  void miss(int64_t first, int64_t end, Timestamp now, Duration wait, bool guessed);
  /// Takes note of where the newest packet is. Whether what is missing before it ended another picture, or was one: its
  /// sums have passed as well.
  bool passes_end(std::optional<PicturePart> part, Timestamp now);
  void learn_step(uint32_t step);
  void learn_span(const PicturePart& sum, Timestamp now);
  /// The sums of all that was missed so far have passed.
  void stop_waiting_for_sums(Timestamp now);
  /// How long a missing packet may still come by itself or from sums.
  Duration first_wait(Timestamp now) const;
  bool is_hopeless(const Missing& entry, Timestamp now) const;
  void ask(Missing& entry, Timestamp now);
  void echo(Missing& entry, Timestamp now);
  void note_deadline(const Missing& entry);
  void give_up(const Missing& entry) { given_up_ += entry.guessed ? 0 : 1; }
  void give_up_all();
  Duration longest_wait() const;
  Duration retry_interval() const;
  int times_to_say() const;
  Duration echo_delay(int echoes) const;
  Duration oldest_useful() const;
  Duration shortest_outage() const;

  Duration round_trip_time_;
  bool measured_ = false;
  Duration reorder_wait_;
  double request_loss_ = 0;
  std::optional<Timestamp> last_sum_;
  Timestamp picture_began_{};  // the newest one
  Duration sums_span_;         // from there to its last sum, as it was of late
  std::optional<PicturePart> newest_part_;
  uint32_t usual_step_ = 0;  // from picture to picture, in RTP time; zero: not known
  std::optional<int64_t> highest_;
  Timestamp highest_arrival_;
  std::vector<Missing> missing_;  // by sequence, oldest first
  std::vector<SequenceNumber> asked_;
  std::vector<SequenceNumber> echoed_;
  size_t given_up_ = 0;
  std::optional<Timestamp> deadline_;
};

}  // namespace sotto::transport
