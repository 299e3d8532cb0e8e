"""Solution regions: what is taken out, what stays, and which regions are refused."""

from __future__ import annotations

from textwrap import dedent

import pytest

from grader.errors import SpecError
from grader.regions import without_solutions


def _without(text: str) -> str:
    return without_solutions(dedent(text).lstrip("\n"), "solution.py").text


def test_a_function_keeps_its_signature_docstring_and_prompts() -> None:
    assert _without('''
        import numpy as np

        def sigmoid(z, scale=1.0):
            """Return 1 / (1 + exp(-z)).

            # BEGIN SOLUTION is only text here
            """
            # Mind the sign.
            # BEGIN SOLUTION
            # the secret comment
            secret = np.exp(-z)

            return scale / (1 + secret)
            # END SOLUTION

        AFTER = 1
        ''') == dedent('''\
        import numpy as np

        def sigmoid(z, scale=1.0):
            """Return 1 / (1 + exp(-z)).

            # BEGIN SOLUTION is only text here
            """
            # Mind the sign.
            raise NotImplementedError("Write sigmoid() here.")

        AFTER = 1
        ''')


def test_the_error_names_the_innermost_function_and_stands_at_the_code_s_depth() -> None:
    assert _without("""
        class Neuron:
            async def fit(self, X):
                for row in X:
                    if row:
                # BEGIN SOLUTION
                        self.step(row)
                # END SOLUTION
                def inner():
                    try:
                        pass
                    except ValueError:
                        # BEGIN SOLUTION
                        match X:
                            case 1: x = 2
                        # END SOLUTION
        """) == dedent("""\
        class Neuron:
            async def fit(self, X):
                for row in X:
                    if row:
                        raise NotImplementedError("Write Neuron.fit() here.")
                def inner():
                    try:
                        pass
                    except ValueError:
                        raise NotImplementedError("Write Neuron.fit.inner() here.")
        """)


def test_outside_of_functions_a_region_becomes_a_comment() -> None:
    assert _without('''
        # BEGIN SOLUTION
        @property
        def whole(): return 1
        # END SOLUTION
        class Neuron:
            """A neuron."""
            # BEGIN SOLUTION
            def fit(self): return self
            # END SOLUTION
        ''') == dedent('''\
        # Write your code here
        class Neuron:
            """A neuron."""
            # Write your code here
        ''')


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("### BEGIN SOLUTION", "### END SOLUTION"),
        ("#BEGIN SOLUTION", "#END  SOLUTION"),
        ("# begin solution", "# End Solution  "),
    ],
)
def test_spellings_of_other_tools_are_understood(begin: str, end: str) -> None:
    text = f"def f():\n    {begin}\n    secret = 1\n    {end}\n"
    assert "secret" not in without_solutions(text, "solution.py").text


def test_each_region_is_replaced_once() -> None:
    result = _without("""
        def f(x):
            # BEGIN SOLUTION
            a = 1
            b = 2
            # END SOLUTION
            y = x
            # BEGIN SOLUTION
            return y
            # END SOLUTION
        """)
    assert result.count("raise NotImplementedError") == 2
    assert result.splitlines()[2] == "    y = x"


def test_the_marks_of_otter_behind_a_statement() -> None:
    assert _without("""
        rng_seed = 42  # SEED
        rng = default_rng(rng_seed)  # seed

        def square(x):
            y = x * x  # SOLUTION NO PROMPT
            z: float = (x + x)  # SOLUTION
            a, b = x, "é"  # SOLUTION
            a += 1  # SOLUTION
            print("# SOLUTION")
            return y # SOLUTION

        nine = square(3) # SOLUTION
        print(nine)  # SOLUTION
        debug = True  # IGNORE
        """) == dedent("""\
        rng = default_rng(rng_seed)  # seed

        def square(x):
            z: float = ...
            a, b = ...
            raise NotImplementedError("Write square() here.")
            print("# SOLUTION")
            raise NotImplementedError("Write square() here.")

        nine = ...
        # Write your code here
        """)


def test_the_regions_of_otter_that_have_a_prompt_of_their_own_or_none() -> None:
    assert _without('''
        def circumference(r):
            # BEGIN SOLUTION NO PROMPT
            return 2 * pi * r
            # END SOLUTION
            """ # BEGIN PROMPT
            # Next, define a circumference function.
            pass
            """; # END PROMPT

        # BEGIN IGNORE
        draw(circumference)
        # END IGNORE
        AFTER = 1
        ''') == dedent("""\
        def circumference(r):
            # Next, define a circumference function.
            pass

        AFTER = 1
        """)


def test_the_regions_of_nbgrader_in_code_and_in_text() -> None:
    assert _without("""
        # %% [markdown]
        # Why does it work?
        #
        # ### BEGIN SOLUTION
        # Because of the secret.
        # ### END SOLUTION
        # === BEGIN MARK SCHEME ===
        # One point for the secret.
        # === END MARK SCHEME ===

        # %%
        assert square(2) == 4
        ### BEGIN HIDDEN TESTS
        assert square(3) == secret
        ### END HIDDEN TESTS

        # %% [raw]
        # # BEGIN SOLUTION
        """) == dedent("""\
        # %% [markdown]
        # Why does it work?
        #
        # *Write your answer here.*

        # %%
        assert square(2) == 4

        # %% [raw]
        # # BEGIN SOLUTION
        """)


def test_what_was_removed_is_told() -> None:
    text = "def f():\n    # BEGIN SOLUTION\n    secret = 1\n    # END SOLUTION\nx = 2  # SOLUTION\n"
    removed = without_solutions(text, "solution.py").removed
    assert removed == (
        "    # BEGIN SOLUTION\n    secret = 1\n    # END SOLUTION",
        "x = 2  # SOLUTION",
    )


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("def f(:\n", "solution.py:1", "this is not Python"),
        ("x = 1\n# BEGIN SOLUTION\ny = 2\n", "solution.py:2", "without an END SOLUTION"),
        ("x = 1\n# END SOLUTION\n", "solution.py:2", "without a BEGIN SOLUTION"),
        (
            "# BEGIN SOLUTION\nx = 1\n# BEGIN SOLUTION\ny = 1\n# END SOLUTION\n# END SOLUTION\n",
            "solution.py:3",
            "the region begun on line 1 is still open",
        ),
        (
            "# %%\n# BEGIN SOLUTION\nx = 1\n# %%\ny = 1\n# END SOLUTION\n",
            "solution.py:4",
            "the region begun on line 2 must end in its own cell",
        ),
        ("# BEGIN SOLUTION\n# nothing\n# END SOLUTION\n", "solution.py:1", "holds no statement"),
        ("# BEGIN SOLUTION 2\nx = 1\n# END SOLUTION\n", "solution.py:1", "found `# BEGIN"),
        ("x = 1  # BEGIN SOLUTION\ny = 1\n# END SOLUTION\n", "solution.py:1", "alone on its line"),
        ("y = 1\nx = [\n1]  # SOLUTION\n", "solution.py:3", "not behind one statement"),
        ("y = 1; x = 1  # SOLUTION\n", "solution.py:1", "not behind one statement"),
        ("if y: x = 1  # SOLUTION\n", "solution.py:1", "not behind one statement"),
        ("def f():\n    return 1  # SOLUTION NO PROMPT\n", "solution.py:1", "this is not Python"),
        ("# SOLUTION NO PROMPT\nx = 1\n", "solution.py:1", "alone on its line"),
        ("x = 1  # BEGIN HIDDEN TESTS\n", "solution.py:1", "alone on its line"),
        (
            "### BEGIN HIDDEN TESTS\nx = 1\n### END SOLUTION\n",
            "solution.py:3",
            "END SOLUTION without a BEGIN SOLUTION",
        ),
        ('x = 1\n""" # BEGIN PROMPT\nx = ...\n"""\n', "solution.py:2", "without an END PROMPT"),
        ("# END PROMPT\n", "solution.py:1", "alone on its line"),
        (
            '# BEGIN SOLUTION\nx = 1\n""" # BEGIN PROMPT\nx = ...\n"""; # END PROMPT\n',
            "solution.py:3",
            "must end before a prompt",
        ),
        (
            "def f():\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n  # SOLUTION\n",
            "solution.py:5",
            "alone on its line",
        ),
        (
            "class A:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n\ny = 2\n",
            "solution.py:6",
            "without its solution regions this is not Python",
        ),
        (
            "x = [\n# BEGIN SOLUTION\n1,\n# END SOLUTION\n]\n",
            "solution.py:2",
            "this region holds no statement",
        ),
        (
            "# BEGIN SOLUTION\nx = [\n1,\n# END SOLUTION\n]\n",
            "solution.py:2",
            "the statement ends outside",
        ),
        (
            "if a:\n    x = 1\n# BEGIN SOLUTION\nelse:\n    x = 2\n# END SOLUTION\n",
            "solution.py:4",
            "`else:` belongs to a statement outside",
        ),
        (
            "if a:\n    # BEGIN SOLUTION\n    x = 1\nelse:\n    # END SOLUTION\n    x = 2\n",
            "solution.py:4",
            "`else:` belongs to a statement outside",
        ),
        (
            "def f():\n    y = 1\n    # BEGIN SOLUTION\n    x = 1\nz = 2\n# END SOLUTION\n",
            "solution.py:5",
            "the statement belongs to another block",
        ),
    ],
)
def test_what_is_not_clear_is_refused_with_its_line(text: str, where: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        without_solutions(text, "solution.py")
    assert caught.value.where == where
    assert message in caught.value.message


def test_a_comment_that_speaks_of_a_solution_is_no_marker() -> None:
    text = "# Solution of the normal equations\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n"
    expected = "# Solution of the normal equations\n# Write your code here\n"
    assert without_solutions(text, "solution.py").text == expected
