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
/// on the path. Its first request is echoed, since one lost request would cost a whole round trip. It is asked for
/// again each round trip, and given up after ten requests, or once the sender has surely forgotten it. What is
/// outstanding is bounded: when it is more than a thousand packets, all are given up.
///
/// Nobody can tell whether the first packet that came is the first of the stream, so a few numbers before it are asked
/// for as well, on a guess: a sender that never sent them refuses, and they are never counted as given up.
class NackTracker {
 public:
  /// What to ask for, oldest first.
  struct Requests {
    std::span<const SequenceNumber> asked;
    /// Said a second time, shortly after their first request, and in another datagram than that. Counts as no request.
    std::span<const SequenceNumber> echoed;
  };

  /// `round_trip_time` is a guess, and holds until set_round_trip_time knows better; requests are repeated as if it
  /// were no more than 100 ms.
  explicit NackTracker(Duration round_trip_time);

  /// Takes a measured round trip time. A shorter one also brings forward what was asked for already.
  void set_round_trip_time(Duration round_trip_time);
  Duration round_trip_time() const { return round_trip_time_; }

  /// Notes that the packet `sequence` (unwrapped) came at `now`; `recovered`: as a retransmission.
  void on_packet(int64_t sequence, Timestamp now, bool recovered);

  /// Sums of packets are being received: what is missing may come back from them (RFC 5109), so that for a second its
  /// first request waits for the sums of its picture.
  void on_protection(Timestamp now) { last_protection_ = now; }

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
  };

  void on_first_packet(int64_t sequence, Timestamp now);

  void on_newer_packet(int64_t sequence, Timestamp now);
  void on_late_packet(int64_t sequence, Timestamp now, bool recovered);
  /// Notes the packets from `first` to before `end` as missing.
  void miss(int64_t first, int64_t end, Timestamp now, bool guessed);
  bool is_hopeless(const Missing& entry, Timestamp now) const;
  void ask(Missing& entry, Timestamp now);
  void echo(Missing& entry);
  void note_deadline(const Missing& entry);
  void give_up(const Missing& entry) { given_up_ += entry.guessed ? 0 : 1; }
  void give_up_all();
  Duration longest_wait() const;
  Duration retry_interval() const;
  Duration oldest_useful() const;
  Duration shortest_outage() const;

  Duration round_trip_time_;
  bool measured_ = false;
  Duration reorder_wait_;
  std::optional<Timestamp> last_protection_;
  std::optional<int64_t> highest_;
  Timestamp highest_arrival_;
  std::vector<Missing> missing_;  // by sequence, oldest first
  std::vector<SequenceNumber> asked_;
  std::vector<SequenceNumber> echoed_;
  size_t given_up_ = 0;
  std::optional<Timestamp> deadline_;
};

}  // namespace sotto::transport
