#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "signaling/identity/detail/bundle_codec.hpp"
#include "signaling/link/frame.hpp"
#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"
#include "signaling/server/local_router.hpp"
#include "signaling/server/server_core.hpp"
#include "signaling/server/sqlite_store.hpp"
#include "tests/unit/identity/test_account.hpp"

namespace sotto::signaling {

inline SignedRecord claim_name(const TestAccount& account, const std::string& name) {
  wire::NameClaim claim;
  claim.set_account_id(wire_string(account.account.bytes));
  claim.set_name(name);
  return sign_record(account.root, {"sotto name v1\0", 14}, serialize_wire(claim));
}

/// A server without sockets, and the time in which it lives. What it needs can be changed before core() is first used.
class TestWorld {
 public:
  ServerCore& core() {
    if (core_ == nullptr) {
      if (store == nullptr) store = SqliteStore::open_in_memory().value();
      router = std::make_unique<LocalRouter>(limits, random, now.time);
      core_ = std::make_unique<ServerCore>(limits, *store, *router, relays.get(), random, log, now.time);
    }
    return *core_;
  }

  /// Lets time pass, with everything that is due in it.
  void advance(Duration duration) {
    const Timestamp end = now.time + duration;
    for (auto due = core().next_deadline(); due && *due <= end; due = core().next_deadline()) {
      set_time(*due);
      core().on_deadline(now);
    }
    set_time(end);
  }

  ServerLimits limits;
  std::unique_ptr<DirectoryStore> store;
  std::unique_ptr<RelayIssuer> relays;
  SeededRandom random{7};
  std::vector<std::string> log_lines;
  Moment now{Timestamp(1h), TestAccount::kNow};
  std::unique_ptr<LocalRouter> router;

 private:
  void set_time(Timestamp time) {
    now.date += std::chrono::duration_cast<std::chrono::milliseconds>(time - now.time);
    now.time = time;
  }

  const ServerLog log{ServerLog::Format::kJson, [this](std::string_view line) { log_lines.emplace_back(line); }};
  std::unique_ptr<ServerCore> core_;
};

/// A device and its link to the server of a world.
class TestDevice {
 public:
  TestDevice(TestWorld& world, const TestAccount& account) : world_(world), account_(account) {}
  TestDevice(TestWorld& world, const TestAccount& account, NetworkPrefix prefix)
      : world_(world), account_(account), prefix_(prefix) {}

  /// Up to the Welcome. False: the server has no room.
  bool connect() {
    const std::optional<LinkId> id = world_.core().on_connected(prefix_, world_.now);
    if (!id) return false;
    link = *id;
    security.channel.fill(static_cast<uint8_t>(link));
    security.server_key.fill(0x5e);
    world_.core().on_secured(link, security, world_.now);
    reader_ = FrameReader();
    const std::vector<wire::ToDevice> messages = take();
    if (messages.size() != 1 || !read_exact(messages[0].welcome().nonce(), nonce)) ADD_FAILURE() << "no Welcome";
    return true;
  }
  void disconnect() { world_.core().on_disconnected(link, world_.now); }

  wire::ToServer sign_in_message() const {
    wire::ToServer message;
    message.mutable_sign_in()->set_bundle(wire_string(account_.bundle()));
    message.mutable_sign_in()->set_proof(wire_string(proof(account_.device_key)));
    return message;
  }
  wire::ToServer register_message(const std::string& name, const std::string& invite = {}) const {
    wire::ToServer message;
    message.mutable_register_()->set_bundle(wire_string(account_.bundle()));
    message.mutable_register_()->set_proof(wire_string(proof(account_.device_key)));
    message.mutable_register_()->set_invite(invite);
    write_record(claim_name(account_, name), *message.mutable_register_()->mutable_name_claim());
    return message;
  }
  Ed25519Signature proof(const Ed25519KeyPair& key) const {
    SignInClaim claim{security.channel, security.server_key, account_.account, {}, nonce};
    (void)read_exact(account_.certificate.device_id(), claim.device.bytes);
    Bytes bytes(kSignInLabel.begin(), kSignInLabel.end());
    append(bytes, serialize(claim));
    return key.sign(bytes);
  }

  /// Connects and registers; the answer.
  wire::ToDevice join(const std::string& name) {
    connect();
    return ask(register_message(name));
  }
  /// Connects and signs in; the answer.
  wire::ToDevice come_back() {
    connect();
    return ask(sign_in_message());
  }

  void say(const wire::ToServer& message) { world_.core().on_bytes(link, make_frame(message).value(), world_.now); }
  /// The one answer to a message.
  wire::ToDevice ask(const wire::ToServer& message) {
    say(message);
    std::vector<wire::ToDevice> messages = take();
    EXPECT_EQ(messages.size(), 1u);
    return messages.empty() ? wire::ToDevice() : std::move(messages.front());
  }

  /// Everything that the server has written by now.
  std::vector<wire::ToDevice> take() {
    std::vector<wire::ToDevice> messages;
    for (ByteView output = world_.core().output(link); !output.empty(); output = world_.core().output(link)) {
      EXPECT_TRUE(reader_.feed(output).ok());
      const size_t count = output.size();
      while (const std::optional<ByteView> frame = reader_.next()) {
        EXPECT_TRUE(parse_wire(*frame, kMaxFrameSize, messages.emplace_back()));
      }
      world_.core().on_written(link, count, world_.now);
    }
    return messages;
  }
  bool is_over() const { return world_.core().is_over(link); }

  DeviceAddress address() const {
    DeviceAddress address{account_.account, {}};
    (void)read_exact(account_.certificate.device_id(), address.device.bytes);
    return address;
  }

  LinkId link = 0;
  LinkSecurity security;
  SignInNonce nonce{};

 private:
  TestWorld& world_;
  const TestAccount& account_;
  NetworkPrefix prefix_ = NetworkPrefix::of_ipv4({192, 0, 2, 1});
  FrameReader reader_;
};

inline wire::ToServer send_message(uint64_t id, const DeviceAddress& to, const std::string& blob) {
  wire::ToServer message;
  message.mutable_send()->set_id(id);
  message.mutable_send()->set_account_id(wire_string(to.account.bytes));
  message.mutable_send()->set_device_id(wire_string(to.device.bytes));
  message.mutable_send()->set_blob(blob);
  return message;
}
inline wire::ToServer received_message(uint64_t id) {
  wire::ToServer message;
  message.mutable_received()->set_id(id);
  return message;
}
inline wire::ToServer look_up_message(uint64_t request, const std::string& name) {
  wire::ToServer message;
  message.mutable_look_up()->set_request(request);
  message.mutable_look_up()->set_name(name);
  return message;
}
inline wire::ToServer publish_message(uint64_t request, const TestAccount& account) {
  wire::ToServer message;
  message.mutable_publish()->set_request(request);
  message.mutable_publish()->set_bundle(wire_string(account.bundle()));
  return message;
}

/// A blob that begins like an INIT or RESP, and is nothing else.
inline std::string blob_of_kind(uint8_t kind) {
  return std::string{1, static_cast<char>(kind), 0, 1} + std::string(64, 'x');
}

}  // namespace sotto::signaling
