"""The course: lessons, the notes that readers come with, and the words of the field."""
