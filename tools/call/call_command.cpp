#include "tools/call/call_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "tools/call/call_options.hpp"
#include "tools/call/follow_call.hpp"
#include "tools/call/server_watch.hpp"
#include "tools/contacts/found_contact.hpp"
#include "tools/harness/interruption.hpp"

namespace sotto::tools {
namespace {

// A person waits that long for a server before asking what is wrong.
constexpr Duration kServerPatience = 30s;

struct Given {
  CallOptions options;
  std::string name;
  std::string report;
  bool direct = false;
  bool add = false;
};

Result<void> add_contact(Engine& engine, const std::string& name, std::FILE* to) {
  const Result<FoundAccount> found = find_in_directory(engine, name);
  if (!found) return found.error();
  return take_over(engine.contacts(), *found, true, to);
}

int run(Given& given) {
  CallOptions& options = given.options;
  if (const auto checked = check(options); !checked) return report_failure("call", checked.error());
  const Interruption interruption;
  const auto opened = open_identity(options.identity);
  if (!opened) return report_failure("call", opened.error());
  const auto settings = current_settings(options.server);
  if (!settings) return report_failure("call", settings.error());
  if (settings->server.empty()) {
    return report_failure("call", {ErrorCode::kInvalidArgument,
                                   "which server? Give --server HOST:PORT#PIN, the line that `sotto serve` prints"});
  }
  std::shared_ptr<CallReporter> reporter;
  if (!given.report.empty()) {
    const std::string own_name = settings->name.empty() ? "You" : settings->name;
    auto opened_reporter = CallReporter::open(given.report, own_name, options.network);
    if (!opened_reporter) return report_failure("call", opened_reporter.error());
    reporter = std::move(*opened_reporter);
  }
  auto trace = open_trace(options);
  if (!trace) return report_failure("call", trace.error());
  auto media = OwnMedia::prepare(options, false);
  if (!media) return report_failure("call", media.error());

  EngineOptions engine_options = tools::engine_options(*opened, *settings);
  engine_options.relay_only = options.relay_only;
  engine_options.local_addresses = options.local_addresses;
  engine_options.emulated_network = options.network;
  auto engine = Engine::create(std::move(engine_options));
  if (!engine) return report_failure("call", engine.error());
  std::FILE* const to = options.json ? stderr : stdout;
  ServerWatch server(**engine, *trace, to);
  if (const auto there = server.wait_until_signed_in(kServerPatience, interruption); !there) {
    return report_failure("call", there.error());
  }
  const auto contact = (*engine)->contacts().find(given.name);
  if (given.add && !(contact && contact->added)) {
    if (const auto added = add_contact(**engine, given.name, to); !added) return report_failure("call", added.error());
  }
  CallMedia sent = media->begin(options);
  if (reporter) sent = reporter->watch(std::move(sent));
  const auto call = (*engine)->call(given.name, std::move(sent), {.direct = given.direct});
  if (!call) return report_failure("call", call.error());
  return follow_call(*call, {options.seconds, options.record, nullptr, *trace, options.json, reporter}, interruption);
}

}  // namespace

Command call_command(CLI::App& program) {
  auto given = std::make_shared<Given>();
  CLI::App* const call = program.add_subcommand("call", "Calls somebody by name, with test media or files");
  call->add_option("NAME", given->name, "Whom: a contact, or whoever the server knows by this name")->required();
  call->add_flag("--direct", given->direct, "Show our address to somebody who is no contact, rather than use a relay");
  call->add_flag("--add", given->add, "Make them a contact first, if they are none");
  call->add_option("--report", given->report, "Show the whole call on a page, and its figures in FILE.json beside it")
      ->type_name("FILE.html");
  add_call_options(*call, given->options);
  return {call, [given] { return run(*given); }};
}

}  // namespace sotto::tools
