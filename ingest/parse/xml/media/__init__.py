"""What goes with an entry: files, pictures, transcripts, chapters, persons, duration. Imports the reader's nodes."""
