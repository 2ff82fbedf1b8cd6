#include <algorithm>
#include <cstdio>

#include "cedar/symbols.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

// Whether the schema declares the type or action; nothing for what schemas don't declare by name alone.
std::optional<bool> is_declared(const cedar::Symbol& symbol, const cedar::Schema& schema) {
  switch (symbol.kind) {
    case cedar::SymbolKind::kEntityType: {
      const auto name = cedar::Name::unchecked(symbol.name);
      return schema.find_entity_type(name) != nullptr || schema.has_action_type(name);
    }
    case cedar::SymbolKind::kAction:
      return schema.find_action(cedar::parse_entity_uid(symbol.name).value()) != nullptr;
    case cedar::SymbolKind::kEntity:
    case cedar::SymbolKind::kAttribute:
    case cedar::SymbolKind::kTag:
    case cedar::SymbolKind::kFunction:
      return std::nullopt;
  }
  return std::nullopt;
}

Json to_json(const std::vector<cedar::Symbol>& symbols, const cedar::Schema* schema) {
  Json::Array out;
  for (const cedar::Symbol& symbol : symbols) {
    Json::Object item;
    item.emplace_back("kind", Json(name_of(symbol.kind)));
    item.emplace_back("name", Json(symbol.name));
    item.emplace_back("uses", Json(static_cast<std::int64_t>(symbol.uses)));
    if (symbol.place) {
      item.emplace_back("file", Json(symbol.file));
      item.emplace_back("line", Json(static_cast<std::int64_t>(symbol.place->line)));
      item.emplace_back("column", Json(static_cast<std::int64_t>(symbol.place->column)));
    }
    const auto declared = schema ? is_declared(symbol, *schema) : std::nullopt;
    if (declared) item.emplace_back("declared", Json(*declared));
    out.emplace_back(std::move(item));
  }
  return Json(std::move(out));
}

// A line for each: kind, name, uses, and where the first of them is.
void print(const std::vector<cedar::Symbol>& symbols, const cedar::Schema* schema) {
  std::size_t widest = 0;
  for (const cedar::Symbol& symbol : symbols) widest = std::max(widest, symbol.name.size());
  for (const cedar::Symbol& symbol : symbols) {
    std::string line(name_of(symbol.kind));
    line.resize(13, ' ');
    line += symbol.name + std::string(widest - symbol.name.size() + 2, ' ');
    line += std::to_string(symbol.uses) + (symbol.uses == 1 ? " use " : " uses");
    if (symbol.place)
      line += "  " + symbol.file + ":" + std::to_string(symbol.place->line) + ":" +
              std::to_string(symbol.place->column);
    const auto declared = schema ? is_declared(symbol, *schema) : std::nullopt;
    if (declared && !*declared) line += "  not in the schema";
    std::printf("%s\n", line.c_str());
  }
}

}  // namespace

int cedar_symbols(const CedarSymbols& options) {
  CedarInput input;
  const auto policies = input.policies(options.policies);
  if (!policies.ok()) return fail(policies.error());
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return fail(schema.error());
  const cedar::Schema* types = schema->has_value() ? &**schema : nullptr;
  const auto symbols = cedar::symbols_of(*policies);
  if (options.json) {
    print_json(to_json(symbols, types));
  } else {
    print(symbols, types);
  }
  return kOk;
}

}  // namespace cli
