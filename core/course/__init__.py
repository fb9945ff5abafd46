"""The course: lessons and glossary as files, the course notes, and a class's answers. No page and no browser."""
