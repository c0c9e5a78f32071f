"""A Sphinx extension with the directives of the drawings and nothing else."""

from casework.book import course_map, drawings


def setup(app):
    for part in (drawings, course_map):
        part.setup(app)
    return {"parallel_read_safe": True}
