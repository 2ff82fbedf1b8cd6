// The table of reeve.yaml's keys. A key is one row: its path, its default as it would be written in YAML,
// whether a reload takes it up, one line of description, and its kind with bounds and the member of Config
// that it fills:
//
//   Key{"server.queue", "1024", false, "…",
//       CountKey{1, 1'000'000, "changes", member<&Config::server, &ServerConfig::queue>}}
//
// To add one, add the member to config.h and the row here, in the order of config/reeve.yaml, and put what
// keys_as_markdown() prints into docs/configuration.md; a test compares the two. A default is read by the
// same code as the file, so one that its own bounds refuse fails at start.
#include "config/keys.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <type_traits>

namespace config {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kKiB = std::uint64_t{1} << 10;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kTiB = std::uint64_t{1} << 40;
constexpr std::uint64_t kMostCounted = 1'000'000'000'000;  // of anything that a tenant has
constexpr milliseconds kTenth{100};
constexpr milliseconds kMinute{60'000};
constexpr milliseconds kHour{3'600'000};
constexpr milliseconds kDay = 24 * kHour;
constexpr milliseconds kLongest = 36'500 * kDay;
constexpr milliseconds kYear = 24 * 365 * kHour;
constexpr std::size_t kLongestPath = 4095;   // PATH_MAX without its NUL
constexpr std::size_t kLongestSocket = 107;  // sockaddr_un's sun_path without its NUL

constexpr std::array<std::string_view, 2> kFieldNames = {"camel", "proto"};
constexpr std::array<std::string_view, 5> kLevels = {"trace", "debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kFormats = {"text", "json"};
constexpr std::array<std::string_view, 2> kNoYes = {"false", "true"};
constexpr std::array<std::string_view, 2> kTlsVersions = {"1.2", "1.3"};
constexpr std::array<std::string_view, 2> kOnError = {"deny", "cedar"};
constexpr std::array<std::string_view, 2> kUserIdForms = {"uuid", "email"};

// Whether an enum's names are as many as its values are up to `last`, and that is the last one's name.
template <typename Names, typename Enum>
constexpr bool ends_with(const Names& names, Enum last, std::string_view name) {
  return names.size() == static_cast<std::size_t>(last) + 1 && names.back() == name;
}
static_assert(ends_with(kFieldNames, FieldNames::kProto, "proto"));
static_assert(ends_with(kLevels, base::logging::Level::kError, "error"));
static_assert(ends_with(kFormats, base::logging::Format::kJson, "json"));
static_assert(ends_with(kTlsVersions, TlsVersion::k13, "1.3"));
static_assert(ends_with(kOnError, OnError::kCedar, "cedar"));
static_assert(ends_with(kUserIdForms, UserIdForm::kEmail, "email"));

// The member of Config that a chain of member pointers leads to.
template <auto... Members>
constexpr auto& member(Config& config) {
  return (config.*....*Members);
}

// The same for a truth value, or an enum whose enumerators stand in the order of their names.
template <auto... Members>
std::size_t index(const Config& config) {
  return static_cast<std::size_t>((config.*....*Members));
}
template <auto... Members>
void choose(Config& config, std::size_t name) {
  auto& value = member<Members...>(config);
  value = static_cast<std::remove_reference_t<decltype(value)>>(name);
}

// In the order in which config/reeve.yaml shows them.
constexpr std::array kKeys = {
    Key{"server.listen", "127.0.0.1:7400", false,
        "Address and port to listen on; port 0 picks a free one. IPv6 in brackets and quotes: "
        "`\"[::1]:7400\"`. `--listen` overrides it.",
        EndpointKey{member<&Config::server, &ServerConfig::listen>}},
    Key{"server.unix_socket", "\"\"", false,
        "Unix socket to listen on as well, at most 107 bytes; `\"\"` for none.",
        PathKey{kLongestSocket, true, member<&Config::server, &ServerConfig::unix_socket>}},
    Key{"server.threads", "0", false,
        "Threads that take requests and answer reads, each with connections of its own; one more makes "
        "changes. `0`: one for each processor, 16 at most.",
        CountKey{0, 256, "threads", member<&Config::server, &ServerConfig::threads>}},
    Key{"server.slow_threads", "2", false,
        "Threads that answer lists and what else takes long, so that other requests don't wait for it. One "
        "tenant has at most half of them, and one at least.",
        CountKey{1, 16, "threads", member<&Config::server, &ServerConfig::slow_threads>}},
    Key{"server.queue", "1024", false,
        "Changes that may wait for the disk, and of one tenant half as many; beyond that the answer is 503.",
        CountKey{1, 1'000'000, "changes", member<&Config::server, &ServerConfig::queue>}},
    Key{"server.trusted_proxies", "[]", false,
        "Whose `X-Forwarded-For` is believed: addresses or CIDR, such as `10.0.0.0/8`, and `unix` for whoever "
        "may open the unix socket.",
        ProxiesKey{member<&Config::server, &ServerConfig::trusted_proxies>}},
    Key{"server.insecure", "false", false,
        "Whether `server.listen` may be an address that other machines reach, although there is neither TLS "
        "nor a network in `server.trusted_proxies`. Then credentials cross the network readable.",
        ChoiceKey{kNoYes, index<&Config::server, &ServerConfig::insecure>,
                  choose<&Config::server, &ServerConfig::insecure>}},
    Key{"server.cors_origins", "[]", false,
        "Web origins whose pages may call the API, such as `https://console.example.com`.",
        OriginsKey{member<&Config::server, &ServerConfig::cors_origins>}},
    Key{"server.public_url", "\"\"", false,
        "Under which clients reach the server, such as `https://reeve.example.com`: what "
        "`/.well-known/authzen-configuration` names. `http` is taken for this machine alone, such as "
        "`http://localhost:7400`; `\"\"`: that call is 404.",
        UrlKey{member<&Config::server, &ServerConfig::public_url>}},
    Key{"server.limits.request_line", "8KiB", false, "Method, target and version of a request.",
        SizeKey{256, 64 * kKiB, member<&Config::server, &ServerConfig::limits, &Limits::request_line>}},
    Key{"server.limits.headers", "64", false, "Header fields of a request.",
        CountKey{8, 1000, "fields", member<&Config::server, &ServerConfig::limits, &Limits::headers>}},
    Key{"server.limits.header_bytes", "16KiB", false, "All header fields of a request together.",
        SizeKey{kKiB, kMiB, member<&Config::server, &ServerConfig::limits, &Limits::header_bytes>}},
    Key{"server.limits.body", "1MiB", false, "Body of a request, also while its chunks arrive.",
        SizeKey{kKiB, 64 * kMiB, member<&Config::server, &ServerConfig::limits, &Limits::body>}},
    Key{"server.limits.memory", "64MiB", false,
        "All bodies and unsent answers together. One tenant may hold a quarter of it and one credential an "
        "eighth, but each the largest body; beyond that the answer is 503.",
        SizeKey{kMiB, kTiB, member<&Config::server, &ServerConfig::limits, &Limits::memory>}},
    Key{"server.limits.connections", "10000", false, "Open connections in all.",
        CountKey{1, 1'000'000, "connections",
                 member<&Config::server, &ServerConfig::limits, &Limits::connections>}},
    Key{"server.limits.connections_per_address", "1000", false, "Open connections of one client address.",
        CountKey{1, 1'000'000, "connections",
                 member<&Config::server, &ServerConfig::limits, &Limits::connections_per_address>}},
    Key{"server.limits.failed_authentications_per_minute", "20", false,
        "Failed authentications of one client address within a minute; those beyond that are answered 429.",
        CountKey{1, 1'000'000, "failures",
                 member<&Config::server, &ServerConfig::limits, &Limits::failed_authentications_per_minute>}},
    Key{"server.limits.requests_per_second", "0", true,
        "Requests of one credential, the platform's too; beyond that the answer is 429 with `Retry-After`. What comes in a second may be used at once. `0`: no limit.",
        CountKey{0, 1'000'000, "requests",
                 member<&Config::server, &ServerConfig::limits, &Limits::requests_per_second>}},
    Key{"server.limits.tenant.roles", "10000", true,
        "What one tenant may have at most; beyond that the answer is 409 `quota_exceeded`. Roles of its own.",
        CountKey{0, kMostCounted, "roles",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::roles>}},
    Key{"server.limits.tenant.groups", "100000", true, "Groups.",
        CountKey{0, kMostCounted, "groups",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::groups>}},
    Key{"server.limits.tenant.users", "1000000", true, "Users.",
        CountKey{0, kMostCounted, "users",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::users>}},
    Key{"server.limits.tenant.service_users", "100000", true,
        "Service users, those of API keys among them, also once the key is revoked.",
        CountKey{
            0, kMostCounted, "service users",
            member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::service_users>}},
    Key{"server.limits.tenant.mappings", "5000000", true,
        "Roles that are mapped to groups, users and service users, whenever in force.",
        CountKey{0, kMostCounted, "mappings",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::mappings>}},
    Key{"server.limits.tenant.memberships", "10000000", true, "Memberships of users and groups in groups.",
        CountKey{
            0, kMostCounted, "memberships",
            member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::memberships>}},
    Key{"server.limits.tenant.credentials", "10000", true,
        "API keys and secrets that aren't revoked, also those that have expired.",
        CountKey{
            0, kMostCounted, "credentials",
            member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::credentials>}},
    Key{"server.limits.tenant.audit_bytes", "16GiB", true,
        "Audit log, in the store. A tenant that has as much can only delete until there is room; refused changes are still noted.",
        SizeKey{kMiB, 16 * kTiB,
                member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::audit_bytes>}},
    Key{"server.limits.tenant.policies", "1000", true,
        "Policies that it decides its own questions by, without the built-in one.",
        CountKey{0, 10'000, "policies",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::policies>}},
    Key{"server.limits.tenant.rules", "10000", true, "Rules of all these policies.",
        CountKey{0, 100'000, "rules",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::rules>}},
    Key{"server.limits.tenant.entities", "10000000", true, "Entities of its application.",
        CountKey{0, kMostCounted, "entities",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::entities>}},
    Key{"server.limits.tenant.projects", "100000", true, "Projects.",
        CountKey{0, kMostCounted, "projects",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::projects>}},
    Key{"server.limits.tenant.grants", "5000000", true,
        "Grants of templates, whenever in force. Those of roles are mappings.",
        CountKey{0, kMostCounted, "grants",
                 member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::grants>}},
    Key{"server.limits.tenant.policy_tests", "1000", true, "Tests of its policies.",
        CountKey{
            0, 10'000, "tests",
            member<&Config::server, &ServerConfig::limits, &Limits::tenant, &TenantLimits::policy_tests>}},
    Key{"server.timeouts.head", "10s", false, "From the first byte of a request to the end of its header.",
        DurationKey{kTenth, kHour, member<&Config::server, &ServerConfig::timeouts, &Timeouts::head>}},
    Key{"server.timeouts.body", "30s", false, "From the end of the header to the end of the body.",
        DurationKey{kTenth, kHour, member<&Config::server, &ServerConfig::timeouts, &Timeouts::body>}},
    Key{"server.timeouts.idle", "60s", false, "A connection without a request.",
        DurationKey{kTenth, kHour, member<&Config::server, &ServerConfig::timeouts, &Timeouts::idle>}},
    Key{"server.timeouts.shutdown", "10s", false,
        "How long requests under way may take when the server stops.",
        DurationKey{kTenth, kHour, member<&Config::server, &ServerConfig::timeouts, &Timeouts::shutdown>}},
    Key{"tls.certificate", "\"\"", true,
        "File of the server's certificate in PEM, with the chain behind it; `\"\"` for no TLS. The unix socket "
        "has none. Switching TLS on or off takes a restart.",
        PathKey{kLongestPath, true, member<&Config::tls, &TlsConfig::first, &CertificatePair::certificate>}},
    Key{"tls.key", "\"\"", true,
        "File of its private key in PEM, without a passphrase, closed to other users.",
        PathKey{kLongestPath, true, member<&Config::tls, &TlsConfig::first, &CertificatePair::key>}},
    Key{"tls.min_version", "1.2", true, "The oldest version of TLS that is spoken.",
        ChoiceKey{kTlsVersions, index<&Config::tls, &TlsConfig::min_version>,
                  choose<&Config::tls, &TlsConfig::min_version>}},
    Key{"tls.more", "[]", true,
        "Further pairs, each `{certificate: …, key: …}`, at most 63. A client is given the first pair whose "
        "certificate is for the name it asks for (SNI), and `tls.certificate` where none is.",
        PairsKey{63, member<&Config::tls, &TlsConfig::more>}},
    Key{"store.dir", "/var/lib/reeve", false, "Folder of the store. `--data` overrides it.",
        PathKey{kLongestPath, false, member<&Config::store, &StoreConfig::dir>}},
    Key{"store.map_size", "64GiB", false,
        "The most the store may grow to. It is address space, not disk; raise it when the log warns.",
        SizeKey{16 * kMiB, 16 * kTiB, member<&Config::store, &StoreConfig::map_size>}},
    Key{"store.reserve", "64MiB", false,
        "Room that only deletions and audit entries may use: of the map, or a quarter of it if that is less, "
        "and a file of that size, which is given up when the disk is full. `0B`: none.",
        SizeKey{0, kTiB, member<&Config::store, &StoreConfig::reserve>}},
    Key{"store.scrub", "24h", false,
        "How often the running server checks its store for damage, slowly and in the background; the first "
        "check begins a minute after the start. `0s`: never.",
        DurationKey{milliseconds(0), 24 * 366 * kHour, member<&Config::store, &StoreConfig::scrub>}},
    Key{"store.changes_kept", "90d", false,
        "How long a change record is kept: what a change wrote, for machines. The audit log isn't touched by it.",
        DurationKey{kHour, kLongest, member<&Config::store, &StoreConfig::changes_kept>}},
    Key{"store.changes_most", "1000000", false,
        "How many change records are kept at most, however young they are.",
        CountKey{1, 1'000'000'000, "revisions", member<&Config::store, &StoreConfig::changes_most>}},
    Key{"audit.keep", "400d", false,
        "How long audit entries stay in the store. Older ones go into archives, and leave the store only once "
        "these are on disk. `0d`: all stay.",
        DurationKey{milliseconds(0), kLongest, member<&Config::audit, &AuditConfig::keep>}},
    Key{"audit.archive", "\"\"", false,
        "Folder of the archives of audit entries; `\"\"`: `audit-archive` in the store's folder.",
        PathKey{kLongestPath, true, member<&Config::audit, &AuditConfig::archive>}},
    Key{"audit.heads", "\"\"", true,
        "File to which the heads of audit chains are appended, each hour of those that changed; `\"\"`: they "
        "are in the log alone. Best on another machine's disk. The unit has to let the server write there "
        "(docs/operations.md).",
        PathKey{kLongestPath, true, member<&Config::audit, &AuditConfig::heads>}},
    Key{"audit.signing_key", "\"\"", true,
        "File of a private key in PEM, Ed25519, without a passphrase, closed to other users, which signs the "
        "heads; `\"\"`: they aren't signed.",
        PathKey{kLongestPath, true, member<&Config::audit, &AuditConfig::signing_key>}},
    Key{"backup.dir", "\"\"", false,
        "Folder of backups, best on another disk; `\"\"`: none are made by themselves, and `reeve backup` "
        "needs `--dir` or `-o`; calls about backups are 409. The unit has to let the server write there "
        "(docs/operations.md).",
        PathKey{kLongestPath, true, member<&Config::backup, &BackupConfig::dir>}},
    Key{"backup.every", "24h", false, "Time from one backup to the next.",
        DurationKey{kMinute, kYear, member<&Config::backup, &BackupConfig::every>}},
    Key{"backup.keep.daily", "7", false,
        "Days of which the last backup stays. After each backup the others are removed, but never the newest "
        "that verifies.",
        CountKey{0, 10'000, "days", member<&Config::backup, &BackupConfig::keep, &KeepConfig::daily>}},
    Key{"backup.keep.weekly", "4", false, "Weeks, from Monday, of which the last backup stays.",
        CountKey{0, 10'000, "weeks", member<&Config::backup, &BackupConfig::keep, &KeepConfig::weekly>}},
    Key{"backup.keep.monthly", "6", false, "Months of which the last backup stays.",
        CountKey{0, 10'000, "months", member<&Config::backup, &BackupConfig::keep, &KeepConfig::monthly>}},
    Key{"http.v1beta1_field_names", "camel", false,
        "How `/v1beta1` spells fields in answers: `camel` (createdAt) or `proto` (created_at).",
        ChoiceKey{kFieldNames, index<&Config::http, &HttpConfig::v1beta1_field_names>,
                  choose<&Config::http, &HttpConfig::v1beta1_field_names>}},
    Key{"log.level", "info", true, "The least important lines to write.",
        ChoiceKey{kLevels, index<&Config::log, &LogConfig::level>, choose<&Config::log, &LogConfig::level>}},
    Key{"log.format", "text", true, "Lines for people, or for machines.",
        ChoiceKey{kFormats, index<&Config::log, &LogConfig::format>,
                  choose<&Config::log, &LogConfig::format>}},
    Key{"guard.on_error", "deny", true,
        "What happens when a `forbid` of the guard can't be evaluated: `deny` refuses the call, `cedar` "
        "skips the policy, as the language does.",
        ChoiceKey{kOnError, index<&Config::guard, &GuardConfig::on_error>,
                  choose<&Config::guard, &GuardConfig::on_error>}},
    Key{"decisions.user_id", "uuid", false,
        "How `/access` names people who are stored: by `uuid`, or by `email`.",
        ChoiceKey{kUserIdForms, index<&Config::decisions, &DecisionsConfig::user_id>,
                  choose<&Config::decisions, &DecisionsConfig::user_id>}},
    Key{"decisions.log_size", "256MiB", false,
        "The most that the decision logs of all tenants may grow to, in `decisions` of the store's folder; the "
        "oldest entries of whoever has the most go. `0B`: there is none.",
        SizeKey{0, kTiB, member<&Config::decisions, &DecisionsConfig::log_size>}},
    Key{"decisions.log_file", "\"\"", true,
        "File to which entries of decision logs are appended, a line of JSON each, instead of being kept; "
        "`\"\"`: they are kept. It is opened anew on a reload.",
        PathKey{kLongestPath, true, member<&Config::decisions, &DecisionsConfig::log_file>}},
    Key{"decisions.log_socket", "\"\"", true,
        "Unix socket to which they are sent instead; `\"\"`: none. It comes before `decisions.log_file`.",
        PathKey{kLongestSocket, true, member<&Config::decisions, &DecisionsConfig::log_socket>}},
    Key{"follow.url", "\"\"", false,
        "Of which server `reeve follow` makes a copy, such as `https://reeve.example.com`; `\"\"`: the command "
        "line says. `reeve serve` doesn't look at it, nor at the keys below.",
        UrlKey{member<&Config::follow, &FollowConfig::url>}},
    Key{"follow.credential_file", "\"\"", false,
        "File with a credential of that server's platform, an API key or `CLIENT_ID:CLIENT_SECRET`, closed to "
        "other users. It is read anew for each connection.",
        PathKey{kLongestPath, true, member<&Config::follow, &FollowConfig::credential_file>}},
    Key{"follow.ca_file", "\"\"", false,
        "File of certificates in PEM by which that server is known; `\"\"`: by the authorities that the system "
        "trusts.",
        PathKey{kLongestPath, true, member<&Config::follow, &FollowConfig::ca_file>}},
    Key{"follow.max_stale", "15m", false,
        "How long ago the copy may have had everything and still be asked; beyond that the answer is 503, since "
        "what was revoked meanwhile isn't known.",
        DurationKey{milliseconds(1000), 7 * kDay, member<&Config::follow, &FollowConfig::max_stale>}},
    Key{"console.enabled", "true", false, "Whether the pages of `/console/` are there, and their log-in.",
        ChoiceKey{kNoYes, index<&Config::console, &ConsoleConfig::enabled>,
                  choose<&Config::console, &ConsoleConfig::enabled>}},
    Key{"bootstrap.client_id", "\"\"", false,
        "Id of the platform credential to make at start; `\"\"` for none. Its secret is "
        "`REEVE_BOOTSTRAP_SECRET`, "
        "or in `secret_file`.",
        UuidKey{member<&Config::bootstrap, &BootstrapConfig::client_id>}},
    Key{"bootstrap.secret_file", "\"\"", false,
        "File with the secret, 32 characters at least, closed to other users; `\"\"` for none.",
        PathKey{kLongestPath, true, member<&Config::bootstrap, &BootstrapConfig::secret_file>}},
    Key{"policies", "policies", true, "Folder of the guard's policies, `*.cedar`.",
        PathKey{kLongestPath, false, member<&Config::policies>}},
    Key{"schema", "reeve.cedarschema", true,
        "File that describes what those policies see; it comes with the server.",
        PathKey{kLongestPath, false, member<&Config::schema>}},
    Key{"permissions", "permissions.yaml", true, "File of the catalogue of permissions.",
        PathKey{kLongestPath, false, member<&Config::permissions>}},
    Key{"roles", "roles.yaml", true, "File of the system roles.",
        PathKey{kLongestPath, false, member<&Config::roles>}},
};

}  // namespace

std::span<const Key> keys() {
  return kKeys;
}

bool is_key(std::string_view path) {
  return std::any_of(std::begin(kKeys), std::end(kKeys), [&](const Key& key) {
    const std::string_view known = key.path;
    return known.starts_with(path) && (known.size() == path.size() || known[path.size()] == '.');
  });
}

}  // namespace config
