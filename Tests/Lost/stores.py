"""Runs kubelog on folders of its own, and tells whether two stores hold the same."""
import contextlib
import hashlib
import hmac
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NOW = "2026-11-23T14:50:00Z"


class Lost(Exception):
    """What was promised was not kept."""


class Place:
    """A folder with a store and a seal key, and the program that uses them."""

    def __init__(self, kubelog, above=None):
        self.kubelog = kubelog
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="kubelog-lost-", dir=above))
        self.store = os.path.join(self.folder, "state", "kubelog.db")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def exists(self):
        return os.path.exists(self.store)

    def environment(self, **more):
        return {
            "PATH": os.environ["PATH"], "HOME": self.folder, "TZ": "UTC", "KUBELOG_DB": self.store,
            "KUBELOG_NOW": NOW, "XDG_CONFIG_HOME": os.path.join(self.folder, "config"), **more}

    @contextlib.contextmanager
    def started(self, words, feed=None, slowly=False, **more):
        """Begins a command; `feed` is a file that comes through a pipe, ten lines at a time if `slowly`."""
        pour = ["awk", '{ print } NR % 10 == 0 { fflush(); system("sleep 0.06") }'] if slowly else ["cat"]
        source = subprocess.Popen([*pour, feed], stdout=subprocess.PIPE) if feed else None
        with tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(
                [self.kubelog, *words], env=self.environment(**more), stdout=subprocess.PIPE, stderr=errors,
                stdin=source.stdout if source else subprocess.DEVNULL)
            if source:
                source.stdout.close()
            child.said = lambda: (errors.seek(0), errors.read().decode(errors="replace"))[1]
            try:
                yield child
            finally:
                child.kill()
                child.stdout.close()
                child.wait()
                if source:
                    source.kill()
                    source.wait()

    def run(self, words, feed=None, slowly=False, **more):
        """Runs a command to its end; gives its status, what it printed and what it said."""
        with self.started(words, feed, slowly, **more) as child:
            output = child.stdout.read().decode()
            return child.wait(), output, child.said()

    def must(self, words, feed=None, **more):
        status, output, said = self.run(words, feed, **more)
        if status:
            raise Lost(f"`{' '.join(words)}` ended with {status}: {said.strip()[-500:]}")
        return output

    def check(self):
        """The store is sound, or there is none yet."""
        status, output, said = self.run(["db", "check"])
        if status and not (status == 66 and not self.exists):
            raise Lost(f"`db check` ended with {status}: {output.strip()[-300:]} {said.strip()[-300:]}")


def rows(path, mode="ro"):
    """The tables of a store as they are, by their names; none where there is no store."""
    if not os.path.exists(path):
        return {}
    connection = sqlite3.connect(f"file:{path}?mode={mode}", uri=True)
    connection.text_factory = bytes
    try:
        names = [name.decode() for name, in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")]
        tables = {}
        for name in names:
            cursor = connection.execute(f"SELECT * FROM {name}")
            columns = [column[0] for column in cursor.description]
            tables[name] = [dict(zip(columns, row)) for row in cursor]
        return tables
    finally:
        connection.close()


def left_behind(path):
    """The tables of a store that nobody uses, as the next who opens it will find them.

    A copy is looked at: whoever opens such a store first mends it, and that is to be kubelog.
    """
    with tempfile.TemporaryDirectory(prefix="kubelog-lost-") as folder:
        copy = os.path.join(folder, "store")
        for part in ["", "-wal", "-journal"]:
            if os.path.exists(path + part):
                shutil.copyfile(path + part, copy + part)
        return rows(copy, "rw")


def fingerprint(tables):
    """A digest of all rows with their numbers: of two states of one store."""
    lines = sorted(repr((table, sorted(row.items()))) for table, found in tables.items() for row in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def events(tables):
    """How many occurrences each row of events has, by its digest; not of rows from a last line that may have been cut."""
    found = {}
    for row in tables.get("events", []):
        if not row["is_tentative"]:
            found[row["digest"]] = found.get(row["digest"], 0) + row["count"]
    return found


def same(place):
    """All rows of all tables, in an order and with names that two stores of the same input share.

    Numbers of rows depend on how much was written at once: each is replaced by what the row is known by. Two things are
    random in each store: the key that digests secrets, and what values are sealed with. So each value is unsealed by
    `secrets --reveal`, its digest is made again with the store's key, and the value stands where the digest stood: a value
    that does not open, or under another digest, is a difference.
    """
    tables = rows(place.store)
    key = next(row["value"] for row in tables["meta"] if row["name"] == b"digest_key")
    known = {}
    for secret in json.loads(place.must(["secrets", "--all", "--reveal", "-o", "json"])):
        if secret["value"] is not None:
            text = secret["kind"].encode() + b"\0" + secret["value"].encode()
            known[hmac.new(key, text, hashlib.sha256).digest()] = text
    by = lambda table, column: {row["id"]: row[column] for row in tables[table]}
    runs, kinds, sources, secrets = by("runs", "digest"), by("kinds", "name"), by("sources", "path"), by("secrets", "identity")
    happened = {row["id"]: (row["digest"], runs.get(row["run"])) for row in tables["events"]}
    named = {"run": runs, "kind": kinds, "source": sources, "event": happened}
    result = []
    for table, found in tables.items():
        for row in found:
            row = dict(row)
            row.pop("id", None)
            for column in row:
                if column in named and isinstance(row[column], int):
                    row[column] = named[column][row[column]]
            if table == "sightings":
                row["secret"] = known.get(secrets[row["secret"]], secrets[row["secret"]])
            if table == "secrets":
                identity = row["identity"]
                if row["kind"] == b"certificate-key" and row["public_id"].decode() == identity.hex()[:8]:
                    row["public_id"] = "of its digest"
                row["identity"] = known.get(identity, identity)
                row["value"] = row["value"] and row["identity"]
            if table == "logs":
                # Where its last row began, and a row may begin anew with each transaction.
                row.pop("byte")
            if table == "meta" and row["name"] in (b"digest_key", b"seal_check"):
                row["value"] = len(row["value"])
            result.append(repr((table, sorted(row.items()))))
    return sorted(result)


def must_be_same(place, expected):
    must_be(same(place), expected)


def must_be(found, expected):
    if found != expected:
        missing, more = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        raise Lost(f"{len(missing)} rows are missing and {len(more)} too many, first "
                   f"{(missing or more or ['rows that are there twice'])[0][:600]} / {(more or [''])[0][:600]}")


def must_hold(tables, seen):
    """What was seen in a store is still in it."""
    held = events(tables)
    lost = [digest for digest, count in seen.items() if held.get(digest, 0) < count]
    if lost:
        raise Lost(f"{len(lost)} of {len(seen)} events that a reader had seen are gone")


def say(text):
    print(text, file=sys.stderr, flush=True)
