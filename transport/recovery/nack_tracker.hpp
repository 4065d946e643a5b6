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
/// on the path. It is asked for again each round trip, and given up after ten requests, or once the sender has surely
/// forgotten it. What is outstanding is bounded: when it is more than a thousand packets, all are given up.
class NackTracker {
 public:
  /// `round_trip_time` holds until set_round_trip_time knows better.
  explicit NackTracker(Duration round_trip_time);

  void set_round_trip_time(Duration round_trip_time) { round_trip_time_ = round_trip_time; }
  Duration round_trip_time() const { return round_trip_time_; }

  /// Notes that the packet `sequence` (unwrapped) came at `now`; `recovered`: as a retransmission.
  void on_packet(int64_t sequence, Timestamp now, bool recovered);

  /// The packets to ask for now, oldest first; each counts as one request. The view holds until the next call.
  std::span<const SequenceNumber> take_requests(Timestamp now);
  /// How many packets were given up since the last call.
  size_t take_given_up();

  /// The next moment that take_requests has work, if any.
  std::optional<Timestamp> next_deadline() const { return deadline_; }

  size_t outstanding() const { return missing_.size(); }
  /// How long a missing packet is now held to be merely late.
  Duration reorder_wait() const { return reorder_wait_; }

 private:
  struct Missing {
    int64_t sequence;
    Timestamp noticed;
    Timestamp ask_at;
    int requests = 0;
  };

  void on_newer_packet(int64_t sequence, Timestamp now);
  void on_late_packet(int64_t sequence, Timestamp now, bool recovered);
  void give_up_all();
  Duration longest_wait() const;
  Duration retry_interval() const;
  Duration oldest_useful() const;

  Duration round_trip_time_;
  Duration reorder_wait_;
  std::optional<int64_t> highest_;
  Timestamp highest_arrival_;
  std::vector<Missing> missing_;  // by sequence, oldest first
  std::vector<SequenceNumber> requests_;
  size_t given_up_ = 0;
  std::optional<Timestamp> deadline_;
};

}  // namespace sotto::transport
