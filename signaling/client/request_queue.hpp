#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "signaling/identity/identifiers.hpp"

namespace sotto::signaling {

using RequestId = uint64_t;

/// What a request asks for, and so what may answer it.
enum class RequestKind { kLookUp, kPublish, kProfile, kRelays };

struct Request {
  RequestId id = 0;
  RequestKind kind = RequestKind::kLookUp;
  std::string name;                  ///< Of a look-up: what was asked for, to be held against the answer;
  std::optional<AccountId> account;  ///< either of them.
  Bytes frame;
  Timestamp deadline;
};

/// The requests that wait for their answers. All can be asked twice: they are sent again over each new link, until they
/// are answered or have waited for 10 s. One thread.
class RequestQueue {
 public:
  /// The number of the next request. Never that of a Send: the server's Done names both by one field.
  RequestId next_id() const { return next_id_; }
  bool full() const;
  /// Takes the request with `next_id()`, and sets its deadline.
  void push(Request request, Timestamp now);
  std::optional<Request> take(RequestId id);
  /// Whether there ever was such a request: its answer may come too late, but not out of nothing.
  bool was_issued(RequestId id) const { return id >= kFirstId && id < next_id_; }
  /// Gives up those that have waited too long, and says which.
  std::vector<RequestId> expire(Timestamp now);

  std::optional<Timestamp> next_deadline() const;
  const std::deque<Request>& waiting() const { return waiting_; }

 private:
  /// Sends are counted from below; the half above is for requests.
  static constexpr RequestId kFirstId = uint64_t{1} << 63;

  std::deque<Request> waiting_;
  RequestId next_id_ = kFirstId;
};

}  // namespace sotto::signaling
