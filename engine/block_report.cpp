#include "engine/block_report.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace sotto::engine {
namespace {

// What a server keeps for an account (server.proto).
constexpr size_t kMaxAccounts = 64;

Sha256Digest digest_of(const std::vector<AccountId>& accounts, std::string_view server) {
  Bytes ids;
  for (const AccountId& account : accounts) append(ids, account);
  return sha256({as_bytes({"sotto blocks v1\0", 16}), as_bytes(server), as_bytes({"\0", 1}), ids});
}

}  // namespace

std::optional<BlockReport> block_report(const ContactBook& contacts, std::string_view server) {
  BlockReport report;
  report.accounts = contacts.blocked();
  const auto told = contacts.blocks_told();
  if (report.accounts.empty() && !told) return std::nullopt;
  if (report.accounts.size() > kMaxAccounts) {
    log(LogLevel::kWarning, "engine", "more accounts are blocked than a server keeps: it is told of the latest 64");
    report.accounts.erase(report.accounts.begin(), report.accounts.end() - kMaxAccounts);
  }
  std::ranges::sort(report.accounts);
  report.digest = digest_of(report.accounts, server);
  if (report.digest == told) return std::nullopt;
  return report;
}

}  // namespace sotto::engine
