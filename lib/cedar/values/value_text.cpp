#include "cedar/value.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

struct ValuePrinter {
  std::string& out;

  void print(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kBool:
        out.append(*value.boolean() ? "true" : "false");
        return;
      case ValueKind::kLong:
        out.append(std::to_string(*value.integer()));
        return;
      case ValueKind::kString:
        out.append(quote(*value.string()));
        return;
      case ValueKind::kEntity:
        out.append(to_text(*value.entity()));
        return;
      case ValueKind::kSet:
        return set(*value.set());
      case ValueKind::kRecord:
        return record(*value.record());
      case ValueKind::kDecimal:
        return construct("decimal", to_text(*value.decimal()));
      case ValueKind::kIpAddr:
        return construct("ip", to_text(*value.ip_addr()));
      case ValueKind::kDatetime:
        return datetime(*value.datetime());
      case ValueKind::kDuration:
        return construct("duration", to_text(*value.duration()));
    }
  }
  void set(const Set& set) {
    std::string_view between = "[";
    for (const Value& element : set.elements()) {
      out.append(between);
      print(element);
      between = ", ";
    }
    out.append(set.size() == 0 ? "[]" : "]");
  }
  void record(const Record& record) {
    std::string_view between = "{";
    for (const Record::Field& field : record.fields()) {
      out.append(between).append(name_or_quoted(field.first)).append(": ");
      print(field.second);
      between = ", ";
    }
    out.append(record.size() == 0 ? "{}" : "}");
  }
  void construct(std::string_view function, const std::string& text) {
    out.append(function).append("(\"").append(text).append("\")");
  }
  void datetime(Datetime datetime) {
    if (has_text(datetime)) return construct("datetime", to_text(datetime));
    construct("datetime", "1970-01-01");
    out.append(".offset(");
    construct("duration", to_text(Duration{datetime.ms}));
    out.append(")");
  }
};

}  // namespace

std::string to_text(const Value& value) {
  std::string out;
  ValuePrinter{out}.print(value);
  return out;
}

}  // namespace cedar
