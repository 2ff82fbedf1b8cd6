#include "config/keys.h"

#include <array>

namespace config {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kKiB = std::uint64_t{1} << 10;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kTiB = std::uint64_t{1} << 40;
constexpr milliseconds kTenth{100};
constexpr milliseconds kHour{3'600'000};
constexpr std::size_t kLongestPath = 4095;   // PATH_MAX without its NUL
constexpr std::size_t kLongestSocket = 107;  // sockaddr_un's sun_path without its NUL

constexpr std::array<std::string_view, 2> kFieldNames = {"camel", "proto"};
constexpr std::array<std::string_view, 5> kLevels = {"trace", "debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};

// In the order in which config/reeve.yaml shows them.
constexpr std::array kKeys = {
    Key{"server.listen", "127.0.0.1:7400", false,
        "Address and port to listen on; port 0 picks a free one. IPv6 in brackets and quotes: `\"[::1]:7400\"`. "
        "`--listen` goes before it.",
        EndpointKey{[](Config& c) -> auto& { return c.server.listen; }}},
    Key{"server.unix_socket", "\"\"", false,
        "Unix socket to listen on as well, at most 107 bytes; `\"\"` for none.",
        PathKey{kLongestSocket, true, [](Config& c) -> auto& { return c.server.unix_socket; }}},
    Key{"server.threads", "4", false, "Workers for requests that take longer than a look into the store.",
        CountKey{1, 256, "threads", [](Config& c) -> auto& { return c.server.threads; }}},
    Key{"server.queue", "1024", false, "Changes that may wait for the disk; one more is answered 503.",
        CountKey{1, 1'000'000, "changes", [](Config& c) -> auto& { return c.server.queue; }}},
    Key{"server.trusted_proxies", "[]", false,
        "Networks whose `X-Forwarded-For` is believed: addresses or CIDR, such as `10.0.0.0/8`.",
        NetworksKey{[](Config& c) -> auto& { return c.server.trusted_proxies; }}},
    Key{"server.cors_origins", "[]", false,
        "Web origins whose pages may call the API, such as `https://console.example.com`.",
        OriginsKey{[](Config& c) -> auto& { return c.server.cors_origins; }}},
    Key{"server.limits.request_line", "8KiB", false, "Method, target and version of a request.",
        SizeKey{256, 64 * kKiB, [](Config& c) -> auto& { return c.server.limits.request_line; }}},
    Key{"server.limits.headers", "64", false, "Header fields of a request.",
        CountKey{8, 1000, "fields", [](Config& c) -> auto& { return c.server.limits.headers; }}},
    Key{"server.limits.header_bytes", "16KiB", false, "All header fields of a request together.",
        SizeKey{kKiB, kMiB, [](Config& c) -> auto& { return c.server.limits.header_bytes; }}},
    Key{"server.limits.body", "1MiB", false, "Body of a request, also while its chunks arrive.",
        SizeKey{kKiB, 64 * kMiB, [](Config& c) -> auto& { return c.server.limits.body; }}},
    Key{"server.limits.connections", "10000", false, "Open connections in all.",
        CountKey{1, 1'000'000, "connections", [](Config& c) -> auto& { return c.server.limits.connections; }}},
    Key{"server.limits.connections_per_address", "1000", false, "Open connections of one client address.",
        CountKey{1, 1'000'000, "connections",
                 [](Config& c) -> auto& { return c.server.limits.connections_per_address; }}},
    Key{"server.limits.failed_authentications_per_minute", "20", false,
        "Failed authentications of one client address within a minute; after these it is answered 429.",
        CountKey{1, 1'000'000, "failures",
                 [](Config& c) -> auto& { return c.server.limits.failed_authentications_per_minute; }}},
    Key{"server.timeouts.head", "10s", false, "From the first byte of a request to the end of its header.",
        DurationKey{kTenth, kHour, [](Config& c) -> auto& { return c.server.timeouts.head; }}},
    Key{"server.timeouts.body", "30s", false, "From the end of the header to the end of the body.",
        DurationKey{kTenth, kHour, [](Config& c) -> auto& { return c.server.timeouts.body; }}},
    Key{"server.timeouts.idle", "60s", false, "A connection without a request.",
        DurationKey{kTenth, kHour, [](Config& c) -> auto& { return c.server.timeouts.idle; }}},
    Key{"server.timeouts.shutdown", "10s", false, "What is in flight may take this long when the server stops.",
        DurationKey{kTenth, kHour, [](Config& c) -> auto& { return c.server.timeouts.shutdown; }}},
    Key{"store.dir", "/var/lib/reeve", false, "Folder of the store. `--data` goes before it.",
        PathKey{kLongestPath, false, [](Config& c) -> auto& { return c.store.dir; }}},
    Key{"store.map_size", "64GiB", false,
        "The most the store may grow to. It is address space, not disk; raise it when the log warns.",
        SizeKey{16 * kMiB, 16 * kTiB, [](Config& c) -> auto& { return c.store.map_size; }}},
    Key{"http.v1beta1_field_names", "camel", false,
        "How `/v1beta1` spells fields in answers: `camel` (createdAt) or `proto` (created_at).",
        ChoiceKey{kFieldNames, [](const Config& c) { return static_cast<std::size_t>(c.http.v1beta1_field_names); },
                  [](Config& c, std::size_t i) { c.http.v1beta1_field_names = static_cast<FieldNames>(i); }}},
    Key{"log.level", "info", true, "The least important lines to write.",
        ChoiceKey{kLevels, [](const Config& c) { return static_cast<std::size_t>(c.log.level); },
                  [](Config& c, std::size_t i) { c.log.level = static_cast<logging::Level>(i); }}},
    Key{"log.format", "text", false, "Lines for people, or for machines.",
        ChoiceKey{kFormats, [](const Config& c) { return static_cast<std::size_t>(c.log.format); },
                  [](Config& c, std::size_t i) { c.log.format = static_cast<logging::Format>(i); }}},
    Key{"bootstrap.client_id", "\"\"", false,
        "Id of the platform credential to make at start; `\"\"` for none. Its secret is `REEVE_BOOTSTRAP_SECRET`, "
        "or in `secret_file`.",
        UuidKey{[](Config& c) -> auto& { return c.bootstrap.client_id; }}},
    Key{"bootstrap.secret_file", "\"\"", false,
        "File with the secret, 32 characters at least, closed to other users; `\"\"` for none.",
        PathKey{kLongestPath, true, [](Config& c) -> auto& { return c.bootstrap.secret_file; }}},
    Key{"policies", "policies", true, "Folder of the guard's policies, `*.cedar`.",
        PathKey{kLongestPath, false, [](Config& c) -> auto& { return c.policies; }}},
    Key{"permissions", "permissions.yaml", true, "File of the catalogue of permissions.",
        PathKey{kLongestPath, false, [](Config& c) -> auto& { return c.permissions; }}},
    Key{"roles", "roles.yaml", true, "File of the system roles.",
        PathKey{kLongestPath, false, [](Config& c) -> auto& { return c.roles; }}},
};

}  // namespace

std::span<const Key> keys() { return kKeys; }

}  // namespace config
