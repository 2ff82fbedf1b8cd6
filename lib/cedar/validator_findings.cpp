#include "cedar/validator_findings.h"

#include <algorithm>
#include <utility>

namespace cedar {

namespace {

void sort_by_place(std::vector<ValidationFinding>& findings, std::size_t first) {
  std::stable_sort(
      findings.begin() + static_cast<std::ptrdiff_t>(first), findings.end(),
      [](const ValidationFinding& a, const ValidationFinding& b) { return a.at.begin < b.at.begin; });
}

}  // namespace

std::string to_text(const ValidationFinding& finding) {
  const std::string what = "policy `" + finding.policy + "`: " + finding.message;
  return finding.source ? finding.source->message(finding.at.begin, what) : what;
}

void Findings::begin(const PolicyId& id, const Template& body) {
  policy_ = &id;
  source_ = body.source;
  first_error_ = result_.errors.size();
  first_warning_ = result_.warnings.size();
  seen_.clear();
}

void Findings::end() {
  sort_by_place(result_.errors, first_error_);
  sort_by_place(result_.warnings, first_warning_);
}

void Findings::error(SourceRange at, std::string message) {
  add(result_.errors, at, std::move(message));
}
void Findings::warning(SourceRange at, std::string message) {
  add(result_.warnings, at, std::move(message));
}

void Findings::add(std::vector<ValidationFinding>& to, SourceRange at, std::string message) {
  if (to.size() >= kMaxFindings) return;
  std::string key =
      std::to_string(at.begin) + "-" + std::to_string(at.end) + (&to == &result_.errors ? "e" : "w");
  if (!seen_.insert(key.append(message)).second) return;
  to.push_back({*policy_, std::move(message), source_, at});
}

bool Findings::step(std::size_t count) {
  if (is_exhausted()) return false;
  steps_ += count;
  if (!is_exhausted()) return true;
  // Beyond kMaxFindings too, since without it an unfinished run could look like a clean one.
  result_.errors.push_back(
      {*policy_,
       "validation stopped here: policies and schema together need more than " + std::to_string(max_steps_) +
           " steps; name the action, or the types of principal and resource, in the scopes",
       source_,
       {}});
  return false;
}

std::string Findings::text(SourceRange at) const {
  constexpr std::size_t kShownBytes = 60;
  if (!source_ || at.end <= at.begin) return "…";
  std::string text(source_->text_at(at));
  const std::size_t cut = std::min(text.find_first_of("\r\n"), kShownBytes);
  if (cut < text.size()) {
    text.resize(cut);
    text += "…";
  }
  return text;
}

}  // namespace cedar
