"""What is hostile and no stream: names of paths, things that are no files, rule packs, SQL, names given by flags."""
import json
import os
import threading
import time

from inputs import ESCAPES, good
from judge import ACTS, MIB, fault_of

READ = ["--recorded", "--year", "2026", "--time-zone", "UTC"]


class Scene:
    """A folder to play in; keeps what went wrong, and the highest peak."""

    def __init__(self, runner, folder, full):
        self.runner, self.folder, self.full = runner, folder, full
        self.faults, self.peak, self.given, self.what = [], 0, 0, "ingest"

    def path(self, name):
        return os.path.join(os.fsencode(self.folder), name if isinstance(name, bytes) else name.encode())

    def file(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        self.given += len(content)
        return path

    def run(self, arguments, status=0, form="table", limit=64, says=None, seconds=120, chunks=None):
        """Runs kubelog and judges it; `status` may be several, `says` a part of what standard error or output has."""
        run = self.runner.run(arguments, chunks, seconds)
        self.peak = max(self.peak, run.peak)
        words = " ".join(ACTS.sub("?", os.fsdecode(word).encode("utf-8", "replace").decode()) for word in arguments)[:100]
        statuses = status if isinstance(status, tuple) else (status,)
        if run.status not in statuses:
            self.faults.append(f"`{words}`: status {run.status}: {ACTS.sub('?', run.errors()[-200:].strip())}")
        if run.peak > limit * MIB:
            self.faults.append(f"`{words}`: {run.peak / MIB:.0f} MiB")
        if found := fault_of(form, run):
            self.faults.append(f"`{words}`: {found}")
        if says and says not in run.errors() + run.output(MIB).decode(errors="replace"):
            self.faults.append(f"`{words}`: does not say '{says}': {ACTS.sub('?', run.errors()[-200:].strip())}")
        return run

    def ask(self):
        for words in (["timeline"], ["nodes"], ["query", "sources"], ["sessions"], ["problems", "--all"]):
            for form in ("table", "markdown", "csv", "json"):
                self.run([*words, "-o", form], form=form)
        for form in ("html", "markdown", "json"):
            self.run(["report", "--format", form], form=form)


NAMES = [
    b"new\nline.log", b"esc\x1b]0;title\x07.log", b"return\rname", b"-v", b"--db", b"bad\xff\xfe.log", b"\xe2\x80\xaeright.log",
    b"<script>alert(1)<", b"=1+1.log", b"a,b\"c'.log", b"|pipe|.md", b"`x`.log", b"\xc2\x9b31m.log", b" blank ", b"a" * 255]


def names_of_files(scene):
    for name in NAMES:
        path = scene.file(name, good("before"))
        # What is no UTF-8 cannot be named as an argument: its folder can, or standard input be used.
        status = 66 if b"\xff" in name else 0
        scene.run(["ingest", *READ, path], status=status)
        scene.run(["parse", *READ, path], status=status, form="ndjson")
        scene.run(["ingest", *READ, path + b".gone"], status=(66, 74))
        scene.run(["ingest", *READ, "--", name], status=status)
    scene.ask()
    scene.run(["ingest", *READ, scene.folder], status=(0, 65))
    scene.run(["ingest", "-o", "json", *READ, scene.folder], status=(0, 65), form="json")


def no_files(scene):
    os.mkfifo(scene.path("fifo"))
    os.symlink("loop", scene.path("loop"))
    os.symlink("/proc/self/mem", scene.path("mem"))
    writer = threading.Thread(target=lambda: open(scene.path("fifo"), "wb").write(good("before")), daemon=True)
    writer.start()
    scene.run(["ingest", *READ, scene.path("fifo")])
    scene.run(["ingest", *READ, scene.path("loop")], status=(66, 74), says="loop")
    scene.run(["ingest", *READ, "/dev/null"])
    scene.run(["ingest", *READ, scene.path("mem")], status=(66, 74))
    scene.run(["ingest", *READ, "/proc/self/environ"], status=(0, 65, 66))
    scene.run(["parse", scene.folder], status=(0, 65, 66, 74), form="ndjson")
    folder = scene.path("folder")
    os.mkdir(folder)
    os.symlink(".", os.path.join(folder, b"again"))
    os.symlink("/", os.path.join(folder, b"root"))
    os.mkfifo(os.path.join(folder, b"fifo"))
    scene.file("folder/good.log", good("between"))
    scene.run(["ingest", *READ, folder], says="event")


def files_of_a_bundle(scene):
    for number in range(20_000 if scene.full else 500):
        scene.file(f"bundle/{number % 100}/{number}.log", b"x\n")
    deep = "bundle/" + "/".join(["d"] * 500)
    scene.file(deep + "/good.log", good("before"))
    scene.run(["ingest", *READ, scene.path("bundle")], seconds=600)


def grows(scene):
    path = scene.file("growing.log", good("before"))
    stop = threading.Event()

    def write():
        with open(path, "ab") as file:
            until = time.monotonic() + 5
            while not stop.is_set() and time.monotonic() < until:
                file.write(b"Nov 23 14:40:00 h kubelet[1]: I1123 14:40:00.000001 1 x.go:1] \"x\"\n" * 1000)
                file.flush()
                time.sleep(0.002)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    scene.run(["ingest", *READ, path], seconds=60)
    stop.set()
    writer.join()


def is_cut_while_read(scene):
    path = scene.file("cut.log", good("before") + b"x" * (64 * MIB) + b"\n" + good("after"))
    threading.Timer(0.02, lambda: os.truncate(path, 100)).start()
    scene.run(["ingest", *READ, path], status=(0, 74))


def flags(scene):
    for sign in ESCAPES.values():
        if "\x00" in sign:
            continue
        scene.run(["ingest", *READ, "--node", sign, "--cluster", sign, "-"], chunks=iter([good("before")]))
        for words in (["ingest", "--at", sign, "-"], ["ingest", "--as", sign], ["timeline", "--since", sign],
                      ["timeline", "--kind", sign], ["nodes", "--node", sign], ["query", sign], ["query", "nodes", "-p", sign],
                      ["query", "nodes", "-p", f"{sign}=x"], ["query", "--sql", f"SELECT '{sign}' AS \"{sign}\""],
                      ["query", "--sql", f"SELECT {sign}"], ["query", "--sql", f"SELECT * FROM \"{sign}\""],
                      ["nodes", "--db", sign], ["ingest", "--time-zone", sign], ["nodes", "--now", sign],
                      ["sessions", "--session", sign], ["problems", "--explain", sign], ["secrets", "--explain", sign],
                      ["rules", "show", sign], ["rules", "lint", sign], ["rules", "test", sign], ["diff", sign, sign],
                      ["join", "--cluster", sign], ["report", "--out", f"/no/{sign}"], [sign], ["--" + sign],
                      ["run", "--", sign], ["db", "forget", "--before", sign], ["db", "forget", "--cluster", sign, "--dry-run"]):
            scene.run(words, status=(0, 1, 64, 65, 66, 73, 74, 75, 78, 126, 127))
    scene.ask()


STORES = [
    ("/dev/null", (73, 74)), ("/dev/zero", (73, 74)), ("/proc/self/mem", (73, 74)), ("/", (73, 74)), ("fifo", (73, 74)), ("loop", (73, 74)),
    ("file:x?mode=memory&cache=shared", None), (":memory:", None), ("garbage.db", (73, 74, 78)), ("a" * 300, (73, 74)),
    ("new\nline/\x1b[31m.db", None), ("file/below.db", (73, 74))]


def places_of_stores(scene):
    os.mkfifo(scene.path("fifo"))
    os.symlink("loop", scene.path("loop"))
    scene.file("garbage.db", os.urandom(100_000))
    scene.file("file", b"x")
    for path, status in STORES:
        scene.run(["ingest", *READ, "--db", path, "-"], status=status or (0, 73, 74), chunks=iter([good("before")]))
        scene.run(["nodes", "--db", path], status=(0, 66, 73, 74, 78))
    for name in (":memory:", "file:x?mode=memory&cache=shared"):
        if os.path.exists(scene.path(name)):
            continue
        scene.faults.append(f"'{name}' is taken for something else than a path")


# What README.md allows one's own question, MiB, and a value that goes beyond it: a sixty-fourth.
SQL_LIMIT = 1024 + 16
SQL = {
    78: [
        "INSERT INTO kinds (name) VALUES ('a')", "DELETE FROM events", "DROP TABLE events", "UPDATE events SET time = 0",
        "REPLACE INTO kinds VALUES (1, 'x')", "CREATE TEMP TABLE t (a)", "CREATE TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END",
        "ATTACH '/tmp/x.db' AS x", "ATTACH ':memory:' AS x", "DETACH main", "VACUUM", "VACUUM INTO '/tmp/kubelog-evil.db'",
        "SELECT load_extension('/tmp/x.so')", "SELECT load_extension('/tmp/x.so', 'f')", "PRAGMA writable_schema = 1",
        "PRAGMA journal_mode = DELETE", "PRAGMA query_only = 0", "PRAGMA trusted_schema = 1", "PRAGMA mmap_size = 1",
        "PRAGMA database_list", "PRAGMA user_version", "PRAGMA wal_checkpoint(TRUNCATE)", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT x",
        "REINDEX", "ANALYZE", "SELECT writefile('/tmp/x', 'y')", "SELECT readfile('/etc/passwd')", "SELECT edit('x')",
        "SELECT fts3_tokenizer('simple', x'41')", "SELECT * FROM pragma_database_list", "SELECT * FROM dbstat",
        "CREATE VIRTUAL TABLE v USING fts5(x)", "SELECT 1; DELETE FROM events", "EXPLAIN DELETE FROM events; DELETE FROM events",
        "WITH x AS (SELECT 1) DELETE FROM events", "SELECT * FROM sqlite_master; --\nDROP TABLE events",
        "SELECT zeroblob(1000000000)", "SELECT hex(zeroblob(900000000))", "SELECT randomblob(1000000000)",
        "SELECT printf('%.*c', 1000000000, 'x')", "SELECT printf('%1000000000d', 1)", "SELECT replace(hex(zeroblob(9000000)), '0', hex(zeroblob(9000000)))",
        "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x || x || hex(zeroblob(1000000)) FROM a) SELECT length(x) FROM a",
        "SELECT " + "(" * 2000 + "1" + ")" * 2000, "SELECT " + "1+" * 20000 + "1", "SELECT " + "-" * 3 + "1",
        "SELECT " + ",".join(["1"] * 3000), "SELECT * FROM " + ",".join(f"v_events e{n}" for n in range(100)),
        "SELECT group_concat(hex(zeroblob(1000000))) FROM (WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM a LIMIT 100000) SELECT x FROM a)",
        "SELECT * FROM " + "(SELECT * FROM " * 200 + "v_events" + ")" * 200,
        "SELECT x FROM (WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM a) SELECT x FROM a)",
    ],
    0: [
        "SELECT char(27) || ']52;c;eA==' || char(7) AS x", "SELECT '=1+1' AS \"=1+1\"", "SELECT '<script>' AS \"<script>\"",
        "SELECT 9e999, -9e999, 9223372036854775807, -9223372036854775808, 1e-320", "SELECT x'00ff1b5d', char(0)",
        "SELECT char(8238) || 'x' AS \"\u202e\"", "SELECT instr(hex(zeroblob(1000000)), '1')",
        "SELECT 'a' LIKE '" + "%a" * 20000 + "b'"],
}


def sql(scene):
    scene.what = "answers"
    scene.run(["ingest", *READ, "-"], chunks=iter([good("before")]))
    store = scene.path("state/kubelog.db")
    before = scene.run(["timeline", "-o", "json"], form="json").output()
    for status, texts in SQL.items():
        for text in texts:
            # A text that is too long is null in some of SQLite's functions.
            statuses = (0, 78) if "%a" in text or "printf('%" in text or text.startswith(("EXPLAIN", "SAVEPOINT", "SELECT * FROM dbstat")) or "---" in text else status
            for form in ("table", "json", "csv", "markdown") if status == 0 else ("table",):
                scene.run(["query", "--sql", text, "-o", form], status=statuses, form=form, limit=SQL_LIMIT)
    for path in ("/tmp/kubelog-evil.db", "/tmp/x.db"):
        if os.path.exists(path):
            scene.faults.append(f"{path} was written")
    if scene.run(["timeline", "-o", "json"], form="json").output() != before:
        scene.faults.append("the store is another one")
    del store


def sql_without_end(scene):
    """What never ends and takes no memory is the asker's: it must end at a signal, and leave the store as it was."""
    scene.what = "answers"
    scene.run(["ingest", *READ, "-"], chunks=iter([good("before")]))
    run = scene.runner.run(
        ["query", "--sql", "WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT count(*) FROM a"], None, 5)
    scene.peak = max(scene.peak, run.peak)
    if run.status is not None:
        scene.faults.append(f"a count without end gave status {run.status}")
    scene.run(["nodes"])
    scene.run(["ingest", *READ, "-"], chunks=iter([good("after")]))
    scene.run(["db", "check"])


BOMBS = [
    "^(a+)+$", "^(a|aa)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)z$",
    "^(?:(?:(?:a?){50}){50}){50}b", "(?=(a+))a*b\\1", "((((((a*)*)*)*)*)*)*b", "^(?<m>(?:a|b|ab)*)c$", "(?R)?a", "(a(?1)?b)*c", "(?s).*.*.*.*!",
    "a{0,60000}a{0,60000}b", "(" * 260 + "a" + ")" * 260, "[" * 9, "(?<name", "\\C", "(*LIMIT_MATCH=4000000000)^(a+)+$", "(?{die})", "(?C1)a", "\\p{Evil}"]


def pack(pattern, message="x", identity="bomb"):
    return json.dumps({"pack": "bombs", "component": "plain", "rules": [{
        "id": identity, "pattern": pattern, "kind": "host.step", "message": message, "messages": ["a", "x"], "hits": [{"line": "a"}]}]})


def rule_bombs(scene):
    texts = [b"a" * 30 + b"!", b"a" * 5000, b"ab" * 3000, b"x" * 100_000, b"abc" * 1000 + b"!", b"aaaa bbbb " * 1000]
    for number, pattern in enumerate(BOMBS):
        for path in os.listdir(scene.folder + "/config/kubelog/rules") if os.path.exists(scene.folder + "/config/kubelog/rules") else []:
            os.remove(os.path.join(scene.folder, "config/kubelog/rules", path))
        path = scene.file("config/kubelog/rules/bomb.json5", pack(pattern).encode())
        scene.run(["rules", "lint", path], status=(0, 1, 65, 78))
        scene.run(["rules", "test", path], status=(0, 1, 65, 78))
        lines = b"\n".join(texts) + b"\n"
        scene.run(["ingest", *READ, "-v", "-"], status=(0, 78), chunks=iter([good("before"), lines * 20, good("after")]))


PACKS = [
    b"", b"[]", b"{", b"[" * 100_000, b'{"rules":' * 50_000, b"\xff\xfe\x00", b"\x00" * 1000, b'{"pack":"\x1b]0;x\x07","rules":[{"id":"\x1b[31m"}]}',
    '{"pack":"\u202eevil","rules":[{"id":"\u009bx","source":"\u009b","pattern":"("}]}'.encode(), b'{"rules":[' + b"{}," * 100_000 + b"]}",
    b"/*" * 100_000, b'{"pack":"' + b"x" * (4 * MIB) + b'"}', b"{a:0x" + b"f" * 100_000 + b"}", b"{a:1e999999999}", b"{'a':'\\u{110000}'}"]


def rule_packs(scene):
    for text in PACKS:
        path = scene.file("config/kubelog/rules/pack.json5", text)
        scene.run(["rules", "lint", path], status=(0, 1, 65, 78), limit=256)
        scene.run(["rules", "list"], status=(0, 78), limit=256)
        scene.run(["ingest", *READ, "-"], status=(0, 78), chunks=iter([good("before")]), limit=256)
    for sign in ESCAPES.values():
        path = scene.file("config/kubelog/rules/pack.json5", pack(f"^evil (?<m>.*){sign}", sign, sign).encode())
        for words in (["rules", "lint", path], ["rules", "test", path], ["rules", "list"], ["rules", "show", sign.replace("\x00", "")]):
            scene.run(words, status=(0, 1, 64, 65, 78))
    os.remove(path)
    os.mkfifo(scene.path("config/kubelog/rules/fifo.json5"))
    scene.run(["rules", "list"], status=(0, 74, 78), seconds=20)


def own_queries(scene):
    scene.run(["ingest", *READ, "-"], chunks=iter([good("before")]))
    for name, text in ((b"esc\x1b[31m.sql", b"SELECT 1 AS x"), (b"new\nline.sql", b"SELECT 1 AS x"), (b"big.sql", b"-" * (8 * MIB)),
                       (b"title.sql", b"-- title: \x1b]0;x\x07\xe2\x80\xae\nSELECT 1 AS x"), (b"bad\xff.sql", b"\xff\xfe")):
        scene.file(b"config/kubelog/queries/" + name, text)
    os.mkfifo(scene.path("config/kubelog/queries/fifo.sql"))
    scene.run(["query", "--list"], status=(0, 78), seconds=20)
    for name in ("title", "big", "fifo", "esc\x1b[31m", "new\nline"):
        scene.run(["query", name], status=(0, 64, 74, 78), seconds=20)
        scene.run(["query", name, "--describe"], status=(0, 64, 74, 78), seconds=20)


ALL = [
    ("paths", "names with line ends, escapes, dashes, no UTF-8", names_of_files), ("paths", "pipes, loops, devices as input", no_files),
    ("paths", "a bundle of many files, 500 folders deep", files_of_a_bundle), ("paths", "an input that grows while it is read", grows),
    ("paths", "an input that is cut while it is read", is_cut_while_read), ("paths", "places of stores", places_of_stores),
    ("escapes", "in every flag and name", flags), ("rules", "patterns that backtrack without end", rule_bombs),
    ("rules", "packs that are none", rule_packs), ("rules", "queries of one's own that are none", own_queries),
    ("sql", "writes, attaches, loads, eats memory", sql), ("sql", "never ends", sql_without_end)]
