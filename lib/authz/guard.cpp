// How a question becomes an answer. The question names a subject, an action, a resource and the
// circumstances: they become a Cedar request, whose context is record_of(); the entities that policies look
// at are made from the snapshot as they are touched (entities.cpp); the compiled policies decide. `role:get`
// by a service user that holds `organization:get` is a look at three policies, and at one entity that was
// made before (cached_principal.h).
//
// Then comes what Cedar leaves to us: the notices of a refusal, from annotations; what a policy does that
// could not be evaluated (OnError); and no, where the store can't be read or the schema doesn't describe the
// call. No rule about who may do what is in here.
#include "authz/guard.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "authz/cached_principal.h"
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
base::Result<cedar::PolicySet> parse(std::string_view text, std::string_view file) {
  auto policies = cedar::PolicySet::parse(text, file, id_of);
  if (!policies.ok() || policies.value().templates().empty()) return policies;
  const auto& first = policies.value().templates().front();
  return base::Error{base::ErrorCode::kInvalid,
                     place_id(*first.body) +
                         ": a policy with `?principal` or `?resource` is a template and would guard "
                         "nothing; name the entity instead"};
}

base::Result<std::vector<std::string>> policy_files(const std::string& folder) {
  std::error_code failure;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator it(folder, failure), end; !failure && it != end;
       it.increment(failure))
    if (it->path().extension() == ".cedar") names.push_back(it->path().filename().string());
  if (failure) return base::Error{base::ErrorCode::kIo, folder + ": can't be listed: " + failure.message()};
  if (names.size() > kMaxPolicyFiles)
    return base::Error{base::ErrorCode::kInvalid,
                       folder + ": more than " + std::to_string(kMaxPolicyFiles) + " policy files"};
  std::sort(names.begin(), names.end());
  return names;
}

// What policies see of a call's circumstances, sorted by name as records are.
struct Context {
  std::string_view ip;
  base::Timestamp now;
  const cedar::Record& proposed;
  std::string_view request_id, scope;
  const std::vector<std::string>& scopes_here;
  const cedar::EntityUid& tenant;
};

cedar::Record record_of(const Context& context) {
  std::vector<cedar::Record::Field> fields;
  fields.reserve(7);
  if (const auto ip = cedar::IpAddr::parse(context.ip)) fields.emplace_back("ip", cedar::Value(*ip));
  fields.emplace_back("now", cedar::Value(cedar::Datetime{context.now.ms}));
  fields.emplace_back("proposed", cedar::Value(context.proposed));
  fields.emplace_back("request_id", cedar::Value(context.request_id));
  fields.emplace_back("scope", cedar::Value(context.scope));
  fields.emplace_back("scopes_here", string_set(context.scopes_here));
  fields.emplace_back("tenant", cedar::Value(context.tenant));
  return cedar::Record(std::move(fields));
}

// Contexts of calls that propose nothing: with an address and without.
std::array<cedar::Record, 2> plain_contexts() {
  const cedar::Record proposed;
  const std::vector<std::string> scopes = {"scope"};
  const cedar::EntityUid tenant = tenant_uid(domain::Platform{});
  return {record_of({"192.0.2.1", {}, proposed, "", "", scopes, tenant}),
          record_of({"", {}, proposed, "", "", scopes, tenant})};
}

std::string missing(std::string_view scope) {
  if (scope.empty()) return "No policy allows this.";
  if (scope.find(':') == std::string_view::npos) return "Only a credential of the platform may do this.";
  return "This needs the permission `" + std::string(scope) + "`, which you don't hold.";
}

// What the refused caller is told, from the annotations of the policies that hold and refuse. Those of one
// that failed would say more than is known.
void explain_refusal(std::span<const cedar::PolicyHead> heads, std::span<const std::uint32_t> refusing,
                     std::string_view scope, bool failed, Answer& answer) {
  for (const std::uint32_t number : refusing) {
    const cedar::PolicyHead& policy = heads[number];
    const std::string* notice = policy.annotation("notice");
    if (notice && !notice->empty()) answer.notices.push_back(*notice);
    const std::string* code = policy.annotation("code");
    if (code && answer.code.empty()) answer.code = *code;
  }
  if (answer.notices.empty() && !refusing.empty())
    answer.notices.emplace_back("A policy of this server forbids this.");
  if (failed)
    answer.notices.emplace_back(
        "A policy of this server that may forbid this could not be evaluated. The server's log says why.");
  if (answer.notices.empty()) answer.notices.push_back(missing(scope));
}

Answer refuse_unread(const base::Error& why) {
  base::logging::error("guard could not read the store", {{"reason", why.message}});
  return {false, {}, {"What you may do could not be read. The server's log says why."}, {}};
}

Answer refuse_unfinished(const Question& q) {
  base::logging::error("guard policies take more steps than a question may",
                       {{"action", q.action}, {"request_id", q.request_id}});
  return {false, {}, {"The server's policies take too long for this call. Its log says so."}, {}};
}

Answer refuse_undescribed(const base::Error& why) {
  base::logging::error("guard was asked what its schema doesn't describe", {{"reason", why.message}});
  return {false, {}, {"The server's policies don't know this call. Its log says why."}, {}};
}

}  // namespace

base::Result<SchemaPtr> load_schema(const std::string& file) {
  const auto text = base::read_file(file, cedar::kMaxSchemaText);
  if (!text.ok()) return text.error();
  return parse_schema(*text, file);
}

base::Result<SchemaPtr> parse_schema(std::string_view text, std::string_view file) {
  auto schema = cedar::Schema::parse(text, file);
  if (!schema.ok()) return schema.error();
  return std::make_shared<const cedar::Schema>(std::move(schema).value());
}

Guard::Guard(const cedar::PolicySet& policies, SchemaPtr schema, OnError on_error)
    : policies_(policies),
      schema_(std::move(schema)),
      described_(schema_ ? DescribedCalls(*schema_, plain_contexts()) : DescribedCalls()),
      on_error_(on_error) {}

base::Result<std::shared_ptr<const Guard>> Guard::make(const cedar::PolicySet& policies, SchemaPtr schema,
                                                       OnError on_error) {
  if (schema) {
    // A policy whose scope fits no call is a slip: a forbid that guards nothing must not pass for one that
    // does.
    cedar::ValidatorOptions options;
    options.require_applicable_action = true;
    const cedar::ValidationResult found = cedar::Validator(*schema).validate(policies, options);
    std::string mistakes;
    for (const auto& error : found.errors) mistakes += (mistakes.empty() ? "" : "\n") + to_text(error);
    if (!mistakes.empty()) return base::Error{base::ErrorCode::kInvalid, std::move(mistakes)};
    for (const auto& warning : found.warnings)
      base::logging::warn("guard policy", {{"policy", warning.policy}, {"warning", to_text(warning)}});
  }
  std::shared_ptr<const Guard> guard(new Guard(policies, std::move(schema), on_error));
  for (const auto& policy : guard->policies_.unverified())
    base::logging::error(
        "guard policy runs uncompiled because of a bug in Reeve; its decisions are the same, only slower",
        {{"policy", guard->policies_.heads()[policy.policy].id}, {"mistake", policy.mistake}});
  return guard;
}

base::Result<std::shared_ptr<const Guard>> Guard::from_text(std::string_view text, std::string_view file,
                                                            SchemaPtr schema, OnError on_error) {
  auto policies = parse(text, file);
  if (!policies.ok()) return policies.error();
  return make(*policies, std::move(schema), on_error);
}

base::Result<std::shared_ptr<const Guard>> Guard::load(const std::string& folder, SchemaPtr schema,
                                                       OnError on_error) {
  const auto names = policy_files(folder);
  if (!names.ok()) return names.error();

  cedar::PolicySet all;
  std::string mistakes;
  const auto note = [&](const std::string& message) { mistakes += (mistakes.empty() ? "" : "\n") + message; };
  for (const auto& name : names.value()) {
    const std::string path = folder + "/" + name;
    const auto text = base::read_file(path, kMaxPolicyFile);
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
  if (!mistakes.empty()) return base::Error{base::ErrorCode::kInvalid, std::move(mistakes)};
  return make(all, std::move(schema), on_error);
}

// The refusal of a call that isn't one the schema describes; nothing where it is. What the schema promises of
// policies it promises for calls that it describes.
std::optional<Answer> Guard::undescribed(const Question& q, const cedar::Request& request,
                                         const DescribedCall* known) const {
  if (!schema_) return std::nullopt;
  if (known && q.proposed.size() == 0 && known->describes(request.principal, request.resource))
    return std::nullopt;
  const auto checked = check_request(request, *schema_);
  if (checked.ok()) return std::nullopt;
  return refuse_undescribed(checked.error());
}

// Says of each policy that failed what came of it, and gives the ids of those that refuse.
std::vector<std::string> Guard::failures(const Question& q, const cedar::Verdict& verdict,
                                         const cedar::Request& request, const StoreEntities& entities) const {
  std::vector<std::string> refusing;
  const cedar::Response response = cedar::Authorizer().describe(verdict, request, policies_, entities);
  for (std::size_t i = 0; i < verdict.errors.size(); ++i) {
    const cedar::PolicyHead& policy = policies_.heads()[verdict.errors[i]];
    const bool refuses = on_error_ == OnError::kDeny && policy.effect == cedar::Effect::kForbid;
    if (refuses) refusing.push_back(policy.id);
    base::logging::warn("guard policy could not be evaluated",
                        {{"policy", policy.id},
                         {"error", cedar::to_text(response.diagnostics.errors[i])},
                         {"outcome", refuses ? "refused" : "skipped"},
                         {"action", q.action},
                         {"request_id", q.request_id}});
  }
  return refusing;
}

Answer Guard::ask(const Question& q, const store::ReadTxn& txn, const domain::Catalogue& catalogue) const {
  // The memory that decisions are made in: one for each thread that asks, so that a question allocates none,
  // and nothing of it outlives a question. It is no state: whoever asks needn't know of it.
  static thread_local cedar::AuthorizerScratch scratch;

  StoreEntities entities(txn, catalogue, {q.subject, q.tenant, q.action, q.changes, q.now, q.scope});
  std::vector<std::string> scopes_here;
  const bool has_none_here = entities.cached() && !entities.cached()->has_roles_on_things;
  if (!q.on.empty() && !has_none_here) {
    auto here = scopes_on(txn, catalogue, q.subject, q.tenant, q.on, q.now);
    if (!here.ok()) return refuse_unread(here.error());
    scopes_here = std::move(here).value();
    if (q.changes && std::binary_search(scopes_here.begin(), scopes_here.end(), q.scope)) {
      const auto until = end_on(txn, catalogue, q.subject, q.tenant, q.on, q.scope, q.now);
      if (!until.ok()) return refuse_unread(until.error());
      entities.holds_here(until.value());
    }
  }
  const DescribedCall* known = described_.find(q.action);
  const cedar::Request request{
      entities.principal(), known ? known->action : action_uid(q.action), q.resource,
      record_of({q.ip, q.now, q.proposed, q.request_id, q.scope, scopes_here, entities.tenant()})};
  if (auto refusal = undescribed(q, request, known)) return *std::move(refusal);
  cedar::StepBudget budget(kMostSteps);
  const cedar::Verdict verdict = cedar::Authorizer().decide(request, policies_, entities, scratch, budget);
  if (entities.failed()) return refuse_unread(*entities.failed());
  if (verdict.used_up) return refuse_unfinished(q);

  std::vector<std::string> failed;
  if (!verdict.errors.empty()) failed = failures(q, verdict, request, entities);
  const bool permitted = verdict.decision == cedar::Decision::kAllow;
  Answer answer;
  answer.allowed = permitted && failed.empty();
  // Permits determine nothing where a policy that failed refuses.
  const auto determining = permitted && !answer.allowed ? std::span<const std::uint32_t>() : verdict.reasons;
  for (const std::uint32_t number : determining) answer.policies.push_back(policies_.heads()[number].id);
  if (!answer.allowed) explain_refusal(policies_.heads(), determining, q.scope, !failed.empty(), answer);
  answer.policies.insert(answer.policies.end(), failed.begin(), failed.end());
  return answer;
}

}  // namespace authz
