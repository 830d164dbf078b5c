"""Loads a seccomp profile in the form of docker's and becomes the command: PROFILE-AS-JSON COMMAND….

It is run inside the container, by the image's own Python, where no engine is there to do it.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys

ALLOW, ERRNO, EQUAL = 0x7FFF0000, 0x00050000, 4
ACTIONS = {"SCMP_ACT_ALLOW": ALLOW}
OPERATORS = {"SCMP_CMP_EQ": EQUAL}


class Condition(ctypes.Structure):
    """An argument of a system call that has to be so (struct scmp_arg_cmp)."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_uint),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    )


def load(profile: str) -> None:
    """Confine this process; names that this library does not know are of another processor or a later kernel."""
    lib, told = ctypes.CDLL("libseccomp.so.2"), json.loads(profile)
    lib.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(ERRNO | told["defaultErrnoRet"])))
    for rule in told["syscalls"]:
        wanted = [Condition(one["index"], OPERATORS[one["op"]], one["value"], 0) for one in rule.get("args", ())]
        conditions = (Condition * len(wanted))(*wanted)
        for name in rule["names"]:
            number = lib.seccomp_syscall_resolve_name(name.encode())
            if number >= 0:
                action = ctypes.c_uint32(ACTIONS[rule["action"]])
                failed = lib.seccomp_rule_add_array(context, action, number, len(wanted), conditions)
                assert not failed, name
    assert not lib.seccomp_load(context)


if __name__ == "__main__":
    load(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
