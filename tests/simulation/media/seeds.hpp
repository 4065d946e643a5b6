#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "simulated_call.hpp"

namespace sotto::simulation {

/// The seeds that a property is tried with: three that are always the same, or those of SOTTO_SEEDS, as in "101-140".
std::vector<uint64_t> seeds();

/// What is expected of calls that differ by nothing but their seed. Fails for each expectation that one of them does
/// not meet, and says which, and how to see it. With SOTTO_SEEDS it also prints how the values spread.
class Expectations {
 public:
  explicit Expectations(std::string network) : network_(std::move(network)) {}
  Expectations(const Expectations&) = delete;
  Expectations& operator=(const Expectations&) = delete;
  ~Expectations();

  /// What follows is about the call with this seed.
  void begin(uint64_t seed) { seed_ = seed; }
  void at_least(const char* what, double value, double bound) { note({what, true, bound}, value); }
  void at_most(const char* what, double value, double bound) { note({what, false, bound}, value); }
  void at_least(const char* what, DataRate value, DataRate bound) { at_least(what, value.kbps(), bound.kbps()); }
  void at_most(const char* what, DataRate value, DataRate bound) { at_most(what, value.kbps(), bound.kbps()); }
  void at_most(const char* what, Duration value, Duration bound) {
    at_most(what, to_milliseconds(value), to_milliseconds(bound));
  }

 private:
  struct Bound {
    std::string what;
    bool least;
    double value;

    bool holds(double of) const { return least ? of >= value : of <= value; }
  };
  struct Measured {
    Bound bound;
    std::vector<std::pair<double, uint64_t>> values;  // with its seed
  };

  void note(Bound bound, double value);
  void report(Measured& measured) const;

  std::string network_;
  uint64_t seed_ = 0;
  std::vector<Measured> all_;
};

/// Checks the call that `scenario` describes on each seed.
void on_each_seed(MediaScenario scenario, const std::function<void(const CallRecord&, Expectations&)>& check);
void on_each_seed(const std::string& network, Duration length,
                  const std::function<void(const CallRecord&, Expectations&)>& check);

}  // namespace sotto::simulation
