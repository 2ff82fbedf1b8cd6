#pragma once
#include <string>
#include <vector>

namespace cli {

// Something that a test found other than it had to be.
struct Difference {
  std::string what;  // "decision"
  std::string expected;
  std::string found;
};

// A failed test as it is printed, - expected and + found; `place` says where it stands. The explanation may
// be empty, or lines.
//
//     FAIL  strangers may edit (photos_test.yaml:12)
//           decision
//             - allow
//             + deny
//           | why
std::string failure_text(const std::string& name, const std::string& place,
                         const std::vector<Difference>& differences, const std::string& explanation);

// Results as JUnit has them, which build servers read.
class JunitReport {
 public:
  // The tests that follow are of this file.
  void begin_file(const std::string& name);
  void test(const std::string& name, const std::string& failure);  // "" where it has passed
  std::string text() const;

 private:
  struct File {
    std::string name;
    std::string cases;
    std::size_t tests = 0, failures = 0;
  };
  std::vector<File> files_;
};

}  // namespace cli
