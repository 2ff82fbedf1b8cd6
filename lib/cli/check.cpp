#include "cli/check.h"

#include <signal.h>

#include <cstdio>

#include "cli/cedar_output.h"
#include "cli/exit_code.h"

namespace cli {

int check(const QuestionOptions& options) {
  signal(SIGPIPE, SIG_IGN);
  const auto question = question_of(options);
  if (!question.ok()) return wrong_options(question.error());
  const auto server = client::connection_of(options.at);
  if (!server.ok()) return fail(server.error());
  const auto answer = server->call({"POST", "/access/v1/evaluation", {}, *question}, 200);
  if (!answer.ok()) return call_failed(answer.error());
  const base::Json* const decision = answer->find("decision");
  if (!decision || !decision->boolean()) {
    complain("reeve: " + server->place.to_string() + ": answered what is no decision");
    return kFailure;
  }
  const bool allowed = *decision->boolean();
  std::printf("%s\n", allowed ? "allow" : "deny");
  return allowed ? kOk : kDeny;
}

}  // namespace cli
