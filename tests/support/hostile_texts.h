#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

// Texts that want to be slow to read, or to take memory without end, each as long as asked for.
namespace hostile {

enum class Kind { kPolicyText, kPolicyJson, kSchemaText, kSchemaJson, kEntities, kContext };
const char* name_of(Kind);

struct Text {
  Kind kind;
  const char* what;
  std::function<std::string(std::size_t bytes)> make;  // of some so many bytes
};
const std::vector<Text>& texts();

}  // namespace hostile
