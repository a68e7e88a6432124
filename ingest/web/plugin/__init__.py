"""The plugin that Datasette loads: all files of plugins/ as one, which does nothing where no archive is served."""
