#include "tests/network/turn_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

namespace sotto::test {
namespace {

/// A socket of `type` on this port of loopback, or on any that is free; -1 if it is taken.
int bind_socket(int type, uint16_t& port) {
  const int descriptor = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), length) != 0) {
    ::close(descriptor);
    return -1;
  }
  EXPECT_EQ(getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length), 0);
  port = ntohs(address.sin_port);
  return descriptor;
}

/// Free for both protocols: coturn listens on each, and a call may go by either.
uint16_t free_port() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    uint16_t port = 0;
    const int tcp = bind_socket(SOCK_STREAM, port);
    const int udp = bind_socket(SOCK_DGRAM, port);
    ::close(tcp);
    ::close(udp);
    if (tcp >= 0 && udp >= 0) return port;
  }
  ADD_FAILURE() << "no port is free";
  return 0;
}

}  // namespace

bool TurnServer::available() { return access(kTurnServer, X_OK) == 0; }

TurnServer::TurnServer() : port_(free_port()) {
  std::array<int, 2> output{};
  EXPECT_EQ(pipe(output.data()), 0);
  process_ = fork();
  if (process_ == 0) {
    dup2(output[1], STDOUT_FILENO);
    dup2(output[1], STDERR_FILENO);
    const std::string user = std::string("--user=") + kTurnUser + ":" + kTurnPassword;
    const std::string port = std::to_string(port_);
    const std::string database = folder_ / "turndb";
    const std::string pid_file = folder_ / "pid";
    execl(kTurnServer, kTurnServer, "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--listening-port",
          port.c_str(), "--no-tls", "--no-dtls", "--no-cli", "--lt-cred-mech", user.c_str(), "--realm=sotto",
          "--allow-loopback-peers", "--log-file=stdout", "--simple-log", "--userdb", database.c_str(), "--pidfile",
          pid_file.c_str(), nullptr);
    _exit(127);
  }
  ::close(output[1]);
  output_ = output[0];
  wait_until_it_says("SQLite DB connection success");
}

TurnServer::~TurnServer() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
  ::close(output_);
}

void TurnServer::wait_until_it_says(std::string_view what) {
  std::string said;
  std::array<char, 512> buffer;
  while (said.find(what) == std::string::npos) {
    const ssize_t count = read(output_, buffer.data(), buffer.size());
    ASSERT_GT(count, 0) << "coturn ended: " << said;
    said.append(buffer.data(), static_cast<size_t>(count));
  }
}

}  // namespace sotto::test
