"""What the benchmarks share: where things are kept, and how a command is measured."""
import collections
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "kubelog-benchmarks")

# Seconds, seconds of CPU (user and system), bytes.
Cost = collections.namedtuple("Cost", "wall cpu peak")


def say(text):
    print(text, file=sys.stderr, flush=True)


def build():
    """The static executable, built anew where sources have changed."""
    say("Building the static executable (Scripts/static)")
    result = subprocess.run([os.path.join(ROOT, "Scripts/static")], stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit("Scripts/static failed: see above, or name an executable with --kubelog PATH")
    return result.stdout.split("\n")[-2]


def journal(size, seed=2, form="short", *options):
    """The path of a generated journal, which is kept in the cache."""
    os.makedirs(CACHE, exist_ok=True)
    generator = os.path.join(HERE, "generate-journal")
    path = os.path.join(CACHE, "-".join(["journal", size, str(seed), form, *(o.lstrip("-") for o in options)]))
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(generator):
        say(f"Generating {os.path.basename(path)}")
        with open(path + ".part", "wb") as file:
            subprocess.run(
                [sys.executable, generator, "--size", size, "--seed", str(seed), "--format", form, *options],
                stdout=file, check=True)
        os.rename(path + ".part", path)
    return path


def lines(path):
    return int(subprocess.run(["wc", "-l", path], stdout=subprocess.PIPE, check=True).stdout.split()[0])


def install(*packages):
    """Installs packages of Debian or Ubuntu; says whether that went well."""
    if not shutil.which("apt-get"):
        return False
    root = [] if os.getuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if root is None:
        return False
    say(f"Installing {' '.join(packages)}")
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *words]
        if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            return False
    return True


def program(name, package=None):
    """The path of a program of the system, installed where it is missing; None where that cannot be."""
    if not shutil.which(name) and not (install(package or name) and shutil.which(name)):
        say(f"{name} is missing and could not be installed: what needs it is left out. "
            f"On Debian or Ubuntu: apt-get install {package or name}")
        return None
    return shutil.which(name)


def python_with(package, binary="python"):
    """A program of a virtual environment that has `package` from PyPI; None where that cannot be."""
    folder = os.path.join(CACHE, "venv-" + package)
    path = os.path.join(folder, "bin", binary)
    mark = os.path.join(folder, "installed")
    if not os.path.exists(mark):
        say(f"Installing {package} from PyPI into {folder}")
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, stdout=sys.stderr)
            subprocess.run(
                [os.path.join(folder, "bin/pip"), "install", "-q", "--only-binary", ":all:", package], check=True,
                stdout=sys.stderr)
        except (OSError, subprocess.CalledProcessError):
            say(f"{package} could not be installed from PyPI: what needs it is left out")
            return None
        open(mark, "w").close()
    return path


def run(command, environment=None, feed=None, keep=False):
    """Runs a command; gives what it cost and, where `keep`, what it printed. `feed` is a file that comes through a pipe."""
    with tempfile.NamedTemporaryFile("r") as peak, tempfile.TemporaryFile() as errors:
        # A child of Python's counts Python's own memory as its peak: `time` stands between.
        words = ["/usr/bin/time", "-f", "%M", "-o", peak.name, *command]
        source = subprocess.Popen(["cat", feed], stdout=subprocess.PIPE) if feed else None
        begun = time.perf_counter()
        child = subprocess.Popen(
            words, stdin=source.stdout if source else subprocess.DEVNULL, stderr=errors,
            stdout=subprocess.PIPE if keep else subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        if source:
            source.stdout.close()
        output = child.stdout.read() if keep else b""
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if source:
            source.wait()
        if child.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()[-400:]
            sys.exit(f"{' '.join(command)} ended with status {child.returncode}: {said}")
        cost = Cost(wall, usage.ru_utime + usage.ru_stime, int(peak.read().split()[-1]) * 1024)
    return (cost, output) if keep else cost


def medians(costs):
    return Cost(*(statistics.median(values) for values in zip(*costs)))
