"""What a disk may hold after a loss of power, made from the calls that faults.c wrote down.

A file has for certain what was in it at its last sync, and a folder the names it had at its own. Of what was written since,
each block of 4 KiB (or 512 bytes) may be as it was after any of the writes to it, or before all; a file may be as long as
it was at any moment since; and of the changes of names some came to be and some did not. The real file systems lose less.
"""
import collections
import os
import shutil

Call = collections.namedtuple("Call", "op node offset data frames path")
ROOT = 0


def calls(path):
    """The calls of a trace, in their order."""
    found = []
    with open(path, "rb") as file:
        while head := file.readline():
            op, node, offset, length, frames, name = head.rstrip(b"\n").split(b" ", 5)
            data = file.read(int(length))
            if data:
                file.read(1)
            found.append(Call(op.decode(), int(node), int(offset), data, int(frames), name.decode()))
    return found


class File:
    """A file as it was synced, and what was done to it since."""

    def __init__(self, synced=b""):
        self.synced, self.pending = bytearray(synced), []

    @staticmethod
    def apply(content, call):
        offset, data = call
        if data is None:
            if len(content) > offset:
                del content[offset:]
            else:
                content.extend(bytes(offset - len(content)))
        else:
            if len(content) < offset:
                content.extend(bytes(offset - len(content)))
            content[offset:offset + len(data)] = data

    def now(self):
        content = bytearray(self.synced)
        for call in self.pending:
            self.apply(content, call)
        return content

    def sync(self):
        self.synced, self.pending = self.now(), []

    def after_cut(self, dice, block):
        """One of the contents that it may have. `block` is what reaches the disk as a whole; 0: writes reach it in their order."""
        content = bytearray(self.synced)
        if not self.pending:
            return content
        if not block:
            for call in self.pending[:dice.randint(0, len(self.pending))]:
                self.apply(content, call)
            return content
        sizes, versions = [len(content)], {}
        for call in self.pending:
            offset, data = call
            touched = range(offset // block, (offset + len(data) - 1) // block + 1) if data else []
            for index in touched:
                versions.setdefault(index, [bytes(content[index * block:(index + 1) * block])])
            self.apply(content, call)
            for index in touched:
                versions[index].append(bytes(content[index * block:(index + 1) * block]))
            sizes.append(len(content))
        size = dice.choice(sizes)
        result = bytearray(self.synced)
        result.extend(bytes(max(0, max(sizes) - len(result))))
        for index, possible in versions.items():
            chosen = dice.choice(possible)
            result[index * block:(index + 1) * block] = chosen + bytes(block - len(chosen))
        del result[size:]
        result.extend(bytes(size - len(result)))
        return result


class Disk:
    """Files and names below one folder, as far as a trace tells."""

    def __init__(self, folder):
        self.folder = folder
        self.files = {}
        # Names that are there, and those that are certain to be: path to a number of self.files, None for a folder.
        self.names, self.certain, self.pending = {}, {}, []
        self.numbers = {}
        self.frames = -1

    def hold(self):
        """Takes what is below the folder now as synced, before the first call."""
        for above, folders, files in os.walk(self.folder):
            for name in folders:
                self.certain[os.path.join(above, name)] = None
            for name in files:
                path = os.path.join(above, name)
                with open(path, "rb") as file:
                    number = self.numbers[os.fstat(file.fileno()).st_ino] = len(self.files) + 1
                    self.files[number] = File(file.read())
                self.certain[path] = number
        self.names = dict(self.certain)

    def take(self, call):
        self.frames = call.frames
        if call.op in "CD":
            number = None
            if call.op == "C":
                number = self.numbers[call.node] = len(self.files) + 1
                self.files[number] = File()
            self.name(call.path, number, True)
        elif call.op in "WT":
            # The index of the log is written through memory and means nothing after a loss of power.
            self.files[self.numbers[call.node]].pending.append((call.offset, call.data if call.op == "W" else None))
        elif call.op == "S":
            if call.node in self.numbers and self.names.get(call.path, None) is not None:
                self.files[self.numbers[call.node]].sync()
            else:
                self.sync_names(call.path)
        elif call.op == "U":
            self.name(call.path, self.names[call.path], False)
        elif call.op in "RL":
            number = self.names[call.path]
            self.name(call.data.decode(), number, True)
            if call.op == "R":
                self.name(call.path, number, False)

    def name(self, path, number, is_made):
        self.pending.append((path, number, is_made))
        self.put(self.names, path, number, is_made)

    @staticmethod
    def put(names, path, number, is_made):
        if is_made:
            names[path] = number
        elif names.get(path, ROOT) == number:
            del names[path]

    def sync_names(self, folder):
        rest = []
        for change in self.pending:
            if os.path.dirname(change[0]) == folder:
                self.put(self.certain, *change)
            else:
                rest.append(change)
        self.pending = rest

    def cut(self, dice, to, block):
        """Writes one of the states that the disk may have into the folder `to`."""
        names = dict(self.certain)
        kept = self.pending
        if dice.random() < 0.5:
            kept = kept[:dice.randint(0, len(kept))]
        else:
            kept = [change for change in kept if dice.random() < 0.5]
        for change in kept:
            self.put(names, *change)
        self.write(names, to, lambda file: file.after_cut(dice, block))

    def shown(self, to, store):
        """Writes what a reader was shown at this moment into the folder `to`: of the log only so much as its index tells."""
        self.write(self.names, to, File.now)
        log = self.target(store, to) + "-wal"
        if os.path.exists(log):
            with open(log, "rb") as file:
                page = int.from_bytes(file.read(12)[8:], "big")
            os.truncate(log, 32 + self.frames * (page + 24) if self.frames > 0 else 0)

    def target(self, path, to):
        return to + path[len(self.folder):]

    def write(self, names, to, content):
        shutil.rmtree(to, ignore_errors=True)
        os.makedirs(to)
        folders, written = {self.folder}, {}
        for path in sorted(names):
            # Where the folder was lost, so was what is in it.
            if path.endswith("-shm") or os.path.dirname(path) not in folders:
                continue
            if names[path] is None:
                folders.add(path)
                os.mkdir(self.target(path, to), 0o700)
            elif names[path] in written:
                # Another name of the same file.
                os.link(written[names[path]], self.target(path, to))
            else:
                written[names[path]] = self.target(path, to)
                with open(self.target(path, to), "wb", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                    file.write(content(self.files[names[path]]))
