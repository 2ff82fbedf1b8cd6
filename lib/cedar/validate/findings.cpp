#include "cedar/validate/findings.h"

#include <algorithm>
#include <utility>

#include "base/source_text.h"
#include "base/utf8.h"

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
  by_place_.clear();
}

void Findings::end() {
  for (const auto& [place, repeated] : by_place_)
    if (repeated.others > 0)
      result_.errors[repeated.error].message +=
          " (and " + std::to_string(repeated.others) + " like it in other request environments)";
  sort_by_place(result_.errors, first_error_);
  sort_by_place(result_.warnings, first_warning_);
}

void Findings::error(SourceRange at, std::string_view message) {
  add(result_.errors, at, measured(message));
}
void Findings::warning(SourceRange at, std::string_view message) {
  add(result_.warnings, at, measured(message));
}

// A message may quote names as long as the text, and be made again in each environment.
std::string Findings::measured(std::string_view message) {
  constexpr std::size_t kBytesPerStep = 64;
  step(message.size() / kBytesPerStep);
  return base::utf8::shortened(message, base::kMaxMessage);
}

void Findings::error_in_environment(SourceRange at, std::string_view said) {
  std::string message = measured(said);
  const auto known = by_place_.find({at.begin, at.end});
  if (known != by_place_.end()) {
    if (is_new(true, at, message)) ++known->second.others;
  } else if (add(result_.errors, at, std::move(message))) {
    by_place_.emplace(std::pair(at.begin, at.end), Repeated{result_.errors.size() - 1});
  }
}

bool Findings::is_new(bool is_error, SourceRange at, const std::string& message) {
  if (seen_.size() >= kMaxRepeated) return false;
  const std::string place = std::to_string(at.begin) + "-" + std::to_string(at.end) + (is_error ? "e" : "w");
  return seen_.insert(place + message).second;
}

bool Findings::add(std::vector<ValidationFinding>& to, SourceRange at, std::string message) {
  if (to.size() >= kMaxFindings || !is_new(&to == &result_.errors, at, message)) return false;
  to.push_back({*policy_, std::move(message), source_, at});
  return true;
}

bool Findings::may_guess(std::size_t candidates) {
  if (candidates > kMaxGuessed - guessed_) return false;
  guessed_ += candidates;
  return true;
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
  const std::string_view whole = source_->text_at(at);
  const std::size_t line_end = whole.substr(0, kShownBytes).find_first_of("\r\n");
  if (line_end == std::string_view::npos) return base::utf8::shortened(whole, kShownBytes);
  return std::string(whole.substr(0, line_end)) + "…";
}

}  // namespace cedar
