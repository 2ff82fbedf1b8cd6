#include "authz/guard.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "authz/entities.h"
#include "base/file.h"
#include "base/log.h"
#include "cedar/limits.h"

namespace authz {
namespace {

constexpr std::size_t kMaxPolicyFile = std::size_t{4} << 20;  // bytes
constexpr std::size_t kMaxPolicyFiles = 1'000;

// "guard.cedar:12", wherever the folder lies, since audit entries keep it.
std::string place_id(const cedar::Template& policy) {
  if (!policy.source) return "policy";
  const std::string& path = policy.source->name();
  return path.substr(path.rfind('/') + 1) + ":" + std::to_string(policy.source->place(policy.at.begin).line);
}

cedar::PolicyId id_of(const cedar::Template& policy, std::size_t) {
  const std::string* given = policy.annotation("id");
  return given && !given->empty() ? *given : place_id(policy);
}

// One file's policies. A template does nothing until it is linked, which nobody would do here: taken for a
// policy it would be missed when it is needed.
Result<cedar::PolicySet> parse(std::string_view text, std::string_view file) {
  auto policies = cedar::PolicySet::parse(text, file, id_of);
  if (!policies.ok() || policies.value().templates().empty()) return policies;
  const auto& first = policies.value().templates().front();
  return Error{ErrorCode::kInvalid,
               place_id(*first.body) +
                   ": a policy with `?principal` or `?resource` is a template and would guard "
                   "nothing; name the entity instead"};
}

Result<std::vector<std::string>> policy_files(const std::string& folder) {
  std::error_code failure;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator it(folder, failure), end; !failure && it != end;
       it.increment(failure))
    if (it->path().extension() == ".cedar") names.push_back(it->path().filename().string());
  if (failure) return Error{ErrorCode::kIo, folder + ": can't be listed: " + failure.message()};
  if (names.size() > kMaxPolicyFiles)
    return Error{ErrorCode::kInvalid,
                 folder + ": more than " + std::to_string(kMaxPolicyFiles) + " policy files"};
  std::sort(names.begin(), names.end());
  return names;
}

cedar::Record context_of(const Question& q, const std::vector<std::string>& scopes_here) {
  std::vector<cedar::Record::Field> fields;
  fields.reserve(7);
  if (const auto ip = cedar::IpAddr::parse(q.ip)) fields.emplace_back("ip", cedar::Value(*ip));
  fields.emplace_back("now", cedar::Value(cedar::Datetime{q.now.ms}));
  fields.emplace_back("proposed", cedar::Value(q.proposed));
  fields.emplace_back("request_id", cedar::Value(q.request_id));
  fields.emplace_back("scope", cedar::Value(q.scope));
  fields.emplace_back("scopes_here", string_set(scopes_here));
  fields.emplace_back("tenant", cedar::Value(tenant_uid(q.tenant)));
  return cedar::Record(std::move(fields));
}

std::string missing(std::string_view scope) {
  if (scope.empty()) return "No policy allows this.";
  if (scope.find(':') == std::string_view::npos) return "Only a credential of the platform may do this.";
  return "This needs the permission `" + std::string(scope) + "`, which you don't hold.";
}

using Heads = std::span<const cedar::PolicyHead>;

// REQUIRES: there is a policy with that id
const cedar::PolicyHead& find(const std::string& id, Heads policies) {
  return *std::find_if(policies.begin(), policies.end(),
                       [&](const cedar::PolicyHead& policy) { return policy.id == id; });
}

// The ids of forbids among the policies that failed, in their order, which is that of the set.
std::vector<std::string> forbids_of(const std::vector<cedar::PolicyError>& failed, Heads policies) {
  std::vector<std::string> forbids;
  for (const cedar::PolicyError& error : failed)
    if (find(error.policy, policies).effect == cedar::Effect::kForbid) forbids.push_back(error.policy);
  return forbids;
}

// What the refused caller is told, from the annotations of the policies that hold and refuse. Those of one that
// failed would say more than is known.
void explain_refusal(Heads policies, std::string_view scope, bool failed, Answer& answer) {
  for (const auto& id : answer.policies) {
    const cedar::PolicyHead& policy = find(id, policies);
    const std::string* notice = policy.annotation("notice");
    if (notice && !notice->empty()) answer.notices.push_back(*notice);
    const std::string* code = policy.annotation("code");
    if (code && answer.code.empty()) answer.code = *code;
  }
  if (answer.notices.empty() && !answer.policies.empty())
    answer.notices.emplace_back("A policy of this server forbids this.");
  if (failed)
    answer.notices.emplace_back(
        "A policy of this server that may forbid this could not be evaluated. The server's log says why.");
  if (answer.notices.empty()) answer.notices.push_back(missing(scope));
}

Answer refuse_unread(const Error& why) {
  logging::error("guard could not read the store", {{"reason", why.message}});
  return {false, {}, {"What you may do could not be read. The server's log says why."}, {}};
}

Answer refuse_undescribed(const Error& why) {
  logging::error("guard was asked what its schema doesn't describe", {{"reason", why.message}});
  return {false, {}, {"The server's policies don't know this call. Its log says why."}, {}};
}

}  // namespace

Result<SchemaPtr> load_schema(const std::string& file) {
  const auto text = read_file(file, cedar::kMaxSchemaText);
  if (!text.ok()) return text.error();
  return parse_schema(*text, file);
}

Result<SchemaPtr> parse_schema(std::string_view text, std::string_view file) {
  auto schema = cedar::Schema::parse(text, file);
  if (!schema.ok()) return schema.error();
  return std::make_shared<const cedar::Schema>(std::move(schema).value());
}

Guard::Guard(const cedar::PolicySet& policies, SchemaPtr schema, OnError on_error)
    : policies_(policies), schema_(std::move(schema)), on_error_(on_error) {}

Result<std::shared_ptr<const Guard>> Guard::make(cedar::PolicySet policies, SchemaPtr schema,
                                                 OnError on_error) {
  if (schema) {
    // A policy whose scope fits no call is a slip: a forbid that guards nothing must not pass for one that does.
    cedar::ValidatorOptions options;
    options.require_applicable_action = true;
    const cedar::ValidationResult found = cedar::Validator(*schema).validate(policies, options);
    std::string mistakes;
    for (const auto& error : found.errors) mistakes += (mistakes.empty() ? "" : "\n") + to_text(error);
    if (!mistakes.empty()) return Error{ErrorCode::kInvalid, std::move(mistakes)};
    for (const auto& warning : found.warnings)
      logging::warn("guard policy", {{"policy", warning.policy}, {"warning", to_text(warning)}});
  }
  std::shared_ptr<const Guard> guard(new Guard(std::move(policies), std::move(schema), on_error));
  for (const auto& policy : guard->policies_.unverified())
    logging::error("guard policy runs uncompiled: a bug of Reeve, which decides no differently for it",
                   {{"policy", guard->policies_.heads()[policy.policy].id}, {"mistake", policy.mistake}});
  return guard;
}

Result<std::shared_ptr<const Guard>> Guard::from_text(std::string_view text, std::string_view file,
                                                      SchemaPtr schema, OnError on_error) {
  auto policies = parse(text, file);
  if (!policies.ok()) return policies.error();
  return make(std::move(policies).value(), std::move(schema), on_error);
}

Result<std::shared_ptr<const Guard>> Guard::load(const std::string& folder, SchemaPtr schema,
                                                 OnError on_error) {
  const auto names = policy_files(folder);
  if (!names.ok()) return names.error();

  cedar::PolicySet all;
  std::string mistakes;
  const auto note = [&](const std::string& message) { mistakes += (mistakes.empty() ? "" : "\n") + message; };
  for (const auto& name : names.value()) {
    const std::string path = folder + "/" + name;
    const auto text = read_file(path, kMaxPolicyFile);
    if (!text.ok()) {
      note(text.error().message);
      continue;
    }
    const auto policies = parse(text.value(), path);
    if (!policies.ok()) {
      note(policies.error().message);
      continue;
    }
    const auto merged = all.merge(policies.value());
    if (!merged.ok()) note(path + ": " + merged.error().message);
  }
  if (mistakes.empty() && all.policies().empty())
    note(folder + ": no policy in any *.cedar file, so that nobody could do anything");
  if (!mistakes.empty()) return Error{ErrorCode::kInvalid, std::move(mistakes)};
  return make(std::move(all), std::move(schema), on_error);
}

Answer Guard::ask(const Question& q, const store::ReadTxn& txn, const domain::Catalogue& catalogue) const {
  std::vector<std::string> scopes_here;
  if (!q.on.empty()) {
    auto here = scopes_on(txn, catalogue, q.subject, q.tenant, q.on, q.now);
    if (!here.ok()) return refuse_unread(here.error());
    scopes_here = std::move(here).value();
  }
  const StoreEntities entities(txn, catalogue, {q.subject, q.tenant, q.action, q.changes, q.now});
  const cedar::Request request{principal_uid(q.subject.principal), action_uid(q.action), q.resource,
                               context_of(q, scopes_here)};
  // What the schema promises of policies it promises for calls that it describes.
  if (schema_)
    if (const auto checked = check_request(request, *schema_); !checked.ok())
      return refuse_undescribed(checked.error());
  const cedar::Response response = cedar::Authorizer().is_authorized(request, policies_, entities);

  if (entities.failed()) return refuse_unread(*entities.failed());
  const auto& errors = response.diagnostics.errors;
  const std::vector<std::string> failed =
      on_error_ == OnError::kDeny ? forbids_of(errors, policies_.heads()) : std::vector<std::string>();
  for (const auto& error : errors) {
    const bool refuses = std::find(failed.begin(), failed.end(), error.policy) != failed.end();
    logging::warn("guard policy could not be evaluated", {{"policy", error.policy},
                                                          {"error", cedar::to_text(error)},
                                                          {"outcome", refuses ? "refused" : "skipped"},
                                                          {"action", q.action},
                                                          {"request_id", q.request_id}});
  }
  Answer answer;
  answer.allowed = response.decision == cedar::Decision::kAllow && failed.empty();
  if (answer.allowed || response.decision == cedar::Decision::kDeny)
    answer.policies = response.diagnostics.reasons;
  if (!answer.allowed) explain_refusal(policies_.heads(), q.scope, !failed.empty(), answer);
  answer.policies.insert(answer.policies.end(), failed.begin(), failed.end());
  return answer;
}

}  // namespace authz
