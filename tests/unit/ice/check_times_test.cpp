#include <glib.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "tests/support/main_context.hpp"
#include "transport/ice/ice_agent.hpp"

namespace sotto::transport {
namespace {

/// A peer that hears connectivity checks and answers none.
class SilentPeer {
 public:
  struct Check {
    std::array<uint8_t, 12> transaction;
    Duration arrival;  ///< as the kernel has it, by the clock of the wall
  };

  SilentPeer() {
    constexpr int kOn = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, any, length), 0);
    EXPECT_EQ(::getsockname(socket_, any, &length), 0);
    EXPECT_EQ(::setsockopt(socket_, SOL_SOCKET, SO_TIMESTAMPNS, &kOn, sizeof kOn), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentPeer() { ::close(socket_); }
  SilentPeer(const SilentPeer&) = delete;
  SilentPeer& operator=(const SilentPeer&) = delete;

  std::string candidate() const {
    const IceCandidate host{.foundation = "1",
                            .priority = 2'130'706'431,  // RFC 8445 5.1.2.1
                            .address = *IpAddress::parse("127.0.0.1"),
                            .port = port_};
    return host.line();
  }

  /// All checks that have come so far.
  const std::vector<Check>& checks() {
    while (const auto check = receive()) checks_.push_back(*check);
    return checks_;
  }

 private:
  std::optional<Check> receive() {
    std::array<uint8_t, 1500> datagram;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control;
    iovec piece{datagram.data(), datagram.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(socket_, &message, 0);
    const cmsghdr* const stamp = CMSG_FIRSTHDR(&message);
    if (size < 20 || stamp == nullptr) return std::nullopt;
    timespec at{};
    std::copy_n(CMSG_DATA(stamp), sizeof at, reinterpret_cast<unsigned char*>(&at));
    Check check{.transaction = {}, .arrival = std::chrono::seconds(at.tv_sec) + Duration(at.tv_nsec / 1000)};
    std::copy_n(datagram.begin() + 8, check.transaction.size(), check.transaction.begin());  // RFC 8489 5
    return check;
  }

  const int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  uint16_t port_ = 0;
  std::vector<Check> checks_;
};

// What ModelledIce has from it. A machine that is busy makes these times longer, never shorter.
TEST(CheckTimes, AnUnansweredCheckIsSentAgainHalfASecondLaterAndThenAfterTwiceAsLong) {
  SilentPeer peer;
  GMainContext* const context = g_main_context_new();
  auto agent = IceAgent::create(context, {.controlling = true, .local_addresses = {"127.0.0.1"}}, {}).value();
  ASSERT_TRUE(agent->set_remote_credentials("user", "0123456789abcdefghijkl"));
  ASSERT_TRUE(agent->start_gathering());
  ASSERT_TRUE(agent->add_remote_candidate(peer.candidate()));
  ASSERT_TRUE(run_until(context, [&] { return peer.checks().size() >= 3; }));

  const auto& checks = peer.checks();
  EXPECT_EQ(checks[1].transaction, checks[0].transaction);
  EXPECT_EQ(checks[2].transaction, checks[0].transaction);
  EXPECT_GE(checks[1].arrival - checks[0].arrival, Duration(490ms)) << "RFC 8445 14.3 allows no less";
  EXPECT_GE(checks[2].arrival - checks[1].arrival, Duration(980ms));
  bool closed = false;
  agent->close([&] { closed = true; });
  agent.reset();
  EXPECT_TRUE(run_until(context, [&] { return closed; }));
  g_main_context_unref(context);
}

}  // namespace
}  // namespace sotto::transport
