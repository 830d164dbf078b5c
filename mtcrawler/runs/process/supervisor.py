"""A small process around a crawl that forwards signals to it and kills it when it hangs.

Python handles a signal between two steps of its own: while one pattern or one library call holds the interpreter,
SIGTERM goes unheard. So `supervise` forks. The child crawls. The process that the operator started becomes this file
run as a script, which has an interpreter of its own: it forwards signals (a hang-up as SIGTERM), watches the child's
heartbeat, and kills a child that stopped answering or did not end in time after a signal. It imports nothing of ours,
so it stays small.
"""

from __future__ import annotations

import errno
import faulthandler
import fcntl
import json
import os
import re
import resource
import select
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Final, NoReturn

BEAT: Final = 1.0
"""Seconds between two heartbeats, and between two looks at them."""
LAST_WORDS: Final = 5.0
"""Seconds that stderr may take to accept the last words."""
STACK_WAIT: Final = 2.0
"""Seconds the child has to write where it hangs."""
FORWARDED: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WAKING: Final = frozenset({signal.SIGCHLD, signal.SIGALRM})
FROM_KERNEL: Final = 0x80
"""The si_code of a signal that a terminal sends (Ctrl-C): it reaches the child as well, so it is not forwarded."""
DUMP: Final = signal.SIGUSR1
"""Makes the child write its stack, even while the interpreter is held."""
PR_SET_PDEATHSIG: Final = 1
NAMELESS: Final = frozenset({"<lambda>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
"""What Python calls functions that have no name of their own."""
FRAME: Final = re.compile(r'File "([^"\n]{1,500})", line (\d{1,9}) in ([^\n]{1,200})')


@dataclass(frozen=True)
class SupervisorLimits:
    """What a supervised crawl is called and when it is ended by force; times in seconds.

    `silent` is how long the heartbeat may be missing, `silent_stopping` the same once the crawl was asked to stop, and
    `ending` how long it may then take in all. `state_dir` is where the stack of an ended crawl is kept. The exit codes
    are those of a stopped and of a stalled run.
    """

    spider: str
    run_id: str
    silent: float
    silent_stopping: float
    ending: float
    state_dir: str
    log_json: bool
    stopped_code: int
    stalled_code: int


class Heartbeat:
    """Marks a file each second while Python runs; while an event loop is watched, only after the loop has turned."""

    current: Heartbeat | None = None

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._watched = self._turned = False
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def watch_loop(self, watched: bool) -> None:
        """From now on the event loop has to call `loop_turned`, or not any more."""
        self._turned, self._watched = True, watched

    def loop_turned(self) -> None:
        """The event loop is alive."""
        self._turned = True

    def _beat(self) -> None:
        while True:
            if self._turned or not self._watched:
                self._turned = False
                os.utime(self._file.fileno())
            time.sleep(BEAT)


def supervise(limits: SupervisorLimits) -> None:
    """Fork: returns in the child, which crawls; the calling process supervises it and never returns.

    Call it before any thread or event loop is started. Elsewhere than on Linux it does nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    shared = _shared()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # a full disk, or a stream that was closed before the start
            stream.flush()
    heard = {number for number in FORWARDED if signal.getsignal(number) is not signal.SIG_IGN}  # nohup
    # Blocked until each side is ready, so that no signal is lost in between.
    signal.pthread_sigmask(signal.SIG_BLOCK, heard | WAKING)
    parent, child = os.getpid(), os.fork()
    if child:
        os.set_inheritable(shared.fileno(), True)
        told = json.dumps({"child": child, "shared": shared.fileno(), "heard": sorted(heard), "limits": asdict(limits)})
        # It needs nothing of the environment, which holds keys.
        os.execve(sys.executable, [sys.executable, "-I", "-S", "-X", "utf8", __file__, told], {})  # noqa: S606 - our own
    _die_with(parent)
    leave = partial(_leave, limits)
    for number in heard:
        # Until Scrapy has handlers: no traceback, and a lease is given back. A hang-up comes as SIGTERM.
        signal.signal(number, signal.SIG_IGN if number == signal.SIGHUP else leave)
    faulthandler.register(DUMP, file=shared, all_threads=True)
    Heartbeat.current = Heartbeat(shared)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, heard | WAKING)


def _shared() -> IO[bytes]:
    """A file in memory that both processes have: its time is the heartbeat, its contents the stack of a held child."""
    descriptor = os.memfd_create("mtcrawler")
    # Not in the place of a standard stream that was closed before the start.
    return os.fdopen(fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3), "wb", buffering=0)


def _die_with(parent: int) -> None:
    """A crawl whose supervisor is killed ends with it."""
    import ctypes  # noqa: PLC0415 - the supervisor itself stays small without it

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # killed before the line above
        os.kill(os.getpid(), signal.SIGKILL)


class _Supervisor:
    """Waits for the child, forwards signals, and ends it by force when a limit is passed."""

    def __init__(self, child: int, shared: int, heard: frozenset[int], limits: SupervisorLimits) -> None:
        self._child, self._shared, self._heard, self._limits = child, shared, heard, limits
        self._beat, self._looked, self._silent = 0, time.monotonic(), 0.0
        self._asked: float | None = None

    def run(self) -> NoReturn:
        """Supervise until the child has ended; ends with its exit code, or by the signal that ended it."""
        # Not sigtimedwait: interrupted past its time (Ctrl-Z, docker pause), CPython returns an unset siginfo.
        signal.setitimer(signal.ITIMER_REAL, BEAT, BEAT)
        while True:
            received = signal.sigwaitinfo(self._heard | WAKING)
            ended, status = os.waitpid(self._child, os.WNOHANG)
            if ended:
                self._end(os.waitstatus_to_exitcode(status))
            if received.si_signo in self._heard:
                self._forward(received)
            self._look()

    def _forward(self, received: signal.struct_siginfo) -> None:
        if self._asked is None:
            self._asked, self._silent = time.monotonic(), 0.0
        if received.si_signo == signal.SIGHUP:
            os.kill(self._child, signal.SIGTERM)
        elif received.si_code != FROM_KERNEL:
            os.kill(self._child, received.si_signo)

    def _look(self) -> None:
        now, limits = time.monotonic(), self._limits
        beat = os.fstat(self._shared).st_mtime_ns
        # A look that came late counts as one: whoever paused us paused the child as well.
        passed = min(now - self._looked, 2 * BEAT)
        alive = beat != self._beat or _is_stopped(self._child) or _is_output_blocked()
        silent = self._silent = 0.0 if alive else self._silent + passed
        self._beat, self._looked = beat, now
        if self._asked is None and silent > limits.silent:
            self._force(limits.stalled_code, f"Python did not answer for {limits.silent:g} s")
        if self._asked is not None and silent > limits.silent_stopping:
            self._force(limits.stopped_code, f"Python did not answer the signal for {limits.silent_stopping:g} s")
        if self._asked is not None and now - self._asked > limits.ending:
            self._force(limits.stopped_code, f"it did not end within {limits.ending:g} s of the signal")

    def _force(self, code: int, happened: str) -> NoReturn:
        os.kill(self._child, DUMP)
        waiting = time.monotonic() + STACK_WAIT
        while not os.fstat(self._shared).st_size and time.monotonic() < waiting:
            time.sleep(BEAT / 20)
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        stack = os.pread(self._shared, 1 << 20, 0).decode("utf-8", "replace")
        _say(self._limits, f"{happened}{_place(stack)}, so the crawl was ended by force", self._remedy(stack))
        sys.exit(code)

    def _remedy(self, stack: str) -> str:
        kept = _keep(stack, Path(self._limits.state_dir) / f"unresponsive-{self._limits.run_id}.txt")
        report = f" Report where it hung: {kept}" if kept else ""
        return f"What was stored stays stored; run it again to fetch the rest.{report}"

    def _end(self, code: int) -> NoReturn:
        if code >= 0:
            sys.exit(code)
        name = signal.Signals(-code).name
        if -code in FORWARDED and self._asked is not None:
            _say(self._limits, f"{name} ended it before it had begun", "Run it again.")
            sys.exit(self._limits.stopped_code)
        out_of_memory = " The machine may have run out of memory." if -code == signal.SIGKILL else ""
        _say(self._limits, f"it was ended by {name}", f"What was stored stays stored; run it again.{out_of_memory}")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # one core dump is enough
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        os.kill(os.getpid(), -code)  # whoever started it sees the signal, as without a supervisor
        sys.exit(128 - code)


def _say(limits: SupervisorLimits, happened: str, remedy: str) -> None:
    message = f"crawling {limits.spider}: {happened}. {remedy}"
    if limits.log_json:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        told = {"time": now, "level": "ERROR", "logger": "mtcrawler.runs.process.supervisor", "message": message}
        message = json.dumps({**told, "run": limits.run_id, "spider": limits.spider})
    # Whoever reads stderr may be gone, or read no more: then these words are lost, and the exit code is not.
    signal.signal(signal.SIGALRM, _give_up)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    with suppress(OSError):
        try:
            signal.setitimer(signal.ITIMER_REAL, LAST_WORDS)
            os.write(2, f"{message}\n".encode())
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)  # the alarm may come as late as here


def _leave(limits: SupervisorLimits, number: int, frame: object) -> NoReturn:
    """End a crawl that has not begun; a second signal, or its twin, changes nothing."""
    for each in FORWARDED:
        signal.signal(each, signal.SIG_IGN)
    _say(limits, f"{signal.Signals(number).name} ended it before it had begun", "Run it again.")
    sys.exit(limits.stopped_code)


def _give_up(number: int, frame: object) -> NoReturn:
    raise OSError(errno.EAGAIN, "stderr takes nothing")


def _is_stopped(process: int) -> bool:
    """Whether a process is stopped (Ctrl-Z, SIGSTOP) or traced by a debugger, and so cannot answer."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] in {"T", "t"}
    except (OSError, IndexError):
        return False


def _is_output_blocked() -> bool:
    """Whether stdout or stderr takes nothing now (a pager, Ctrl-S, a full pipe), so that the child waits to write."""
    polled = select.poll()
    for descriptor in (1, 2):
        polled.register(descriptor, select.POLLOUT)
    return len(polled.poll(0)) < 2


def _place(stack: str) -> str:
    """Where the main thread was, as words to put behind a sentence; empty where the child wrote nothing."""
    # The main thread is the last one that is written, whichever of them took the signal.
    frames = FRAME.findall(re.split(r"^(?:Current thread|Thread) 0x", stack, flags=re.MULTILINE)[-1])
    if not frames:
        return ""
    # The function around a comprehension or a lambda says more. A module's own code does have a name: its file's.
    frames = [one for one in frames if one[2].strip() not in NAMELESS] or frames
    package = Path(__file__).parents[2]
    ours = [one for one in frames if Path(one[0]).is_relative_to(package) and "commands" not in Path(one[0]).parts]
    named = [frames[0], *(ours[:1] if ours[:1] != frames[:1] else [])]
    words = ", called from ".join(
        f"{function.strip()}, {Path(file).name} line {line}" for file, line, function in named
    )
    return f" (it was in {words})"


def _keep(stack: str, path: Path) -> str | None:
    """Keep a stack for whoever mends it, readable by its owner alone; returns where it is."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(stack.encode(errors="replace"))
    except OSError:
        return None
    return str(path) if stack else None


if __name__ == "__main__":
    _given = json.loads(sys.argv[1])
    _Supervisor(
        _given["child"], _given["shared"], frozenset(_given["heard"]), SupervisorLimits(**_given["limits"])
    ).run()
