#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <sotto/audio_format.hpp>
#include <sotto/audio_processing.hpp>
#include <sotto/export.hpp>
#include <sotto/identity.hpp>
#include <sotto/media_source.hpp>
#include <sotto/result.hpp>
#include <sotto/statistics.hpp>
#include <sotto/video_frame.hpp>

namespace sotto {

/// Where a call stands. It only moves forward.
enum class CallState {
  kDialing,     ///< Caller: the other device has not answered the handshake yet.
  kRinging,     ///< It rings: on this device (callee) or on the other (caller). The path is being found meanwhile.
  kConnecting,  ///< Accepted, but path or keys are not ready yet.
  kActive,      ///< Sound and picture may flow.
  kEnded,       ///< Over; end_reason() says why. Nothing follows.
};

/// Why a call is over.
enum class EndReason {
  kNone,             ///< It is not.
  kHungUp,           ///< By this side.
  kPeerHungUp,       ///< By the other side.
  kDeclined,         ///< The callee declined.
  kBusy,             ///< The callee is in another call.
  kCancelled,        ///< The caller gave up before the accept.
  kNoAnswer,         ///< It rang for 60 s, or nobody answered the handshake for 45 s.
  kPeerGone,         ///< Nothing authentic came from the other side for 30 s.
  kPathFailed,       ///< Accepted, but no path between the two devices was found in 30 s.
  kSecurityFailure,  ///< Keys or certificates did not agree: somebody may be in between. Nothing they can read was
                     ///< sent.
  kIncompatible,     ///< No medium or version in common.
  kEngineClosed,     ///< The Engine was destroyed.
  kUnknownName,      ///< The directory has no such account, or one that does not want to be found: nobody can tell.
  kNoServer,         ///< The directory had to be asked, and there is no link to the server.
  kBlocked,          ///< The user has blocked this account.
  kKeyChanged,       ///< The contact has new keys: Contacts::acknowledge_key() when the user knows.
  kOtherPerson,      ///< Another account has the contact's name now.
  kOutdated,         ///< What is known of the other side is out of date, and nothing newer is to be had.
  kNoRelay,          ///< This call was to go through relays alone, and there is none.
  kCrossed,  ///< It rang here while this side called the same device: it goes on as the call that was made here.
};

/// The names of states and reasons, for people and logs: "ringing", "peer gone".
SOTTO_API std::string_view to_string(CallState state);
SOTTO_API std::string_view to_string(EndReason reason);
/// What happened, in a sentence for the person at this device, and what can be done. Empty for kNone.
SOTTO_API std::string_view explanation(EndReason reason);

/// What this side brings to a call. A medium without a source is received only if `receive_...` says so; whoever
/// receives pictures may show its own later.
struct CallMedia {
  std::shared_ptr<AudioSource> audio = nullptr;
  std::shared_ptr<VideoSource> video = nullptr;
  bool receive_audio = true;
  bool receive_video = true;
  /// What is done to the sound of `audio` before it is sent. What is no microphone goes best through as it is:
  /// AudioProcessing::none().
  AudioProcessing processing = {};
};

/// What the other side sends at the moment, as it says itself. Nothing before the accept.
struct PeerMedia {
  bool audio = false;    ///< Sound: it takes part with a microphone, and is not muted.
  bool video = false;    ///< Pictures: its camera is on.
  bool on_hold = false;  ///< It has put this call on hold: neither side hears or sees the other.
  bool operator==(const PeerMedia&) const = default;
};

/// One call. All methods may be called from any thread; callbacks come from the engine's event thread, except those of
/// pictures, which come from the call's decode thread. A callback may call any method, but must not destroy the Engine.
class SOTTO_API Call {
 public:
  virtual ~Call() = default;

  virtual CallState state() const = 0;
  virtual EndReason end_reason() const = 0;
  /// The account at the other end, proven by the handshake before it can accept or, a contact, ring. All zero while a
  /// name that is no contact's is being looked up. A stranger's is a claim while it rings.
  virtual AccountId peer() const = 0;
  /// How to call the other side before a person: the contact's name, or what a stranger says of itself, marked as such.
  virtual std::string name() const = 0;
  /// Whether the other side was a contact when the call began.
  virtual bool peer_known() const = 0;
  virtual bool incoming() const = 0;

  /// Callee: accepts, and opens `media` now. This is the consent without which nothing is captured, sent or decoded.
  /// Refused unless the call is ringing here.
  virtual Result<void> accept(CallMedia media) = 0;
  /// Callee: declines a ringing call.
  virtual Result<void> decline() = 0;
  /// Ends the call from either side at any time; cancels it if it was not accepted yet. Does nothing when it is over.
  virtual void hang_up() = 0;

  /// Shows another camera from now on, or none (null), and tells the other side. The one before is closed. The other
  /// side's camera is its own user's to open: it is told, no more. Before the accept only a caller may. kRefused if the
  /// call was made without pictures: neither with a camera nor with `receive_video`, by either side.
  virtual Result<void> set_camera(std::shared_ptr<VideoSource> camera) = 0;
  /// Puts an accepted call on hold: microphone and camera are closed, nothing is sent, decoded or played, and the other
  /// side is told, which then sends nothing either. kRefused if it is not accepted, or over.
  virtual Result<void> hold() = 0;
  /// Takes it off hold: the sources are opened again. kRefused if it is over.
  virtual Result<void> resume() = 0;
  /// Whether this side has put it on hold.
  virtual bool on_hold() const = 0;
  /// What the other side sends at the moment.
  virtual PeerMedia peer_media() const = 0;
  /// Called at each change of peer_media().
  virtual void on_peer_media(std::function<void(const PeerMedia&)> callback) = 0;

  /// Called at each change of state, from kDialing or kRinging on; set it before the change that you want to see.
  virtual void on_state(std::function<void(CallState)> callback) = 0;
  /// Called with each picture of the other side as soon as it may be shown.
  virtual void on_video(std::function<void(const VideoFrame&)> callback) = 0;
  /// Fills the next 10 ms for the sound card. Call it steadily each 10 ms from the playing thread; silence when there
  /// is nothing to play. Never blocks for long, allocates nothing.
  virtual void play(std::span<int16_t, kAudioBlockSamples> block) = 0;

  /// Whether the microphone is muted, from now on and from the beginning if it is said before the call has sound.
  /// When this returns, nothing that is captured later leaves the process, nor is it looked at; silence is sent in its
  /// place, in packets that nobody on the way can tell from those with sound. The source stays open, and the other side
  /// is told.
  virtual void set_muted(bool muted) = 0;
  virtual bool muted() const = 0;

  virtual CallStatistics statistics() const = 0;
};

}  // namespace sotto
