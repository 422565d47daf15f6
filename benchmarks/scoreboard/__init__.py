"""`make scoreboard`: what was measured, counted and graded, in one table of docs/scoreboard.md."""
