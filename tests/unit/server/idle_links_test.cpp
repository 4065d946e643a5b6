#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "signaling/identity/device_identity.hpp"
#include "signaling/identity/name.hpp"
#include "signaling/server/server.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/server/raw_tls_client.hpp"
#include "tests/unit/server/test_world.hpp"

namespace sotto::signaling {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsMeasured = false;  // a sanitizer has memory of its own
#else
constexpr bool kMemoryIsMeasured = true;
#endif

constexpr int kLinks = 1000;
constexpr size_t kMaxBytes = 100'000'000;

size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0;
  size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

/// Each link is another account, as a thousand people have it.
bool sign_in(RawTlsClient& client, uint64_t number) {
  const std::optional<wire::ToDevice> welcome = client.hear();
  if (!welcome) return false;
  SeededRandom random(number);
  const DeviceIdentity identity = DeviceIdentity::create(random, wall_now());
  SignInClaim claim{{}, {}, identity.account(), identity.device(), {}};
  if (!channel_binding_of(client.ssl(), claim.channel) || !server_key_hash_of(client.ssl(), false, claim.server_key) ||
      !read_exact(welcome->welcome().nonce(), claim.nonce)) {
    return false;
  }
  wire::ToServer message;
  message.mutable_register_()->set_bundle(wire_string(identity.bundle()));
  message.mutable_register_()->set_proof(wire_string(identity.sign(kSignInLabel, serialize(claim))));
  write_record(make_name_claim(identity, "idle" + std::to_string(number)),
               *message.mutable_register_()->mutable_name_claim());
  client.say(message);
  const std::optional<wire::ToDevice> answer = client.hear();
  return answer && answer->has_signed_in();
}

/// The other process: so that the server's memory can be told from the devices'.
void run_devices(int port_pipe, int done_pipe) {
  uint16_t port = 0;
  if (::read(port_pipe, &port, sizeof port) != sizeof port) _exit(1);
  std::vector<std::unique_ptr<RawTlsClient>> clients;
  char is_good = 1;
  for (uint64_t i = 1; i <= kLinks && is_good == 1; ++i) {
    clients.push_back(std::make_unique<RawTlsClient>(port));
    if (!sign_in(*clients.back(), i)) is_good = 0;
  }
  if (::write(done_pipe, &is_good, 1) != 1) _exit(1);
  (void)::read(port_pipe, &port, sizeof port);  // until the server's process has looked
  _exit(0);
}

TEST(IdleLinks, CostLessThan100KilobytesEach) {
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  if (files.rlim_max < kLinks + 100) GTEST_SKIP() << "a process may not have so many files here";

  int to_devices[2];
  int from_devices[2];
  ASSERT_EQ(::pipe(to_devices), 0);
  ASSERT_EQ(::pipe(from_devices), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(to_devices[1]);
    run_devices(to_devices[0], from_devices[1]);
  }
  ::close(from_devices[1]);
  const TemporaryFolder folder;
  ServerOptions options;
  options.listen = {{"127.0.0.1", 0}};
  options.state = folder.path();
  options.limits.sign_ins_per_prefix = options.limits.registrations_per_prefix = {10'000, 1s};
  options.limits.connections_per_prefix = {10'000, 1s};
  const auto server = Server::start(options).value();
  const size_t before = resident_bytes();
  const uint16_t port = server->port();
  ASSERT_EQ(::write(to_devices[1], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  char is_good = 0;
  ASSERT_EQ(::read(from_devices[0], &is_good, 1), 1);
  EXPECT_EQ(is_good, 1);
  const size_t after = resident_bytes();
  ::close(to_devices[1]);
  ::waitpid(child, nullptr, 0);
  ::close(to_devices[0]);
  ::close(from_devices[0]);
  RecordProperty("bytes_per_link", std::to_string((after - before) / kLinks));
  RecordProperty("bytes_in_all", std::to_string(after));
  if (!kMemoryIsMeasured) return;
  EXPECT_LT(after, kMaxBytes);
}

}  // namespace
}  // namespace sotto::signaling
