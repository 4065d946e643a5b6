#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/lab/linkem/emulator.hpp"

namespace {

constexpr const char* kDescription = R"(A link between two network namespaces, for kernels without netem.

Makes a TUN device in each (A: 10.99.1.1, B: 10.99.2.1) and carries IPv4 packets from one to the other. Settings are
KEY=VALUE,KEY=VALUE:
  delay=MS       one way
  jitter=MS      spread around it, by jdist=uniform (+-) | normal (deviation) | exp (mean, on top)
  reorder=0|1    whether a packet may overtake an earlier one (0)
  loss=P         independent loss, 0 to 1
  ge=P/L         Gilbert-Elliott: mean loss P, in bursts of L packets on average
  dup=P          a packet is delivered twice
  rate=BITS      a second, with k or M; 0: no limit
  queue_ms=MS    what the queue holds at that rate; queue_bytes=N: the same in bytes
  blackout=S     from now, for S seconds, what arrives is dropped
  hold=S         from now, for S seconds, nothing is delivered, then all at once
Standard input takes: "t0" (the time from which --at counts), "set ab|ba|both KEY=VALUE,...", "mark" (a line of totals),
"quit". A line of JSON each second tells what went through, and a last one the totals.)";

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription, "linkem");
  sotto::lab::EmulatorOptions options;
  app.add_option("--ns-a", options.space_a, "namespace of A")->required();
  app.add_option("--ns-b", options.space_b, "namespace of B")->required();
  for (const std::string direction : {"both", "ab", "ba"}) {
    app.add_option_function<std::string>(
           "--" + direction,
           [&options, direction](const std::string& settings) {
             options.initial.push_back({0, direction, settings});
           },
           "settings from the beginning")
        ->type_name("KEY=VALUE,...");
  }
  std::vector<std::string> schedule;
  app.add_option("--at", schedule, "a change, as 'SECONDS ab|ba|both KEY=VALUE,...'");
  app.add_option("--seed", options.seed, "for losses and jitter")->capture_default_str();
  app.add_option("--stats", options.statistics, "a file for the lines of JSON (standard output)");
  app.add_option("--dev", options.device, "name of the devices")->capture_default_str();
  app.add_flag("--auto", options.starts_by_itself, "t0 is the beginning");
  CLI11_PARSE(app, argc, argv);
  try {
    for (const std::string& change : schedule) options.schedule.push_back(sotto::lab::parse_change(change));
    sotto::lab::Emulator emulator(options);
    emulator.run();
  } catch (const std::exception& problem) {
    std::cerr << "linkem: " << problem.what() << '\n';
    return 2;
  }
  return 0;
}
