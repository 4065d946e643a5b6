#include <cstdio>

#include <sotto/sotto.hpp>

int main() {
  const auto identity = sotto::Identity::create();
  std::printf("sotto %s, a bundle of %zu bytes\n", std::string(sotto::version()).c_str(), identity.bundle().size());
  return identity.bundle().empty() ? 1 : 0;
}
