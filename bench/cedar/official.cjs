// Measures the official library as built for WebAssembly: node official.cjs MODULES DIR NAME, a scenario of a
// folder, or "text". Policies are parsed before. Entities can't be: this library takes their JSON with every decision, and reads it
// every time. "official-wasm-bare" is the same without entities, the least that a decision can cost here; its
// answers mean nothing.
const fs = require("fs");
const path = require("path");

const [modules, dir, name] = process.argv.slice(2);
const cedar = require(path.resolve(modules, "@cedar-policy/cedar-wasm/nodejs"));
const enough = 2e8; // ns for one figure
const times = 3; // that something long is done

const now = () => Number(process.hrtime.bigint());

function print(scenario, implementation, samples, unit) {
  samples.sort((a, b) => a - b);
  const at = (percent) => samples[Math.floor(((samples.length - 1) * percent) / 100)].toFixed(3);
  console.log([scenario, implementation, at(50), at(10), at(90), unit].join("\t"));
}

function measure(requests, decide) {
  const samples = [];
  const begin = now();
  while (samples.length < 3 || now() - begin < enough) {
    for (const request of requests) {
      const from = now();
      decide(request);
      samples.push(now() - from);
      if (samples.length >= 3 && now() - begin > enough) break;
    }
  }
  return samples;
}

function measureTimes(run) {
  const samples = [];
  for (let i = 0; i < times; ++i) {
    const from = now();
    run();
    samples.push(now() - from);
  }
  return samples;
}

function succeed(answer) {
  if (answer.type !== "success") throw new Error(JSON.stringify(answer).slice(0, 500));
  return answer;
}

function textOf({ decision, diagnostics }) {
  const reasons = diagnostics.reason.map((id) => ` ${id}`).sort();
  const failed = diagnostics.errors.map((error) => ` !${error.policyId}`).sort();
  return decision + reasons.join("") + failed.join("") + ";";
}

function run() {
  const read = (file) => fs.readFileSync(path.join(dir, name, file), "utf8");
  succeed(cedar.preparsePolicySet("policies", { staticPolicies: read("policies.cedar") }));
  const entities = JSON.parse(read("entities.json"));
  const requests = JSON.parse(read("requests.json"));
  const ask = (request, given) =>
    cedar.statefulIsAuthorized({ ...request, preparsedPolicySetId: "policies", entities: given });
  const answers = requests.map((request) => textOf(succeed(ask(request, entities)).response));
  console.log([name, "official-wasm", answers.join(""), "", "", "answers"].join("\t"));
  print(name, "official-wasm", measure(requests, (request) => ask(request, entities)), "ns");
  print(name, "official-wasm-bare", measure(requests, (request) => ask(request, [])), "ns");
}

// Validation can't be told from parsing here, so it is left out.
function measureText() {
  const text = fs.readFileSync(path.join(dir, "text.cedar"), "utf8");
  const speeds = measureTimes(() => succeed(cedar.checkParsePolicySet({ staticPolicies: text })));
  print("parse", "official-wasm", speeds.map((ns) => (Buffer.byteLength(text) * 1e3) / ns), "MB/s");
}

try {
  if (name === "text") measureText();
  else run();
} catch (error) {
  console.error(`${name}: ${error.message}`);
}
