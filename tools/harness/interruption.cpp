#include "tools/harness/interruption.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace sotto::tools {
namespace {

sigset_t interrupting_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Interruption::Interruption() {
  const sigset_t signals = interrupting_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  descriptor_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

Interruption::~Interruption() {
  if (descriptor_ >= 0) {
    // One that has come has been heeded; it must not end the program now, in the middle of its last words.
    signalfd_siginfo signal{};
    while (::read(descriptor_, &signal, sizeof(signal)) > 0) {
    }
    (void)::close(descriptor_);
  }
  const sigset_t signals = interrupting_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

Result<void> Interruption::check() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  if (::poll(&waiting, 1, 0) > 0) return Error{ErrorCode::kRefused, "interrupted"};
  return {};
}

}  // namespace sotto::tools
