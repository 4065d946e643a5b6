#include "tests/network/fake_server.hpp"

#include <utility>

#include "signaling/identity/contact.hpp"
#include "tests/network/test_device.hpp"

namespace sotto::test {
namespace {

Error no_link() { return {ErrorCode::kUnavailable, "no link"}; }

}  // namespace

void FakeDirectory::put(const std::string& name, std::vector<uint8_t> bundle) {
  const std::lock_guard lock(mutex_);
  names_[name] = std::move(bundle);
}

void FakeDirectory::lend(std::vector<signaling::RelayServer> relays) {
  const std::lock_guard lock(mutex_);
  relays_ = std::move(relays);
}

void FakeDirectory::hold() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}

void FakeDirectory::release() {
  std::vector<std::function<void()>> held;
  {
    const std::lock_guard lock(mutex_);
    holding_ = false;
    held.swap(held_);
  }
  for (const auto& answer : held) answer();
}

void FakeDirectory::fail() {
  const std::lock_guard lock(mutex_);
  failing_ = true;
}

void FakeDirectory::recover() {
  const std::lock_guard lock(mutex_);
  failing_ = false;
}

void FakeDirectory::sign_in_again() {
  std::function<void(const ServerStatus&)> listener;
  {
    const std::lock_guard lock(mutex_);
    listener = on_status_;
  }
  listener(status());
}

bool FakeDirectory::wait_for_look_ups(int count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kGuard, [&] { return look_ups_ >= count; });
}

bool FakeDirectory::wait_for_publication() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kGuard, [&] { return publications_ > 0; });
}

bool FakeDirectory::wait_for_denied(const std::vector<AccountId>& accounts) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kGuard, [&] { return denials_ > 0 && denied_ == accounts; });
}

int FakeDirectory::denials() const {
  const std::lock_guard lock(mutex_);
  return denials_;
}

bool FakeDirectory::wait_for_network_change() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kGuard, [&] { return network_changes_ > 0; });
}

void FakeDirectory::answer(std::function<void()> answer) {
  {
    const std::lock_guard lock(mutex_);
    ++look_ups_;
    changed_.notify_all();
    if (holding_) {
      held_.push_back(std::move(answer));
      return;
    }
  }
  answer();
}

void FakeDirectory::look_up(const std::string& name, LookUpDone done) {
  answer([this, name, done = std::move(done)] {
    std::optional<signaling::DirectoryEntry> entry;
    {
      std::unique_lock lock(mutex_);
      if (failing_) {
        lock.unlock();
        done(no_link());
        return;
      }
      const auto found = names_.find(name);
      if (found != names_.end()) entry = {name, {found->second}};
    }
    done(std::move(entry));
  });
}

void FakeDirectory::look_up(const AccountId& account, LookUpDone done) {
  answer([this, account, done = std::move(done)] {
    std::optional<signaling::DirectoryEntry> entry;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [name, bundle] : names_) {
        const auto contact = signaling::verify_bundle(bundle, wall_now());
        if (contact && contact->account.bytes == account) entry = {name, {bundle}};
      }
    }
    done(std::move(entry));
  });
}

void FakeDirectory::request_relays(RelaysDone done) {
  std::vector<signaling::RelayServer> relays;
  {
    const std::lock_guard lock(mutex_);
    relays = relays_;
  }
  done(std::move(relays));
}

void FakeDirectory::set_denied(const std::vector<AccountId>& accounts, Done done) {
  bool failing = false;
  {
    const std::lock_guard lock(mutex_);
    failing = failing_;
    if (!failing) denied_ = accounts;
    ++denials_;
    changed_.notify_all();
  }
  done(failing ? Result<void>(no_link()) : Result<void>());
}

void FakeDirectory::network_changed() {
  const std::lock_guard lock(mutex_);
  ++network_changes_;
  changed_.notify_all();
}

void FakeDirectory::publish(Done done) {
  {
    const std::lock_guard lock(mutex_);
    ++publications_;
    changed_.notify_all();
  }
  done({});
}

ServerStatus FakeDirectory::status() const {
  return {.state = ServerState::kSignedIn, .explanation = {}, .retry_in = {}, .name = "me"};
}

void FakeDirectory::on_status(std::function<void(const ServerStatus&)> callback) {
  const std::lock_guard lock(mutex_);
  on_status_ = std::move(callback);
}

void TappedChannel::lose(signaling::BlobKind kind, int count) {
  const std::lock_guard lock(mutex_);
  to_lose_[kind] = count;
}

int TappedChannel::sent(signaling::BlobKind kind) const {
  const std::lock_guard lock(mutex_);
  const auto found = sent_.find(kind);
  return found == sent_.end() ? 0 : found->second;
}

int TappedChannel::sent_to(const AccountId& account) const {
  const std::lock_guard lock(mutex_);
  const auto found = sent_to_.find(account);
  return found == sent_to_.end() ? 0 : found->second;
}

Result<void> TappedChannel::send(Envelope envelope) {
  const auto kind = signaling::peek_header(envelope.blob).value().kind;
  {
    const std::lock_guard lock(mutex_);
    ++sent_[kind];
    ++sent_to_[envelope.account];
    if (to_lose_[kind] > 0) {
      --to_lose_[kind];
      return {};
    }
  }
  return channel_->send(std::move(envelope));
}

}  // namespace sotto::test
