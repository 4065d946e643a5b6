#include "tools/call/follow_call.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "tools/call/live_line.hpp"
#include "tools/call/received_media.hpp"
#include "tools/call/wake.hpp"
#include "tools/command.hpp"
#include "tools/harness/statistics_report.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kLineInterval = 1s;
// After hanging up the last words are on their way for a moment; whoever does not wait for more is not held.
constexpr Duration kEndTimeout = 6s;

/// One line that is written over on a terminal, and line after line elsewhere.
class StatusLine {
 public:
  explicit StatusLine(std::FILE* to) : to_(to), terminal_(isatty(fileno(to)) == 1) {}
  ~StatusLine() { leave(); }
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  void show(const std::string& line) {
    std::fprintf(to_, terminal_ ? "\r\x1b[K%s" : "%s\n", line.c_str());
    std::fflush(to_);
    open_ = terminal_;
  }
  /// Leaves what is there and begins a new line.
  void leave() {
    if (std::exchange(open_, false)) std::fputc('\n', to_);
  }
  void say(const std::string& line) {
    leave();
    std::fprintf(to_, "%s\n", line.c_str());
    std::fflush(to_);
  }

 private:
  std::FILE* const to_;
  const bool terminal_;
  bool open_ = false;
};

std::string protection(const CallSecurity& security) {
  std::string text = "protected by " + security.srtp_profile + ", keys from " + security.dtls_version;
  if (security.keys_mixed) text += " and " + security.handshake;
  text += security.peer_verified ? "; the safety number was compared" : "; the safety number was not compared yet";
  return text;
}

std::string symbols(const CallSecurity& security) {
  if (!security.sas_symbols) return {};
  std::string text = "Nobody is in between if the other side sees the same: ";
  for (size_t i = 0; i < security.sas_symbols->size(); ++i) {
    if (i > 0) text += ", ";
    text += sas_symbol_name((*security.sas_symbols)[i]);
  }
  return text;
}

class Follower {
 public:
  Follower(const std::shared_ptr<Call>& call, const FollowOptions& options, const Interruption& interruption)
      : call_(call), options_(options), interruption_(interruption), line_(options.json ? stderr : stdout) {}

  int run() {
    call_->on_state([wake = wake_](CallState) { wake->notify(); });
    call_->on_peer_media([wake = wake_](const PeerMedia&) { wake->notify(); });
    auto media = ReceivedMedia::begin(call_, {options_.record, options_.echo, options_.reporter});
    if (!media) {
      line_.say("sotto: " + media.error().message);
      call_->hang_up();
      return kFailed;
    }
    last_ = call_->statistics();
    while (step(**media)) wait();
    media->reset();
    return finish();
  }

 private:
  /// False when the call is over.
  bool step(ReceivedMedia& media) {
    const Timestamp now = monotonic_now();
    const CallState state = call_->state();
    if (state != state_) on_state(state, now);
    if (state == CallState::kEnded) return false;
    say_changes();
    const bool interrupted = !interruption_.check();
    const bool over =
        options_.seconds && active_since_ && now >= *active_since_ + std::chrono::seconds(*options_.seconds);
    if ((interrupted || over) && !hung_up_at_) {
      call_->hang_up();
      hung_up_at_ = now;
    }
    if (hung_up_at_ && now >= *hung_up_at_ + kEndTimeout) return false;
    if (const auto error = media.take_error()) line_.say("sotto: " + error->message);
    if (now >= next_line_) on_second(now);
    return true;
  }

  void on_state(CallState state, Timestamp now) {
    state_ = state;
    if (options_.trace) options_.trace->state(state, call_->end_reason());
    if (state == CallState::kEnded) return;
    if (state != CallState::kActive) return line_.say(std::string(to_string(state)));
    active_since_ = now;
    if (options_.reporter) options_.reporter->begin(call_, call_->statistics().timeline.accepted.value_or(now));
    peer_media_ = call_->peer_media();
    last_ = call_->statistics();
    next_line_ = now + kLineInterval;
    line_.say("active, " + protection(last_.security));
    if (const std::string seen = symbols(last_.security); !seen.empty()) line_.say(seen);
  }

  void say_changes() {
    const PeerMedia now = call_->peer_media();
    const PeerMedia before = std::exchange(peer_media_, now);
    if (now == before || !active_since_) return;
    if (now.on_hold != before.on_hold) {
      line_.say(now.on_hold ? "the other side holds the call" : "the other side goes on with the call");
      return;
    }
    if (now.on_hold) return;
    if (now.audio != before.audio) line_.say(now.audio ? "the other side is to be heard" : "the other side is muted");
    if (now.video != before.video) {
      line_.say(now.video ? "the other side's camera is on" : "the other side's camera is off");
    }
  }

  void on_second(Timestamp now) {
    const CallStatistics statistics = call_->statistics();
    if (options_.trace) options_.trace->statistics(statistics);
    if (active_since_) line_.show(live_line(state_, now - *active_since_, last_, statistics, now - last_at_));
    last_ = statistics;
    last_at_ = now;
    next_line_ = std::max(next_line_ + kLineInterval, now);
  }

  void wait() {
    pollfd waited[] = {{wake_->descriptor(), POLLIN, 0}, {hung_up_at_ ? -1 : interruption_.descriptor(), POLLIN, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next_line_ - monotonic_now());
    poll(waited, 2, static_cast<int>(std::clamp<int64_t>(left.count() + 1, 1, 1000)));
    wake_->clear();
  }

  int finish() {
    const CallStatistics statistics = call_->statistics();
    const EndReason reason = call_->end_reason();
    if (options_.trace) options_.trace->statistics(statistics);
    const bool talked = active_since_ && (reason == EndReason::kHungUp || reason == EndReason::kPeerHungUp);
    const double seconds =
        active_since_ ? std::chrono::duration<double>(monotonic_now() - *active_since_).count() : 0.0;
    std::string text = "ended: " + std::string(to_string(reason));
    if (const auto why = explanation(reason); !why.empty()) text += ". " + std::string(why);
    line_.say(text);
    const bool reported = write_report();
    if (options_.json) {
      nlohmann::json report = {{"talked", talked},
                               {"seconds", seconds},
                               {"reason", to_string(reason)},
                               {"explanation", explanation(reason)},
                               {"peer", call_->name()},
                               {"peer_known", call_->peer_known()},
                               {"peer_verified", statistics.security.peer_verified},
                               {"safety_number", statistics.security.safety_number},
                               {"statistics", statistics_report(statistics)}};
      std::printf("%s\n", report.dump().c_str());
      std::fflush(stdout);
    }
    return talked && reported ? kDone : kFailed;
  }

  /// False if a report was wanted and could not be written.
  bool write_report() {
    if (!options_.reporter) return true;
    const Result<void> written = options_.reporter->finish(*call_);
    line_.say(written ? "the whole call on a page: " + options_.reporter->page_path()
                      : "sotto: " + written.error().message);
    return written.ok();
  }

  const std::shared_ptr<Call> call_;
  const FollowOptions& options_;
  const Interruption& interruption_;
  StatusLine line_;
  const std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();
  CallState state_ = CallState::kDialing;
  PeerMedia peer_media_;
  CallStatistics last_;
  Timestamp last_at_ = monotonic_now();
  Timestamp next_line_ = monotonic_now() + kLineInterval;
  std::optional<Timestamp> active_since_;
  std::optional<Timestamp> hung_up_at_;
};

}  // namespace

int follow_call(const std::shared_ptr<Call>& call, const FollowOptions& options, const Interruption& interruption) {
  return Follower(call, options, interruption).run();
}

}  // namespace sotto::tools
