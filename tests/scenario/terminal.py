"""A terminal of its own for a program under test."""

import os
import pty
import select
import time

from world import PATIENCE


def at_a_terminal(test, command, answers, expect):
    """Runs a program on a terminal of its own, types each answer when its prompt has come; returns all that was shown."""
    child, screen = pty.fork()
    if child == 0:
        os.execv(str(command[0]), [str(word) for word in command])
    shown = b""
    waiting, answered = list(answers), 0  # up to where on the screen the prompts have been answered
    end = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            if waiting and (at := shown.find(waiting[0][0], answered)) >= 0:
                prompt, answer = waiting.pop(0)
                answered = at + len(prompt)
                os.write(screen, answer.encode() + b"\n")
            if select.select([screen], [], [], 0.05)[0]:
                part = os.read(screen, 4096)
                if not part:
                    break
                shown += part
    except OSError:  # the terminal closes with the program
        pass
    finally:
        os.close(screen)
        _, status = os.waitpid(child, 0)
    test.assertEqual(expect, os.waitstatus_to_exitcode(status), shown)
    test.assertEqual([], waiting, shown)
    return shown.decode(errors="replace")
