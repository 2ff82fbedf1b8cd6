// CLI11 knows that a command line is wrong, but says it in its own words and without a guess. The reason is
// found again here from what it parsed: words it had no place for come first, then options that exclude each
// other or are missing, then a wrong number of values, and only then its own message.
//
//   reeve cedar fromat    fromat: there is no such command; did you mean `format`?
//                         Try `reeve cedar --help`.
//
// Its exceptions say which kind of mistake it was; their texts differ between versions, and are used for
// nothing else than the option's name in front.
#include "cli/usage_mistake.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/nearest.h"

namespace cli {
namespace {

// The innermost command that was named.
const CLI::App& command_of(const CLI::App& root) {
  const CLI::App* at = &root;
  for (auto named = at->get_subcommands(); !named.empty(); named = at->get_subcommands()) at = named.back();
  return *at;
}

// "reeve cedar format"
std::string name_of(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent ? name_of(*parent) + " " + command.get_name() : command.get_name();
}

// "--policies", or "FILE" of an argument without a flag.
std::string name_of(const CLI::Option& option) {
  return option.get_lnames().empty() ? option.get_name() : "--" + option.get_lnames().front();
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  return flags;
}

std::vector<std::string> commands_below(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(below->get_name());
  return names;
}

// Of words that have no place here, flags come first: what follows one is probably its value.
std::string unknown_word(const CLI::App& command, const std::vector<std::string>& words) {
  const auto is_flag = [](const std::string& word) { return word.size() > 1 && word.front() == '-'; };
  for (const std::string& word : words) {
    if (!is_flag(word)) continue;
    const std::string flag = word.substr(0, word.find('='));
    return flag + ": there is no such flag" + base::did_you_mean(flag, flags_of(command));
  }
  const auto commands = commands_below(command);
  if (commands.empty()) return words.front() + ": unexpected word";
  return words.front() + ": there is no such command" + base::did_you_mean(words.front(), commands);
}

// What the options say of themselves; "" where none of them is at fault.
std::string mistake_of_options(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0) continue;
    for (const CLI::Option* other : option->get_excludes())
      if (other->count() > 0) return name_of(*option) + ": cannot be given together with " + name_of(*other);
  }
  for (const CLI::Option* option : command.get_options())
    if (option->get_required() && option->count() == 0) return name_of(*option) + ": is required";
  return "";
}

// The library's messages begin with the option's name.
std::string wrong_count(const CLI::App& command, const std::string& message) {
  const CLI::Option* option = command.get_option_no_throw(message.substr(0, message.find(':')));
  if (option == nullptr) return message;
  if (option->count() > 1) return name_of(*option) + ": may be given only once";
  if (option->get_type_size() == 0) return name_of(*option) + ": takes no value";
  return name_of(*option) + ": needs a value, " + option->get_type_name();
}

std::string mistake(const CLI::App& command, const CLI::ParseError& error) {
  if (const auto words = command.remaining(); !words.empty()) return unknown_word(command, words);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return wrong_count(command, error.what());
  const bool is_of_options = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
                             dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr;
  if (!is_of_options) return error.what();
  if (std::string found = mistake_of_options(command); !found.empty()) return found;
  if (!commands_below(command).empty()) return "a command is required";
  return error.what();
}

}  // namespace

std::string usage_mistake(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App& command = command_of(root);
  return mistake(command, error) + "\nTry `" + name_of(command) + " --help`.";
}

}  // namespace cli
