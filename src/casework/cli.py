"""The `casework` command: what a supervisor and a program do with a course folder.

Each verb imports its work when it is called: nbgrader alone takes more than a second to load, for which `--help`,
`--version` and the Tab key would wait.
"""

from __future__ import annotations

import logging
import os
import sys
import sysconfig
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from casework.grading import CannotStart
from casework.records import ContentError

DONE, INCOMPLETE, NOT_STARTED = 0, 1, 2

_EXIT = "exit status: 0 all done, 1 something was refused or not graded (each is named), 2 could not start"
_EPILOG = f"""\b
a usual round:
  casework collect INBOX
  casework grade EXERCISE
  make desk, to mark written answers in formgrader
  casework feedback EXERCISE
  casework export -o marks.csv

\b
completion by the Tab key, until you close the shell:
  bash  eval "$(_CASEWORK_COMPLETE=bash_source casework)"
  zsh   eval "$(_CASEWORK_COMPLETE=zsh_source casework)"
  fish  _CASEWORK_COMPLETE=fish_source casework | source

{_EXIT}"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status is 0 (done), 1 (something was left out) or 2 (could not start)."""
    prepare()
    try:
        return int(cli.main(arguments, prog_name="casework", standalone_mode=False))
    except click.ClickException as error:
        error.show()
    except (CannotStart, ContentError) as error:
        print(error, file=sys.stderr)
    except _database_errors() as error:
        print(
            f"The gradebook cannot be used ({getattr(error, 'orig', None) or error}): close formgrader and other "
            "commands and try again. If it is damaged, put back your last backup: casework restore FILE.",
            file=sys.stderr,
        )
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.", file=sys.stderr)
    except click.Abort:  # Ctrl+C
        print("Stopped. What was reported as done is done; run the command again for the rest.", file=sys.stderr)
    return NOT_STARTED


def prepare() -> None:
    """Make the command work however it was called, and start fast."""
    scripts, path = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])  # nbgrader calls alembic by its name
    # 1.5 s of grammar for a JSON format that no notebook uses
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)  # nbgrader logs a traceback of what we report
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a file name may hold what the terminal's encoding does not


def _database_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy raises, looked for only where a command loaded it."""
    loaded = sys.modules.get("sqlalchemy.exc")
    return (loaded.DBAPIError,) if loaded else ()


def _say(line: str) -> None:
    print(line, flush=True)


def _agrees(question: str) -> bool:
    """Whether somebody sits there and says yes."""
    return sys.stdin.isatty() and click.confirm(question)


def _note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _put_out(text: str, output: Path | None, what: str) -> None:
    """Write a table of `what` to the file `output`, or to the screen where none is named."""
    from casework.storage import write_file

    if output is None:
        sys.stdout.write(text)
        return
    write_file(output, text.encode())
    _note(f"{what} written to {output}")


class _Verbs(click.Group):
    """The verbs in the order in which they are defined; what a verb returns becomes the exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """A usual round first, instead of an alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> int:
        """Run the verb: done if it says so."""
        return DONE if super().invoke(ctx) else INCOMPLETE


@click.group(cls=_Verbs, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="casework")
def cli() -> None:
    """Collects, grades and returns the exercises of this course. Run it in the course's folder."""


def _verb(name: str, summary: str, **settings: Any) -> Callable[[Callable[..., bool]], click.Command]:
    """Make a function the verb `name`; its docstring is the help text, and it returns whether all was done."""
    return cli.command(name, short_help=summary, epilog=_EXIT, **settings)


def _exercises(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The exercises of this folder, for the Tab key."""
    found = sorted(path.stem for path in Path("exercises").glob("*/*.ipynb") if path.stem == path.parent.name)
    return [name for name in found if name.startswith(incomplete)]


# a missing or unreadable file is told by main, in our own words
_PATH = click.Path(path_type=Path, readable=False)
_EXERCISE = click.argument("exercise", help="its name, for example assessment-protocol", shell_complete=_exercises)
_TRAINEE = click.option("--trainee", metavar="ID", help="this trainee only")


@_verb("collect", "take handed-in answers from a folder")
@click.argument("inbox", type=_PATH, help="the folder with the files you received")
@click.option("--assignment", metavar="EXERCISE", help="collect this exercise only", shell_complete=_exercises)
def _collect(inbox: Path, assignment: str | None) -> bool:
    """Takes answers files (under any name) and zips of them, also as a learning platform exports them for a whole
    group, from INBOX and from folders in it, and keeps for each trainee the one saved last. Earlier ones are kept in
    grading/older. Files that cannot be used are moved to INBOX/refused, each beside a text that says why and what to
    do. Running it again changes nothing that was collected before."""
    from casework.grading.collect import collect
    from casework.grading.course import open_course

    return collect(open_course(), inbox, name=assignment, say=_say)


@_verb("grade", "score what was collected")
@_EXERCISE
@_TRAINEE
@click.option("--recount", is_flag=True, help="after a changed key, count new points also where a page told others")
def _grade(exercise: str, trainee: str | None, recount: bool) -> bool:
    """Scores every answer that follows a rule and leaves written answers to you: mark them in formgrader (make desk).
    Marks and comments you gave stay with the words they were given for when you grade again. An answer that cannot be
    graded gets no number at all, and the reason is named. Where a key has changed and a trainee's page tells other
    points, you are asked before they change."""
    from casework.grading.course import open_course
    from casework.grading.grade import grade

    return grade(open_course(), exercise, trainee=trainee, say=_say, ask=lambda question: recount or _agrees(question))


@_verb("feedback", "make the page each trainee gets back")
@_EXERCISE
@_TRAINEE
def _feedback(exercise: str, trainee: str | None) -> bool:
    """Writes one page a trainee to grading/feedback: the tasks, their answers, points, aims, pages to revisit and your
    comments, without any key. Grade first."""
    from casework.grading.course import open_course
    from casework.grading.feedback import feedback

    return feedback(open_course(), exercise, trainee=trainee, say=_say)


@_verb("export", "write a table of all results")
@click.option("--assignment", metavar="EXERCISE", help="this exercise only", shell_complete=_exercises)
@click.option("-o", "--output", metavar="FILE", type=_PATH, help="write to FILE instead of the screen")
def _export(assignment: str | None, output: Path | None) -> bool:
    """Writes one line for each trainee and item: trainee, assignment, item, points, max, verdict, and the number of the
    attempt that counts. The verdict is scored, blank, waiting for a supervisor, marked by a supervisor, or could not be
    graded with the reason; points are empty where there are none."""
    from casework.grading.course import open_course
    from casework.grading.results import outcomes, remarks, table

    course = open_course()
    found = outcomes(course, course.require(assignment) if assignment else None)
    results = [result for outcome in found for result in outcome.results]
    _put_out(table(found), output, f"{len(results)} results")
    for line in remarks(found):
        _note(line)
    return all(result.graded for result in results)


@_verb("cohort", "write how the cohort is doing")
@click.argument("exercise", required=False, help="this exercise only", shell_complete=_exercises)
@click.option("--items", is_flag=True, help="items instead of trainees")
@click.option("-o", "--output", metavar="FILE", type=_PATH, help="write to FILE instead of the screen")
def _cohort(exercise: str | None, items: bool, output: Path | None) -> bool:
    """Writes one line for each trainee and exercise: points, percent, passed, not yet or open (points still to come
    decide), how many attempts were graded, and which one counts. With --items, one line an item: mean share of its
    points, how many left it open, and, from 20 trainees on, how it separates those who do well elsewhere from those who
    do not."""
    from casework.grading.cohort import ItemFigures, Standing, item_figures, standings
    from casework.grading.course import open_course
    from casework.grading.results import all_results, outcomes, remarks, rows_as_csv

    course = open_course()
    name = course.require(exercise) if exercise else None
    if items:
        figures = item_figures(all_results(course, name))
        _put_out(rows_as_csv(ItemFigures, figures), output, f"{len(figures)} lines")
    else:
        found = outcomes(course, name)
        people = standings(course, found)
        _put_out(rows_as_csv(Standing, people), output, f"{len(people)} lines")
        for line in remarks(found):
            _note(line)
    return True


# --crossed takes all ids that follow it, which click's own options cannot: they arrive as the context's extra arguments
@_verb(
    "learning",
    "compare the test before the course and the one after",
    context_settings={"allow_extra_args": True},
)
@click.option("--crossed", metavar="ID...", multiple=True, help="trainees who answered the second form first")
@click.option("-o", "--output", metavar="FILE", type=_PATH, help="also write a line a trainee to FILE")
@click.pass_context
def _learning(ctx: click.Context, crossed: tuple[str, ...], output: Path | None) -> bool:
    """Says how those did who answered both forms, with a confidence interval, and how those began who did not come
    back. Collect and grade both forms first. The page "Reading the difference" tells what may be concluded."""
    from casework.grading.course import open_course
    from casework.grading.learning import learners, summary, table

    if ctx.args and not crossed:
        ctx.fail(f"Got unexpected extra argument ({ctx.args[0]})")
    found, left_out = learners(open_course(), [*crossed, *ctx.args])
    for line in summary(found):
        _say(line)
    for line in left_out:
        _note(line)
    if output:
        _put_out(table(found), output, f"{len(found)} trainees")
    return not left_out


@_verb("backup", "write everything that was handed in and marked into one file")
@click.option("-o", "--output", metavar="FILE", type=_PATH, help="write to FILE instead of grading/backups")
def _backup(output: Path | None) -> bool:
    """Writes one zip: the gradebook as of this moment, what was handed in, pages and attempts. Keep it somewhere else
    than the course's folder, and as safe: it holds the work of people."""
    from casework.grading.backup import back_up
    from casework.grading.course import open_course

    _say(str(back_up(open_course(), output)))
    return True


@_verb("restore", "put back what casework backup wrote")
@click.argument("file", type=_PATH, help="what casework backup wrote")
def _restore(file: Path) -> bool:
    """Checks all of FILE and then puts it back; what was there is put aside and not deleted. Close formgrader first."""
    from casework.grading.backup import restore
    from casework.grading.course import open_course

    count, aside = restore(open_course(), file)
    _say(f"{count} files are back. What was there lies in {aside}.")
    _say("Collect what was handed in since, and run casework export: it names what is to be graded again.")
    return True


@_verb("take-back", "undo a file that was collected by mistake")
@click.argument("id", help="the trainee's id")
@_EXERCISE
def _take_back(id: str, exercise: str) -> bool:
    """Takes back the file of ID that counts for EXERCISE: the one before it counts again, if there is one. It is kept
    in grading/taken-back, and collecting it again does not take it."""
    from casework.grading.course import open_course
    from casework.grading.people import take_back

    _say(take_back(open_course(), id, exercise))
    return True


@_verb("move", "give the work of one id to another")
@click.argument("old", help="the id under which it was handed in")
@click.argument("new", help="the right id")
def _move(old: str, new: str) -> bool:
    """Moves everything of OLD to NEW, with points and marks, and takes what comes under OLD as NEW's from then on.
    Nothing is moved where both have handed in the same exercise."""
    from casework.grading.course import open_course
    from casework.grading.people import move

    names = move(open_course(), old, new)
    _say(f"{', '.join(names)}: moved from {old} to {new}. Make their pages again: casework feedback EXERCISE.")
    return True


@_verb("excuse", "leave a question out for one trainee")
@click.argument("id", help="the trainee's id")
@_EXERCISE
@click.argument("item", help="the question's id, as in casework export")
@click.option("--undo", is_flag=True, help="count it again")
def _excuse(id: str, exercise: str, item: str, undo: bool) -> bool:
    """Leaves ITEM of EXERCISE out for ID: neither its points nor its maximum count. An answer that was given stays."""
    from casework.grading.course import open_course
    from casework.grading.people import excuse

    excuse(open_course(), id, exercise, item, undo=undo)
    _say(f"{item} of {exercise} counts again for {id}." if undo else f"{item} of {exercise} is left out for {id}.")
    return True


@_verb("forget", "delete everything of one trainee")
@click.argument("id", help="the trainee's id")
@click.option("--yes", is_flag=True, help="do not ask")
def _forget(id: str, yes: bool) -> bool:
    """Deletes what ID handed in, points, marks and pages, and searches the course's folder for the id: files that still
    hold it, such as a table or a backup, are named. A sponsor of continuing education may have to keep records for
    years: ask before you delete."""
    from casework.grading.course import open_course
    from casework.grading.people import forget

    if not yes and not _agrees(f"Delete all work, points and marks of {id}? This cannot be undone."):
        raise CannotStart("Nothing was deleted. Without somebody to ask, give --yes.")
    left = forget(open_course(), id)
    _say(f"Everything of {id} is deleted from the gradebook and from grading/.")
    for path in left:
        _note(f"The id still stands in {path}: remove it, or make it anew.")
    return not left


@_verb("pack", "make the evidence pack for a sponsor of continuing education")
@click.option("-o", "--output", metavar="FOLDER", type=_PATH, help="another folder")
def _pack(output: Path | None) -> bool:
    """Writes aims, blueprint, timing, every item with its key, references and an evaluation form to
    grading/evidence-pack, or to a folder outside the course. It holds every key: never publish it."""
    from casework.grading.course import open_course
    from casework.grading.pack import pack

    for path in pack(open_course(), output):
        _say(str(path))
    return True


@_verb("release", "make the trainees' version of the exercises")
@click.argument("exercise", nargs=-1, help="default: all of them", shell_complete=_exercises)
def _release(exercise: tuple[str, ...]) -> bool:
    """Makes book/exercises from exercises/, checks each exercise against its key file, and verifies that no key is in
    what was made. On a machine that holds no keys it says that this could not be checked and releases all the same."""
    from casework.grading.course import open_course
    from casework.grading.release import release

    return release(open_course(), list(exercise), say=_say)


@_verb("verify", "look for keys in what is released or built")
@click.argument("site", required=False, type=_PATH, help="a built book, such as _build/html")
def _verify(site: Path | None) -> bool:
    """Verifies what is in book/exercises, whoever made it. With SITE it also searches every file of that folder for
    anything that stands in a key file."""
    from casework.grading.course import open_course
    from casework.grading.release import verify

    return verify(open_course(), site, say=_say)


@_verb("lab", "bring labs and exercises into a trainee's folder")
@click.argument("folder", type=_PATH)
def _lab(folder: Path) -> bool:
    """Copies the labs to FOLDER/labs and the released exercises to FOLDER/exercises. Called again, it brings new
    versions. Answers are never touched, and a notebook you changed is kept under another name."""
    from casework.grading.lab import bring

    if not Path("notebooks").is_dir():
        raise CannotStart(f"{Path.cwd()} is not a course folder (it has no notebooks): change to the course's folder.")
    bring(Path.cwd(), folder, say=_say)
    return True


if __name__ == "__main__":
    sys.exit(main())
