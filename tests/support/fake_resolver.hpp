#pragma once

#include <glib.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "transport/ice/host_resolver.hpp"

namespace sotto::test {

/// Knows the addresses that a test gives it, from the moment on when it does. One thread, but for answer() and refuse()
/// before anybody asks.
class FakeResolver final : public transport::HostResolver {
 public:
  /// What is asked now or later for `host` gets this answer.
  void answer(const std::string& host, const std::vector<std::string>& addresses) {
    std::vector<transport::IpAddress> known;
    for (const std::string& address : addresses) known.push_back(*transport::IpAddress::parse(address));
    settle(host, std::move(known));
  }
  void refuse(const std::string& host) { settle(host, Error{ErrorCode::kUnavailable, "there is no such name"}); }

  std::unique_ptr<Query> resolve(GMainContext* context, const std::string& host, Done done) override {
    ++asked_[host];
    auto question = std::make_shared<Question>(Question{context, host, std::move(done)});
    questions_.push_back(question);
    if (const auto known = answers_.find(host); known != answers_.end()) tell(question, known->second);
    return std::make_unique<Asking>(std::move(question));
  }
  int asked(const std::string& host) { return asked_[host]; }
  /// Questions that were neither answered nor taken back.
  size_t open() const {
    size_t count = 0;
    for (const auto& question : questions_) count += !question.expired() && question.lock()->done != nullptr;
    return count;
  }

 private:
  using Answer = Result<std::vector<transport::IpAddress>>;
  struct Question {
    GMainContext* context;
    std::string host;
    Done done;
  };
  struct Asking final : Query {
    explicit Asking(std::shared_ptr<Question> asked) : question(std::move(asked)) {}
    ~Asking() override { question->done = nullptr; }
    std::shared_ptr<Question> question;
  };

  void settle(const std::string& host, Answer answer) {
    for (const auto& weak : questions_) {
      const auto question = weak.lock();
      if (question && question->host == host) tell(question, answer);
    }
    answers_.insert_or_assign(host, std::move(answer));
  }

  /// From a later turn, as the seam wants it.
  static void tell(std::shared_ptr<Question> question, Answer answer) {
    GSource* source = g_idle_source_new();
    auto* const call = new std::function<void()>([question, answer = std::move(answer)] {
      if (const Done done = std::exchange(question->done, nullptr)) done(answer);
    });
    const auto run = [](gpointer function) -> gboolean {
      (*static_cast<std::function<void()>*>(function))();
      return G_SOURCE_REMOVE;
    };
    g_source_set_callback(source, run, call,
                          [](gpointer function) { delete static_cast<std::function<void()>*>(function); });
    g_source_attach(source, question->context);
    g_source_unref(source);
  }

  std::vector<std::weak_ptr<Question>> questions_;
  std::map<std::string, Answer> answers_;
  std::map<std::string, int> asked_;
};

}  // namespace sotto::test
