#include "tools/demo/child_process.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"
#include "tools/demo/process_usage.hpp"
#include "tools/harness/line_reader.hpp"
#include "tools/harness/line_writer.hpp"

namespace sotto::tools {
namespace {

TEST(ChildProcess, TalksThroughItsPipes) {
  const TemporaryFolder folder;
  Result<ChildProcess> child =
      ChildProcess::start({"/bin/sh", "-c", "read line; echo \"heard $line\"; echo oops >&2"}, folder / "stderr");
  ASSERT_TRUE(child.ok()) << child.error().message;
  {
    LineWriter writer(child->input());
    EXPECT_TRUE(writer.write("you"));
  }
  LineReader reader(child->output());
  EXPECT_EQ(reader.next(), "heard you");
  EXPECT_EQ(reader.next(), std::nullopt);
  const ChildProcess::End end = child->wait(30s);
  EXPECT_TRUE(end.clean);
  EXPECT_EQ(end.words, "exit code 0");
  EXPECT_EQ(content_of(folder / "stderr"), "oops\n");
}

TEST(ChildProcess, TellsHowItEnded) {
  const TemporaryFolder folder;
  Result<ChildProcess> failing = ChildProcess::start({"/bin/sh", "-c", "exit 3"}, folder / "stderr");
  ASSERT_TRUE(failing.ok());
  EXPECT_FALSE(failing->wait(30s).clean);
  EXPECT_EQ(failing->wait(0s).words, "exit code 3");
  Result<ChildProcess> crashing = ChildProcess::start({"/bin/sh", "-c", "kill -SEGV $$"}, folder / "stderr");
  ASSERT_TRUE(crashing.ok());
  EXPECT_EQ(crashing->wait(30s).words, "signal 11 (Segmentation fault)");
}

TEST(ChildProcess, IsKilledWhenPatienceEnds) {
  const TemporaryFolder folder;
  Result<ChildProcess> child = ChildProcess::start({"/bin/sh", "-c", "read forever"}, folder / "stderr");
  ASSERT_TRUE(child.ok());
  const ChildProcess::End end = child->wait(0s);
  EXPECT_FALSE(end.clean);
  EXPECT_EQ(end.words, "did not end by itself and was killed");
}

TEST(ChildProcess, LeavesNothingBehindWhenItIsForgotten) {
  const TemporaryFolder folder;
  pid_t id = 0;
  {
    Result<ChildProcess> child = ChildProcess::start({"/bin/sh", "-c", "read forever"}, folder / "stderr");
    ASSERT_TRUE(child.ok());
    id = child->id();
    EXPECT_TRUE(usage_of(id).has_value());
  }
  EXPECT_FALSE(usage_of(id).has_value());
}

TEST(ChildProcess, SaysWhatItCannotStart) {
  const TemporaryFolder folder;
  const Result<ChildProcess> child = ChildProcess::start({"/nonexistent/program"}, folder / "stderr");
  ASSERT_FALSE(child.ok());
  EXPECT_NE(child.error().message.find("/nonexistent/program"), std::string::npos);
}

TEST(ProcessUsage, CountsTimeAndMemoryOfAProcess) {
  const std::optional<ProcessUsage> usage = usage_of(::getpid());
  ASSERT_TRUE(usage.has_value());
  EXPECT_GE(usage->cpu_seconds, 0);
  EXPECT_GT(usage->peak_memory_mb, 1);
}

TEST(ProcessUsage, KnowsTheUdpPortsOfAProcess) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  socklen_t length = sizeof(address);
  ASSERT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const uint16_t port = ntohs(address.sin_port);
  EXPECT_TRUE(udp_ports_of(::getpid()).contains(port));
  ::close(socket);
  EXPECT_FALSE(udp_ports_of(::getpid()).contains(port));
}

}  // namespace
}  // namespace sotto::tools
