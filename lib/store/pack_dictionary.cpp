#include "store/pack_dictionary.h"

#include <string_view>

namespace store {
namespace {

using namespace std::string_view_literals;

// The marks of fold(): behind \x1a, \1 stands for a uuid, \2 for a time, \3 for a hash, \4 for milliseconds.
constexpr std::string_view kDictionary =
    // names of permissions and actions
    "organization:administer organization:auditview organization:billingmanage organization:billingview "
    "organization:check organization:decide organization:delete organization:get organization:groupcreate "
    "organization:grouplist organization:policymanage organization:rolemanage organization:serviceusermanage "
    "organization:update organization:usermanage group:administer group:delete group:get group:update "
    "\"permission:create\",\"platform_role:create\",\"platform_role:update\",\"tenant:create\",\"tenant:"
    "update\","
    "\"serviceuser:create\",\"serviceuser:delete\",\"api_key:create\",\"api_key:revoke\",\"secret:create\","
    "\"user:create\",\"user:update\",\"user:delete\",\"user:suspend\",\"group:create\",\"group:update\","
    // records of nouns
    "{\"slug\":\"\",\"state\":\"disabled\",\"scopes\":[],\"name\":\"\",\"is_system\":true,"
    "{\"tenant\":\"\x1a\1\",\"kind\":\"secret\",\"owner\":{\"kind\":\"serviceuser\",\"id\":\"\x1a\1"
    "\"},\"hash\":\"\x1a\3\",\"expires_at\":\x1a\4,\"revoked_at\":\x1a\4,\"scopes\":[\""
    "{\"tenant\":\"\x1a\1\",\"kind\":\"api_key\",\"owner\":{\"kind\":\"serviceuser\",\"id\":\"\x1a\1"
    "\"},\"hash\":\"\x1a\3\",\"scopes\":[],\"name\":\"\",\"created_by\":{\"kind\":\"platform\",\"id\":"
    "\"\x1a\1"
    "{\"title\":\"\",\"state\":\"enabled\",\"is_api_key\":true,\"created_at\":\x1a\4"
    "{\"request_hash\":\"\x1a\3\",\"expires_at\":\x1a\4,\"status\":201,\"headers\":\"\",\"body\":\"{"
    "{\"email\":\"@example.com\",\"name\":\"\",\"auth_provider\":\"local\",\"active\":true,\"email_"
    "verified\":false,"
    "\"is_owner\":false,\"created_at\":\x1a\4,\"updated_at\":\x1a\4,\"revision\":"
    "{\"source\":\"local\",\"joined_at\":\x1a\4}"
    "{\"slug\":\"\",\"name\":\"\",\"metadata\":{\"description\":\"\"},\"state\":\"enabled\",\"created_at\":"
    "\x1a\4"
    "{\"slug\":\"\",\"state\":\"enabled\",\"scopes\":[\"\"],\"name\":\"\",\"description\":\"\",\"is_system\":"
    "false,"
    "\"created_by\":{\"kind\":\"serviceuser\",\"id\":\"\x1a\1\"},\"updated_by\":{\"kind\":\"serviceuser\","
    "\"id\":\"\x1a\1"
    "\"},\"created_at\":\x1a\4,\"updated_at\":\x1a\4,\"revision\":"
    "{\"name\":\"\",\"source\":\"scim\",\"description\":\"\",\"created_at\":\x1a\4"
    "{\"valid_from\":\x1a\4,\"expires_at\":\x1a\4,\"id\":\"\x1a\1\",\"reason\":\"\",\"title\":\"\","
    "\"metadata\":{},"
    "\"created_by\":{\"kind\":\"user\",\"id\":\"\x1a\1\"},\"created_at\":\x1a\4,\"revision\":"
    // audit entries: what differs in their metadata, then the whole of one
    "\"metadata\":{\"after\":{\"description\":null,\"metadata\":{},\"name\":\"\",\"scopes\":[\"\"],\"slug\":"
    "\"\","
    "\"state\":\"enabled\"},\"before\":{\"description\":null,\"metadata\":{},\"name\":\""
    "\"metadata\":{\"after\":{\"description\":null,\"name\":\"\",\"source\":\"local\"},\"before\":{"
    "\"description\":\""
    "\"metadata\":{\"after\":{\"group\":\"\x1a\1\",\"user\":\"\x1a\1\"}},\"outcome\":\""
    "\"metadata\":{\"after\":{\"active\":true,\"email\":\"\",\"name\":\"\",\"roles\":[\"\"]},\"before\":{"
    "\"active\":"
    "\"metadata\":{\"after\":{\"expires_at\":null,\"kind\":\"api_key\",\"name\":\"\",\"owner_id\":\"\x1a\1\","
    "\"owner_type\":\"serviceuser\",\"revoked_at\":null,\"scopes\":[\""
    "\"metadata\":{\"after\":{\"metadata\":{},\"state\":\"enabled\",\"title\":\"\"}},\"outcome\":\"refused\","
    "\"policies\":"
    "[\"no-escalation-by-role\",\"no-escalation-by-gift\",\"system-roles\",\"self\",\"scope\"],\"prev_hash\":"
    "\"\x1a\3"
    "\"resource_id\":\"serviceuser:\x1a\1/\",\"resource_type\":\"serviceuser\",\"resource_type\":\"tenant\","
    "\"resource_id\":\"user:\x1a\1/"
    "\",\"resource_type\":\"user\",\"resource_id\":\"\x1a\1\",\"resource_type\":\"group\","
    "\"resource_type\":\"role\",\"resource_type\":\"credential\",\"resource_type\":\"membership\",\"seq\":"
    "{\"action\":\"role:delete\",\"actor_id\":null,\"actor_name\":\"\",\"actor_type\":null,\"created_at\":"
    "\"\x1a\2"
    "{\"action\":\"role:create\",\"actor_id\":\"\x1a\1\",\"actor_name\":\"admin\",\"actor_type\":"
    "\"serviceuser\","
    "{\"action\":\"role:update\",\"actor_id\":\"\x1a\1\",\"actor_name\":\"platform\",\"actor_type\":"
    "\"platform\","
    "{\"action\":\"membership:create\",\"actor_id\":\"\x1a\1\",\"actor_name\":\"\",\"actor_type\":\"user\","
    "\"created_at\":\""
    "{\"action\":\"mapping:delete\",\"actor_id\":\""
    "{\"action\":\"mapping:create\",\"actor_id\":\"\x1a\1\",\"actor_name\":\"\",\"actor_type\":\"user\","
    "\"created_at\":\"\x1a\2"
    "\",\"id\":\"\x1a\1\",\"ip\":\"127.0.0.1\",\"metadata\":{\"after\":{\"expires_at\":null,\"principal_id\":"
    "\"\x1a\1\","
    "\"principal_type\":\"group\",\"reason\":null,\"resource\":\"\",\"role\":\"\",\"valid_from\":null}},"
    "\"outcome\":\"allowed\",\"policies\":[\"platform\"],\"prev_hash\":\"\x1a\3\",\"request_id\":\"\x1a\1\","
    "\"resource_id\":\"group:\x1a\1/\",\"resource_type\":\"mapping\",\"seq\":,\"tenant_id\":\"\x1a\1\"}"sv;

}  // namespace

std::string_view pack_dictionary() {
  return kDictionary;
}

}  // namespace store
