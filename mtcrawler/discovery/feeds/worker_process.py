"""A process apart for hostile documents: one that takes too long or too much memory costs itself alone."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from mtcrawler.model.limits import MIB

SLOWER: Final = 10
"""Wall-clock seconds allowed per CPU second: the machine may be busy."""

IDLE: Final = 10.0
"""Seconds without a document after which the process is let go; the next one starts another."""

MOST: Final = 32 * MIB
"""Bytes of an answer."""

TOO_LATE: Final = 1_000  # no exit code, nor is the next
TOO_LARGE: Final = 1_001
OWN_FAULT: Final = frozenset({TOO_LATE, TOO_LARGE, -signal.SIGXCPU, os.EX_OSERR})
"""Codes that say that the document itself was too much."""


class WorkerFailed(Exception):
    """The document brought its process down; the message says how, and `code` is what the process ended with."""

    def __init__(self, how: str, code: int) -> None:
        super().__init__(how)
        self.code = code


class WorkerProcess:
    """Hands documents one by one to a process, started for the first document, replaced after a crash.

    `command` is an isolated script; it is given `memory`, in bytes, and our process id as its last arguments, and the
    documents as `worker.py` describes. It has an empty environment: nothing of ours is in it.
    """

    def __init__(self, command: Sequence[str], memory: int) -> None:
        self._command, self._memory = command, memory
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._leaving: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process id; None while there is no process."""
        return self._process.pid if self._process else None

    async def ask(self, document: bytes, seconds: int) -> bytes:
        """The answer to a document that may take so many CPU seconds; raises WorkerFailed, OSError if none starts."""
        async with self._turn:
            if self._leaving:
                self._leaving.cancel()
            fresh = self._process is None
            try:
                answer = await self._tried(document, seconds)
            except WorkerFailed as err:
                if fresh or err.code in OWN_FAULT:
                    raise
                answer = await self._tried(document, seconds)  # the process may have been dead before
            self._leaving = asyncio.get_running_loop().call_later(IDLE, self._let_go)
            return answer

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            if self._leaving:
                self._leaving.cancel()
            await self._end()

    async def _tried(self, document: bytes, seconds: int) -> bytes:
        try:
            async with asyncio.timeout(seconds * SLOWER):
                return await self._answer(self._process or await self._start(), document, seconds)
        except TimeoutError:
            await self._kill()
            raise WorkerFailed(f"it was not read within {seconds * SLOWER} s", TOO_LATE) from None
        except (BrokenPipeError, ConnectionResetError, ValueError, asyncio.IncompleteReadError):
            code = await self._end()
            raise WorkerFailed(self._how(code, seconds), code) from None
        except BaseException:  # cancelled: the answer that is still to come would be taken for the next one's
            await self._kill()
            raise

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            str(self._memory),
            str(os.getpid()),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            start_new_session=True,  # Ctrl-C must not reach the worker
        )
        return self._process

    async def _answer(self, process: Process, document: bytes, seconds: int) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"%d %d\n" % (len(document), seconds))
        process.stdin.write(document)
        await process.stdin.drain()
        size = int(await process.stdout.readline())
        if size > MOST:
            raise WorkerFailed(f"its answer is larger than {MOST // MIB} MiB", TOO_LARGE)
        return await process.stdout.readexactly(size)

    def _how(self, code: int, seconds: int) -> str:
        """Describe why the worker died."""
        if code == -signal.SIGXCPU:
            return f"reading it took more than {seconds} s of computing"
        if code == os.EX_OSERR:
            return f"reading it took more than {self._memory // MIB} MiB of memory"
        return f"reading it brought its process down ({signal.Signals(-code).name if code < 0 else code})"

    def _let_go(self) -> None:
        """Close the process's stdin: it ends when nothing can come any more."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
        self._process = None

    async def _end(self) -> int:
        """The exit code of a process that ends, or is made to."""
        process = self._process
        self._let_go()
        if process is None:
            return 0
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                return await process.wait()
        self._process = process
        return await self._kill()

    async def _kill(self) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        with suppress(ProcessLookupError):
            process.kill()
        assert process.stdout is not None
        # Unread output pauses the pipe, and asyncio waits for the end of every pipe.
        while await process.stdout.read(MIB):
            pass
        return await process.wait()
