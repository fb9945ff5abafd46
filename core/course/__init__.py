"""The course: lessons and glossary as files, what they say, and a class's answers. No page and no browser."""
