"""Several animals in one video, each as a recording of its own, for deg."""
