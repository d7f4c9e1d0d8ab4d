"""The sentences that go with a number that would otherwise say too much."""

TREATED_AS_INTERVAL = "Levels are treated as equally far apart, as was declared; nothing shows that they are."
