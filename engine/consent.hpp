#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <sotto/engine.hpp>

#include "signaling/handshake/call_session.hpp"

namespace sotto::engine {

/// That the person at this device wants this call, with the sources that may be opened for it (rule R1 in SECURITY.md).
/// Moves, never copies.
class LocalConsent {
 public:
  LocalConsent(LocalConsent&&) = default;
  LocalConsent& operator=(LocalConsent&&) = default;
  LocalConsent(const LocalConsent&) = delete;
  LocalConsent& operator=(const LocalConsent&) = delete;

  const CallMedia& media() const { return media_; }

 protected:
  explicit LocalConsent(CallMedia media) : media_(std::move(media)) {}

 private:
  CallMedia media_;
};

/// A caller's consent: made by Engine::call alone.
class DialConsent : public LocalConsent {
 private:
  friend class sotto::Engine;
  friend struct TestConsent;  // exists in tests alone
  using LocalConsent::LocalConsent;
};

/// That the other end of a session is who it claims to be, now and not in a replay.
class ProvenPeer {
 public:
  /// Nothing until the session has opened a message that only the peer can have sealed for it.
  static std::optional<ProvenPeer> of(const signaling::CallSession& session) {
    return session.proven() ? std::optional(ProvenPeer()) : std::nullopt;
  }

 private:
  ProvenPeer() = default;
};

/// That the device which a person here is dialling calls this one itself, and has proven to be that device.
class CrossedCall {
 public:
  /// `dialled`: whom the person here calls; `arrived`: a session that was answered here.
  static std::optional<CrossedCall> of(const signaling::Contact& dialled, const signaling::CallSession& arrived) {
    const signaling::Contact& caller = arrived.peer();
    const bool same = caller.account == dialled.account && caller.root == dialled.root &&
                      caller.device == dialled.device && caller.device_key == dialled.device_key;
    return same && !arrived.is_caller() && arrived.proven() ? std::optional(CrossedCall()) : std::nullopt;
  }

 private:
  CrossedCall() = default;
};

/// A callee's consent: made by Call::accept alone, or of that to a call which crosses this one.
class AcceptConsent : public LocalConsent {
 public:
  /// Whoever dials a device agrees to the same call if that device makes it.
  AcceptConsent(DialConsent dial, CrossedCall) : LocalConsent(std::move(dial)) {}

 private:
  friend class CallHandle;
  friend struct TestConsent;  // exists in tests alone
  using LocalConsent::LocalConsent;
};

/// That the person here wants another camera to be seen in a call, or none: made by Call::set_camera alone.
class CameraConsent {
 public:
  const std::shared_ptr<VideoSource>& camera() const { return camera_; }

 private:
  friend class CallHandle;
  friend struct TestConsent;  // exists in tests alone
  explicit CameraConsent(std::shared_ptr<VideoSource> camera) : camera_(std::move(camera)) {}
  std::shared_ptr<VideoSource> camera_;
};

/// That the person here takes a call off hold, with the sources that it had: made by Call::resume alone.
class ResumeConsent {
 private:
  friend class CallHandle;
  friend struct TestConsent;  // exists in tests alone
  ResumeConsent() = default;
};

/// That the other side has accepted, authenticated inside this call's own handshake session (rule R2).
class RemoteAccept {
 private:
  friend class CallController;
  RemoteAccept() = default;
};

/// Open only when both have agreed. A MediaSession cannot be made without one, and nothing else in the engine can
/// encode, send, unprotect or decode media.
class MediaGate {
 public:
  /// The callee's: its accept is the second consent, and a stranger's call may be accepted before it has proven itself.
  static MediaGate open(const AcceptConsent&, ProvenPeer) { return MediaGate(); }
  /// The caller's: it dialled, and the accept came.
  static MediaGate open(const DialConsent&, RemoteAccept) { return MediaGate(); }

  MediaGate(MediaGate&&) = default;
  MediaGate& operator=(MediaGate&&) = default;
  MediaGate(const MediaGate&) = delete;
  MediaGate& operator=(const MediaGate&) = delete;

 private:
  MediaGate() = default;
};

}  // namespace sotto::engine
