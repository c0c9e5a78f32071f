"""What this course keeps in nbgrader's gradebook beside nbgrader's own tables, so that one copy of it holds all.

A row of nbgrader's `grade` and `comment` has the id of one item of one trainee *and of the words it is for*: when other
words are graded the row gets another id (see `marks`). So whoever still holds the old id, such as a page of formgrader
opened before, can give nothing to the new words.
"""

from __future__ import annotations

from datetime import datetime

from nbgrader.api import Base
from sqlalchemy import Boolean, DateTime, Float, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column


class Words(Base):
    """The words that a row of `grade` is for, and what came of judging them.

    `digest` is of the answer (`answers.digest_of`); `state` and `reason` are the verdict's; `place` is the item's place
    in the exercise. `earlier` is the mark that a supervisor gave to other words before (JSON: points, comment), or
    empty: it counts for nothing and is only told.
    """

    __tablename__ = "casework_words"
    grade_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    place: Mapped[int] = mapped_column(Integer)
    earlier: Mapped[str] = mapped_column(Text, default="")


class KeptMark(Base):
    """A mark and a comment that were given to words which others took the place of; they count if those come back."""

    __tablename__ = "casework_mark"
    __table_args__ = (UniqueConstraint("student", "assignment", "item", "digest"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    student: Mapped[str] = mapped_column(String(128))
    assignment: Mapped[str] = mapped_column(String(128))
    item: Mapped[str] = mapped_column(String(128))
    digest: Mapped[str] = mapped_column(String(80))
    auto_score: Mapped[float | None] = mapped_column(Float)
    manual_score: Mapped[float | None] = mapped_column(Float)
    extra_credit: Mapped[float | None] = mapped_column(Float)
    needs_manual_grade: Mapped[bool] = mapped_column(Boolean)
    comment: Mapped[str | None] = mapped_column(Text)


class Attempt(Base):
    """One set of answers that was graded.

    `sheet` is the answers file, compressed by zlib; `handed_in`, when these answers came first, and `graded` are times
    in UTC. While it is the one graded last its results are in the rows of `grade`; `results` (JSON, see `attempts`) and
    `penalty` hold them once another took its place. `returned` is what the page that the trainee has tells (JSON: all
    points by item, and those that a rule gave), or empty where there is none.
    """

    __tablename__ = "casework_attempt"
    __table_args__ = (UniqueConstraint("student", "assignment", "digest"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    student: Mapped[str] = mapped_column(String(128))
    assignment: Mapped[str] = mapped_column(String(128))
    digest: Mapped[str] = mapped_column(String(80))
    sheet: Mapped[bytes] = mapped_column(LargeBinary)
    handed_in: Mapped[datetime | None] = mapped_column(DateTime)
    graded: Mapped[datetime] = mapped_column(DateTime)
    returned: Mapped[str] = mapped_column(Text, default="")
    results: Mapped[str] = mapped_column(Text, default="")
    penalty: Mapped[float] = mapped_column(Float, default=0.0)


class Excused(Base):
    """An item that is left out for one trainee: neither its points nor its maximum count."""

    __tablename__ = "casework_excused"
    student: Mapped[str] = mapped_column(String(128), primary_key=True)
    assignment: Mapped[str] = mapped_column(String(128), primary_key=True)
    item: Mapped[str] = mapped_column(String(128), primary_key=True)


class Graded(Base):
    """What of a submission was graded last: the file, by the SHA-256 of its bytes, and the attempt, if it is one."""

    __tablename__ = "casework_graded"
    submission_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    file: Mapped[str] = mapped_column(String(64))
    attempt: Mapped[int | None] = mapped_column(Integer)
