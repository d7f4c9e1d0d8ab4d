"""An institution: a folder with its registers, its definition and its years, and the verbs that work on them."""
