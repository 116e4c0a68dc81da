"""Become, for the program that follows, an ordinary account that is root outside.

PostgreSQL refuses to run as uid 0. In a user namespace of its own, root's uid is seen as another one, while
files stay root's and stay reachable. Run as a script of its own, for a process with threads may not enter one.

    python -I -S as_ordinary_uid.py UID GID PROGRAM ARGUMENTS...
"""

import os
import sys


def write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def main() -> None:
    uid, gid, *command = sys.argv[1:]
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    os.unshare(os.CLONE_NEWUSER)
    # The kernel takes the groups' map only from a process that has given up changing its groups.
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{uid} {outer_uid} 1")
    write("/proc/self/gid_map", f"{gid} {outer_gid} 1")
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
