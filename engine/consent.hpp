#pragma once

#include <utility>

#include <sotto/call.hpp>

namespace sotto::engine {

/// That the person at this device wants this call, with the sources that may be opened for it (rule R1 in SECURITY.md).
/// Made only where a public call says so, by dialling or by accepting: no handler of anything that comes from outside
/// can make one. Moves, never copies.
class LocalConsent {
 public:
  LocalConsent(LocalConsent&&) = default;
  LocalConsent& operator=(LocalConsent&&) = default;
  LocalConsent(const LocalConsent&) = delete;
  LocalConsent& operator=(const LocalConsent&) = delete;

  const CallMedia& media() const { return media_; }

 private:
  friend class EngineCore;    // dial
  friend class CallHandle;    // accept
  friend struct TestConsent;  // exists in tests alone
  explicit LocalConsent(CallMedia media) : media_(std::move(media)) {}
  CallMedia media_;
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
  /// The callee's: its accept is the second consent.
  static MediaGate for_callee(const LocalConsent&) { return MediaGate(); }
  /// The caller's: it dialled, and the accept came.
  static MediaGate for_caller(const LocalConsent&, RemoteAccept) { return MediaGate(); }

  MediaGate(MediaGate&&) = default;
  MediaGate& operator=(MediaGate&&) = default;
  MediaGate(const MediaGate&) = delete;
  MediaGate& operator=(const MediaGate&) = delete;

 private:
  MediaGate() = default;
};

}  // namespace sotto::engine
