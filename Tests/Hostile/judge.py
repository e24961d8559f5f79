"""Runs kubelog under limits and judges what it printed."""
import codecs
import csv
import html.parser
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

MIB = 2**20
# What acts on a terminal or turns the text around it: C0 but the line feed, DEL, C1, separators, marks of direction.
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
NUMBER = re.compile(r"[-+]?[0-9][0-9.]*([eE][-+]?[0-9]+)?")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NO_TAG = re.compile(r"<\s*/?\s*(script|img|iframe|object|embed|svg|a|style|link|meta|base|form)\b", re.I)
# What no report of kubelog's may have: a tag that runs or loads something, and places for scripts.
BAD_TAGS = {"script", "img", "iframe", "object", "embed", "link", "base", "form", "input", "foreignobject", "image", "use"}


class Run:
    """What a run of kubelog left: its status (None: it was ended at the limit of time), outputs as files, and its cost."""

    def __init__(self, words, status, out, err, wall, peak):
        self.words, self.status, self.out, self.err, self.wall, self.peak = words, status, out, err, wall, peak

    def errors(self):
        self.err.seek(0)
        return self.err.read(MIB).decode(errors="replace")

    def output(self, most=2048 * MIB):
        self.out.seek(0)
        return self.out.read(most)


def feeder(pipe, chunks, said):
    """Writes until the reader has enough."""
    try:
        for chunk in chunks:
            said[0] += len(chunk)
            pipe.write(chunk)
        pipe.close()
    except (BrokenPipeError, OSError):
        try:
            pipe.close()
        except OSError:
            pass


class Runner:
    def __init__(self, kubelog, folder, seconds, memory):
        self.kubelog, self.folder, self.seconds, self.memory = kubelog, folder, seconds, memory
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KUBELOG")},
            "KUBELOG_NOW": "2026-11-23T15:00:00Z", "XDG_STATE_HOME": os.path.join(folder, "state"), "LC_ALL": "C",
            "XDG_CONFIG_HOME": os.path.join(folder, "config"), "HOME": folder, "TZ": "UTC",
            "KUBELOG_DB": os.path.join(folder, "state/kubelog.db")}
        self.fed = 0

    def run(self, arguments, chunks=None, seconds=None, environment=None, cwd=None):
        """`arguments` are texts or bytes; `chunks` come through a pipe. At most `memory` of address space is to be had."""
        out, err, peak = tempfile.TemporaryFile(dir=self.folder), tempfile.TemporaryFile(dir=self.folder), os.path.join(
            self.folder, "peak")
        # A child of Python's counts Python's own memory as its peak: `time` stands between.
        words = [
            "/bin/sh", "-c", f'ulimit -v {self.memory >> 10}; ulimit -c 0; exec /usr/bin/time -f %M -o "$0" "$@"', peak,
            self.kubelog, *arguments]
        begun = time.perf_counter()
        child = subprocess.Popen(
            words, stdin=subprocess.PIPE if chunks is not None else subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True, cwd=cwd or self.folder, env={**self.environment, **(environment or {})})
        said = [0]
        if chunks is not None:
            thread = threading.Thread(target=feeder, args=(child.stdin, chunks, said), daemon=True)
            thread.start()
        try:
            status = child.wait(seconds or self.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            status = None
        self.fed = said[0]
        measured = open(peak).read().split() if os.path.exists(peak) else []
        if measured:
            os.remove(peak)
        return Run(
            arguments, status, out, err, time.perf_counter() - begun, int(measured[-1]) * 1024 if measured else 0)


def raw(file, text_of=None):
    """The first thing in what was printed that acts on a terminal, or is no text."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(4 * MIB):
            text = decoder.decode(chunk)
            if found := ACTS.search(text):
                start = max(0, found.start() - 30)
                return f"raw U+{ord(found.group()):04X} in {text[start:found.end() + 20]!r}"
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "no UTF-8"
    return None


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.fault = None

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        if tag in BAD_TAGS or any(name.startswith("on") for name in names):
            self.fault = self.fault or f"<{tag} {' '.join(names)}> in the page"
        for name, value in attributes:
            if name in ("href", "src") and not re.match(r"(https://|#)", value or ""):
                self.fault = self.fault or f"{name}={value!r:.60} in the page"


def fault_of(form, run):
    """What is wrong with an output in a form; None where nothing is."""
    if found := raw(run.err):
        return f"on standard error {found}"
    if form in ("table", "markdown", "html"):
        if found := raw(run.out):
            return found
    if form == "json":
        try:
            json.loads(run.output())
        except (ValueError, RecursionError) as error:
            return f"no JSON: {error}"
    if form == "ndjson":
        run.out.seek(0)
        for number, line in enumerate(run.out):
            try:
                json.loads(line)
            except ValueError as error:
                return f"no JSON in line {number + 1}: {error}"
    if form == "csv":
        run.out.seek(0)
        csv.field_size_limit(2048 * MIB)
        text = run.output().decode("utf-8", "strict")
        for row in csv.reader(text.splitlines(keepends=True)):
            for cell in row:
                if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell):
                    return f"a cell is a formula: {cell!r:.60}"
    if form == "html":
        page = Page()
        page.feed(run.output().decode("utf-8", "replace"))
        return page.fault
    if form == "markdown":
        # In code the text stands for itself.
        text = re.sub(r"(?s)```.*?\n```|`[^`\n]*`", "", run.output().decode("utf-8", "replace"))
        text = re.sub(r"\\.", "", text)
        if found := NO_TAG.search(text):
            return f"{text[max(0, found.start() - 20):found.end() + 20]!r} in Markdown"
        for found in re.finditer(r"\]\(\s*(javascript|data):", text, re.I):
            # It ends a link only where one begins, in the same block.
            if "[" in text[max(text.rfind("\n\n", 0, found.start()), 0):found.start()]:
                return f"{found.group()!r} in Markdown"
    return None
