#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sotto/in_process_channel.hpp>
#include <sotto/signaling_channel.hpp>

#include "engine/directory.hpp"
#include "signaling/handshake/blob_header.hpp"

namespace sotto::test {

/// A directory in memory, which answers when and what a test wants.
class FakeDirectory final : public engine::Directory {
 public:
  /// Puts an account behind a name, in the place of the one that was there.
  void put(const std::string& name, std::vector<uint8_t> bundle);
  void lend(std::vector<signaling::RelayServer> relays);
  /// Look-ups wait from now on, until release().
  void hold();
  void release();
  /// There is no link any more: every request fails.
  void fail();
  /// They do not any more.
  void recover();
  /// Tells the listener that the link was made anew.
  void sign_in_again();
  /// Waits until that many look-ups have come.
  bool wait_for_look_ups(int count);
  bool wait_for_publication();
  /// Waits until the engine has said that exactly these are denied.
  bool wait_for_denied(const std::vector<AccountId>& accounts);
  int denials() const;
  bool wait_for_network_change();

  void look_up(const std::string& name, LookUpDone done) override;
  void look_up(const AccountId& account, LookUpDone done) override;
  void request_relays(RelaysDone done) override;
  void publish(Done done) override;
  void set_denied(const std::vector<AccountId>& accounts, Done done) override;
  void network_changed() override;
  ServerStatus status() const override;
  void on_status(std::function<void(const ServerStatus&)> callback) override;
  std::optional<Duration> clock_offset() const override { return std::nullopt; }

 private:
  void answer(std::function<void()> answer);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::vector<uint8_t>> names_;
  std::vector<signaling::RelayServer> relays_;
  std::function<void(const ServerStatus&)> on_status_;
  std::vector<std::function<void()>> held_;
  bool holding_ = false;
  bool failing_ = false;
  int look_ups_ = 0;
  int publications_ = 0;
  std::vector<AccountId> denied_;
  int denials_ = 0;
  int network_changes_ = 0;
};

/// A device's way into a hub, which counts what goes out and may lose some of it.
class TappedChannel final : public SignalingChannel {
 public:
  TappedChannel(InProcessHub& hub, const std::array<uint8_t, 32>& account, const std::array<uint8_t, 16>& device)
      : channel_(hub.connect(account, device)) {}

  /// Loses the next `count` blobs of that kind.
  void lose(signaling::BlobKind kind, int count);
  int sent(signaling::BlobKind kind) const;
  int sent_to(const AccountId& account) const;

  void start(std::function<void(Envelope)> on_envelope) override { channel_->start(std::move(on_envelope)); }
  void stop() override { channel_->stop(); }
  Result<void> send(Envelope envelope) override;

 private:
  std::unique_ptr<SignalingChannel> channel_;
  mutable std::mutex mutex_;
  std::map<signaling::BlobKind, int> to_lose_;
  std::map<signaling::BlobKind, int> sent_;
  std::map<AccountId, int> sent_to_;
};

}  // namespace sotto::test
