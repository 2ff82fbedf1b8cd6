// permissions.yaml is read in two rounds, since a permission may imply one that stands further down: first
// every name, then what each implies, with patterns expanded.
//
//   - {service: app, resource: organization, verb: administer, implies: ["*"]}     all others
//   - {resource: invoice, verb: pay, implies: ["invoice:get"]}
//
// Then circles are looked for, by a depth-first walk: a permission met again while it is on the path closes a
// circle, which is reported once, with its names in order. The closure itself (what is implied by what is
// implied) is not computed here; domain::Catalogue does that when the server takes the file up.
#include "config/permissions.h"

#include <map>
#include <optional>
#include <set>

#include "base/file.h"
#include "base/nearest.h"
#include "config/catalogue.h"
#include "config/config.h"
#include "config/mistakes.h"
#include "config/record.h"
#include "config/yaml.h"

namespace config {
namespace {

using Index = std::map<names::PermissionName, std::size_t>;

// Finds circles in what implies what, each permission in one circle at most. Recursion is as deep as the
// longest chain, so kMaxPermissions at most.
class CircleFinder {
 public:
  CircleFinder(const std::vector<PermissionSpec>& specs, const Index& index)
      : specs_(specs), index_(index), state_(specs.size(), State::kNew) {}

  // Each circle as indexes in the order of implication; the last implies the first.
  std::vector<std::vector<std::size_t>> find() {
    for (std::size_t i = 0; i < specs_.size(); ++i)
      if (state_[i] == State::kNew) visit(i);
    return std::move(circles_);
  }

 private:
  enum class State { kNew, kOnPath, kDone, kInCircle };

  void visit(std::size_t at) {
    state_[at] = State::kOnPath;
    path_.push_back(at);
    for (const names::PermissionName& name : specs_[at].implies) {
      const std::size_t next = index_.at(name);
      if (state_[next] == State::kNew)
        visit(next);
      else if (state_[next] == State::kOnPath)
        close(next);
    }
    path_.pop_back();
    if (state_[at] == State::kOnPath) state_[at] = State::kDone;
  }

  void close(std::size_t first) {
    std::size_t begin = path_.size() - 1;
    while (path_[begin] != first) --begin;
    circles_.emplace_back(path_.begin() + static_cast<std::ptrdiff_t>(begin), path_.end());
    for (const std::size_t i : circles_.back()) state_[i] = State::kInCircle;
  }

  const std::vector<PermissionSpec>& specs_;
  const Index& index_;
  std::vector<State> state_;
  std::vector<std::size_t> path_;
  std::vector<std::vector<std::size_t>> circles_;
};

// Reads the file in two rounds, since a permission may imply one that comes later.
class Reader {
 public:
  explicit Reader(Mistakes& mistakes) : mistakes_(mistakes) {}

  std::vector<PermissionSpec> read(const YamlNode& root) {
    const std::vector<std::string> known = {"service",     "resource", "verb",   "title",
                                            "description", "risk",     "implies"};
    for (const Record& record :
         records_of(root, "permissions", "permission", known, kMaxPermissions, mistakes_))
      read_one(record);
    for (std::size_t i = 0; i < specs_.size(); ++i) read_implied(records_[i], specs_[i]);
    for (const auto& circle : CircleFinder(specs_, index_).find()) refuse(circle);
    return std::move(specs_);
  }

 private:
  void read_one(Record record) {
    const auto name = read_name(record);
    if (name) record.rename("permission " + name->to_scope());
    PermissionSpec spec;
    spec.title = record.line("title");
    spec.description = record.prose("description");
    spec.risk = read_risk(record);
    if (!name) return;
    spec.name = *name;
    const auto [first, is_new] = index_.emplace(*name, specs_.size());
    if (!is_new) {
      mistakes_.add(record.place(), "permission " + name->to_scope() + ": is given twice, first on line " +
                                        std::to_string(records_[first->second].place().line));
      return;
    }
    catalogue_.add(*name);
    specs_.push_back(std::move(spec));
    records_.push_back(std::move(record));
  }

  static std::optional<names::PermissionName> read_name(const Record& record) {
    const auto service =
        record.has("service") ? read_part(record, "service") : std::string(names::kDefaultService);
    const auto resource = read_part(record, "resource");
    const auto verb = read_part(record, "verb");
    if (!service || !resource || !verb) return std::nullopt;
    return names::PermissionName{*service, *resource, *verb};
  }

  static std::optional<std::string> read_part(const Record& record, std::string_view key) {
    const YamlNode* node = record.scalar(key);
    if (node == nullptr) return std::nullopt;
    if (names::is_permission_part(node->text)) return node->text;
    record.mistake(node->place, key,
                   "must be a lower-case letter and up to " + std::to_string(names::kMaxPermissionPart - 1) +
                       " lower-case letters and digits, not " + in_ticks(node->text));
    return std::nullopt;
  }

  static names::Risk read_risk(const Record& record) {
    const YamlNode* node = record.scalar("risk");
    if (node == nullptr) return names::Risk::kLow;
    if (const auto risk = names::parse_risk(node->text)) return *risk;
    const std::vector<std::string> risks(names::kRiskNames.begin(), names::kRiskNames.end());
    record.mistake(node->place, "risk",
                   "must be low, medium, high or admin, not " + in_ticks(node->text) +
                       base::did_you_mean(node->text, risks));
    return names::Risk::kLow;
  }

  void read_implied(const Record& record, PermissionSpec& spec) {
    std::set<names::PermissionName> implied;
    record.list("implies", kMaxPermissions, [&](const YamlNode& item) {
      if (const auto all = catalogue_.expand(item.text)) {
        // A pattern stands for the others: that of an administrator makes no circle with itself.
        for (const names::PermissionName& name : *all)
          if (name != spec.name) implied.insert(name);
        spec.patterns.push_back(item.text);
        if (all->empty())
          record.mistake(item.place, "implies", in_ticks(item.text) + " stands for no permission");
        return;
      }
      const auto name = catalogue_.find(item.text, !mistakes_.full());
      if (!name.ok())
        record.mistake(item.place, "implies", name.error().message);
      else
        implied.insert(name.value());
    });
    spec.implies.assign(implied.begin(), implied.end());
  }

  void refuse(const std::vector<std::size_t>& circle) {
    constexpr std::size_t kNamed = 8;  // of a long circle, beside the last
    std::string risks;
    for (std::size_t i = 0; i < circle.size(); ++i) {
      if (i < kNamed || i + 1 == circle.size())
        risks += specs_[circle[i]].name.to_scope() + " → ";
      else if (i == kNamed)
        risks += std::to_string(circle.size() - kNamed - 1) + " more → ";
    }
    const Record& first = records_[circle.front()];
    first.mistake(first.place_of("implies"), "implies",
                  "the permission implies itself: " + risks + specs_[circle.front()].name.to_scope());
  }

  Mistakes& mistakes_;
  std::vector<PermissionSpec> specs_;
  std::vector<Record> records_;  // one for each spec
  Index index_;                  // into specs_
  Catalogue catalogue_;
};

}  // namespace

base::Result<std::vector<PermissionSpec>> parse_permissions(const std::string& path, std::string_view text) {
  Mistakes mistakes(path, text);
  std::vector<PermissionSpec> specs;
  if (const auto root = parse_yaml(text, mistakes)) specs = Reader(mistakes).read(*root);
  if (!mistakes.empty()) return mistakes.error();
  return specs;
}

base::Result<std::vector<PermissionSpec>> load_permissions(const std::string& path) {
  const auto text = base::read_file(path, kMaxConfigFile);
  if (!text.ok()) return text.error();
  return parse_permissions(path, text.value());
}

}  // namespace config
