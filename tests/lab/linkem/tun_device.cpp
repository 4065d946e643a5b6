#include "tests/lab/linkem/tun_device.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sotto::lab {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

// `line` is of words without spaces in them.
void run_ip(const std::string& space, const std::string& line) {
  std::istringstream words("ip -n " + space + " " + line);
  std::vector<std::string> arguments;
  for (std::string word; words >> word;) arguments.push_back(word);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t process = 0;
  int status = 0;
  if (posix_spawnp(&process, "ip", nullptr, nullptr, pointers.data(), environ) != 0 ||
      waitpid(process, &status, 0) != process || status != 0) {
    throw std::runtime_error("failed: " + words.str());
  }
}

// A device belongs to the namespace in which it is made, wherever its descriptor is used.
int make_device(const std::string& space, const std::string& name) {
  const Descriptor here(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  const Descriptor there(open(("/var/run/netns/" + space).c_str(), O_RDONLY | O_CLOEXEC));
  if (there.get() < 0 || setns(there.get(), CLONE_NEWNET) < 0) fail("cannot enter the namespace " + space);
  Descriptor device(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  const bool made = device.get() >= 0 && ioctl(device.get(), TUNSETIFF, &request) == 0;
  if (!made) fail("cannot make the device " + name);
  if (setns(here.get(), CLONE_NEWNET) < 0) fail("cannot return to the own namespace");
  return device.release();
}

}  // namespace

int open_tun_device(const std::string& space, const std::string& name, const std::string& address,
                    const std::string& route) {
  Descriptor device(make_device(space, name));
  run_ip(space, "address add " + address + " dev " + name);
  run_ip(space, "link set " + name + " mtu 1500 txqueuelen 2000 up");
  run_ip(space, "link set lo up");
  run_ip(space, "route add " + route + " dev " + name);
  return device.release();
}

}  // namespace sotto::lab
