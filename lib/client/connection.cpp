#include "client/connection.h"

#include <charconv>
#include <cstdlib>

#include "base/address.h"

namespace client {
namespace {

constexpr std::uint16_t kUsualPort = 7400;
constexpr std::uint16_t kUsualTlsPort = 443;

base::Error wrong(const std::string& message) {
  return {base::ErrorCode::kInvalid, message};
}

std::optional<std::string> from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

struct Source {
  std::string text, from;
};

std::optional<Source> server_in(const Given& given) {
  if (given.server) return Source{*given.server, given.flag};
  if (auto named = from_environment(kServer)) return Source{*std::move(named), kServer};
  return std::nullopt;
}

bool is_this_machine(const Place& place) {
  if (!place.unix_socket.empty() || place.host == "localhost") return true;
  const auto address = base::parse_address(place.host);
  return address && (place.host == "::1" || place.host.starts_with("127."));
}

base::Error refused(const Connection& connection, const Response& answer) {
  std::string why = connection.place.to_string() + " answered " + std::to_string(answer.status);
  if (answer.status == 401) why += " to the credential of " + connection.credential.from;
  return wrong(why + told(answer.body));
}

Request as(const Credential& credential, Request request) {
  request.headers.emplace_back("Authorization", credential.authorization);
  return request;
}

}  // namespace

bool names_server(const Given& given) {
  return server_in(given).has_value();
}

base::Result<Place> parse_place(std::string_view text) {
  Place place;
  if (text.starts_with('/')) {
    place.unix_socket = text;
    return place;
  }
  const std::string all(text);
  if (text.starts_with("https://")) {
    place.tls = true;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return wrong(all + ": must begin with http:// or https://, or be the path of a unix socket");
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  place.port = place.tls ? kUsualTlsPort : kUsualPort;
  // [::1]:7400, or a name or an address of the fourth version
  const bool has_brackets = text.starts_with('[');
  const std::size_t end = has_brackets ? text.find(']') : text.find(':');
  std::string_view rest;
  if (has_brackets && end != text.npos) {
    place.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else if (!has_brackets) {
    place.host = text.substr(0, end);
    if (end != text.npos) rest = text.substr(end);
  }
  if (!rest.empty()) {
    const char* const last = rest.data() + rest.size();
    const auto [stopped, error] = std::from_chars(rest.data() + 1, last, place.port);
    if (rest.front() != ':' || error != std::errc() || stopped != last || place.port == 0)
      return wrong(all + ": must be http://HOST:PORT or https://HOST:PORT, without a path");
  }
  if (place.host.empty() || place.host.find_first_of("/@?# ") != std::string::npos)
    return wrong(all + ": must be http://HOST:PORT or https://HOST:PORT, without a path");
  return place;
}

base::Result<Place> place_of(const Given& given) {
  const auto server = server_in(given);
  if (!server)
    return base::Error{base::ErrorCode::kNotFound, "no server; set REEVE_SERVER, or give --server"};
  auto place = parse_place(server->text);
  if (!place.ok()) return wrong(server->from + ": " + place.error().message);
  if (place->tls) {
    place->name = place->host;
    if (given.authorities)
      place->trusted = *given.authorities;
    else
      place->trusted = from_environment(kAuthorities).value_or("");
  } else if (!is_this_machine(*place) && !given.insecure) {
    return wrong(server->from + ": " + place->to_string() +
                 ": others could read the credential on the way; use https://, or insist with --insecure");
  }
  return place;
}

base::Result<Connection> connection_of(const Given& given) {
  auto place = place_of(given);
  if (!place.ok()) return place.error();
  auto credential = find_credential(given.credential_file);
  if (!credential.ok()) return credential.error();
  return Connection{std::move(place).value(), std::move(credential).value()};
}

base::Result<base::Json> Connection::call(const Request& request, int wanted, const Limits& limits) const {
  const auto answer = ask(place, as(credential, request), limits);
  if (!answer.ok()) return answer.error();
  if (answer->status != wanted) return refused(*this, *answer);
  if (answer->body.empty()) return base::Json();
  auto json = base::parse_json(answer->body);
  if (!json.ok()) return wrong(place.to_string() + ": answered what is no JSON");
  return json;
}

base::Result<void> Connection::download(const Request& request,
                                        base::FunctionRef<bool(std::string_view)> take,
                                        const Limits& limits) const {
  const auto answer = client::download(place, as(credential, request), take, limits);
  if (!answer.ok()) return answer.error();
  if (answer->status != 200) return refused(*this, *answer);
  return {};
}

std::string told(std::string_view body) {
  const auto error = base::parse_json(body);
  std::string out;
  if (!error.ok()) return out;
  if (const std::string* message = error->find_string("message")) out += ": " + *message;
  const base::Json* const notices = error->find("notices");
  if (!notices || !notices->array()) return out;
  for (const base::Json& notice : *notices->array())
    if (notice.string()) out += "\n  " + *notice.string();
  return out;
}

}  // namespace client
