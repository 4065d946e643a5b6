#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto bench`: measures what sotto costs on this machine, beside what it cannot cost less than.
Command bench_command(CLI::App& program);

// Its subcommands, each in a file of its own; `bench` is the parser of `sotto bench`.

/// `sotto bench primitives`: packets, by the cipher and the sockets alone.
Command primitives_bench(CLI::App& bench);
/// `sotto bench codecs`: Opus and VP8 alone.
Command codecs_bench(CLI::App& bench);
/// `sotto bench audio`: sound over traces of good and bad paths, in virtual time.
Command audio_bench(CLI::App& bench);
/// `sotto bench call`: two engines in this process that call each other, beside their codecs alone.
Command call_bench(CLI::App& bench);
/// `sotto bench echo`: echo cancellation in simulated rooms, and what processing of sound costs.
Command echo_bench(CLI::App& bench);
/// `sotto bench setup`: how many round trips calls take to begin on lossy networks. A program of its own measures it,
/// sotto-bench-setup, because simulations put clock and random numbers of theirs in the place of the machine's.
Command setup_bench(CLI::App& bench);

}  // namespace sotto::tools
