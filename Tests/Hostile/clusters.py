"""What many nodes write, made from one node's transcripts: no hostile line in it, but as many nodes as anybody has.

Each is a function of how many; lines come as a syslog of the hosts has them, one host after the other.
"""
import datetime
import hashlib
import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BEGIN = datetime.datetime(2026, 11, 23, 10)
TOKEN = re.compile(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b")
KEY = re.compile(r"\b[0-9a-f]{64}\b")


def fixture(path):
    with open(os.path.join(ROOT, "Fixtures", path)) as file:
        return file.read().splitlines()


def syslog(number, lines, seconds=1):
    """`lines` as host `number` says them, `seconds` after the host before."""
    head = f"{BEGIN + datetime.timedelta(seconds=number * seconds):%b %d %H:%M:%S} host{number} kubeadm[{1000 + number}]: "
    return "".join(f"{head}{line}\n" for line in lines)


def digest(number):
    return hashlib.sha256(str(number).encode()).hexdigest()


def installs(count):
    """`kubeadm init` with a token and a certificate key of each's own."""
    lines = fixture("ha-install/01-cp1-init.txt")
    for number in range(count):
        own = digest(number)
        said = [TOKEN.sub(f"{own[:6]}.{own[6:22]}", line.replace("cp1", f"host{number}")) for line in lines]
        yield syslog(number, [line if "ca-cert-hash" in line else KEY.sub(own, line) for line in said], 3)


def joins(count):
    for number in range(count):
        yield syslog(number, [line.replace("cp2", f"host{number}") for line in fixture("ha-install/02-cp2-join.txt")])


def refusals(count):
    """Runs that kubeadm's checks stop."""
    lines = [
        "[preflight] Running pre-flight checks", "error execution phase preflight: [preflight] Some fatal errors occurred:",
        "\t[ERROR Port-10250]: Port 10250 is in use", "\t[ERROR Swap]: running with swap on is not supported. Please disable swap",
        "[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`"]
    for number in range(count):
        yield syslog(number, lines)


def certificates(count):
    """`kubeadm certs check-expiration` on each."""
    for number in range(count):
        yield syslog(number, fixture("kubeadm/certs-check-expiration-1.22/input.txt"))


def tokens(count):
    """`kubeadm token list`, a tenth of it of certificate keys, and the installs that made those."""
    yield ("$ kubeadm token list\n"
           "TOKEN                     TTL         EXPIRES                USAGES                   DESCRIPTION\n")
    for number in range(count):
        own, isKey = digest(number), number % 10 == 0
        yield (f"{own[:6]}.{own[6:22]}   1h          2026-11-23T16:{number % 60:02}:{number // 60 % 60:02}Z   "
               + ("<none>                   Proxy for managing TTL for the kubeadm-certs secret\n" if isKey
                  else "authentication,signing   <none>\n"))
    yield from installs(count // 10)


def flapping(count):
    """Fifty nodes that become ready and not, by a controller's log."""
    for number in range(count):
        status = "NodeNotReady" if number // 50 % 2 else "NodeReady"
        yield (f"I1123 {BEGIN + datetime.timedelta(seconds=number):%H:%M:%S}.000000       1 event.go:294] \"Event occurred\" "
               f"object=\"n{number % 50}\" fieldPath=\"\" kind=\"Node\" apiVersion=\"v1\" type=\"Normal\" reason=\"{status}\" "
               f"message=\"Node n{number % 50} status is now: {status}\"\n")


def kubelets(count):
    lines = fixture("ha-install/07-w1-kubelet.journal.txt")
    for number in range(count):
        yield "".join(
            re.sub(r"^(\w+ \d+ [\d:]+) \S+", rf"\1 host{number}", line).replace('"w1"', f'"host{number}"') + "\n"
            for line in lines)


def inputs(scale):
    """Name to stream, `scale` times what takes a moment."""
    return {
        "installs, each with its keys": installs(int(30 * scale)), "joins of control planes": joins(int(60 * scale)),
        "runs that the checks stop": refusals(int(1000 * scale)), "listings of certificates": certificates(int(60 * scale)),
        "a listing of tokens": tokens(int(1000 * scale)), "nodes that become ready and not": flapping(int(5000 * scale)),
        "journals of kubelets": kubelets(int(30 * scale))}
