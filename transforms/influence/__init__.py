"""How far open flags could move each figure, worked out from cells."""
