"""Video of fly rigs for deg: FlyMovieFormat and micro-fmf."""
