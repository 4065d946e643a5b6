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

uint16_t free_port() {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  EXPECT_EQ(bind(descriptor, reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length), 0);
  ::close(descriptor);
  return ntohs(address.sin_port);
}

}  // namespace

bool TurnServer::available() { return access(kTurnServer, X_OK) == 0; }

TurnServer::TurnServer()
    : port_(free_port()), directory_(std::filesystem::temp_directory_path() / "sotto-turn-XXXXXX") {
  std::string pattern = directory_.string();
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  directory_ = pattern;
  std::array<int, 2> output{};
  EXPECT_EQ(pipe(output.data()), 0);
  process_ = fork();
  if (process_ == 0) {
    dup2(output[1], STDOUT_FILENO);
    dup2(output[1], STDERR_FILENO);
    const std::string user = std::string("--user=") + kTurnUser + ":" + kTurnPassword;
    const std::string port = std::to_string(port_);
    const std::string database = (directory_ / "turndb").string();
    const std::string pid_file = (directory_ / "pid").string();
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
  std::filesystem::remove_all(directory_);
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
