"""The `casework` command: what a supervisor and a program do with a course folder."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import sysconfig
import warnings
from collections.abc import Callable
from pathlib import Path

from casework.content import ContentError
from casework.grading import CannotStart

DONE, INCOMPLETE, NOT_STARTED = 0, 1, 2

_EXIT = """exit status: 0 all done, 1 something was refused or not graded (each is named), 2 could not start"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status is 0 (done), 1 (something was left out) or 2 (could not start)."""
    options = _parser().parse_args(arguments)
    _prepare()
    try:
        return DONE if options.run(options) else INCOMPLETE
    except (CannotStart, ContentError) as error:
        print(error, file=sys.stderr)
    except _database_errors() as error:
        print(f"The gradebook cannot be used ({error.orig or error}): close formgrader and other commands and try "
              "again. If it is damaged, put back your copy of grading/gradebook.db.", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. What was reported as done is done; run the command again for the rest.", file=sys.stderr)
    return NOT_STARTED


def _database_errors() -> tuple[type[Exception], ...]:
    """What SQLAlchemy raises, looked for only where a command loaded it."""
    loaded = sys.modules.get("sqlalchemy.exc")
    return (loaded.DBAPIError,) if loaded else ()


def _prepare() -> None:
    """Make the command work however it was called, and start fast."""
    scripts, path = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, path])  # nbgrader calls alembic by its name
    sys.modules.setdefault("rfc3987_syntax", None)  # 1.5 s of grammar for a JSON format that no notebook uses
    logging.getLogger("tornado.application").setLevel(logging.CRITICAL)  # nbgrader logs a traceback of what we report
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a file name may hold what the terminal's encoding does not


def _say(line: str) -> None:
    print(line, flush=True)


def _note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _release(options: argparse.Namespace) -> bool:
    from casework.grading.course import open_course
    from casework.grading.release import release

    return release(open_course(), options.exercise, say=_say)


def _verify(options: argparse.Namespace) -> bool:
    from casework.grading.course import open_course
    from casework.grading.release import verify

    return verify(open_course(), options.site, say=_say)


def _collect(options: argparse.Namespace) -> bool:
    from casework.grading.collect import collect
    from casework.grading.course import open_course

    return collect(open_course(), options.inbox, name=options.assignment, say=_say)


def _grade(options: argparse.Namespace) -> bool:
    from casework.grading.course import open_course
    from casework.grading.grade import grade

    return grade(open_course(), options.exercise, trainee=options.trainee, say=_say)


def _feedback(options: argparse.Namespace) -> bool:
    from casework.grading.course import open_course
    from casework.grading.feedback import feedback

    return feedback(open_course(), options.exercise, trainee=options.trainee, say=_say)


def _export(options: argparse.Namespace) -> bool:
    from casework.grading.course import open_course, write_file
    from casework.grading.results import all_results, handed_in_since, table

    course = open_course()
    names = [course.require(options.assignment)] if options.assignment else course.names()
    results = all_results(course, options.assignment)
    if options.output:
        write_file(options.output, table(results).encode())
        _note(f"{len(results)} results written to {options.output}")
    else:
        sys.stdout.write(table(results))
    for name in names:
        for trainee in handed_in_since(course, name):
            _note(f"{trainee} handed in {name} again since it was graded: run casework grade {name}")
    return all(result.graded for result in results)


def _cohort(options: argparse.Namespace) -> bool:
    from casework.grading.cohort import ItemFigures, Standing, item_figures, standings
    from casework.grading.course import open_course, write_file
    from casework.grading.results import all_results, rows_as_csv

    course = open_course()
    name = course.require(options.exercise) if options.exercise else None
    if options.items:
        lines, text = (found := item_figures(all_results(course, name))), rows_as_csv(ItemFigures, found)
    else:
        lines, text = (found := standings(course, name)), rows_as_csv(Standing, found)
    if options.output:
        write_file(options.output, text.encode())
        _note(f"{len(lines)} lines written to {options.output}")
    else:
        sys.stdout.write(text)
    return True


def _learning(options: argparse.Namespace) -> bool:
    from casework.grading.course import open_course, write_file
    from casework.grading.learning import learners, summary, table

    found, left_out = learners(open_course(), options.crossed)
    for line in summary(found):
        _say(line)
    for line in left_out:
        _note(line)
    if options.output:
        write_file(options.output, table(found).encode())
        _note(f"{len(found)} trainees written to {options.output}")
    return not left_out


def _pack(options: argparse.Namespace) -> bool:
    from casework.grading.course import open_course
    from casework.grading.pack import pack

    for path in pack(open_course(), options.output):
        _say(str(path))
    return True


def _lab(options: argparse.Namespace) -> bool:
    from casework.grading.lab import bring

    if not Path("notebooks").is_dir():
        raise CannotStart(f"{Path.cwd()} is not a course folder (it has no notebooks): change to the course's folder.")
    bring(Path.cwd(), options.folder, say=_say)
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="casework", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Collects, grades and returns the exercises of this course. Run it in the course's folder.",
        epilog="a usual round:\n  casework collect INBOX\n  casework grade EXERCISE\n  make desk, to mark written "
               f"answers in formgrader\n  casework feedback EXERCISE\n  casework export -o marks.csv\n\n{_EXIT}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    collect = _command(commands, "collect", _collect, "take handed-in answers from a folder",
                       "Takes answers files (under any name) and zips that hold one from INBOX and from folders in it, "
                       "and keeps for each trainee the one saved last. Earlier ones are kept in grading/older. Files "
                       "that cannot be used are moved to INBOX/refused, each beside a text that says why and what to "
                       "do. Running it again changes nothing that was collected before.")
    collect.add_argument("inbox", metavar="INBOX", type=Path, help="the folder with the files you received")
    collect.add_argument("--assignment", metavar="EXERCISE", help="collect this exercise only")

    grade = _command(commands, "grade", _grade, "score what was collected",
                     "Scores every answer that follows a rule and leaves written answers to you: mark them in "
                     "formgrader (make desk). Marks and comments you gave stay when you grade again. An answer that "
                     "cannot be graded gets no number at all, and the reason is named.")
    _exercise_and_trainee(grade)

    feedback = _command(commands, "feedback", _feedback, "make the page each trainee gets back",
                        "Writes one page a trainee to grading/feedback: the tasks, their answers, points, aims, pages "
                        "to revisit and your comments, without any key. Grade first.")
    _exercise_and_trainee(feedback)

    export = _command(commands, "export", _export, "write a table of all results",
                      "Writes one line for each trainee and item: trainee, assignment, item, points, max, verdict. "
                      "The verdict is scored, blank, waiting for a supervisor, marked by a supervisor, or could not be "
                      "graded with the reason; points are empty where there are none.")
    export.add_argument("--assignment", metavar="EXERCISE", help="this exercise only")
    export.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE instead of the screen")

    cohort = _command(commands, "cohort", _cohort, "write how the cohort is doing",
                      "Writes one line for each trainee and exercise: points, percent, passed, not yet or open (points "
                      "still to come decide), and how many attempts were graded. With --items, one line an item: mean "
                      "share of its points, how many left it open, and, from 20 trainees on, how it separates those "
                      "who do well elsewhere from those who do not.")
    cohort.add_argument("exercise", metavar="EXERCISE", nargs="?", help="this exercise only")
    cohort.add_argument("--items", action="store_true", help="items instead of trainees")
    cohort.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE instead of the screen")

    learning = _command(commands, "learning", _learning, "compare the test before the course and the one after",
                        "Says how those did who answered both forms, with a confidence interval, and how those began "
                        "who did not come back. Collect and grade both forms first. The page \"Reading the "
                        "difference\" tells what may be concluded.")
    learning.add_argument("--crossed", metavar="ID", nargs="+", default=[],
                          help="trainees who answered the second form first")
    learning.add_argument("-o", "--output", metavar="FILE", type=Path, help="also write a line a trainee to FILE")

    pack = _command(commands, "pack", _pack, "make the evidence pack for a sponsor of continuing education",
                    "Writes aims, blueprint, timing, every item with its key, references and an evaluation form to "
                    "grading/evidence-pack, or to a folder outside the course. It holds every key: never publish it.")
    pack.add_argument("-o", "--output", metavar="FOLDER", type=Path, help="another folder")

    release = _command(commands, "release", _release, "make the trainees' version of the exercises",
                       "Makes book/exercises from exercises/, checks each exercise against its key file, and verifies "
                       "that no key is in what was made. On a machine that holds no keys it says that this could not "
                       "be checked and releases all the same.")
    release.add_argument("exercise", metavar="EXERCISE", nargs="*", help="default: all of them")

    verify = _command(commands, "verify", _verify, "look for keys in what is released or built",
                      "Verifies what is in book/exercises, whoever made it. With SITE it also searches every file "
                      "of that folder for anything that stands in a key file.")
    verify.add_argument("site", metavar="SITE", type=Path, nargs="?", help="a built book, such as _build/html")

    lab = _command(commands, "lab", _lab, "bring labs and exercises into a trainee's folder",
                   "Copies the labs to FOLDER/labs and the released exercises to FOLDER/exercises. Called again, it "
                   "brings new versions. Answers are never touched, and a notebook you changed is kept under "
                   "another name.")
    lab.add_argument("folder", metavar="FOLDER", type=Path)
    return parser


def _command(commands: argparse._SubParsersAction, name: str, run: Callable[[argparse.Namespace], bool],
             summary: str, description: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=description, epilog=_EXIT)
    command.set_defaults(run=run)
    return command


def _exercise_and_trainee(command: argparse.ArgumentParser) -> None:
    command.add_argument("exercise", metavar="EXERCISE", help="its name, for example assessment-protocol")
    command.add_argument("--trainee", metavar="ID", help="this trainee only")


if __name__ == "__main__":
    sys.exit(main())
