#include <algorithm>

#include "cedar/symbols.h"
#include "cli/cedar_output.h"
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
      return schema.find_action(cedar::EntityUid::parse(symbol.name).value()) != nullptr;
    case cedar::SymbolKind::kEntity:
    case cedar::SymbolKind::kAttribute:
    case cedar::SymbolKind::kTag:
    case cedar::SymbolKind::kFunction:
      return std::nullopt;
  }
  return std::nullopt;
}

void print_json(const std::vector<cedar::Symbol>& symbols, const cedar::Schema* schema) {
  base::JsonWriter json;
  json.begin_array();
  for (const cedar::Symbol& symbol : symbols) {
    json.begin_object().member("kind", name_of(symbol.kind)).member("name", symbol.name);
    json.member("uses", symbol.uses);
    if (symbol.place) {
      json.member("file", symbol.file);
      write_place(json, *symbol.place);
    }
    const auto declared = schema ? is_declared(symbol, *schema) : std::nullopt;
    if (declared) json.member("declared", *declared);
    json.end_object();
  }
  print(json.end_array());
}

// A line for each: kind, name, uses, and where the first of them is.
void print_text(const std::vector<cedar::Symbol>& symbols, const cedar::Schema* schema) {
  std::size_t widest = 0;
  for (const cedar::Symbol& symbol : symbols) widest = std::max(widest, symbol.name.size());
  for (const cedar::Symbol& symbol : symbols) {
    std::string line(name_of(symbol.kind));
    line.resize(13, ' ');
    line += symbol.name + std::string(widest - symbol.name.size() + 2, ' ');
    line += std::to_string(symbol.uses) + (symbol.uses == 1 ? " use" : " uses");
    if (symbol.place)
      line += (symbol.uses == 1 ? "   " : "  ") + symbol.file + ":" + std::to_string(symbol.place->line) +
              ":" + std::to_string(symbol.place->column);
    const auto declared = schema ? is_declared(symbol, *schema) : std::nullopt;
    if (declared && !*declared) line += "  not in the schema";
    print(line + "\n");
  }
}

}  // namespace

int cedar_symbols(const CedarSymbols& options) {
  CedarInput input;
  const auto policies = input.policies(options.policies);
  if (!policies.ok()) return fail(policies.error());
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return fail(schema.error());
  const auto symbols = cedar::symbols_of(*policies);
  options.json ? print_json(symbols, schema->get()) : print_text(symbols, schema->get());
  return kOk;
}

}  // namespace cli
