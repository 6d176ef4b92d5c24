"""Lines of the log: whole, in order, and never waited for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from grantway.system.lines import LONGEST_LINE, LineWriter, LogFile

PATIENCE = 20


class Pipe:
    """A destination that somebody may read, or nobody."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()

    def descriptor(self) -> int:
        return self.writing


def writer(destination: Pipe | LogFile) -> LineWriter:
    return LineWriter(destination, lambda count: f"lost {count}\n")


def test_lines_come_out_whole_and_in_order(tmp_path: Path) -> None:
    file = tmp_path / "log"
    log = writer(LogFile(file))
    for number in range(2_000):
        log.write(f"line {number}\n" if number % 2 else (lambda said: f"{said}\n", (f"line {number}",)))
    assert log.flush(PATIENCE)
    assert file.read_text().splitlines() == [f"line {number}" for number in range(2_000)]
    assert file.stat().st_mode & 0o777 == 0o600


def test_who_writes_never_waits_for_who_does_not_read() -> None:
    pipe = Pipe()
    log = writer(pipe)
    for _ in range(60_000):
        log.write("x" * 99 + "\n")
    assert not log.flush(0.05)
    assert log.lost > 0
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.extend(os.read(pipe.reading, 65_536) for _ in range(40)))
    reader.start()
    reader.join(PATIENCE)
    assert set(b"".join(heard)) == {ord("x"), ord("\n")}
    os.close(pipe.reading)
    assert log.flush(PATIENCE)
    os.close(pipe.writing)


def test_a_closed_destination_loses_lines_and_tells_how_many_when_there_is_one_again(tmp_path: Path) -> None:
    folder = tmp_path / "away"
    log = writer(LogFile(folder / "log"))
    log.write("one\n")
    assert log.flush(PATIENCE)
    folder.mkdir()
    log.write("two\n")
    assert log.flush(PATIENCE)
    assert (folder / "log").read_text().splitlines() == ["two", "lost 1"]
    assert log.lost == 1


def test_a_file_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "log"
    log = writer(LogFile(file))
    log.write("one\n")
    assert log.flush(PATIENCE)
    file.rename(tmp_path / "log.1")
    log.write("two\n")
    assert log.flush(PATIENCE)
    assert ((tmp_path / "log.1").read_text(), file.read_text()) == ("one\n", "two\n")


PROCESSES = """
import os, sys
from grantway.system.lines import LONGEST_LINE, LineWriter, StandardError
log = LineWriter(StandardError(), lambda count: "lost")
log.write("parent\\n")
children = []
for name in "abc":
    child = os.fork()
    if not child:
        for number in range(400):
            log.write(name * (1 + number * 7 % (LONGEST_LINE - 1)) + "\\n")
        ended = log.flush(20)
        os._exit(0 if ended else 1)
    children.append(child)
codes = [os.waitpid(child, 0)[1] for child in children]
sys.exit(max(codes))
"""


def test_lines_of_several_processes_are_never_mixed() -> None:
    """The lines that a process had before it was forked are its own, and are not written twice."""
    ran = subprocess.run(
        [sys.executable, "-c", PROCESSES], stderr=subprocess.PIPE, text=True, timeout=60, check=True
    )
    lines = ran.stderr.splitlines()
    assert lines.count("parent") == 1
    assert len(lines) == 1 + 3 * 400
    assert all(len(set(line)) == 1 and len(line) < LONGEST_LINE for line in lines if line != "parent")


CRASH = """
from grantway.app.log import configure
from grantway.settings import LogSettings
configure(LogSettings())
import threading, warnings, logging
warnings.warn("a library warns")
logging.getLogger("some.library").error("it says \\x1b[2J and \\n{}")
print("printed, not logged")
thread = threading.Thread(target=lambda: {}["hunter2"])
thread.start(); thread.join()
raise ValueError("hunter2")
"""


def test_everything_that_a_process_says_is_one_json_line_also_its_end() -> None:
    """C191: of an exception its kind and the places in the code, and not what it was about."""
    import json

    ran = subprocess.run(
        [sys.executable, "-c", CRASH], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    events = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [one["event"] for one in events[2:]] == ["printed", "uncaught_exception", "uncaught_exception"]
    assert "a library warns" in events[0]["event"]
    assert events[3]["exception"].startswith("KeyError\n")
    assert events[4]["exception"].startswith("ValueError\n")
    assert "hunter2" not in ran.stderr
    assert "\x1b" not in ran.stderr
