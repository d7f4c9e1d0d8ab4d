"""Research engagement: how far, how deep, how widely and how well an institution engages with publics and partners."""
