#include "api/reports.h"

#include <charconv>
#include <string>

#include "dialects/query.h"
#include "dialects/v1/calls.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

constexpr std::uint64_t kDays = 90;

// Each with its id under `id_name` and, where there is one, what it is of under `of_name`.
void write_unused(base::JsonWriter& w, std::string_view name, const std::vector<api::Unused>& all,
                  std::string_view id_name, std::string_view of_name) {
  w.name(name).begin_array();
  for (const api::Unused& each : all) {
    w.begin_object().member(id_name, each.id);
    if (!of_name.empty()) w.member(of_name, each.of);
    w.member("last_used_on",
             each.last_at ? std::optional(to_string(*each.last_at).substr(0, 10)) : std::nullopt);
    w.end_object();
  }
  w.end_array();
}

Answer report_unused(const Call& call, const api::Read& read) {
  Query query(call);
  std::uint64_t days = kDays;
  if (const auto text = query.text("days")) {
    const char* const end = text->data() + text->size();
    const auto [stopped, failed] = std::from_chars(text->data(), end, days);
    if (failed != std::errc() || stopped != end || days < 1 || days > api::kMostReportDays)
      query.wrong("days", "must be a number from 1 to " + std::to_string(api::kMostReportDays));
  }
  if (const auto bad = query.error()) return *bad;
  const auto report = api::unused(read, call.tenant(), days);
  if (!report.ok()) return report.error();
  base::JsonWriter w;
  w.begin_object().member("from", report->from).member("counted_since", report->since);
  w.member("complete", report->is_complete).member("lost", report->lost).member("lost_at", report->lost_at);
  w.member("not_counted", report->not_counted);
  write_unused(w, "permissions", report->permissions, "scope", "");
  write_unused(w, "roles", report->roles, "slug", "");
  write_unused(w, "mappings", report->mappings, "id", "role");
  write_unused(w, "grants", report->grants, "id", "template");
  write_unused(w, "rules", report->rules, "id", "policy_id");
  return ok(w.member("has_more", report->has_more).end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/reports/unused",
     .id = "report_unused",
     .operation = op::report_unused,
     .parameters = {"days"},
     .place = Place::kPool,
     .handle = report_unused},
};

}  // namespace

std::span<const Route> report_calls() {
  return kCalls;
}

}  // namespace dialects::v1
