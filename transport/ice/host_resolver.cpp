#include "transport/ice/host_resolver.hpp"

#include <gio/gio.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "transport/ice/detail/glib_handles.hpp"

namespace sotto::transport {
namespace {

struct AddressesFree {
  void operator()(GList* addresses) const { g_resolver_free_addresses(addresses); }
};

struct ErrorFree {
  void operator()(GError* error) const { g_error_free(error); }
};

Result<std::vector<IpAddress>> take_addresses(GResolver* resolver, GAsyncResult* result) {
  GError* failed = nullptr;
  const std::unique_ptr<GList, AddressesFree> found(g_resolver_lookup_by_name_finish(resolver, result, &failed));
  const std::unique_ptr<GError, ErrorFree> error(failed);
  std::vector<IpAddress> addresses;
  for (const GList* item = found.get(); item != nullptr; item = item->next) {
    const GText text(g_inet_address_to_string(static_cast<GInetAddress*>(item->data)));
    if (const auto address = IpAddress::parse(text.get())) addresses.push_back(*address);
  }
  if (!addresses.empty()) return addresses;
  // GLib's own text holds the name, which is for no log.
  return Error{ErrorCode::kUnavailable,
               failed != nullptr && g_error_matches(failed, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND)
                   ? "there is no such name"
                   : "the name server does not answer"};
}

class SystemQuery final : public HostResolver::Query {
 public:
  SystemQuery(GMainContext* context, const std::string& host, HostResolver::Done done)
      : asked_(std::make_shared<Asked>(std::move(done))) {
    const GObjectHandle<GResolver> resolver(g_resolver_get_default());
    const ThreadDefaultContext scope(context);
    g_resolver_lookup_by_name_async(resolver.get(), host.c_str(), asked_->cancellable.get(), on_answer,
                                    new std::shared_ptr<Asked>(asked_));
  }
  // GLib then answers at once that it was cancelled, and leaves the thread that asks alone with its waiting.
  ~SystemQuery() override {
    asked_->done = nullptr;
    g_cancellable_cancel(asked_->cancellable.get());
  }

 private:
  struct Asked {
    explicit Asked(HostResolver::Done asker) : done(std::move(asker)) {}
    HostResolver::Done done;
    const GObjectHandle<GCancellable> cancellable{g_cancellable_new()};
  };

  static void on_answer(GObject* resolver, GAsyncResult* result, gpointer data) {
    const std::unique_ptr<std::shared_ptr<Asked>> asked(static_cast<std::shared_ptr<Asked>*>(data));
    auto addresses = take_addresses(G_RESOLVER(resolver), result);
    if (const HostResolver::Done done = std::exchange((*asked)->done, nullptr)) done(std::move(addresses));
  }

  const std::shared_ptr<Asked> asked_;
};

class SystemResolver final : public HostResolver {
 public:
  std::unique_ptr<Query> resolve(GMainContext* context, const std::string& host, Done done) override {
    return std::make_unique<SystemQuery>(context, host, std::move(done));
  }
};

}  // namespace

std::shared_ptr<HostResolver> system_resolver() { return std::make_shared<SystemResolver>(); }

bool is_host_name(std::string_view text) {
  constexpr size_t kMaxName = 253;
  constexpr size_t kMaxLabel = 63;
  if (text.empty() || text.size() > kMaxName) return false;
  size_t label = 0;
  for (const char letter : text) {
    if (letter == '.') {
      if (label == 0) return false;
      label = 0;
      continue;
    }
    const bool fits = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '_' || (letter == '-' && label > 0);
    if (!fits || ++label > kMaxLabel) return false;
  }
  // Nothing but digits and dots at the end is an address that went wrong.
  const std::string_view last = text.substr(text.ends_with('.') ? 0 : text.rfind('.') + 1);
  return !std::ranges::all_of(last, [](char letter) { return letter == '.' || (letter >= '0' && letter <= '9'); });
}

}  // namespace sotto::transport
