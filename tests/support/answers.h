#pragma once
#include <string>
#include <vector>

#include "base/json.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

inline base::Json json_of(const RawResponse& response) {
  INFO(response.status << " " << response.body);
  auto json = base::parse_json(response.body);
  REQUIRE(json.ok());
  return std::move(json).value();
}

// "404 not_found role x: not found | notice", in both dialects; the body where it is no error.
inline std::string brief(const RawResponse& response) {
  const auto body = base::parse_json(response.body);
  const base::Json* code = body.ok() ? body->find("code") : nullptr;
  if (!code) return std::to_string(response.status) + (response.body.empty() ? "" : " " + response.body);
  std::string text =
      std::to_string(response.status) + " " + (code->string() ? *code->string() : to_text(*code));
  text += " " + text_at(body.value(), "message");
  if (const base::Json* notices = body->find("notices"))
    for (const base::Json& notice : *notices->array()) text += " | " + *notice.string();
  return text;
}

// The text with every uuid, time and secret replaced, so that whole answers can be compared.
inline std::string without_ids(std::string text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const auto looks_like = [&](std::size_t at, std::string_view shape) {
    if (at + shape.size() > text.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const char c = text[at + i];
      if (shape[i] == 'x' ? !is_hex(c) : shape[i] == '9' ? !(c >= '0' && c <= '9') : c != shape[i])
        return false;
    }
    return true;
  };
  constexpr std::string_view kNil = "00000000-0000-0000-0000-000000000000";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (looks_like(at, kNil)) {
      text.replace(at, kNil.size(), "NIL");
    } else if (looks_like(at, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) {
      text.replace(at, 36, "ID");
    } else if (looks_like(at, "9999-99-99T99:99:99.999Z")) {
      text.replace(at, 24, "TIME");
    } else if (looks_like(at, "\"rvk_") || looks_like(at, "\"rvs_")) {
      text.replace(at + 5, text.find('"', at + 1) - at - 5, "SECRET");
    }
  }
  return text;
}

// A call and what it answers.
struct AnswerRow {
  std::string line, body;
  std::string expected;  // "status body" without ids and times, or how the brief error begins
};

// `ask` makes the call of a line and a body.
template <typename Ask>
void check_answers(const std::vector<AnswerRow>& rows, Ask ask) {
  for (const AnswerRow& row : rows) {
    INFO(row.line << " " << row.body);
    const RawResponse answer = ask(row.line, row.body);
    if (answer.status >= 400) {
      CHECK_THAT(brief(answer), ContainsSubstring(row.expected));
    } else {
      CHECK(std::to_string(answer.status) + " " + without_ids(answer.body) == row.expected);
    }
  }
}
