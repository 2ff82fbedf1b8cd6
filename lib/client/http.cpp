// One call over cpp-httplib's client, on a unix socket or TCP, with what that library lacks: one deadline for
// the whole call, and a bound on the answer. Its timeouts are for a single read or write and begin anew with
// every byte, so a thread of the call's own waits for the deadline and interrupts the client by stop(), again
// and again, since a client that has not begun yet ignores it. The body is counted as it arrives and the call
// given up once it is too large.
//
//   ask({"/run/reeve/http.sock"}, {"POST", "/v1/tenants", {{"Authorization", "…"}}, R"({"name":"Acme"})"})
//
// With TLS the server is known by its certificate, which the caller has in a file, and not by where it
// listens: the library is given the certificate's name, and the address to find it at.
//
// No redirects, no retries: a change whose answer was lost may have been made, and only the caller
// can look.
#include "client/http.h"

#include <httplib.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace client {
namespace {

// Interrupts a client that is still at it when its time is over: the library's own limits are for one read or
// write each, and begin anew with every byte that drips in.
class Deadline {
 public:
  Deadline(httplib::Client& client, std::chrono::milliseconds limit, std::stop_token stop)
      : end_(std::chrono::steady_clock::now() + limit),
        stop_(std::move(stop)),
        watch_([this, &client] { watch(client); }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    watch_.join();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  bool is_over() const { return stop_.stop_requested() || std::chrono::steady_clock::now() >= end_; }

 private:
  // Again and again, since a client that has not begun to ask cannot be interrupted.
  void watch(httplib::Client& client) {
    const auto is_done = [this] { return done_; };
    std::unique_lock lock(mutex_);
    for (bool done = wake_.wait_until(lock, stop_, end_, is_done); !done;
         done = wake_.wait_for(lock, kPause, is_done))
      client.stop();
  }

  static constexpr std::chrono::milliseconds kPause{50};
  const std::chrono::steady_clock::time_point end_;
  const std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool done_ = false;
  std::thread watch_;  // last: it uses what stands above
};

std::string in_url(const std::string& host) {
  return host.find(':') != std::string::npos ? "[" + host + "]" : host;
}

httplib::Request request_of(const Request& from) {
  httplib::Request to;
  to.method = from.method;
  to.path = from.path;
  for (const auto& [name, value] : from.headers) to.headers.emplace(name, value);
  to.headers.emplace("Host", "localhost");  // what the library says for a unix socket differs by version
  to.headers.emplace("Connection", "close");
  if (!from.body.empty()) to.headers.emplace("Content-Type", "application/json");
  to.body = from.body;
  return to;
}

httplib::Client client_for(const Place& place) {
  if (!place.unix_socket.empty()) {
    httplib::Client client(place.unix_socket, 80);
    client.set_address_family(AF_UNIX);
    return client;
  }
  if (!place.has_tls()) return httplib::Client(place.host, int{place.port});
  // A name that the certificate is for, where it is for many.
  const std::string name = place.name.starts_with("*.") ? "reeve" + place.name.substr(1) : place.name;
  httplib::Client client("https://" + in_url(name) + ":" + std::to_string(place.port));
  if (name != place.host) client.set_hostname_addr_map({{name, place.host}});
  client.enable_server_certificate_verification(true);
  if (place.trusted.empty()) return client;  // the library takes the system's authorities
  client.set_ca_cert_path(place.trusted);
  // The file has no root, and its first certificate is to be trusted by itself.
  X509_STORE_set_flags(SSL_CTX_get_cert_store(client.ssl_context()), X509_V_FLAG_PARTIAL_CHAIN);
  return client;
}

}  // namespace

std::string Place::to_string() const {
  if (!unix_socket.empty()) return unix_socket;
  return (has_tls() ? "https://" : "http://") + in_url(host) + ":" + std::to_string(port);
}

namespace {

std::string why(httplib::Error error) {
  if (error == httplib::Error::SSLServerVerification)
    return "its certificate isn't trusted here, or is of another name";
  return httplib::to_string(error);
}

// `take` is null, or gets the body of a 200.
base::Result<Response> exchange(const Place& place, const Request& request, const Limits& limits,
                                const base::FunctionRef<bool(std::string_view)>* take) {
  httplib::Client client = client_for(place);
  client.set_connection_timeout(limits.connect);
  client.set_read_timeout(limits.idle.count() > 0 ? limits.idle : limits.whole);
  client.set_write_timeout(limits.whole);
  client.set_keep_alive(false);
  client.set_decompress(false);

  Response answer;
  bool is_too_large = false;
  auto sent = request_of(request);
  sent.response_handler = [&](const httplib::Response& head) {
    answer.status = head.status;
    return true;
  };
  sent.content_receiver = [&](const char* bytes, auto size, auto, auto) {
    if (take && answer.status == 200) return (*take)({bytes, size});
    is_too_large = answer.body.size() + size > limits.body;
    if (!is_too_large) answer.body.append(bytes, size);
    return !is_too_large;
  };
  const Deadline deadline(client, limits.whole, limits.stop);
  const auto result = client.send(sent);
  if (is_too_large)
    return base::Error{base::ErrorCode::kFull, place.to_string() + ": the answer is larger than " +
                                                   std::to_string(limits.body) + " bytes"};
  if (!result)
    return base::Error{base::ErrorCode::kIo,
                       place.to_string() + ": " +
                           (deadline.is_over() ? "no answer in time" : "no answer: " + why(result.error()))};
  answer.status = result->status;
  return answer;
}

}  // namespace

base::Result<Response> ask(const Place& place, const Request& request, const Limits& limits) {
  return exchange(place, request, limits, nullptr);
}

base::Result<Response> download(const Place& place, const Request& request,
                                base::FunctionRef<bool(std::string_view)> take, const Limits& limits) {
  return exchange(place, request, limits, &take);
}

}  // namespace client
