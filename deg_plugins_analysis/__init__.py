"""What ethograms say: statistics of behaviour, agreement of observers, how good and how sure a pipeline is."""
