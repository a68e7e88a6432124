"""What goes with an entry: files, pictures, transcripts, chapters, persons, duration. Imports the nodes of the reader."""
