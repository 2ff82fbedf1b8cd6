"""Runs each attack beside the victim and prints what the victim saw. Started by run.sh."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import servers
from attackers import ATTACKS

HERE = os.path.dirname(os.path.abspath(__file__))
GOALS = {"reads": 5.0, "changes": 100.0}  # milliseconds at p99, with any one attacker
NICE = os.environ.get("NICE", "19")
FIGURES = ("p50", "p99", "longest")
CLEARLY = 3.0        # a p99 this many times that without the attacker is the attacker's doing
SETTLE = 2.0         # seconds after an attack, before memory is looked at again
SLACK = 60.0         # seconds that a victim or an attacker may take beyond its time
PREPARATION = 300.0  # seconds that making what an attack needs may take
MB = 1e6


def spread(values, form="{:.2f}"):
    """median [lowest, highest]"""
    return "{} [{}, {}]".format(*(form.format(v) for v in (statistics.median(values), min(values), max(values))))


class Helper:
    """A process of victim.py or attackers.py, which is ready and waits for begin()."""

    all = []

    def __init__(self, seconds, *arguments, nice="0"):
        self.seconds = seconds
        self.process = subprocess.Popen(["nice", "-n", nice, sys.executable, *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        Helper.all.append(self.process)
        timer = threading.Timer(PREPARATION, self.process.kill)
        timer.daemon = True
        timer.start()
        ready = self.process.stdout.readline() == b"ready\n"
        timer.cancel()
        if not ready:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"{arguments} could not be made ready")

    def begin(self):
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def report(self):
        return json.loads(finish(self.process, self.seconds))


def attacker(name, target_file, round_number, seconds):
    return Helper(seconds, f"{HERE}/attackers.py", name, target_file, round_number, seconds, nice=NICE)


def observe(target_file, kinds, seconds, attack=None):
    """What the victim saw of each kind of request, and what the attacker said, if there was one."""
    victims = {kind: Helper(seconds, f"{HERE}/victim.py", kind, target_file, seconds) for kind in kinds}
    for helper in [*victims.values(), *([attack] if attack else [])]:
        helper.begin()
    seen = {kind: victim.report() for kind, victim in victims.items()}
    return seen, attack.report() if attack else None


def finish(process, seconds):
    try:
        out, _ = process.communicate(timeout=seconds + SLACK)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise RuntimeError(f"{process.args} did not end") from None
    if process.returncode != 0:
        raise RuntimeError(f"{process.args} ended with {process.returncode}")
    return out


def write_target(folder, name, target):
    path = os.path.join(folder, f"{name}.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(target, file)
    return path


class Row:
    """One attack: its rounds, and what they showed."""

    def __init__(self, name, rounds, seconds):
        self.name, self.rounds, self.seconds = name, rounds, seconds
        self.without, self.with_it, self.reports = [], [], []
        self.memory = {"before": [], "peak": [], "after": []}
        self.disk = {"without": [], "file": [], "with": []}
        self.died = None

    def measure(self, program, folder, many):
        server = servers.Reeve(program, os.path.join(folder, self.name))
        try:
            target_file = write_target(folder, self.name, {**server.target, "many": many})
            for number in range(self.rounds):
                self._round(server, target_file, number)
        except (OSError, RuntimeError, ValueError) as error:
            ended = f"; the server ended with {server.process.returncode}" if server.ended() else ""
            self.died = f"{error}{ended}; its log ends with:\n{server.last_lines()}"
        finally:
            server.stop()

    def _round(self, server, target_file, number):
        attack = attacker(self.name, target_file, number, self.seconds)
        written = server.disk()[1]
        self.without.append(observe(target_file, GOALS, self.seconds)[0])
        self.disk["without"].append((server.disk()[1] - written) / self.seconds / MB)
        self.memory["before"].append(server.memory() / MB)
        size, written = server.disk()
        with servers.Peak(server) as peak:
            seen, report = observe(target_file, GOALS, self.seconds, attack)
        self.with_it.append(seen)
        self.reports.append(report)
        size_after, written_after = server.disk()
        self.disk["file"].append((size_after - size) / self.seconds / MB)
        self.disk["with"].append((written_after - written) / self.seconds / MB)
        self.memory["peak"].append(peak.bytes / MB)
        time.sleep(SETTLE)
        self.memory["after"].append(server.memory() / MB)

    def p99(self, kind):
        return [seen[kind]["p99"] for seen in self.with_it]

    def failures(self, kind):
        return sum(sum(seen[kind]["failures"].values()) for seen in self.with_it)

    def verdict(self, kind):
        """Whether the goal was met: in time, and with nothing refused or unanswered."""
        if self.failures(kind):
            return "NOT MET: some failed"
        if statistics.median(self.p99(kind)) < GOALS[kind]:
            return "met"
        alone = statistics.median(seen[kind]["p99"] for seen in self.without)
        if alone >= GOALS[kind] and statistics.median(self.p99(kind)) < CLEARLY * alone:
            return "not met, nor without the attacker (a busy machine?)"
        return "NOT MET"

    def show(self, baseline):
        attack = ATTACKS[self.name]
        print(f"\n{self.name}: {attack.says}")
        if self.died:
            print(f"  {self.died}")
        if not self.with_it:
            return
        self._show_attacker(attack)
        print(f"  {'':16}{'without, ms':26}{'with the attacker, ms':32}{'ratio':26}goal")
        for kind, goal in GOALS.items():
            for figure in FIGURES:
                alone = [seen[kind][figure] for seen in self.without]
                beside = [seen[kind][figure] for seen in self.with_it]
                ratio = [b / a for a, b in zip(alone, beside)]
                word = ""
                if figure == "p99":
                    word = f"< {goal:g} ms: {self.verdict(kind)}"
                line = f"{kind + ' ' + figure:16}{spread(alone):26}{spread(beside):32}{spread(ratio, '{:.1f}'):26}"
                print(f"  {line}{word}".rstrip())
            self._show_failures(kind)
        print("  memory (RssAnon), MB: " +
              ", ".join(f"{when} {spread(values, '{:.1f}')}" for when, values in self.memory.items()))
        print(f"  disk, MB/s: the store's file took {spread(self.disk['file'])}, written"
              f" {spread(self.disk['with'])}, without the attacker {spread(self.disk['without'])}")
        print(f"  nginx: {baseline}")

    def _show_attacker(self, attack):
        def rate(what):
            return spread([report[what] / self.seconds for report in self.reports], "{:,.0f}")
        answers = {}
        for report in self.reports:
            for status, count in report["answers"].items():
                answers[status] = answers.get(status, 0) + count
        sent = spread([report["bytes_sent"] / self.seconds / MB for report in self.reports])
        print(f"  attacker: {attack.connections} connections at nice {NICE}; requests/s {rate('requests')},"
              f" MB/s sent {sent}, connections/s made {rate('connects')}")
        said = ", ".join(f"{n:,} x {status}" for status, n in sorted(answers.items()))
        print("  its answers: " + (said or "none read"))

    def _show_failures(self, kind):
        for seen, when in ((self.without, "without the attacker"), (self.with_it, "with it")):
            kinds = {}
            for one in seen:
                for what, count in one[kind]["failures"].items():
                    kinds[what] = kinds.get(what, 0) + count
            if kinds:
                total = sum(one[kind]["asked"] for one in seen)
                said = ", ".join(f"{n} x {what}" for what, n in sorted(kinds.items()))
                print(f"  {kind} that failed {when}: {said}, of {total}")


class Baseline:
    """The victim's reads from nginx beside plain GETs from as many connections as an attack has, as many at once."""

    def __init__(self, program, folder, rounds, seconds):
        self.folder, self.rounds, self.seconds = folder, rounds, seconds
        self.nginx, self.known = None, {}
        if servers.program_of_nginx() is None:
            self.missing = "not installed (Debian's package nginx-light), so there is no baseline"
            return
        reeve = servers.Reeve(program, os.path.join(folder, "for-nginx"))
        try:
            self.nginx = servers.Nginx(os.path.join(folder, "nginx"), reeve)
        except RuntimeError as error:
            self.missing = str(error)
        finally:
            reeve.stop()

    def stop(self):
        if self.nginx:
            self.nginx.stop()

    def says(self, attack):
        if not self.nginx:
            return self.missing
        shape = (attack.connections, attack.window)
        if shape not in self.known:
            self.known[shape] = self._measure(*shape)
        return self.known[shape]

    def _measure(self, connections, window):
        target_file = write_target(self.folder, "nginx", {**self.nginx.target, "shape": (connections, window)})
        alone, beside, rates = [], [], []
        for number in range(self.rounds):
            attack = attacker("plain", target_file, number, self.seconds)
            alone.append(observe(target_file, ["reads"], self.seconds)[0]["reads"]["p99"])
            seen, report = observe(target_file, ["reads"], self.seconds, attack)
            beside.append(seen["reads"]["p99"])
            rates.append(report["requests"] / self.seconds)
        ratio = [b / a for a, b in zip(alone, beside)]
        at_once = f", {window} at once on each" if window > 1 else ", none of them read" if window == 0 else ""
        return (f"reads p99 {spread(alone)} ms without, {spread(beside)} ms with plain GETs from {connections}"
                f" connections{at_once} ({spread(rates, '{:,.0f}')} a second), ratio {spread(ratio, '{:.1f}')}")


def summary(rows):
    print("\n| attack | reads p99 ms (goal 5) | changes p99 ms (goal 100) | failed | peak MB | written MB/s | goals |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        if not row.with_it:
            print(f"| {row.name} | could not be measured | | | | | |")
            continue
        missed = {kind: row.verdict(kind) for kind in GOALS if row.verdict(kind) != "met"}
        words = "; ".join(f"{kind}: {verdict}" for kind, verdict in missed.items())
        print(f"| {row.name} | {spread(row.p99('reads'))} | {spread(row.p99('changes'))} |"
              f" {row.failures('reads')} reads, {row.failures('changes')} changes |"
              f" {statistics.median(row.memory['peak']):.0f} | {statistics.median(row.disk['with']):.1f} |"
              f" {words or 'met'} |")


def main():
    rounds, seconds = int(os.environ.get("ROUNDS", "3")), float(os.environ.get("SECONDS_EACH", "4"))
    # Enough that a stall shows, few enough to be made in a second.
    many = 64_000 if os.environ.get("MANY", "") not in ("", "0") else 4_000
    names = os.environ.get("ONLY", "").replace(",", " ").split() or list(ATTACKS)
    for name in names:
        if name not in ATTACKS:
            print("the attacks are: " + " ".join(ATTACKS))
            return
    program = os.environ["REEVE"]
    folder = tempfile.mkdtemp(prefix="reeve-abuse.", dir="/var/tmp")
    os.chmod(folder, 0o755)
    # So that what was started is ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    baseline = None
    rows = []
    try:
        baseline = Baseline(program, folder, rounds, seconds)
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before; median [lowest, highest] of {rounds}"
              f" rounds of {seconds:g} s; the victim has 4 connections with 200 reads/s and 2 with 50 changes/s")
        for name in names:
            row = Row(name, rounds, seconds)
            row.measure(program, folder, many)
            row.show(baseline.says(ATTACKS[name]))
            sys.stdout.flush()
            rows.append(row)
        summary(rows)
    finally:
        for process in Helper.all:
            if process.poll() is None:
                process.kill()
        if baseline:
            baseline.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
