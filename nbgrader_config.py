"""nbgrader's settings for this course: what differs from its defaults, each with its reason."""

import os
from pathlib import Path

import nbgrader.dbutil
import nbgrader.server_extensions.formgrader.handlers as formgrader
from sqlalchemy import URL

from casework.grading import templates

root = Path(__file__).resolve().parent
c = get_config()  # noqa: F821 (nbgrader gives it to this file)

# Absolute, since JupyterLab, a command and a kernel each work in a folder of their own.
c.CourseDirectory.root = str(root)
os.environ["CASEWORK_KEYS"] = str(root / (os.environ.get("CASEWORK_KEYS") or "keys"))

# Our rooms: the released step is what the book publishes; what people hand in stays in one ignored folder.
c.CourseDirectory.source_directory = "exercises"
c.CourseDirectory.release_directory = "book/exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = str(URL.create("sqlite", database=str(root / "grading" / "gradebook.db")))  # "?" is quoted
(root / "grading").mkdir(exist_ok=True)  # formgrader opens the gradebook before anything makes the folder
# It stands in an ini file, where a folder's "%" has to be doubled.
nbgrader.dbutil.ALEMBIC_DIR = str(Path(nbgrader.dbutil.__file__).with_name("alembic")).replace("%", "%%")

# Release: checked and stamped with its edition. ClearSolutions is left out, since an exercise holds no solution
# and the step would replace our own words in the cell of a written answer.
c.GenerateAssignment.preprocessors = [
    "casework.grading.preprocessors.StampEdition",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ComputeChecksums",
    "casework.grading.preprocessors.TellOpenAnswers",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Grade: no cell of a trainee's is ever run. The notebook is ours, whole; only answers.json is theirs, and nothing else
# of what was handed in is opened or copied.
c.Autograde.exporter_class = "casework.grading.preprocessors.OursAlone"
c.Autograde.sanitize_preprocessors = ["casework.grading.preprocessors.Restore"]

# Points enter the gradebook only where a check gave a plain number; nbgrader itself gives full points for no output.
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.Execute",
    "casework.grading.preprocessors.KeepReadable",
    "casework.grading.preprocessors.SaveScores",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Execute.store_widget_state = False  # the whole front end, once more for each trainee
c.Execute.extra_arguments = ["--IPythonDisplayFormatter.enabled=False"]  # an answer as one output, and no saved copy

# Mark: formgrader does nothing until MathJax came from another site; with our template it needs no network, and
# a "$" in a trainee's words stays a "$".
c.HTMLExporter.extra_template_basedirs = [str(templates), formgrader.template_path]
c.HTMLExporter.extra_template_paths = [formgrader.template_path]  # where ours finds theirs, formgrade/index.html.j2

# Feedback: a page of our own. nbgrader's prints hidden tests and asks other sites for its scripts.
c.GenerateFeedback.exporter_class = "casework.grading.feedback.FeedbackPage"
c.GenerateFeedback.preprocessors = ["casework.grading.feedback.AddResults"]
