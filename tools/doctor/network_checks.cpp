#include "tools/doctor/network_checks.hpp"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/network_thread.hpp"
#include "engine/relay_uri.hpp"
#include "transport/ice/ice_agent.hpp"

namespace sotto::tools {
namespace {

using Verdict = Finding::Verdict;

constexpr std::chrono::seconds kServerPatience{15};
constexpr std::chrono::seconds kRelayPatience{10};
constexpr std::chrono::seconds kNamePatience{6};  // the longest that one name server is waited for is 5 s

bool reached(const ServerStatus& status) {
  return status.state == ServerState::kSignedIn || status.problem == ServerProblem::kNotRegistered;
}

transport::IceServer for_agent(const IceServer& server) {
  transport::IceServer asked{server.address, server.port, transport::IceServerKind::kStun, server.username,
                             server.password};
  switch (server.kind) {
    case IceServer::Kind::kStun:
      break;
    case IceServer::Kind::kTurnUdp:
      asked.kind = transport::IceServerKind::kTurnUdp;
      break;
    case IceServer::Kind::kTurnTcp:
      asked.kind = transport::IceServerKind::kTurnTcp;
      break;
  }
  return asked;
}

/// What gathering has found, from the network thread to the one that waits.
struct Gathering {
  std::mutex mutex;
  std::condition_variable changed;
  bool found = false;
  bool done = false;

  void note(const std::string& candidate, const std::string& wanted) {
    if (candidate.find(" typ " + wanted) == std::string::npos) return;
    const std::lock_guard lock(mutex);
    found = true;
    changed.notify_all();
  }
  void finish() {
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_all();
  }
};

}  // namespace

std::vector<Finding> judge_interfaces(const std::vector<transport::InterfaceAddress>& all) {
  const auto usable = transport::usable_addresses(all);
  std::vector<Finding> findings;
  bool any = false;
  for (const transport::InterfaceAddress& one : all) {
    const std::string where = one.interface + " " + one.address.text();
    if (std::ranges::find(usable, one.address) != usable.end()) {
      any = true;
      findings.push_back({Verdict::kOk, "interface", where + " is used", {}});
    } else if (one.address.is_loopback()) {
      findings.push_back({Verdict::kNote, "interface", where + " is not used: it leads to this machine only", {}});
    } else if (!one.running) {
      findings.push_back({Verdict::kNote, "interface", where + " is not used: it is down", {}});
    } else if (one.address.is_link_local()) {
      findings.push_back({Verdict::kNote, "interface", where + " is not used: it is link-local", {}});
    } else {
      findings.push_back({Verdict::kNote,
                          "interface",
                          where + " is not used: it is of a bridge or a virtual machine, or there are enough others",
                          {}});
    }
  }
  if (!any) {
    findings.push_back({Verdict::kWrong, "interface", "no address leads anywhere",
                        "Connect this machine to a network; interfaces named veth*, docker*, virbr* or vnet* are "
                        "passed over."});
  }
  return findings;
}

std::vector<Finding> judge_server(const ServerStatus& status) {
  if (reached(status)) {
    return {{Verdict::kOk, "server", "reached; its key is the one that was expected", {}},
            {Verdict::kOk, "clock", "agrees with the server's", {}}};
  }
  if (status.problem == ServerProblem::kClock) {
    return {{Verdict::kOk, "server", "reached; its key is the one that was expected", {}},
            {Verdict::kWrong, "clock", status.explanation, "Set this machine's clock."}};
  }
  return {{Verdict::kWrong, "server", status.explanation.empty() ? "it does not answer" : status.explanation, {}}};
}

std::vector<Finding> check_server(const Settings& settings) {
  if (settings.server.empty()) {
    return {{Verdict::kWarning, "server", "none is set", "Give --server HOST:PORT#PIN, as `sotto serve` prints it."}};
  }
  EngineOptions options{.identity = Identity::create()};
  options.server = settings.server;
  options.proxy = settings.proxy;
  auto engine = Engine::create(std::move(options));
  if (!engine) return {{Verdict::kWrong, "server", engine.error().message, {}}};
  struct Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    ServerStatus status;
  };
  const auto waiting = std::make_shared<Waiting>();
  (*engine)->on_server_status([waiting](const ServerStatus& status) {
    const std::lock_guard lock(waiting->mutex);
    waiting->status = status;
    waiting->changed.notify_all();
  });
  std::unique_lock lock(waiting->mutex);
  waiting->changed.wait_for(lock, kServerPatience, [&] {
    return waiting->status.problem != ServerProblem::kNone || waiting->status.state == ServerState::kSignedIn;
  });
  const ServerStatus status = waiting->status;
  lock.unlock();
  return judge_server(status);
}

Finding check_relay(const std::string& uri, const std::string& username, const std::string& password) {
  Result<IceServer> server = engine::parse_relay_uri(uri);
  if (!server) return {Verdict::kWrong, "relay", uri + ": " + server.error().message, {}};
  server->username = username;
  server->password = password;
  const std::string wanted = server->kind == IceServer::Kind::kStun ? "srflx" : "relay";
  const auto gathering = std::make_shared<Gathering>();
  const auto network = engine::start_network_thread();
  std::unique_ptr<transport::IceAgent> agent;
  std::optional<Error> failed;
  network->run([&] {
    transport::IceCallbacks callbacks;
    callbacks.on_candidate = [gathering, wanted](const std::string& candidate) { gathering->note(candidate, wanted); };
    callbacks.on_gathering_done = [gathering] { gathering->finish(); };
    transport::IceOptions options;
    options.servers = {for_agent(*server)};
    options.name_patience = kNamePatience;
    auto made = network->make_ice_agent(std::move(options), std::move(callbacks));
    if (!made) {
      failed = made.error();
      return;
    }
    agent = std::move(*made);
    if (const auto begun = agent->start_gathering(); !begun) failed = begun.error();
  });
  if (!failed) {
    std::unique_lock lock(gathering->mutex);
    gathering->changed.wait_for(lock, kRelayPatience, [&] { return gathering->found || gathering->done; });
  }
  bool unresolved = false;
  network->run([&] {
    unresolved = agent && agent->counters().servers_unresolved > 0;
    agent.reset();
  });
  if (failed) return {Verdict::kWrong, "relay", uri + ": " + failed->message, {}};
  const std::lock_guard lock(gathering->mutex);
  if (unresolved) {
    return {Verdict::kWrong, "relay", uri + ": nobody knows the address to this name",
            "See that the name is right, and that this machine's name server answers: getent ahosts NAME"};
  }
  if (gathering->found) return {Verdict::kOk, "relay", uri + " lends an address", {}};
  if (wanted == "srflx") {
    return {Verdict::kWarning, "relay", uri + " told no address of its own",
            "It does not answer, or this machine's address is seen as it is: then no STUN server is needed."};
  }
  return {Verdict::kWrong, "relay", uri + " lends no address",
          "See that it runs, that UDP reaches it, and that the user name and password are right."};
}

}  // namespace sotto::tools
