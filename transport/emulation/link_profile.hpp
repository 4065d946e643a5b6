#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>

#include "base/units.hpp"

namespace sotto::transport {

/// What one direction of a link does to datagrams, as long as it stays the same. The default is a perfect link.
struct LinkSettings {
  std::optional<DataRate> rate{};  ///< of the bottleneck, IP and UDP headers included; absent: unlimited
  Duration queue = 300ms;   ///< how much may wait for the bottleneck, as the time it takes to leave; then it drops
  Duration delay{};         ///< one way, behind the bottleneck
  Duration jitter{};        ///< uniform, each way around `delay`, which never goes below zero
  bool overtaking = false;  ///< whether jitter may change the order
  double loss = 0;          ///< part that is lost, each datagram for itself
  double burst_loss = 0;    ///< part that is lost in bursts (Gilbert-Elliott)
  double burst_length = 5;  ///< mean length of such a burst, in datagrams
  double reordering = 0;    ///< part that is late by up to `lateness`, while others pass
  Duration lateness = 20ms;
  double duplication = 0;  ///< part that comes twice
  double corruption = 0;   ///< part of which one bit is changed
  size_t mtu = 1500;       ///< of an IP packet; what is larger is lost
  bool operator==(const LinkSettings&) const = default;
};

/// How a link changes over time, counted from its start.
struct LinkProfile {
  struct Change {
    Duration at{};
    LinkSettings settings;
    bool operator==(const Change&) const = default;
  };
  struct Blackout {
    Duration at{};
    Duration length{};
    bool operator==(const Blackout&) const = default;
  };

  LinkSettings settings;            ///< at the start
  std::vector<Change> changes;      ///< ascending
  std::vector<Blackout> blackouts;  ///< everything that arrives at the link in them is lost; may overlap
  bool operator==(const LinkProfile&) const = default;
};

/// Reads a profile from text such as "delay=50ms,jitter=10ms,loss=5%,rate=1M,queue=300ms,blackout=10s+2s". What changes
/// later follows behind a semicolon and its time: "rate=2.5M; 20s: rate=500k; 40s: rate=2.5M". Keys:
///
///     rate=1M|300k|none   queue=300ms    delay=50ms     jitter=10ms     overtaking=yes|no
///     loss=5%             burst=10%/5    reorder=2%/20ms                duplicate=1%
///     corrupt=0.1%        mtu=1400       blackout=10s+2s (when and for how long; may be given more than once)
///
/// What is not named is as in LinkSettings. The times of blackouts count from the step that they stand in. Errors name
/// the part that was not understood.
Result<LinkProfile> parse_link_profile(std::string_view text);

}  // namespace sotto::transport
