#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "signaling/link/server_address.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/server/raw_tls_client.hpp"

namespace sotto::signaling {
namespace {

/// `sotto serve` as its own process.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {SOTTO_PROGRAM, "serve"});
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::execv(argv[0], argv.data());
      _exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Program() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Everything that it has said up to and with this; or everything, if it ends before.
  std::string read_until(std::string_view text) {
    char byte = 0;
    while (said_.find(text) == std::string::npos && ::read(output_, &byte, 1) == 1) said_ += byte;
    return said_;
  }
  void signal(int number) const { ::kill(process_, number); }
  /// Its exit code, with what it had still to say in `said`.
  int wait() {
    char bytes[512];
    ssize_t count = 0;
    while ((count = ::read(output_, bytes, sizeof bytes)) > 0) said_.append(bytes, static_cast<size_t>(count));
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  const std::string& said() const { return said_; }

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string said_;
};

class ServeProgramTest : public testing::Test {
 protected:
  std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
    std::vector<std::string> all = {"--state", state, "--listen", "127.0.0.1:0", "--port-file", port_file};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  ServerAddress address() const {
    std::string line = content_of(port_file);
    if (line.ends_with('\n')) line.pop_back();
    return parse_server_address(line).value();
  }
  /// Runs it where it must not start: its exit code and what it says.
  static std::pair<int, std::string> failure(const std::vector<std::string>& arguments) {
    Program program(arguments);
    const int code = program.wait();
    return {code, program.said()};
  }

  const TemporaryFolder folder;
  const std::string state = folder.path() / "state";
  const std::string port_file = folder.path() / "port";
};

TEST_F(ServeProgramTest, PrintsALineToPasteThatIsTrue) {
  Program program(arguments());
  EXPECT_NE(program.read_until("SIGHUP").find("--server 127.0.0.1:"), std::string::npos);
  const ServerAddress server = address();
  EXPECT_NE(program.said().find("--server " + to_string(server)), std::string::npos);
  RawTlsClient client(server.port);
  ServerKeyHash hash;
  ASSERT_TRUE(server_key_hash_of(client.ssl(), false, hash));
  EXPECT_EQ(hash, server.pin);
  EXPECT_TRUE(client.hear()->has_welcome());
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(ServeProgramTest, KeepsItsKeyAndGoesOnAfterSighup) {
  ServerAddress first;
  {
    Program program(arguments());
    program.read_until("SIGHUP");
    first = address();
    program.signal(SIGHUP);
    program.read_until("\"reloaded\"");
    EXPECT_TRUE(RawTlsClient(first.port).is_secure());
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait(), -1);
  }
  Program again(arguments({"--log", "text"}));
  again.read_until("SIGHUP");
  EXPECT_EQ(address().pin, first.pin);
  again.signal(SIGINT);
  EXPECT_EQ(again.wait(), 0);
}

TEST_F(ServeProgramTest, SaysThatAnotherProgramListens) {
  Program program(arguments());
  program.read_until("SIGHUP");
  const std::string taken = "127.0.0.1:" + std::to_string(address().port);
  const auto [code, said] = failure({"--state", folder.path() / "other", "--listen", taken});
  EXPECT_EQ(code, 1);
  EXPECT_NE(said.find("another program listens"), std::string::npos) << said;
}

TEST_F(ServeProgramTest, SaysThatItRunsAlready) {
  Program program(arguments());
  program.read_until("SIGHUP");
  const auto [code, said] = failure(arguments());
  EXPECT_EQ(code, 1);
  EXPECT_NE(said.find("running already"), std::string::npos) << said;
}

TEST_F(ServeProgramTest, SaysThatItsKeyIsOpenToOthers) {
  {
    Program program(arguments());
    program.read_until("SIGHUP");
  }
  ASSERT_EQ(::chmod((state + "/server.key").c_str(), 0644), 0);
  const auto [code, said] = failure(arguments());
  EXPECT_EQ(code, 1);
  EXPECT_NE(said.find("server.key is open to others"), std::string::npos) << said;
}

TEST_F(ServeProgramTest, SaysThatItsDirectoryIsDamaged) {
  std::filesystem::create_directory(state);
  std::ofstream(state + "/directory.db") << std::string(8192, 'x');
  const auto [code, said] = failure(arguments());
  EXPECT_EQ(code, 1);
  EXPECT_NE(said.find("damaged"), std::string::npos) << said;
}

TEST_F(ServeProgramTest, SaysThatItsStateCannotBeKept) {
  std::ofstream(folder.path() / "file") << "x";
  const auto [code, said] = failure({"--state", folder.path() / "file" / "state", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(code, 1);
  EXPECT_NE(said.find("cannot be made"), std::string::npos) << said;
}

TEST_F(ServeProgramTest, TellsWrongUsageFromFailure) {
  EXPECT_EQ(failure(arguments({"--certificate", "a.crt"})).first, 2);
  EXPECT_EQ(failure(arguments({"--registration", "maybe"})).first, 2);
  EXPECT_EQ(failure(arguments({"--listen", "localhost"})).first, 2);
  EXPECT_EQ(failure(arguments({"--no-such-option"})).first, 2);
}

}  // namespace
}  // namespace sotto::signaling
