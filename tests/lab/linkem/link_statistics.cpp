#include "tests/lab/linkem/link_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace sotto::lab {
namespace {

constexpr double kMilliseconds = 1e3;
constexpr double kMicroseconds = 1e6;

double quantile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const size_t index = std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(index), values.end());
  return values[index];
}

double rounded(double value) { return std::round(value * 100) / 100; }

nlohmann::ordered_json to_json(LinkCount count, const OneWayLink& link) {
  return {{"in_pkts", count.packets_in},
          {"in_bytes", count.bytes_in},
          {"out_pkts", count.packets_out},
          {"out_bytes", count.bytes_out},
          {"drop_loss", count.lost},
          {"drop_queue", count.lost_in_queue},
          {"drop_blackout", count.lost_in_blackouts},
          {"rate", std::round(link.rate())},
          {"backlog_bytes", std::round(link.backlog_bytes())},
          {"qdelay_ms_p50", rounded(quantile(count.queueing, 0.5) * kMilliseconds)},
          {"qdelay_ms_p95", rounded(quantile(count.queueing, 0.95) * kMilliseconds)},
          {"qdelay_ms_max", rounded(quantile(count.queueing, 1) * kMilliseconds)},
          {"late_us_p50", std::round(quantile(count.lateness, 0.5) * kMicroseconds)},
          {"late_us_p99", std::round(quantile(count.lateness, 0.99) * kMicroseconds)}};
}

}  // namespace

std::string statistics_line(std::string_view kind, double now, double since_start, OneWayLink& ab, OneWayLink& ba) {
  const bool second = kind == "second";
  const nlohmann::ordered_json line = {{"kind", kind},
                                       {"mono", now},
                                       {"t", since_start},
                                       {"ab", to_json(second ? ab.take_second() : ab.total(), ab)},
                                       {"ba", to_json(second ? ba.take_second() : ba.total(), ba)}};
  return line.dump();
}

}  // namespace sotto::lab
