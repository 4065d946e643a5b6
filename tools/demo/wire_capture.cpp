#include "tools/demo/wire_capture.hpp"

#include <pcap/pcap.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

namespace sotto::tools {
namespace {

constexpr int kLongestFrame = 65550;             // bytes: a whole IP packet of 65535 and the Ethernet header
constexpr int kKernelBuffer = 32 * 1024 * 1024;  // bytes: some 20 s of two 720p streams, should this thread not run
constexpr int kHoldMilliseconds = 50;
constexpr std::chrono::milliseconds kPollTime(100);

struct Close {
  void operator()(pcap_t* capture) const { ::pcap_close(capture); }
  void operator()(pcap_dumper_t* dump) const { ::pcap_dump_close(dump); }
};

}  // namespace

class WireCapture::Recording {
 public:
  Recording(std::unique_ptr<pcap_t, Close> capture, std::unique_ptr<pcap_dumper_t, Close> dump)
      : capture_(std::move(capture)), dump_(std::move(dump)), thread_([this] { run(); }) {}
  ~Recording() { (void)stop(); }

  uint64_t stop() {
    if (thread_.joinable()) {
      stopping_ = true;
      thread_.join();
      dump_.reset();
    }
    pcap_stat counts{};
    (void)::pcap_stats(capture_.get(), &counts);
    return counts.ps_drop;
  }

 private:
  void run() {
    // The kernel hands frames over with up to kHoldMilliseconds of delay; those of before stop() still belong to the
    // call.
    for (bool last = false; !last;) {
      last = stopping_;
      std::this_thread::sleep_for(kPollTime);
      while (::pcap_dispatch(capture_.get(), -1, &::pcap_dump, reinterpret_cast<u_char*>(dump_.get())) > 0) {
      }
    }
  }

  std::unique_ptr<pcap_t, Close> capture_;
  std::unique_ptr<pcap_dumper_t, Close> dump_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

Result<std::unique_ptr<WireCapture>> WireCapture::start(const std::string& file) {
  std::array<char, PCAP_ERRBUF_SIZE> text{};
  std::unique_ptr<pcap_t, Close> capture(::pcap_create("lo", text.data()));
  const auto failed = [&](const char* why) {
    return Error{ErrorCode::kUnavailable, std::string("cannot watch the wire: ") + why};
  };
  if (!capture) return failed(text.data());
  ::pcap_set_snaplen(capture.get(), kLongestFrame);
  ::pcap_set_buffer_size(capture.get(), kKernelBuffer);
  ::pcap_set_timeout(capture.get(), kHoldMilliseconds);
  const int status = ::pcap_activate(capture.get());
  if (status == PCAP_ERROR_PERM_DENIED) return failed("it takes root or CAP_NET_RAW");
  if (status < 0) return failed(::pcap_statustostr(status));
  bpf_program filter{};
  if (::pcap_compile(capture.get(), &filter, "udp", 1, PCAP_NETMASK_UNKNOWN) != 0) {
    return failed(::pcap_geterr(capture.get()));
  }
  const int set = ::pcap_setfilter(capture.get(), &filter);
  ::pcap_freecode(&filter);
  if (set != 0 || ::pcap_datalink(capture.get()) != DLT_EN10MB ||
      ::pcap_setnonblock(capture.get(), 1, text.data()) != 0) {
    return failed("the loopback interface behaves as no other");
  }
  std::unique_ptr<pcap_dumper_t, Close> dump(::pcap_dump_open(capture.get(), file.c_str()));
  if (!dump) return failed(::pcap_geterr(capture.get()));
  return std::unique_ptr<WireCapture>(
      new WireCapture(std::make_unique<Recording>(std::move(capture), std::move(dump))));
}

WireCapture::WireCapture(std::unique_ptr<Recording> recording) : recording_(std::move(recording)) {}
WireCapture::~WireCapture() = default;

uint64_t WireCapture::stop() { return recording_->stop(); }

Result<void> read_capture(const std::string& file, const std::function<void(ByteView frame)>& on_frame) {
  std::array<char, PCAP_ERRBUF_SIZE> text{};
  const std::unique_ptr<pcap_t, Close> capture(::pcap_open_offline(file.c_str(), text.data()));
  if (!capture) return Error{ErrorCode::kUnavailable, std::string("cannot read ") + file + ": " + text.data()};
  pcap_pkthdr* header = nullptr;
  const u_char* frame = nullptr;
  int next = 0;
  while ((next = ::pcap_next_ex(capture.get(), &header, &frame)) == 1) on_frame({frame, header->caplen});
  if (next == PCAP_ERROR) return Error{ErrorCode::kMalformed, file + ": " + ::pcap_geterr(capture.get())};
  return {};
}

}  // namespace sotto::tools
