#include "transport/emulation/impaired_path.hpp"

#include <algorithm>
#include <utility>

namespace sotto::transport {
namespace {

// Any number that makes the chances of one direction others than those of the other.
constexpr uint64_t kOtherDirection = 0x9e3779b97f4a7c15;

}  // namespace

ImpairedPath::ImpairedPath(Path& path, const LinkProfile& profile, uint64_t seed, std::shared_ptr<PacketPool> pool,
                           std::function<Timestamp()> clock)
    : path_(path),
      clock_(std::move(clock)),
      outgoing_(profile, seed, pool, clock_()),
      incoming_(profile, seed ^ kOtherDirection, pool, clock_()) {}

void ImpairedPath::send(std::span<const ByteView> datagrams) {
  const Timestamp now = clock_();
  for (const ByteView datagram : datagrams) outgoing_.send(datagram, now);
  on_deadline(now);
}

std::optional<Timestamp> ImpairedPath::next_deadline() const {
  const auto out = outgoing_.next_deadline();
  const auto in = incoming_.next_deadline();
  if (!out || !in) return out ? out : in;
  return std::min(*out, *in);
}

void ImpairedPath::on_deadline(Timestamp now) {
  while (PacketHandle datagram = outgoing_.poll(now)) {
    views_.push_back(datagram->view());
    batch_.push_back(std::move(datagram));
  }
  if (!views_.empty()) path_.send(views_);
  views_.clear();
  batch_.clear();
}

}  // namespace sotto::transport
