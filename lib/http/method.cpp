#include "http/method.h"

namespace http {

std::string join(std::span<const Method> methods) {
  std::string text;
  for (const Method method : methods) text.append(text.empty() ? "" : ", ").append(name_of(method));
  return text;
}

}  // namespace http
