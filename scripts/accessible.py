#!/usr/bin/python3
"""Finds things in the window by role and name, as a screen reader does.

    accessible.py PID list                   everything that has a name, one a line
    accessible.py PID find ROLE NAME [SECONDS]
                                             prints the x and y of its middle; waits for it

NAME is a regular expression for the whole name, ROLE one of AT-SPI's
("button", "text", "check box") or "any". Needs python3-gi and
gir1.2-atspi-2.0, a session bus and accessibility switched on. Exit code 1
where there is no such thing.
"""

import re
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def application(pid):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(index)
        if child is not None and child.get_process_id() == pid:
            return child
    return None


def walk(node):
    yield node
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from walk(child)


def described(pid):
    """Role, name and place of everything on the screen."""
    app = application(pid)
    if app is None:
        return
    for node in walk(app):
        try:
            place = node.get_extents(Atspi.CoordType.WINDOW)
            if place.width > 0 and place.height > 0:
                yield node.get_role_name(), node.get_name() or "", place
        except GLib.Error:
            continue  # it went while we looked


def find(pid, role, name, seconds):
    wanted = re.compile(name)
    end = time.monotonic() + seconds
    while True:
        try:
            for found_role, found_name, place in described(pid):
                if role in ("any", found_role) and wanted.fullmatch(found_name):
                    print(place.x + place.width // 2, place.y + place.height // 2)
                    return 0
        except GLib.Error:
            pass
        if time.monotonic() > end:
            print(f"no {role} named {name}", file=sys.stderr)
            return 1
        time.sleep(0.2)


def main():
    pid, verb, *rest = int(sys.argv[1]), sys.argv[2], *sys.argv[3:]
    if verb == "list":
        for role, name, place in described(pid):
            if name:
                print(f"{place.x},{place.y} {place.width}×{place.height} {role}: {name}")
        return 0
    role, name, *seconds = rest
    return find(pid, role, name, float(seconds[0]) if seconds else 10.0)


if __name__ == "__main__":
    sys.exit(main())
