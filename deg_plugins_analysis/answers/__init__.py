"""How analyses are given to people and to other programs: tables, files, figures in print."""
