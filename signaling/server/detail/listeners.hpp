#pragma once

#include <vector>

#include <sotto/result.hpp>
#include "signaling/detail/asio.hpp"
#include "signaling/server/server.hpp"

namespace sotto::signaling {

/// Opens a listening socket for each address; for none, one for IPv6 and one for IPv4 where the machine has both.
/// kUnavailable: which address, and why.
Result<std::vector<asio::ip::tcp::acceptor>> open_listeners(asio::io_context& context,
                                                            const std::vector<ListenAddress>& addresses);

}  // namespace sotto::signaling
