// Measures the official library built natively: bench-cedar DIR NAME, a scenario of a folder, or "text". Policies,
// entities and requests are parsed before.
use cedar_policy::*;
use std::{fs, hint::black_box, path::Path, str::FromStr, time::Instant};

const ENOUGH: f64 = 2e8; // ns for one figure
const ONCE: f64 = 2e4; // ns between two looks at the clock
const TIMES: usize = 5; // that something long is done
const LOADED: usize = 1000; // policies from which on loading is measured

fn print(scenario: &str, mut samples: Vec<f64>, unit: &str) {
    samples.sort_by(f64::total_cmp);
    let at = |percent: usize| samples[(samples.len() - 1) * percent / 100];
    println!("{scenario}\tofficial-native\t{:.3}\t{:.3}\t{:.3}\t{unit}", at(50), at(10), at(90));
}

fn measure(requests: &[Request], decide: impl Fn(&Request)) -> Vec<f64> {
    let mut samples = Vec::new();
    let begin = Instant::now();
    requests.iter().for_each(&decide);
    let each = begin.elapsed().as_nanos() as f64 / requests.len() as f64;
    let repeats = (ONCE / each.max(1.0)).max(1.0) as usize;
    while samples.len() < 3 || (begin.elapsed().as_nanos() as f64) < ENOUGH {
        for request in requests {
            let from = Instant::now();
            for _ in 0..repeats {
                decide(request);
            }
            samples.push(from.elapsed().as_nanos() as f64 / repeats as f64);
        }
    }
    samples
}

// In ns, or what `of` makes of them.
fn measure_times(once: impl Fn(), of: impl Fn(f64) -> f64) -> Vec<f64> {
    let time = |_| {
        let begin = Instant::now();
        once();
        of(begin.elapsed().as_nanos() as f64)
    };
    (0..TIMES).map(time).collect()
}

// The default allocator is the C library's.
fn heap() -> usize {
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}

fn answer(response: Response) -> String {
    let mut reasons: Vec<String> = response.diagnostics().reason().map(|id| format!(" {id}")).collect();
    let id = |AuthorizationError::PolicyEvaluationError(e): &AuthorizationError| format!(" !{}", e.policy_id());
    let mut failed: Vec<String> = response.diagnostics().errors().map(id).collect();
    reasons.sort();
    failed.sort();
    let decision = if response.decision() == Decision::Allow { "allow" } else { "deny" };
    format!("{decision}{}{};", reasons.concat(), failed.concat())
}

fn uid(json: &serde_json::Value) -> EntityUid {
    let kind = EntityTypeName::from_str(json["type"].as_str().unwrap()).unwrap();
    EntityUid::from_type_name_and_id(kind, EntityId::new(json["id"].as_str().unwrap()))
}

fn parse(text: &str) -> PolicySet {
    PolicySet::from_str(text).unwrap()
}

fn measure_loading(name: &str, text: &str, policies: usize) {
    let each = policies as f64;
    let before = heap();
    let set = parse(text);
    print(&format!("memory-{name}"), vec![(heap() - before) as f64 / each], "bytes");
    drop(set);
    print(&format!("load-{name}"), measure_times(|| drop(black_box(parse(text))), |ns| ns / each), "ns");
}

fn run(dir: &Path, name: &str) {
    let read = |file: &str| fs::read_to_string(dir.join(name).join(file)).unwrap();
    let text = read("policies.cedar");
    let policies = parse(&text);
    let entities = Entities::from_json_str(&read("entities.json"), None).unwrap();
    let asked: Vec<serde_json::Value> = serde_json::from_str(&read("requests.json")).unwrap();
    let request = |r: &serde_json::Value| {
        let context = Context::from_json_value(r["context"].clone(), None).unwrap();
        Request::new(uid(&r["principal"]), uid(&r["action"]), uid(&r["resource"]), context, None).unwrap()
    };
    let requests: Vec<Request> = asked.iter().map(request).collect();
    let authorizer = Authorizer::new();
    let ask = |r: &Request| authorizer.is_authorized(r, &policies, &entities);
    let answers: String = requests.iter().map(|r| answer(ask(r))).collect();
    println!("{name}\tofficial-native\t{answers}\t\t\tanswers");
    print(name, measure(&requests, |r| drop(black_box(ask(r)))), "ns");
    let count = policies.policies().count();
    if count >= LOADED {
        measure_loading(name, &text, count);
    }
}

fn measure_text(dir: &Path) {
    let text = fs::read_to_string(dir.join("text.cedar")).unwrap();
    let speed = |ns: f64| text.len() as f64 * 1e3 / ns;
    print("parse", measure_times(|| drop(black_box(parse(&text))), speed), "MB/s");
    let schema = Schema::from_str(&fs::read_to_string(dir.join("text.cedarschema")).unwrap()).unwrap();
    let validator = Validator::new(schema);
    let policies = parse(&text);
    let validate = || assert!(validator.validate(&policies, ValidationMode::default()).validation_passed());
    print("validate", measure_times(validate, speed), "MB/s");
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [dir, name] = given.as_slice() else { panic!("usage: bench-cedar DIR NAME") };
    match name.as_str() {
        "text" => measure_text(Path::new(dir)),
        _ => run(Path::new(dir), name),
    }
}
