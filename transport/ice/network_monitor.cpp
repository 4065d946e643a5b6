#include "transport/ice/network_monitor.hpp"

#include <glib-unix.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "transport/ice/change_burst.hpp"
#include "transport/ice/network_table.hpp"

namespace sotto::transport {
namespace {

// The kernel makes its datagrams no longer than this (netlink(7)).
constexpr size_t kMaxDatagram = 32768;
// Read in one turn, so that a storm of routes leaves time for packets.
constexpr int kMaxDatagramsPerTurn = 32;
constexpr unsigned kGroups =
    RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
// What there is at first, asked for one after the other: the kernel answers one such request at a time.
constexpr std::array<uint16_t, 3> kDumps{RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE};

class NetlinkMonitor final : public NetworkMonitor {
 public:
  NetlinkMonitor(GMainContext* context, int socket, std::function<void()> on_change)
      : context_(context), socket_(socket), on_change_(std::move(on_change)), buffer_(kMaxDatagram) {
    readable_ = g_unix_fd_source_new(socket_, G_IO_IN);
    g_source_set_callback(readable_, reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(&on_readable)), this,
                          nullptr);
    g_source_attach(readable_, context_);
    ask_next();
  }
  ~NetlinkMonitor() override {
    end(readable_);
    if (timer_ != nullptr) end(timer_);
    close(socket_);
  }

 private:
  static void end(GSource* source) {
    g_source_destroy(source);
    g_source_unref(source);
  }

  static gboolean on_readable(gint, GIOCondition, gpointer self) {
    static_cast<NetlinkMonitor*>(self)->read_datagrams();
    return G_SOURCE_CONTINUE;
  }
  static gboolean on_timer(gpointer self) {
    static_cast<NetlinkMonitor*>(self)->on_deadline();
    return G_SOURCE_REMOVE;
  }

  void read_datagrams() {
    for (int i = 0; i < kMaxDatagramsPerTurn; ++i) {
      sockaddr_nl from{};
      socklen_t length = sizeof from;
      const ssize_t size = recvfrom(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC,
                                    reinterpret_cast<sockaddr*>(&from), &length);
      if (size < 0) {
        if (errno == EINTR) continue;
        if (errno == ENOBUFS) on_change();  // more than the socket holds: what, nobody will ever know
        break;
      }
      // Other processes can write to this socket, too.
      if (from.nl_pid != 0) continue;
      const bool cut_off = static_cast<size_t>(size) > buffer_.size();
      on_datagram({buffer_.data(), cut_off ? buffer_.size() : static_cast<size_t>(size)});
    }
  }

  void on_datagram(ByteView datagram) {
    const NetworkTable::News news = table_.on_datagram(datagram);
    // Until all is known, everything is new.
    if (news.changed && asked_ > kDumps.size()) on_change();
    if (news.dump_ended && asked_ <= kDumps.size()) ask_next();
  }

  void ask_next() {
    while (asked_ < kDumps.size()) {
      struct {
        nlmsghdr header;
        rtgenmsg family;
      } request{};
      request.header.nlmsg_len = NLMSG_LENGTH(sizeof(rtgenmsg));
      request.header.nlmsg_type = kDumps[asked_++];
      request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
      request.family.rtgen_family = AF_UNSPEC;
      if (send(socket_, &request, request.header.nlmsg_len, MSG_DONTWAIT) >= 0) return;
    }
    asked_ = kDumps.size() + 1;
  }

  void on_change() {
    burst_.on_change(monotonic_now());
    arm();
  }

  // An armed timer stays: when it fires it looks whether the burst has gone on.
  void arm() {
    const auto deadline = burst_.next_deadline();
    if (timer_ != nullptr || !deadline) return;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*deadline - monotonic_now()).count();
    timer_ = g_timeout_source_new(static_cast<guint>(std::max<int64_t>(wait, 0)));
    g_source_set_callback(timer_, on_timer, this, nullptr);
    g_source_attach(timer_, context_);
  }

  void on_deadline() {
    g_source_unref(std::exchange(timer_, nullptr));
    const bool over = burst_.take(monotonic_now());
    arm();
    if (over) on_change_();
  }

  GMainContext* const context_;
  const int socket_;
  const std::function<void()> on_change_;
  Bytes buffer_;
  GSource* readable_ = nullptr;
  GSource* timer_ = nullptr;
  size_t asked_ = 0;  ///< Of kDumps; one more when the last was answered.
  NetworkTable table_;
  ChangeBurst burst_;
};

}  // namespace

Result<std::unique_ptr<NetworkMonitor>> watch_network(GMainContext* context, std::function<void()> on_change) {
  const int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = kGroups;
  if (descriptor < 0 || bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    return Error{ErrorCode::kUnavailable,
                 std::string("the system tells no changes of the network: ") + std::strerror(error)};
  }
  return std::unique_ptr<NetworkMonitor>(std::make_unique<NetlinkMonitor>(context, descriptor, std::move(on_change)));
}

}  // namespace sotto::transport
