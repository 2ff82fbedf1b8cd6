#include "cli/test_report.h"

#include <algorithm>

#include "base/utf8.h"

namespace cli {
namespace {

constexpr const char* kIndent = "        ";

// Every line behind "| ".
std::string quoted(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += kIndent + std::string(end == at ? "|" : "| ") + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return out;
}

// XML can't have most control characters at all, nor what is no UTF-8.
std::string in_xml(const std::string& text) {
  if (!base::utf8::is_valid(text)) return in_xml(text.substr(0, base::utf8::valid_prefix(text)) + "?");
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\n' || c == '\t')
      out += c == '\n' ? "&#10;" : "&#9;";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += '?';
    else
      out += c;
  }
  return out;
}

std::string counted(std::size_t tests, std::size_t failures) {
  return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) + "\"";
}

}  // namespace

std::string failure_text(const std::string& name, const std::string& place,
                         const std::vector<Difference>& differences, const std::string& explanation) {
  std::string out = "  FAIL  " + name + " (" + place + ")\n";
  for (const Difference& d : differences)
    out += kIndent + d.what + "\n          - " + d.expected + "\n          + " + d.found + "\n";
  return explanation.empty() ? out : out + quoted(explanation);
}

void JunitReport::begin_file(const std::string& name) {
  files_.push_back({name, "", 0, 0});
}

void JunitReport::test(const std::string& name, const std::string& failure) {
  File& file = files_.back();
  ++file.tests;
  file.cases += "    <testcase classname=\"" + in_xml(file.name) + "\" name=\"" + in_xml(name) + "\"";
  if (failure.empty()) {
    file.cases += "/>\n";
    return;
  }
  ++file.failures;
  file.cases += ">\n      <failure message=\"differs\">" + in_xml(failure) + "</failure>\n    </testcase>\n";
}

std::string JunitReport::text() const {
  std::size_t tests = 0, failures = 0;
  std::string suites;
  for (const File& file : files_) {
    tests += file.tests;
    failures += file.failures;
    suites += "  <testsuite name=\"" + in_xml(file.name) + "\"" + counted(file.tests, file.failures) + ">\n" +
              file.cases + "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counted(tests, failures) + ">\n" +
         suites + "</testsuites>\n";
}

}  // namespace cli
