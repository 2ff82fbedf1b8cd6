// What has come of the body is cut into entities, and these into changes:
//
//   bytes … -> lines -> entities, looked at by themselves -> a change of up to kLinesAtOnce or kBytesAtOnce
//
// A line that is no entity ends the call, once what came before it is put: the answer says the last line that
// is, so that sending what follows that resumes it. Where an entity stands is told with
// every mistake: `/17/attrs/n` is on line 17, counted from 1, and in an array in the element 17, from 0.
#include "dialects/v1/entity_import.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "dialects/content.h"
#include "dialects/line_cutter.h"
#include "dialects/query.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/entity_json.h"

namespace dialects::v1 {
namespace {

constexpr std::size_t kLinesAtOnce = 1'000;
constexpr std::size_t kWeightOfParents =
    4;  // lines that one with parents counts as: what is above is looked at
constexpr std::size_t kBytesAtOnce = std::size_t{2} << 20U;
constexpr std::size_t kMostWhole = std::size_t{1} << 20U;          // bytes of an array
constexpr std::size_t kMostAtomic = std::size_t{4} << 20U;         // bytes of lines that are all or nothing
constexpr std::size_t kMostOfLine = std::size_t{1} << 20U;         // bytes
constexpr std::size_t kMostValues = 100'000;                       // JSON values of one line
constexpr std::size_t kMostValuesOfArray = std::size_t{1} << 20U;  // of all, fewer than its bytes

enum class Form { kArray, kLines, kAtomicLines };

api::Error too_large(const std::string& what, std::size_t most) {
  return api::error(api::Code::kTooLarge, what + ": must be at most " + std::to_string(most >> 20U) + " MiB");
}

api::Error wrong_body(std::string why) {
  api::Error error = api::error(api::Code::kInvalidInput, "body: " + why);
  error.fields.push_back({"", std::move(why)});
  return error;
}

// Whether the head says that no body follows.
bool is_bodiless(const http::Request& head) {
  const http::HeaderField length = head.header("content-length");
  return (length.count == 0 || length.value == "0") && head.header("transfer-encoding").count == 0;
}

class EntityImport final : public BodyImport {
 public:
  EntityImport(const domain::TenantId& tenant, Form form) : tenant_(tenant), form_(form) {}

  std::size_t memory() const override {
    return form_ == Form::kArray ? kMostWhole : form_ == Form::kLines ? kBytesAtOnce : kMostAtomic;
  }

  void take(std::string bytes) override {
    if (failure_) return;
    if (form_ == Form::kArray) {
      array_ += bytes;
      if (array_.size() > kMostWhole) fail(too_large("body", kMostWhole));
      return;
    }
    lines_.take(bytes, [this](std::string_view line) {
      read_line(line);
      return !failure_;
    });
    if (lines_.is_too_long()) fail(too_large("line " + std::to_string(line_ + 1), kMostOfLine));
  }

  void end() override {
    if (failure_) return;
    has_ended_ = true;
    if (form_ == Form::kArray) {
      if (auto read = read_array(); !read.ok()) fail(read.error());
      return;
    }
    const std::string last = lines_.take_rest();
    if (!last.empty()) read_line(last);
    if (line_ == 0) fail(wrong_body("is missing: this call needs lines of JSON, or a JSON array"));
  }

  void cut() override {
    if (!failure_)
      fail(api::error(api::Code::kInvalidInput,
                      "body: did not arrive whole, or in time; send what is left of it"));
  }

  const std::optional<api::Error>& failure() const override { return failure_; }

  // Of lines, also what came before the one that is wrong.
  std::optional<api::ChangeFunction> change() override {
    if (waiting_.empty() || (failure_ && form_ != Form::kLines)) return std::nullopt;
    const bool is_enough = waiting_lines_ >= kLinesAtOnce || waiting_bytes_ >= kBytesAtOnce;
    if (!has_ended_ && (form_ != Form::kLines || !is_enough)) return std::nullopt;
    auto piece = std::make_shared<api::ImportedEntities>();
    std::size_t bytes = 0, taken = 0, lines = 0;
    std::string text;
    for (Read& read : waiting_) {
      const std::size_t weight = weight_of(read.entity);
      const bool fits =
          taken == 0 || (lines + weight <= kLinesAtOnce && bytes + read.text.size() <= kBytesAtOnce);
      if (form_ == Form::kLines && !fits) break;
      bytes += read.text.size();
      lines += weight;
      ++taken;
      text += read.text;
      made_through_ = read.line;
      piece->entities.push_back(std::move(read.entity));
      piece->places.push_back(std::move(read.place));
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken));
    waiting_bytes_ -= bytes;
    waiting_lines_ -= lines;
    making_ = taken;
    piece->sha256 = api::hash_of_import(form_ == Form::kArray ? array_ : text);
    return [tenant = tenant_, piece](api::Change& change) {
      return api::import_entities(change, tenant, *piece);
    };
  }

  void made() override {
    imported_ += making_;
    last_line_ = made_through_;
  }

  Reply answer() override {
    base::JsonWriter w;
    w.begin_object().member("imported", imported_);
    if (form_ != Form::kArray) w.member("last_line", line_);
    return ok(w.end_object().take());
  }

  std::string told_how_far(std::string error_body) const override {
    if (form_ == Form::kArray) return error_body;
    auto body = base::parse_json(error_body);
    if (!body.ok() || !body->object()) return error_body;
    for (auto& [name, value] : *body->object())
      if (name == "details" && value.object())
        value.object()->emplace_back("last_line", base::Json(static_cast<std::int64_t>(last_line_)));
    return base::to_text(*body);
  }

 private:
  struct Read {
    api::NewEntity entity;
    api::EntityPlace place;
    std::string text;  // of the line
    std::uint64_t line = 0;
  };

  static std::size_t weight_of(const api::NewEntity& entity) {
    return entity.parents.empty() ? 1 : kWeightOfParents;
  }

  void fail(api::Error why) {
    failure_ = std::move(why);
    has_ended_ = true;
  }

  // With its line end, if it has one.
  void read_line(std::string_view line) {
    ++line_;
    if (auto read = read_entity_of(line); !read.ok()) fail(read.error());
  }

  api::Outcome<void> read_entity_of(std::string_view line) {
    if (line.size() > kMostOfLine) return too_large("line " + std::to_string(line_), kMostOfLine);
    if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
    if (form_ == Form::kAtomicLines) {
      if (waiting_.size() == api::kMaxEntitiesAtOnce) return too_many();
      if (waiting_bytes_ + line.size() > kMostAtomic) return too_large("body", kMostAtomic);
    }
    base::JsonLimits limits;
    limits.depth = kMaxBodyDepth;
    limits.nodes = kMostValues;
    const auto json = base::parse_json(line, limits);
    const std::string at = "/" + std::to_string(line_);
    if (!json.ok()) return api::invalid(at, json.error().message);
    return read_entity_at(*json, at, line);
  }

  api::Outcome<void> read_array() {
    base::JsonLimits limits;
    limits.depth = kMaxBodyDepth + 1;
    limits.nodes = kMostValuesOfArray;
    const auto json = base::parse_json(array_, limits);
    if (!json.ok()) return wrong_body(json.error().message);
    if (!json->array())
      return wrong_body("must be an array of entities, not of type " + std::string(name_of(json->kind())));
    if (json->array()->size() > api::kMaxEntitiesAtOnce) return too_many();
    std::size_t index = 0;
    for (const base::Json& element : *json->array())
      if (auto read = read_entity_at(element, "/" + std::to_string(index++), {}); !read.ok()) return read;
    return {};
  }

  api::Outcome<void> read_entity_at(const base::Json& json, const std::string& at, std::string_view text) {
    FieldErrors errors;
    Fields fields(json, kDialect, errors, at);
    api::GivenEntity given;
    given.name = {fields.text("type"), fields.text("id")};
    read_entity(fields, errors, given);
    if (const auto bad = fields.finish()) return *bad;
    api::EntityPlace place{at + "/", at + "/"};
    auto entity = api::check_entity(std::move(given), place);
    if (!entity.ok()) return entity.error();
    waiting_.push_back({std::move(entity).value(), std::move(place), std::string(text), line_});
    waiting_bytes_ += text.size();
    waiting_lines_ += weight_of(waiting_.back().entity);
    return {};
  }

  static api::Error too_many() {
    return api::error(api::Code::kTooLarge, "body: must be at most " +
                                                std::to_string(api::kMaxEntitiesAtOnce) +
                                                " entities, where they are all or nothing");
  }

  const domain::TenantId tenant_;
  const Form form_;
  std::string array_;  // as far as it has come
  LineCutter lines_{kMostOfLine};
  std::vector<Read> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t waiting_lines_ = 0;  // likewise, by weight
  bool has_ended_ = false;
  std::optional<api::Error> failure_;
  std::uint64_t line_ = 0;  // of what was read
  std::uint64_t made_through_ = 0, last_line_ = 0;
  std::size_t making_ = 0;
  std::uint64_t imported_ = 0;
};

}  // namespace

api::Outcome<std::unique_ptr<BodyImport>> import_entities(const Call& call, const api::Read& read) {
  Query query(call);
  const bool atomic = query.flag("atomic");
  if (const auto bad = query.error()) return *bad;
  const BodyType type = body_type(call.request);
  if (type == BodyType::kOther && is_bodiless(call.request))
    return wrong_body("is missing: this call needs lines of JSON, or a JSON array");
  if (type == BodyType::kOther)
    return api::error(api::Code::kUnsupportedMediaType,
                      "Content-Type: must be application/json or application/x-ndjson");
  if (const auto may = api::may_import_entities(read, call.tenant()); !may.ok()) return may.error();
  const Form form = type == BodyType::kJson ? Form::kArray : atomic ? Form::kAtomicLines : Form::kLines;
  return std::unique_ptr<BodyImport>(std::make_unique<EntityImport>(call.tenant(), form));
}

}  // namespace dialects::v1
