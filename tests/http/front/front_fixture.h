#pragma once
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "http/front/front.h"
#include "tests/support/catch.h"
#include "tests/support/raw_client.h"

// A handler that does what the path says, so that a test is the bytes it sends.
//
//   /late?ms=50       answered by another thread after so long
//   /big?bytes=9      so many bytes
//   /throw, /throw-late, /drop   fail in handle(), later, and without a word
//   /inject           a header with CR LF in its value
//   /empty            204
//   /hold             keeps the reactor until let_go()
//   /thread           says which thread handles it
//   anything else     says what it was asked
class EchoHandler final : public http::Handler {
 public:
  ~EchoHandler() override {
    for (std::thread& thread : late_) thread.join();
  }

  void handle(std::unique_ptr<http::Exchange> exchange) override {
    const http::Request& request = exchange->request();
    const std::string what = request.path.empty() ? "" : request.path[0];
    {
      const std::lock_guard lock(mutex_);
      handled_.push_back(request.target);
    }
    if (what == "drop") return;
    if (what == "hold") held_.wait(true);
    if (request.header("x-unknown").count > 0) return exchange->answer(text(401, "who are you?"));
    if (what.starts_with("late") && !exchange->keep_body(payer_of(request)))
      return exchange->answer(text(503, "no room"));
    if (what == "late" || what == "throw-late")
      return later(std::move(exchange), std::chrono::milliseconds(number(request)));
    if (request.method == "GET" && exchange->over_share(payer_of(request)))
      return exchange->answer(text(503, "over"));
    http::Response response = reply(request);
    response.payer = payer_of(request);
    exchange->answer(std::move(response));
  }

  // Who has "X-Unknown: 1" is unknown, "X-Key: n" names a credential and "X-Tenant: n" its tenant.
  http::BodyAdmission before_body(const http::Request& head) override {
    ++bodies_asked;
    if (head.header("x-unknown").count > 0) return {{}, text(401, "who are you?")};
    if (head.header("x-throw").count > 0) throw std::runtime_error("hunter2");
    return {payer_of(head), {}};
  }

  http::Response error(int status, std::string_view why, const http::Request& request) const override {
    if (error_throws) throw std::runtime_error("hunter2");
    return text(status, std::string(why) + " @" + request.target);
  }

  void let_go() {
    held_ = false;
    held_.notify_all();
  }

  // The targets, in the order in which they were handled.
  std::vector<std::string> handled() {
    const std::lock_guard lock(mutex_);
    return handled_;
  }

  std::atomic<bool> error_throws{false};
  std::atomic<int> answered_late{0};
  std::atomic<int> bodies_asked{0};

 private:
  static http::Response text(int status, std::string body) {
    return {status, "application/json", {}, std::move(body)};
  }

  static base::Uuid id_of(const http::HeaderField& field) {
    base::Uuid::Bytes bytes{};
    for (std::size_t i = 0; i < field.value.size() && i < bytes.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(field.value[i]);
    return base::Uuid(bytes);
  }
  static http::Payer payer_of(const http::Request& request) {
    return {id_of(request.header("x-key")), id_of(request.header("x-tenant"))};
  }

  static int number(const http::Request& request) {
    return request.query.empty() ? 0 : std::atoi(request.query[0].value.c_str());
  }

  static std::string said_of_this_thread() {
    std::ostringstream out;
    out << std::this_thread::get_id();
    return out.str();
  }

  static http::Response reply(const http::Request& request) {
    const std::string what = request.path.empty() ? "" : request.path[0];
    if (what == "throw" || what == "throw-late") throw std::runtime_error("hunter2");
    if (what == "big") return text(200, std::string(static_cast<std::size_t>(number(request)), 'x'));
    if (what == "thread") return text(200, said_of_this_thread());
    if (what == "empty") return {204, "application/json", {}, ""};
    if (what == "inject") return {200, "application/json", {{"A", "b\r\nEvil: 1"}, {"B", "c"}}, "ok"};
    std::string said = request.method;
    for (const std::string& segment : request.path) said += " /" + segment;
    for (const auto& [name, value] : request.query) said += " " + name + "=" + value;
    if (!request.body.empty()) said += " \"" + request.body + "\"";
    const http::HeaderField shown = request.header("x-show");
    if (shown.count == 1) said += " [" + std::string(shown.value) + "]";
    return text(200, said + " from " + request.peer);
  }

  void later(std::unique_ptr<http::Exchange> exchange, std::chrono::milliseconds time) {
    const std::lock_guard lock(mutex_);
    late_.emplace_back([this, time, late = std::shared_ptr<http::Exchange>(std::move(exchange))]() mutable {
      std::this_thread::sleep_for(time);
      try {
        late->answer(reply(late->request()));
      } catch (const std::runtime_error&) {
        // What lets go of an exchange leaves it without an answer.
      }
      late.reset();
      ++answered_late;
    });
  }

  std::mutex mutex_;
  std::vector<std::thread> late_;
  std::vector<std::string> handled_;
  std::atomic<bool> held_{true};
};

// A front on a free port of the loopback.
struct TestFront {
  explicit TestFront(const http::front::FrontOptions& options = {}) {
    auto started = http::front::Front::start(options, handler);
    REQUIRE(started.ok());
    front = std::move(started).value();
  }
  RawClient client() const { return RawClient::to_port(front->port()); }

  EchoHandler handler;
  std::unique_ptr<http::front::Front> front;
};

inline std::string get_bytes(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}
inline std::string post_bytes(const std::string& headers, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}
