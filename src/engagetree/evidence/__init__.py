"""Does the score deserve its name: bands, weights, calibration, groups and drift against what really happened."""
