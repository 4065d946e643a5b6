#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "signaling/link/frame.hpp"
#include "signaling/server/call_limits.hpp"
#include "signaling/server/directory.hpp"
#include "signaling/server/limits.hpp"
#include "signaling/server/link_end.hpp"
#include "signaling/server/moment.hpp"
#include "signaling/server/rate_limits.hpp"
#include "signaling/server/relay_credentials.hpp"
#include "signaling/server/router.hpp"
#include "signaling/server/server_counts.hpp"

namespace google::protobuf {
class MessageLite;
}
namespace sotto::wire {
class Publish;
class Received;
class RelayRequest;
class Send;
class ToDevice;
class ToServer;
}  // namespace sotto::wire

namespace sotto::signaling {

/// What the links of a server share. All of it outlives them.
struct LinkServices {
  const ServerLimits& limits;
  Directory& directory;
  Router& router;
  RateLimits& rates;
  CallLimits& calls;
  const RelayIssuer* relays;  ///< Null: there are none.
  RandomSource& random;
  ServerCounts& counts;
  std::vector<LinkId>& woken;  ///< Links that a blob of another has come for: their pull_blobs() is to be called.
};

/// The TLS connection that a sign-in is bound to, as the server sees it.
struct LinkSecurity {
  ChannelBinding channel{};
  ServerKeyHash server_key{};
};

/// One device's link, from the connection to its end (server.proto). Bytes of the TLS stream in, bytes and the next
/// deadline out; who owns it looks after each call at what it has become. What its state does not expect ends it. Its
/// memory is bounded: it takes nothing more while much of what it has to say is unread, and blobs wait in the router.
/// One thread.
class DeviceLink final : public Router::Listener {
 public:
  enum class State { kAwaitTls, kAwaitSignIn, kSignedIn, kClosed };

  DeviceLink(LinkId id, const NetworkPrefix& prefix, LinkServices& services, Timestamp now);
  ~DeviceLink();
  DeviceLink(const DeviceLink&) = delete;
  DeviceLink& operator=(const DeviceLink&) = delete;

  /// TLS stands. The server speaks first.
  void on_secured(const LinkSecurity& security, Moment now);
  /// Bytes from the device, while it wants them.
  void on_bytes(ByteView bytes, Moment now);
  bool wants_bytes() const { return is_open() && !paused_; }

  /// What is to be written; valid until anything else is called.
  ByteView output() const { return ByteView(output_).subspan(written_); }
  /// So many bytes of it are.
  void on_written(size_t count, Moment now);
  /// Takes blobs from the router, as many as there is room for.
  void pull_blobs(Timestamp now);

  /// Ends it, with a last word or without. What it has to say already is still to be written, unless `at_once`.
  void close(LinkEnd end, std::optional<Denial> last_word, Timestamp now);
  void close_at_once(LinkEnd end, Timestamp now);

  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);

  State state() const { return state_; }
  bool is_open() const { return state_ != State::kClosed; }
  /// Nothing is to be written any more, or it has taken too long: the connection is to be closed.
  bool is_over() const { return over_ || (!is_open() && output().empty()); }
  LinkEnd end() const { return end_; }
  /// Who it is, once it is signed in, and still after its end.
  const std::optional<DeviceAddress>& device() const { return device_; }
  /// Devices of the same account that were revoked by what this one has published; once.
  std::vector<DeviceId> take_revoked();

 private:
  void on_waiting() override;

  void pump(Moment now);
  void on_frame(ByteView frame, Moment now);
  void on_sign_in_message(const wire::ToServer& message, Moment now);
  void on_request(const wire::ToServer& message, Moment now);
  void on_signed_in(const Outcome<Member>& outcome, Moment now);
  void on_publish(const wire::Publish& message, Moment now);
  void on_look_up(const wire::LookUp& message, Moment now);
  void on_send(const wire::Send& message, Timestamp now);
  void on_received(const wire::Received& message);
  void on_relay_request(const wire::RelayRequest& message, Moment now);
  void on_profile(const wire::Profile& message, Timestamp now);

  void refuse(uint64_t request, const Denial& denial, Timestamp now);
  void say_done(uint64_t request, Timestamp now);
  void write(const google::protobuf::MessageLite& message, Timestamp now);
  void close_malformed(Timestamp now);
  bool has_room() const;
  void leave_router(Timestamp now);

  const LinkId id_;
  const NetworkPrefix prefix_;
  LinkServices& services_;

  State state_ = State::kAwaitTls;
  LinkEnd end_ = LinkEnd::kByDevice;
  SignInChallenge challenge_;
  std::optional<DeviceAddress> device_;
  std::vector<DeviceId> revoked_;

  FrameReader reader_;
  size_t unread_ = 0;  ///< Bytes in the reader.
  Bytes output_;
  size_t written_ = 0;   ///< Of the output.
  bool paused_ = false;  ///< Frames wait in the reader for room in the output.
  bool woken_ = false;
  bool attached_ = false;
  bool over_ = false;

  uint64_t sent_id_ = 0;       ///< The last Send that was answered over this link, or before it.
  uint64_t delivered_id_ = 0;  ///< The last Deliver over this link.

  Timestamp began_at_;
  Timestamp heard_at_;
  Timestamp closed_at_;
  std::optional<Timestamp> unread_since_;  ///< Something is to be written and nothing of it was since then.
};

}  // namespace sotto::signaling
