#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>

#include "tools/call/call_command.hpp"
#include "tools/call/call_options.hpp"
#include "tools/call/follow_call.hpp"
#include "tools/call/server_watch.hpp"
#include "tools/call/wake.hpp"
#include "tools/harness/interruption.hpp"

namespace sotto::tools {
namespace {

struct Given {
  CallOptions options;
  bool yes = false;
  bool once = false;
  bool echo = false;
  bool strangers = false;
};

/// Calls that ring here, from the event thread to the loop.
struct Incoming {
  std::mutex mutex;
  std::deque<std::shared_ptr<Call>> calls;
  Wake wake;

  std::shared_ptr<Call> take() {
    const std::lock_guard lock(mutex);
    if (calls.empty()) return nullptr;
    auto call = std::move(calls.front());
    calls.pop_front();
    return call;
  }
};

enum class Choice { kAccept, kDecline, kGone, kInterrupted };

/// The person at the terminal decides, as long as it rings.
Choice ask(const std::shared_ptr<Call>& call, const Interruption& interruption) {
  auto wake = std::make_shared<Wake>();
  call->on_state([wake](CallState) { wake->notify(); });
  std::fprintf(stderr, "\a%s calls. Accept? [y/n] ", call->name().c_str());
  while (call->state() != CallState::kEnded) {
    if (!interruption.check()) return Choice::kInterrupted;
    pollfd waited[] = {
        {STDIN_FILENO, POLLIN, 0}, {wake->descriptor(), POLLIN, 0}, {interruption.descriptor(), POLLIN, 0}};
    poll(waited, 3, -1);
    wake->clear();
    if (waited[0].revents == 0) continue;
    char line[64];
    const ssize_t size = read(STDIN_FILENO, line, sizeof line);
    if (size <= 0 || line[0] == 'n' || line[0] == 'N') return Choice::kDecline;
    if (line[0] == 'y' || line[0] == 'Y') return Choice::kAccept;
    std::fprintf(stderr, "Accept? [y/n] ");
  }
  std::fprintf(stderr, "\nIt has stopped ringing.\n");
  return Choice::kGone;
}

Choice choose(const Given& given, const std::shared_ptr<Call>& call, const Interruption& interruption) {
  // Nobody who is not known is ever answered by a program alone.
  if (given.yes && call->peer_known()) return Choice::kAccept;
  if (given.yes) return Choice::kDecline;
  return ask(call, interruption);
}

Result<void> check_answer(const Given& given) {
  if (!given.yes && isatty(STDIN_FILENO) != 1) {
    return Error{ErrorCode::kInvalidArgument, "nobody is at the terminal to accept: give --yes to accept all contacts"};
  }
  if (given.yes && given.strangers) {
    return Error{ErrorCode::kInvalidArgument, "--yes never accepts strangers: --strangers needs somebody who decides"};
  }
  if (given.echo && !(given.options.media.video.empty() && given.options.media.audio.empty())) {
    return Error{ErrorCode::kInvalidArgument, "--echo and files to play exclude each other"};
  }
  return {};
}

int serve_calls(Given& given, Incoming& incoming, ServerWatch& server, const std::shared_ptr<Trace>& trace,
                const Interruption& interruption) {
  CallOptions& options = given.options;
  std::FILE* const to = options.json ? stderr : stdout;
  if (const auto there = server.wait_until_signed_in(std::nullopt, interruption); !there) {
    return there.error().code == ErrorCode::kTimeout ? kDone : report_failure("answer", there.error());
  }
  std::fprintf(to, "waiting for calls\n");
  std::fflush(to);
  while (true) {
    if (!interruption.check()) return kDone;
    const auto call = incoming.take();
    if (!call) {
      pollfd waited[] = {{incoming.wake.descriptor(), POLLIN, 0}, {interruption.descriptor(), POLLIN, 0}};
      poll(waited, 2, -1);
      incoming.wake.clear();
      continue;
    }
    std::fprintf(to, "%s calls\n", call->name().c_str());
    const Choice choice = choose(given, call, interruption);
    if (choice == Choice::kGone) continue;
    if (choice != Choice::kAccept) {
      (void)call->decline();
      continue;
    }
    // Made after the decision: nothing plays, and no file is read, for a call that nobody wants.
    auto media = OwnMedia::prepare(options, given.echo);
    if (!media) return report_failure("answer", media.error());
    if (const auto accepted = call->accept(media->begin(options)); !accepted) {
      std::fprintf(to, "%s\n", accepted.error().message.c_str());
      continue;
    }
    const int outcome =
        follow_call(call, {options.seconds, options.record, media->echo(), trace, options.json}, interruption);
    if (given.once) return outcome;
  }
}

int run(Given& given) {
  CallOptions& options = given.options;
  for (const auto& checked : {check(options), check_answer(given)}) {
    if (!checked) return report_failure("answer", checked.error());
  }
  const Interruption interruption;
  const auto opened = open_identity(options.identity);
  if (!opened) return report_failure("answer", opened.error());
  const auto settings = current_settings(options.server);
  if (!settings) return report_failure("answer", settings.error());
  if (settings->server.empty()) {
    return report_failure("answer", {ErrorCode::kInvalidArgument,
                                     "which server? Give --server HOST:PORT#PIN, the line that `sotto serve` prints"});
  }
  auto trace = open_trace(options);
  if (!trace) return report_failure("answer", trace.error());

  EngineOptions engine_options = tools::engine_options(*opened, *settings);
  engine_options.relay_only = options.relay_only;
  engine_options.local_addresses = options.local_addresses;
  engine_options.emulated_network = options.network;
  if (given.strangers) engine_options.stranger_calls = StrangerCalls::kAllowed;
  auto engine = Engine::create(std::move(engine_options));
  if (!engine) return report_failure("answer", engine.error());
  auto incoming = std::make_shared<Incoming>();
  (*engine)->on_incoming_call([incoming](std::shared_ptr<Call> call) {
    const std::lock_guard lock(incoming->mutex);
    incoming->calls.push_back(std::move(call));
    incoming->wake.notify();
  });
  ServerWatch server(**engine, *trace, options.json ? stderr : stdout);
  return serve_calls(given, *incoming, server, *trace, interruption);
}

}  // namespace

Command answer_command(CLI::App& program) {
  auto given = std::make_shared<Given>();
  CLI::App* const answer = program.add_subcommand("answer", "Waits for calls and takes them, with test media or files");
  answer->add_flag("--yes", given->yes, "Accept every contact's call without asking");
  answer->add_flag("--once", given->once, "Leave after the first call");
  answer->add_flag("--echo", given->echo, "Say and show again what is heard and seen, to try a call alone");
  answer->add_flag("--strangers", given->strangers, "Ring for people who are no contacts, too");
  add_call_options(*answer, given->options);
  return {answer, [given] { return run(*given); }};
}

}  // namespace sotto::tools
