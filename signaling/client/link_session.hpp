#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/signaling_channel.hpp>
#include <sotto/time.hpp>
#include "base/bytes.hpp"
#include "signaling/client/answers.hpp"
#include "signaling/client/link_failure.hpp"
#include "signaling/client/request_queue.hpp"
#include "signaling/client/send_queue.hpp"
#include "signaling/identity/identifiers.hpp"
#include "signaling/identity/identity_keeper.hpp"
#include "signaling/link/frame.hpp"
#include "signaling/link/sign_in.hpp"

namespace google::protobuf {
class MessageLite;
}
namespace sotto::wire {
class Deliver;
class Done;
class LookedUp;
class Refused;
class RelayCredentials;
class SignedIn;
class ToDevice;
class ToServer;
class Welcome;
}  // namespace sotto::wire

namespace sotto::signaling {

/// The TLS connection that a sign-in is bound to.
struct LinkBinding {
  ChannelBinding channel{};
  ServerKeyHash server_key{};
};

/// Token of a hidden account.
using LookUpToken = std::array<uint8_t, 16>;

/// What came back for a request; to Publish and Profile nothing more than that something did.
struct Answer {
  std::optional<DirectoryEntry> entry;  ///< To LookUp: the account, if there is one to be seen.
  std::vector<RelayServer> relays;      ///< To RelayRequest.
};

struct LinkSignedIn {
  std::string name;
};
struct LinkDelivered {
  Bytes blob;
};
struct LinkAnswered {
  RequestId request = 0;
  Result<Answer> answer;
};
/// LinkFailure: the link is to be closed, nothing that still comes over it counts.
using LinkEvent = std::variant<LinkSignedIn, LinkDelivered, LinkAnswered, LinkFailure>;

/// What a device says to its server, over one link after the other (server.proto). It outlives them: what a lost link
/// has swallowed is said again over the next. Bytes of the TLS stream in; bytes, events and the next deadline out. A
/// message that its state does not expect ends the link. One thread.
class LinkSession {
 public:
  struct Options {
    std::shared_ptr<IdentityKeeper> identity;
    std::string register_name;  ///< Registered when the server does not know the account. Empty: none.
    std::string invite;
  };

  explicit LinkSession(Options options) : options_(std::move(options)) {}

  /// A TLS connection stands. The server speaks first.
  void on_connected(const LinkBinding& binding, Timestamp now);
  /// Bytes from the server.
  void on_bytes(ByteView bytes, Timestamp now, WallTime wall_now);
  /// The connection is gone, for whatever reason.
  void on_disconnected();
  std::optional<Timestamp> next_deadline() const;
  void on_deadline(Timestamp now);

  /// Pings now, and holds the link for lost if the answer takes more than 10 s.
  void probe(Timestamp now);

  /// As SignalingChannel::send.
  Result<void> send(Envelope envelope, Timestamp now);
  /// Requests are answered by a LinkAnswered each, within 10 s. kInvalidArgument, or kUnavailable: too many wait.
  Result<RequestId> look_up(std::string_view name, Timestamp now);
  Result<RequestId> look_up(const AccountId& account, const std::optional<LookUpToken>& token, Timestamp now);
  Result<RequestId> publish(Timestamp now);
  Result<RequestId> set_profile(bool hidden, const std::optional<LookUpToken>& token,
                                const std::vector<AccountId>& denied, Timestamp now);
  Result<RequestId> request_relays(Timestamp now);

  /// What is to be written to the connection.
  Bytes take_output() { return std::exchange(output_, {}); }
  std::vector<LinkEvent> take_events() { return std::exchange(events_, {}); }

  bool signed_in() const { return state_ == State::kSignedIn; }
  /// The server's clock minus ours, from the last Welcome.
  std::optional<Duration> clock_offset() const { return clock_offset_; }
  const SendQueue& sends() const { return sends_; }

 private:
  enum class State { kNoLink, kAwaitWelcome, kAwaitSignedIn, kSignedIn };

  void on_message(const wire::ToDevice& message, Timestamp now, WallTime wall_now);
  void on_welcome(const wire::Welcome& welcome, WallTime wall_now);
  void on_signed_in(const wire::SignedIn& signed_in, Timestamp now);
  void on_refused(const wire::Refused& refused);
  void on_done(const wire::Done& done);
  void on_looked_up(const wire::LookedUp& looked_up);
  void on_deliver(const wire::Deliver& deliver);
  void on_relay_credentials(const wire::RelayCredentials& credentials);

  void sign_in(const SignInNonce& nonce);
  Result<RequestId> ask(Request request, const wire::ToServer& message, Timestamp now);
  /// The request that an answer of this kind is for. Nothing if it was given up; fails the link if there never was one,
  /// or one of another kind.
  std::optional<Request> take_request(RequestId id, RequestKind kind);
  void answer(RequestId request, Result<Answer> answer);

  void write(const google::protobuf::MessageLite& message);
  void write_awaited(ByteView frame, Timestamp now);
  void write_send(const SendQueue::Waiting& send, Timestamp now);
  void write_ping(Timestamp now);
  bool awaits_answer() const { return probing_ || !sends_.waiting().empty() || !requests_.waiting().empty(); }

  void fail(ServerProblem problem, std::string explanation);
  void fail(LinkFailure failure);
  void fail_by_nonsense() { fail(ServerProblem::kProtocol, kNonsense); }

  static constexpr const char* kNonsense =
      "The server said something that makes no sense here: it may have another version of sotto.";

  const Options options_;
  State state_ = State::kNoLink;
  LinkBinding binding_;
  FrameReader reader_;
  Bytes output_;
  std::vector<LinkEvent> events_;

  bool register_next_ = false;  ///< The server does not know the account: the next link begins with Register,
  bool registering_ = false;    ///< and this is that link.
  std::optional<Duration> clock_offset_;
  SendQueue sends_;
  RequestQueue requests_;
  std::optional<BootId> boot_;
  uint64_t delivered_ = 0;  ///< The last Deliver in this boot,
  uint64_t received_ = 0;   ///< and up to which the server was told so over this link.

  Timestamp connected_at_;
  Timestamp heard_at_;  ///< Any byte.
  Timestamp pinged_at_;
  bool probing_ = false;
  std::optional<Timestamp> awaiting_since_;  ///< Of what was written and wants an answer; moves with each byte heard.
};

}  // namespace sotto::signaling
