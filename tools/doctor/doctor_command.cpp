#include "tools/doctor/doctor_command.hpp"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tools/doctor/finding.hpp"
#include "tools/doctor/network_checks.hpp"
#include "tools/doctor/packages.hpp"
#include "tools/settings/account_options.hpp"
#include "tools/settings/passphrase.hpp"
#include "transport/srtp/srtp_session.hpp"

namespace sotto::tools {
namespace {

using Verdict = Finding::Verdict;

struct Given {
  ServerOptions server;
  std::vector<std::string> relays;
  std::string username;
  std::string password_file;
  bool json = false;
};

Finding check_identity() {
  const auto places = find_places();
  if (!places) return {Verdict::kWrong, "identity", places.error().message, {}};
  struct stat status {};
  const std::string path = places->identity().string();
  if (lstat(path.c_str(), &status) != 0) {
    return {Verdict::kWarning, "identity", "there is none at " + path, "Make one: sotto identity create"};
  }
  if ((status.st_mode & 077) != 0) {
    return {Verdict::kWrong, "identity", "others may read or write " + path, "Run: chmod 600 " + path};
  }
  return {Verdict::kOk, "identity", path, {}};
}

Finding check_srtp() {
  const auto works = transport::srtp_self_test();
  if (works) return {Verdict::kOk, "encryption", "libsrtp does AES-256-GCM as it should", {}};
  return {Verdict::kWrong, "encryption", works.error().message, {}};
}

void append(std::vector<Finding>& all, std::vector<Finding> more) {
  for (Finding& finding : more) all.push_back(std::move(finding));
}

int run(const Given& given) {
  const auto settings = current_settings(given.server);
  if (!settings) return report_failure("doctor", settings.error());
  std::vector<Finding> findings;
  findings.push_back(check_identity());
  findings.push_back(check_srtp());
  append(findings, judge_interfaces(transport::interface_addresses()));
  append(findings, check_server(*settings));
  SecretBytes password;
  if (!given.password_file.empty()) {
    Result<SecretBytes> read = read_secret_file(given.password_file);
    if (!read) return report_failure("doctor", read.error());
    password = std::move(*read);
  }
  for (const std::string& uri : given.relays) {
    findings.push_back(check_relay(uri, given.username, std::string(as_text(password))));
  }
  append(findings, check_libraries());
  std::printf("%s", given.json ? (to_json(findings) + "\n").c_str() : to_text(findings).c_str());
  return any_failed(findings) ? kFailed : kDone;
}

}  // namespace

Command doctor_command(CLI::App& program) {
  auto given = std::make_shared<Given>();
  CLI::App* const doctor = program.add_subcommand("doctor", "Looks at what calls need, and says what is wrong");
  add_server_options(*doctor, given->server);
  doctor
      ->add_option("--relay", given->relays,
                   "A STUN or TURN server to try, \"turn:192.0.2.1:3478?transport=udp\"; may be repeated")
      ->type_name("URI");
  doctor->add_option("--relay-user", given->username, "User name for the TURN servers")->type_name("NAME");
  doctor
      ->add_option("--relay-password-file", given->password_file,
                   "Their password, the first line of a file that only you can read")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  doctor->add_flag("--json", given->json, "As JSON");
  return {doctor, [given] { return run(*given); }};
}

}  // namespace sotto::tools
