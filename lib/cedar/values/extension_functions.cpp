#include "cedar/values/extension_functions.h"

#include <algorithm>
#include <array>

#include "base/enum_table.h"

namespace cedar {

namespace {

constexpr ValueKind kBool = ValueKind::kBool;
constexpr ValueKind kLong = ValueKind::kLong;
constexpr ValueKind kString = ValueKind::kString;
constexpr ValueKind kDecimal = ValueKind::kDecimal;
constexpr ValueKind kIp = ValueKind::kIpAddr;
constexpr ValueKind kDatetime = ValueKind::kDatetime;
constexpr ValueKind kDuration = ValueKind::kDuration;

using F = ExtFunction;
constexpr std::array<ExtFunctionInfo, 22> kFunctions = {{
    {F::kDecimal, "decimal", false, 1, kString, kString, kDecimal},
    {F::kLessThan, "lessThan", true, 2, kDecimal, kDecimal, kBool},
    {F::kLessThanOrEqual, "lessThanOrEqual", true, 2, kDecimal, kDecimal, kBool},
    {F::kGreaterThan, "greaterThan", true, 2, kDecimal, kDecimal, kBool},
    {F::kGreaterThanOrEqual, "greaterThanOrEqual", true, 2, kDecimal, kDecimal, kBool},
    {F::kIp, "ip", false, 1, kString, kString, kIp},
    {F::kIsIpv4, "isIpv4", true, 1, kIp, kIp, kBool},
    {F::kIsIpv6, "isIpv6", true, 1, kIp, kIp, kBool},
    {F::kIsLoopback, "isLoopback", true, 1, kIp, kIp, kBool},
    {F::kIsMulticast, "isMulticast", true, 1, kIp, kIp, kBool},
    {F::kIsInRange, "isInRange", true, 2, kIp, kIp, kBool, true},
    {F::kDatetime, "datetime", false, 1, kString, kString, kDatetime},
    {F::kOffset, "offset", true, 2, kDatetime, kDuration, kDatetime},
    {F::kDurationSince, "durationSince", true, 2, kDatetime, kDatetime, kDuration},
    {F::kToDate, "toDate", true, 1, kDatetime, kDatetime, kDatetime},
    {F::kToTime, "toTime", true, 1, kDatetime, kDatetime, kDuration},
    {F::kDuration, "duration", false, 1, kString, kString, kDuration},
    {F::kToMilliseconds, "toMilliseconds", true, 1, kDuration, kDuration, kLong},
    {F::kToSeconds, "toSeconds", true, 1, kDuration, kDuration, kLong},
    {F::kToMinutes, "toMinutes", true, 1, kDuration, kDuration, kLong},
    {F::kToHours, "toHours", true, 1, kDuration, kDuration, kLong},
    {F::kToDays, "toDays", true, 1, kDuration, kDuration, kLong},
}};
static_assert(base::has_row_for_each(kFunctions, &ExtFunctionInfo::function, F::kToDays));

// A text is cut in messages, since a policy may make it as long as it likes.
std::string shown(const std::string& text) {
  static constexpr std::size_t kShownBytes = 64;
  return text.size() <= kShownBytes ? to_text(Value(text))
                                    : to_text(Value(text.substr(0, kShownBytes))) + "…";
}

template <typename T>
base::Result<Value, std::string> construct(const Value& argument, std::string_view form) {
  const std::string& text = *argument.string();
  if (const auto parsed = T::parse(text)) return Value(*parsed);
  return shown(text) + " is not " + std::string(form);
}

// Applies a function to arguments already checked against the table.
base::Result<Value, std::string> apply(ExtFunction function, std::span<const Value> arguments) {
  const Value& first = arguments.front();
  const Value& second = arguments.back();
  const auto to_long = [&](std::int64_t unit) { return Value(first.duration()->ms / unit); };
  switch (function) {
    case F::kDecimal:
      return construct<Decimal>(
          first, "a decimal like \"12.34\": one to four digits after the point, within 64 bits");
    case F::kLessThan:
      return Value(*first.decimal() < *second.decimal());
    case F::kLessThanOrEqual:
      return Value(*first.decimal() <= *second.decimal());
    case F::kGreaterThan:
      return Value(*first.decimal() > *second.decimal());
    case F::kGreaterThanOrEqual:
      return Value(*first.decimal() >= *second.decimal());
    case F::kIp:
      return construct<IpAddr>(first,
                               "an address like \"10.0.0.1\", \"10.0.0.0/8\", \"::1\" or \"2001:db8::/32\"");
    case F::kIsIpv4:
      return Value(!first.ip_addr()->is_v6);
    case F::kIsIpv6:
      return Value(first.ip_addr()->is_v6);
    case F::kIsLoopback:
      return Value(first.ip_addr()->is_loopback());
    case F::kIsMulticast:
      return Value(first.ip_addr()->is_multicast());
    case F::kIsInRange:
      return Value(std::any_of(arguments.begin() + 1, arguments.end(), [&](const Value& range) {
        return first.ip_addr()->in_range(*range.ip_addr());
      }));
    case F::kDatetime:
      return construct<Datetime>(first, "a datetime like \"2024-10-15\" or \"2024-10-15T11:35:00.000+0100\"");
    case F::kOffset:
      if (const auto moment = first.datetime()->offset(*second.duration())) return Value(*moment);
      return "the sum of " + to_text(first) + " and " + to_text(second) + " does not fit 64 bits";
    case F::kDurationSince:
      if (const auto length = first.datetime()->since(*second.datetime())) return Value(*length);
      return "the time from " + to_text(second) + " to " + to_text(first) + " does not fit 64 bits";
    case F::kToDate:
      if (const auto day = first.datetime()->to_date()) return Value(*day);
      return "the day of " + to_text(first) + " begins before what fits 64 bits";
    case F::kToTime:
      return Value(first.datetime()->to_time());
    case F::kDuration:
      return construct<Duration>(first, "a duration like \"1d2h3m4s5ms\" or \"-90m\", within 64 bits");
    case F::kToMilliseconds:
      return to_long(1);
    case F::kToSeconds:
      return to_long(1000);
    case F::kToMinutes:
      return to_long(60 * 1000);
    case F::kToHours:
      return to_long(60 * 60 * 1000);
    case F::kToDays:
      return to_long(24 * 60 * 60 * 1000);
  }
  return std::string("no such function");
}

}  // namespace

std::span<const ExtFunctionInfo> extension_functions() {
  return kFunctions;
}

const ExtFunctionInfo& info(ExtFunction function) {
  return kFunctions[static_cast<std::size_t>(function)];
}

std::optional<ExtFunction> find_extension_function(std::string_view name) {
  const auto found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                  [&](const ExtFunctionInfo& f) { return f.name == name; });
  return found != kFunctions.end() ? std::optional(found->function) : std::nullopt;
}

std::string arity_text(const ExtFunctionInfo& f) {
  const std::size_t wanted = f.parameters - (f.is_method ? 1 : 0);
  return "`" + std::string(f.name) + "` takes " + (f.is_variadic ? "at least " : "") +
         std::to_string(wanted) + (wanted == 1 ? " argument" : " arguments");
}

base::Result<Value, std::string> call_extension(ExtFunction function, std::span<const Value> arguments) {
  const ExtFunctionInfo& f = info(function);
  if (!f.takes(arguments.size())) {
    const std::size_t receiver = f.is_method && !arguments.empty() ? 1 : 0;
    return arity_text(f) + ", not " + std::to_string(arguments.size() - receiver);
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ValueKind wanted = i == 0 ? f.first : f.second;
    if (arguments[i].kind() != wanted)
      return "`" + std::string(f.name) + "` expected " + std::string(name_of(wanted)) + ", found " +
             std::string(name_of(arguments[i].kind()));
  }
  return apply(function, arguments);
}

}  // namespace cedar
