#pragma once

#include <sotto/result.hpp>

namespace sotto::tools {

/// Turns SIGINT and SIGTERM, while it lives, into something that a poll loop can wait for, so that what was begun can
/// be undone. Made before other threads, which must not take the signals.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Readable once a signal has come; -1 (which poll passes over) if the system gives none.
  int descriptor() const { return descriptor_; }
  /// An error as soon as a signal has come.
  Result<void> check() const;

 private:
  int descriptor_;
};

}  // namespace sotto::tools
