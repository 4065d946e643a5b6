#include "tools/contacts/told_blocks.hpp"

#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "engine/block_report.hpp"
#include "engine/contact_book.hpp"
#include "tools/settings/signed_in.hpp"

namespace sotto::tools {
namespace {

// The block holds here already: nobody shall wait long for a server.
constexpr Duration kPatience = 8s;

/// Signs in, and waits until the server has acknowledged the list; the engine sends it by itself.
Result<void> tell(const Opened& opened, const Settings& settings) {
  struct Progress {
    std::mutex mutex;
    std::condition_variable changed;
  };
  const auto progress = std::make_shared<Progress>();
  const auto& book = engine::ContactsAccess::book(opened.contacts);
  const auto watch = book->watch_blocks([progress] {
    const std::lock_guard lock(progress->mutex);
    progress->changed.notify_all();
  });
  EngineOptions options = engine_options(opened, settings);
  options.register_name.clear();
  const Result<SignedIn> signed_in = sign_in(std::move(options), kPatience);
  if (!signed_in) return signed_in.error();
  std::unique_lock lock(progress->mutex);
  const bool told =
      progress->changed.wait_for(lock, kPatience, [&] { return !engine::block_report(*book, settings.server); });
  lock.unlock();
  if (!told) return Error{ErrorCode::kTimeout, "The server does not answer."};
  return {};
}

}  // namespace

void tell_blocks(const Opened& opened, const ServerOptions& server) {
  const Result<Settings> settings = current_settings(server);
  if (!settings || settings->server.empty()) return;
  if (!engine::block_report(*engine::ContactsAccess::book(opened.contacts), settings->server)) return;
  if (const Result<void> told = tell(opened, *settings); !told) {
    std::printf("The server will be told at the next sign-in. %s\n", told.error().message.c_str());
    return;
  }
  std::puts("The server was told: for whoever is blocked, this account does not exist there.");
}

}  // namespace sotto::tools
