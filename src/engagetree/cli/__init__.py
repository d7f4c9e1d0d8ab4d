"""The command line: a thin door. Each verb calls one verb of the workspace and shows what it gives; nothing is decided here."""
