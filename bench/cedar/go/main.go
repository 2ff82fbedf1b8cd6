// Measures cedar-go: bench DIR NAME, a scenario of a folder, or "text". Policies, entities and requests are parsed
// before.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

const (
	enough = 200 * time.Millisecond // for one figure
	once   = 20 * time.Microsecond  // between two looks at the clock
	times  = 5                      // that something long is done
	loaded = 1000                   // policies from which on loading is measured
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(parts ...string) []byte {
	bytes, err := os.ReadFile(filepath.Join(parts...))
	check(err)
	return bytes
}

func printLine(scenario string, samples []float64, unit string) {
	sort.Float64s(samples)
	at := func(percent int) float64 { return samples[(len(samples)-1)*percent/100] }
	fmt.Printf("%s\tcedar-go\t%.3f\t%.3f\t%.3f\t%s\n", scenario, at(50), at(10), at(90), unit)
}

func measure(requests []cedar.Request, decide func(cedar.Request)) []float64 {
	var samples []float64
	begin := time.Now()
	for _, request := range requests {
		decide(request)
	}
	each := time.Since(begin) / time.Duration(len(requests))
	repeats := 1
	if each > 0 && each < once {
		repeats = int(once / each)
	}
	for len(samples) < 3 || time.Since(begin) < enough {
		for _, request := range requests {
			from := time.Now()
			for i := 0; i < repeats; i++ {
				decide(request)
			}
			samples = append(samples, float64(time.Since(from).Nanoseconds())/float64(repeats))
		}
	}
	return samples
}

// In ns, or what `of` makes of them.
func measureTimes(do func(), of func(float64) float64) []float64 {
	var samples []float64
	for i := 0; i < times; i++ {
		begin := time.Now()
		do()
		samples = append(samples, of(float64(time.Since(begin).Nanoseconds())))
	}
	return samples
}

func heap() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

func parse(text []byte) *cedar.PolicySet {
	policies, err := cedar.NewPolicySetFromBytes("policies.cedar", text)
	check(err)
	return policies
}

func answer(decision cedar.Decision, diagnostic cedar.Diagnostic) string {
	var reasons, failed []string
	for _, reason := range diagnostic.Reasons {
		reasons = append(reasons, " "+string(reason.PolicyID))
	}
	for _, err := range diagnostic.Errors {
		failed = append(failed, " !"+string(err.PolicyID))
	}
	sort.Strings(reasons)
	sort.Strings(failed)
	return decision.String() + strings.Join(reasons, "") + strings.Join(failed, "") + ";"
}

type asked struct {
	Principal, Action, Resource cedar.EntityUID
	Context                     cedar.Record
}

func readRequests(text []byte) []cedar.Request {
	var all []asked
	check(json.Unmarshal(text, &all))
	var requests []cedar.Request
	for _, a := range all {
		requests = append(requests, cedar.Request(a))
	}
	return requests
}

func measureLoading(name string, text []byte, policies int) {
	each := float64(policies)
	before := heap()
	set := parse(text)
	printLine("memory-"+name, []float64{(heap() - before) / each}, "bytes")
	runtime.KeepAlive(set)
	printLine("load-"+name, measureTimes(func() { parse(text) }, func(ns float64) float64 { return ns / each }), "ns")
}

func run(dir, name string) {
	text := read(dir, name, "policies.cedar")
	policies := parse(text)
	var entities cedar.EntityMap
	check(json.Unmarshal(read(dir, name, "entities.json"), &entities))
	requests := readRequests(read(dir, name, "requests.json"))
	answers := ""
	for _, request := range requests {
		answers += answer(cedar.Authorize(policies, entities, request))
	}
	fmt.Printf("%s\tcedar-go\t%s\t\t\tanswers\n", name, answers)
	printLine(name, measure(requests, func(request cedar.Request) { cedar.Authorize(policies, entities, request) }), "ns")
	if count := len(policies.Map()); count >= loaded {
		measureLoading(name, text, count)
	}
}

func measureText(dir string) {
	text := read(dir, "text.cedar")
	speed := func(ns float64) float64 { return float64(len(text)) * 1e3 / ns }
	printLine("parse", measureTimes(func() { parse(text) }, speed), "MB/s")

	var declared schema.Schema
	check(declared.UnmarshalCedar(read(dir, "text.cedarschema")))
	resolved, err := declared.Resolve()
	check(err)
	policies := parse(text)
	validator := validate.New(resolved)
	printLine("validate", measureTimes(func() {
		for id, policy := range policies.All() {
			check(validator.Policy(string(id), (*xast.Policy)(policy.AST())))
		}
	}, speed), "MB/s")
}

func main() {
	dir, name := os.Args[1], os.Args[2]
	if name == "text" {
		measureText(dir)
	} else {
		run(dir, name)
	}
}
