#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cedar/ast.h"
#include "cedar/syntax/token_stream.h"

namespace cedar {

// Makes uids, and keeps those made lately, so that of one that stands often there is only one. A place is
// found by a hash that is not keyed: where two uids want it the later one has it.
class RecentUids {
 public:
  EntityUid get(std::string_view type, std::string_view id);

 private:
  std::array<std::optional<EntityUid>, 128> uids_;
};

// Reads expressions by recursive descent, one function per level of precedence; chains are loops, and what
// nests is counted. Every function returns nothing (or null) after a mistake, which the stream then holds.
class ExprParser {
 public:
  // Both must outlive the parser.
  ExprParser(TokenStream& tokens, ExprPool& pool) : tokens_(tokens), pool_(pool) {}

  ExprRef expression();

  // `Path::"id"`, without brackets.
  std::optional<EntityUid> entity();

  // `A::B`, of which no part is reserved.
  std::optional<Name> name(std::string_view what);

 private:
  struct Path {
    std::string text;
    std::size_t parts = 0;
    Token first;
    std::optional<Token> id;  // the string of `Path::"id"`
  };

  ExprRef if_then_else();
  ExprRef disjunction();
  ExprRef conjunction();
  ExprRef relation();
  ExprRef relation_with(ExprRef left, std::uint32_t begin);
  ExprRef has(ExprRef left, std::uint32_t begin);
  ExprRef like(ExprRef left, std::uint32_t begin);
  ExprRef is(ExprRef left, std::uint32_t begin);
  ExprRef sum();
  ExprRef product();
  ExprRef unary();
  ExprRef member();
  ExprRef accesses(ExprRef object, std::uint32_t begin);
  ExprRef attribute_or_method(ExprRef object, std::uint32_t begin);
  ExprRef method(ExprRef object, const Token& name, std::uint32_t begin);
  ExprRef primary();
  ExprRef number(const Token& token, bool is_negative, std::uint32_t begin);
  ExprRef name_like();
  ExprRef function(const Path& path);
  ExprRef set();
  ExprRef record();

  std::optional<Path> path(bool may_have_id);
  bool arguments(std::vector<ExprRef>& out, TokenKind closing, std::string_view what);
  std::optional<std::string> record_key();
  std::optional<std::string> attribute_name(std::string_view what);
  bool check_not_reserved(const Token& token);
  bool check_no_operator_after_relation();

  bool count(std::size_t parts, std::uint32_t begin);  // against kMaxParts
  ExprRef make(ExprNode&& node, std::uint32_t begin);  // ending where the last token taken does
  ExprRef fail(std::size_t offset, std::string message);

  TokenStream& tokens_;
  ExprPool& pool_;
  std::size_t nesting_ = 0;
  std::size_t parts_ = 0;
  RecentUids uids_;
};

}  // namespace cedar
