"""Run with `python3 -m unittest discover -s Benchmarks/tests -t Benchmarks`."""

import contextlib
import io
import unittest
from collections import Counter
from typing import Any

from harness.callgrind import Profile, parse
from instructions import SLACK, Part, check, compare, grown

OUTPUT = """\
version: 1
positions: line
events: Ir
summary: 176

ob=/lib/libc.so.6
fn=memcpy
0 20
fn=0x0000000000001234
0 3
ob=/build/viseme
fn=main
0 100
cob=/lib/libc.so.6
cfn=memcpy
calls=2 0
0 20
+4 50
*
fn=helper
-3 3
totals: 176
"""

TOOLS = {"compiler": "6.3.1", "libc": "2.36"}


def part(total: int, program: int, **functions: int) -> Part:
    return {"total": total, "program": program, "functions": functions}


def record(found: Part) -> dict[str, Any]:
    return {"toolchain": TOOLS, "parts": {"load": found}}


class Parsing(unittest.TestCase):
    def test_own_costs_by_function_and_library(self) -> None:
        expected = {"main": 150, "helper": 3, "[libc.so.6] memcpy": 20, "[libc.so.6]": 3}
        functions = parse(OUTPUT.splitlines(keepends=True), "viseme")
        self.assertEqual(functions, Counter(expected))
        self.assertEqual((Profile(functions).total, Profile(functions).program), (176, 153))

    def test_a_part_is_what_a_run_does_beyond_another(self) -> None:
        profile = Profile(Counter(a=5, b=2)).less(Profile(Counter(a=3, b=4)))
        self.assertEqual(profile.functions, Counter(a=2))


class Comparing(unittest.TestCase):
    def failures(self, before: Part, now: Part, tools: dict[str, str] = TOOLS) -> list[str]:
        return [c.kind for c in compare(record(before), {"load": now}, tools) if c.is_too_much]

    def test_limits(self) -> None:
        before = part(200 * SLACK, 100 * SLACK)
        table = [
            (part(211 * SLACK, 106 * SLACK), TOOLS, []),
            (part(212 * SLACK, 107 * SLACK), TOOLS, ["total", "program"]),
            (part(100 * SLACK, 50 * SLACK), TOOLS, []),
            (part(212 * SLACK, 107 * SLACK), TOOLS | {"libc": "2.40"}, ["program"]),
            (part(212 * SLACK, 107 * SLACK), TOOLS | {"compiler": "6.4"}, []),
            (part(252 * SLACK, 127 * SLACK), TOOLS | {"compiler": "6.4"}, ["total", "program"]),
        ]
        for now, tools, failed in table:
            self.assertEqual(self.failures(before, now, tools), failed, (now, tools))

    def test_a_part_without_record_fails(self) -> None:
        comparisons = compare({"toolchain": TOOLS, "parts": {}}, {"new": part(2 * SLACK, 0)}, TOOLS)
        self.assertTrue(comparisons[0].is_too_much)

    def test_names_the_functions_that_grew(self) -> None:
        rows = grown(part(0, 0, a=10, b=10, c=10), part(0, 0, a=11, b=10, c=30, d=4))
        self.assertEqual([row[0] for row in rows], ["c", "d", "a"])

    def test_check_fails_and_says_where(self) -> None:
        now = part(300 * SLACK, 150 * SLACK, slow=150 * SLACK)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual(check(record(part(200 * SLACK, 50 * SLACK, slow=50)), {"load": now}, TOOLS), 1)
        self.assertIn("load grew too much", out.getvalue())
        self.assertIn("| slow | 50 |", out.getvalue())


if __name__ == "__main__":
    unittest.main()
